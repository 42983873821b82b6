//! The address that a request came to, and where one is led on to.

use crate::support::{Instance, sign_in};

#[test]
fn a_page_asked_for_at_another_address_is_at_the_base_address() {
    let (instance, cast) = Instance::with_cast();
    let browser = instance.browser();
    for host in ["evil.example", "127.0.0.1", "127.0.0.1:1", "localhost.evil.example"] {
        let answer = browser.request("GET", "/inbox?view=all", &[("Host", host)], None);
        assert_eq!(answer.status, 307, "{host}");
        assert_eq!(answer.location(), Some(format!("{}/inbox?view=all", instance.base)), "{host}");
        assert_eq!(answer.header("cache-control"), "no-store", "{host}");
    }
    let base = instance.base.trim_start_matches("http://");
    let (_, port) = base.split_once(':').expect("a port");
    for host in [base.to_owned(), format!("localhost:{port}"), format!("[::1]:{port}")] {
        let answer = browser.request("GET", "/login", &[("Host", &host)], None);
        assert_eq!(answer.status, 200, "{host}");
    }
    // Whoever watches the process asks by whatever name they have.
    let health = browser.request("GET", "/healthz", &[("Host", "10.0.0.7")], None);
    assert_eq!((health.status, health.body.as_str()), (200, "ok\n"));
    drop(cast);
}

#[test]
fn a_site_whose_name_was_bound_to_our_address_can_send_nothing() {
    let (instance, cast) = Instance::with_cast();
    let base = instance.base.trim_start_matches("http://").to_owned();
    let body = format!("email={}&password=x", cast.agent.email);
    let as_if = ("Sec-Fetch-Site", "same-origin");
    let bound = ("Host", "evil.example");
    let send = |headers: &[(&str, &str)]| {
        instance.browser().request("POST", "/login", headers, Some(&body)).status
    };
    assert_eq!(send(&[as_if, bound]), 403);
    assert_eq!(send(&[as_if, bound, ("X-Forwarded-Host", &base)]), 403);
    assert_eq!(send(&[("Origin", &instance.base), bound]), 403);
    assert_eq!(send(&[as_if, ("Host", &base)]), 422, "our own page");
    let hidden = [bound, ("X-Forwarded-Host", base.as_str())];
    assert_eq!(instance.browser().request("GET", "/login", &hidden, None).status, 307);
}

#[test]
fn an_address_that_is_made_up_never_gets_into_a_link() {
    let (instance, cast) = Instance::with_cast();
    cast.admin
        .get("/settings/team/invite")
        .form("Send invite")
        .with("Email address", "noor@sprocket.example")
        .submit();
    let id = instance.count("SELECT max(id) FROM invitations");
    let path = format!("/settings/team/invitations/{id}/link");
    for name in ["X-Forwarded-Host", "X-Forwarded-Server", "X-Original-Host"] {
        let page = cast.admin.browser.request("GET", &path, &[(name, "evil.example")], None);
        assert!(!page.body.contains("evil.example"), "{name}");
    }
    let link = cast.admin.get(&path).attribute("input[readonly]", "value");
    assert!(link.starts_with(&format!("{}/register?token=", instance.base)), "{link}");
}

#[test]
fn nobody_is_led_to_another_site() {
    let (instance, cast) = Instance::with_cast();
    for next in [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "/%5Cevil.example/..//evil.example",
        "\t//evil.example",
        "javascript:alert(1)",
    ] {
        let browser = instance.browser();
        sign_in(&browser, &cast.agent.email);
        let workspace = cast.workspace_id.to_string();
        let switched = browser
            .post_once("/workspaces/switch", &[("workspace_id", &workspace), ("next", next)]);
        let signed_out = browser.post_once("/logout", &[("next", next)]);
        for answer in [switched, signed_out] {
            let to = answer.location().expect("a redirect");
            let is_here = to.starts_with('/') && !to.starts_with("//") && !to.contains('\\');
            assert!(is_here, "{next:?} leads to {to:?}");
        }
    }
}
