//! What goes wrong, as pages.

pub mod page;
