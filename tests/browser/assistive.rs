//! What assistive technology and forced colours make of a page, beyond what axe-core sees.

use serde_json::json;

use crate::driver::Ask;
use crate::support::{Instance, Member};
use crate::window::{Script, Window};

/// A page as a theme of high contrast shows it.
fn in_forced_colours(by: &Member, path: &str) -> Window {
    let window = Window::of(by, Script::On);
    let features = json!({ "features": [{ "name": "forced-colors", "value": "active" }] });
    window.ask(Ask::devtools("Emulation.setEmulatedMedia", features));
    window.go(path);
    window
}

/// What an element looks like in one respect.
#[track_caller]
fn look(window: &Window, element: &str, of: &str) -> String {
    let found = window.until(|| {
        let one = format!("document.querySelector({})", json!(element));
        let found = window.run(&format!("return {one} && getComputedStyle({one}).{of}"));
        found.as_str().map(str::to_owned)
    });
    found.unwrap_or_else(|| panic!("no {element} at {}", window.url()))
}

#[test]
fn where_one_is_shows_in_forced_colours() {
    let (instance, cast) = Instance::with_cast();
    let form = cast.manager.get("/settings/quick-replies/new").form("Save quick reply");
    form.with("Name", "hours").with("Text", "We open at nine.").submit().expect(200, "hours");
    let id = cast.owned_by(&instance, &cast.manager);
    cast.owned_by(&instance, &cast.manager);
    let gil = in_forced_colours(&cast.manager, &format!("/conversations/{id}?view=mine"));
    for kind in [".rail-link", ".tabs a", "a.row"] {
        let current = look(&gil, &format!("{kind}[aria-current]"), "borderTopStyle");
        let other = look(&gil, &format!("{kind}:not([aria-current])"), "borderTopStyle");
        assert_eq!((current.as_str(), other.as_str()), ("solid", "none"), "{kind}");
    }
    for field in ["Note", "Reply"] {
        gil.fill(field, "/hou");
        assert_eq!(look(&gil, "textarea:focus", "outlineStyle"), "solid", "{field}");
    }
    let chosen = look(&gil, ".suggestions [aria-selected=true]", "backgroundColor");
    assert_ne!(chosen, look(&gil, ".suggestions", "backgroundColor"));
}

#[test]
fn what_only_a_colour_says_shows_in_forced_colours() {
    let (instance, cast) = Instance::with_cast();
    let ana = in_forced_colours(&cast.admin, "/settings/team");
    let free = look(&ana, ".seats-line i:not(.is-used, .is-pending)", "backgroundColor");
    assert_ne!(look(&ana, ".seats-line i.is-used", "backgroundColor"), free);
    cast.waiting(&instance);
    ana.go("/reports");
    let [first, second] = ["is-first", "is-second"]
        .map(|mark| look(&ana, &format!(".legend-mark.{mark}"), "backgroundColor"));
    assert_ne!(first, second);
}

#[test]
fn the_time_left_to_undo_is_not_read_out_each_second() {
    let (instance, cast) = Instance::with_cast();
    cast.email_inbox(&instance);
    let mia = Window::of(&cast.agent, Script::On);
    mia.go("/conversations/new");
    mia.fill("To", "hanna@lindqvist.example");
    mia.fill("Subject", "Rear hanger");
    mia.fill("Message", "It is ready.");
    mia.press("Send");
    // What is said of itself, then each text that it has.
    let said = mia.until(|| {
        let said = mia.run(
            "const left = document.querySelector('[data-seconds-left]');
             if (!left || window.said) return window.said ?? [];
             window.said = [left.ariaLive, left.textContent];
             new MutationObserver(() => said.push(left.textContent)).observe(left, { childList: true });
             return [];",
        );
        said.as_array().filter(|said| said.len() > 3).cloned()
    });
    let mut said = said.expect("it counts down");
    assert_eq!(said[0], "off");
    let count = said.len();
    said.dedup();
    assert_eq!(said.len(), count, "each second once: {said:?}");
}
