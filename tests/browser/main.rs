//! What people do by hand, done in Chromium, with script and without.
//!
//! A test binary of its own, because it needs `chromium` and `chromedriver` on the
//! PATH and fails without them: `cargo test --test baton` runs everything else.

mod assistive;
mod by_mail;
mod checks;
mod connection;
mod driver;
mod embedded_chat;
mod first_load;
mod focus;
mod going_back;
mod keys;
mod live;
mod lost;
mod mails;
mod main_job;
mod pages;
mod push;
mod refreshing;
mod selecting;
mod suggesting;
mod unsent;
mod window;

#[path = "../support/mod.rs"]
mod support;
