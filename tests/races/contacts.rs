//! Members who change one contact at the same moment, or while its customer writes.

use super::{ROUNDS, against, at_once, is_one_of, winners};
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
