//! Requests, forms and pages; one folder per area.

pub mod assets;
pub mod billing;
pub mod doors;
pub mod errors;
pub mod inboxes;
pub mod profile;
pub mod team;
pub mod view;
pub mod workspace;
