//! What a password must be, wherever one is chosen.

use super::{NEW_PASSWORD, founding, is_signed_in, type_in};
use crate::support::{Browser, Instance, PASSWORD, Page, found};

const EMAIL: &str = "ana@sprocket.example";
const TOO_EASY: &str = "This password is too easy to guess.";

/// Sends a password by some form, and the field that says what is wrong with it.
type Way = (&'static str, fn(&Instance, &Browser, &str) -> Page);

const WAYS: [Way; 4] = [
    ("#new_password-error", |_, browser, password| {
        browser
            .get("/settings/profile")
            .form("Change password")
            .with("Current password", PASSWORD)
            .with("New password", password)
            .submit()
    }),
    ("#password-error", |instance, _, password| {
        founding(&instance.browser(), "new@sprocket.example").with("Password", password).submit()
    }),
    ("#password-error", |instance, _, password| {
        // Links are limited too, which is not the point here.
        instance.execute("DELETE FROM attempts");
        let browser = instance.browser();
        browser.post("/forgot-password", &[("email", EMAIL)]).expect(200, "Check your mail");
        browser
            .get(&instance.reset_link(EMAIL))
            .form("Save password")
            .with("New password", password)
            .submit()
    }),
    ("#password-error", |instance, browser, password| {
        if instance.count("SELECT count(*) FROM invitations") == 0 {
            browser
                .get("/settings/team/invite")
                .form("Send invite")
                .with("Email address", "bo@sprocket.example")
                .submit();
        }
        instance
            .browser()
            .get(&instance.mailed_invitation("bo@sprocket.example"))
            .form("Accept invitation")
            .with("Your name", "Bo Lindgren")
            .with("Password", password)
            .submit()
    }),
];

#[test]
fn a_weak_password_is_refused_with_the_reason_wherever_one_is_chosen() {
    for (error, send) in WAYS {
        let instance = Instance::start_with(|config| config.signups_open = true);
        let (_, ana) = found(&instance, "Sprocket & Co", "Ana Silva", EMAIL);
        for (password, reason) in [
            ("", "Please choose a password of at least 8 characters."),
            ("short", "Please choose a password of at least 8 characters."),
            ("password1234", "This is a very common password."),
            ("qwertyuiop", TOO_EASY),
            ("aaaaaaaaaaaaaa", "Repeats"),
        ] {
            let page = send(&instance, &ana.browser, password);
            assert_eq!(page.status, 422, "{password:?} at {}", page.path);
            let said = page.all(error);
            assert!(
                said.len() == 1 && said[0].contains(reason),
                "{password:?} at {}: {said:?}",
                page.path
            );
            assert!(!page.body.contains("value=\"password1234\""), "it is not sent back");
        }
        let longest = "x9".repeat(513);
        let page = send(&instance, &ana.browser, &longest);
        assert_eq!(page.all(error), ["This is longer than 1024 bytes."], "at {}", page.path);
    }
}

#[test]
fn a_password_made_of_oneself_is_refused() {
    let instance = Instance::start();
    let browser = instance.browser();
    for password in ["Ana Silva 12", "ana@sprocket.example", "sprocketsprocket1"] {
        let page = founding(&browser, EMAIL).with("Password", password).submit();
        assert_eq!(page.status, 422, "{password}");
        assert!(page.all("#password-error")[0].starts_with(TOO_EASY), "{password}");
    }
}

#[test]
fn no_rule_of_composition_stands_in_the_way_and_spaces_count() {
    let instance = Instance::start();
    let browser = instance.browser();
    let password = " grüne wolken über dem hafen ";
    founding(&browser, EMAIL).with("Password", password).submit().expect(200, "created.");
    let other = instance.browser();
    assert_eq!(super::type_in(&other, EMAIL, password.trim()).status, 422);
    assert_eq!(super::type_in(&other, EMAIL, password).status, 303);
}

#[test]
fn a_double_click_changes_the_password_once_and_both_are_told_the_same() {
    let (instance, cast) = Instance::with_cast();
    let elsewhere = instance.browser();
    assert_eq!(type_in(&elsewhere, &cast.agent.email, PASSWORD).status, 303);
    let form = cast.agent.get("/settings/profile").form("Change password");
    let form = form.with("Current password", PASSWORD).with("New password", NEW_PASSWORD);
    let changed = "Your password is changed. Your other sessions have ended.";
    let before = instance.count("SELECT count(*) FROM attempts");
    form.submit().expect(200, changed);
    form.submit().expect(200, changed);
    assert_eq!(instance.count("SELECT count(*) FROM attempts"), before, "nothing was wrong");
    assert!(is_signed_in(&cast.agent.browser) && !is_signed_in(&elsewhere));
    let sessions = "SELECT count(*) FROM sessions s JOIN memberships m ON m.user_id = s.user_id
                    WHERE m.id = ";
    assert_eq!(instance.count(&format!("{sessions}{}", cast.agent.membership_id)), 1);
    assert_eq!(type_in(&instance.browser(), &cast.agent.email, NEW_PASSWORD).status, 303);
    // The same page with other words is another form.
    let wrong = "This is not your current password.";
    form.clone().with("New password", "copper thistle harbor lamp").submit().expect(422, wrong);
    form.clone().with("New password", "").submit().expect(422, wrong);
    instance.execute("DELETE FROM attempts");
    let other = cast.agent.get("/settings/profile").form("Change password");
    let other = other.with("Current password", PASSWORD).with("New password", NEW_PASSWORD);
    other.submit().expect(422, wrong);
    // Once the password is another one, the first form says nothing any more.
    let form_of_now = cast.agent.get("/settings/profile").form("Change password");
    let form_of_now = form_of_now.with("Current password", NEW_PASSWORD);
    form_of_now.with("New password", "copper thistle harbor lamp").submit().expect(200, changed);
    form.submit().expect(422, wrong);
    assert_eq!(type_in(&instance.browser(), &cast.agent.email, NEW_PASSWORD).status, 422);
}
