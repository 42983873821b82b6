//! Pages without a session.

pub mod page;
pub mod recovery;
pub mod sign_in;
