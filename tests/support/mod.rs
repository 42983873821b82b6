//! The test kit: an instance of its own for each test, a browser that finds
//! things by the words on the screen, and a named cast.

#![allow(dead_code, unused_imports)] // Each binary and area uses its own part of the kit.

mod browser;
mod cast;
mod dovecot;
mod imports;
mod instance;
mod links;
mod live;
mod mail_server;
mod mailbox;
mod nginx;
mod postgres;
mod push_service;
mod runner;
mod smtp;

pub use browser::{Browser, Form, Page, encode, without_mark};
pub use cast::{Cast, Member, PASSWORD, add_member, found, join, sign_in};
pub use dovecot::Dovecot;
pub use instance::{Database, Instance, Node, count, is_postgres};
pub use live::{Live, Told};
pub use mail_server::{Answer, Mail, MailServer};
pub use mailbox::{EmailInbox, TestMail};
pub use nginx::Nginx;
pub use postgres::Postgres;
pub use push_service::{Device, Push, PushService};
pub use runner::Runner;
