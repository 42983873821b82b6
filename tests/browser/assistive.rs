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

/// Waits until a status says this.
#[track_caller]
fn hears(window: &Window, words: &str) {
    let said = || {
        let said = window.run(
            "return [...document.querySelectorAll('[role=status]')].map((one) => one.textContent).join()",
        );
        said.as_str().unwrap_or_default().to_owned()
    };
    let is_said = window.until(|| said().contains(words).then_some(()));
    assert!(is_said.is_some(), "{words:?}, but {:?}", said());
}

#[test]
fn whoever_comes_is_said_once_and_as_no_owner() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    let path = format!("/conversations/{id}");
    let mia = Window::at(&cast.agent, &path);
    let gil = Window::at(&cast.manager, &path);
    hears(&mia, "Gil Roth is here");
    // Nor the handover in the thread.
    let others = "return document.querySelector('.here').textContent
        + document.querySelector('.thread').textContent";
    let others = mia.run(others);
    assert!(!others.as_str().is_some_and(|text| text.contains("Owner")), "{others}");
    mia.run(
        "window.said = 0;
         for (const one of document.querySelectorAll('[role=status]')) {
             const count = new MutationObserver(() => said += 1);
             count.observe(one, { childList: true, subtree: true, characterData: true });
         }",
    );
    gil.fill("Note", "Ask the workshop.");
    mia.sees("Gil Roth is writing a note…");
    assert_eq!(mia.run("return said"), 0);
}

#[test]
fn what_comes_into_the_list_is_said() {
    let (instance, cast) = Instance::with_cast();
    cast.waiting(&instance);
    let mia = Window::at(&cast.agent, "/inbox?view=unassigned");
    for name in ["Tomas Novak", "Berta Lang"] {
        cast.customer_writes(&instance, name, "My wheel came back bent.");
        hears(&mia, "1 more in Unassigned");
        mia.run(
            "for (const one of document.querySelectorAll('[role=status]')) one.textContent = ''",
        );
    }
}

#[test]
fn what_becomes_of_a_mail_is_said() {
    let (instance, cast) = Instance::with_cast();
    cast.email_inbox(&instance);
    let form = cast.agent.get("/conversations/new").form("Send").with("To", "hanna@x.example");
    let page = form.with("Subject", "Rear hanger").with("Message", "It is ready.").submit();
    page.expect(200, "Sending in 10 s");
    let id = instance.count("SELECT max(id) FROM conversations");
    let mia = Window::at(&cast.agent, &format!("/conversations/{id}"));
    instance.execute("UPDATE deliveries SET sent_at = created_at");
    let said = "return document.querySelector('body > .visually-hidden[role=status]').textContent";
    let is_said = mia.until(|| (mia.run(said) == "Sent").then_some(()));
    assert!(is_said.is_some(), "{} at {}", mia.run(said), mia.text());
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
