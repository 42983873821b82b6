//! Settings → Inboxes.

pub mod page;
