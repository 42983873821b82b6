//! The ways customers reach a team, one module per kind: what arrives is
//! checked and handed to the verbs of `models`, what leaves is sent.

pub mod email;
pub mod mail_server;
pub mod web_chat;
