//! The first workspace, and those after it.

use baton::models::user::NewUser;
use baton::models::workspace::{self, Founder};

use super::{NEW_PASSWORD, founding, type_in};
use crate::races::at_once;
use crate::support::{Browser, Instance, PASSWORD, Page, found};

const WORKSPACES: &str = "SELECT count(*) FROM workspaces";

#[test]
fn the_first_person_creates_a_workspace_and_is_its_administrator() {
    let instance = Instance::start();
    let browser = instance.browser();
    browser.get("/login").click("Create a workspace").expect(200, "Create a workspace");
    let inbox = founding(&browser, "ana@sprocket.example").submit();
    inbox.expect(200, "Workspace Sprocket & Co created.");
    inbox.expect(200, "Try your chat");
    let team = browser.get("/settings/team");
    team.expect(200, "1 of 3 seats used");
    team.row("ana@sprocket.example").expect(200, "Administrator, the last one");
    let settings = browser.get("/settings/workspace").form("Save workspace");
    assert_eq!(settings.value("workspace_name"), Some("Sprocket & Co"));
    assert_eq!(settings.value("timezone"), Some("Europe/Lisbon"));
    // A typed address is not a proved one.
    assert!(!instance.is_proved("ana@sprocket.example"));
    browser.get("/settings/profile").expect(200, "Not confirmed");
}

#[test]
fn each_field_of_an_empty_form_says_what_is_missing() {
    let instance = Instance::start();
    let fields = [("workspace_name", ""), ("name", ""), ("email", ""), ("password", "")];
    let page = instance.browser().post("/register", &fields);
    page.expect(422, "Please choose a password of at least 8 characters.");
    assert_eq!(page.text().matches("Please fill this in.").count(), 3, "{}", page.text());
    // The zone stands on UTC where no script chooses another.
    assert!(!page.says("Choose a time zone"), "{}", page.text());
}

#[test]
fn the_next_person_is_told_that_an_invitation_is_needed() {
    let instance = Instance::start();
    let prepared = founding(&instance.browser(), "late@sprocket.example");
    let (_, ana) = found(&instance, "Sprocket & Co", "Ana Silva", "ana@sprocket.example");
    let inside = ana.get("/register").click("Open the inbox");
    inside.expect(200, "Unassigned");
    let browser = instance.browser();
    browser.get("/register").expect(403, "You need an invitation");
    prepared.submit().expect(403, "You need an invitation");
    let sign_in = browser.get("/login");
    sign_in.expect(200, "An Administrator of your team can invite you.");
    assert_eq!(sign_in.find_link("Create a workspace"), None);
    assert_eq!(instance.count(WORKSPACES), 1);
}

#[test]
fn with_open_signups_everybody_may_create_a_workspace() {
    let instance = Instance::start_with(|config| config.signups_open = true);
    found(&instance, "Rival Ltd", "Olga Petrova", "olga@rival.example");
    let browser = instance.browser();
    browser.get("/login").click("Create a workspace");
    founding(&browser, "ana@sprocket.example").submit().expect(200, "created.");
    assert_eq!(instance.count(WORKSPACES), 2);
}

#[test]
fn a_double_click_creates_one_workspace_and_leads_into_it() {
    for is_open in [false, true] {
        let instance = Instance::start_with(|config| config.signups_open = is_open);
        let browser = instance.browser();
        let form = founding(&browser, "ana@sprocket.example");
        // The second press carries no session yet: its answer is the one that is followed.
        let anew = instance.browser();
        form.submit_as(&anew);
        form.submit().expect(200, "Workspace Sprocket & Co created.");
        assert_eq!(instance.count(WORKSPACES), 1);
        // Nobody else gets in by naming it.
        let stranger = instance.browser();
        let fields = [
            ("workspace_name", "Sprocket & Co"),
            ("name", "Eve"),
            ("email", "ana@sprocket.example"),
            ("password", "not the right one at all"),
        ];
        let refused = stranger.post_once("/register", &fields);
        let status = if is_open { 422 } else { 403 };
        assert_eq!(refused.status, status, "{}", refused.text());
    }
}

#[test]
fn a_form_that_is_sent_four_times_at_once_creates_one_workspace_and_leads_into_it() {
    for is_open in [false, true] {
        let instance = Instance::start_with(|config| config.signups_open = is_open);
        let forms: Vec<_> =
            (0..4).map(|_| founding(&instance.browser(), "ana@sprocket.example")).collect();
        let answers = at_once(forms.iter().map(|form| move || form.submit_once().status).collect());
        assert_eq!(answers, [303; 4]);
        assert_eq!(instance.count(WORKSPACES), 1);
    }
}

#[test]
fn of_sixteen_first_registrations_at_once_one_succeeds() {
    let instance = Instance::start();
    let forms: Vec<_> = (0..16)
        .map(|n| founding(&instance.browser(), &format!("person{n}@sprocket.example")))
        .collect();
    let answers = at_once(forms.iter().map(|form| move || form.submit_once().status).collect());
    assert_eq!(answers.iter().filter(|status| **status == 303).count(), 1, "{answers:?}");
    assert_eq!(answers.iter().filter(|status| **status == 403).count(), 15, "{answers:?}");
    for table in ["workspaces", "users", "memberships", "inboxes", "sessions"] {
        assert_eq!(instance.count(&format!("SELECT count(*) FROM {table}")), 1, "{table}");
    }
}

#[test]
fn of_sixteen_who_found_in_the_same_moment_one_succeeds() {
    // Hashing spreads the requests above; here nothing does.
    let instance = Instance::start();
    let found = |n: usize| {
        let founder = Founder::New(NewUser {
            email: format!("person{n}@sprocket.example"),
            name: "Ana Silva".to_owned(),
            password_hash: "nobody signs in".to_owned(),
            is_verified: false,
        });
        instance
            .verb(|conn| workspace::found(conn, "Sprocket & Co", "UTC", &founder, false))
            .is_ok()
    };
    let founded = at_once((0..16).map(|n| move || found(n)).collect());
    assert_eq!(founded.iter().filter(|done| **done).count(), 1);
    assert_eq!(instance.count(WORKSPACES), 1);
    assert_eq!(instance.count("SELECT count(*) FROM users"), 1);
}

#[test]
fn each_mistake_is_told_beside_its_field_and_nothing_typed_is_lost() {
    let instance = Instance::start();
    let browser = instance.browser();
    let page = browser
        .get("/register")
        .form("Create workspace")
        .with("Workspace name", "  ")
        .with("Your name", "Ana \u{7} Silva")
        .with("Email address", "ana at sprocket")
        .with("Password", NEW_PASSWORD)
        .set("timezone", "Europe/Atlantis")
        .submit();
    assert_eq!(page.status, 422);
    assert_eq!(page.all("#workspace_name-error"), ["Please fill this in."]);
    assert_eq!(page.all("#name-error"), ["This contains control characters. Please remove them."]);
    assert_eq!(page.all("#email-error"), ["This is not an email address."]);
    assert_eq!(page.all("#timezone-error"), ["Choose a time zone from the list."]);
    let form = page.form("Create workspace");
    assert_eq!(form.value("email"), Some("ana at sprocket"));
    assert_eq!(form.value("name"), Some("Ana \u{7} Silva"));
    assert_eq!(form.value("password"), Some(""), "a password never comes back");
    assert_eq!(instance.count(WORKSPACES), 0);
}

#[test]
fn names_may_have_two_hundred_characters_and_no_more() {
    let instance = Instance::start();
    let browser = instance.browser();
    let (long, too_long) = ("ü".repeat(200), "ü".repeat(201));
    let page = founding(&browser, "ana@sprocket.example")
        .with("Workspace name", &too_long)
        .with("Your name", &too_long)
        .submit();
    let reason = "This is longer than 200 characters: it has 201.";
    assert_eq!(page.status, 422);
    assert_eq!(page.all("#workspace_name-error"), [reason]);
    assert_eq!(page.all("#name-error"), [reason]);
    assert_eq!(page.form("Create workspace").value("name"), Some(too_long.as_str()));
    founding(&browser, "ana@sprocket.example")
        .with("Workspace name", &long)
        .with("Your name", &long)
        .submit()
        .expect(200, "created.");
    browser.get("/settings/team").row("ana@sprocket.example").expect(200, &long);
    // What registration took, the other forms take too.
    let profile = browser.get("/settings/profile");
    profile.form("Save profile").submit().expect(200, "Your profile is saved.");
    assert_eq!(profile.attribute("#name", "maxlength"), "200");
}

#[test]
fn addresses_are_trimmed_and_lower_cased_beyond_ascii() {
    let instance = Instance::start();
    let browser = instance.browser();
    founding(&browser, "  ÅSA.Öberg@Sprocket.Example ").submit().expect(200, "created.");
    browser.get("/settings/profile").expect(200, "You sign in as åsa.öberg@sprocket.example.");
    let other = instance.browser();
    let page = type_in(&other, " åsa.ÖBERG@SPROCKET.example", NEW_PASSWORD);
    assert_eq!(page.location().as_deref(), Some("/inbox"));
    assert_eq!(instance.count("SELECT count(*) FROM users"), 1);
}

#[test]
fn whoever_has_a_user_already_creates_another_workspace_with_their_own_password_only() {
    let instance = Instance::start_with(|config| config.signups_open = true);
    found(&instance, "Rival Ltd", "Olga Petrova", "olga@rival.example");
    let stranger = instance.browser();
    let page = founding(&stranger, "Olga@Rival.example").submit();
    assert_eq!(page.status, 422);
    assert_eq!(
        page.all("#password-error"),
        ["There is already a user with this address. Type that user's password."]
    );
    assert_eq!(page.form("Create workspace").value("workspace_name"), Some("Sprocket & Co"));
    assert_eq!(instance.count(WORKSPACES), 1);
    let page = founding(&stranger, "olga@rival.example").with("Password", PASSWORD).submit();
    page.expect(200, "Workspace Sprocket & Co created.");
    assert_eq!(instance.count("SELECT count(*) FROM users"), 1);
    let choices = stranger.get("/workspaces");
    choices.expect(200, "Rival Ltd");
    choices.expect(200, "Sprocket & Co");
}

#[test]
fn a_password_that_nobody_may_have_does_not_tell_who_has_a_user() {
    let instance = Instance::start_with(|config| config.signups_open = true);
    found(&instance, "Rival Ltd", "Olga Petrova", "olga@rival.example");
    let stranger = instance.browser();
    for password in ["x", "password1234"] {
        let told = |email: &str| {
            let page = founding(&stranger, email).with("Password", password).submit();
            assert_eq!(page.status, 422);
            page.all("#password-error")
        };
        let of_nobody = told("nobody@rival.example");
        assert_eq!(of_nobody.len(), 1);
        assert_eq!(told("olga@rival.example"), of_nobody, "{password}");
    }
}

#[test]
fn someone_signed_in_finds_their_own_name_and_address_filled_in() {
    let instance = Instance::start_with(|config| config.signups_open = true);
    let (_, olga) = found(&instance, "Rival Ltd", "Olga Petrova", "olga@rival.example");
    let form = olga.get("/register").form("Create workspace");
    assert_eq!(form.value("name"), Some("Olga Petrova"));
    assert_eq!(form.value("email"), Some("olga@rival.example"));
}

#[test]
fn someone_signed_in_is_asked_for_the_password_they_have() {
    let instance = Instance::start_with(|config| config.signups_open = true);
    let (_, olga) = found(&instance, "Rival Ltd", "Olga Petrova", "olga@rival.example");
    found(&instance, "Sprocket", "Ana Silva", "ana@sprocket.example");
    let asks = |page: &Page| page.attribute("#password", "autocomplete");
    let page = olga.get("/register");
    assert_eq!(asks(&page), "current-password");
    page.expect(200, "The password you sign in with.");
    let form = page.form("Create workspace").with("Workspace name", "Rival Two");
    for wrong in ["x", NEW_PASSWORD] {
        let page = form.clone().with("Password", wrong).submit();
        assert_eq!((page.status, asks(&page)), (422, "current-password".to_owned()));
        assert_eq!(page.all("#password-error"), ["This is not your password."]);
    }
    // Of another address they learn what a stranger does.
    let other = |browser: &Browser| {
        let page = founding(browser, "ana@sprocket.example").submit();
        assert_eq!((page.status, asks(&page)), (422, "new-password".to_owned()));
        page.all("#password-error")
    };
    assert_eq!(other(&olga.browser), other(&instance.browser()));
    form.with("Password", PASSWORD).submit().expect(200, "Workspace Rival Two created.");
    assert_eq!(asks(&instance.browser().get("/register")), "new-password");
}
