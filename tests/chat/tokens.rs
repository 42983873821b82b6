//! The visitor's token: what it opens, and what it does not.

use super::{COOKIE, begin, bubbles, newest_key, open, second_chat};
use crate::support::{Browser, Instance};

/// A browser that holds this token.
fn with_token(instance: &Instance, token: &str) -> Browser {
    let browser = instance.browser();
    browser.set_cookie(COOKIE, token);
    browser
}

#[test]
fn the_cookie_is_for_this_chat_alone_and_out_of_reach_of_scripts() {
    let (instance, cast) = Instance::with_cast();
    let customer = instance.browser();
    let form = open(&customer, &cast.chat_key).form("Send");
    let form = form.with("Your name", "Hanna").with("Email address", "hanna@customer.example");
    let page = form.with("Message", "Hello").submit_once();
    let cookie = page.header("set-cookie").to_owned();
    for part in ["HttpOnly", "SameSite=Lax", &format!("Path=/chat/{}", cast.chat_key), "Max-Age="] {
        assert!(cookie.contains(part), "{part} in {cookie}");
    }
    assert!(!open(&customer, &cast.chat_key).headers.contains_key("set-cookie"));
}

#[test]
fn looking_at_a_chat_leaves_nothing_behind() {
    let (instance, cast) = Instance::with_cast();
    let page = open(&instance.browser(), &cast.chat_key);
    assert!(!page.headers.contains_key("set-cookie"));
    for table in ["visitors", "contacts", "conversations"] {
        assert_eq!(instance.count(&format!("SELECT count(*) FROM {table}")), 0);
    }
}

#[test]
fn a_token_that_was_tampered_with_opens_nothing() {
    let (instance, cast) = Instance::with_cast();
    let customer = instance.browser();
    begin(&customer, &cast.chat_key, "Hanna Lindqvist", "My code is 4711.");
    let token = customer.cookie(COOKIE).expect("a visitor has one");
    let other = instance.browser();
    begin(&other, &cast.chat_key, "Eve", "Hello");
    let (id, signature) = token.split_once('.').expect("an id and a signature");
    let eves = other.cookie(COOKIE).expect("a visitor has one");
    let (eve, _) = eves.split_once('.').expect("an id and a signature");
    let (first, rest) = signature.split_at(1);
    let flipped = if first == "A" { "B" } else { "A" };
    let made_up = [
        format!("{eve}.{signature}"),
        format!("{id}.{flipped}{rest}"),
        format!("{id}.{}", &signature[..signature.len() - 1]),
        format!("{id}."),
        format!("0{id}.{signature}x"),
        id.to_owned(),
        format!("-{id}.{signature}"),
        "99999999999999999999.x".to_owned(),
        "x".repeat(3000),
    ];
    for token in &made_up {
        let browser = with_token(&instance, token);
        let page = open(&browser, &cast.chat_key);
        page.expect(200, "Your name");
        assert!(!page.body.contains("4711"), "{token}");
    }
    // Whoever holds one begins anew, with a token of their own.
    let browser = with_token(&instance, &made_up[0]);
    let page = begin(&browser, &cast.chat_key, "Eve again", "Hello");
    assert_eq!(bubbles(&page), ["Hello"]);
    assert_ne!(browser.cookie(COOKIE), Some(made_up[0].clone()));
    assert_eq!(instance.count("SELECT count(*) FROM visitors"), 3);
}

#[test]
fn a_token_is_worth_nothing_in_another_chat() {
    let (instance, cast) = Instance::with_cast();
    let customer = instance.browser();
    begin(&customer, &cast.chat_key, "Hanna Lindqvist", "My code is 4711.");
    let token = customer.cookie(COOKIE).expect("a visitor has one");
    let id = instance.count("SELECT max(id) FROM conversations").to_string();
    let elsewhere = [second_chat(&instance, &cast), newest_key(&instance, cast.other_workspace_id)];
    for key in &elsewhere {
        let browser = with_token(&instance, &token);
        assert!(!open(&browser, key).body.contains("4711"));
        let page = browser.get(&format!("/chat/{key}?conversation={id}"));
        page.expect(404, "This conversation cannot be opened in this browser.");
        let fields = [("conversation", &*id), ("message", "From elsewhere")];
        assert_eq!(browser.post(&format!("/chat/{key}"), &fields).status, 404);
        let page = begin(&browser, key, "Hanna Lindqvist", "Hello there");
        assert_eq!(bubbles(&page), ["Hello there"]);
    }
    assert_eq!(instance.count("SELECT count(*) FROM visitors"), 3);
    assert_eq!(
        instance.count(&format!("SELECT count(*) FROM messages WHERE conversation_id = {id}")),
        1
    );
}

#[test]
fn a_members_session_opens_no_chat_and_a_visitors_token_no_inbox() {
    let (instance, cast) = Instance::with_cast();
    let customer = instance.browser();
    begin(&customer, &cast.chat_key, "Hanna Lindqvist", "My code is 4711.");
    assert!(!open(&cast.admin.browser, &cast.chat_key).body.contains("4711"));
    let page = customer.get_once("/inbox");
    assert_eq!(page.status, 303);
    assert!(page.location().is_some_and(|to| to.starts_with("/login")));
}

#[test]
fn a_form_of_another_site_writes_nothing() {
    let (instance, cast) = Instance::with_cast();
    let customer = instance.browser();
    begin(&customer, &cast.chat_key, "Hanna Lindqvist", "Hello");
    let body = "name=Eve&email=eve%40customer.example&message=Hello";
    for headers in [
        &[("Sec-Fetch-Site", "cross-site")][..],
        &[("Sec-Fetch-Site", "same-site")],
        &[("Origin", "https://evil.example")],
        &[],
    ] {
        let page = customer.request("POST", &cast.chat_path(), headers, Some(body));
        page.expect(403, "That did not come from a Baton page");
    }
    assert_eq!(instance.count("SELECT count(*) FROM messages"), 1);
}
