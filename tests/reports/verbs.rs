//! What members and customers do is counted when they do it.

use super::fill;
use crate::support::{Cast, Instance};

/// Facts that are counted, by kind.
fn facts(instance: &Instance) -> [i64; 5] {
    ["opened", "reopened", "answered", "resolved", "reply"].map(|kind| {
        instance.count(&format!(
            "SELECT count(*) FROM report_facts WHERE kind = '{kind}' AND hidden = 0"
        ))
    })
}

fn reply(cast: &Cast, id: i64) {
    let page = cast.agent.open(id);
    let button = if page.has_button("Send reply") { "Send reply" } else { "Claim and send" };
    page.form(button).with("Reply", "Hello!").submit().expect(200, "Hello!");
}

/// So that nothing is taken back: all of it was two minutes ago.
fn age(instance: &Instance) {
    instance.execute("UPDATE report_facts SET happened = happened - 120, since = since - 120");
}

#[test]
fn a_conversation_is_counted_through_its_life() {
    let (instance, cast) = Instance::with_cast();
    let (id, customer) = cast.customer_writes(&instance, "Hanna Lindqvist", "Hello?");
    assert_eq!(facts(&instance), [1, 0, 0, 0, 0]);
    reply(&cast, id);
    reply(&cast, id);
    let note = cast.agent.open(id).form("Add note").with("Note", "She rides a lot.");
    note.submit();
    assert_eq!(facts(&instance), [1, 0, 1, 0, 2], "the first reply is the first response");
    cast.agent.open(id).form("Resolve").submit();
    assert_eq!(facts(&instance), [1, 0, 1, 1, 2]);
    age(&instance);
    let form = customer.get(&cast.chat_path()).form("Send");
    form.with("Message", "One more thing").submit();
    assert_eq!(facts(&instance), [1, 1, 1, 1, 2]);
    age(&instance);
    cast.agent.open(id).form("Resolve").submit();
    assert_eq!(facts(&instance), [1, 1, 1, 2, 2]);
    let since = instance.count(
        "SELECT count(*) FROM report_facts r JOIN report_facts o
         ON o.kind = 'reopened' AND o.happened = r.since WHERE r.kind = 'resolved'",
    );
    assert_eq!(since, 1, "the second resolution begins at the reopening");
    let by = cast.agent.membership_id;
    let mine = format!("SELECT count(*) FROM report_facts WHERE member_id = {by}");
    assert_eq!(instance.count(&mine), 5);
}

#[test]
fn what_is_taken_back_at_once_does_not_count() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    cast.agent.open(id).form("Resolve").submit();
    cast.agent.open(id).form("Reopen").submit();
    assert_eq!(facts(&instance), [1, 0, 0, 0, 0]);
    cast.agent.open(id).form("Resolve").submit();
    age(&instance);
    // Neither does a reopening, and the resolution before it stands.
    cast.agent.open(id).form("Reopen").submit();
    assert_eq!(facts(&instance), [1, 1, 0, 1, 0]);
    cast.agent.open(id).form("Resolve").submit();
    assert_eq!(facts(&instance), [1, 0, 0, 1, 0]);
}

#[test]
fn spam_and_blocked_contacts_are_left_out_until_that_is_taken_back() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.waiting(&instance);
    reply(&cast, id);
    assert_eq!(facts(&instance), [1, 0, 1, 0, 1]);
    cast.agent.open(id).form("Mark as spam").submit();
    assert_eq!(facts(&instance), [0, 0, 0, 0, 0]);
    cast.agent.open(id).form("Not spam").submit();
    assert_eq!(facts(&instance), [1, 0, 1, 0, 1]);
    let contact = instance.count(&format!("SELECT contact_id FROM conversations WHERE id = {id}"));
    let path = format!("/contacts/{contact}");
    cast.agent.get(&path).form("Block").submit();
    assert_eq!(facts(&instance), [0, 0, 0, 0, 0]);
    cast.agent.get(&path).form("Unblock").submit();
    assert_eq!(facts(&instance), [1, 0, 1, 0, 1]);
}

#[test]
fn what_is_deleted_with_a_contact_or_a_workspace_leaves_the_reports() {
    let (instance, cast) = Instance::with_cast();
    let ids = fill(&instance, &cast).ids;
    let of_d = format!("SELECT count(*) FROM report_facts WHERE conversation_id = {}", ids[3]);
    assert_eq!(instance.count(&of_d), 6);
    let contact =
        instance.count(&format!("SELECT contact_id FROM conversations WHERE id = {}", ids[3]));
    cast.admin.get(&format!("/contacts/{contact}/delete")).form("Delete contact").submit();
    assert_eq!(instance.count(&of_d), 0);
    let name = [("confirmation", "Sprocket & Co")];
    cast.admin.browser.post("/settings/workspace/delete", &name).expect(200, "deleted.");
    assert_eq!(instance.count("SELECT count(*) FROM report_facts"), 0);
}
