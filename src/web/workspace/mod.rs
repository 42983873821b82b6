//! Settings → Workspace.

pub mod page;
