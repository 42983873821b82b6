//! What customers type: checked beside each field, kept, and stored once.

use super::{begin, bubbles, open};
use crate::support::Instance;

#[test]
fn what_is_wrong_is_said_beside_each_field_and_everything_is_kept() {
    let (instance, cast) = Instance::with_cast();
    let form = open(&instance.browser(), &cast.chat_key).form("Send");
    let page = form
        .with("Your name", "  ")
        .with("Email address", "hanna@")
        .with("Message", "Is it\nin stock?")
        .submit();
    page.expect(422, "Please fill this in.");
    assert_eq!(page.all("#name-error"), ["Please fill this in."]);
    assert_eq!(page.all("#email-error"), ["This is not an email address."]);
    assert!(page.all("#message-error").is_empty());
    let form = page.form("Send");
    assert_eq!(form.value("email"), Some("hanna@"));
    assert_eq!(form.value("message"), Some("Is it\nin stock?"));
    let form = form.with("Your name", "Hanna").with("Email address", "Hanna@Customer.Example ");
    assert_eq!(bubbles(&form.submit()), ["Is itin stock?"]);
    let stored = "SELECT count(*) FROM contacts WHERE email = 'hanna@customer.example'";
    assert_eq!(instance.count(stored), 1);
}

#[test]
fn texts_that_cannot_be_are_refused_at_the_beginning_and_later() {
    let (instance, cast) = Instance::with_cast();
    let customer = instance.browser();
    let long = "é".repeat(10_001);
    let wrong = [
        ("", "Please fill this in."),
        (" \t ", "Please fill this in."),
        ("bell\u{7}", "This contains control characters. Please remove them."),
        (&*long, "This is longer than 10000 characters: it has 10001."),
    ];
    for (text, reason) in wrong {
        let page = begin(&customer, &cast.chat_key, "Hanna Lindqvist", text);
        assert_eq!((page.status, page.all("#message-error")), (422, vec![reason.to_owned()]));
        assert_eq!(page.form("Send").value("message"), Some(text));
        assert_eq!(page.form("Send").value("name"), Some("Hanna Lindqvist"));
    }
    let longest = "🚲".repeat(10_000);
    begin(&customer, &cast.chat_key, "Hanna Lindqvist", &longest).expect(200, &longest);
    for (text, reason) in wrong {
        let page = open(&customer, &cast.chat_key).form("Send").with("Message", text).submit();
        assert_eq!((page.status, page.all("#message-error")), (422, vec![reason.to_owned()]));
        assert_eq!(page.form("Send").value("message"), Some(text));
        assert_eq!(bubbles(&page), [&*longest], "the conversation is still there");
    }
    assert_eq!(instance.count("SELECT count(*) FROM messages"), 1);
}

#[test]
fn names_are_bounded_and_free_of_control_characters() {
    let (instance, cast) = Instance::with_cast();
    for (name, reason) in [
        ("x".repeat(201), "This is longer than 200 characters: it has 201."),
        ("a\0b".to_owned(), "This contains control characters. Please remove them."),
    ] {
        let page = begin(&instance.browser(), &cast.chat_key, &name, "Hello");
        assert_eq!((page.status, page.all("#name-error")), (422, vec![reason.to_owned()]));
    }
    assert_eq!(instance.count("SELECT count(*) FROM contacts"), 0);
}

#[test]
fn a_form_that_is_sent_twice_is_stored_once() {
    let (instance, cast) = Instance::with_cast();
    let customer = instance.browser();
    let first = open(&customer, &cast.chat_key)
        .form("Send")
        .with("Your name", "Hanna Lindqvist")
        .with("Email address", "hanna@customer.example")
        .with("Message", "Is it in stock?");
    for _ in 0..2 {
        assert_eq!(bubbles(&first.submit()), ["Is it in stock?"]);
    }
    let second = open(&customer, &cast.chat_key).form("Send").with("Message", "Hello?");
    for _ in 0..2 {
        assert_eq!(bubbles(&second.submit()), ["Is it in stock?", "Hello?"]);
    }
    assert_eq!(instance.count("SELECT count(*) FROM conversations"), 1);
}

#[test]
fn another_text_from_the_same_page_is_another_message() {
    let (instance, cast) = Instance::with_cast();
    let customer = instance.browser();
    begin(&customer, &cast.chat_key, "Hanna Lindqvist", "Is it in stock?");
    let page = open(&customer, &cast.chat_key);
    page.form("Send").with("Message", "Hello?").submit();
    let page = page.form("Send").with("Message", "Anybody?").submit();
    assert_eq!(bubbles(&page), ["Is it in stock?", "Hello?", "Anybody?"]);
}

#[test]
fn the_same_words_from_another_page_are_another_message() {
    let (instance, cast) = Instance::with_cast();
    let customer = instance.browser();
    begin(&customer, &cast.chat_key, "Hanna Lindqvist", "Hello?");
    let page = open(&customer, &cast.chat_key).form("Send").with("Message", "Hello?").submit();
    assert_eq!(bubbles(&page), ["Hello?", "Hello?"]);
}
