//! Settings → Profile.

pub mod page;
