//! What members are told by mail, and how they end it.

mod choosing;
mod leaving;
mod nodes;
mod stopping;

use crate::outbox::{make_due, wait_until_empty};
use crate::support::{Browser, Cast, Instance, Mail, MailServer, Member, Runner};

const MIA: &str = "mia@sprocket.example";

fn assign(by: &Member, id: i64, to: &str) {
    by.open(id).form("Assign").with("Assign to", to).submit().expect(200, "Assigned to");
}

fn adds(cast: &Cast, customer: &Browser, message: &str) {
    let chat = customer.get(&format!("/chat/{}", cast.chat_key));
    chat.form("Send").with("Message", message).submit().expect(200, message);
}

/// How a member is told of a kind from now on.
fn chooses(by: &Member, occasion: &str, way: &str) {
    let form = by.get("/settings/profile").form("Save profile").with(occasion, way);
    form.submit().expect(200, "Your profile is saved.");
}

/// Lets two minutes pass, and everything leave that waits.
fn after_two_minutes(instance: &Instance) {
    make_due(instance);
    let _runner = Runner::start(&instance.app);
    wait_until_empty(instance);
}

/// The one mail that a member got.
#[track_caller]
fn only_mail(server: &MailServer, to: &str) -> Mail {
    let mut mails = server.taken_for(to);
    assert_eq!(mails.len(), 1, "mails to {to}");
    mails.remove(0)
}
