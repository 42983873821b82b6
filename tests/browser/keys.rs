//! Single keys, what they do and where they do nothing, and what shows at once.

use serde_json::{Value, json};

use crate::checks::Screen;
use crate::driver::Ask;
use crate::focus::focus;
use crate::support::{Cast, Instance};
use crate::window::Window;

/// Alt, Ctrl and Meta as Chromium's protocol counts them.
const MODIFIERS: [u8; 3] = [1, 2, 4];
pub const SHIFT: u8 = 8;

fn code_of(key: &str) -> u32 {
    match key {
        "Tab" => 9,
        "Enter" => 13,
        "Escape" => 27,
        "ArrowDown" => 40,
        _ => key.to_ascii_uppercase().chars().next().map_or(0, u32::from),
    }
}

/// A key as a keyboard sends it, to whatever has the focus.
pub fn strike(window: &Window, key: &str, modifiers: u8, is_held: bool) {
    // Chromium drops what comes before a page is painted.
    window.is_painted();
    let text = match key {
        "Enter" => "\r",
        "Tab" | "Escape" | "ArrowDown" => "",
        _ if modifiers != 0 => "",
        _ => key,
    };
    let down = json!({
        "type": if text.is_empty() { "rawKeyDown" } else { "keyDown" },
        "key": key, "text": text, "windowsVirtualKeyCode": code_of(key),
        "modifiers": modifiers, "autoRepeat": is_held,
    });
    window.ask(Ask::devtools("Input.dispatchKeyEvent", down));
    let up = json!({ "type": "keyUp", "key": key, "windowsVirtualKeyCode": code_of(key) });
    window.ask(Ask::devtools("Input.dispatchKeyEvent", up));
}

pub fn key(window: &Window, key: &str) {
    strike(window, key, 0, false);
}

/// Three who wait, the newest first: Cleo, Bo, Ada.
fn three_waiting(instance: &Instance, cast: &Cast) -> i64 {
    ["Ada", "Bo", "Cleo"]
        .map(|name| cast.customer_writes(instance, name, &format!("{name} asks.")).0)[1]
}

#[test]
fn j_and_k_move_through_the_list_and_enter_opens() {
    let (instance, cast) = Instance::with_cast();
    three_waiting(&instance, &cast);
    let mia = Window::at(&cast.agent, "/inbox?view=unassigned");
    let mut seen = Vec::new();
    for one in ["j", "j", "j", "j", "k"] {
        key(&mia, one);
        seen.push(focus(&mia));
    }
    assert_eq!(seen, ["Unread. Cleo", "Unread. Bo", "Unread. Ada", "Unread. Ada", "Unread. Bo"]);
    // Held down, they go on.
    strike(&mia, "j", 0, true);
    assert_eq!(focus(&mia), "Unread. Ada");
    key(&mia, "k");
    key(&mia, "Enter");
    mia.sees("Bo asks.");
    assert!(mia.path().starts_with("/conversations/"));
    // Beside the conversation they go on from the one that is open.
    key(&mia, "j");
    assert_eq!(focus(&mia), "Unread. Ada");
    key(&mia, "Enter");
    mia.sees("Ada asks.");
    mia.block_on(mia.client().back()).expect("the page before");
    mia.sees("Bo asks.");
    mia.block_on(mia.client().back()).expect("the list");
    mia.sees("No conversation open");
}

#[test]
fn the_list_is_where_one_left_it() {
    let (instance, cast) = Instance::with_cast();
    three_waiting(&instance, &cast);
    let mia = Window::at(&cast.agent, "/inbox?view=unassigned");
    key(&mia, "j");
    key(&mia, "j");
    key(&mia, "Enter");
    mia.sees("Bo asks.");
    mia.block_on(mia.client().back()).expect("the list");
    let is_back = || (focus(&mia) == "Unread. Bo" || focus(&mia) == "Bo").then_some(());
    assert!(mia.until(is_back).is_some(), "at {}", focus(&mia));
    key(&mia, "j");
    assert_eq!(focus(&mia), "Unread. Ada");
    // A list that is opened anew begins at its top.
    mia.go("/search");
    mia.go("/inbox?view=unassigned");
    assert_eq!(focus(&mia), "body");
    key(&mia, "j");
    assert_eq!(focus(&mia), "Unread. Cleo");
}

#[test]
fn what_moves_up_into_the_gap_of_a_row_comes_next() {
    let (instance, cast) = Instance::with_cast();
    three_waiting(&instance, &cast);
    let mia = Window::at(&cast.agent, "/inbox?view=unassigned");
    key(&mia, "j");
    key(&mia, "j");
    key(&mia, "Enter");
    mia.sees("Bo asks.");
    key(&mia, "c");
    mia.sees("You own this");
    key(&mia, "j");
    assert_eq!(focus(&mia), "Unread. Ada");
    key(&mia, "k");
    assert_eq!(focus(&mia), "Unread. Cleo");
    // The last one has nothing below it.
    key(&mia, "j");
    key(&mia, "Enter");
    mia.sees("Ada asks.");
    key(&mia, "c");
    mia.sees("You own this");
    key(&mia, "k");
    assert_eq!(focus(&mia), "Unread. Cleo");
}

#[test]
fn each_key_does_what_its_button_or_field_does() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.waiting(&instance);
    let mia = Window::at(&cast.manager, &format!("/conversations/{id}"));
    for (one, field) in [("r", "reply"), ("n", "note"), ("a", "assignee"), ("s", "snooze-until")] {
        key(&mia, one);
        assert_eq!(focus(&mia), field);
        key(&mia, "Escape");
        assert_eq!(focus(&mia), "body", "Escape leaves the field");
    }
    assert_eq!((mia.value("Reply"), mia.value("Note")), (String::new(), String::new()));
    // With Caps Lock on, and on a keyboard with other letters.
    key(&mia, "C");
    mia.sees("You own this");
    mia.run(
        "document.body.dispatchEvent(new KeyboardEvent('keydown',
             { key: 'у', code: 'KeyE', bubbles: true }))",
    );
    mia.sees("Reopen");
    key(&mia, "/");
    mia.sees("What are you looking for?");
    assert_eq!(focus(&mia), "q");
    mia.fill("Search", "hanger");
    mia.press("Search");
    mia.sees("Conversations");
    key(&mia, "/");
    assert_eq!(focus(&mia), "q");
    key(&mia, "Escape");
    key(&mia, "Escape");
    // The rows of what was found are a list, too.
    key(&mia, "j");
    assert_eq!(focus(&mia), "Hanna Lindqvist");
    assert_eq!(mia.console(), Vec::<String>::new());
}

#[test]
fn letters_in_a_field_are_letters() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.waiting(&instance);
    let mia = Window::at(&cast.agent, &format!("/conversations/{id}"));
    key(&mia, "r");
    for one in ["c", "j", "e", "?", "/"] {
        key(&mia, one);
    }
    assert_eq!(mia.value("Reply"), "cje?/");
    assert_eq!(focus(&mia), "reply");
    key(&mia, "Escape");
    key(&mia, "a");
    mia.run("document.querySelector('[aria-label=Label], select:not([data-key])')?.focus()");
    key(&mia, "c");
    mia.has_no_button("Release");
    assert_eq!(instance.count("SELECT count(*) FROM conversations WHERE assignee_id > 0"), 0);
    // Both send.
    for modifier in [2, 4] {
        key(&mia, "Escape");
        mia.fill("Note", &format!("Note {modifier}"));
        strike(&mia, "Enter", modifier, false);
        mia.sees("Note added.");
    }
    assert_eq!(instance.count("SELECT count(*) FROM messages"), 3);
}

#[test]
fn with_shift_what_is_sent_is_the_last_word() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    let mia = Window::at(&cast.agent, &format!("/conversations/{id}"));
    mia.fill("Reply", "Two are left.");
    strike(&mia, "Enter", 2 | SHIFT, false);
    mia.sees("Sent and resolved.");
    mia.sees("Reopen");
    // Without it the same field sends no more than that.
    mia.fill("Reply", "One thing more.");
    strike(&mia, "Enter", 2, false);
    mia.sees("Reply sent.");
}

#[test]
fn other_keys_with_it_an_unfinished_word_and_a_held_key_do_nothing() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.waiting(&instance);
    let mia = Window::at(&cast.agent, &format!("/conversations/{id}"));
    mia.run(
        "window.presses = 0;
         addEventListener('submit', (event) => { presses += 1; event.preventDefault(); }, true);",
    );
    for modifier in MODIFIERS {
        strike(&mia, "e", modifier, false);
    }
    strike(&mia, "e", 0, true);
    mia.run(
        "document.body.dispatchEvent(new KeyboardEvent('keydown',
             { key: 'e', bubbles: true, isComposing: true }))",
    );
    assert_eq!(mia.run("return presses"), 0);
    key(&mia, "e");
    assert_eq!(mia.run("return presses"), 1, "by itself it does");
}

#[test]
fn what_is_not_on_the_page_does_nothing() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    // A Manager may take it over, but neither claim nor answer it.
    let gil = Window::at(&cast.manager, &format!("/conversations/{id}"));
    let path = gil.path();
    for one in ["c", "r", "x", "Enter"] {
        key(&gil, one);
        assert_eq!((focus(&gil).as_str(), gil.path()), ("body", path.clone()), "{one}");
    }
    gil.go("/contacts");
    for one in ["a", "e", "n", "j", "k"] {
        key(&gil, one);
        assert_eq!((focus(&gil).as_str(), gil.path().as_str()), ("body", "/contacts"), "{one}");
    }
    assert_eq!(gil.console(), Vec::<String>::new());
}

#[test]
fn a_question_mark_shows_the_list_and_the_focus_comes_back() {
    let (instance, cast) = Instance::with_cast();
    three_waiting(&instance, &cast);
    let mia = Window::at(&cast.agent, "/inbox?view=unassigned");
    key(&mia, "j");
    strike(&mia, "?", 0, false);
    mia.sees("Next conversation");
    assert_eq!(mia.run("return document.getElementById('shortcuts').open"), true);
    // The dialog keeps the focus and the keys.
    key(&mia, "j");
    assert_eq!(mia.run("return !!document.activeElement.closest('dialog')"), true);
    let problems = mia.inspect(&[Screen::Wide, Screen::Phone]);
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    key(&mia, "Escape");
    assert_eq!(focus(&mia), "Unread. Cleo");
    // Again, and closed by its button.
    for _ in 0..2 {
        key(&mia, "?");
        mia.press("Close");
        assert_eq!(mia.run("return document.getElementById('shortcuts').open"), false);
    }
    assert_eq!(focus(&mia), "Unread. Cleo");
    // Whose session has ended meanwhile comes to the door.
    mia.reload();
    cast.agent.get("/settings/profile").form("Sign out everywhere").submit();
    key(&mia, "?");
    mia.sees("Forgot your password?");
}

#[test]
fn switched_off_no_key_does_anything_but_sending() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.waiting(&instance);
    let form = cast.agent.get("/settings/profile").form("Save profile");
    form.with("Keyboard shortcuts", "Off").submit().expect(200, "Your profile is saved.");
    let mia = Window::at(&cast.agent, &format!("/conversations/{id}"));
    let path = mia.path();
    for one in ["c", "r", "n", "a", "e", "j", "?", "/"] {
        key(&mia, one);
        assert_eq!((focus(&mia).as_str(), mia.path()), ("body", path.clone()), "{one}");
    }
    mia.fill("Note", "Two left.");
    strike(&mia, "Enter", 2, false);
    mia.sees("Note added.");
}

#[test]
fn what_is_pressed_shows_at_once_and_once_alone() {
    let (instance, cast) = Instance::with_cast();
    let id = three_waiting(&instance, &cast);
    let mia = Window::at(&cast.agent, &format!("/conversations/{id}?view=unassigned"));
    // The next page never comes.
    mia.run(
        "window.sent = [];
         const hold = (event) => { if (!event.defaultPrevented) sent.push(event.type); event.preventDefault(); };
         addEventListener('submit', hold);
         addEventListener('click', (event) => { if (event.target.closest('a.row')) hold(event); });",
    );
    let busy = |what: &str| mia.run(&format!("return document.querySelector('{what}').ariaBusy"));
    // All at once, since a button that got stuck may be pressed again after a while.
    let is_busy = mia.run(
        "const press = () =>
           document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'c', bubbles: true }));
         press();
         const busy = document.querySelector('[data-key=c]').ariaBusy;
         press();
         document.querySelector('[data-key=c]').click();
         return busy",
    );
    assert_eq!(is_busy, "true", "it shows before anything else happens");
    assert_eq!(mia.run("return sent"), json!(["submit"]), "pressed again, it does nothing");
    key(&mia, "j");
    mia.run("document.activeElement.click(); document.activeElement.click()");
    assert_eq!(busy("a.row:focus"), "true");
    assert_eq!(mia.run("return sent"), json!(["submit", "click"]));
    // Whoever comes back to the page may press it again.
    mia.run("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))");
    assert_eq!((busy("a.row:focus"), busy("[data-key=c]")), (Value::Null, Value::Null));
    mia.press("Claim");
    assert_eq!(mia.run("return sent"), json!(["submit", "click", "submit"]));
}

#[test]
fn the_title_and_the_icon_follow_the_count() {
    let (_instance, cast) = Instance::with_cast();
    let mia = Window::at(&cast.agent, "/search");
    let tell = |count: &str| {
        mia.run(&format!(
            "document.dispatchEvent(new CustomEvent('baton:unread', {{ detail: {{ count: '{count}' }} }}));
             return [document.title, document.querySelector('link[rel=icon]').href.split('/').pop()]"
        ))
    };
    for (count, title, icon) in [
        ("3", "(3) Search · Baton", "logo-unread.svg"),
        ("99+", "(99+) Search · Baton", "logo-unread.svg"),
        ("2", "(2) Search · Baton", "logo-unread.svg"),
        ("", "Search · Baton", "logo.svg"),
    ] {
        assert_eq!(tell(count), json!([title, icon]));
    }
}
