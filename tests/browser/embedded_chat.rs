//! The chat in a corner of somebody else's site, where cookies of ours do not arrive.

mod closing;
mod sites;

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};

use fantoccini::Locator;
use fantoccini::elements::Element;

use crate::focus::show_at;
use crate::support::{Cast, Instance};
use crate::window::{Script, Window};

/// A site with one page. It answers until the test binary ends.
struct Site {
    origin: String,
}

impl Site {
    /// `localhost`, while Baton has 127.0.0.1: for a browser these are two sites.
    fn with(body: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let body = body.clone();
                // One thread each: a browser opens connections that it may never use.
                std::thread::spawn(move || answer(stream, &body));
            }
        });
        Self { origin: format!("http://localhost:{port}") }
    }

    /// A shop with the snippet of this chat.
    fn with_chat(instance: &Instance, cast: &Cast) -> Self {
        Self::shop(&format!(
            r#"<script async src="{}/chat/{}/embed.js"></script>"#,
            instance.base, cast.chat_key
        ))
    }

    /// A shop with this at its end.
    fn shop(ending: &str) -> Self {
        // Before the snippet runs, shadow roots are made open: WebDriver cannot
        // look into a closed one. Nothing else of the chat is touched.
        Self::with(format!(
            r#"<!doctype html><html lang="en"><title>Shop</title><h1>Shop</h1>
            <script>
                const attach = Element.prototype.attachShadow;
                Element.prototype.attachShadow = function () {{
                    return attach.call(this, {{ mode: "open" }});
                }};
            </script>
            {ending}</html>"#
        ))
    }
}

fn answer(mut stream: TcpStream, body: &str) {
    let mut asked = [0; 4096];
    // A browser that has left does not mind.
    let _ = stream.read(&mut asked);
    let _ = write!(
        stream,
        "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
}

/// Lets a site embed the chat, as an administrator does.
fn allow(cast: &Cast, origin: &str) {
    let page = cast.admin.get("/settings/inboxes").click("Edit");
    page.form("Save inbox").with("Allowed sites", origin).submit().expect(200, "Inboxes");
}

/// Presses the button in the corner.
fn press_launcher(window: &Window) {
    let button = window.until(|| in_launcher(window, "button")).expect("a button in the corner");
    window.block_on(button.click()).expect("it can be pressed");
}

/// Opens the chat, and goes on inside its frame.
fn open_chat(window: &Window) {
    press_launcher(window);
    enter_frame(window);
}

fn enter_frame(window: &Window) {
    let frame = window.until(|| in_launcher(window, "iframe")).expect("the chat's frame");
    window.block_on(frame.enter_frame()).expect("the frame opens");
}

fn in_launcher(window: &Window, selector: &str) -> Option<Element> {
    window
        .block_on(async {
            let host = window.client().find(Locator::Css("baton-chat")).await?;
            host.shadow_root().await?.find(Locator::Css(selector)).await
        })
        .ok()
}

/// What the button in the corner is called.
fn launcher_name(window: &Window) -> String {
    let button = in_launcher(window, "button").expect("a button in the corner");
    let name = window.block_on(button.attr("aria-label")).expect("it is there");
    name.unwrap_or_default()
}

fn leave_frame(window: &Window) {
    window.block_on(window.client().enter_parent_frame()).expect("the page around it");
}

/// A shop that has the chat, and a customer's window there.
fn at_a_shop() -> (Instance, Cast, Site, Window) {
    let (instance, cast) = Instance::with_cast();
    let shop = Site::with_chat(&instance, &cast);
    allow(&cast, &shop.origin);
    let window = Window::open(&instance.base, Script::On);
    window.go(&shop.origin);
    (instance, cast, shop, window)
}

#[test]
fn an_embedded_chat_comes_back_after_a_reload_without_any_cookie() {
    let (instance, cast, shop, hanna) = at_a_shop();
    open_chat(&hanna);
    hanna.begin_chat("Hanna Lindqvist", "Do you ship to Malmö?");
    hanna.sees("You");
    hanna.fill("Message", "By Friday, I mean.");
    hanna.press("Send");
    hanna.sees("By Friday, I mean.");
    let conversations = instance.count("SELECT count(*) FROM conversations");
    assert_eq!(conversations, 1, "both messages are of one conversation");

    // The site around it keeps the visitor's token.
    leave_frame(&hanna);
    let kept = format!("return localStorage.getItem('baton-visitor:{}')", cast.chat_key);
    assert!(hanna.until(|| hanna.run(&kept).as_str().map(str::to_owned)).is_some());

    // An answer arrives while the page stands.
    let id = instance.count("SELECT max(id) FROM conversations");
    let page = cast.agent.open(id);
    page.form("Claim and send").with("Reply", "Yes, on Thursday.").submit();
    enter_frame(&hanna);
    hanna.sees("Yes, on Thursday.");

    // The page anew: no cookie of ours came along, and still it is Hanna.
    hanna.go(&shop.origin);
    enter_frame(&hanna);
    hanna.sees("Do you ship to Malmö?");
    hanna.sees("Yes, on Thursday.");
    assert_eq!(hanna.run("return document.cookie"), "");
    leave_frame(&hanna);
    assert_eq!(hanna.console(), Vec::<String>::new());

    // A visit from another browser begins anew.
    let somebody = Window::open(&instance.base, Script::On);
    somebody.go(&shop.origin);
    open_chat(&somebody);
    somebody.sees("Your name");
    somebody.does_not_see("Malmö");
}

#[test]
fn a_site_that_is_not_allowed_shows_no_chat() {
    let (instance, cast) = Instance::with_cast();
    let thief = Site::with_chat(&instance, &cast);
    allow(&cast, "https://shop.example");
    let window = Window::open(&instance.base, Script::On);

    window.go(&thief.origin);
    press_launcher(&window);
    let refused = window.until(|| {
        let said = window.console();
        said.into_iter().find(|line| line.contains("frame-ancestors"))
    });
    assert!(refused.is_some(), "the browser says why it shows nothing");
    enter_frame(&window);
    window.does_not_see("Your name");
}

#[test]
fn the_chat_stands_where_it_was_put_and_moves_nothing_of_the_site() {
    let (instance, cast) = Instance::with_cast();
    let page = cast.manager.get("/settings/inboxes").click("Edit").click("Appearance");
    let form = page.form("Save appearance").with("Button position", "Lower left");
    form.submit().expect(200, "Saved the appearance of Website chat.");
    let window = Window::open(&instance.base, Script::On);
    let places =
        "const { x, y, width, height } = document.querySelector('h1').getBoundingClientRect();
        const { scrollWidth, scrollHeight } = document.documentElement;
        return [x, y, width, height, scrollWidth, scrollHeight].join()";

    window.go(&Site::shop("").origin);
    let before = window.run(places);
    let shop = Site::with_chat(&instance, &cast);
    allow(&cast, &shop.origin);
    window.go(&shop.origin);
    let button = window.until(|| in_launcher(&window, "button")).expect("a button in the corner");
    assert_eq!(window.run(places), before, "the button moved something");
    let (x, ..) = window.block_on(button.rectangle()).expect("a place");
    assert!(x < 100.0, "the button is {x} px from the left");
    open_chat(&window);
    window.sees("Your name");
    leave_frame(&window);
    assert_eq!(window.run(places), before, "the open chat moved something");
    assert_eq!(window.run("return document.cookie"), "");
}

#[test]
fn a_chat_that_is_opened_by_its_key_has_the_focus() {
    let (_instance, _cast, _shop, window) = at_a_shop();
    let button = window.until(|| in_launcher(&window, "button")).expect("a button in the corner");
    window.block_on(button.send_keys("\u{e007}")).expect("it takes keys");
    let is_in = "return document.querySelector('baton-chat').shadowRoot.activeElement?.localName";
    assert!(window.until(|| (window.run(is_in) == "iframe").then_some(())).is_some());
    enter_frame(&window);
    window.sees("Your name");
    assert_eq!(window.run("return document.hasFocus()"), true);
}

#[test]
fn a_chat_over_the_whole_page_closes_once_the_keyboard_is_behind_it() {
    let (instance, cast) = Instance::with_cast();
    let shop = Site::shop(&format!(
        r##"<meta name="viewport" content="width=device-width"><a href="#">Cart</a>
        <script async src="{}/chat/{}/embed.js"></script>"##,
        instance.base, cast.chat_key
    ));
    allow(&cast, &shop.origin);
    let window = Window::open(&instance.base, Script::On);
    window.go(&shop.origin);
    let leaves = "document.querySelector('a').focus();
        return [document.querySelector('baton-chat').shadowRoot.querySelector('div').className,
            document.activeElement.localName].join()";
    for (width, expected) in [(1280, "is-open,a"), (640, ",a")] {
        show_at(&window, width, 400);
        window.run("scrollTo(0, 0)");
        if width == 1280 {
            open_chat(&window);
            window.sees("Your name");
            leave_frame(&window);
        }
        // In it, and then behind it.
        window
            .run("document.querySelector('baton-chat').shadowRoot.querySelector('iframe').focus()");
        assert_eq!(window.run(leaves), expected, "{width} px");
    }
}
