//! Sessions: how they begin, are listed, and end.

use std::sync::atomic::{AtomicBool, Ordering};

use super::{NEW_PASSWORD, is_signed_in, type_in};
use crate::support::{Browser, Instance, PASSWORD, join, sign_in};
use baton::policy::Role;

const MIA: &str = "mia@sprocket.example";
const COOKIE: &str = "baton_session";

fn key(browser: &Browser) -> String {
    browser.cookie(COOKIE).expect("a session's cookie")
}

#[test]
fn the_cookie_is_out_of_reach_of_scripts_and_other_sites() {
    let (instance, _cast) = Instance::with_cast();
    let answer = type_in(&instance.browser(), MIA, PASSWORD);
    let cookie = answer.header("set-cookie");
    assert!(cookie.starts_with("baton_session="), "{cookie}");
    for attribute in ["HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(cookie.contains(attribute), "{cookie}");
    }
    assert!(!cookie.contains("Secure"), "this instance is served by http");
    let keys = instance.count("SELECT count(*) FROM sessions WHERE key_hash = ''");
    assert_eq!(keys, 0);
}

#[test]
fn on_https_the_cookie_stays_on_https() {
    let instance = Instance::start_with(|config| {
        config.base_url = "https://baton.example/".parse().expect("a URL");
    });
    let fields = [
        ("workspace_name", "Sprocket & Co"),
        ("name", "Ana Silva"),
        ("email", "ana@sprocket.example"),
        ("password", NEW_PASSWORD),
        ("timezone", "UTC"),
    ];
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let headers = [("Sec-Fetch-Site", "same-origin"), ("Host", "baton.example")];
    let answer = instance.browser().request("POST", "/register", &headers, Some(&body));
    assert_eq!(answer.status, 303, "{}", answer.text());
    assert!(answer.header("set-cookie").contains("Secure"), "{}", answer.header("set-cookie"));
    assert!(answer.header("strict-transport-security").contains("max-age="));
}

#[test]
fn signing_in_takes_a_new_key_and_the_one_before_opens_nothing() {
    let (instance, cast) = Instance::with_cast();
    // Somebody planted their own session in the browser of the one who signs in.
    let planted = cast.other_agent.browser.twin();
    let victim = cast.other_agent.browser.twin();
    let before = key(&victim);
    let fields = [("email", MIA), ("password", PASSWORD)];
    assert_eq!(victim.post_once("/login", &fields).status, 303);
    assert_ne!(key(&victim), before);
    victim.get("/settings/profile").expect(200, MIA);
    assert!(!is_signed_in(&planted), "the old key went with the sign-in");
    assert_eq!(instance.sessions_of("lukas@sprocket.example"), 0);
}

#[test]
fn a_key_that_baton_did_not_give_opens_nothing() {
    let (instance, cast) = Instance::with_cast();
    let real = key(&cast.agent.browser);
    let cut: String = real.chars().take(real.len() - 1).collect();
    for forged in ["", "x", "7", &cut, &format!("{real}x"), &real.to_uppercase()] {
        let browser = instance.browser();
        browser.set_cookie(COOKIE, forged);
        assert!(!is_signed_in(&browser), "{forged:?}");
    }
    // Not even the row's own content.
    let hash: String = instance.read(|conn| {
        use baton::db::schema::sessions;
        use diesel::prelude::*;
        sessions::table.select(sessions::key_hash).first(conn)
    });
    let browser = instance.browser();
    browser.set_cookie(COOKIE, &hash);
    assert!(!is_signed_in(&browser));
    assert!(!real.contains(&hash));
}

#[test]
fn an_expired_session_asks_to_sign_in_and_leads_back() {
    let (instance, cast) = Instance::with_cast();
    instance.execute("UPDATE sessions SET expires_at = '2020-01-01 00:00:00'");
    let page = cast.agent.browser.get_once("/notifications?before=7");
    let target = page.location().expect("a redirect");
    assert_eq!(target, "/login?next=%2Fnotifications%3Fbefore%3D7");
    let page = cast.agent.browser.get(&target).form("Sign in");
    let page = page.with("Email address", MIA).with("Password", PASSWORD).submit_once();
    assert_eq!(page.location().as_deref(), Some("/notifications?before=7"));
}

#[test]
fn a_form_sent_after_the_session_ended_leads_back_to_its_page() {
    let (instance, cast) = Instance::with_cast();
    let form = cast.admin.get("/settings/team/invite").form("Send invite");
    assert_eq!(form.action(), "/settings/team/invite");
    instance.execute("DELETE FROM sessions");
    let headers = [
        ("Sec-Fetch-Site", "same-origin"),
        ("Referer", &format!("{}/settings/team/invite", instance.base)),
    ];
    let page = cast.admin.browser.request("POST", form.action(), &headers, Some("email=a%40b.ex"));
    assert_eq!(page.location().as_deref(), Some("/login?next=%2Fsettings%2Fteam%2Finvite"));
    // A browser that tells no page, or another site's, is led to the one above the form.
    let away =
        [("Sec-Fetch-Site", "same-origin"), ("Referer", "https://evil.example//evil.example")];
    for headers in [&away[..], &away[..1]] {
        let page =
            cast.admin.browser.request("POST", form.action(), headers, Some("email=a%40b.ex"));
        assert_eq!(page.location().as_deref(), Some("/login?next=%2Fsettings%2Fteam%2Finvite"));
    }
    assert_eq!(instance.count("SELECT count(*) FROM invitations"), 0);
}

#[test]
fn a_form_without_a_text_that_met_a_session_that_ended_is_told_as_not_saved() {
    let (instance, cast) = Instance::with_cast();
    let form = cast.agent.get("/settings/profile").form("Save profile").with("Your name", "Mia C.");
    instance.execute("DELETE FROM sessions");
    let page = form.submit();
    page.expect(200, "You were signed out, so your last change was not saved.");
    // What the script of an open page says by itself is nobody's change.
    let by_script = [("Sec-Fetch-Site", "same-origin"), ("Sec-Fetch-Mode", "cors")];
    let browser = instance.browser();
    browser.request("POST", "/notifications/read", &by_script, Some(""));
    assert!(!browser.get("/login").says("not saved"));
}

#[test]
fn what_was_written_when_the_session_ended_comes_along_to_signing_in() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    let page = cast.agent.open(id);
    let reply = page.form("Send reply").with("Reply", "Two are <left>.\nShall I keep one?");
    let profile = cast.agent.get("/settings/profile").form("Save profile");
    let profile = profile.with("Signature", "Mia at Sprocket");
    let note = page.form("Add note").with("Note", "A regular.");
    instance.execute("DELETE FROM sessions");
    for (form, text) in [
        (reply, "Two are <left>. Shall I keep one?"),
        (note, "A regular."),
        (profile, "Mia at Sprocket"),
    ] {
        let page = form.submit();
        page.expect(200, "You were signed out, so this was not sent.");
        assert!(page.path.starts_with("/login?next="), "{}", page.path);
        assert_eq!(page.all("textarea"), [text]);
        let page = page.form("Sign in").with("Email address", MIA).with("Password", "wrong");
        let page = page.submit();
        page.expect(422, "do not match");
        assert_eq!(page.all("textarea"), [text]);
        let page = page.form("Sign in").with("Password", PASSWORD).submit();
        page.expect(200, "You were signed out, so this was not sent.");
        assert!(page.all("textarea").iter().any(|shown| shown == text), "{}", page.text());
        instance.execute("DELETE FROM sessions");
    }
    // A cookie holds only so much.
    let page = cast.agent.browser.get("/login");
    page.form("Sign in").with("Email address", MIA).with("Password", PASSWORD).submit();
    for (long, kept) in [("é".repeat(5_000), 2400), ("\"a\"\\".repeat(2_500), 1371)] {
        let form = cast.agent.open(id);
        instance.execute("DELETE FROM sessions");
        let page = form.form("Send reply").with("Reply", &long).submit();
        page.expect(200, "It was too long to keep in full.");
        assert_eq!(page.all("textarea")[0].len(), kept);
        page.form("Sign in").with("Email address", MIA).with("Password", PASSWORD).submit();
    }
    assert_eq!(instance.count("SELECT count(*) FROM messages WHERE kind <> 'customer'"), 0);
}

#[test]
fn a_session_that_was_ended_never_comes_back_to_life() {
    let (instance, cast) = Instance::with_cast();
    let (user, email) = (cast.agent.user_id, cast.agent.email.as_str());
    join(&instance, cast.other_workspace_id, user, Role::Agent);
    let ended = AtomicBool::new(false);
    let (first, second) = (cast.workspace_id.to_string(), cast.other_workspace_id.to_string());
    std::thread::scope(|scope| {
        let tabs: Vec<_> = (0..4)
            .map(|n| {
                let tab = cast.agent.browser.twin();
                let id = if n % 2 == 0 { &first } else { &second };
                let ended = &ended;
                scope.spawn(move || {
                    // Requests that write to the session, before and after its end.
                    for _ in 0..200 {
                        let over = ended.load(Ordering::SeqCst);
                        let switch = [("workspace_id", id.as_str())];
                        tab.post_once("/workspaces/switch", &switch);
                        if over {
                            return tab;
                        }
                    }
                    tab
                })
            })
            .collect();
        cast.agent.browser.post_once("/logout", &[]);
        ended.store(true, Ordering::SeqCst);
        for tab in tabs {
            let tab = tab.join().expect("no panic");
            assert!(!is_signed_in(&tab));
        }
    });
    assert_eq!(instance.sessions_of(email), 0);
}

#[test]
fn people_see_where_they_are_signed_in() {
    let (instance, cast) = Instance::with_cast();
    let phone = instance.browser();
    sign_in(&phone, MIA);
    instance.execute(
        "UPDATE sessions SET user_agent = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) \
         Gecko/20100101 Firefox/140.0' WHERE id = (SELECT max(id) FROM sessions)",
    );
    let page = phone.get("/settings/profile");
    page.row("Firefox on Linux").expect(200, "This one");
    let rows = page.all("li.entry");
    assert_eq!(rows.len(), 2, "{rows:?}");
    assert_eq!(rows.iter().filter(|row| row.contains("This one")).count(), 1);
    // Nobody else's, and none that has expired.
    assert_eq!(cast.manager.get("/settings/profile").all("li.entry").len(), 1);
    instance.execute(
        "UPDATE sessions SET expires_at = '2020-01-01 00:00:00' \
         WHERE id = (SELECT max(id) FROM sessions)",
    );
    assert_eq!(cast.agent.get("/settings/profile").all("li.entry").len(), 1);
}

#[test]
fn signing_out_everywhere_ends_every_session_of_that_person() {
    let (instance, cast) = Instance::with_cast();
    let phone = instance.browser();
    sign_in(&phone, MIA);
    let page = phone.get("/settings/profile").form("Sign out everywhere").submit();
    page.expect(200, "You are signed out everywhere.");
    assert!(!is_signed_in(&phone));
    assert!(!is_signed_in(&cast.agent.browser));
    assert_eq!(instance.sessions_of(MIA), 0);
    assert!(is_signed_in(&cast.admin.browser));
}

#[test]
fn a_new_password_ends_the_other_sessions_and_keeps_this_one() {
    let (instance, cast) = Instance::with_cast();
    let here = instance.browser();
    sign_in(&here, MIA);
    let before = here.twin();
    let page = here.get("/settings/profile").form("Change password");
    let page = page.with("Current password", PASSWORD).with("New password", NEW_PASSWORD).submit();
    page.expect(200, "Your password is changed. Your other sessions have ended.");
    page.expect(200, "Sprocket & Co");
    assert!(is_signed_in(&here));
    assert_ne!(key(&here), key(&before));
    assert!(!is_signed_in(&before), "the key before the change is dead");
    assert!(!is_signed_in(&cast.agent.browser));
    assert_eq!(instance.sessions_of(MIA), 1);
    assert_eq!(type_in(&instance.browser(), MIA, PASSWORD).status, 422);
    assert_eq!(type_in(&instance.browser(), MIA, NEW_PASSWORD).status, 303);
}

#[test]
fn a_new_password_voids_a_link_that_was_on_its_way() {
    let (instance, cast) = Instance::with_cast();
    instance.browser().post("/forgot-password", &[("email", MIA)]).expect(200, "Check your mail");
    let link = instance.reset_link(MIA);
    let form = cast.agent.get("/settings/profile").form("Change password");
    form.with("Current password", PASSWORD)
        .with("New password", NEW_PASSWORD)
        .submit()
        .expect(200, "Your password is changed.");
    instance.browser().get(&link).expect(410, "This link no longer works");
}
