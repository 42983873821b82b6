//! One conversation: its thread, its owner, and what may be done with it.

pub mod page;
