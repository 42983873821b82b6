//! Labels: their settings, and on the pages where they stand.

use super::{Inspection, at_conversation};
use crate::checks::Screen;
use crate::support::{Cast, Instance};
use crate::window::Script;

pub const PAGES: &[&str] = &[
    "/settings/labels",
    "/settings/labels/new",
    "/settings/labels/{id}",
    "/settings/labels/{id}/merge",
    "/settings/labels/{id}/delete",
];

/// As long as a name may be, and without a place to break.
const LONG: &str = "NothingInThisNameOfALabelCanEverBeBroken";

fn add(cast: &Cast, name: &str, colour: &str) {
    let form = cast.manager.get("/settings/labels/new").form("Save label");
    form.with("Name", name).set("colour", colour).submit().expect(200, name);
}

#[test]
fn axe_finds_nothing_on_labels_in_every_colour() {
    let (instance, cast) = Instance::with_cast();
    let mut at = Inspection::sign_in(&instance.base, &cast.manager.email);
    at.visit("/settings/labels", "No labels yet");
    for (name, colour) in [
        ("Bug", "grey"),
        ("Refund", "red"),
        ("Praise", "yellow"),
        ("Order", "green"),
        ("Question", "blue"),
        (LONG, "purple"),
    ] {
        add(&cast, name, colour);
    }
    let id = instance.count("SELECT max(id) FROM labels");
    for route in PAGES {
        at.visit(&route.replace("{id}", &id.to_string()), "Labels");
    }
    at.window.go("/settings/labels/new");
    at.window.fill("Name", "refund");
    at.window.press("Save label");
    at.look("There is already a label named Refund.");

    let conversation = cast.waiting(&instance);
    for name in [LONG, "Refund", "Praise", "Order", "Question", "Bug"] {
        let form = cast.manager.open(conversation).form("Add label");
        form.with("Label", name).submit().expect(200, name);
    }
    cast.customer_writes(&instance, "Kofi Mensah", "Fifty, please.");
    at.visit("/inbox?view=unassigned", "Refund");
    at.visit(&format!("/conversations/{conversation}?view=unassigned"), "Refund");
    at.look_on_phone("Show details");
    at.visit(&format!("/inbox?view=unassigned&status=snoozed&label={id}"), "with this label");
    at.ends_well();
}

#[test]
fn one_label_after_another_is_put_on_in_the_sheet_of_a_phone() {
    let (instance, cast) = Instance::with_cast();
    let names = ["Bug", "Refund"];
    for name in names {
        add(&cast, name, "grey");
    }
    let window = at_conversation(&cast.agent, cast.waiting(&instance), Script::On);
    window.show_on(Screen::Phone);
    window.press("Show details");
    let is_open = "return document.getElementById('details').matches(':popover-open')";
    for (n, name) in names.into_iter().enumerate() {
        window.choose("Label", name);
        window.press("Add label");
        let count = "return document.querySelectorAll('.chips li').length";
        assert!(window.until(|| (window.run(count) == n + 1).then_some(())).is_some());
        assert_eq!(window.run(is_open), true, "after {name}");
    }
    // Whoever comes back later finds it folded.
    window.reload();
    assert_eq!(window.run(is_open), false);
}
