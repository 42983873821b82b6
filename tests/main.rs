//! Everything that needs the running application: requests, races, and the
//! binary as people start it. One binary, so that it links once.
//!
//! Without further notice the tests run on SQLite; `BATON_TEST_POSTGRES` with
//! the URL of a server, on which databases may be made, runs them on PostgreSQL.

mod accounts;
mod attachments;
mod audit_log;
mod away;
mod billing;
mod binary;
mod chat;
mod chat_answers;
mod contact_fields;
mod contacts;
mod conventions;
mod conversations;
mod drafts;
mod inbox;
mod inboxes;
mod labels;
mod live;
mod mail;
mod mail_answers;
mod mailboxes;
mod notification_mail;
mod notifications;
mod outbox;
mod permissions;
mod push;
mod quick_replies;
mod races;
mod reports;
mod saved_views;
mod search;
mod security;
mod sending;
mod sent;
mod smoke;
mod support;
mod sweeping;
mod team;
mod undo;
mod workspaces;
