//! An Agent never learns through contacts of conversations they may not see.

use super::{address, contact_of};
use crate::support::Instance;

#[test]
fn a_contact_shows_each_member_the_conversations_that_exist_for_them() {
    let (instance, cast) = Instance::with_cast();
    let (first, customer) = cast.customer_writes(&instance, "Hanna Lindqvist", "The first one");
    cast.manager.open(first).form("Claim").submit().expect(200, "You own this");
    let chat = format!("/chat/{}?new", cast.chat_key);
    customer.get(&chat).form("Send").with("Message", "The second one").submit();
    let contact = contact_of(&instance, first);

    let page = cast.manager.get(&address(contact));
    page.expect(200, "2 conversations").expect(200, "The first one").expect(200, "The second one");
    let page = cast.agent.get(&address(contact));
    page.expect(200, "1 conversation").expect(200, "The second one");
    assert!(!page.says("The first one"), "{}", page.text());
    page.row("The second one").expect(200, "Open").expect(200, "Website chat");

    let second = instance.count("SELECT max(id) FROM conversations");
    cast.other_agent.open(second).form("Claim").submit().expect(200, "You own this");
    let page = cast.agent.get(&address(contact));
    page.expect(200, "0 conversations").expect(200, "None that are yours or in the queue.");
    let page = cast.other_agent.get(&address(contact));
    page.expect(200, "1 conversation").expect(200, "The second one");
}

#[test]
fn when_somebody_was_last_seen_tells_nothing_of_what_another_owns() {
    let (instance, cast) = Instance::with_cast();
    let (hidden, _) = cast.customer_writes(&instance, "Hanna Lindqvist", "Is it in stock?");
    let (shown, _) = cast.customer_writes(&instance, "Piet Mulder", "Do you repair?");
    cast.manager.open(hidden).form("Claim").submit().expect(200, "You own this");
    instance.execute(&format!(
        "UPDATE messages SET created_at = '2026-11-01 10:00:00' WHERE conversation_id = {shown}"
    ));
    for sort in ["name", "seen"] {
        let path = format!("/contacts?sort={sort}");
        let seen = |row: crate::support::Page| row.says("Last seen");
        assert!(seen(cast.manager.get(&path).row("Hanna")), "{sort}");
        assert!(!seen(cast.agent.get(&path).row("Hanna")), "{sort}");
        assert!(seen(cast.agent.get(&path).row("Piet")), "{sort}");
    }
    let order = |page: crate::support::Page| page.all(".contact-row b");
    assert_eq!(order(cast.manager.get("/contacts?sort=seen")), ["Hanna Lindqvist", "Piet Mulder"]);
    assert_eq!(order(cast.agent.get("/contacts?sort=seen")), ["Piet Mulder", "Hanna Lindqvist"]);
}

#[test]
fn the_conversations_of_a_contact_come_in_pages() {
    let (instance, cast) = Instance::with_cast();
    let (id, _) = cast.customer_writes(&instance, "Hanna Lindqvist", "The first one");
    let contact = contact_of(&instance, id);
    for n in 0..120 {
        instance.execute(&format!(
            "INSERT INTO conversations (workspace_id, inbox_id, contact_id, subject, status,
                 ownership_version, preview, last_message_id, last_customer_message_id,
                 last_activity_at, created_at)
             SELECT workspace_id, inbox_id, contact_id, 'Number {n:03}', status, 0, '', 0, 0,
                    last_activity_at, created_at FROM conversations WHERE id = {id}"
        ));
    }
    let mut page = cast.agent.get(&address(contact));
    page.expect(200, "121 conversations");
    let mut found = page.all(".history .row-name");
    while page.find_link("Older").is_some() {
        page = page.click("Older");
        found.extend(page.all(".history .row-name"));
    }
    page.click("Newest").expect(200, "Number 119");
    found.sort();
    found.dedup();
    assert_eq!(found.len(), 121);
}
