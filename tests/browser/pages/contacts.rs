//! The list of contacts, and a contact, empty and full.

use super::Inspection;
use crate::support::Instance;
use crate::window::{Script, Window};

pub const PAGES: &[&str] = &[
    "/contacts",
    "/contacts/new",
    "/contacts/{id}",
    "/contacts/{id}/merge",
    "/contacts/{id}/delete",
    "/contacts/import",
    "/contacts/imports/{id}",
];

const LONG_NAME: &str = "Wolfeschlegelsteinhausenbergerdorffwelchevoralternwarengewissen";

#[test]
fn axe_finds_nothing_on_the_pages_of_contacts() {
    let (instance, cast) = Instance::with_cast();
    let mut at = Inspection::sign_in(&instance.base, &cast.manager.email);
    at.visit("/contacts", "No contacts yet");

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
    at.window.follow("Edit note");
    at.look("Save note");
    at.window.fill("Text of the note", "Calls on Fridays.");
    at.window.press("Save note");
    at.look("edited at ");
    at.window.follow("Delete note");
    at.look("Delete this note?");
    at.window.press("Delete note");
    at.look("deleted a note");
    at.window.fill("Email address", "nowhere");
    at.window.press("Save contact");
    at.look("This is not an email address.");

    at.visit("/contacts/new", "New contact");
    at.window.fill("Name", LONG_NAME);
    at.window.fill("Email address", "hanna.lindqvist@customer.example");
    at.window.press("Save contact");
    at.look("Hanna Lindqvist has this address already.");

    at.visit(&format!("/conversations/{id}"), "Open contact");
    at.window.press("Edit contact");
    at.look("Save contact");
    at.ends_well();
}

#[test]
fn axe_finds_nothing_on_the_ends_of_contacts() {
    let (instance, cast) = Instance::with_cast();
    let other = instance.count(&format!(
        "SELECT contact_id FROM conversations WHERE id = {}",
        cast.waiting(&instance)
    ));
    let (id, _) = cast.customer_writes(&instance, LONG_NAME, LONG_NAME);
    let contact = instance.count(&format!("SELECT contact_id FROM conversations WHERE id = {id}"));
    let mut at = Inspection::sign_in(&instance.base, &cast.admin.email);
    at.visit("/contacts/import", "Import contacts");
    at.window.press("Preview");
    at.look("Choose a file, or paste a table below.");
    at.window.fill("Table", "Name,Email,Shoe size\nPiet,piet@mulder.example,44\n,x,");
    at.window.press("Preview");
    at.look("1 new contact");
    at.window.press("Start import");
    at.look("Importing contacts");
    // The page finds out by itself.
    instance.run_imports();
    at.look("Import finished");
    at.visit("/contacts/import", "Imports of the last 30 days");
    at.visit(&format!("/contacts/{other}/delete"), "This cannot be undone.");
    at.visit(&format!("/contacts/{other}/merge?q=e"), "Choose");
    at.visit(&format!("/contacts/{other}/merge?into={contact}"), "This can be undone for a day");
    at.window.press("Merge");
    at.look("Undo merge");
    at.window.press("Block");
    at.look("Blocked");
    at.visit(&format!("/conversations/{id}"), "Mark as spam");
    at.window.press("Mark as spam");
    at.look("Not spam");
    at.visit("/inbox?view=all&status=spam", "Spam");
    at.ends_well();
}

#[test]
fn a_server_that_is_busy_for_a_moment_does_not_end_the_progress() {
    let (_instance, cast) = Instance::with_cast();
    let ana = Window::of(&cast.admin, Script::On);
    ana.go("/contacts/import");
    ana.fill("Table", "Name,Email\nPiet,piet@mulder.example");
    ana.press("Preview");
    ana.press("Start import");
    ana.sees("Importing contacts");
    ana.run(
        "window.asked = 0;
         window.fetch = async () => {
             window.asked += 1;
             return new Response('Baton is busy', { status: 503 });
         };",
    );
    // A page that was loaded again has counted nothing.
    let asks_on = || ana.run("return window.asked > 1").as_bool().filter(|asks_on| *asks_on);
    assert!(ana.until(asks_on).is_some(), "{}", ana.text());
}
