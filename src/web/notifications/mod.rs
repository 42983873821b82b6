//! What happened to a member while they looked elsewhere.

pub mod page;
