//! What is written on a line that nobody knows is bad.

use serde_json::json;

use crate::driver::Ask;
use crate::support::Instance;
use crate::window::Window;

/// Nothing is answered, while the page believes to have a connection.
fn cut(window: &Window, is_cut: bool) {
    if is_cut {
        window.run("Object.defineProperty(navigator, 'onLine', { get: () => true })");
    }
    let conditions = json!({
        "offline": is_cut, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1,
    });
    window.ask(Ask::devtools("Network.emulateNetworkConditions", conditions));
}

fn back(window: &Window) {
    window.block_on(window.client().back()).expect("the page before");
}

#[track_caller]
fn becomes(window: &Window, field: &str, expected: &str) {
    let found = window.until(|| (window.value(field) == expected).then_some(()));
    assert!(found.is_some(), "{expected:?}, but {:?}", window.value(field));
}

const NOT_SENT: &str = "What you wrote was not sent.";

#[test]
fn what_could_not_be_sent_is_in_its_field_again_and_is_sent_once() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    let mia = Window::at(&cast.agent, &format!("/conversations/{id}"));
    for (field, button, kind) in [("Reply", "Send reply", "reply"), ("Note", "Add note", "note")] {
        mia.fill(field, "Two are");
        mia.sees("Draft saved");
        cut(&mia, true);
        mia.fill(field, "Two are left.");
        mia.press(button);
        assert!(mia.until(|| mia.text().contains("ERR_").then_some(())).is_some());
        cut(&mia, false);
        back(&mia);
        mia.sees(NOT_SENT);
        becomes(&mia, field, "Two are left.");
        mia.press(button);
        mia.sees(if kind == "reply" { "Reply sent." } else { "Note added." });
        assert_eq!(mia.value(field), "");
        mia.does_not_see(NOT_SENT);
        mia.reload();
        assert_eq!(mia.value(field), "");
        let sql = format!("SELECT count(*) FROM messages WHERE kind = '{kind}'");
        assert_eq!(instance.count(&sql), 1);
    }
}

#[test]
fn what_the_server_has_is_not_offered_again_where_its_answer_was_lost() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    let mia = Window::at(&cast.agent, &format!("/conversations/{id}"));
    mia.fill("Reply", "Two are left.");
    mia.sees("Draft saved");
    mia.hears_nothing();
    mia.run(
        "const form = document.querySelector('form.composer');
         fetch(form.action, { method: 'POST', body: new FormData(form), redirect: 'manual' })",
    );
    instance.wait_for_count(1, "SELECT count(*) FROM messages WHERE kind = 'reply'");
    cut(&mia, true);
    mia.press("Send reply");
    assert!(mia.until(|| mia.text().contains("ERR_").then_some(())).is_some());
    cut(&mia, false);
    back(&mia);
    mia.sees("Two are left.");
    let is_forgotten = "return sessionStorage.getItem('baton-unsent') === '{}'";
    assert!(mia.until(|| mia.run(is_forgotten).as_bool().filter(|is| *is)).is_some());
    mia.does_not_see(NOT_SENT);
    assert_eq!(mia.value("Reply"), "");
    assert_eq!(instance.count("SELECT count(*) FROM drafts WHERE body <> ''"), 0);
}

#[test]
fn what_was_not_yet_kept_comes_along_to_the_next_page() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    let address = format!("/conversations/{id}");
    let mia = Window::at(&cast.agent, &address);
    // No draft leaves this page.
    mia.run("window.fetch = () => Promise.reject(new TypeError('cut'))");
    mia.fill("Note", "Ask the courier.");
    mia.go("/contacts");
    assert_eq!(instance.count("SELECT count(*) FROM drafts"), 0);
    mia.go(&address);
    becomes(&mia, "Note", "Ask the courier.");
    mia.sees("Draft saved");
    mia.does_not_see(NOT_SENT);
    mia.fill("Note", "Ask the courier again.");
    let kept = "SELECT count(*) FROM drafts WHERE body = 'Ask the courier again.'";
    instance.wait_for_count(1, kept);
    mia.does_not_see("another tab");
}

#[test]
fn what_is_kept_in_the_tab_is_gone_once_one_signed_out() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    let mia = Window::at(&cast.agent, &format!("/conversations/{id}"));
    mia.fill("Note", "Ask the courier.");
    mia.go("/contacts");
    let kept = "return sessionStorage.getItem('baton-unsent')";
    assert!(mia.run(kept).as_str().is_some_and(|kept| kept.contains("courier")));
    mia.press("Sign out");
    mia.sees("Sign in");
    assert!(!mia.run(kept).as_str().is_some_and(|kept| kept.contains("courier")));
}

#[test]
fn a_draft_that_is_not_kept_any_more_does_not_say_so() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    let mia = Window::at(&cast.agent, &format!("/conversations/{id}"));
    mia.fill("Note", "Ask");
    mia.sees("Draft saved");
    // A line on which nothing comes back.
    mia.run(
        "window.fetch = (to, { signal } = {}) => new Promise((_, fail) =>
             signal?.addEventListener('abort', () => fail(signal.reason)))",
    );
    mia.fill("Note", "Ask the courier.");
    let is_unsaid = || (!mia.text().contains("Draft saved")).then_some(());
    assert!(mia.until(is_unsaid).is_some());
    mia.does_not_see("Not saved");
    mia.sees("Not saved");
}

#[test]
fn a_press_waits_for_a_file_and_says_so_and_who_writes_on_calls_it_off() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    let file = instance.dir.path().join("photo.txt");
    std::fs::write(&file, "17.90 each").expect("the folder is there");
    let mia = Window::at(&cast.agent, &format!("/conversations/{id}"));
    mia.run(
        "const { send } = XMLHttpRequest.prototype;
         XMLHttpRequest.prototype.send = function (body) { window.arrives = () => send.call(this, body) }",
    );
    mia.fill("Reply", "Here it is");
    mia.attach("Attach files", &file);
    mia.press("Send reply");
    mia.sees("Sends when photo.txt has arrived.");
    mia.fill("Reply", "Here it is.");
    mia.sees("Not sent yet, since you wrote on.");
    mia.run("arrives()");
    let waiting = "SELECT count(*) FROM attachments WHERE message_id IS NULL";
    instance.wait_for_count(1, waiting);
    assert_eq!(instance.count("SELECT count(*) FROM messages WHERE kind = 'reply'"), 0);
    mia.press("Send reply");
    mia.sees("Reply sent.");
}
