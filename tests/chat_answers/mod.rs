//! Answers of a chat by mail: for a customer who gave an address and went away.

mod leaving;
mod limits;

use crate::outbox::{make_due, wait_until_empty};
use crate::support::{Instance, Mail, MailServer, Member, Runner};

const HANNA: &str = "hanna.lindqvist@customer.example";

#[track_caller]
fn replies(by: &Member, id: i64, text: &str) {
    let page = by.open(id);
    let button = if page.has_button("Send reply") { "Send reply" } else { "Claim and send" };
    page.form(button).with("Reply", text).submit().expect(200, text);
}

/// Lets two minutes pass, and everything leave that waits.
fn after_two_minutes(instance: &Instance) {
    make_due(instance);
    let _runner = Runner::start(&instance.app);
    wait_until_empty(instance);
}

/// The one mail that an address got.
#[track_caller]
fn only_mail(server: &MailServer, to: &str) -> Mail {
    let mut mails = server.taken_for(to);
    assert_eq!(mails.len(), 1, "mails to {to}");
    mails.remove(0)
}
