//! Pages without a session.

pub mod joining;
pub mod page;
pub mod recovery;
pub mod register;
pub mod sign_in;
pub mod unsubscribe;
pub mod workspaces;
