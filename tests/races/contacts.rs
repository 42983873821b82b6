//! Members who change one contact at the same moment, or while its customer writes.

use baton::db::{Conn, Verb};
use baton::models::contact::{blocking, merging};
use diesel::prelude::*;

use super::{ROUNDS, against, at_once, is_one_of, meanwhile, winners};
use crate::support::{Cast, Form, Instance, Member};

fn open(instance: &Instance, cast: &Cast) -> String {
    cast.customer_writes(instance, "Hanna Lindqvist", "In stock?");
    format!("/contacts/{}", instance.count("SELECT max(id) FROM contacts"))
}

fn with(member: &Member, path: &str, field: &str, value: &str) -> Form {
    member.get(path).form("Save contact").with(field, value)
}

#[test]
fn two_fields_that_are_saved_at_once_are_both_kept() {
    let (instance, cast) = Instance::with_cast();
    for _ in 0..ROUNDS {
        let path = open(&instance, &cast);
        let one = with(&cast.agent, &path, "Phone", "+46 70 1");
        let other = with(&cast.manager, &path, "Company", "Velo");
        let (one, other) = against(|| one.submit_once(), || other.submit_once());
        is_one_of(&one, &[303]);
        is_one_of(&other, &[303]);
        let form = cast.admin.get(&path).form("Save contact");
        assert_eq!((form.value("phone"), form.value("company")), (Some("+46 70 1"), Some("Velo")));
    }
}

#[test]
fn of_many_who_change_one_field_at_once_one_succeeds_and_the_others_see_it() {
    let (instance, cast) = Instance::with_cast();
    let path = open(&instance, &cast);
    let member = |n: usize| cast.members()[n % 4].clone();
    let forms: Vec<Form> =
        (0..16).map(|n| with(&member(n), &path, "Company", &format!("Velo {n}"))).collect();
    let pages = at_once(forms.iter().map(|form| || form.submit_once()).collect());
    let won = winners(&pages);
    assert_eq!(won.len(), 1);
    let stored = format!("Velo {}", won[0]);
    assert_eq!(cast.admin.get(&path).form("Save contact").value("company"), Some(&*stored));
    for page in pages.iter().filter(|page| page.status == 409) {
        page.expect(409, &format!("Somebody changed this to “{stored}” meanwhile."));
    }
}

/// A customer who has written once, their contact, and the form of another conversation.
fn returning(instance: &Instance, cast: &Cast) -> (i64, Form) {
    let (_, customer) = cast.customer_writes(instance, "Hanna Lindqvist", "In stock?");
    let contact = instance.count("SELECT max(id) FROM contacts");
    let chat = customer.get(&format!("/chat/{}?new", cast.chat_key));
    (contact, chat.form("Send").with("Message", "And do you repair?"))
}

#[test]
fn what_a_customer_begins_while_their_contact_is_merged_goes_along() {
    let (instance, cast) = Instance::with_cast();
    cast.customer_writes(&instance, "Per Lindqvist", "Hello?");
    let target = instance.count("SELECT max(id) FROM contacts");
    for _ in 0..ROUNDS {
        let (merged, begins) = returning(&instance, &cast);
        let merge = format!("/contacts/{merged}/merge?into={target}");
        let merge = cast.agent.get(&merge).form("Merge");
        let (merged, begun) = against(|| merge.submit_once(), || begins.submit_once());
        is_one_of(&merged, &[303]);
        is_one_of(&begun, &[303]);
    }
    let elsewhere = format!("SELECT count(*) FROM conversations WHERE contact_id <> {target}");
    assert_eq!(instance.count(&elsewhere), 0);
}

#[test]
fn what_a_customer_begins_while_their_contact_is_deleted_is_taken() {
    let (instance, cast) = Instance::with_cast();
    for _ in 0..ROUNDS {
        let (contact, begins) = returning(&instance, &cast);
        let delete = format!("/contacts/{contact}/delete");
        let delete = cast.admin.get(&delete).form("Delete contact");
        let (deleted, begun) = against(|| delete.submit_once(), || begins.submit_once());
        is_one_of(&deleted, &[303]);
        is_one_of(&begun, &[303]);
    }
    // Either it came first and went along, or it is a new contact's.
    let conversations = "SELECT count(*) FROM conversations";
    assert_eq!(instance.count(conversations), instance.count("SELECT count(*) FROM contacts"));
}

#[test]
fn a_conversation_that_is_opened_while_its_contact_is_deleted_is_there_or_gone() {
    let (instance, cast) = Instance::with_cast();
    for _ in 0..ROUNDS {
        let (id, _) = cast.customer_writes(&instance, "Hanna Lindqvist", "In stock?");
        let contact = instance.count("SELECT max(id) FROM contacts");
        let delete = format!("/contacts/{contact}/delete");
        let delete = cast.admin.get(&delete).form("Delete contact");
        let (deleted, opened) = against(|| delete.submit_once(), || cast.agent.open(id));
        is_one_of(&deleted, &[303]);
        is_one_of(&opened, &[200, 404]);
    }
}

/// Two contacts, and the form that makes the first one part of the second.
fn two(instance: &Instance, cast: &Cast) -> (i64, i64, Form) {
    let contact = |name: &str| {
        cast.customer_writes(instance, name, "Hello?");
        instance.count("SELECT max(id) FROM contacts")
    };
    let (merged, target) = (contact("Hanna Berg"), contact("Hanna Lindqvist"));
    let merge = format!("/contacts/{merged}/merge?into={target}");
    (merged, target, cast.agent.get(&merge).form("Merge"))
}

/// The merge of these two, as the verb does it.
fn merge(
    cast: &Cast,
    merged: i64,
    target: i64,
) -> impl FnMut(&mut Conn) -> Verb<String, merging::Refusal> + Send {
    let manager = cast.manager.at(cast.workspace_id);
    move |conn| merging::merge(conn, manager, merged, target)
}

#[test]
fn a_block_that_comes_while_another_is_merged_into_the_contact_stays() {
    let (instance, cast) = Instance::with_cast();
    let (_, target, form) = two(&instance, &cast);
    let admin = cast.admin.at(cast.workspace_id);
    let block = |conn: &mut Conn| blocking::set(conn, admin, target, true);
    is_one_of(&meanwhile(&instance, block, || form.submit_once()), &[303]);
    let blocked = "SELECT count(*) FROM contacts WHERE blocked_at IS NOT NULL";
    assert_eq!(instance.count(blocked), 1);
}

#[test]
fn what_is_saved_while_a_merge_is_undone_stays() {
    let (instance, cast) = Instance::with_cast();
    let (_, target, form) = two(&instance, &cast);
    let undo = form.submit().form("Undo merge");
    let save = format!("UPDATE contacts SET company = 'Velo' WHERE id = {target}");
    let save = |conn: &mut Conn| -> Verb<usize, std::convert::Infallible> {
        Ok(diesel::sql_query(&save).execute(conn)?)
    };
    is_one_of(&meanwhile(&instance, save, || undo.submit_once()), &[303]);
    let form = cast.admin.get(&format!("/contacts/{target}")).form("Save contact");
    assert_eq!(form.value("company"), Some("Velo"));
}

#[test]
fn whoever_becomes_part_of_another_at_this_moment_is_not_blocked() {
    let (instance, cast) = Instance::with_cast();
    let (merged, target, _) = two(&instance, &cast);
    let block = cast.agent.get(&format!("/contacts/{merged}")).form("Block");
    let blocked = meanwhile(&instance, merge(&cast, merged, target), || block.submit_once());
    is_one_of(&blocked, &[404]);
    let blocked = "SELECT count(*) FROM contacts WHERE blocked_at IS NOT NULL";
    assert_eq!(instance.count(blocked), 0);
}

#[test]
fn a_note_on_a_contact_that_is_merged_at_this_moment_goes_along() {
    let (instance, cast) = Instance::with_cast();
    let (merged, target, _) = two(&instance, &cast);
    let page = cast.agent.get(&format!("/contacts/{merged}"));
    let note = page.form("Add note").with("Note", "Races cyclocross.");
    let added = meanwhile(&instance, merge(&cast, merged, target), || note.submit_once());
    is_one_of(&added, &[303]);
    let of = "SELECT contact_id FROM contact_notes WHERE body LIKE 'Races%'";
    assert_eq!(instance.count(of), target);
}

#[test]
fn an_import_does_not_write_to_a_contact_that_is_merged_at_this_moment() {
    let (instance, cast) = Instance::with_cast();
    let (merged, target, _) = two(&instance, &cast);
    let table = "Name,Email address\nImported,hanna.berg@customer.example";
    let page = cast.agent.get("/contacts/import").form("Preview").with("Table", table).submit();
    let running = page.form("Start import").submit();
    meanwhile(&instance, merge(&cast, merged, target), || instance.run_imports());
    let page = cast.agent.get(&running.path);
    // The address is the other one's by then.
    assert_eq!(page.all(".import-counts li")[..2], ["0 contacts added", "1 contact updated"]);
    assert_eq!(instance.count("SELECT id FROM contacts WHERE name = 'Imported'"), target);
}

#[test]
fn of_two_merges_of_each_into_the_other_one_is_done() {
    let (instance, cast) = Instance::with_cast();
    for round in 1..=4 {
        let (merged, target, one) = two(&instance, &cast);
        let other = format!("/contacts/{target}/merge?into={merged}");
        let other = cast.manager.get(&other).form("Merge");
        let (one, other) = against(|| one.submit_once(), || other.submit_once());
        is_one_of(&one, &[303, 404]);
        is_one_of(&other, &[303, 404]);
        let hidden = "SELECT count(*) FROM contacts WHERE merged_at IS NOT NULL";
        assert_eq!(instance.count(hidden), round);
    }
}
