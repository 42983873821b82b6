//! The list of contacts, and a contact, empty and full.

use super::Inspection;
use crate::support::Instance;

pub const PAGES: &[&str] = &["/contacts", "/contacts/{id}"];

const LONG_NAME: &str = "Wolfeschlegelsteinhausenbergerdorffwelchevoralternwarengewissen";

#[test]
fn the_pages_of_contacts_are_in_order() {
    let (instance, cast) = Instance::with_cast();
    let mut at = Inspection::sign_in(&instance.base, &cast.manager.email);
    at.visit("/contacts", "No contact yet");

    cast.waiting(&instance);
    let (id, _) = cast.customer_writes(&instance, LONG_NAME, LONG_NAME);
    at.visit("/contacts", LONG_NAME);
    at.visit("/contacts?sort=seen", LONG_NAME);
    at.visit("/contacts?q=nobody", "Nobody found");

    let contact = instance.count(&format!("SELECT contact_id FROM conversations WHERE id = {id}"));
    at.visit(&format!("/contacts/{contact}"), "1 conversation");
    at.window.fill("Note", LONG_NAME);
    at.window.press("Add note");
    at.look("Note added.");
    at.window.fill("Email address", "nowhere");
    at.window.press("Save contact");
    at.look("This is not an email address.");

    at.visit(&format!("/conversations/{id}"), "Open contact");
    at.window.press("Edit contact");
    at.look("Save contact");
    at.ends_well();
}
