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
    page.expect(200, "Blocked. What they write in a chat is refused. Their address was only");
    assert!(!page.has_button("Block"));
    let seen = cast.agent.open(id);
    seen.expect(200, "Hanna Lindqvist is blocked. They cannot answer in the chat.");

    let chat = cast.chat_path();
    let page = customer.get(&chat).form("Send").with("Message", "Really cheap").submit();
    page.expect(403, REFUSED);
    assert_eq!(page.form("Send").value("message"), Some("Really cheap"));
    assert!(!page.body.to_lowercase().contains("block"), "{}", page.body);

    // A new conversation and another name: refused as well.
    let form = customer.get(&format!("{chat}?new")).form("Send");
    let form = form.with("Your name", "Somebody Else").with("Email address", "b@else.example");
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
fn whose_address_was_typed_in_a_chat_is_not_blocked_with_whoever_typed_it() {
    let (instance, cast) = Instance::with_cast();
    let inbox = cast.email_inbox(&instance);
    let (id, troll) = cast.customer_writes(&instance, "Hanna Lindqvist", "You fools");
    let blocked = contact_of(&instance, id);
    cast.agent.get(&address(blocked)).form("Block").submit();
    let spam = "SELECT count(*) FROM conversations WHERE spam_at IS NOT NULL";
    let waiting = "SELECT count(*) FROM conversations WHERE waiting_since IS NOT NULL";
    let mail = |subject| inbox.mail("Hanna <hanna.lindqvist@customer.example>", subject, "Hello");
    let (first, _) = inbox.takes(&instance, mail("My order").raw());
    let (second, _) = inbox.takes(&instance, mail("Another order").raw());
    let hers = contact_of(&instance, first);
    assert_ne!(hers, blocked, "whoever writes by mail is somebody else");
    assert_eq!(contact_of(&instance, second), hers);
    assert_eq!((instance.count(spam), instance.count(waiting)), (0, 2));
    // What is counted anew counts the same.
    for button in ["Resolve", "Reopen"] {
        cast.agent.open(first).form(button).submit();
    }
    assert_eq!(instance.count(waiting), 2);
    // In a browser of her own she writes, too; the other one stays blocked.
    let (third, _) = cast.customer_writes(&instance, "Hanna Lindqvist", "Did you get my mail?");
    assert_ne!(contact_of(&instance, third), blocked);
    let form = troll.get(&cast.chat_path()).form("Send").with("Message", "Still here");
    form.submit().expect(403, REFUSED);
    // Who wrote from an address has it.
    let page = cast.agent.get(&address(hers)).form("Block").submit();
    page.expect(200, "and their mails go to Spam.");
    inbox.takes(&instance, mail("A third one").raw());
    assert_eq!(instance.count(spam), 1);
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
