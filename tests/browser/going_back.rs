//! What a form holds for whoever goes back to its page.

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
