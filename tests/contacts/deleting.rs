//! A contact who asks to be forgotten.

use super::{address, contact_of};
use crate::support::Instance;

#[test]
fn an_administrator_deletes_a_contact_with_everything_that_was_written() {
    let (instance, cast) = Instance::with_cast();
    let (id, customer) = cast.customer_writes(&instance, "Hanna Lindqvist", "Is it in stock?");
    cast.customer_writes(&instance, "Piet Mulder", "Do you repair?");
    let form = cast.agent.open(id).form("Claim and send").with("Reply", "It is, Hanna.");
    form.submit().expect(200, "Claimed and sent.");
    let contact = contact_of(&instance, id);
    let note =
        cast.agent.get(&address(contact)).form("Add note").with("Note", "Hanna is in a hurry.");
    note.submit();
    assert!(cast.manager.get(&address(contact)).find_link("Delete contact").is_none());

    let page = cast.admin.get(&address(contact)).click("Delete contact");
    page.expect(200, "Delete Hanna Lindqvist?").expect(200, "with 1 conversation and every note");
    let page = page.form("Delete contact").submit();
    page.expect(200, "Deleted the contact and everything that was written.");
    assert_eq!(page.all(".contact-row b"), ["Piet Mulder"]);
    assert_eq!(cast.agent.open(id).status, 404);
    assert_eq!(instance.count("SELECT count(*) FROM messages"), 1);
    customer.get(&cast.chat_path()).expect(200, "Your name");

    let export = cast.admin.get("/settings/workspace/export").body;
    assert!(export.contains("contact_deleted") && !export.contains("Hanna"), "{export}");
    let line = format!(
        "SELECT count(*) FROM audit_entries WHERE kind = 'contact_deleted' AND about = '{contact}'"
    );
    assert_eq!(instance.count(&line), 1);
}

#[test]
fn what_the_same_browser_wrote_as_somebody_else_stays() {
    let (instance, cast) = Instance::with_cast();
    let (first, customer) = cast.customer_writes(&instance, "Hanna Lindqvist", "The first one");
    let chat = format!("/chat/{}?new", cast.chat_key);
    let form = customer.get(&chat).form("Send").with("Your name", "Piet Mulder");
    form.with("Message", "The second one").submit().expect(200, "The second one");
    let second = contact_of(&instance, instance.count("SELECT max(id) FROM conversations"));
    cast.admin.get(&format!("/contacts/{second}/delete")).form("Delete contact").submit();
    cast.agent.open(first).expect(200, "The first one");
    customer.get(&chat).expect(200, "Your name");
}

#[test]
fn what_was_merged_goes_along() {
    let (instance, cast) = Instance::with_cast();
    let first = contact_of(&instance, cast.waiting(&instance));
    let second = contact_of(&instance, cast.waiting(&instance));
    cast.agent.get(&format!("/contacts/{second}/merge?into={first}")).form("Merge").submit();
    cast.admin.get(&format!("/contacts/{first}/delete")).form("Delete contact").submit();
    assert_eq!(instance.count("SELECT count(*) FROM contacts"), 0);
    assert_eq!(instance.count("SELECT count(*) FROM conversations"), 0);
}

#[test]
fn what_was_merged_into_what_was_merged_goes_along() {
    let (instance, cast) = Instance::with_cast();
    let all = [(); 3].map(|()| contact_of(&instance, cast.waiting(&instance)));
    let merge = |from: i64, into: i64| {
        let merge = format!("/contacts/{from}/merge?into={into}");
        cast.agent.get(&merge).form("Merge").submit().expect(200, "Merged into");
    };
    merge(all[0], all[1]);
    merge(all[1], all[2]);
    cast.admin.get(&format!("/contacts/{}/delete", all[2])).form("Delete contact").submit();
    assert_eq!(instance.count("SELECT count(*) FROM contacts"), 0);
}
