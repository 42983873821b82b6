//! Somebody new, somebody who comes back, and a chat that does not exist.

use super::{begin, bubbles, open};
use crate::support::Instance;

#[test]
fn a_customer_writes_without_an_account_and_waits_in_the_queue() {
    let (instance, cast) = Instance::with_cast();
    let customer = instance.browser();
    let page = open(&customer, &cast.chat_key);
    page.expect(200, "Sprocket & Co");
    let page = begin(&customer, &cast.chat_key, "Hanna Lindqvist", "Is it in stock?");
    page.expect(200, "Is it in stock?");
    assert_eq!(bubbles(&page), ["Is it in stock?"]);
    let inbox = cast.agent.get("/inbox?view=unassigned");
    inbox.expect(200, "Hanna Lindqvist").expect(200, "Is it in stock?");
}

#[test]
fn a_customer_is_told_that_it_arrived_until_somebody_answers() {
    let (instance, cast) = Instance::with_cast();
    let (id, customer) = cast.customer_writes(&instance, "Hanna Lindqvist", "Is it in stock?");
    let chat = || customer.get(&cast.chat_path());
    chat().expect(200, "Received. You will find the answer here whenever you come back.");
    cast.customer_adds(&customer, "And the blue one?");
    assert!(chat().says("Received."));
    cast.agent.open(id).form("Claim and send").with("Reply", "Both are.").submit();
    assert!(!chat().says("Received."), "{}", chat().text());
}

#[test]
fn a_customer_returns_to_the_same_conversation() {
    let (instance, cast) = Instance::with_cast();
    let customer = instance.browser();
    begin(&customer, &cast.chat_key, "Hanna Lindqvist", "Is it in stock?");
    let page = open(&customer, &cast.chat_key);
    let page = page.form("Send").with("Message", "The rear one, I mean.").submit();
    assert_eq!(bubbles(&page), ["Is it in stock?", "The rear one, I mean."]);
    assert_eq!(instance.count("SELECT count(*) FROM conversations"), 1);
    assert_eq!(instance.count("SELECT count(*) FROM contacts"), 1);
}

#[test]
fn a_customer_begins_anew_and_finds_the_earlier_one_again() {
    let (instance, cast) = Instance::with_cast();
    let customer = instance.browser();
    begin(&customer, &cast.chat_key, "Hanna Lindqvist", "Is it in stock?");
    let page = open(&customer, &cast.chat_key).click("Start a new conversation");
    let form = page.form("Send");
    assert_eq!(form.value("name"), Some("Hanna Lindqvist"), "they need not type it again");
    assert_eq!(form.value("email"), Some("office@customer.example"));
    let page = form.with("Message", "Do you repair, too?").submit();
    assert_eq!(bubbles(&page), ["Do you repair, too?"]);
    assert_eq!(instance.count("SELECT count(*) FROM conversations"), 2);
    assert_eq!(instance.count("SELECT count(*) FROM contacts"), 1);
    let page = page.click("Is it in stock?");
    assert_eq!(bubbles(&page), ["Is it in stock?"]);
    let page = page.form("Send").with("Message", "Hello?").submit();
    assert_eq!(bubbles(&page), ["Is it in stock?", "Hello?"], "it goes where they were");
}

#[test]
fn who_gives_another_name_is_another_contact() {
    let (instance, cast) = Instance::with_cast();
    let customer = instance.browser();
    begin(&customer, &cast.chat_key, "Hanna Lindqvist", "Is it in stock?");
    let page = open(&customer, &cast.chat_key).click("Start a new conversation");
    page.form("Send").with("Your name", "Per Lindqvist").with("Message", "And for me?").submit();
    let list = cast.agent.get("/inbox?view=unassigned").text();
    assert!(list.contains("Hanna Lindqvist") && list.contains("Per Lindqvist"));
}

#[test]
fn the_greeting_of_the_inbox_is_the_first_thing_they_read() {
    let (instance, cast) = Instance::with_cast();
    let form = super::edit(&cast).form("Save inbox");
    form.with("Greeting", "Moin! <b>We</b> answer from nine to five.").submit();
    let page = open(&instance.browser(), &cast.chat_key);
    page.expect(200, "Moin! <b>We</b> answer from nine to five.");
}

#[test]
fn a_browser_that_keeps_no_cookies_is_told_that_its_message_was_sent() {
    let (instance, cast) = Instance::with_cast();
    let browser = instance.browser();
    let form = open(&browser, &cast.chat_key).form("Send").with("Your name", "Hanna Lindqvist");
    let form = form.with("Email address", "hanna@customer.example").with("Message", "In stock?");
    let way = form.submit_once().location().expect("a redirect");
    instance.browser().get(&way).expect(200, "Your message was sent. This browser keeps no");
    let page = browser.get(&way);
    assert_eq!(bubbles(&page), ["In stock?"]);
    assert_eq!(page.path, format!("/chat/{}", cast.chat_key));
}

#[test]
fn what_is_wrong_in_an_address_is_told_a_customer_in_words_for_them() {
    let (instance, cast) = Instance::with_cast();
    let browser = instance.browser();
    let page = browser.get(&format!("/chat/{}?conversation=x&messages_before=y", cast.chat_key));
    assert!(page.expect(200, "Chat by Baton").has_button("Send"));
    assert!(browser.get(&format!("/chat/{}/", cast.chat_key)).has_button("Send"));
    let page = browser.get(&format!("/chat/{}/nothing", cast.chat_key));
    page.expect(404, "The address may be mistyped, or the chat is gone.");
    assert!(!page.says("colleague"));
}

#[test]
fn what_a_customer_wrote_comes_back_where_the_workspace_was_deleted_meanwhile() {
    let (instance, cast) = Instance::with_cast();
    let form = open(&instance.browser(), &cast.chat_key).form("Send");
    let form = form.with("Your name", "Hanna").with("Email address", "hanna@customer.example");
    let form = form.with("Message", "Is it <still> in stock?");
    instance.execute("UPDATE workspaces SET deleted_at = CURRENT_TIMESTAMP");
    let page = form.submit();
    page.expect(404, "This chat is closed").expect(404, "What you wrote");
    assert_eq!(page.all("textarea"), ["Is it <still> in stock?"]);
}

#[test]
fn a_chat_that_does_not_exist_is_closed() {
    let (instance, cast) = Instance::with_cast();
    let browser = instance.browser();
    let begun = begin(&browser, &cast.chat_key, "Hanna Lindqvist", "Is it in stock?");
    let id = begun.form("Send").value("conversation").expect("it has one").to_owned();
    let token = browser.cookie(super::COOKIE).expect("a visitor has one");
    let stranger = instance.browser();
    stranger.set_cookie(super::COOKIE, &token);
    for key in ["unknown", "0", "%00", "..%2F", &cast.chat_key.to_lowercase(), "%C3%A9"] {
        let path = format!("/chat/{key}");
        stranger.get(&path).expect(404, "This chat is closed");
        let fields = [
            ("name", "Eve"),
            ("email", "eve@customer.example"),
            ("message", "Hello"),
            ("conversation", &*id),
        ];
        stranger.post(&path, &fields).expect(404, "This chat is closed");
        let news = stranger.get(&format!("{path}/messages?conversation={id}&after=0"));
        assert_eq!(news.status, 404);
        assert!(!news.says("Is it in stock?"));
    }
    assert_eq!(instance.count("SELECT count(*) FROM messages"), 1);
}
