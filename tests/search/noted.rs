//! Notes on contacts: both searches lead to the contact by what they say.

use super::{found, marks, search};
use crate::support::{Instance, Member, Page};

/// The newest contact, on whom the Agent leaves a note.
fn noted(instance: &Instance, by: &Member, note: &str) -> i64 {
    let contact = instance.count("SELECT max(id) FROM contacts");
    let form = by.get(&format!("/contacts/{contact}")).form("Add note").with("Note", note);
    form.submit().expect(200, "Note added.");
    contact
}

fn people(page: &Page) -> Vec<String> {
    page.all(".found-person > b")
}

fn listed(by: &Member, words: &str) -> Vec<String> {
    let form = by.get("/contacts").form("Search").with("Search contacts", words);
    form.submit().all(".contact-row b")
}

#[test]
fn what_is_noted_about_a_contact_leads_to_them() {
    let (instance, cast) = Instance::with_cast();
    cast.customer_writes(&instance, "Hanna Lindqvist", "Is the rear hanger in stock?");
    let contact = noted(&instance, &cast.agent, "Rides a **gravel** bike, size 54.");
    noted(&instance, &cast.agent, "Prefers Külz tyres.");
    cast.customer_writes(&instance, "Kofi Mensah", "Where is my order?");
    noted(&instance, &cast.manager, "A size too large.");
    for (words, names) in [
        ("gravel", vec!["Hanna Lindqvist"]),
        ("GRAV", vec!["Hanna Lindqvist"]),
        ("gravel 54", vec!["Hanna Lindqvist"]),
        ("kulz", vec!["Hanna Lindqvist"]),
        ("hanna gravel", vec!["Hanna Lindqvist"]),
        ("size lindqvist", vec!["Hanna Lindqvist"]),
        ("gravel tyres", vec!["Hanna Lindqvist"]),
        ("size", vec!["Kofi Mensah", "Hanna Lindqvist"]),
        ("gravel large", vec![]),
        ("kofi gravel", vec![]),
    ] {
        assert_eq!(people(&search(&cast.other_agent, words)), names, "{words}");
        let mut in_list = listed(&cast.other_agent, words);
        in_list.sort_by_key(|name| names.iter().position(|one| one == name));
        assert_eq!(in_list, names, "{words}");
    }
    let page = search(&cast.agent, "hanna bike");
    assert_eq!(marks(&page), ["Hanna", "hanna", "bike"]);
    page.expect(200, "Mia Chen, note: Rides a gravel bike, size 54.");
    let to = page.attribute(".found-person", "href");
    assert!(to.starts_with(&format!("/contacts/{contact}#note-")), "{to}");
    assert!(
        cast.agent.get(&to).body.contains(&format!("id=\"{}\"", to.split_once('#').unwrap().1))
    );
    // It is them whom it leads to, and not whatever they ever wrote.
    assert_eq!(found(&page), Vec::<String>::new());
    // Their name alone needs no note.
    let page = search(&cast.agent, "hanna");
    assert_eq!(people(&page), ["Hanna Lindqvist"]);
    assert!(!page.says("note:"), "{}", page.text());
    for sort in ["name", "seen"] {
        let page = cast.agent.get(&format!("/contacts?q=gravel&sort={sort}"));
        assert_eq!(page.all(".contact-row b"), ["Hanna Lindqvist"], "{sort}");
    }
    assert_eq!(people(&search(&cast.outsider, "gravel")), Vec::<String>::new());
    assert_eq!(listed(&cast.outsider, "gravel"), Vec::<String>::new());
}

#[test]
fn what_a_note_does_not_say_any_more_finds_nobody() {
    let (instance, cast) = Instance::with_cast();
    cast.customer_writes(&instance, "Hanna Lindqvist", "Hello");
    let contact = noted(&instance, &cast.agent, "Rides a gravel bike.");
    let is_found = |words: &str| {
        let (people, listed) = (people(&search(&cast.agent, words)), listed(&cast.agent, words));
        assert_eq!(people, listed, "{words}");
        !people.is_empty()
    };
    let page = cast.agent.get(&format!("/contacts/{contact}")).click("Edit note");
    let page = page.form("Save note").with("Text of the note", "Rides a tandem.").submit();
    assert!(is_found("tandem") && !is_found("gravel"));
    // A blocked contact is found by it, as by their name.
    let page = page.form("Block").submit();
    assert!(is_found("tandem"));
    page.form("Unblock").submit();
    // With the contact that they became part of, and with nobody once both are gone.
    cast.customer_writes(&instance, "Hanna Berg", "Me again");
    let other = instance.count("SELECT max(id) FROM contacts");
    let merge = format!("/contacts/{contact}/merge?into={other}");
    cast.agent.get(&merge).form("Merge").submit().expect(200, "Merged into");
    assert_eq!(people(&search(&cast.agent, "tandem")), ["Hanna Berg"]);
    assert!(is_found("tandem"));
    cast.agent.get(&format!("/contacts/{other}")).form("Undo merge").submit();
    assert_eq!(people(&search(&cast.agent, "tandem")), ["Hanna Lindqvist"]);
    noted(&instance, &cast.agent, "Owns a penny-farthing.");
    cast.admin.get(&format!("/contacts/{other}/delete")).form("Delete contact").submit();
    assert!(!is_found("penny"));
    let page = cast.agent.get(&format!("/contacts/{contact}")).click("Delete note");
    page.form("Delete note").submit().expect(200, "Note deleted.");
    assert!(!is_found("tandem"));
}

#[test]
fn the_sweep_teaches_the_list_notes_of_an_older_baton() {
    let (instance, cast) = Instance::with_cast();
    cast.customer_writes(&instance, "Hanna Lindqvist", "Hello");
    noted(&instance, &cast.agent, "Prefers Külz tyres.");
    instance.execute("UPDATE contact_notes SET search_text = ''");
    instance.execute(
        "INSERT INTO stale_contacts (workspace_id, contact_id) SELECT workspace_id, id FROM contacts",
    );
    assert_eq!(listed(&cast.agent, "kulz"), Vec::<String>::new());
    instance.sweep();
    assert_eq!(listed(&cast.agent, "kulz"), ["Hanna Lindqvist"]);
}
