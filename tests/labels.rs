//! Labels: made and changed in the settings, put on conversations, seen in lists.

mod lists;
mod rules;

use crate::conversations::newest_activity;
use crate::support::{Cast, Form, Instance, Member, Page};

const LABELS: &str = "/settings/labels";

/// Adds a label as a Manager does; answers its id.
#[track_caller]
fn add(instance: &Instance, cast: &Cast, name: &str, colour: &str) -> i64 {
    adding(&cast.manager, name, colour).submit().expect(200, &format!("Added the label {name}."));
    instance.count("SELECT max(id) FROM labels")
}

#[track_caller]
fn adding(by: &Member, name: &str, colour: &str) -> Form {
    let form = by.get(LABELS).click("New label").form("Save label");
    form.with("Name", name).set("colour", colour)
}

/// Puts a label on a conversation by its page.
#[track_caller]
fn put(by: &Member, conversation: i64, label: &str) -> Page {
    let page = by.open(conversation).form("Add label").with("Label", label).submit();
    page.expect(200, &format!("Added the label {label}."));
    page
}

/// The labels that a conversation's panel shows.
fn chips(page: &Page) -> Vec<String> {
    page.all(".chips .label-chip")
}

#[test]
fn a_manager_adds_renames_and_recolours_a_label() {
    let (instance, cast) = Instance::with_cast();
    cast.manager.get(LABELS).expect(200, "No labels yet");
    add(&instance, &cast, "Refund", "red");
    let row = cast.admin.get(LABELS).row("Refund");
    row.expect(200, "on no conversation yet");
    let form = row.click("Edit").form("Save label");
    assert_eq!(form.value("name"), Some("Refund"));
    assert_eq!(form.value("colour"), Some("red"));
    form.with("Name", "  Money back ").set("colour", "blue").submit();
    let list = cast.manager.get(LABELS);
    list.row("Money back").expect(200, "Edit");
    assert!(!list.says("Refund"));
    assert_eq!(list.attribute(".entry .label-chip", "class"), "label-chip is-whole is-tint-4");
}

#[test]
fn what_is_wrong_stands_beside_the_name_and_the_text_is_kept() {
    let (instance, cast) = Instance::with_cast();
    add(&instance, &cast, "VIP customer", "yellow");
    let long = "x".repeat(41);
    for (name, reason) in [
        ("  ", "Please fill this in."),
        (long.as_str(), "This is longer than 40 characters: it has 41."),
        ("vip  CUSTOMER", "There is already a label named VIP customer."),
    ] {
        let page = adding(&cast.manager, name, "green").submit();
        assert_eq!(page.status, 422, "{name}");
        assert_eq!(page.all("#name-error"), [reason]);
        let form = page.form("Save label");
        assert_eq!(form.value("name"), Some(name));
        assert_eq!(form.value("colour"), Some("green"));
    }
    let other = add(&instance, &cast, "Refund", "red");
    let form = cast.manager.get(&format!("{LABELS}/{other}")).form("Save label");
    let page = form.with("Name", "Vip Customer").submit();
    page.expect(422, "There is already a label named VIP customer.");
    page.expect(422, "To combine the two, merge them.");
    assert_eq!(page.all("h1"), ["Refund"]);
    // Its own name in other letters is free.
    page.form("Save label").with("Name", "REFUND").submit().expect(200, "Saved the label REFUND.");
    let page = adding(&cast.manager, "Other", "pink").submit();
    assert_eq!(page.status, 422, "no page offers that colour");
    assert_eq!(instance.count("SELECT count(*) FROM labels"), 2);
}

#[test]
fn a_member_labels_a_conversation_and_takes_the_label_off_again() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    cast.agent.open(id).expect(200, "The workspace has no labels yet.");
    add(&instance, &cast, "Refund", "red");
    add(&instance, &cast, "Bug", "blue");
    let page = cast.agent.open(id);
    assert_eq!(page.form("Add label").options("Label"), ["Choose", "Bug", "Refund"]);
    let page = put(&cast.agent, id, "Refund");
    assert_eq!(newest_activity(&page), "Mia Chen added the label Refund");
    let page = put(&cast.agent, id, "Bug");
    assert_eq!(chips(&page), ["Bug", "Refund"]);
    assert!(!page.has_button("Add label"), "there is no other one left");
    let page = page.form("Remove label Refund").submit();
    page.expect(200, "Removed the label Refund.");
    assert_eq!(newest_activity(&page), "Mia Chen removed the label Refund");
    assert_eq!(chips(&page), ["Bug"]);
    assert_eq!(page.form("Add label").options("Label"), ["Choose", "Refund"]);
}

#[test]
fn a_label_that_is_there_already_is_added_once() {
    let (instance, cast) = Instance::with_cast();
    add(&instance, &cast, "Refund", "red");
    let id = cast.waiting(&instance);
    let form = cast.manager.open(id).form("Add label").with("Label", "Refund");
    form.submit().expect(200, "Added the label Refund.");
    form.submit().expect(200, "Added the label Refund.");
    assert_eq!(instance.count("SELECT count(*) FROM conversation_labels"), 1);
    assert_eq!(instance.count("SELECT count(*) FROM activities WHERE kind = 'labelled'"), 1);
}

#[test]
fn a_label_that_was_deleted_meanwhile_is_told_and_changes_nothing() {
    let (instance, cast) = Instance::with_cast();
    let label = add(&instance, &cast, "Refund", "red");
    let id = cast.waiting(&instance);
    let form = cast.agent.open(id).form("Add label").with("Label", "Refund");
    cast.manager.get(&format!("{LABELS}/{label}/delete")).form("Delete label").submit();
    form.submit().expect(409, "That label no longer exists.");
    assert_eq!(instance.count("SELECT count(*) FROM conversation_labels"), 0);
}

#[test]
fn two_labels_become_one() {
    let (instance, cast) = Instance::with_cast();
    let from = add(&instance, &cast, "Money back", "red");
    add(&instance, &cast, "Refund", "red");
    let (one, other) = (cast.waiting(&instance), cast.waiting(&instance));
    put(&cast.agent, one, "Money back");
    put(&cast.agent, other, "Money back");
    put(&cast.agent, other, "Refund");
    let page = cast.manager.get(LABELS).row("Money back").click("Merge");
    page.expect(200, "on 2 conversations").expect(200, "this cannot be undone");
    assert_eq!(page.form("Merge labels").options("Merge into"), ["Refund"]);
    let page = page.form("Merge labels").submit();
    page.expect(200, "Merged Money back into Refund, with 2 conversations.");
    page.row("Refund").expect(200, "on 2 conversations");
    for id in [one, other] {
        assert_eq!(chips(&cast.agent.open(id)), ["Refund"]);
    }
    assert_eq!(cast.manager.get(&format!("{LABELS}/{from}/merge")).status, 404);
    assert_eq!(instance.count("SELECT count(*) FROM conversation_labels"), 2);
}

#[test]
fn a_deleted_label_goes_from_its_conversations_and_stays_in_their_history() {
    let (instance, cast) = Instance::with_cast();
    add(&instance, &cast, "Refund", "red");
    let id = cast.waiting(&instance);
    put(&cast.agent, id, "Refund");
    let page = cast.manager.get(LABELS).row("Refund").click("Delete");
    page.expect(200, "on 1 conversation");
    page.form("Delete label").submit().expect(200, "Deleted the label Refund.");
    let page = cast.agent.open(id);
    assert!(chips(&page).is_empty());
    assert_eq!(newest_activity(&page), "Mia Chen added the label Refund");
}
