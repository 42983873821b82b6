//! Blocked contacts: refused in the chat, without a word on why.

use super::{address, contact_of};
use crate::support::Instance;

const REFUSED: &str = "Your message could not be sent. Your text is kept.";

#[test]
fn a_blocked_contact_cannot_write_and_is_not_told_why() {
    let (instance, cast) = Instance::with_cast();
    let (id, customer) = cast.customer_writes(&instance, "Hanna Lindqvist", "Buy my pills");
    let contact = address(contact_of(&instance, id));
    let page = cast.agent.get(&contact).form("Block").submit();
    page.expect(200, "Blocked. What they write in a chat is refused, and their mails go to Spam.");
    assert!(!page.has_button("Block"));

    let chat = cast.chat_path();
    let page = customer.get(&chat).form("Send").with("Message", "Really cheap").submit();
    page.expect(403, REFUSED);
    assert_eq!(page.form("Send").value("message"), Some("Really cheap"));
    assert!(!page.body.to_lowercase().contains("block"), "{}", page.body);

    // A new conversation, another name, another browser: refused as well.
    let form = customer.get(&format!("{chat}?new")).form("Send");
    let form = form.with("Your name", "Somebody Else").with("Email address", "b@else.example");
    form.with("Message", "Pills").submit().expect(403, REFUSED);
    let form = instance.browser().get(&chat).form("Send").with("Your name", "Hanna");
    let form = form.with("Email address", "hanna.lindqvist@customer.example");
    form.with("Message", "Pills").submit().expect(403, REFUSED);
    assert_eq!(instance.count("SELECT count(*) FROM messages"), 1);

    // Nobody else is concerned.
    cast.customer_writes(&instance, "Piet Mulder", "Do you repair?");

    cast.manager.get(&contact).form("Unblock").submit().expect(200, "Unblocked.");
    let page = customer.get(&chat).form("Send").with("Message", "I meant bells").submit();
    page.expect(200, "I meant bells");
}

#[test]
fn whoever_gave_another_name_before_is_still_the_one_who_is_blocked() {
    let (instance, cast) = Instance::with_cast();
    let (first, customer) = cast.customer_writes(&instance, "Hanna Lindqvist", "Buy my pills");
    let chat = format!("/chat/{}?new", cast.chat_key);
    let form = customer.get(&chat).form("Send").with("Your name", "Nobody");
    form.with("Message", "Cheap pills").submit().expect(200, "Cheap pills");
    cast.agent.get(&address(contact_of(&instance, first))).form("Block").submit();
    let form = customer.get(&chat).form("Send").with("Message", "More pills");
    form.submit().expect(403, REFUSED);
}

#[test]
fn the_line_about_it_names_nobody() {
    let (instance, cast) = Instance::with_cast();
    let contact = contact_of(&instance, cast.waiting(&instance));
    let form = cast.agent.get(&address(contact)).form("Block");
    form.submit();
    form.submit();
    let line = format!(
        "SELECT count(*) FROM audit_entries WHERE kind = 'contact_blocked' AND about = '{contact}'"
    );
    assert_eq!(instance.count(&line), 1, "and once");
}
