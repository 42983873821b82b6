//! Settings → Team.

pub mod page;
