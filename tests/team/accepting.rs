//! Accepting an invitation, by everybody who may open its link.

use super::{BO, NEW_PASSWORD, TEAM, invited, join_as_new, token};
use crate::races::at_once;
use crate::support::{Instance, PASSWORD};

const OLGA: &str = "olga@rival.example";
const MEMBERS: &str = "SELECT count(*) FROM memberships WHERE ended_at IS NULL";

#[test]
fn a_new_person_accepts_with_a_name_and_a_password() {
    let (instance, cast) = Instance::with_cast();
    let link = invited(&instance, &cast, BO, "Manager");
    let browser = instance.browser();
    // A GET uses nothing up.
    for _ in 0..3 {
        browser.get(&link).expect(200, "Ana Silva invites you as Manager");
    }
    let page = browser.get(&link);
    page.expect(200, "Join Sprocket & Co");
    assert_eq!(page.attribute("#email", "value"), BO);
    page.attribute("#email", "readonly");
    let form = page.form("Accept invitation").with("Your name", "  Bo Lindgren ");
    // The address is the invitation's, whatever is sent along.
    let inbox = form.with("Password", NEW_PASSWORD).set("email", "evil@rival.example").submit();
    inbox.expect(200, "You joined Sprocket & Co.");
    inbox.expect(200, "Unassigned");
    let row = cast.admin.get(TEAM).row(BO);
    row.expect(200, "Bo Lindgren");
    row.expect(200, "Active");
    assert_eq!(row.form("Change role").value("role"), Some("manager"));
    cast.admin.get(TEAM).expect(200, "5 of 10 seats used. ");
    assert!(instance.is_proved(BO));
    // The inviter is told, and nobody else.
    cast.admin.get("/notifications").expect(200, "Bo Lindgren accepted your invitation");
    assert!(!cast.manager.get("/notifications").says("accepted"));
    // Later they sign in as anybody does.
    let fields = [("email", BO), ("password", NEW_PASSWORD)];
    assert_eq!(instance.browser().post_once("/login", &fields).status, 303);
}

#[test]
fn an_invitation_is_accepted_once() {
    let (instance, cast) = Instance::with_cast();
    let link = invited(&instance, &cast, BO, "Agent");
    let copied = instance.copied_invitation(BO);
    let row = cast.admin.get(TEAM).row(BO);
    let (bo, _) = join_as_new(&instance, &link, "Bo Lindgren");
    for (link, browser) in [(&link, &instance.browser()), (&copied, &bo)] {
        browser.get(link).expect(410, "This invitation has already been accepted");
        let fields = [("token", token(link)), ("name", "Eve"), ("password", NEW_PASSWORD)];
        browser.post_once("/register", &fields).expect(410, "The link works once.");
    }
    assert_eq!(instance.count(MEMBERS), 6);
    // And nobody sends or revokes it any more.
    for button in ["Resend", "Revoke"] {
        row.form(button)
            .submit()
            .expect(409, "bo@sprocket.example has already accepted the invitation.");
    }
}

#[test]
fn of_many_who_accept_at_once_one_gets_in() {
    let (instance, cast) = Instance::with_cast();
    let link = invited(&instance, &cast, BO, "Agent");
    let form = instance.browser().get(&link).form("Accept invitation");
    let form = form.with("Your name", "Bo Lindgren").with("Password", NEW_PASSWORD);
    let send = || form.submit_as(&instance.browser()).status;
    let statuses = at_once(vec![send; 8]);
    assert_eq!(statuses.iter().filter(|status| **status == 303).count(), 1, "{statuses:?}");
    assert!(statuses.iter().all(|status| [303, 410].contains(status)), "{statuses:?}");
    assert_eq!(instance.count(MEMBERS), 6);
    assert_eq!(instance.sessions_of(BO), 1);
    assert_eq!(instance.count("SELECT count(*) FROM notifications"), 1);
}

#[test]
fn what_is_wrong_is_told_beside_its_field_and_the_name_is_kept() {
    let (instance, cast) = Instance::with_cast();
    let link = invited(&instance, &cast, BO, "Agent");
    let send = |name: &str, password: &str| {
        let form = instance.browser().get(&link).form("Accept invitation");
        form.with("Your name", name).with("Password", password).submit()
    };
    let page = send("  ", NEW_PASSWORD);
    assert_eq!((page.status, page.all("#name-error")), (422, vec!["Please fill this in.".into()]));
    let page = send("Bo Lindgren", "sprocket");
    assert_eq!(page.status, 422);
    assert!(page.all("#password-error")[0].contains("too easy to guess"));
    assert_eq!(page.form("Accept invitation").value("name"), Some("Bo Lindgren"));
    let page = send("Bo Lindgren", "Lindgren Bo");
    assert!(page.all("#password-error")[0].contains("too easy to guess"), "made of names");
    join_as_new(&instance, &link, "Bo Lindgren");
}

#[test]
fn someone_with_a_user_gives_its_password() {
    let (instance, cast) = Instance::with_cast();
    let link = invited(&instance, &cast, OLGA, "Agent");
    let browser = instance.browser();
    let page = browser.get(&link);
    page.expect(200, "The one you sign in to Baton with.");
    assert!(page.all("#name").is_empty(), "their name is known");
    let page = page.form("Accept invitation").with("Password", "guess").submit();
    assert_eq!(page.status, 422);
    assert_eq!(page.all("#password-error"), ["This is not the password of this address."]);
    let page = page.form("Accept invitation").with("Password", PASSWORD).submit();
    page.expect(200, "You joined Sprocket & Co.");
    cast.admin.get(TEAM).row(OLGA).expect(200, "Olga Petrova");
    assert_eq!(instance.count("SELECT count(*) FROM users"), 5);
    // Her own workspace and the sessions in it are as before.
    cast.outsider.get(TEAM).expect(200, "Rival Ltd");
    let choices = browser.get("/workspaces");
    choices.row("Sprocket & Co").expect(200, "Agent, where you are now");
    choices.row("Rival Ltd").expect(200, "Administrator");
}

#[test]
fn the_password_of_an_invited_address_cannot_be_guessed_without_end() {
    let (instance, cast) = Instance::with_cast();
    let link = invited(&instance, &cast, OLGA, "Agent");
    let guess = || {
        let form = instance.browser().get(&link).form("Accept invitation");
        form.with("Password", "guess").submit_once()
    };
    for _ in 0..10 {
        assert_eq!(guess().status, 422);
    }
    let page = guess();
    page.expect(429, "Too many attempts. Wait");
    assert_ne!(page.header("retry-after"), "");
}

#[test]
fn someone_signed_in_as_the_invited_address_just_presses_the_button() {
    let (instance, cast) = Instance::with_cast();
    // A mailed and a copied link alike: their address is proved already.
    for mailed in [true, false] {
        invited(&instance, &cast, OLGA, "Agent");
        let link = if mailed {
            instance.mailed_invitation(OLGA)
        } else {
            instance.copied_invitation(OLGA)
        };
        let page = cast.outsider.get(&link);
        assert!(page.all("#name").is_empty() && page.all("#password").is_empty());
        let before = cast.outsider.browser.cookie("baton_session");
        let inbox = page.form("Accept invitation").submit();
        inbox.expect(200, "You joined Sprocket & Co.");
        assert_ne!(cast.outsider.browser.cookie("baton_session"), before, "a new key");
        cast.outsider.get("/settings/profile").expect(200, "Sprocket & Co");
        let list = cast.admin.get(TEAM).row(OLGA).click("Remove").form("Remove member").submit();
        list.expect(200, "Olga Petrova removed.");
    }
}

#[test]
fn someone_signed_in_as_somebody_else_is_offered_to_sign_out_first() {
    let (instance, cast) = Instance::with_cast();
    let link = invited(&instance, &cast, BO, "Agent");
    let page = cast.outsider.get(&link);
    page.expect(200, "The invitation is for bo@sprocket.example");
    page.expect(200, "you are signed in as olga@rival.example");
    assert!(!page.has_button("Accept invitation"));
    // Not by a made-up request either.
    let fields = [("token", token(&link)), ("name", "Olga"), ("password", NEW_PASSWORD)];
    let refused = cast.outsider.browser.post_once("/register", &fields);
    refused.expect(409, "The invitation is for bo@sprocket.example");
    assert_eq!(instance.count(MEMBERS), 5);
    // Signing out comes back to the invitation.
    let page = page.form("Sign out and continue").submit();
    page.expect(200, "Join Sprocket & Co");
    assert!(page.has_button("Accept invitation"));
    assert_eq!(instance.sessions_of(OLGA), 0);
}

#[test]
fn a_link_that_was_made_up_or_belongs_elsewhere_opens_nothing() {
    let (instance, cast) = Instance::with_cast();
    let link = invited(&instance, &cast, BO, "Agent");
    let (id, signature) = token(&link).split_once('.').expect("a signed token");
    let flipped = if signature.starts_with('A') { "B" } else { "A" };
    instance.browser().post("/forgot-password", &[("email", OLGA)]);
    let reset = instance.reset_link(OLGA);
    let stranger = Instance::start();
    let foreign = stranger.app.signer.sign(
        baton::models::token::Purpose::MailedInvitation,
        id.parse().expect("a number"),
        "another nonce",
    );
    for made_up in [
        "",
        ".",
        id,
        "0.x",
        "-1.x",
        "99999999999999999999.x",
        token(&reset),
        &foreign,
        &format!("{id}."),
        &format!("{id}.{flipped}{}", &signature[1..]),
        &format!("{id}.{signature}x"),
        &format!("{}.{signature}", id.parse::<i64>().expect("a number") + 1),
    ] {
        let page = instance.browser().get(&format!("/register?token={made_up}"));
        page.expect(404, "This link does not work");
        let fields = [("token", made_up), ("name", "Eve"), ("password", NEW_PASSWORD)];
        assert_eq!(instance.browser().post_once("/register", &fields).status, 404, "{made_up}");
    }
    assert_eq!(instance.count(MEMBERS), 5);
}

#[test]
fn a_seat_that_an_operator_took_away_is_not_there_to_accept() {
    let (instance, cast) = Instance::with_cast();
    let link = invited(&instance, &cast, BO, "Agent");
    instance.execute("UPDATE plans SET seats = 4 WHERE code = 'growth'");
    let form = instance.browser().get(&link).form("Accept invitation");
    let form = form.with("Your name", "Bo Lindgren").with("Password", NEW_PASSWORD);
    let page = form.submit();
    page.expect(409, "No seat is left");
    page.expect(409, "Sprocket & Co has used all seats of its plan.");
    assert_eq!(instance.count("SELECT count(*) FROM users WHERE name = 'Bo Lindgren'"), 0);
    // The invitation stayed, and the name; with room it works.
    instance.execute("UPDATE plans SET seats = 5 WHERE code = 'growth'");
    let form = page.form("Accept invitation");
    assert_eq!(form.value("name"), Some("Bo Lindgren"));
    form.with("Password", NEW_PASSWORD).submit().expect(200, "You joined Sprocket & Co.");
}

#[test]
fn each_role_is_the_one_that_was_offered() {
    let (instance, cast) = Instance::with_cast();
    for (n, role) in ["Administrator", "Manager", "Agent"].into_iter().enumerate() {
        let email = format!("new{n}@sprocket.example");
        let link = invited(&instance, &cast, &email, role);
        instance.browser().get(&link).expect(200, &format!("invites you as {role}:"));
        let (browser, _) = join_as_new(&instance, &link, &format!("New {role}"));
        browser.get("/settings/profile").expect(200, &format!("New {role}, {role}"));
        assert_eq!(browser.get(TEAM).status, if role == "Administrator" { 200 } else { 403 });
    }
}
