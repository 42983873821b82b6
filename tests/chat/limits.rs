//! So many messages and conversations, and no more.

use super::{begin, bubbles, open};
use crate::support::{Browser, Instance, Page};

#[track_caller]
fn is_told_to_wait(page: &Page, at_most: u64) {
    page.expect(429, "You have written a lot in a short time. Your text is kept:");
    let seconds: u64 = page.header("retry-after").parse().expect("a number of seconds");
    assert!((1..=at_most).contains(&seconds), "{seconds}");
    let wait = match seconds.div_ceil(60) {
        1 => "a minute".to_owned(),
        minutes => format!("{minutes} minutes"),
    };
    assert!(page.says(&format!("please send it again in {wait}.")));
}

#[test]
fn a_visitor_writes_ten_messages_a_minute() {
    let (instance, cast) = Instance::with_cast();
    let customer = instance.browser();
    begin(&customer, &cast.chat_key, "Hanna Lindqvist", "Message 1");
    for n in 2..=10 {
        let form = open(&customer, &cast.chat_key).form("Send");
        form.with("Message", &format!("Message {n}")).submit().expect(200, "Message");
    }
    let form = open(&customer, &cast.chat_key).form("Send").with("Message", "Message 11");
    let page = form.submit();
    is_told_to_wait(&page, 60);
    assert_eq!(page.form("Send").value("message"), Some("Message 11"));
    assert_eq!(bubbles(&page).len(), 10, "the conversation is still there");
    // Another conversation is no way around it, and another visitor not concerned.
    let anew = open(&customer, &cast.chat_key).click("Start a new conversation");
    let page = anew.form("Send").with("Message", "Message 11").submit();
    is_told_to_wait(&page, 60);
    assert_eq!(page.form("Send").value("message"), Some("Message 11"));
    begin(&instance.browser(), &cast.chat_key, "Ivo Martens", "Hello").expect(200, "Hello");
    // The minute is over.
    instance.execute("DELETE FROM attempts");
    let page = form.submit();
    assert_eq!(bubbles(&page).len(), 11);
}

/// Begins a conversation as this client, seen through a proxy.
fn begin_from(browser: &Browser, key: &str, client: &str, message: &str) -> Page {
    let fields = [("name", "Eve"), ("email", "eve@customer.example"), ("message", message)];
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let headers = [("Sec-Fetch-Site", "same-origin"), ("X-Forwarded-For", client)];
    browser.request("POST", &format!("/chat/{key}"), &headers, Some(&body))
}

#[test]
fn a_client_begins_sixty_conversations_in_ten_minutes() {
    let instance = Instance::start_with(|config| {
        config.trusted_proxies = vec!["127.0.0.0/8".parse().expect("a network")];
    });
    let cast = crate::support::Cast::create(&instance);
    for n in 1..=60 {
        // An IPv6 client has a whole network of addresses.
        let client = format!("2001:db8:1:2::{n}");
        let page = begin_from(&instance.browser(), &cast.chat_key, &client, "Hello");
        assert_eq!(page.status, 303, "{n}: {}", page.text());
    }
    let page = begin_from(&instance.browser(), &cast.chat_key, "2001:db8:1:2:3::1", "Me too");
    is_told_to_wait(&page, 600);
    let form = page.form("Send");
    assert_eq!((form.value("message"), form.value("name")), (Some("Me too"), Some("Eve")));
    let other = begin_from(&instance.browser(), &cast.chat_key, "2001:db8:1:3::1", "Hello");
    assert_eq!(other.status, 303, "another client is not concerned");
    assert_eq!(instance.count("SELECT count(*) FROM conversations"), 61);
}

#[test]
fn a_client_does_not_choose_its_name_without_a_proxy() {
    let (instance, cast) = Instance::with_cast();
    for n in 1..=60 {
        let client = format!("192.0.2.{n}");
        begin_from(&instance.browser(), &cast.chat_key, &client, "Hello");
    }
    let page = begin_from(&instance.browser(), &cast.chat_key, "198.51.100.7", "Hello");
    is_told_to_wait(&page, 600);
}

#[test]
fn what_is_refused_or_repeated_does_not_count() {
    let (instance, cast) = Instance::with_cast();
    let customer = instance.browser();
    begin(&customer, &cast.chat_key, "Hanna Lindqvist", "Message 1");
    let again = open(&customer, &cast.chat_key).form("Send").with("Message", "Message 2");
    for _ in 0..6 {
        again.submit().expect(200, "Message 2");
        let empty = open(&customer, &cast.chat_key).form("Send").with("Message", " ");
        assert_eq!(empty.submit().status, 422);
    }
    for n in 3..=10 {
        let form = open(&customer, &cast.chat_key).form("Send");
        form.with("Message", &format!("Message {n}")).submit().expect(200, "Message");
    }
}
