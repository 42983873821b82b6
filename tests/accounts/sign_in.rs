//! Signing in and out.

use super::{is_signed_in, type_in};
use crate::support::{Instance, PASSWORD, Page, encode, found};

const NO_MATCH: &str = "That address and password do not match.";

#[test]
fn a_member_signs_in_and_out() {
    let (instance, cast) = Instance::with_cast();
    let browser = instance.browser();
    // However the address is written.
    let page = type_in(&browser, " MIA@Sprocket.example ", PASSWORD);
    assert_eq!((page.status, page.location().as_deref()), (303, Some("/inbox")));
    let inbox = browser.get("/inbox");
    inbox.expect(200, "Sprocket & Co");
    inbox.form("Sign out").submit().expect(200, "Sign in");
    assert!(!is_signed_in(&browser));
    assert!(is_signed_in(&cast.agent.browser), "another browser is not concerned");
}

#[test]
fn a_wrong_password_and_an_unknown_address_read_alike() {
    let (instance, _cast) = Instance::with_cast();
    let browser = instance.browser();
    let wrong = type_in(&browser, "mia@sprocket.example", "not my password");
    wrong.expect(422, NO_MATCH);
    let form = wrong.form("Sign in");
    assert_eq!(form.value("email"), Some("mia@sprocket.example"), "the address is kept");
    assert_eq!(form.value("password"), Some(""));
    let without_address = |page: &Page, email: &str| page.body.replace(email, "X");
    for email in ["nobody@sprocket.example", "not an address", "MIA@nowhere.example"] {
        let unknown = type_in(&browser, email, "not my password");
        assert_eq!(unknown.status, 422);
        assert_eq!(
            without_address(&unknown, email),
            without_address(&wrong, "mia@sprocket.example")
        );
    }
    assert!(!is_signed_in(&browser));
}

#[test]
fn who_was_on_the_way_somewhere_gets_there_after_signing_in() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.waiting(&instance);
    let browser = instance.browser();
    let path = format!("/conversations/{id}?view=unassigned");
    let sign_in = browser.get(&path);
    sign_in.expect(200, "Sign in");
    let page = sign_in
        .form("Sign in")
        .with("Email address", "mia@sprocket.example")
        .with("Password", "mistyped at first");
    // A mistake on the way does not lose the way.
    let page = page.submit().form("Sign in").with("Password", PASSWORD).submit_once();
    assert_eq!(page.location().as_deref(), Some(path.as_str()));
    browser.get(&path).expect(200, "Is the rear hanger in stock?");
}

#[test]
fn next_never_leads_to_another_site() {
    let (instance, _cast) = Instance::with_cast();
    for next in [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example/",
        "\\\\evil.example",
        "javascript:alert(1)",
        "/\t/evil.example",
        "/\n/evil.example",
        "evil.example",
        // No header carries it.
        "/search?q=ä",
    ] {
        let browser = instance.browser();
        let query: String = url::form_urlencoded::byte_serialize(next.as_bytes()).collect();
        let page = browser.get(&format!("/login?next={query}"));
        let form = page.form("Sign in");
        assert_eq!(form.value("next"), Some(""), "{next:?}");
        let page = form
            .set("next", next)
            .with("Email address", "mia@sprocket.example")
            .with("Password", PASSWORD)
            .submit_once();
        assert_eq!(page.location().as_deref(), Some("/inbox"), "{next:?}");
        // Nor when one is signed in already, nor on the way out.
        let page = browser.get_once(&format!("/login?next={query}"));
        assert_eq!(page.location().as_deref(), Some("/inbox"), "{next:?}");
        let page = browser.post_once("/logout", &[("next", next)]);
        assert_eq!(page.location().as_deref(), Some("/login"), "{next:?}");
        let switch = [("workspace_id", "1"), ("next", next)];
        let browser = instance.browser();
        type_in(&browser, "mia@sprocket.example", PASSWORD);
        let page = browser.post_once("/workspaces/switch", &switch);
        assert_eq!(page.location().as_deref(), Some("/inbox"), "{next:?}");
    }
}

#[test]
fn someone_who_is_signed_in_is_not_asked_again() {
    let (_instance, cast) = Instance::with_cast();
    let page = cast.agent.browser.get_once("/login?next=/notifications");
    assert_eq!(page.location().as_deref(), Some("/notifications"));
}

#[test]
fn an_address_is_one_however_its_domain_is_written() {
    let instance = Instance::start();
    found(&instance, "Sprocket & Co", "Jo", "jo@xn--mnchen-3ya.example");
    for email in ["jo@münchen.example", "JO@MÜNCHEN.example", "jo@xn--mnchen-3ya.example"] {
        assert_eq!(type_in(&instance.browser(), email, PASSWORD).status, 303, "{email}");
    }
}

#[test]
fn a_browser_that_keeps_no_cookies_is_told_so() {
    let (instance, _cast) = Instance::with_cast();
    let browser = instance.browser();
    let fields = [("email", "mia@sprocket.example"), ("password", PASSWORD)];
    let headers = [("Sec-Fetch-Site", "same-origin"), ("Sec-Fetch-Mode", "navigate")];
    let page = browser.request("POST", "/login", &headers, Some(&encode(&fields)));
    let way = page.location().expect("a redirect");
    assert_eq!((page.status, &*way), (303, "/login?next=&signed_in=1"));
    instance.browser().get(&way).expect(200, "Your browser does not keep cookies");
    browser.get(&way).expect(200, "Sprocket & Co");
    // One that has some goes straight on.
    let page = browser.request("POST", "/login", &headers, Some(&encode(&fields)));
    assert_eq!(page.location().as_deref(), Some("/inbox"));
}
