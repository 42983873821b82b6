//! Notes that their author changes, or takes back.

use super::{activity, bubbles};
use crate::support::{Cast, Instance, Page};

fn noted(instance: &Instance, cast: &Cast) -> (i64, Page) {
    let id = cast.waiting(instance);
    let form = cast.agent.open(id).form("Add note").with("Note", "Bin C41.");
    (id, form.submit())
}

fn save(page: &Page, text: &str) -> Page {
    page.click("Edit note").form("Save note").with("Text of the note", text).submit()
}

fn notes(page: &Page) -> Vec<String> {
    page.all(".is-note > .bubble")
}

#[test]
fn a_changed_note_says_so_and_shows_what_it_said() {
    let (instance, cast) = Instance::with_cast();
    let (id, page) = noted(&instance, &cast);
    let page = save(&page, "Bin **C14**.");
    page.expect(200, "Note saved.");
    assert_eq!(notes(&page), ["Bin C14."]);
    save(&page, "Bin C14, upper shelf.").expect(200, "Note saved.");
    let seen = cast.manager.open(id);
    assert_eq!(notes(&seen), ["Bin C14, upper shelf."]);
    seen.expect(200, "edited at ");
    assert_eq!(seen.all(".note-history .bubble"), ["Bin C41.", "Bin C14."]);
    // The same text again is no change.
    save(&page, "Bin C14, upper shelf.").expect(200, "Note saved.");
    assert_eq!(instance.count("SELECT count(*) FROM note_versions"), 2);
}

#[test]
fn a_deleted_note_leaves_a_line_and_nothing_of_its_text() {
    let (instance, cast) = Instance::with_cast();
    let (id, page) = noted(&instance, &cast);
    let page = save(&page, "Bin C14.").click("Delete note");
    page.expect(200, "Delete this note? A line in its place says that you did.");
    let page = page.form("Delete note").submit();
    page.expect(200, "Note deleted.").expect(200, "Mia Chen deleted a note");
    assert_eq!(activity(&page)[0], "Mia Chen deleted a note");
    assert_eq!(bubbles(&page), ["Is the rear hanger in stock?"]);
    for sql in ["messages WHERE body LIKE 'Bin%'", "note_versions"] {
        assert_eq!(instance.count(&format!("SELECT count(*) FROM {sql}")), 0, "{sql}");
    }
    let path = format!("/conversations/{id}/notes/{}", note_id(&instance));
    for path in [format!("{path}/delete"), path] {
        let page = cast.agent.browser.post(&path, &[("body", "Bin C15.")]);
        page.expect(409, "That note no longer exists");
    }
}

#[test]
fn after_fifteen_minutes_a_note_stays_and_the_text_is_kept() {
    let (instance, cast) = Instance::with_cast();
    let (id, page) = noted(&instance, &cast);
    let (edit, delete) = (page.click("Edit note"), page.click("Delete note"));
    let long_ago = if crate::support::is_postgres() {
        "created_at - interval '16 minutes'"
    } else {
        "strftime('%Y-%m-%d %H:%M:%f', created_at, '-16 minutes')"
    };
    instance.execute(&format!("UPDATE messages SET created_at = {long_ago}"));
    let page = edit.form("Save note").with("Text of the note", "Bin C14.").submit();
    page.expect(409, "A note can be changed for 15 minutes. This one is older.");
    assert_eq!(page.form("Save note").value("body"), Some("Bin C14."));
    let page = delete.form("Delete note").submit();
    page.expect(409, "A note can be changed for 15 minutes. This one is older.");
    let page = cast.agent.open(id);
    assert_eq!(notes(&page), ["Bin C41."]);
    assert_eq!(page.find_link("Edit note"), None);
    let begun = cast.agent.get(&format!("/conversations/{id}?edit={}", note_id(&instance)));
    assert!(!begun.has_button("Save note"));
}

fn note_id(instance: &Instance) -> i64 {
    instance.count("SELECT max(id) FROM messages WHERE kind = 'note'")
}

#[test]
fn a_note_is_its_authors_alone() {
    let (instance, cast) = Instance::with_cast();
    let (id, _) = noted(&instance, &cast);
    assert_eq!(cast.admin.open(id).find_link("Edit note"), None);
    let path = format!("/conversations/{id}/notes/{}", note_id(&instance));
    let page = cast.admin.browser.post(&path, &[("body", "Bin C15.")]);
    page.expect(409, "Only whoever wrote a note can change it.");
    assert_eq!(page.form("Save note").value("body"), Some("Bin C15."));
    let page = cast.admin.browser.post(&format!("{path}/delete"), &[]);
    page.expect(409, "Only whoever wrote a note can change it.");
    assert_eq!(notes(&cast.admin.open(id)), ["Bin C41."]);
}

#[test]
fn what_is_no_note_of_this_conversation_is_not_changed() {
    let (instance, cast) = Instance::with_cast();
    let (first, _) = noted(&instance, &cast);
    let note = note_id(&instance);
    let other = cast.waiting(&instance);
    let message = instance.count("SELECT max(id) FROM messages");
    for (id, note) in [(other, note), (other, message), (first, 9_999_999)] {
        let path = format!("/conversations/{id}/notes/{note}");
        let page = cast.agent.browser.post(&path, &[("body", "Bin C15.")]);
        page.expect(409, "That note no longer exists").expect(409, "Bin C15.");
    }
    let page = cast.agent.browser.post(&format!("/conversations/{first}/notes/x"), &[]);
    assert_eq!(page.status, 404);
    let page = cast.agent.browser.post(&format!("/conversations/{first}/notes/{note}"), &[]);
    page.expect(422, "Please fill this in.");
    assert_eq!(notes(&cast.agent.open(first)), ["Bin C41."]);
}

#[test]
fn an_agent_who_lost_the_conversation_keeps_the_text() {
    let (instance, cast) = Instance::with_cast();
    let (id, page) = noted(&instance, &cast);
    let form = page.click("Edit note").form("Save note").with("Text of the note", "Bin C14.");
    cast.other_agent.open(id).form("Claim").submit();
    let page = form.submit();
    page.expect(409, "Lukas Brandt claimed this first");
    assert_eq!(page.all("textarea#kept"), ["Bin C14."]);
    assert_eq!(notes(&cast.manager.open(id)), ["Bin C41."]);
}
