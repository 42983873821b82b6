//! Requests, forms and pages; one folder per area.

pub mod assets;
pub mod view;
