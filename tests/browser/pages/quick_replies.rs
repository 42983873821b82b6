//! Quick replies: their settings, and the composer with and without script.

use super::{Inspection, at_conversation};
use crate::support::{Cast, Instance};
use crate::window::Script;

pub const PAGES: &[&str] = &[
    "/settings/quick-replies",
    "/settings/quick-replies/new",
    "/settings/quick-replies/{id}",
    "/settings/quick-replies/{id}/delete",
];

const LONG: &str = "NothingInThisNameOfAQuickReplyCanEverBeBrokenAnywhereAtAll";

fn add(cast: &Cast, name: &str, text: &str) {
    let form = cast.manager.get("/settings/quick-replies/new").form("Save quick reply");
    form.with("Name", name).with("Text", text).submit().expect(200, name);
}

#[test]
fn axe_finds_nothing_on_quick_replies() {
    let (instance, cast) = Instance::with_cast();
    let mut at = Inspection::sign_in(&instance.base, &cast.manager.email);
    at.visit("/settings/quick-replies", "No quick replies yet");
    cast.manager.get("/settings/inboxes/new").form("Save inbox").with("Name", LONG).submit();
    add(&cast, LONG, &format!("{LONG} {{{{contact.name}}}}, {{{{agent.name}}}}"));
    add(&cast, "hours", "We open at nine.");
    let id = instance.count("SELECT min(id) FROM quick_replies");
    for route in PAGES {
        at.visit(&route.replace("{id}", &id.to_string()), "Quick replies");
    }
    at.window.go("/settings/quick-replies/new");
    at.window.fill("Name", "HOURS");
    at.window.fill("Text", "Hello {{contact.nickname}}");
    at.window.press("Save quick reply");
    at.look("Nothing is known for");
    let waiting = cast.waiting(&instance);
    at.visit(&format!("/conversations/{waiting}"), "Insert");
    at.window.fill("Reply", "Hi {{contact.nickname}}");
    at.window.press("Claim and send");
    at.look("before you send this.");
    at.ends_well();
}

#[test]
fn a_quick_reply_is_inserted_without_script() {
    inserts(Script::Off);
}

#[test]
fn a_quick_reply_is_inserted_with_script() {
    inserts(Script::On);
}

fn inserts(script: Script) {
    let (instance, cast) = Instance::with_cast();
    add(&cast, "hello", "Hello {{contact.first_name|there}}, {{agent.name}} here.");
    let waiting = cast.waiting(&instance);
    let window = at_conversation(&cast.agent, waiting, script);
    window.fill("Reply", "Good morning!");
    window.choose("Quick reply", "hello");
    window.press("Insert");
    let expected = "Good morning!\nHello Hanna, Mia Chen here.";
    let found = window.until(|| (window.value("Reply") == expected).then_some(()));
    assert!(found.is_some(), "{:?}", window.value("Reply"));
    window.press("Claim and send");
    window.sees("Claimed and sent.");
    assert_eq!(instance.count("SELECT times_used FROM quick_replies"), 1);
}

#[test]
fn a_slash_and_the_beginning_of_a_name_offer_quick_replies() {
    let (instance, cast) = Instance::with_cast();
    add(&cast, "hello", "Hello {{contact.first_name|there}}!");
    add(&cast, "help page", "Everything is on our help page.");
    add(&cast, "hours", "We open at nine.");
    let waiting = cast.waiting(&instance);
    let window = at_conversation(&cast.agent, waiting, Script::On);
    let becomes = |expected: &str| {
        let found = window.until(|| (window.value("Reply") == expected).then_some(()));
        assert!(found.is_some(), "{expected:?}, but {:?}", window.value("Reply"));
    };
    // As keys are pressed: what is typed, down to the second that fits, and Enter.
    window.fill("Reply", "Good morning! /hel\u{e015}\u{e007}");
    becomes("Good morning! Everything is on our help page.");
    window.fill("Reply", "/HOU\u{e007}");
    becomes("We open at nine.");
    // No name fits, or it is no word of its own: Enter is a new line.
    window.fill("Reply", "and/hou\u{e007}/x\u{e007}");
    becomes("and/hou\n/x\n");
    // Escape closes the list and leaves the text.
    window.fill("Reply", "/hou\u{e00c}\u{e007}");
    becomes("/hou\n");
}
