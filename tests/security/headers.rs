//! The headers of answers, and the attributes of cookies.

use std::collections::BTreeMap;

use super::pages;
use crate::support::{Instance, Page};

/// The directives of a page's content security policy.
fn policy(page: &Page) -> BTreeMap<String, String> {
    page.header("content-security-policy")
        .split(';')
        .filter_map(|directive| {
            let directive = directive.trim();
            let (name, sources) = directive.split_once(' ').unwrap_or((directive, ""));
            (!name.is_empty()).then(|| (name.to_owned(), sources.to_owned()))
        })
        .collect()
}

#[track_caller]
fn expect_no_inline_code(page: &Page) {
    let policy = policy(page);
    assert_eq!(policy.get("default-src").map(String::as_str), Some("'none'"), "{}", page.path);
    for name in ["script-src", "style-src", "connect-src", "form-action"] {
        assert_eq!(policy.get(name).map(String::as_str), Some("'self'"), "{name}: {}", page.path);
    }
    assert_eq!(policy.get("base-uri").map(String::as_str), Some("'none'"), "{}", page.path);
    for (name, sources) in policy.iter().filter(|(name, _)| *name != "frame-ancestors") {
        for word in ["unsafe", "*", "http:", "https:", "blob:"] {
            assert!(!sources.contains(word), "{name} {sources} at {}", page.path);
        }
    }
}

#[test]
fn every_page_has_a_strict_policy_and_is_kept_nowhere() {
    let (instance, cast) = Instance::with_cast();
    for page in pages(&instance, &cast) {
        expect_no_inline_code(&page);
        let ancestors = policy(&page).get("frame-ancestors").cloned();
        assert_eq!(ancestors.as_deref(), Some("'none'"), "{}", page.path);
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("cache-control", "no-store"),
            ("referrer-policy", "same-origin"),
            ("cross-origin-opener-policy", "same-origin"),
        ] {
            assert_eq!(page.header(name), value, "{name} at {} ({})", page.path, page.status);
        }
        assert_eq!(page.header("server"), "", "nobody needs to know");
    }
}

#[test]
fn no_page_needs_what_its_policy_forbids() {
    let (instance, cast) = Instance::with_cast();
    let mut pages = pages(&instance, &cast);
    pages.push(instance.browser().get_once(&cast.chat_path()));
    for page in pages {
        let inline = page.all("style, [style], [onclick], [onload], [onerror], script:not([src])");
        assert!(inline.is_empty(), "{}: {inline:?}", page.path);
        for attribute in ["src", "href", "action"] {
            let foreign = format!("[{attribute}^='http'], [{attribute}^='//']");
            // The pages that show an address to copy show it in a field.
            assert!(page.all(&foreign).is_empty(), "{}: {attribute}", page.path);
        }
    }
}

#[test]
fn a_chat_may_stand_only_on_the_sites_that_its_inbox_names() {
    let (instance, cast) = Instance::with_cast();
    let path = cast.chat_path();
    let ancestors = |path: &str| {
        let page = instance.browser().get_once(path);
        assert_eq!(page.header("cache-control"), "no-store", "{path}");
        assert_eq!(page.header("x-content-type-options"), "nosniff", "{path}");
        expect_no_inline_code(&page);
        policy(&page).remove("frame-ancestors").unwrap_or_default()
    };
    assert_eq!(ancestors(&path), "'self'", "nobody is named yet");
    let form = cast.admin.get("/settings/inboxes").click("Edit").form("Save inbox");
    form.set("allowed_sites", "https://shop.example\nhttps://www.shop.example:8443").submit();
    let both = "'self' https://shop.example https://www.shop.example:8443";
    assert_eq!(ancestors(&path), both);
    assert_eq!(ancestors(&format!("{path}?embed")), both);
    assert_eq!(ancestors("/chat/nobodys-key"), "'none'", "a chat that does not exist");
}

#[test]
fn files_are_kept_for_ever_and_the_snippet_for_a_while() {
    let (instance, cast) = Instance::with_cast();
    let browser = instance.browser();
    let style = browser.get("/login").attribute("link[rel=stylesheet]", "href");
    let file = browser.get_once(&style);
    assert_eq!(file.status, 200);
    assert_eq!(file.header("cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(file.header("x-content-type-options"), "nosniff");
    assert_eq!(file.header("content-type"), "text/css; charset=utf-8");
    assert_eq!(file.header("set-cookie"), "", "a file is the same for everybody");
    let script = browser.get_once(&format!("/chat/{}/embed.js", cast.chat_key));
    assert_eq!(script.header("cache-control"), "public, max-age=300");
    assert_eq!(script.header("content-type"), "text/javascript; charset=utf-8");
}

#[test]
fn a_file_under_another_hash_is_not_kept_and_outside_the_folder_there_is_none() {
    let instance = Instance::start();
    let browser = instance.browser();
    let older = browser.get_once("/static/000000000000/app.css");
    assert_eq!((older.status, older.header("cache-control")), (200, "no-cache"));
    for path in [
        "/static/000000000000/../../Cargo.toml",
        "/static/000000000000/..%2f..%2fCargo.toml",
        "/static/000000000000/%2e%2e/%2e%2e/etc/passwd",
        "/static/000000000000/css/tokens.css",
    ] {
        let answer = browser.get_once(path);
        assert_eq!(answer.status, 404, "{path}");
        assert_eq!(answer.header("cache-control"), "no-store", "{path}");
    }
}

#[test]
fn on_https_browsers_are_told_to_stay_there() {
    let instance = Instance::start_with(|config| {
        config.base_url = "https://baton.example".parse().expect("a URL");
    });
    let browser = instance.browser();
    let at_base: &[_] = &[("Host", "baton.example")];
    for path in ["/login", "/no-such-page", "/inbox", "/healthz"] {
        let page = browser.request("GET", path, at_base, None);
        let header = page.header("strict-transport-security");
        assert_eq!(header, "max-age=31536000", "{path}");
    }
    let (plain, _) = Instance::with_cast();
    assert_eq!(plain.browser().get_once("/login").header("strict-transport-security"), "");
}

/// The attributes of the cookie of this name, lower-cased.
fn attributes(page: &Page, name: &str) -> Vec<String> {
    let cookie = page.header("set-cookie").to_owned();
    assert!(cookie.starts_with(&format!("{name}=")), "{}: {cookie:?}", page.path);
    cookie.split(';').skip(1).map(|part| part.trim().to_lowercase()).collect()
}

#[test]
fn no_cookie_is_for_scripts_or_for_other_sites() {
    let (instance, cast) = Instance::with_cast();
    let browser = instance.browser();
    let fields = [("email", cast.agent.email.as_str()), ("password", crate::support::PASSWORD)];
    let signed_in = browser.post_once("/login", &fields);
    let saved = browser.post_once("/notifications/read", &[]);
    let page = instance.browser().get(&cast.chat_path());
    let written = page
        .form("Send")
        .with("Your name", "Hanna")
        .with("Email address", "hanna@customer.example")
        .with("Message", "Hello!")
        .submit_once();
    for (page, name, path) in [
        (&signed_in, "baton_session", "path=/".to_owned()),
        (&saved, "baton_flash", "path=/".to_owned()),
        (&written, "baton_visitor", format!("path=/chat/{}", cast.chat_key).to_lowercase()),
    ] {
        let attributes = attributes(page, name);
        for expected in ["httponly", "samesite=lax", path.as_str()] {
            assert!(attributes.iter().any(|a| a == expected), "{name}: {attributes:?}");
        }
        let broad = attributes.iter().any(|a| a == "secure" || a.starts_with("domain"));
        assert!(!broad, "{name} on plain http: {attributes:?}");
    }
}
