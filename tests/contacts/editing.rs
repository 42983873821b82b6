//! What members write about a contact, and that customers never see it.

use super::{address, contact_of};
use crate::support::Instance;

#[test]
fn every_role_changes_a_contact() {
    let (instance, cast) = Instance::with_cast();
    let contact = contact_of(&instance, cast.waiting(&instance));
    for (n, member) in cast.members().into_iter().enumerate() {
        let (name, phone) = (format!("Hanna L. {n}"), format!("+46 70 555 01 4{n}"));
        let page = member.get(&address(contact));
        let page = page
            .form("Save contact")
            .with("Name", &name)
            .with("Email address", "HANNA@Velo.example")
            .with("Phone", &phone)
            .with("Company", "Velo")
            .submit();
        page.expect(200, &format!("Saved {name}."));
        let form = page.form("Save contact");
        assert_eq!(form.value("name"), Some(name.as_str()));
        assert_eq!(form.value("email"), Some("hanna@velo.example"));
        assert_eq!(form.value("phone"), Some(phone.as_str()));
        assert_eq!(form.value("company"), Some("Velo"));
    }
    let found = cast.agent.get("/contacts?q=VELO.EXAMPLE");
    found.expect(200, "Hanna L. 3");
}

#[test]
fn what_is_wrong_comes_back_with_the_text() {
    let (instance, cast) = Instance::with_cast();
    let contact = contact_of(&instance, cast.waiting(&instance));
    let form = cast.agent.get(&address(contact)).form("Save contact");
    let page = form.with("Name", " ").with("Email address", "nowhere").submit();
    page.expect(422, "Please fill this in.").expect(422, "This is not an email address.");
    assert_eq!(page.form("Save contact").value("email"), Some("nowhere"));
    page.form("Save contact").with("Name", "Hanna").with("Email address", "").submit();
    let kept = "SELECT count(*) FROM contacts WHERE name = 'Hanna' AND email IS NULL";
    assert_eq!(instance.count(kept), 1);
}

#[test]
fn two_members_who_change_different_fields_of_a_contact_both_succeed() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.waiting(&instance);
    let contact = contact_of(&instance, id);
    let form = cast.agent.get(&address(contact)).form("Save contact").with("Phone", "+46 70 1");
    let panel = cast.manager.open(id).form("Save contact").with("Company", "Velo");
    panel.submit().expect(200, "Saved");
    form.submit().expect(200, "Saved");
    let both = "SELECT count(*) FROM contacts WHERE phone = '+46 70 1' AND company = 'Velo'";
    assert_eq!(instance.count(both), 1);
}

#[test]
fn who_changes_what_another_has_changed_sees_that_first() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.waiting(&instance);
    let contact = contact_of(&instance, id);
    let form = cast.agent.get(&address(contact)).form("Save contact");
    let mine = form.with("Company", "Velo AB").with("Phone", "+46 70 1");
    let other = cast.manager.open(id).form("Save contact").with("Company", "Velo");
    other.with("Name", "Hanna Berg").submit().expect(200, "Saved");
    let page = mine.submit();
    page.expect(409, "Somebody changed this to “Velo” meanwhile. Save again to replace that.");
    page.expect(409, "Nothing is saved yet");
    let again = page.form("Save contact");
    assert_eq!(again.value("company"), Some("Velo AB"));
    assert_eq!(again.value("phone"), Some("+46 70 1"));
    assert_eq!(again.value("name"), Some("Hanna Berg"), "what they did not touch is up to date");
    assert_eq!(instance.count("SELECT count(*) FROM contacts WHERE phone = '+46 70 1'"), 0);
    again.submit().expect(200, "Saved Hanna Berg.");
    let all = "SELECT count(*) FROM contacts
        WHERE name = 'Hanna Berg' AND company = 'Velo AB' AND phone = '+46 70 1'";
    assert_eq!(instance.count(all), 1);
}

#[test]
fn the_panel_edits_in_place_and_leads_to_the_contact() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.waiting(&instance);
    let page = cast.agent.get(&format!("/conversations/{id}?view=unassigned"));
    let form = page.form("Save contact").with("Name", "Hanna Berg").with("Company", "Velo");
    let answer = form.submit_once();
    assert_eq!(answer.location(), Some(format!("/conversations/{id}?view=unassigned")));
    let page = form.submit();
    page.expect(200, "Saved Hanna Berg.").expect(200, "Velo");
    page.click("Open contact").expect(200, "Hanna Berg").expect(200, "1 conversation");

    let wrong = page.form("Save contact").with("Email address", "nowhere").submit();
    wrong.expect(422, "This is not an email address.");
    let answer = wrong.form("Save contact").with("Email address", "").submit_once();
    assert_eq!(answer.location(), Some(format!("/conversations/{id}?view=unassigned")));
    for elsewhere in ["https://evil.example", "//evil.example/conversations/", "/settings"] {
        let answer = form_to(&page, elsewhere);
        assert_eq!(answer.location(), Some(address(contact_of(&instance, id))), "{elsewhere}");
    }
}

fn form_to(page: &crate::support::Page, back: &str) -> crate::support::Page {
    page.form("Save contact").set("back", back).submit_once()
}

#[test]
fn the_customer_sees_what_they_typed_and_not_what_the_team_made_of_it() {
    let (instance, cast) = Instance::with_cast();
    let (id, customer) = cast.customer_writes(&instance, "Hanna Lindqvist", "Is it in stock?");
    let contact = contact_of(&instance, id);
    let form = cast.agent.get(&address(contact)).form("Save contact");
    form.with("Name", "Hanna (never pays)").with("Email address", "x@internal.example").submit();
    cast.agent.get(&address(contact)).form("Add note").with("Note", "Never pays.").submit();

    let chat = cast.chat_path();
    let page = customer.get(&format!("{chat}?new"));
    let form = page.form("Send");
    assert_eq!(form.value("name"), Some("Hanna Lindqvist"));
    assert_eq!(form.value("email"), Some("hanna.lindqvist@customer.example"));
    form.with("Message", "And the bolts?").submit().expect(200, "And the bolts?");
    assert_eq!(instance.count("SELECT count(*) FROM contacts"), 1, "still the same contact");
    for page in [customer.get(&chat), customer.get(&format!("{chat}?conversation={id}"))] {
        assert!(!page.body.contains("ever pays"), "{}", page.body);
        assert!(!page.body.contains("internal.example"), "{}", page.body);
    }
}

#[test]
fn a_note_says_who_wrote_it_and_is_stored_once() {
    let (instance, cast) = Instance::with_cast();
    let contact = contact_of(&instance, cast.waiting(&instance));
    let form = cast.agent.get(&address(contact)).form("Add note");
    form.with("Note", " ").submit().expect(422, "Please fill this in.");
    let form = cast.agent.get(&address(contact)).form("Add note").with("Note", "Races cyclocross.");
    form.submit().expect(200, "Note added.");
    form.submit();
    let page = cast.manager.get(&address(contact));
    assert_eq!(page.all(".contact-note"), ["Races cyclocross."]);
    page.expect(200, "Mia Chen just now");
    let export = cast.admin.get("/settings/workspace/export");
    assert!(export.body.contains("Races cyclocross."), "{}", export.body);
    // Whoever goes back to the page and writes something else means that.
    form.with("Note", "Pays late.").submit().expect(200, "Note added.");
    let page = cast.manager.get(&address(contact));
    assert_eq!(page.all(".contact-note"), ["Pays late.", "Races cyclocross."]);
    let path = format!("{}/notes", address(contact));
    assert_eq!(cast.agent.browser.post(&path, &[("body", "Of no form.")]).status, 422);
}
