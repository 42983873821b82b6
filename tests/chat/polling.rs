//! What the page's script asks for: new list items, and nothing else.

use super::{begin, bubbles, open};
use crate::support::{Browser, Instance, Page};

fn news(browser: &Browser, key: &str, conversation: &str, after: &str) -> Page {
    browser.get(&format!("/chat/{key}/messages?conversation={conversation}&after={after}"))
}

#[test]
fn the_script_gets_what_is_newer_than_what_it_has() {
    let (instance, cast) = Instance::with_cast();
    let customer = instance.browser();
    let page = begin(&customer, &cast.chat_key, "Hanna Lindqvist", "Is it in stock?");
    let id = page.form("Send").value("conversation").expect("it has one").to_owned();
    let newest = page.attribute("[data-message]", "data-message");
    let nothing = news(&customer, &cast.chat_key, &id, &newest);
    assert_eq!((nothing.status, bubbles(&nothing).len()), (200, 0));
    let agent = cast.agent.open(id.parse().expect("an id"));
    agent.form("Add note").with("Note", "Ask the workshop.").submit();
    assert!(bubbles(&news(&customer, &cast.chat_key, &id, &newest)).is_empty());
    let agent = cast.agent.open(id.parse().expect("an id"));
    agent.form("Claim and send").with("Reply", "Two are left.").submit();
    let page = news(&customer, &cast.chat_key, &id, &newest);
    assert_eq!(bubbles(&page), ["Two are left."]);
    page.expect(200, "Mia Chen from Sprocket & Co");
    assert!(page.body.trim_start().starts_with("<li"), "a fragment: {}", page.body);
    let newest = page.attribute("[data-message]", "data-message");
    assert!(bubbles(&news(&customer, &cast.chat_key, &id, &newest)).is_empty());
    assert_eq!(bubbles(&news(&customer, &cast.chat_key, &id, "0")).len(), 2);
}

#[test]
fn the_page_tells_its_script_where_to_ask() {
    let (instance, cast) = Instance::with_cast();
    let customer = instance.browser();
    let page = begin(&customer, &cast.chat_key, "Hanna Lindqvist", "Is it in stock?");
    let path = page.attribute("[data-messages]", "data-messages");
    let page = customer.get(&format!("{path}&after=0"));
    assert_eq!(bubbles(&page), ["Is it in stock?"]);
}

#[test]
fn nobody_else_gets_the_news_of_a_conversation() {
    let (instance, cast) = Instance::with_cast();
    let customer = instance.browser();
    let page = begin(&customer, &cast.chat_key, "Hanna Lindqvist", "My code is 4711.");
    let id = page.form("Send").value("conversation").expect("it has one").to_owned();
    let other = instance.browser();
    begin(&other, &cast.chat_key, "Hanna Lindqvist", "Hello");
    for browser in [instance.browser(), other, cast.agent.browser.clone()] {
        let page = news(&browser, &cast.chat_key, &id, "0");
        assert_eq!(page.status, 404);
        assert!(!page.body.contains("4711"));
    }
    let other_key = super::newest_key(&instance, cast.other_workspace_id);
    assert_eq!(news(&customer, &other_key, &id, "0").status, 404);
}

#[test]
fn questions_that_make_no_sense_are_not_found() {
    let (instance, cast) = Instance::with_cast();
    let customer = instance.browser();
    begin(&customer, &cast.chat_key, "Hanna Lindqvist", "Hello");
    for query in ["", "?conversation=x", "?after=1", "?conversation=1&after=x", "?conversation=-1"]
    {
        let page = customer.get(&format!("/chat/{}/messages{query}", cast.chat_key));
        assert_eq!(page.status, 404, "{query}");
    }
    for query in ["?conversation=x", "?messages_before=x", "?conversation=1&conversation=2"] {
        assert!(open(&customer, &format!("{}{query}", cast.chat_key)).status < 500, "{query}");
    }
}

#[test]
fn what_a_closed_chat_hears_of_is_not_read() {
    let (instance, cast) = Instance::with_cast();
    let (id, customer) = cast.customer_writes(&instance, "Hanna Lindqvist", "Is it in stock?");
    cast.agent.open(id).form("Claim and send").with("Reply", "Two are left.").submit();
    let path = format!("/chat/{}/messages?conversation={id}&after=0", cast.chat_key);
    let read = "SELECT count(*) FROM conversations WHERE visitor_read_id > 0";
    customer.get(&format!("{path}&peek=1")).expect(200, "Two are left.");
    assert_eq!(instance.count(read), 0);
    customer.get(&path).expect(200, "Two are left.");
    assert_eq!(instance.count(read), 1);
}

#[test]
fn an_earlier_page_leads_back_and_hears_of_nothing() {
    let (instance, cast) = Instance::with_cast();
    let (_, customer) = cast.customer_writes_a_lot(&instance);
    let newest = open(&customer, &cast.chat_key);
    assert_eq!(newest.all("[data-messages]").len(), 1);
    let earlier = newest.click("Show earlier messages");
    assert_eq!(bubbles(&earlier), ["Message 1", "Message 2", "Message 3"]);
    assert_eq!(earlier.all("[data-messages], [data-live]"), [""; 0]);
    assert!(!earlier.says("Received."));
    assert_eq!(bubbles(&earlier.click("Show newest messages")).len(), 100);
}
