//! The unified inbox.

pub mod page;
