//! Inboxes that take mail: connecting them to real servers, and reading from those.

mod cutting;
mod form;
mod hostile;
mod moving;
mod outages;
mod reading;

use std::time::{Duration, Instant};

use crate::support::{Cast, Dovecot, Form, Instance, Page};

const PASSWORD: &str = Dovecot::PASSWORD;
const MAILS: &str = "SELECT count(*) FROM mails";
/// Long enough for a busy machine; only a failing test waits so long.
const PATIENCE: Duration = Duration::from_secs(40);

/// An installation that trusts the servers of the tests; nothing is read before its
/// jobs run.
fn installation() -> (Instance, Cast) {
    let instance = Instance::start_with(Dovecot::is_trusted_by);
    let cast = Cast::create(&instance);
    (instance, cast)
}

/// One that also reads.
fn reading_installation() -> (Instance, Cast) {
    let instance = Instance::start_with_jobs_and(Dovecot::is_trusted_by);
    let cast = Cast::create(&instance);
    (instance, cast)
}

/// The form for a new inbox, filled in for this server.
#[track_caller]
fn connecting(cast: &Cast, button: &str, port: u16, security: &str) -> Form {
    let page = cast.admin.get("/settings/inboxes").click("Add inbox").click("Email");
    page.form(button)
        .with("Name", "Support mail")
        .with("Email address", "Support@Sprocket.example")
        .with("IMAP host", "localhost")
        .with("IMAP port", &port.to_string())
        .with("IMAP security", security)
        .with("IMAP user", "ana")
        .with("IMAP password", PASSWORD)
}

/// Connects an inbox to a server; answers its page.
#[track_caller]
fn connect(cast: &Cast, port: u16, security: &str) -> Page {
    let page = connecting(cast, "Save inbox", port, security).submit();
    page.expect(200, "Added Support mail.");
    page
}

/// Waits until a number from the database is this one.
#[track_caller]
fn wait_for(instance: &Instance, expected: i64, sql: &str) {
    let begun = Instant::now();
    loop {
        let found = instance.count(sql);
        if found == expected {
            return;
        }
        assert!(begun.elapsed() < PATIENCE, "{sql}: {found}, not {expected}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// Waits until a page says these words.
#[track_caller]
fn wait_for_words(cast: &Cast, path: &str, words: &str) -> Page {
    let begun = Instant::now();
    loop {
        let page = cast.admin.get(path);
        if page.says(words) {
            return page;
        }
        assert!(begun.elapsed() < PATIENCE, "no {words:?} in: {}", page.text());
        std::thread::sleep(Duration::from_millis(200));
    }
}

/// A mail as a customer's program sends it, each with a Message-ID of its own.
fn mail(subject: &str) -> String {
    let id = subject.replace(' ', ".");
    format!(
        "From: Hanna Lindqvist <hanna@customer.example>\r\nTo: support@sprocket.example\r\n\
         Subject: {subject}\r\nDate: Tue, 24 Nov 2026 10:00:00 +0000\r\n\
         Message-ID: <{id}@customer.example>\r\n\r\nIs the rear hanger in stock? ({subject})\r\n"
    )
}
