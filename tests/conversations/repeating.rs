//! The same form posted twice: a double click, a reload, the way back.

use super::bubbles;
use crate::support::Instance;

#[test]
fn a_double_click_sends_one_reply() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    let form = cast.agent.open(id).form("Send reply").with("Reply", "On its way.");
    form.submit().expect(200, "Reply sent.");
    let page = form.submit();
    page.expect(200, "Reply sent.");
    assert_eq!(bubbles(&page), ["Is the rear hanger in stock?", "On its way."]);
}

#[test]
fn a_double_click_claims_and_sends_once() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.waiting(&instance);
    let form = cast.agent.open(id).form("Claim and send").with("Reply", "On its way.");
    form.submit().expect(200, "Claimed and sent.");
    let page = form.submit();
    page.expect(200, "You own this");
    assert_eq!(bubbles(&page), ["Is the rear hanger in stock?", "On its way."]);
    assert_eq!(instance.count("SELECT count(*) FROM activities WHERE kind = 'claimed'"), 1);
}

#[test]
fn the_second_half_of_a_double_click_is_answered_as_the_first_with_undo() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    let assign = cast.manager.open(id).form("Assign").with("Assign to", "Lukas Brandt");
    let resolve = cast.manager.open(id).form("Resolve");
    for (form, words, undone) in [
        (assign, "Assigned to Lukas Brandt.", "Mia Chen owns this"),
        (resolve, "Resolved.", "Gil Roth reopened this"),
    ] {
        form.submit().expect(200, words);
        let page = form.submit();
        page.expect(200, words);
        page.form("Undo").submit().expect(200, undone);
    }
    assert_eq!(instance.count("SELECT count(*) FROM activities WHERE kind = 'resolved'"), 1);
}

#[test]
fn a_double_click_adds_one_note() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.waiting(&instance);
    let form = cast.agent.open(id).form("Add note").with("Note", "Ask the workshop.");
    form.submit().expect(200, "Note added.");
    let page = form.submit();
    assert_eq!(bubbles(&page), ["Is the rear hanger in stock?", "Ask the workshop."]);
    assert_eq!(instance.count("SELECT count(*) FROM activities WHERE kind = 'note_added'"), 1);
}

/// Browsers keep a page as it was: whoever goes back and changes the text sends
/// another reply from the same form.
#[test]
fn another_text_from_the_same_page_is_another_reply() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    let page = cast.agent.open(id);
    let newest = |page: &crate::support::Page| {
        page.form("Send reply").value("last_message").expect("the form tells").to_owned()
    };
    let sent = page.form("Send reply").with("Reply", "On its way.").submit();
    let other = page.form("Send reply").with("Reply", "It left at noon.");
    let page = other.set("last_message", &newest(&sent)).submit();
    page.expect(200, "Reply sent.");
    assert_eq!(bubbles(&page), ["Is the rear hanger in stock?", "On its way.", "It left at noon."]);
}

#[test]
fn a_reply_whose_repetition_comes_after_the_conversation_moved_on_was_still_sent() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.manager);
    let form = cast.manager.open(id).form("Send reply").with("Reply", "On its way.");
    form.submit().expect(200, "Reply sent.");
    cast.admin.open(id).form("Assign").with("Assign to", "Mia Chen").submit();
    form.submit().expect(200, "Reply sent.");
    assert_eq!(instance.count("SELECT count(*) FROM messages WHERE kind = 'reply'"), 1);
}

#[test]
fn the_submission_of_another_does_not_swallow_a_reply() {
    let (instance, cast) = Instance::with_cast();
    let (one, other) = (cast.owned_by(&instance, &cast.agent), cast.waiting(&instance));
    let form = cast.agent.open(one).form("Send reply").with("Reply", "Same words.");
    let submission = form.value("submission").expect("the form has one").to_owned();
    form.submit().expect(200, "Reply sent.");
    let form = cast.manager.open(other).form("Claim and send").with("Reply", "Same words.");
    let page = form.set("submission", &submission).submit();
    page.expect(200, "Claimed and sent.");
    assert_eq!(instance.count("SELECT count(*) FROM messages WHERE kind = 'reply'"), 2);
}

#[test]
fn a_submission_that_no_page_makes_is_refused() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    for made_up in ["", "short", &"x".repeat(65), "with spaces in between"] {
        let form = cast.agent.open(id).form("Send reply").with("Reply", "Hello");
        form.set("submission", made_up).submit().expect(422, "Baton did not understand that");
    }
    assert_eq!(instance.count("SELECT count(*) FROM messages WHERE kind = 'reply'"), 0);
}
