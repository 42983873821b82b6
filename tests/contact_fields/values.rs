//! The values of contacts: typed, shown, found, exported, merged.

use super::{add, contact};
use crate::support::Instance;

#[test]
fn every_role_fills_them_in_on_the_contact_and_in_the_panel() {
    let (instance, cast) = Instance::with_cast();
    let size = add(&instance, &cast, "Frame size", "Number", "");
    let since = add(&instance, &cast, "Customer since", "Date", "");
    let rank = add(&instance, &cast, "Rank", "Choice", "Gold\nSilver");
    let (conversation, address) = contact(&instance, &cast, "Hanna Lindqvist");
    for (n, member) in cast.members().into_iter().enumerate() {
        let form = member.get(&address).form("Save contact");
        let form = form.with("Frame size", &format!("5{n}.50")).with("Rank", "Silver");
        let page = form.with("Customer since", "2026-11-24").submit();
        page.expect(200, "Saved Hanna Lindqvist.");
        let form = page.form("Save contact");
        assert_eq!(form.value(&format!("field_{size}")), Some(format!("5{n}.5").as_str()));
        assert_eq!(form.value(&format!("field_{since}")), Some("2026-11-24"));
        assert_eq!(form.value(&format!("field_{rank}")), Some("Silver"));
    }
    let page = cast.agent.open(conversation);
    let facts = |page: &crate::support::Page| page.all(".facts dd").split_off(2);
    assert!(facts(&page)[1..] == ["24 November 2026", "Silver"], "{:?}", facts(&page));
    let form = page.form("Save contact").with("Rank", "Gold").with("Frame size", "");
    let page = form.submit();
    page.expect(200, "Saved Hanna Lindqvist.");
    assert_eq!(facts(&page), ["24 November 2026", "Gold"]);
    assert_eq!(instance.count("SELECT count(*) FROM contact_values"), 2);
    cast.agent.get("/contacts?q=gold").expect(200, "Hanna Lindqvist");
    assert!(cast.agent.get("/contacts?q=silver").says("Nobody found"));
}

#[test]
fn what_is_wrong_stands_beside_the_field_with_all_texts_kept() {
    let (instance, cast) = Instance::with_cast();
    let size = add(&instance, &cast, "Frame size", "Number", "");
    let since = add(&instance, &cast, "Customer since", "Date", "");
    let colour = add(&instance, &cast, "Colour", "Text", "");
    let (conversation, address) = contact(&instance, &cast, "Hanna Lindqvist");
    let long = "x".repeat(201);
    for path in [address.clone(), format!("/conversations/{conversation}")] {
        let form = cast.agent.get(&path).form("Save contact").with("Phone", "+46 70");
        let form = form.with("Frame size", "54,5").with("Customer since", "11/24/2026");
        let page = form.with("Colour", &long).with("Email address", "nowhere").submit();
        page.expect(422, "This is not an email address.");
        for (id, typed, reason) in [
            (size, "54,5", "This is not a number. Write it like 1234.5."),
            (since, "11/24/2026", "This is not a date. Write it like 2026-11-24."),
            (colour, &long, "This is longer than 200 characters: it has 201."),
        ] {
            assert_eq!(page.all(&format!("#field-{id}-error")), [reason]);
            assert_eq!(page.form("Save contact").value(&format!("field_{id}")), Some(typed));
        }
        assert_eq!(page.form("Save contact").value("phone"), Some("+46 70"));
    }
    assert_eq!(instance.count("SELECT count(*) FROM contact_values"), 0);
    assert_eq!(instance.count("SELECT count(*) FROM contacts WHERE phone IS NULL"), 1);
}

#[test]
fn a_form_that_is_older_than_the_fields_loses_nothing() {
    let (instance, cast) = Instance::with_cast();
    let gone = add(&instance, &cast, "Frame size", "Number", "");
    let (_, address) = contact(&instance, &cast, "Hanna Lindqvist");
    let form = cast.agent.get(&address).form("Save contact").with("Frame size", "54");
    let colour = add(&instance, &cast, "Colour", "Text", "");
    cast.manager.get(&address).form("Save contact").with("Colour", "teal").submit();
    cast.manager.get(&format!("/settings/contact-fields/{gone}/delete"));
    instance.execute(&format!("DELETE FROM contact_fields WHERE id = {gone}"));
    form.with("Phone", "+46 70").submit().expect(200, "Saved Hanna Lindqvist.");
    let form = cast.agent.get(&address).form("Save contact");
    assert_eq!(form.value(&format!("field_{colour}")), Some("teal"));
    assert_eq!(form.value("phone"), Some("+46 70"));
}

#[test]
fn exports_hold_them_and_no_formula() {
    let (instance, cast) = Instance::with_cast();
    add(&instance, &cast, "Colour", "Text", "");
    add(&instance, &cast, "Frame size", "Number", "");
    let (_, address) = contact(&instance, &cast, "Hanna Lindqvist");
    contact(&instance, &cast, "Piet Mulder");
    let form = cast.agent.get(&address).form("Save contact").with("Frame size", "-3");
    form.with("Colour", "=cmd|' /C calc'!A0").submit().expect(200, "Saved");
    let table = cast.agent.get("/contacts/export").body;
    let lines: Vec<&str> = table.lines().collect();
    assert!(lines[0].ends_with(",Blocked,Colour,Frame size"), "{table}");
    assert!(lines[1].ends_with(",'=cmd|' /C calc'!A0,-3"), "{table}");
    assert!(lines[2].ends_with(",,"), "{table}");
    let file = cast.admin.get("/settings/workspace/export").body;
    let file: serde_json::Value = serde_json::from_str(&file).expect("well-formed JSON");
    assert_eq!(file["contact_fields"][1]["kind"], "number");
    assert_eq!(file["contacts"][0]["fields"][1]["value"], "-3");
}

#[test]
fn a_merge_fills_what_is_empty_and_undoing_it_takes_that_back() {
    let (instance, cast) = Instance::with_cast();
    for name in ["Colour", "Frame size", "Rank"] {
        add(&instance, &cast, name, "Text", "");
    }
    let (_, left) = contact(&instance, &cast, "Hanna Lindqvist");
    let (_, gone) = contact(&instance, &cast, "Hanna Berg");
    cast.agent.get(&left).form("Save contact").with("Colour", "teal").submit();
    let form = cast.agent.get(&gone).form("Save contact").with("Colour", "red");
    form.with("Frame size", "54").with("Rank", "gold").submit();
    let merge = format!("{gone}/merge?into={}", left.trim_start_matches("/contacts/"));
    let page = cast.agent.get(&merge);
    page.expect(200, "Hanna Lindqvist gets what it lacks: Frame size and Rank.");
    let page = page.form("Merge").submit();
    let values = |page: &crate::support::Page| {
        let fields = ["Colour", "Frame size", "Rank"].map(|name| {
            let sql = format!("SELECT id FROM contact_fields WHERE name = '{name}'");
            format!("field_{}", instance.count(&sql))
        });
        fields.map(|name| page.form("Save contact").value(&name).unwrap_or_default().to_owned())
    };
    assert_eq!(values(&page), ["teal", "54", "gold"]);
    assert_eq!(cast.agent.get("/contacts?q=gold").all(".contact-row b"), ["Hanna Lindqvist"]);
    page.form("Save contact").with("Rank", "silver").submit();
    let page = cast.agent.get(&left).form("Undo merge").submit();
    assert_eq!(values(&page), ["teal", "", "silver"], "what was changed since stays");
    assert_eq!(values(&cast.agent.get(&gone)), ["red", "54", "gold"]);
    assert_eq!(cast.agent.get("/contacts?q=54").all(".contact-row b"), ["Hanna Berg"]);
}
