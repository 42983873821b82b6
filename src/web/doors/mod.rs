//! Pages without a session.

pub mod page;
