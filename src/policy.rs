//! The rules: who may do what, and how many seats there are.
//!
//! Pure functions over plain values. They know no database, clock, request or
//! configuration, so that a test can go through every cell, and so that a
//! screen shows a control exactly when the request behind it would be allowed.

pub mod ownership;
pub mod roles;
pub mod seats;

pub use ownership::{Actor, Holding, Status};
pub use roles::{Capability, Role};
pub use seats::Seats;

#[cfg(test)]
mod tests;
