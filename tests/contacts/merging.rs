//! Two contacts that are one customer.

use super::{address, contact_of};
use crate::support::{Cast, Instance};

/// Two contacts, by different browsers.
fn two(instance: &Instance, cast: &Cast) -> (i64, i64, i64) {
    let (first, _) = cast.customer_writes(instance, "Hanna Lindqvist", "The first one");
    let (second, _) = cast.customer_writes(instance, "Hanna Berg", "The second one");
    (contact_of(instance, first), contact_of(instance, second), second)
}

#[test]
fn a_merge_says_what_will_happen_moves_everything_and_can_be_undone() {
    let (instance, cast) = Instance::with_cast();
    let (left, gone, _) = two(&instance, &cast);
    let form = cast.agent.get(&address(gone)).form("Save contact");
    form.with("Phone", "+46 70 555 01 42").submit().expect(200, "Saved");
    cast.agent.get(&address(gone)).form("Add note").with("Note", "Races cyclocross.").submit();
    cast.manager.get(&address(left)).form("Save contact").with("Email address", "").submit();

    let page = cast.agent.get(&address(gone)).click("Merge");
    let page = page.form("Search").with("Search contacts", "hanna").submit();
    assert!(!page.says("hanna.berg@customer.example"), "not with itself");
    let page = page.row("Hanna Lindqvist").click("Choose");
    page.expect(200, "Hanna Berg becomes part of Hanna Lindqvist");
    page.expect(200, "Hanna Lindqvist gets what it lacks: email address and phone.");
    let page = page.form("Merge").submit();
    page.expect(200, "Merged into Hanna Lindqvist. It can be undone for a day.");
    page.expect(200, "2 conversations").expect(200, "Races cyclocross.");
    let form = page.form("Save contact");
    assert_eq!(form.value("phone"), Some("+46 70 555 01 42"));
    assert_eq!(form.value("email"), Some("hanna.berg@customer.example"));
    assert_eq!(cast.agent.get("/contacts").all(".contact-row b"), ["Hanna Lindqvist"]);
    cast.agent.get(&address(gone)).expect(200, "2 conversations");

    // What came after the merge is not the other's.
    page.form("Add note").with("Note", "Called back.").submit();
    page.form("Save contact").with("Phone", "+46 8 555").submit();
    let page = cast.manager.get(&address(left)).form("Undo merge").submit();
    page.expect(200, "Hanna Berg is a separate contact again.");
    page.expect(200, "1 conversation").expect(200, "Called back.");
    assert!(!page.says("Races cyclocross."));
    let form = page.form("Save contact");
    assert_eq!(form.value("email"), Some(""), "it came from the other one");
    assert_eq!(form.value("phone"), Some("+46 8 555"), "somebody has changed it since");
    let page = cast.agent.get(&address(gone));
    page.expect(200, "The second one").expect(200, "Races cyclocross.");
}

#[test]
fn the_customer_goes_on_as_the_contact_that_is_left() {
    let (instance, cast) = Instance::with_cast();
    let (left, _) = cast.customer_writes(&instance, "Hanna Lindqvist", "The first one");
    let (other, customer) = cast.customer_writes(&instance, "Hanna Berg", "The second one");
    let (left, gone) = (contact_of(&instance, left), contact_of(&instance, other));
    let merge = format!("/contacts/{gone}/merge?into={left}");
    cast.agent.get(&merge).form("Merge").submit().expect(200, "Merged into");
    let page = customer.get(&format!("/chat/{}?new", cast.chat_key));
    assert_eq!(page.form("Send").value("name"), Some("Hanna Berg"), "as they typed it");
    page.form("Send").with("Message", "The third one").submit().expect(200, "The third one");
    let page = cast.agent.get(&address(left));
    page.expect(200, "3 conversations");
    // Once that is undone, it is the other's: their browser is.
    page.form("Undo merge").submit().expect(200, "1 conversation").expect(200, "The first one");
    cast.agent.get(&address(gone)).expect(200, "2 conversations").expect(200, "The third one");
}

#[test]
fn a_merge_of_yesterday_stays_and_what_was_merged_is_swept() {
    let (instance, cast) = Instance::with_cast();
    let (left, gone, _) = two(&instance, &cast);
    let merge = format!("/contacts/{gone}/merge?into={left}");
    let page = cast.agent.get(&merge).form("Merge").submit();
    let undo = page.form("Undo merge");
    instance.execute("UPDATE contact_merges SET created_at = '2026-01-01 00:00:00'");
    instance.execute(
        "UPDATE contacts SET merged_at = '2026-01-01 00:00:00' WHERE merged_at IS NOT NULL",
    );
    assert!(!cast.agent.get(&address(left)).has_button("Undo merge"));
    undo.submit().expect(409, "more than a day old");
    instance.sweep();
    assert_eq!(instance.count("SELECT count(*) FROM contacts"), 1);
    assert_eq!(instance.count("SELECT count(*) FROM contact_merges"), 0);
    cast.agent.get(&address(left)).expect(200, "2 conversations");
    assert_eq!(cast.agent.get(&address(gone)).status, 404);
}

#[test]
fn nobody_merges_with_themselves_or_with_another_workspace() {
    let (instance, cast) = Instance::with_cast();
    let (left, gone, _) = two(&instance, &cast);
    let merge = format!("/contacts/{gone}/merge?into={left}");
    let form = cast.agent.get(&merge).form("Merge");
    let itself = form.set("into", &gone.to_string());
    assert_eq!(itself.submit().status, 422);
    instance.execute(&format!(
        "INSERT INTO contacts (workspace_id, name, created_at)
         VALUES ({}, 'Olga', CURRENT_TIMESTAMP)",
        cast.other_workspace_id
    ));
    let theirs = instance.count("SELECT max(id) FROM contacts");
    assert_eq!(itself.set("into", &theirs.to_string()).submit().status, 404);
    let page = cast.agent.get(&format!("/contacts/{gone}/merge?into={theirs}"));
    assert!(!page.says("Olga"), "{}", page.text());
    assert_eq!(instance.count("SELECT count(*) FROM contact_merges"), 0);
}

#[test]
fn an_agent_who_merges_learns_nothing_of_what_another_owns() {
    let (instance, cast) = Instance::with_cast();
    let (left, gone, second) = two(&instance, &cast);
    cast.manager.open(second).form("Claim").submit().expect(200, "You own this");
    let page = cast.agent.get(&format!("/contacts/{gone}/merge?into={left}"));
    assert!(!page.says("The second one") && !page.says("1 conversation"), "{}", page.text());
    let page = page.form("Merge").submit();
    page.expect(200, "1 conversation").expect(200, "The first one");
    assert!(!page.says("The second one"));
    cast.manager.get(&address(left)).expect(200, "2 conversations");
}
