//! The same mail, and mails of one person, from many sides at once.

use super::HANNA;
use crate::races::at_once;
use crate::support::Instance;

const THREADS: usize = 64;

/// Brings every mail in a thread of its own, all in the same moment.
fn stored_at_once(
    instance: &Instance,
    inbox: &crate::support::EmailInbox,
    mails: &[String],
) -> usize {
    let taken = at_once(mails.iter().map(|mail| move || inbox.tries(instance, mail)).collect());
    let stored = |received: &baton::channels::email::Received| {
        matches!(received, baton::channels::email::Received::Stored { .. })
    };
    taken.into_iter().map(|one| one.expect("it is taken")).filter(stored).count()
}

#[test]
fn the_same_mail_from_64_sides_is_one_message() {
    let (instance, cast) = Instance::with_cast();
    let inbox = cast.email_inbox(&instance);
    let raw = inbox.mail(HANNA, "Rear hanger", "Is it in stock?").raw();
    assert_eq!(stored_at_once(&instance, &inbox, &vec![raw; THREADS]), 1);
    for table in ["conversations", "messages", "mails", "contacts"] {
        assert_eq!(instance.count(&format!("SELECT count(*) FROM {table}")), 1, "{table}");
    }
    assert_eq!(instance.count("SELECT count(*) FROM attachments"), 0);
}

#[test]
fn mails_of_one_person_at_once_make_one_contact() {
    let (instance, cast) = Instance::with_cast();
    let inbox = cast.email_inbox(&instance);
    let mails: Vec<String> = (0..THREADS)
        .map(|n| inbox.mail(HANNA, &format!("Question {n}"), "Is it in stock?").raw())
        .collect();
    assert_eq!(stored_at_once(&instance, &inbox, &mails), THREADS);
    assert_eq!(instance.count("SELECT count(*) FROM contacts"), 1);
}
