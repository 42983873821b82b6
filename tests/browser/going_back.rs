//! What a form holds for whoever goes back to its page, or leaves it.

use crate::support::Instance;
use crate::window::Window;

fn back(window: &Window) {
    window.block_on(window.client().back()).expect("the page before");
}

#[test]
fn what_was_sent_does_not_stand_in_its_form_again() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    let mia = Window::at(&cast.agent, &format!("/conversations/{id}"));
    for (field, button, text) in
        [("Reply", "Send reply", "Two are left."), ("Note", "Add note", "A regular.")]
    {
        mia.fill(field, text);
        mia.press(button);
        mia.sees(text);
        mia.is_painted();
        back(&mia);
        mia.sees(text);
        assert_eq!(mia.value(field), "", "{field}");
    }
}

#[test]
fn a_filter_names_the_list_that_is_shown() {
    let (instance, cast) = Instance::with_cast();
    cast.waiting(&instance);
    let new = cast.manager.get("/settings/labels/new").form("Save label");
    new.with("Name", "Refund").set("colour", "red").submit();
    let mia = Window::at(&cast.agent, "/inbox?view=unassigned");
    mia.choose("Filter by label", "Refund");
    mia.sees("Nothing here with this label.");
    back(&mia);
    mia.sees("Hanna Lindqvist");
    assert_eq!(mia.value("Filter by label"), "");
}

/// The driver would answer the browser's question itself.
fn asks_before_leaving(window: &Window) -> bool {
    let leave = "return !dispatchEvent(new Event('beforeunload', { cancelable: true }))";
    window.run(leave).as_bool().expect("whether it was held")
}

#[test]
fn a_text_that_no_draft_keeps_is_not_left_without_a_word() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    let contact = instance.count("SELECT id FROM contacts");
    let mia = Window::at(&cast.agent, &format!("/contacts/{contact}"));
    assert!(!asks_before_leaving(&mia));
    mia.fill("Note", "Calls on Fridays.");
    assert!(asks_before_leaving(&mia));
    mia.press("Add note");
    mia.sees("Calls on Fridays.");
    assert!(!asks_before_leaving(&mia));

    mia.go(&format!("/conversations/{id}"));
    mia.fill("Reply", "Two are left.");
    assert!(!asks_before_leaving(&mia), "it is kept as a draft");
}
