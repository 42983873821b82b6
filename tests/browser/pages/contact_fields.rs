//! Contact fields: their settings, and the contacts that have them.

use super::Inspection;
use crate::support::Instance;

pub const PAGES: &[&str] = &[
    "/settings/contact-fields",
    "/settings/contact-fields/new",
    "/settings/contact-fields/{id}",
    "/settings/contact-fields/{id}/delete",
];

/// As long as a name may be, and without a place to break.
const LONG: &str = "NothingInThisNameOfAContactFieldCanEverBeBrokenIntoTwoLines";

#[test]
fn axe_finds_nothing_on_contact_fields() {
    let (instance, cast) = Instance::with_cast();
    let mut at = Inspection::sign_in(&instance.base, &cast.manager.email);
    at.visit("/settings/contact-fields", "No contact fields yet");
    at.visit("/settings/contact-fields/new", "New contact field");
    at.window.press("Save contact field");
    at.look("Please fill this in.");
    for (name, kind, choices) in [
        (LONG, "choice", "Gold\nSilver"),
        ("Frame size", "number", ""),
        ("Customer since", "date", ""),
        ("Colour", "text", ""),
    ] {
        let form = cast.manager.get("/settings/contact-fields/new").form("Save contact field");
        form.set("name", name).set("kind", kind).set("choices", choices).submit();
    }
    at.visit("/settings/contact-fields", "Move down");
    let id = instance.count("SELECT min(id) FROM contact_fields");
    let conversation = cast.waiting(&instance);
    let contact = instance.count("SELECT max(id) FROM contacts");
    let form = cast.agent.get(&format!("/contacts/{contact}")).form("Save contact");
    form.with(LONG, "Silver").submit().expect(200, "Saved");
    at.visit(&format!("/settings/contact-fields/{id}/delete"), "has a value in it");
    at.visit(&format!("/settings/contact-fields/{id}"), LONG);
    at.window.fill("Choices", "Gold");
    at.window.press("Save contact field");
    at.look("Some contacts have a choice that is not listed any more.");
    at.visit(&format!("/contacts/{contact}"), LONG);
    at.window.fill("Frame size", "fifty");
    at.window.press("Save contact");
    at.look("This is not a number.");
    at.visit(&format!("/conversations/{conversation}"), "Silver");
    at.ends_well();
}
