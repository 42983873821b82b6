//! What may be written, and that nothing typed is lost.

use super::bubbles;
use crate::support::{Instance, Page};

const BUTTONS: [(&str, &str, &str); 2] =
    [("Send reply", "Reply", "reply"), ("Add note", "Note", "note")];

/// The page with the reason beside the field and the text in it.
#[track_caller]
fn came_back(page: &Page, button: &str, id: &str, text: &str, reason: &str) {
    page.expect(422, reason);
    assert_eq!(page.all(&format!("#{id}-error")), [reason]);
    assert_eq!(page.attribute(&format!("#{id}"), "aria-invalid"), "true");
    assert_eq!(page.form(button).value("body"), Some(text));
}

#[test]
fn an_empty_text_is_refused_with_the_reason_beside_the_field() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    for (button, label, field) in BUTTONS {
        for empty in ["", "   ", " \t\n"] {
            let page = cast.agent.open(id).form(button).with(label, empty).submit();
            came_back(&page, button, field, empty, "Please fill this in.");
        }
    }
    assert_eq!(instance.count("SELECT count(*) FROM messages"), 1);
}

#[test]
fn a_text_has_ten_thousand_characters_at_most_and_comes_back_whole() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    for (button, label, field) in BUTTONS {
        let long = "é".repeat(10_001);
        let page = cast.agent.open(id).form(button).with(label, &long).submit();
        let reason = "This is longer than 10000 characters: it has 10001.";
        came_back(&page, button, field, &long, reason);
        let fits = "🚲".repeat(10_000);
        let page = cast.agent.open(id).form(button).with(label, &fits).submit();
        assert_eq!(bubbles(&page).last(), Some(&fits));
    }
}

#[test]
fn control_characters_are_refused_and_not_dropped() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    for (button, label, field) in BUTTONS {
        for typed in ["bell\u{7}", "escape \u{1b}[31m"] {
            let page = cast.agent.open(id).form(button).with(label, typed).submit();
            let reason = "This contains control characters. Please remove them.";
            came_back(&page, button, field, typed, reason);
        }
        let page = cast.agent.open(id).form(button).with(label, "zero\0").submit();
        page.expect(422, "This contains control characters.");
    }
    assert_eq!(instance.count("SELECT count(*) FROM messages"), 1);
}

#[test]
fn line_ends_of_browsers_do_not_count_twice() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    let lines = "a\r\n".repeat(4_999) + "b";
    let form = cast.agent.open(id).form("Send reply").with("Reply", &lines);
    form.submit().expect(200, "Reply sent.");
}

#[test]
fn a_text_that_is_refused_is_not_lost_with_the_conversation() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.waiting(&instance);
    let long = "x".repeat(10_001);
    let form = cast.agent.open(id).form("Claim and send").with("Reply", &long);
    cast.other_agent.open(id).form("Claim").submit();
    let page = form.submit();
    assert!(page.body.contains(&long), "{}: {}", page.status, &page.text()[..200]);
    assert!(!page.body.contains("rear hanger"));
}

#[test]
fn a_form_that_lacks_its_parts_is_refused() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    let post = |verb: &str, fields: &[(&str, &str)]| {
        cast.agent.browser.post(&format!("/conversations/{id}/{verb}"), fields)
    };
    let words = "Baton did not understand that";
    post("reply", &[("body", "Hello")]).expect(422, words);
    post("notes", &[("body", "Hello")]).expect(422, words);
    post("snooze", &[]).expect(422, words);
    let submission = "0123456789abcdef";
    let newest = [("body", "Hello"), ("submission", submission), ("last_message", "the last")];
    post("reply", &newest).expect(422, words);
    assert_eq!(instance.count("SELECT count(*) FROM messages"), 1);
}
