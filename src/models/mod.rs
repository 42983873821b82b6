//! Rows, queries, and the verbs of the domain. A verb runs inside the write
//! transaction of [`crate::db::Db::write`] and does everything that must be
//! true together; it knows nothing of requests and pages.

pub mod account_link;
pub mod activity;
pub mod audit;
pub mod bulk;
pub mod calendar;
pub mod chat;
pub mod contact;
pub mod contact_field;
pub mod conversation;
pub mod conversation_list;
pub mod delivery;
pub mod export;
pub mod history;
pub mod housekeeping;
pub mod inbox;
pub mod installation;
pub mod invitation;
pub mod joining;
pub mod label;
pub mod limit;
pub mod markdown;
pub mod membership;
pub mod mention;
pub mod message;
pub mod notification;
pub mod obstacle;
pub mod ownership;
pub mod password;
pub mod progress;
pub mod quick_reply;
pub mod removal;
pub mod search;
pub mod session;
pub mod sight;
pub mod snooze;
pub mod spreadsheet;
pub mod standing;
pub mod text;
pub mod token;
pub mod undo;
pub mod user;
pub mod visitor;
pub mod working_hours;
pub mod workspace;
