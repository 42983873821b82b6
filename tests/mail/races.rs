//! The same mail, and mails of one person, from many sides at once.

use std::sync::Barrier;

use super::HANNA;
use crate::support::Instance;

const THREADS: usize = 64;

/// Brings every mail in a thread of its own, all in the same moment.
fn at_once(instance: &Instance, inbox: &crate::support::EmailInbox, mails: &[String]) -> usize {
    let start = Barrier::new(mails.len());
    let taken: Vec<_> = std::thread::scope(|scope| {
        let bring = |mail| {
            let start = &start;
            scope.spawn(move || {
                start.wait();
                inbox.tries(instance, mail)
            })
        };
        let threads: Vec<_> = mails.iter().map(bring).collect();
        threads.into_iter().map(|thread| thread.join().expect("no panic")).collect()
    });
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
    assert_eq!(at_once(&instance, &inbox, &vec![raw; THREADS]), 1);
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
    assert_eq!(at_once(&instance, &inbox, &mails), THREADS);
    assert_eq!(instance.count("SELECT count(*) FROM contacts"), 1);
}
