//! Contact fields: made and changed in the settings, filled in on contacts.

mod renaming;
mod rules;
mod values;

use crate::support::{Cast, Form, Instance, Member};

const FIELDS: &str = "/settings/contact-fields";

/// Adds a field as a Manager does; answers its id.
#[track_caller]
fn add(instance: &Instance, cast: &Cast, name: &str, kind: &str, choices: &str) -> i64 {
    let page = adding(&cast.manager, name, kind, choices).submit();
    page.expect(200, &format!("Added the contact field {name}."));
    instance.count("SELECT max(id) FROM contact_fields")
}

#[track_caller]
fn adding(by: &Member, name: &str, kind: &str, choices: &str) -> Form {
    let form = by.get(FIELDS).click("New contact field").form("Save contact field");
    form.with("Name", name).with("Kind", kind).with("Choices", choices)
}

/// A contact, and the address of its page.
fn contact(instance: &Instance, cast: &Cast, name: &str) -> (i64, String) {
    let (conversation, _) = cast.customer_writes(instance, name, "Is it in stock?");
    let sql = format!("SELECT contact_id FROM conversations WHERE id = {conversation}");
    let id = instance.count(&sql);
    (conversation, format!("/contacts/{id}"))
}

#[test]
fn a_manager_adds_renames_and_puts_fields_in_order() {
    let (instance, cast) = Instance::with_cast();
    cast.manager.get(FIELDS).expect(200, "No contact fields yet");
    add(&instance, &cast, "Frame size", "Number", "");
    add(&instance, &cast, "Customer since", "Date", "");
    let id = add(&instance, &cast, "Kind", "Choice", "Shop\r\n\r\n Workshop ");
    let page = cast.admin.get(FIELDS);
    assert_eq!(page.all(".entry b"), ["Frame size", "Customer since", "Kind"]);
    page.row("Kind").expect(200, "Choice: Shop, Workshop");
    let impossible = |name: &str| page.row(name).all("button[disabled]");
    assert_eq!(impossible("Frame size"), ["Move up"], "it is the first");
    assert_eq!(impossible("Customer since"), [""; 0]);
    assert_eq!(impossible("Kind"), ["Move down"], "it is the last");
    let up = page.row("Kind").form("Move up");
    up.submit().expect(200, "Moved the contact field Kind.");
    let page = up.submit();
    assert_eq!(page.all(".entry b"), ["Kind", "Frame size", "Customer since"]);
    assert_eq!(up.submit().all(".entry b")[0], "Kind", "the first one stays first");
    let page = page.row("Kind").form("Move down").submit();
    assert_eq!(page.all(".entry b"), ["Frame size", "Kind", "Customer since"]);

    let form = page.row("Kind").click("Edit").form("Save contact field");
    assert_eq!(form.value("choices"), Some("Shop\nWorkshop"));
    let page = form.with("Name", "Kind of customer").with("Choices", "Shop\nFleet").submit();
    page.expect(200, "Saved the contact field Kind of customer.");
    page.row("Kind of customer").expect(200, "Choice: Shop, Fleet");
    for (kind, by, about, from, to) in [
        ("added", "Gil Roth", "Kind", "", "Choice"),
        ("changed", "Ana Silva", "Kind", "Place 3", "Place 2"),
        ("changed", "Ana Silva", "Kind", "Kind", "Kind of customer"),
        ("changed", "Ana Silva", "Kind of customer", "Shop, Workshop", "Shop, Fleet"),
    ] {
        let found = instance.count(&format!(
            "SELECT count(*) FROM audit_entries
             WHERE kind = 'contact_field_{kind}' AND actor_name = '{by}' AND about = '{about}'
               AND old_value = '{from}' AND new_value = '{to}'"
        ));
        assert_eq!(found, 1, "{about}: {from} → {to}");
    }
    assert_eq!(cast.admin.get(&format!("{FIELDS}/{id}")).all("h1"), ["Kind of customer"]);
}

#[test]
fn what_is_wrong_stands_beside_its_field_and_the_text_is_kept() {
    let (instance, cast) = Instance::with_cast();
    add(&instance, &cast, "Frame size", "Number", "");
    let long = "x".repeat(61);
    for (name, choices, at, reason) in [
        ("  ", "Shop", "name", "Please fill this in."),
        (&long, "Shop", "name", "This is longer than 60 characters: it has 61."),
        ("FRAME  size", "Shop", "name", "There is already a contact field named Frame size."),
        ("E-Mail", "", "choices", "Write the choices, one per line."),
        ("Email  ADDRESS", "A", "name", "Every contact already has a field with this name."),
        ("Rank", "Gold\ngold", "choices", "gold is listed twice."),
    ] {
        let page = adding(&cast.manager, name, "Choice", choices).submit();
        assert_eq!(page.status, 422, "{name}");
        assert_eq!(page.all(&format!("#{at}-error")), [reason]);
        let form = page.form("Save contact field");
        assert_eq!(form.value("name"), Some(name));
        assert_eq!(form.value("kind"), Some("choice"));
        assert_eq!(form.value("choices"), Some(choices));
    }
    let page = adding(&cast.manager, "Rank", "Text", "").set("kind", "colour").submit();
    assert_eq!(page.status, 422, "no page offers that kind");
    assert_eq!(instance.count("SELECT count(*) FROM contact_fields"), 1);
}

#[test]
fn there_is_room_for_thirty() {
    let (instance, cast) = Instance::with_cast();
    let form = adding(&cast.manager, "One more", "Text", "");
    for n in 0..30 {
        let fields = [("name", format!("Field {n}")), ("kind", "text".to_owned())];
        let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        assert_eq!(cast.manager.browser.post_once(&format!("{FIELDS}/new"), &fields).status, 303);
    }
    let page = cast.manager.get(FIELDS);
    page.expect(200, "There is room for 30, and all are taken.");
    assert_eq!(page.find_link("New contact field"), None);
    let refused = form.submit();
    refused.expect(422, "A workspace can have 30 contact fields. Delete one to make room.");
    assert_eq!(instance.count("SELECT count(*) FROM contact_fields"), 30);
}

#[test]
fn deleting_a_field_says_how_many_contacts_have_a_value_of_it() {
    let (instance, cast) = Instance::with_cast();
    add(&instance, &cast, "Frame size", "Number", "");
    add(&instance, &cast, "Colour", "Text", "");
    let (_, address) = contact(&instance, &cast, "Hanna Lindqvist");
    let form = cast.agent.get(&address).form("Save contact");
    form.with("Frame size", "54").with("Colour", "teal").submit().expect(200, "Saved");
    let page = cast.manager.get(FIELDS).row("Frame size").click("Delete");
    page.expect(200, "Delete “Frame size”?").expect(200, "1 contact has a value in it.");
    let page = page.form("Delete contact field").submit();
    page.expect(200, "Deleted the contact field Frame size.");
    assert_eq!(instance.count("SELECT count(*) FROM contact_values"), 1);
    assert!(cast.agent.get("/contacts?q=54").says("Nobody found"));
    cast.agent.get("/contacts?q=TEAL").expect(200, "Hanna Lindqvist");
    let page = cast.manager.get(FIELDS).row("Colour").click("Delete");
    page.form("Delete contact field").submit().expect(200, "No contact fields yet");
    assert_eq!(instance.count("SELECT count(*) FROM contact_values"), 0);
    let line = "SELECT count(*) FROM audit_entries WHERE kind = 'contact_field_deleted'";
    assert_eq!(instance.count(line), 2);
}

#[test]
fn a_choice_that_contacts_have_goes_only_after_saying_so() {
    let (instance, cast) = Instance::with_cast();
    let id = add(&instance, &cast, "Rank", "Choice", "Gold\nSilver\nTin");
    let (_, address) = contact(&instance, &cast, "Hanna Lindqvist");
    let form = cast.agent.get(&address).form("Save contact").with("Rank", "Silver");
    form.submit().expect(200, "Saved");
    let form = cast.manager.get(&format!("{FIELDS}/{id}")).form("Save contact field");
    let page = form.with("Choices", "Gold").submit();
    page.expect(422, "Some contacts have a choice that is not listed any more.")
        .expect(422, "Silver: 1 contact");
    assert!(!page.says("Tin:"), "nobody has it");
    assert_eq!(page.form("Save contact field").value("choices"), Some("Gold"));
    assert_eq!(instance.count("SELECT count(*) FROM contact_values"), 1);
    page.form("Save contact field").submit().expect(200, "Saved the contact field Rank.");
    assert_eq!(instance.count("SELECT count(*) FROM contact_values"), 0);
    assert!(cast.agent.get("/contacts?q=silver").says("Nobody found"));

    // Another spelling is the same choice.
    let form = cast.agent.get(&address).form("Save contact").with("Rank", "Gold");
    form.submit().expect(200, "Saved");
    let form = cast.manager.get(&format!("{FIELDS}/{id}")).form("Save contact field");
    form.with("Choices", "GOLD\nIron").submit().expect(200, "Saved the contact field Rank.");
    let rank = format!("field_{id}");
    assert_eq!(cast.agent.get(&address).form("Save contact").value(&rank), Some("GOLD"));
}
