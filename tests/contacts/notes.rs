//! Notes on a contact, which their author changes, or takes back.

use super::{address, contact_of};
use crate::support::{Cast, Instance, Page};

/// A contact on whom the Agent has left a note.
fn noted(instance: &Instance, cast: &Cast) -> (i64, Page) {
    let contact = contact_of(instance, cast.waiting(instance));
    let form = cast.agent.get(&address(contact)).form("Add note").with("Note", "Rides a 54.");
    let page = form.submit();
    page.expect(200, "Note added.");
    (contact, page)
}

fn save(page: &Page, text: &str) -> Page {
    page.click("Edit note").form("Save note").with("Text of the note", text).submit()
}

/// Where the forms of the only note go.
fn path(instance: &Instance, contact: i64) -> String {
    let id = instance.count("SELECT max(id) FROM contact_notes");
    format!("{}/notes/{id}", address(contact))
}

fn notes(page: &Page) -> Vec<String> {
    page.all(".contact-notes > li > .contact-note")
}

#[test]
fn a_changed_note_says_so_and_shows_what_it_said() {
    let (instance, cast) = Instance::with_cast();
    let (contact, page) = noted(&instance, &cast);
    // However long ago it was written.
    instance.execute("UPDATE contact_notes SET created_at = '2026-01-02 10:00:00'");
    let page = save(&page, "Rides a **56**.");
    page.expect(200, "Note saved.");
    assert_eq!(notes(&page), ["Rides a 56."]);
    save(&page, "Rides a 56, hates mud.").expect(200, "Note saved.");
    // The same text again is no change.
    save(&page, "Rides a 56, hates mud.").expect(200, "Note saved.");
    let seen = cast.manager.get(&address(contact));
    assert_eq!(notes(&seen), ["Rides a 56, hates mud."]);
    seen.expect(200, "edited at ").expect(200, "Mia Chen 2 Jan");
    assert_eq!(seen.all(".note-history .contact-note"), ["Rides a 54.", "Rides a 56."]);
    let export = cast.admin.get("/settings/workspace/export").body;
    for text in ["Rides a 54.", "Rides a **56**.", "Rides a 56, hates mud."] {
        assert_eq!(export.matches(text).count(), 1, "{text}: {export}");
    }
}

#[test]
fn a_deleted_note_leaves_a_line_and_nothing_of_its_text() {
    let (instance, cast) = Instance::with_cast();
    let (contact, page) = noted(&instance, &cast);
    let page = save(&page, "Rides a 56.").click("Delete note");
    page.expect(200, "Delete this note? A line in its place says that you did.");
    let page = page.form("Delete note").submit();
    page.expect(200, "Note deleted.").expect(200, "Mia Chen deleted a note");
    assert!(notes(&page).is_empty() && !page.says("Rides a"), "{}", page.text());
    for sql in ["contact_notes WHERE body <> ''", "contact_note_versions"] {
        assert_eq!(instance.count(&format!("SELECT count(*) FROM {sql}")), 0, "{sql}");
    }
    let path = path(&instance, contact);
    for path in [format!("{path}/delete"), path] {
        let page = cast.agent.browser.post(&path, &[("body", "Rides a 58.")]);
        page.expect(409, "That note no longer exists").expect(409, "Rides a 58.");
    }
}

#[test]
fn a_note_is_its_authors_alone() {
    let (instance, cast) = Instance::with_cast();
    let (contact, _) = noted(&instance, &cast);
    assert_eq!(cast.admin.get(&address(contact)).find_link("Edit note"), None);
    let path = path(&instance, contact);
    let page = cast.admin.browser.post(&path, &[("body", "Rides a 58.")]);
    page.expect(409, "Only whoever wrote a note can change it.");
    assert_eq!(page.form("Save note").value("body"), Some("Rides a 58."));
    let page = cast.admin.browser.post(&format!("{path}/delete"), &[]);
    page.expect(409, "Only whoever wrote a note can change it.");
    let page = cast.agent.browser.post(&path, &[]);
    page.expect(422, "Please fill this in.");
    assert_eq!(notes(&cast.agent.get(&address(contact))), ["Rides a 54."]);
}

#[test]
fn a_note_is_changed_on_its_contact_alone_and_where_that_went() {
    let (instance, cast) = Instance::with_cast();
    let (contact, page) = noted(&instance, &cast);
    let (other, _) = cast.customer_writes(&instance, "Hanna Berg", "Me again");
    let other = contact_of(&instance, other);
    let path = path(&instance, contact);
    let of_other = path.replace(&address(contact), &address(other));
    let page_of_other = cast.agent.browser.post(&of_other, &[("body", "Rides a 58.")]);
    page_of_other.expect(409, "That note no longer exists");
    // The page is open while the contact becomes part of another one.
    let form = page.click("Edit note").form("Save note").with("Text of the note", "Rides a 56.");
    let merge = format!("/contacts/{contact}/merge?into={other}");
    cast.manager.get(&merge).form("Merge").submit().expect(200, "Merged into");
    let page = form.submit();
    page.expect(200, "Note saved.").expect(200, "Hanna Berg");
    assert_eq!(notes(&page), ["Of Hanna Lindqvist: name Hanna Lindqvist.", "Rides a 56."]);
    cast.admin.get(&format!("{}/delete", address(other))).form("Delete contact").submit();
    let page = cast.agent.browser.post(&of_other, &[("body", "Rides a 58.")]);
    page.expect(404, "Rides a 58.");
}
