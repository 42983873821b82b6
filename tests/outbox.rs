//! What leaves: mails from the outbox to a real SMTP server, or into files.

mod content;
mod delivery;
mod files;
mod nodes;
mod refusing;
mod tls;

use crate::support::{Cast, Instance, MailServer, Page, Runner};

/// A mail server, and an installation that sends through it. Nothing leaves
/// before a [`Runner`] starts.
pub fn with_mail_server() -> (MailServer, Instance, Cast) {
    let server = MailServer::start();
    let instance = Instance::start_with(|config| config.smtp_url = server.url().parse().ok());
    let cast = Cast::create(&instance);
    (server, instance, cast)
}

/// Invites somebody through the form.
#[track_caller]
fn invite(cast: &Cast, email: &str) -> Page {
    cast.admin
        .get("/settings/team/invite")
        .form("Send invite")
        .with("Email address", email)
        .submit()
}

/// Waits until everything in the outbox was sent, refused or dropped.
#[track_caller]
pub fn wait_until_empty(instance: &Instance) {
    instance.wait_for_count(
        0,
        "SELECT count(*) FROM deliveries WHERE sent_at IS NULL AND failed_at IS NULL",
    );
}

/// Lets the two minutes pass that mails wait for more, and everything leave that waits.
#[track_caller]
pub fn after_two_minutes(instance: &Instance) {
    make_due(instance);
    let _runner = Runner::start(&instance.app);
    wait_until_empty(instance);
}

/// Ends the pause before the next try.
pub fn make_due(instance: &Instance) {
    instance.execute("UPDATE deliveries SET next_attempt_at = '2020-01-01 00:00:00'");
}
