//! Who may make contact fields, and what happens when two act at once.

use baton::db::Conn;
use baton::models::contact::Typed;
use baton::models::contact::{self, keys};
use baton::models::contact_field::{self, Changes, Details, Kind, Order, Refusal, Shown};
use baton::models::membership::Barred;

use super::{FIELDS, add, adding};
use crate::races::against;
use crate::support::Instance;

/// The field Rank with these choices.
fn to(choices: &[&str]) -> Changes {
    let choices = choices.iter().map(|choice| (*choice).to_owned()).collect();
    Changes { to: Shown { name: "Rank".to_owned(), choices }, ..Changes::default() }
}

#[test]
fn agents_make_no_contact_fields() {
    let (instance, cast) = Instance::with_cast();
    let id = add(&instance, &cast, "Frame size", "Number", "");
    for path in ["", "/new", &format!("/{id}"), &format!("/{id}/delete")] {
        let page = cast.agent.get(&format!("{FIELDS}{path}"));
        page.expect(403, "Your role does not include Contact fields");
    }
    assert_eq!(cast.agent.get("/settings/profile").find_link("Contact fields"), None);
    assert!(cast.manager.get("/settings/profile").find_link("Contact fields").is_some());
}

#[test]
fn fields_of_another_workspace_do_not_exist() {
    let (instance, cast) = Instance::with_cast();
    let own = add(&instance, &cast, "Frame size", "Number", "");
    for path in [format!("{FIELDS}/{own}"), format!("{FIELDS}/{own}/delete")] {
        assert_eq!(cast.outsider.get(&path).status, 404, "{path}");
    }
    assert!(!cast.outsider.get(FIELDS).says("Frame size"));
    // The same name is free there, and a value of theirs is none here.
    adding(&cast.outsider, "Frame size", "Text", "").submit().expect(200, "Added");
    let theirs = instance.count("SELECT max(id) FROM contact_fields");
    let contact = super::contact(&instance, &cast, "Hanna Lindqvist").1;
    let (name, field) = (("name", "Hanna"), format!("field_{theirs}"));
    let page = cast.agent.browser.post(&contact, &[name, (&field, "54")]);
    page.expect(200, "Saved Hanna.");
    assert_eq!(instance.count("SELECT count(*) FROM contact_values"), 0);
}

#[test]
fn whoever_lost_the_role_or_the_membership_meanwhile_changes_no_field() {
    let (instance, cast) = Instance::with_cast();
    let id = add(&instance, &cast, "Frame size", "Number", "");
    let details = Details { name: "Rank".to_owned(), kind: Kind::Text, choices: Vec::new() };
    let ws = cast.workspace_id;
    for (member, reason) in [
        (&cast.agent, Refusal::Barred(Barred::NotAllowed)),
        (&cast.outsider, Refusal::Barred(Barred::MembershipEnded)),
    ] {
        let by = member.at(ws);
        let refused = Err(reason);
        let added = instance.verb(|c| contact_field::add(c, by, &details).map(|_| ()));
        assert_eq!(added, refused);
        let changed = instance.verb(|c| contact_field::change(c, by, id, &to(&[])).map(|_| ()));
        assert_eq!(changed, refused);
        let moved = |c: &mut Conn| contact_field::reorder(c, by, id, Order::Up).map(|_| ());
        assert_eq!(instance.verb(moved), refused);
        let deleted = |c: &mut Conn| contact_field::delete(c, by, id).map(|_| ());
        assert_eq!(instance.verb(deleted), refused);
    }
    assert_eq!(instance.count("SELECT count(*) FROM contact_fields WHERE name = 'Rank'"), 0);
}

#[test]
fn no_contact_keeps_a_choice_that_goes_while_it_is_chosen() {
    let (instance, cast) = Instance::with_cast();
    let ws = cast.workspace_id;
    let by = cast.manager.at(ws);
    let id = add(&instance, &cast, "Rank", "Choice", "Gold\nSilver");
    let (_, address) = super::contact(&instance, &cast, "Hanna Lindqvist");
    let contact_id: i64 = address.trim_start_matches("/contacts/").parse().expect("an id");
    let typed = Typed {
        name: "Hanna".to_owned(),
        values: [(id, "Silver".to_owned())].into(),
        ..Typed::default()
    };
    let without = Changes { instead: vec![("Silver".to_owned(), None)], ..to(&["Gold"]) };
    let both = to(&["Gold", "Silver"]);
    for _ in 0..6 {
        let (gone, _) = against(
            || instance.verb(|c| contact_field::change(c, by, id, &without).map(|_| ())),
            || instance.verb(|c| contact::save(c, by, contact_id, &typed, None)),
        );
        assert_eq!(gone, Ok(()));
        assert_eq!(instance.count("SELECT count(*) FROM contact_values"), 0);
        instance.write(|c| keys::refresh_stale(c, ws));
        assert!(cast.agent.get("/contacts?q=silver").says("Nobody found"));
        let back = |c: &mut Conn| contact_field::change(c, by, id, &both).map(|_| ());
        assert_eq!(instance.verb(back), Ok(()));
    }
}

#[test]
fn what_many_contacts_had_leaves_the_search_little_by_little() {
    let (instance, cast) = Instance::with_cast();
    let (ws, by) = (cast.workspace_id, cast.manager.at(cast.workspace_id));
    let id = add(&instance, &cast, "Rank", "Text", "");
    let rows = |count: usize, row: &str| vec![row; count].join(", ");
    let contact = format!("({ws}, 'Hanna', '2026-01-01 00:00:00', 'hanna', 'hanna\nsilver')");
    instance.execute(&format!(
        "INSERT INTO contacts (workspace_id, name, created_at, sort_name, search_text) VALUES {}",
        rows(1200, &contact)
    ));
    instance.execute(&format!(
        "INSERT INTO contact_values (contact_id, field_id, workspace_id, value)
         SELECT id, {id}, {ws}, 'Silver' FROM contacts WHERE name = 'Hanna'"
    ));
    let found = "SELECT count(*) FROM contacts WHERE search_text LIKE '%silver%'";
    assert!(instance.verb(|c| contact_field::delete(c, by, id)).is_ok());
    assert_eq!(instance.count(found), 1200, "one transaction does not change them all");
    let steps: Vec<usize> =
        (0..2).map(|_| instance.write(|c| keys::refresh_stale(c, ws))).collect();
    assert_eq!((steps, instance.count(found)), (vec![500, 500], 200));
    // The request broke off there.
    instance.sweep();
    assert_eq!(instance.count(found), 0);
    assert_eq!(instance.count("SELECT count(*) FROM stale_contacts"), 0);
}
