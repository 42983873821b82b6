//! The chat in a frame on another site: the visitor's token travels in a header,
//! and the page around keeps it.

use super::{COOKIE, begin, bubbles};
use crate::support::{Browser, Cast, Instance, Page};

const HEADER: &str = "X-Baton-Visitor";

/// Opens an address in the frame.
fn open(browser: &Browser, path: &str, token: Option<&str>) -> Page {
    let headers: Vec<(&str, &str)> = token.map(|token| (HEADER, token)).into_iter().collect();
    browser.request("GET", path, &headers, None)
}

/// Posts a form from inside the frame.
fn post(browser: &Browser, path: &str, token: Option<&str>, fields: &[(&str, &str)]) -> Page {
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let mut headers = vec![("Sec-Fetch-Site", "same-origin")];
    headers.extend(token.map(|token| (HEADER, token)));
    browser.request("POST", path, &headers, Some(&body))
}

fn frame(cast: &Cast) -> String {
    format!("/chat/{}?embed=1", cast.chat_key)
}

const FIRST: [(&str, &str); 4] = [
    ("name", "Hanna Lindqvist"),
    ("email", "hanna@customer.example"),
    ("message", "Is it in stock?"),
    ("submission", "0123456789abcdef"),
];

#[test]
fn the_token_comes_in_a_header_and_no_cookie_is_set() {
    let (instance, cast) = Instance::with_cast();
    let browser = instance.browser();
    let page = open(&browser, &frame(&cast), None);
    page.expect(200, "Your name");
    assert!(!page.headers.contains_key("x-baton-visitor"), "looking makes no visitor");
    let action = page.form("Send").action().to_owned();
    let page = post(&browser, &action, None, &FIRST);
    assert_eq!((page.status, bubbles(&page)), (200, vec!["Is it in stock?".to_owned()]));
    let token = page.header("x-baton-visitor").to_owned();
    assert!(!token.is_empty());
    assert!(!page.headers.contains_key("set-cookie"), "{:?}", page.headers);
    let page = open(&browser, &frame(&cast), Some(&token));
    assert_eq!(bubbles(&page), ["Is it in stock?"]);
    assert!(!page.headers.contains_key("set-cookie"));
    let conversation = page.form("Send").value("conversation").expect("it has one").to_owned();
    let more = [("conversation", &*conversation), ("message", "Hello?")];
    let page = post(&browser, page.form("Send").action(), Some(&token), &more);
    assert_eq!(bubbles(&page), ["Is it in stock?", "Hello?"]);
    assert!(!page.headers.contains_key("x-baton-visitor"), "the page around has it already");
    assert_eq!(instance.count("SELECT count(*) FROM visitors"), 1);
}

#[test]
fn a_form_that_is_sent_twice_brings_the_same_token() {
    let (instance, cast) = Instance::with_cast();
    let browser = instance.browser();
    let tokens: Vec<String> = (0..2)
        .map(|_| post(&browser, &frame(&cast), None, &FIRST).header("x-baton-visitor").to_owned())
        .collect();
    assert_eq!(tokens[0], tokens[1]);
    assert_eq!(instance.count("SELECT count(*) FROM conversations"), 1);
}

#[test]
fn a_cookie_that_happens_to_arrive_is_not_used() {
    let (instance, cast) = Instance::with_cast();
    let browser = instance.browser();
    begin(&browser, &cast.chat_key, "Hanna Lindqvist", "My code is 4711.");
    assert!(browser.cookie(COOKIE).is_some());
    let page = open(&browser, &frame(&cast), None);
    page.expect(200, "Your name");
    assert!(!page.body.contains("4711"));
    let page = post(&browser, &frame(&cast), None, &FIRST);
    assert_eq!(bubbles(&page), ["Is it in stock?"]);
    assert_eq!(instance.count("SELECT count(*) FROM visitors"), 2);
}

#[test]
fn the_script_in_the_frame_asks_with_the_header() {
    let (instance, cast) = Instance::with_cast();
    let browser = instance.browser();
    let page = post(&browser, &frame(&cast), None, &FIRST);
    let token = page.header("x-baton-visitor").to_owned();
    let path = format!("{}&after=0", page.attribute("[data-messages]", "data-messages"));
    assert_eq!(bubbles(&open(&browser, &path, Some(&token))), ["Is it in stock?"]);
    assert_eq!(open(&browser, &path, None).status, 404);
    let forged = format!("{token}x");
    assert_eq!(open(&browser, &path, Some(&forged)).status, 404);
}

#[test]
fn a_token_that_is_not_right_begins_anew() {
    let (instance, cast) = Instance::with_cast();
    let browser = instance.browser();
    let page = post(&browser, &frame(&cast), None, &FIRST);
    let token = page.header("x-baton-visitor").to_owned();
    let other_key = super::second_chat(&instance, &cast);
    let elsewhere = format!("/chat/{other_key}?embed=1");
    for (path, sent) in [(&frame(&cast), format!("1{token}")), (&elsewhere, token.clone())] {
        let page = open(&browser, path, Some(&sent));
        page.expect(200, "Your name");
        assert!(!page.says("Is it in stock?"));
        let anew = [("submission", "another-one-of-16"), FIRST[0], FIRST[1], FIRST[2]];
        let page = post(&browser, path, Some(&sent), &anew);
        assert_ne!(page.header("x-baton-visitor"), token);
        assert!(!page.header("x-baton-visitor").is_empty());
    }
}

#[test]
fn what_is_refused_comes_back_into_the_frame() {
    let (instance, cast) = Instance::with_cast();
    let browser = instance.browser();
    let wrong = [("name", "Hanna"), ("email", "hanna@"), ("message", "Is it in stock?")];
    let page = post(&browser, &frame(&cast), None, &wrong);
    page.expect(422, "This is not an email address.");
    assert_eq!(page.form("Send").value("message"), Some("Is it in stock?"));
    assert!(page.form("Send").action().contains("embed=1"));
    assert!(!page.headers.contains_key("set-cookie"));
}

#[test]
fn links_and_forms_stay_in_the_frame() {
    let (instance, cast) = Instance::with_cast();
    let browser = instance.browser();
    let page = post(&browser, &frame(&cast), None, &FIRST);
    let token = page.header("x-baton-visitor").to_owned();
    let anew = page.link("Start a new conversation");
    assert!(anew.contains("embed=1"), "{anew}");
    assert!(page.form("Send").action().contains("embed=1"));
    let page = open(&browser, &anew, Some(&token));
    page.expect(200, "Your conversations");
    assert!(page.link("Is it in stock?").contains("embed=1"));
}

#[test]
fn only_the_sites_that_the_inbox_allows_may_frame_it() {
    let (instance, cast) = Instance::with_cast();
    let browser = instance.browser();
    let policy = |page: &Page| page.header("content-security-policy").to_owned();
    let ancestors = |page: &Page| {
        let policy = policy(page);
        let at = policy.find("frame-ancestors").expect("it says who may");
        policy[at..].split(';').next().unwrap_or_default().trim().to_owned()
    };
    assert_eq!(ancestors(&open(&browser, &frame(&cast), None)), "frame-ancestors 'self'");
    let form = super::edit(&cast).form("Save inbox");
    form.with("Allowed sites", "https://shop.example\r\nhttps://www.shop.example:8443/").submit();
    let allowed = "frame-ancestors 'self' https://shop.example https://www.shop.example:8443";
    let page = open(&browser, &frame(&cast), None);
    assert_eq!(ancestors(&page), allowed);
    assert!(!page.headers.contains_key("x-frame-options"), "it would forbid every frame");
    let wrong = post(&browser, &frame(&cast), None, &[("message", "")]);
    assert_eq!((wrong.status, ancestors(&wrong)), (422, allowed.to_owned()));
    let right = post(&browser, &frame(&cast), None, &FIRST);
    assert_eq!(ancestors(&right), allowed);
    assert_eq!(ancestors(&cast.admin.get("/inbox")), "frame-ancestors 'none'");
    assert_eq!(ancestors(&browser.get("/login")), "frame-ancestors 'none'");
}

#[test]
fn the_snippet_leads_to_a_script_that_any_site_may_load() {
    let (instance, cast) = Instance::with_cast();
    let page = super::edit(&cast);
    let text = page.all("#snippet").concat();
    let path = format!("/chat/{}/embed.js", cast.chat_key);
    assert!(text.contains(&path), "{text}");
    let script = instance.browser().get(&path);
    assert_eq!(script.status, 200);
    assert!(script.header("content-type").starts_with("text/javascript"));
    assert_eq!(script.header("cross-origin-resource-policy"), "cross-origin");
    assert!(!script.headers.contains_key("set-cookie"));
}

#[test]
fn a_link_of_the_frame_that_is_opened_in_a_tab_is_a_page_like_any_other() {
    let (instance, cast) = Instance::with_cast();
    let browser = instance.browser();
    let at = [("Sec-Fetch-Dest", "document")];
    let page = browser.request("GET", &format!("{}&new=1", frame(&cast)), &at, None);
    assert!(!page.form("Send").action().contains("embed"), "{}", page.form("Send").action());
    assert_eq!(page.all("[data-embed]"), [""; 0]);
    let form = page.form("Send").with("Your name", "Hanna").with("Message", "Is it in stock?");
    let page = form.with("Email address", "hanna@customer.example").submit();
    assert!(browser.cookie(COOKIE).is_some());
    let page = page.form("Send").with("Message", "Hello?").submit();
    assert_eq!(bubbles(&page), ["Is it in stock?", "Hello?"]);
}

#[test]
fn the_page_of_a_closed_chat_asks_in_a_frame_who_looks() {
    let (instance, cast) = Instance::with_cast();
    let browser = instance.browser();
    let token = post(&browser, &frame(&cast), None, &FIRST).header("x-baton-visitor").to_owned();
    super::edit(&cast).form("Archive inbox").submit().expect(200, "Archived Website chat.");
    let closed = open(&browser, &frame(&cast), None);
    closed.expect(410, "This chat is closed");
    assert_eq!(closed.all("[data-chat][data-embed]").len(), 1);
    assert!(closed.all("script[src]").len() > 1);
    assert_eq!(bubbles(&open(&browser, &frame(&cast), Some(&token))), ["Is it in stock?"]);
    let path = format!("/chat/{}", cast.chat_key);
    let alone = instance.browser().get(&path);
    alone.expect(410, "This chat is closed");
    assert_eq!(alone.all("[data-chat], script"), [""; 0]);
}
