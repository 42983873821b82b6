//! Who may make labels and who may put them on, and what stands beside the rules.

use baton::models::label::{self, Colour, Details, PutRefusal, Refusal};
use baton::models::membership::Barred;
use baton::models::ownership::Acting;

use super::{LABELS, add, chips, put};
use crate::races::against;
use crate::support::{Instance, Member};

#[test]
fn agents_put_labels_on_and_make_none() {
    let (instance, cast) = Instance::with_cast();
    let id = add(&instance, &cast, "Refund", "red");
    for path in ["", "/new", &format!("/{id}"), &format!("/{id}/merge"), &format!("/{id}/delete")] {
        let page = cast.agent.get(&format!("{LABELS}{path}"));
        page.expect(403, "Your role does not include Labels");
    }
    assert_eq!(cast.agent.get("/settings/profile").find_link("Labels"), None);
    assert!(cast.manager.get("/settings/profile").find_link("Labels").is_some());
    let waiting = cast.waiting(&instance);
    let page = put(&cast.agent, waiting, "Refund");
    assert_eq!(chips(&page), ["Refund"]);
    assert_eq!(page.find_link("Create labels"), None);
}

#[test]
fn a_manager_labels_what_another_owns_and_another_agent_does_not() {
    let (instance, cast) = Instance::with_cast();
    let label = add(&instance, &cast, "Refund", "red");
    let id = cast.waiting(&instance);
    let form = cast.other_agent.open(id).form("Add label").with("Label", "Refund");
    cast.agent.open(id).form("Claim").submit();
    let page = form.submit();
    page.expect(409, "Mia Chen claimed this first").expect(409, "Your change was not made.");
    assert_eq!(instance.count("SELECT count(*) FROM conversation_labels"), 0);
    put(&cast.manager, id, "Refund");
    let path = format!("/conversations/{id}/unlabel");
    let fields = [("label", label.to_string())];
    let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert_eq!(cast.other_agent.browser.post(&path, &fields).status, 409);
    assert_eq!(instance.count("SELECT count(*) FROM conversation_labels"), 1);
}

#[test]
fn two_at_one_label_do_not_undo_each_other_and_a_double_click_adds_one() {
    let (instance, cast) = Instance::with_cast();
    let id = add(&instance, &cast, "Refund", "red");
    let edit = |of: &Member| of.get(&format!("{LABELS}/{id}")).form("Save label");
    let (renamed, recoloured) = (edit(&cast.manager), edit(&cast.admin));
    renamed.with("Name", "Money back").submit().expect(200, "Saved the label Money back.");
    recoloured.set("colour", "blue").submit().expect(200, "Saved the label");
    let form = edit(&cast.manager);
    assert_eq!((form.value("name"), form.value("colour")), (Some("Money back"), Some("blue")));
    // Saved as it is, it is not a change.
    let changes = "SELECT count(*) FROM audit_entries WHERE kind = 'label_changed'";
    assert_eq!(instance.count(changes), 2);
    form.submit();
    assert_eq!(instance.count(changes), 2);
    let form = super::adding(&cast.manager, "Bug", "blue");
    for _ in 0..2 {
        form.submit().expect(200, "Added the label Bug.");
    }
    assert_eq!(instance.count("SELECT count(*) FROM labels"), 2);
}

#[test]
fn labels_of_another_workspace_do_not_exist() {
    let (instance, cast) = Instance::with_cast();
    let own = add(&instance, &cast, "Refund", "red");
    add(&instance, &cast, "Bug", "blue");
    for path in [format!("{LABELS}/{own}"), format!("{LABELS}/{own}/merge")] {
        assert_eq!(cast.outsider.get(&path).status, 404, "{path}");
    }
    assert!(!cast.outsider.get(LABELS).says("Refund"));
    // The same name is free there, and their label is none here.
    super::adding(&cast.outsider, "Refund", "blue").submit().expect(200, "Added the label Refund.");
    let theirs = instance.count("SELECT max(id) FROM labels");
    let id = cast.waiting(&instance);
    let label = theirs.to_string();
    let page = cast.agent.browser.post(&format!("/conversations/{id}/label"), &[("label", &label)]);
    page.expect(409, "That label no longer exists.");
    let merged = cast.manager.browser.post(&format!("{LABELS}/{own}/merge"), &[("into", &label)]);
    merged.expect(422, "Choose a label that still exists.");
    assert_eq!(instance.count("SELECT count(*) FROM conversation_labels"), 0);
    assert_eq!(instance.count("SELECT count(*) FROM labels"), 3);
}

#[test]
fn whoever_lost_the_role_or_the_membership_meanwhile_changes_no_label() {
    // The verbs look again under their locks, after the request was checked.
    let (instance, cast) = Instance::with_cast();
    let id = add(&instance, &cast, "Refund", "red");
    let other = add(&instance, &cast, "Bug", "blue");
    let details = Details { name: "Other".to_owned(), colour: Colour::Grey };
    let ws = cast.workspace_id;
    for (member, reason) in [
        (&cast.agent, Refusal::Barred(Barred::NotAllowed)),
        (&cast.outsider, Refusal::Barred(Barred::MembershipEnded)),
    ] {
        let by = member.at(ws);
        let refused = Err(reason);
        assert_eq!(instance.verb(|c| label::add(c, by, &details).map(|_| ())), refused);
        assert_eq!(instance.verb(|c| label::change(c, by, id, (&details, None))), refused);
        assert_eq!(instance.verb(|c| label::merge(c, by, id, other).map(|_| ())), refused);
        assert_eq!(instance.verb(|c| label::delete(c, by, id).map(|_| ())), refused);
    }
    let by = cast.manager.at(ws);
    let itself = instance.verb(|c| label::merge(c, by, id, id).map(|_| ()));
    assert_eq!(itself, Err(Refusal::NotFound));
    assert_eq!(instance.count("SELECT count(*) FROM labels"), 2);
}

#[test]
fn every_change_leaves_a_line_with_who_and_what() {
    let (instance, cast) = Instance::with_cast();
    let id = add(&instance, &cast, "Refund", "red");
    add(&instance, &cast, "Bug", "blue");
    let form = cast.admin.get(&format!("{LABELS}/{id}")).form("Save label");
    form.with("Name", "Money back").submit();
    cast.manager.get(&format!("{LABELS}/{id}/merge")).form("Merge labels").submit();
    cast.manager.get(LABELS).row("Bug").click("Delete").form("Delete label").submit();
    for (kind, by, about, change) in [
        ("label_added", "Gil Roth", "Refund", " → "),
        ("label_changed", "Ana Silva", "Refund", "Refund, red → Money back, red"),
        ("label_merged", "Gil Roth", "Money back", "Money back → Bug"),
        ("label_deleted", "Gil Roth", "Bug", " → "),
    ] {
        let found = instance.count(&format!(
            "SELECT count(*) FROM audit_entries
             WHERE kind = '{kind}' AND actor_name = '{by}' AND about = '{about}'
               AND old_value || ' → ' || new_value = '{change}'"
        ));
        assert_eq!(found, 1, "{kind}");
    }
}

#[test]
fn a_label_put_on_while_two_are_merged_ends_as_the_one_that_is_left() {
    let (instance, cast) = Instance::with_cast();
    let into = add(&instance, &cast, "Refund", "red");
    for round in 0..6 {
        let from = add(&instance, &cast, &format!("Money back {round}"), "red");
        let id = cast.waiting(&instance);
        let (workspace_id, membership_id) = (cast.workspace_id, cast.agent.membership_id);
        let act = Acting { workspace_id, membership_id, conversation_id: id };
        let by = cast.manager.at(workspace_id);
        let (merged, put) = against(
            || instance.verb(|c| label::merge(c, by, from, into)),
            || instance.verb(|c| label::attach(c, act, from).map(|_| ())),
        );
        assert!(merged.is_ok(), "{merged:?}");
        // Before the merge it moved along; after it, the label was gone.
        let expected = i64::from(put.is_ok());
        assert!(put.is_ok() || put == Err(PutRefusal::NoLabel), "{put:?}");
        let labels = format!(
            "SELECT count(*) FROM conversation_labels
             WHERE conversation_id = {id} AND label_id = {into}"
        );
        assert_eq!(instance.count(&labels), expected);
    }
}
