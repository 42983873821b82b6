//! Sites of all kinds around the chat: what they do to it, and what it goes on with.

use super::{
    Site, allow, at_a_shop, enter_frame, in_launcher, leave_frame, open_chat, press_launcher,
};
use crate::support::{Cast, Instance};
use crate::window::{Script, Window};

#[test]
fn what_a_site_says_of_its_own_elements_is_not_said_of_the_chat() {
    let (instance, cast) = Instance::with_cast();
    let shop = Site::shop(&format!(
        r#"<style>
            html {{ font-size: 62.5% }}
            body {{ zoom: 1.5; transform: scale(0.9) }}
            :empty, :not(:defined) {{ display: none }}
            html > *, body > * {{ position: relative; z-index: 1; max-width: 100px }}
        </style><script async src="{}/chat/{}/embed.js"></script>"#,
        instance.base, cast.chat_key
    ));
    allow(&cast, &shop.origin);
    let window = Window::open(&instance.base, Script::On);
    window.go(&shop.origin);
    press_launcher(&window);
    let place = |selector: &str| {
        let element = window.until(|| in_launcher(&window, selector)).expect("it is there");
        window.block_on(element.rectangle()).expect("it has a place")
    };
    let size = window.run("return [innerWidth, innerHeight]");
    let (right, bottom) = (size[0].as_f64().unwrap_or(0.0), size[1].as_f64().unwrap_or(0.0));
    let (x, y, width, height) = place("button");
    assert_eq!((x + width, y + height, width), (right - 20.0, bottom - 20.0, 56.0));
    let (_, y, width, height) = place("iframe");
    assert_eq!((width, y >= 20.0, height > 500.0), (370.0, true, true), "{y} {height}");
}

#[test]
fn two_tabs_of_a_site_are_one_visitor() {
    let (instance, cast) = Instance::with_cast();
    let shop = Site::with_chat(&instance, &cast);
    allow(&cast, &shop.origin);
    let hanna = Window::open(&instance.base, Script::On);
    let switch =
        |to| hanna.block_on(hanna.client().switch_to_window(to)).expect("the tab is there");
    let first = hanna.block_on(hanna.client().window()).expect("a tab");
    let second = hanna.block_on(hanna.client().new_window(true)).expect("a tab").handle;

    // In both she begins to write before anybody knows her.
    switch(second.clone());
    hanna.go(&shop.origin);
    open_chat(&hanna);
    hanna.fill("Your name", "Hanna Lindqvist");
    hanna.fill("Email address", "hanna@customer.example");
    hanna.fill("Message", "And to Lund?");
    switch(first.clone());
    hanna.go(&shop.origin);
    open_chat(&hanna);
    hanna.begin_chat("Hanna Lindqvist", "Do you ship to Malmö?");
    switch(second);
    enter_frame(&hanna);
    hanna.press("Send");
    hanna.sees("Received.");
    assert_eq!(instance.count("SELECT count(*) FROM conversations"), 2);
    assert_eq!(instance.count("SELECT count(*) FROM visitors"), 1);

    switch(first);
    hanna.go(&shop.origin);
    enter_frame(&hanna);
    hanna.sees("And to Lund?");
    hanna.press("Conversations");
    hanna.sees("Do you ship to Malmö?");
}

#[test]
fn an_open_chat_and_what_is_typed_come_along_to_the_next_page() {
    let (_instance, _cast, shop, hanna) = at_a_shop();
    let holds = |text: &str| hanna.until(|| (hanna.value("Message") == text).then_some(()));
    open_chat(&hanna);
    // Before anybody knows her, and after.
    hanna.fill("Your name", "Hanna Lindqvist");
    hanna.fill("Message", "Do you ship");
    hanna.go(&format!("{}/bells", shop.origin));
    enter_frame(&hanna);
    assert!(holds("Do you ship").is_some(), "{:?}", hanna.value("Message"));
    assert_eq!(hanna.value("Your name"), "Hanna Lindqvist");
    hanna.begin_chat("Hanna Lindqvist", "Do you ship to Malmö?");
    assert!(holds("").is_some(), "it is sent");
    hanna.fill("Message", "By Fri");
    // The chat's own menu leads to other pages, too.
    hanna.press("Conversations");
    hanna.follow("Start a new conversation");
    hanna.sees("Your conversations");
    assert!(holds("").is_some());
    hanna.follow("Do you ship to Malmö?");
    hanna.sees("Received.");
    assert!(holds("By Fri").is_some(), "{:?}", hanna.value("Message"));
    hanna.go(&format!("{}/locks", shop.origin));
    enter_frame(&hanna);
    hanna.sees("Received.");
    assert!(holds("By Fri").is_some(), "{:?}", hanna.value("Message"));
    // A chat that was closed stays so.
    leave_frame(&hanna);
    press_launcher(&hanna);
    hanna.go(&shop.origin);
    assert!(hanna.until(|| in_launcher(&hanna, "button")).is_some());
    assert!(in_launcher(&hanna, "iframe").is_none());
}

#[test]
fn a_copy_that_a_site_brings_back_becomes_a_chat_again() {
    let (_instance, _cast, _shop, window) = at_a_shop();
    assert!(window.until(|| in_launcher(&window, "button")).is_some());
    // As sites do that exchange their pages by script, and run its scripts again.
    window.run(
        "const chat = document.querySelector('baton-chat');
        chat.replaceWith(chat.cloneNode(true));
        const { src } = document.querySelector('script[src]');
        document.body.append(Object.assign(document.createElement('script'), { src }));",
    );
    open_chat(&window);
    window.sees("Your name");
    leave_frame(&window);
    assert_eq!(window.run("return document.querySelectorAll('baton-chat').length"), 1);
}

#[test]
fn a_browser_that_keeps_nothing_is_promised_no_way_back() {
    let instance = Instance::start_with(|config| {
        config.smtp_url = "smtp://127.0.0.1:9".parse().ok();
    });
    let cast = Cast::create(&instance);
    let shop = Site::shop(&format!(
        r#"<script>
            for (const name of ["localStorage", "sessionStorage"]) {{
                Object.defineProperty(window, name, {{ get() {{ throw new Error("forbidden"); }} }});
            }}
        </script><script async src="{}/chat/{}/embed.js"></script>"#,
        instance.base, cast.chat_key
    ));
    allow(&cast, &shop.origin);
    let hanna = Window::open(&instance.base, Script::On);
    hanna.go(&shop.origin);
    open_chat(&hanna);
    hanna.sees("The answer comes by email.");
    hanna.does_not_see("whenever you come back");
    hanna.begin_chat("Hanna Lindqvist", "Do you ship to Malmö?");
    hanna.sees("Received. The answer goes to hanna.lindqvist@customer.example by email.");
    hanna.does_not_see("whenever you come back");
}
