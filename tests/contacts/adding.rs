//! Contacts whom members enter by hand.

use super::{address, contact_of};
use crate::support::Instance;

#[test]
fn every_role_adds_a_contact_by_hand() {
    let (instance, cast) = Instance::with_cast();
    let field = cast.manager.get("/settings/contact-fields/new").form("Save contact field");
    field.with("Name", "Plan").submit();
    for (n, member) in cast.members().into_iter().enumerate() {
        let form = member.get("/contacts").click("New contact").form("Save contact");
        let name = format!("Olga Petrova {n}");
        let form = form
            .with("Name", &format!(" {name} "))
            .with("Email address", &format!("OLGA{n}@Velo.example"))
            .with("Phone", "+46 555 0199")
            .with("Company", "Velo")
            .with("Plan", "Gold");
        let page = form.submit();
        let form = page.expect(200, &format!("Saved {name}.")).form("Save contact");
        assert_eq!(form.value("name"), Some(name.as_str()));
        assert_eq!(form.value("email"), Some(format!("olga{n}@velo.example").as_str()));
        assert_eq!(form.value("phone"), Some("+46 555 0199"));
        assert_eq!(form.value("company"), Some("Velo"));
        page.expect(200, "No").expect(200, "0 conversations");
    }
    let values = "SELECT count(*) FROM contact_values WHERE value = 'Gold'";
    assert_eq!(instance.count(values), 4);
    // They are found as all others are, and nobody else's.
    for path in ["/contacts?q=petrova+3", "/search?q=petrova+velo"] {
        cast.agent.get(path).expect(200, "Olga Petrova 3");
        assert!(!cast.outsider.get(path).says("Olga Petrova 3"), "{path}");
    }
}

#[test]
fn a_name_is_enough_and_a_double_click_makes_one_contact() {
    let (instance, cast) = Instance::with_cast();
    let page = cast.agent.get("/contacts/new").form("Save contact").submit();
    page.expect(422, "Please fill this in.");
    let form = page.form("Save contact").with("Name", "Olga");
    let wrong = form.clone().with("Email address", "nowhere").submit();
    wrong.expect(422, "This is not an email address.");
    assert_eq!(wrong.form("Save contact").value("name"), Some("Olga"));
    let pages = [form.submit(), form.submit()];
    for page in &pages {
        page.expect(200, "Saved Olga.");
    }
    let added = "SELECT count(*) FROM contacts WHERE name = 'Olga' AND email IS NULL";
    assert_eq!(instance.count(added), 1);
    // Another form is another contact.
    let form = cast.agent.get("/contacts/new").form("Save contact");
    form.with("Name", "Olga").submit().expect(200, "Saved Olga.");
    assert_eq!(instance.count(added), 2);
}

#[test]
fn an_address_that_a_contact_has_leads_to_that_contact() {
    let (instance, cast) = Instance::with_cast();
    let hanna = contact_of(&instance, cast.waiting(&instance));
    let fresh = || cast.agent.get("/contacts/new").form("Save contact").with("Name", "Olga");
    let email = "hanna.lindqvist@customer.example";
    let page = fresh().with("Email address", &email.to_uppercase()).submit();
    page.expect(422, "Hanna Lindqvist has this address already.");
    let form = page.form("Save contact");
    assert_eq!(form.value("name"), Some("Olga"));
    page.click("Open Hanna Lindqvist").expect(200, "Contact since");
    assert_eq!(page.find_link("Open Hanna Lindqvist"), Some(address(hanna)));
    // Nor may it be an address of one that became part of another.
    let form = fresh().with("Email address", "olga@velo.example");
    form.submit().expect(200, "Saved Olga.");
    let olga = instance.count("SELECT max(id) FROM contacts");
    let into = hanna.to_string();
    let merged = cast.agent.browser.post(&format!("{}/merge", address(olga)), &[("into", &into)]);
    merged.expect(200, "Merged");
    let form = fresh().with("Email address", "olga@velo.example");
    form.submit().expect(422, "Hanna Lindqvist has this address already.");
    // Another workspace knows nothing of it.
    let form = cast.outsider.get("/contacts/new").form("Save contact").with("Name", "Olga");
    form.with("Email address", email).submit().expect(200, "Saved Olga.");
    assert_eq!(instance.count("SELECT count(*) FROM contacts WHERE name = 'Olga'"), 2);
}
