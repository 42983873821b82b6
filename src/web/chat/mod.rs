//! The customer's page of the web chat.

pub mod page;
