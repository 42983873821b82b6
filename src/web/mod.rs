//! Requests, forms and pages; one folder per area.

pub mod assets;
pub mod billing;
pub mod chat;
pub mod client;
pub mod conversations;
pub mod doors;
pub mod errors;
pub mod form;
pub mod health;
pub mod inbox;
pub mod inboxes;
pub mod list_pane;
pub mod log;
pub mod notifications;
pub mod profile;
pub mod respond;
pub mod rich;
pub mod routes;
pub mod security;
pub mod sessions;
pub mod team;
pub mod view;
pub mod viewer;
pub mod workspace;
