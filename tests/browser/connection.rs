//! A connection that drops, and a page on paper.

use serde_json::json;

use crate::checks::Screen;
use crate::driver::Ask;
use crate::support::Instance;
use crate::window::{Script, Window};

fn cut(window: &Window, is_cut: bool) {
    let conditions = json!({
        "offline": is_cut, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1,
    });
    window.ask(Ask::devtools("Network.emulateNetworkConditions", conditions));
}

#[test]
fn a_lost_connection_is_told_and_keeps_what_is_written() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    let mia = Window::of(&cast.agent, Script::On);
    mia.go(&format!("/conversations/{id}"));
    mia.fill("Reply", "Two are left.");
    cut(&mia, true);
    mia.sees("No connection. New messages will appear");
    mia.press("Send reply");
    mia.sees("No connection. Your text is kept: try again in a moment.");
    assert_eq!(mia.value("Reply"), "Two are left.");
    cut(&mia, false);
    assert!(mia.until(|| (!mia.text().contains("No connection")).then_some(())).is_some());
    mia.press("Send reply");
    mia.sees("Reply sent.");
}

#[test]
fn what_could_not_be_kept_meanwhile_is_kept_as_soon_as_it_can() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    let mia = Window::of(&cast.agent, Script::On);
    mia.go(&format!("/conversations/{id}"));
    // What a page sends last goes past the conditions that the driver makes.
    mia.run("window.send = fetch; window.fetch = () => Promise.reject(new TypeError('cut'))");
    mia.fill("Reply", "Two are left.");
    mia.sees("Not saved");
    mia.run("window.fetch = send; dispatchEvent(new Event('online'))");
    mia.sees("Draft saved");
    assert_eq!(cast.agent.open(id).all("textarea#reply"), ["Two are left."]);
}

#[test]
fn a_conversation_is_printed_whole_and_alone() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    let note = cast.agent.open(id).form("Add note");
    note.with("Note", &"A line.\n".repeat(100)).submit().expect(200, "Note added.");
    let mia = Window::of(&cast.agent, Script::On);
    mia.go(&format!("/conversations/{id}"));
    mia.ask(Ask::devtools("Emulation.setEmulatedMedia", json!({ "media": "print" })));
    let seen = mia.run(
        "const rest = '.rail, .list-pane, .composers, .detail-panel, .pane-head form';
         const messages = document.getElementById('messages');
         return [document.querySelectorAll('.message').length,
             messages.scrollHeight - messages.clientHeight,
             document.documentElement.scrollHeight > messages.clientHeight,
             [...document.querySelectorAll(rest)].some((one) => one.checkVisibility())]",
    );
    assert_eq!(seen, json!([2, 0, true, false]));
}

#[test]
fn a_page_is_printed_to_its_end_with_the_moments_in_full() {
    let (instance, cast) = Instance::with_cast();
    for n in 0..40 {
        cast.customer_writes(&instance, &format!("Customer {n}"), "Is it in stock?");
    }
    let mia = Window::at(&cast.agent, "/contacts");
    mia.ask(Ask::devtools("Emulation.setEmulatedMedia", json!({ "media": "print" })));
    let seen = mia.run(
        "const last = [...document.querySelectorAll('.contact-row')].at(-1);
         const moment = last.querySelector('time');
         return [document.querySelector('.rail').checkVisibility(),
             last.getBoundingClientRect().bottom <= document.documentElement.scrollHeight,
             getComputedStyle(document.querySelector('.app')).overflow,
             getComputedStyle(moment, '::after').content === JSON.stringify(moment.title)]",
    );
    assert_eq!(seen, json!([false, true, "visible", true]));
}

#[test]
fn what_is_told_of_the_end_covers_no_button_of_a_reply_on_a_phone() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    let mia = Window::of(&cast.agent, Script::On);
    mia.show_on(Screen::Phone);
    mia.go(&format!("/conversations/{id}"));
    instance.execute("DELETE FROM sessions");
    mia.run(
        "document.dispatchEvent(new CustomEvent('baton:news',
             { detail: { name: 'everything', isRefused: true } }))",
    );
    mia.sees("You are signed out");
    let covered = mia.run(
        "const told = document.querySelector('.toast').getBoundingClientRect();
         return [...document.querySelectorAll('main button, main .pane-head a')].filter((one) => {
             const { top, bottom } = one.getBoundingClientRect();
             return one.checkVisibility() && top < told.bottom && bottom > told.top;
         }).map((one) => one.textContent)",
    );
    assert_eq!(covered, json!([]));
}
