//! A choice that is renamed: contacts that have it keep it, and no open page undoes it.

use super::{FIELDS, add, contact};
use crate::support::{Cast, Form, Instance};

/// A field with a contact that has *Shop*: the field's id, and the contact's address.
fn chosen(instance: &Instance, cast: &Cast) -> (i64, String) {
    let id = add(instance, cast, "Kind", "Choice", "Shop\nFleet\nClub");
    let (_, address) = contact(instance, cast, "Hanna Lindqvist");
    let form = cast.agent.get(&address).form("Save contact").with("Kind", "Shop");
    form.submit().expect(200, "Saved");
    (id, address)
}

fn form(cast: &Cast, id: i64) -> Form {
    cast.manager.get(&format!("{FIELDS}/{id}")).form("Save contact field")
}

/// What the contact has.
fn value(instance: &Instance) -> Option<String> {
    let of = |name: &str| {
        instance.count(&format!("SELECT count(*) FROM contact_values WHERE value = '{name}'")) > 0
    };
    ["Shop", "Store", "Fleet", "Club"].into_iter().find(|name| of(name)).map(str::to_owned)
}

#[test]
fn contacts_keep_a_choice_that_gets_another_name() {
    let (instance, cast) = Instance::with_cast();
    let (id, address) = chosen(&instance, &cast);
    let open = cast.agent.get(&address).form("Save contact").with("Phone", "555 0199");
    let page = form(&cast, id).with("Choices", "Store\nFleet\nClub").submit();
    page.expect(422, "Some contacts have a choice that is not listed any more.");
    let again = page.form("Save contact field");
    assert_eq!(again.value("instead"), Some("to:Store"), "it stands in its place");
    again.submit().expect(200, "Saved the contact field Kind.");
    assert_eq!(value(&instance).as_deref(), Some("Store"));
    cast.agent.get("/contacts?q=store").expect(200, "Hanna Lindqvist");
    assert!(cast.agent.get("/contacts?q=shop").says("Nobody found"));
    // A contact's page of before takes it back as little as it is lost.
    open.submit().expect(200, "Saved Hanna Lindqvist.");
    let shown = cast.agent.get(&address).form("Save contact");
    assert_eq!(shown.value(&format!("field_{id}")), Some("Store"));
    assert_eq!(shown.value("phone"), Some("555 0199"));
    let log = "SELECT count(*) FROM audit_entries WHERE kind = 'contact_field_changed'
         AND old_value = 'Shop, Fleet, Club' AND new_value = 'Store, Fleet, Club'";
    assert_eq!(instance.count(log), 1);
}

#[test]
fn names_are_unique_in_the_field_whatever_their_case() {
    let (instance, cast) = Instance::with_cast();
    let (id, _) = chosen(&instance, &cast);
    let page = form(&cast, id).with("Choices", "FLEET\nFleet\nClub").submit();
    assert_eq!(page.all("#choices-error"), ["Fleet is listed twice."]);
    assert_eq!(page.form("Save contact field").value("choices"), Some("FLEET\nFleet\nClub"));
    // Whoever has it may get one that is there.
    let page = form(&cast, id).with("Choices", "Fleet\nClub").submit();
    let again = page.form("Save contact field").with("Shop: 1 contact", "Fleet");
    again.submit().expect(200, "Saved the contact field Kind.");
    assert_eq!(value(&instance).as_deref(), Some("Fleet"));
}

#[test]
fn what_becomes_of_a_choice_is_asked_until_it_is_said() {
    let (instance, cast) = Instance::with_cast();
    let (id, _) = chosen(&instance, &cast);
    let (_, other) = contact(&instance, &cast, "Kofi Mensah");
    cast.agent.get(&other).form("Save contact").with("Kind", "Fleet").submit();
    // Which of the two has become the new one?
    let page = form(&cast, id).with("Choices", "Store\nClub").submit();
    page.expect(422, "Shop: 1 contact").expect(422, "Fleet: 1 contact");
    let page = page.form("Save contact field").with("Shop: 1 contact", "Store").submit();
    page.expect(422, "Fleet: 1 contact");
    let kept = page.form("Save contact field");
    assert_eq!(kept.value("instead"), Some("to:Store"), "what was said stays");
    let decided = kept.without("instead").and("instead", "to:Store").and("instead", "nothing");
    decided.submit().expect(200, "Saved the contact field Kind.");
    assert_eq!(value(&instance).as_deref(), Some("Store"));
    assert_eq!(instance.count("SELECT count(*) FROM contact_values"), 1);
}

#[test]
fn a_page_of_before_the_change_takes_nothing_back() {
    let (instance, cast) = Instance::with_cast();
    let (id, _) = chosen(&instance, &cast);
    let named = form(&cast, id).with("Name", "Customer kind");
    let longer = form(&cast, id).with("Choices", "Shop\nFleet\nClub\nRacer");
    let page = form(&cast, id).with("Choices", "Store\nFleet\nTeam").submit();
    page.form("Save contact field").submit().expect(200, "Saved the contact field Kind.");
    // What it left as it was is as it is now.
    let page = named.submit();
    page.expect(200, "Saved the contact field Customer kind.");
    page.row("Customer kind").expect(200, "Choice: Store, Fleet, Team");
    let page = longer.submit();
    page.expect(409, "Somebody else changed this contact field while you had it open.");
    page.expect(409, "Somebody changed this to “Store, Fleet, Team” meanwhile.");
    let again = page.form("Save contact field");
    assert_eq!(again.value("choices"), Some("Shop\nFleet\nClub\nRacer"));
    assert_eq!(again.value("name"), Some("Customer kind"));
    assert_eq!(value(&instance).as_deref(), Some("Store"));
    // Whoever means it is asked, as for every choice that goes.
    let page = again.submit();
    assert_eq!(page.form("Save contact field").value("instead"), Some("to:Shop"));
    page.form("Save contact field").submit().expect(200, "Saved the contact field");
    assert_eq!(value(&instance).as_deref(), Some("Shop"));
}
