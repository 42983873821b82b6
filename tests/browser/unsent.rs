//! What is written on a line that nobody knows is bad.

use serde_json::json;

use crate::driver::Ask;
use crate::support::Instance;
use crate::window::Window;

/// Nothing is answered, while the page believes to have a connection.
fn cut(window: &Window, is_cut: bool) {
    if is_cut {
        window.run(
            "Object.defineProperty(navigator, 'onLine', { get: () => true, configurable: true })",
        );
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
        press_in_vain(&mia, button);
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
    press_in_vain(&mia, "Send reply");
    back(&mia);
    mia.sees("Two are left.");
    is_forgotten(&mia);
    mia.does_not_see(NOT_SENT);
    assert_eq!(mia.value("Reply"), "");
    assert_eq!(instance.count("SELECT count(*) FROM drafts WHERE body <> ''"), 0);
}

/// Presses a button on a line that nobody knows is bad.
fn press_in_vain(window: &Window, button: &str) {
    cut(window, true);
    window.press(button);
    assert!(window.until(|| window.text().contains("ERR_").then_some(())).is_some());
    cut(window, false);
}

/// Nothing waits in the tab any more.
fn is_forgotten(window: &Window) {
    let is_empty = "return sessionStorage.getItem('baton-unsent') === '{}'";
    assert!(window.until(|| window.run(is_empty).as_bool().filter(|is| *is)).is_some());
}

#[test]
fn what_no_draft_keeps_is_in_its_fields_again_and_is_sent_once() {
    let (instance, cast) = Instance::with_cast();
    cast.waiting(&instance);
    cast.email_inbox(&instance);
    let contact = instance.count("SELECT max(id) FROM contacts");
    let gil = Window::at(&cast.manager, "/inbox");
    let of_contact = format!("/contacts/{contact}");
    let cases = [
        (&*of_contact, vec![("Note", "Rides a 54.")], "Add note", "Note added.", "contact_notes"),
        (
            "/conversations/new",
            vec![
                ("To", "kofi@customer.example"),
                ("Cc", "piet@customer.example"),
                ("Subject", "Your order"),
                ("Message", "It is ready."),
            ],
            "Send",
            "It is ready.",
            "messages WHERE kind = 'reply'",
        ),
        (
            "/settings/quick-replies/new",
            vec![("Name", "hours"), ("Text", "We open at nine.")],
            "Save quick reply",
            "Added the quick reply hours.",
            "quick_replies",
        ),
    ];
    for (path, fields, button, done, rows) in cases {
        gil.go(path);
        for (field, text) in &fields {
            gil.fill(field, text);
        }
        press_in_vain(&gil, button);
        // A form that goes to its page's own address leaves no way back to that page.
        if path == of_contact {
            back(&gil)
        } else {
            gil.go(path)
        }
        let is_there = || {
            gil.sees(NOT_SENT);
            fields.iter().for_each(|(field, text)| becomes(&gil, field, text));
        };
        is_there();
        press_in_vain(&gil, button);
        // Whoever does not go back may have been elsewhere meanwhile.
        gil.go("/inbox");
        gil.go(path);
        is_there();
        gil.press(button);
        gil.sees(done);
        is_forgotten(&gil);
        gil.does_not_see(NOT_SENT);
        gil.go(path);
        for (field, _) in &fields {
            assert_eq!(gil.value(field), "", "{field}");
        }
        let sql = format!("SELECT count(*) FROM {rows}");
        assert_eq!(instance.count(&sql), 1, "{rows}");
    }
}

#[test]
fn a_form_that_arrived_is_not_offered_again_where_its_answer_was_lost() {
    let (instance, cast) = Instance::with_cast();
    cast.waiting(&instance);
    let contact = instance.count("SELECT max(id) FROM contacts");
    let mia = Window::at(&cast.agent, &format!("/contacts/{contact}"));
    mia.fill("Note", "Rides a 54.");
    mia.run(
        "const form = document.querySelector('form[data-unsent]');
         fetch(form.action, {
             method: 'POST', body: new URLSearchParams(new FormData(form)), redirect: 'manual',
         })",
    );
    instance.wait_for_count(1, "SELECT count(*) FROM contact_notes");
    press_in_vain(&mia, "Add note");
    back(&mia);
    mia.sees("Rides a 54.");
    is_forgotten(&mia);
    mia.does_not_see(NOT_SENT);
    assert_eq!(mia.value("Note"), "");
}

#[test]
fn a_mail_to_one_contact_is_not_put_into_the_form_for_another() {
    let (instance, cast) = Instance::with_cast();
    cast.waiting(&instance);
    cast.email_inbox(&instance);
    let contact = instance.count("SELECT max(id) FROM contacts");
    let mia = Window::at(&cast.agent, "/conversations/new");
    mia.fill("To", "kofi@customer.example");
    mia.fill("Message", "It is ready.");
    // Refused first: what the page shows then is what was sent.
    mia.press("Send");
    mia.sees("Please fill this in.");
    mia.does_not_see(NOT_SENT);
    mia.fill("Subject", "Your order");
    let file = instance.dir.path().join("photo.txt");
    std::fs::write(&file, "17.90 each").expect("the folder is there");
    mia.attach("Attach files", &file);
    press_in_vain(&mia, "Send");
    mia.go(&format!("/conversations/new?contact={contact}"));
    becomes(&mia, "To", "hanna.lindqvist@customer.example");
    mia.is_painted();
    assert_eq!(mia.value("Message"), "");
    mia.does_not_see(NOT_SENT);
    mia.go("/conversations/new");
    becomes(&mia, "Message", "It is ready.");
    becomes(&mia, "To", "kofi@customer.example");
    mia.sees("It is in its field again. Choose the files again.");
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
