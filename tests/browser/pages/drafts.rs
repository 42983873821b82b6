//! What is typed and not sent, on several pages of one member.

use super::{Inspection, at_conversation};
use crate::checks::Screen;
use crate::support::Instance;
use crate::window::{Script, Window};

#[track_caller]
fn becomes(window: &Window, field: &str, expected: &str) {
    let found = window.until(|| (window.value(field) == expected).then_some(()));
    assert!(found.is_some(), "{expected:?}, but {:?}", window.value(field));
}

/// Waits until the server has this draft.
#[track_caller]
fn keeps(instance: &Instance, window: &Window, text: &str) {
    let sql = format!("SELECT count(*) FROM drafts WHERE body = '{text}'");
    let found = window.until(|| (instance.count(&sql) == 1).then_some(()));
    assert!(found.is_some(), "{text:?} is not kept");
}

#[test]
fn what_is_typed_and_left_waits_on_every_device() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    let desk = at_conversation(&cast.agent, id, Script::On);
    desk.fill("Reply", "It left this morning.");
    desk.sees("Draft saved");
    // Left at once, before the pause after the last word is over.
    desk.fill("Note", "Ask the courier.");
    desk.go("/inbox");
    desk.sees_in_row("Hanna Lindqvist", "Draft");
    keeps(&instance, &desk, "Ask the courier.");
    let phone = at_conversation(&cast.agent, id, Script::Off);
    assert_eq!(phone.value("Reply"), "It left this morning.");
    assert_eq!(phone.value("Note"), "Ask the courier.");
    phone.press("Send reply");
    phone.sees("Reply sent.");
    assert_eq!(
        (phone.value("Reply"), phone.value("Note").as_str()),
        (String::new(), "Ask the courier.")
    );
}

#[test]
fn nothing_moves_when_a_draft_is_kept() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    let window = at_conversation(&cast.agent, id, Script::On);
    let places = |field: &str| {
        window.run(&format!(
            "return [...document.querySelectorAll('.composers :is(button, .file-button, {field})')]
                 .filter((one) => one.checkVisibility())
                 .map((one) => [one.getBoundingClientRect().x, one.getBoundingClientRect().y])"
        ))
    };
    for screen in [Screen::Wide, Screen::Phone] {
        window.show_on(screen);
        for (label, field) in [("Reply", "#reply"), ("Note", "#note")] {
            instance.execute("DELETE FROM drafts");
            window.reload();
            window.run(&format!("document.querySelector('{field}').focus()"));
            let before = places(field);
            window.fill(label, "Two are left.");
            window.sees("Draft saved");
            assert_eq!(places(field), before, "{label} on {screen:?}");
        }
    }
}

#[test]
fn what_is_sent_while_it_is_typed_is_gone_from_the_composer() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.waiting(&instance);
    let window = at_conversation(&cast.agent, id, Script::On);
    for (button, text) in [("Claim and send", "It left."), ("Send reply", "Yesterday, that is.")] {
        window.fill("Reply", text);
        window.press(button);
        window.sees(text);
        becomes(&window, "Reply", "");
    }
    assert_eq!(instance.count("SELECT count(*) FROM drafts WHERE body <> ''"), 0);
}

#[test]
fn two_tabs_show_each_other_s_words_and_lose_none() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    let desk = at_conversation(&cast.agent, id, Script::On);
    let mut other = Inspection::sign_in(&instance.base, &cast.agent.email);
    other.window.go(&format!("/conversations/{id}"));
    desk.fill("Reply", "From the desk.");
    desk.sees("Draft saved");
    other.window.fill("Reply", "From the phone.");
    other.look("This was changed in another tab or on another device.");
    other.window.sees("From the desk.");
    other.window.sees("Not saved");
    other.window.press("Use the other text");
    becomes(&other.window, "Reply", "From the desk.");
    other.window.press("Bring mine back");
    becomes(&other.window, "Reply", "From the phone.");
    keeps(&instance, &other.window, "From the phone.");

    desk.fill("Reply", "From the desk, again.");
    desk.sees("From the phone.");
    desk.press("Keep mine");
    keeps(&instance, &desk, "From the desk, again.");
    desk.reload();
    becomes(&desk, "Reply", "From the desk, again.");
    other.ends_well();
}

#[test]
fn what_one_tab_sent_is_not_sent_by_another_one_again() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.waiting(&instance);
    let [desk, other, third] = [(); 3].map(|()| at_conversation(&cast.agent, id, Script::On));
    let broken = "const { fetch } = window; window.fetch = (to, how) =>
        String(to).endsWith('/draft') && !window.isOn ? Promise.reject(new TypeError()) : fetch(to, how)";
    for (button, text) in [("Claim and send", "It left."), ("Send reply", "Yesterday, that is.")] {
        desk.fill("Reply", text);
        keeps(&instance, &desk, text);
        for tab in [&other, &third] {
            tab.reload();
            becomes(tab, "Reply", text);
        }
        // What is changed there is not kept before this was sent here.
        third.run(broken);
        third.fill("Reply", "It left, I think.");
        third.sees("Not saved");
        third.run("window.isOn = true");
        desk.press(button);
        becomes(&other, "Reply", "");
        third.sees("This was sent or cleared in another tab or on another device.");
        assert_eq!(third.value("Reply"), "It left, I think.");
        third.press("Clear it here");
        becomes(&third, "Reply", "");
    }
}

#[test]
fn a_changed_cc_waits_with_its_text_and_is_no_other_tab_s_to_lose() {
    let (instance, cast) = Instance::with_cast();
    let inbox = cast.email_inbox(&instance);
    let mail = inbox.mail("Hanna <hanna@customer.example>", "Late order", "Where is it?");
    let (id, _) = inbox.takes(&instance, mail.with("Cc", "spy@x.example").raw());
    cast.agent.open(id).form("Claim").submit().expect(200, "You own this");
    let desk = at_conversation(&cast.agent, id, Script::On);
    assert_eq!(desk.value("Cc"), "spy@x.example");
    desk.fill("Reply", "Only for you.");
    desk.sees("Draft saved");
    desk.fill("Cc", "");
    desk.go("/inbox");
    let kept = "SELECT count(*) FROM drafts WHERE body = 'Only for you.' AND cc = ''";
    instance.wait_for_count(1, kept);
    desk.go(&format!("/conversations/{id}"));
    assert_eq!((desk.value("Cc").as_str(), desk.value("Reply").as_str()), ("", "Only for you."));
    let other = at_conversation(&cast.agent, id, Script::On);
    other.fill("Cc", "gil@x.example");
    instance.wait_for_count(1, "SELECT count(*) FROM drafts WHERE cc = 'gil@x.example'");
    desk.fill("Reply", "Only for the two of you.");
    desk.sees("This was changed in another tab or on another device.");
    desk.sees("Cc: gil@x.example");
    desk.press("Use the other text");
    becomes(&desk, "Cc", "gil@x.example");
    desk.press("Bring mine back");
    becomes(&desk, "Cc", "");
    becomes(&desk, "Reply", "Only for the two of you.");
    instance.wait_for_count(1, kept.replace("Only for you.", "Only for the two of you.").as_str());
}
