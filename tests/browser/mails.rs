//! A mail as it was sent, in its frame.

use fantoccini::Locator;

use crate::support::Instance;
use crate::window::Window;

#[test]
fn a_link_in_a_mail_opens_in_a_window_that_knows_nothing_of_this_one() {
    let (instance, cast) = Instance::with_cast();
    let inbox = cast.email_inbox(&instance);
    let page = format!("<p>See <a href=\"{}/login\">our page</a></p>", instance.base);
    let mail = inbox.mail("Hanna <hanna@customer.example>", "Our page", &page);
    let (id, _) = inbox.takes(&instance, mail.with("Content-Type", "text/html").raw());
    let window = Window::at(&cast.agent, &format!("/conversations/{id}"));
    window.press("Show original formatting");
    let windows = || window.block_on(window.client().windows()).expect("windows");
    let before = windows();
    let find = |selector| {
        let found =
            window.until(|| window.block_on(window.client().find(Locator::Css(selector))).ok());
        found.unwrap_or_else(|| panic!("no {selector}"))
    };
    window.block_on(find("iframe.mail-frame").enter_frame()).expect("the frame opens");
    window.block_on(find("a").click()).expect("the link can be clicked");
    let opened = window.until(|| windows().into_iter().find(|one| !before.contains(one)));
    let opened = opened.expect("another window");
    window.block_on(window.client().switch_to_window(opened)).expect("it is there");
    let arrives = window.until(|| window.url().starts_with(&instance.base).then_some(()));
    assert!(arrives.is_some(), "{}", window.url());
    assert!(window.run("return window.opener").is_null());
}
