//! What a customer sees of others, and of the team.

use super::{begin, bubbles, open};
use crate::support::Instance;

#[test]
fn two_who_type_the_same_address_do_not_see_each_other() {
    let (instance, cast) = Instance::with_cast();
    let (one, other) = (instance.browser(), instance.browser());
    begin(&one, &cast.chat_key, "Hanna Lindqvist", "My code is 4711.");
    let page = begin(&other, &cast.chat_key, "Hanna Lindqvist", "Where were we?");
    assert_eq!(bubbles(&page), ["Where were we?"]);
    assert!(!page.body.contains("4711"));
    assert!(!page.says("My code"), "nor in the list of conversations");
    assert_eq!(instance.count("SELECT count(DISTINCT contact_id) FROM conversations"), 2);
}

#[test]
fn a_conversation_of_another_visitor_cannot_be_opened_or_written_into() {
    let (instance, cast) = Instance::with_cast();
    let (one, other) = (instance.browser(), instance.browser());
    let page = begin(&one, &cast.chat_key, "Hanna Lindqvist", "My code is 4711.");
    let id = page.form("Send").value("conversation").expect("it has one").to_owned();
    begin(&other, &cast.chat_key, "Eve", "Hello");
    for browser in [&other, &instance.browser()] {
        let page = browser.get(&format!("/chat/{}?conversation={id}", cast.chat_key));
        page.expect(404, "This conversation cannot be opened in this browser.");
        assert!(!page.body.contains("4711"));
        let fields =
            [("conversation", &*id), ("message", "It is me"), ("submission", "0123456789abcdef")];
        let page = browser.post(&cast.chat_path(), &fields);
        page.expect(404, "This conversation cannot be opened in this browser.");
        assert_eq!(page.form("Send").value("message"), Some("It is me"), "the text is kept");
    }
    assert_eq!(instance.count("SELECT count(*) FROM messages"), 2);
}

#[test]
fn a_customer_knows_a_member_by_the_name_that_they_chose() {
    let (instance, cast) = Instance::with_cast();
    let customer = instance.browser();
    let page = begin(&customer, &cast.chat_key, "Hanna Lindqvist", "Is it in stock?");
    let id: i64 =
        page.form("Send").value("conversation").expect("it has one").parse().expect("an id");
    let profile = cast.agent.get("/settings/profile").form("Save profile");
    profile.with("Name customers see", "Mia").submit().expect(200, "Mia");
    cast.agent.open(id).form("Claim and send").with("Reply", "Two are left.").submit();
    let page = open(&customer, &cast.chat_key);
    page.expect(200, "Mia from Sprocket & Co");
    let news = customer.get(&format!("/chat/{}/messages?conversation={id}", cast.chat_key));
    for page in [&page, &news] {
        for hidden in ["Chen", "mia@sprocket.example", "claimed", "Gil Roth"] {
            assert!(!page.body.contains(hidden), "{hidden} is the team's: {}", page.body);
        }
    }
    assert!(cast.manager.open(id).says("Mia Chen"), "the team knows the whole name");
    // What was said stays said under that name.
    let profile = cast.agent.get("/settings/profile").form("Save profile");
    profile.with("Name customers see", "M. C.").submit();
    open(&customer, &cast.chat_key).expect(200, "Mia from Sprocket & Co");
}

#[test]
fn a_customer_is_not_told_how_the_team_handles_it() {
    let (instance, cast) = Instance::with_cast();
    let customer = instance.browser();
    let page = begin(&customer, &cast.chat_key, "Hanna Lindqvist", "Is it in stock?");
    let id: i64 =
        page.form("Send").value("conversation").expect("it has one").parse().expect("an id");
    let before = open(&customer, &cast.chat_key).text();
    let page = cast.agent.open(id).form("Claim").submit();
    let page = page.form("Add note").with("Note", "A difficult one.").submit();
    page.form("Resolve").submit();
    assert_eq!(open(&customer, &cast.chat_key).text(), before);
}

#[test]
fn the_page_is_not_kept_and_not_framed() {
    let (instance, cast) = Instance::with_cast();
    let customer = instance.browser();
    let page = begin(&customer, &cast.chat_key, "Hanna Lindqvist", "Is it in stock?");
    assert_eq!(page.header("cache-control"), "no-store");
    let policy = page.header("content-security-policy");
    assert!(policy.trim_end().ends_with("frame-ancestors 'self'"), "{policy}");
    assert!(!policy.contains("unsafe"));
}
