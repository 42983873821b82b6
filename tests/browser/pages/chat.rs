//! The customer's page, by itself and as it stands in a frame.

use super::Inspection;
use crate::focus::{focus, show_at};
use crate::keys::key;
use crate::support::Instance;
use crate::window::{Script, Window};

pub const PAGES: &[&str] = &["/chat/{key}"];

#[test]
fn axe_finds_nothing_on_the_chat() {
    let (instance, cast) = Instance::with_cast();
    let chat = PAGES[0].replace("{key}", &cast.chat_key);
    let mut at = Inspection::start(&instance.base);

    at.visit(&chat, "Hello!");
    at.visit(&format!("{chat}?embed=1"), "Hello!");
    at.window.go(&chat);
    at.window.fill("Your name", "Hanna Lindqvist");
    at.window.fill("Email address", "hanna@customer");
    at.window.fill("Message", "   ");
    at.window.press("Send");
    at.look("Message");

    at.window.fill("Email address", "hanna@customer.example");
    at.window
        .fill("Message", &"https://shop.example/nowhere/to/break/".repeat(6).replace("e/", "e"));
    at.window.press("Send");
    at.look("Conversations");
    let id = instance.count("SELECT max(id) FROM conversations");
    let page = cast.agent.open(id);
    page.form("Claim and send").with("Reply", "We are on it.").submit();
    at.visit(&chat, "We are on it.");
    at.window.press("Conversations");
    at.look("Start a new conversation");
    at.window.follow("Start a new conversation");
    at.look("Your conversations");
    at.ends_well();
}

#[test]
fn a_message_that_finds_no_connection_stays_in_its_field() {
    let (instance, cast) = Instance::with_cast();
    let hanna = Window::open(&instance.base, Script::On);
    hanna.go(&PAGES[0].replace("{key}", &cast.chat_key));
    hanna.begin_chat("Hanna Lindqvist", "Is the rear hanger in stock?");
    let address = hanna.path();
    hanna.run("window.connected = fetch; window.fetch = () => Promise.reject(new TypeError())");
    hanna.fill("Message", "The black one, please.");
    hanna.press("Send");
    hanna.sees("No connection. Your text is kept: try again in a moment.");
    assert_eq!(hanna.value("Message"), "The black one, please.");
    hanna.run("window.fetch = window.connected");
    hanna.press("Send");
    hanna.sees("The black one, please.");
    assert_eq!(hanna.value("Message"), "");
    assert_eq!(hanna.path(), address);
    assert_eq!(instance.count("SELECT count(*) FROM messages"), 2);
}

#[test]
fn what_is_sent_is_said_and_the_menu_closes_as_one_leaves_it() {
    let (instance, cast) = Instance::with_cast();
    let hanna = Window::open(&instance.base, Script::On);
    hanna.go(&PAGES[0].replace("{key}", &cast.chat_key));
    hanna.begin_chat("Hanna Lindqvist", "Is the rear hanger in stock?");
    let said = "return document.querySelector('[data-chat-said]').textContent";
    assert!(hanna.until(|| (hanna.run(said) == "Sent.").then_some(())).is_some());
    hanna.fill("Message", "  ");
    hanna.press("Send");
    hanna.sees("Please fill this in.");
    assert_eq!(hanna.run(said), "");
    hanna.press("Conversations");
    hanna.sees("Start a new conversation");
    key(&hanna, "Escape");
    hanna.does_not_see("Start a new conversation");
    assert_eq!(focus(&hanna), "summary");
    hanna.press("Conversations");
    hanna.sees("Start a new conversation");
    hanna.run("document.getElementById('message').focus()");
    hanna.does_not_see("Start a new conversation");
}

#[test]
fn in_a_low_window_the_page_that_begins_a_chat_is_whole() {
    let (instance, cast) = Instance::with_cast();
    let hanna = Window::open(&instance.base, Script::On);
    hanna.go(&PAGES[0].replace("{key}", &cast.chat_key));
    for (width, height) in [(640, 360), (844, 390), (320, 256), (1280, 450)] {
        show_at(&hanna, width, height);
        let is_whole = "const log = document.querySelector('.chat-log');
            const hello = log.querySelector('.bubble').getBoundingClientRect();
            return hello.bottom <= log.getBoundingClientRect().bottom
                && log.scrollHeight <= log.clientHeight";
        assert_eq!(hanna.run(is_whole), true, "{width} x {height}");
    }
}

/// Lets no form reach the server until `window.go()`.
fn hold_forms(window: &Window) {
    window.run(
        "const send = fetch;
        const held = new Promise((go) => { window.go = go; });
        window.fetch = async (...all) => {
            if (String(all[0]).endsWith('/chat/' + location.pathname.split('/')[2])) await held;
            return send(...all);
        };",
    );
}

#[test]
fn what_is_typed_while_a_message_is_on_its_way_is_kept() {
    let (instance, cast) = Instance::with_cast();
    let hanna = Window::open(&instance.base, Script::On);
    // In one step, since the field is exchanged meanwhile.
    let value = "return document.querySelector('textarea[name=message]').value";
    let holds = |text: &str| hanna.until(|| (hanna.run(value) == text).then_some(()));
    hanna.go(&PAGES[0].replace("{key}", &cast.chat_key));
    hanna.begin_chat("Hanna Lindqvist", "Is the rear hanger in stock?");
    hold_forms(&hanna);
    hanna.fill("Message", "The black one.");
    hanna.press("Send");
    let file = instance.dir.path().join("Photo.txt");
    std::fs::write(&file, "black").expect("the folder is there");
    hanna.fill("Message", "The black one. Or the red");
    hanna.attach("Attach files", &file);
    hanna.sees("Photo.txt");
    hanna.run("window.go()");
    hanna.sees("The black one.");
    assert!(holds("Or the red").is_some(), "{:?}", hanna.value("Message"));
    hanna.sees("Photo.txt");
    hanna.press("Send");
    hanna.sees("Or the red");
    assert_eq!(instance.count("SELECT count(*) FROM messages WHERE file_count = 1"), 1);

    // The page goes before it is known whether the message has arrived.
    hold_forms(&hanna);
    hanna.fill("Message", "Both, please.");
    hanna.press("Send");
    hanna.reload();
    assert!(holds("Both, please.").is_some(), "{:?}", hanna.value("Message"));
    hanna.press("Send");
    assert!(holds("").is_some());
    hanna.sees("Both, please.");
    assert_eq!(instance.count("SELECT count(*) FROM messages"), 4);
}

#[test]
fn earlier_messages_come_above_those_that_are_there() {
    let (instance, cast) = Instance::with_cast();
    let (id, customer) = cast.customer_writes_a_lot(&instance);
    let hanna = Window::open(&instance.base, Script::On);
    let chat = PAGES[0].replace("{key}", &cast.chat_key);
    hanna.go(&chat);
    let token = customer.cookie("baton_visitor").expect("they are known");
    hanna.run(&format!("document.cookie = 'baton_visitor={token}; path={chat}'"));
    hanna.go(&chat);
    hanna.sees("Message 103");
    // What stands where, in pixels.
    let place = "return [...document.querySelectorAll('[data-message]')].find((one) =>
        one.textContent.includes('Message 5')).getBoundingClientRect().top";
    hanna.run("document.querySelector('[data-messages]').scrollTop = -1e6");
    let before = hanna.run(place).as_f64().expect("a place");
    hanna.follow("Show earlier messages");
    hanna.sees("Message 1");
    let count = "return document.querySelectorAll('[data-message]').length";
    assert!(hanna.until(|| (hanna.run(count) == 103).then_some(())).is_some());
    let after = hanna.run(place).as_f64().expect("a place");
    assert!((before - after).abs() < 2.0, "it moved from {before} to {after}");
    hanna.does_not_see("Show earlier messages");
    // New ones come after them, at the end.
    cast.agent.open(id).form("Claim and send").with("Reply", "We are on it.").submit();
    hanna.sees("We are on it.");
    let last = "return [...document.querySelectorAll('[data-message]')].at(-1).textContent";
    assert!(hanna.run(last).as_str().is_some_and(|text| text.contains("We are on it.")));
}
