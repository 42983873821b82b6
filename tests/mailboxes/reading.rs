//! What arrives at a real IMAP server becomes conversations, each mail once.

use std::time::Duration;

use baton::App;

use super::{
    MAILS, connect, connecting, installation, mail, reading_installation, wait_for, wait_for_words,
};
use crate::support::{Cast, Dovecot, Instance, Runner};

const CONNECTED: &str = "SELECT count(*) FROM mailboxes WHERE connected_at IS NOT NULL";

fn page_of(instance: &Instance) -> String {
    format!("/settings/inboxes/{}", instance.newest_inbox())
}

#[test]
fn a_mail_becomes_a_conversation_as_soon_as_it_arrives() {
    let (instance, cast) = reading_installation();
    let dovecot = Dovecot::start();
    // What came before the inbox was connected is taken too.
    dovecot.deliver(mail("Rear hanger"));
    connect(&cast, dovecot.tls_port, "TLS");
    wait_for(&instance, 1, MAILS);
    let page = wait_for_words(&cast, &page_of(&instance), "Connected since");
    page.expect(200, "Last mail: just now");
    cast.agent.get("/inbox?view=unassigned").expect(200, "Hanna Lindqvist");
    // The server tells of the next one: asking would take minutes.
    dovecot.deliver(mail("Front hanger"));
    wait_for(&instance, 2, MAILS);
    assert_eq!(dovecot.mails(), (2, 0), "nothing is changed in the mailbox");
    cast.admin.get("/settings/inboxes").row("Support mail").expect(200, "2 conversations");
}

#[test]
fn a_server_that_does_not_tell_is_asked() {
    let (instance, cast) = reading_installation();
    let dovecot = Dovecot::without_idle();
    connect(&cast, dovecot.port, "STARTTLS");
    wait_for(&instance, 1, CONNECTED);
    for n in 1..=2 {
        dovecot.deliver(mail(&format!("Hanger {n}")));
        wait_for(&instance, n, MAILS);
    }
}

#[test]
fn a_wrong_password_is_told_on_the_page_and_a_right_one_is_used_at_once() {
    let (instance, cast) = reading_installation();
    let dovecot = Dovecot::start();
    connecting(&cast, "Save inbox", dovecot.tls_port, "TLS")
        .with("IMAP password", "guessed")
        .submit()
        .expect(200, "Added Support mail.");
    let path = page_of(&instance);
    let page = wait_for_words(&cast, &path, "Not connected");
    page.expect(200, "The server refused the sign-in").expect(200, "Next try:");
    cast.admin.get("/settings/inboxes").row("Support mail").expect(200, "Not connected");
    dovecot.deliver(mail("Rear hanger"));
    assert!(is_paused(&instance), "who asks again and again is locked out");
    // Its pause is over at once.
    let form = cast.admin.get(&path).form("Save inbox");
    form.with("IMAP password", super::PASSWORD).submit().expect(200, "Saved Support mail.");
    wait_for(&instance, 1, MAILS);
    wait_for_words(&cast, &path, "Connected since");
}

/// Whether the next try is after the long pause.
fn is_paused(instance: &Instance) -> bool {
    let soon = baton::db::Utc::now().plus(chrono::TimeDelta::minutes(25));
    instance.count(&format!(
        "SELECT count(*) FROM mailboxes WHERE next_attempt_at > '{}'",
        soon.to_chrono().format("%Y-%m-%d %H:%M:%S%.6f")
    )) == 1
}

#[test]
fn a_refused_sign_in_waits_until_the_kept_connection_is_found_to_work() {
    let (instance, cast) = reading_installation();
    let dovecot = Dovecot::start();
    dovecot.forgets_its_user();
    connect(&cast, dovecot.tls_port, "TLS");
    let path = page_of(&instance);
    wait_for_words(&cast, &path, "The server refused the sign-in");
    assert!(is_paused(&instance));
    dovecot.deliver(mail("Rear hanger"));
    dovecot.knows_its_user();
    let test = || cast.admin.get(&path).form("Test connection");
    let page = test().with("IMAP password", "guessed").submit();
    page.expect(200, "The connection does not work");
    assert!(is_paused(&instance), "another password says nothing of the kept one");
    test().submit().expect(200, "The connection works");
    wait_for(&instance, 1, MAILS);
}

#[test]
fn a_bad_certificate_gets_no_password() {
    let dovecot = Dovecot::start();
    let instance = Instance::start_with_jobs();
    let cast = Cast::create(&instance);
    dovecot.deliver(mail("Rear hanger"));
    connect(&cast, dovecot.tls_port, "TLS");
    let page = wait_for_words(&cast, &page_of(&instance), "Not connected");
    page.expect(
        200,
        "The certificate of localhost is from an authority that Baton does not trust.",
    );
    assert_eq!(instance.count(MAILS), 0);
}

#[test]
fn mails_that_are_numbered_anew_are_taken_once() {
    let (instance, cast) = reading_installation();
    let mut dovecot = Dovecot::start();
    for n in 1..=3 {
        dovecot.deliver(mail(&format!("Hanger {n}")));
    }
    connect(&cast, dovecot.tls_port, "TLS");
    wait_for(&instance, 3, MAILS);
    let validity = instance.count("SELECT uid_validity FROM mailboxes");
    dovecot.stop();
    dovecot.renumber();
    dovecot.deliver(mail("Hanger 4"));
    dovecot.go_on();
    wait_for(&instance, 4, MAILS);
    assert_ne!(instance.count("SELECT uid_validity FROM mailboxes"), validity);
    wait_for(&instance, 4, "SELECT last_uid FROM mailboxes");
    assert_eq!(instance.count("SELECT count(*) FROM messages WHERE kind = 'customer'"), 4);
}

#[test]
fn mails_that_are_numbered_anew_are_not_the_last_that_came() {
    let (instance, cast) = reading_installation();
    let mut dovecot = Dovecot::start();
    dovecot.deliver(mail("Rear hanger"));
    connect(&cast, dovecot.tls_port, "TLS");
    wait_for(&instance, 1, "SELECT last_uid FROM mailboxes");
    let validity = instance.count("SELECT uid_validity FROM mailboxes");
    dovecot.stop();
    instance.execute("UPDATE mailboxes SET last_mail_at = '2020-01-01 00:00:00'");
    dovecot.renumber();
    dovecot.go_on();
    let anew = format!("uid_validity <> {validity} AND last_uid = 1");
    wait_for(&instance, 1, &format!("SELECT count(*) FROM mailboxes WHERE {anew}"));
    cast.admin.get(&page_of(&instance)).expect(200, "Last mail: 1 Jan 2020");
}

#[test]
fn an_archived_inbox_is_not_read_and_goes_on_when_it_is_taken_back() {
    let (instance, cast) = reading_installation();
    let dovecot = Dovecot::start();
    connect(&cast, dovecot.tls_port, "TLS");
    wait_for(&instance, 1, CONNECTED);
    let path = page_of(&instance);
    cast.admin.get(&path).form("Archive inbox").submit().expect(200, "Archived Support mail.");
    wait_for(&instance, 0, CONNECTED);
    dovecot.deliver(mail("Rear hanger"));
    cast.admin.get(&path).expect(200, "An archived inbox reads no mail.");
    std::thread::sleep(Duration::from_secs(2));
    assert_eq!(instance.count(MAILS), 0);
    cast.admin.get(&path).form("Restore inbox").submit();
    wait_for(&instance, 1, MAILS);
}

#[test]
fn a_mail_that_is_too_big_becomes_a_conversation_that_says_so() {
    let (instance, cast) = reading_installation();
    let dovecot = Dovecot::start();
    let line = format!("{}\r\n", "x".repeat(998));
    let big = mail("The plans") + &line.repeat(27 * 1024 * 1024 / line.len());
    dovecot.deliver(big);
    dovecot.deliver(mail("Small one"));
    connect(&cast, dovecot.tls_port, "TLS");
    wait_for(&instance, 2, MAILS);
    let id = instance.count("SELECT min(conversation_id) FROM messages WHERE body LIKE '%25 MB%'");
    cast.admin.open(id).expect(200, "This mail is 27 MB.");
}

#[test]
fn two_nodes_take_each_mail_once() {
    let (instance, cast) = installation();
    let dovecot = Dovecot::start();
    for n in 1..=30 {
        dovecot.deliver(mail(&format!("Hanger {n}")));
    }
    connect(&cast, dovecot.tls_port, "TLS");
    let other = App::open((*instance.app.config).clone()).expect("a second node opens");
    let first = Runner::start(&instance.app);
    let _second = Runner::start(&other);
    wait_for(&instance, 30, MAILS);
    // Whichever node reads, the other one goes on without a pause when it stops.
    drop(first);
    for n in 31..=40 {
        dovecot.deliver(mail(&format!("Hanger {n}")));
    }
    wait_for(&instance, 40, MAILS);
    assert_eq!(instance.count("SELECT count(*) FROM messages WHERE kind = 'customer'"), 40);
}

#[test]
fn a_node_that_died_leaves_its_mailbox_to_another_one() {
    let (instance, cast) = installation();
    let dovecot = Dovecot::start();
    dovecot.deliver(mail("Rear hanger"));
    connect(&cast, dovecot.tls_port, "TLS");
    // As a node leaves it that was killed while it read.
    let now = baton::db::Utc::now().plus(chrono::TimeDelta::seconds(3));
    instance.execute(&format!(
        "UPDATE mailboxes SET leased_by = 'a dead node', connected_at = created_at,
         leased_until = '{}'",
        now.to_chrono().format("%Y-%m-%d %H:%M:%S%.6f")
    ));
    let _runner = Runner::start(&instance.app);
    wait_for(&instance, 1, MAILS);
}

#[test]
fn a_fresh_installation_trusts_the_authority_of_its_configuration() {
    let (instance, cast) = {
        let instance = Instance::start_with_jobs_and(Dovecot::is_trusted_by);
        let cast = Cast::create(&instance);
        (instance, cast)
    };
    let dovecot = Dovecot::start();
    connect(&cast, dovecot.port, "None");
    wait_for(&instance, 1, CONNECTED);
}

#[test]
fn what_the_server_has_had_for_days_is_told_as_of_then() {
    let (instance, cast) = reading_installation();
    let dovecot = Dovecot::start();
    let days = Duration::from_secs(3 * 24 * 60 * 60);
    dovecot.delivered(mail("Rear hanger"), std::time::SystemTime::now() - days);
    connect(&cast, dovecot.tls_port, "TLS");
    wait_for(&instance, 1, MAILS);
    let then = baton::db::Utc::now().minus(chrono::TimeDelta::days(3));
    let day = then.to_chrono().format("%Y-%m-%d").to_string();
    let id = instance.count("SELECT max(id) FROM conversations");
    let told = cast.agent.open(id).attribute(".message-by time", "datetime");
    assert!(told.starts_with(&day), "{told}");
}
