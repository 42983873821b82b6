//! Nobody can wait inside somebody else's address: only a mailed link proves
//! one, and whoever was in it before is put out when it is proved.

use super::{BO, NEW_PASSWORD, TEAM, invite, join_as_new, token};
use crate::support::{Browser, Cast, Instance, PASSWORD, add_member};
use baton::policy::Role;

/// What the squatter chose when they took the address of somebody else.
const SQUATTING: &str = "crooked copper engine 9";

/// An installation with open signups, where somebody has registered with Bo's
/// address before Bo was ever invited.
fn squatted() -> (Instance, Cast, Browser) {
    let instance = Instance::start_with(|config| config.signups_open = true);
    let cast = Cast::create(&instance);
    let squatter = instance.browser();
    let form = squatter.get("/register").form("Create workspace");
    form.with("Workspace name", "Trap")
        .with("Your name", "Bo, allegedly")
        .with("Email address", BO)
        .with("Password", SQUATTING)
        .submit()
        .expect(200, "created.");
    assert!(!instance.is_proved(BO));
    (instance, cast, squatter)
}

fn is_signed_in(browser: &Browser) -> bool {
    browser.get_once("/workspaces").status == 200
}

fn is_member_of(instance: &Instance, workspace_id: i64, email: &str) -> bool {
    instance.count(&format!(
        "SELECT count(*) FROM memberships m JOIN users u ON u.id = m.user_id
         WHERE m.workspace_id = {workspace_id} AND u.email = '{email}' AND m.ended_at IS NULL"
    )) == 1
}

fn opens(instance: &Instance, password: &str) -> bool {
    let fields = [("email", BO), ("password", password)];
    instance.browser().post_once("/login", &fields).status == 303
}

#[test]
fn a_mailed_link_proves_the_address_and_a_copied_one_does_not() {
    let (instance, cast) = Instance::with_cast();
    invite(&cast.admin, BO, "Agent");
    let (browser, _) = join_as_new(&instance, &instance.copied_invitation(BO), "Bo Lindgren");
    assert!(!instance.is_proved(BO));
    browser.get("/settings/profile").expect(200, "Not confirmed");
    invite(&cast.admin, "cy@sprocket.example", "Agent");
    let link = instance.mailed_invitation("cy@sprocket.example");
    let (browser, _) = join_as_new(&instance, &link, "Cy Twombly");
    assert!(instance.is_proved("cy@sprocket.example"));
    browser.get("/settings/profile").expect(200, "Confirmed");
}

#[test]
fn an_unproved_user_cannot_accept_by_a_copied_link() {
    let (instance, cast, squatter) = squatted();
    invite(&cast.admin, BO, "Agent");
    let link = instance.copied_invitation(BO);
    // Whether the squatter is signed in or types the password they chose.
    for browser in [&squatter, &instance.browser()] {
        let page = browser.get(&link);
        page.expect(200, "it has not been confirmed yet");
        page.expect(200, "Open the link in the invitation mail: that confirms it.");
        assert!(!page.has_button("Accept invitation"));
        for password in ["", SQUATTING, NEW_PASSWORD] {
            let fields = [("token", token(&link)), ("name", "Bo"), ("password", password)];
            browser.post_once("/register", &fields).expect(409, "has not been confirmed yet");
        }
    }
    assert!(!is_member_of(&instance, cast.workspace_id, BO));
    assert!(opens(&instance, SQUATTING), "a refusal changes nothing");
    cast.admin.get(TEAM).row(BO).expect(200, "Pending");
}

#[test]
fn the_mailed_link_puts_the_squatter_out_and_asks_for_a_new_password() {
    let (instance, cast, squatter) = squatted();
    invite(&cast.admin, BO, "Agent");
    let link = instance.mailed_invitation(BO);
    let seen = "public_name = 'Trap', signature = 'Buy at Trap!'";
    instance.execute(&format!("UPDATE users SET {seen} WHERE email = '{BO}'"));
    let bo = instance.browser();
    let page = bo.get(&link);
    page.expect(200, "This link proves your address, so choose a new password.");
    assert_eq!(page.attribute("#name", "value"), "Bo, allegedly", "to be seen and changed");
    // Looking alone changes nothing.
    assert!(is_signed_in(&squatter));
    let form = page.form("Accept invitation").with("Your name", "Bo Lindgren");
    let page = form.with("Password", NEW_PASSWORD).submit();
    page.expect(200, "You joined Sprocket & Co.");
    assert!(instance.is_proved(BO));
    let own = "name = 'Bo Lindgren' AND public_name IS NULL AND signature = ''";
    assert_eq!(instance.count(&format!("SELECT count(*) FROM users WHERE {own}")), 1);
    assert!(!is_signed_in(&squatter), "every session from before has ended");
    assert!(!opens(&instance, SQUATTING));
    assert!(opens(&instance, NEW_PASSWORD));
    assert!(is_member_of(&instance, cast.workspace_id, BO));
}

#[test]
fn the_squatter_signed_in_with_the_mailed_link_needs_a_new_password_too() {
    // Whoever reads the mail and is signed in may be Bo after all.
    let (instance, cast, squatter) = squatted();
    let elsewhere = squatter.twin();
    let fields = [("email", BO), ("password", SQUATTING)];
    assert_eq!(elsewhere.post_once("/login", &fields).status, 303);
    invite(&cast.admin, BO, "Agent");
    let link = instance.mailed_invitation(BO);
    let page = elsewhere.get(&link);
    page.expect(200, "choose a new password");
    // Not by the button alone, nor with the old password in its place unseen.
    let page = page.form("Accept invitation").with("Password", "").submit();
    assert_eq!(page.status, 422);
    assert!(!is_member_of(&instance, cast.workspace_id, BO));
    page.form("Accept invitation")
        .with("Password", NEW_PASSWORD)
        .submit()
        .expect(200, "You joined Sprocket & Co.");
    assert!(!is_signed_in(&squatter));
    assert_eq!(instance.sessions_of(BO), 1);
}

#[test]
fn links_that_the_squatter_had_asked_for_are_void_once_the_address_is_proved() {
    let (instance, cast, squatter) = squatted();
    // A way back in through an address of their own.
    let form = squatter.get("/settings/profile").form("Change address");
    form.with("New address", "squatter@evil.example")
        .with("Current password", SQUATTING)
        .submit()
        .expect(200, "A link is on its way to squatter@evil.example.");
    let back_door = instance.proof_link("squatter@evil.example");
    instance.browser().get(&back_door).expect(200, "Confirm your address");
    invite(&cast.admin, BO, "Agent");
    let page = instance.browser().get(&instance.mailed_invitation(BO));
    page.form("Accept invitation").with("Password", NEW_PASSWORD).submit().expect(200, "joined");
    instance.browser().get(&back_door).expect(410, "This link no longer works");
    let fields = [("token", token(&back_door))];
    assert_eq!(squatter.post_once("/verify-address", &fields).status, 410);
    assert!(instance.is_proved(BO));
}

#[test]
fn a_reset_by_mail_puts_the_squatter_out_as_well() {
    let (instance, cast, squatter) = squatted();
    instance.browser().post("/forgot-password", &[("email", BO)]);
    let page = instance.browser().get(&instance.reset_link(BO));
    page.form("Save password").with("New password", NEW_PASSWORD).submit().expect(200, "saved.");
    assert!(instance.is_proved(BO) && !is_signed_in(&squatter) && !opens(&instance, SQUATTING));
    // Proved now, so even a copied link will do, with the new password.
    invite(&cast.admin, BO, "Agent");
    let form = instance.browser().get(&instance.copied_invitation(BO)).form("Accept invitation");
    let page = form.with("Password", SQUATTING).submit();
    assert_eq!(page.status, 422);
    let form = page.form("Accept invitation");
    form.with("Password", NEW_PASSWORD).submit().expect(200, "You joined Sprocket & Co.");
}

#[test]
fn who_came_by_a_copied_link_cannot_go_on_to_a_further_workspace_by_one() {
    let (instance, cast) = Instance::with_cast();
    invite(&cast.admin, BO, "Agent");
    let (bo, _) = join_as_new(&instance, &instance.copied_invitation(BO), "Bo Lindgren");
    invite(&cast.outsider, BO, "Administrator");
    let link = instance.copied_invitation(BO);
    let page = bo.get(&link);
    page.expect(200, "it has not been confirmed yet").click("Back to the inbox");
    assert_eq!(instance.browser().get(&link).link("Back to Sign in"), "/login");
    let fields = [("token", token(&link)), ("password", NEW_PASSWORD)];
    bo.post_once("/register", &fields).expect(409, "has not been confirmed yet");
    assert!(!is_member_of(&instance, cast.other_workspace_id, BO));
    // Proving the address in the profile opens the way.
    bo.get("/settings/profile").form("Send confirmation link").submit();
    let page = bo.get(&instance.proof_link(BO));
    page.expect(200, "is yours. You then choose a new password, and are signed out everywhere.");
    let page = page.form("Confirm address").submit();
    page.form("Save password").with("New password", SQUATTING).submit().expect(200, "saved.");
    bo.get(&link).form("Accept invitation").submit().expect(200, "You joined Rival Ltd.");
}

#[test]
fn an_unproved_user_without_any_workspace_starts_over_by_a_copied_link() {
    let (instance, cast) = Instance::with_cast();
    invite(&cast.admin, BO, "Agent");
    let (first, _) = join_as_new(&instance, &instance.copied_invitation(BO), "Bo, allegedly");
    // A link on its way from those days.
    let form = first.get("/settings/profile").form("Change address");
    form.with("New address", "squatter@evil.example")
        .with("Current password", NEW_PASSWORD)
        .submit()
        .expect(200, "A link is on its way");
    let back_door = instance.proof_link("squatter@evil.example");
    let page = cast.admin.get(TEAM).row(BO).click("Remove").form("Remove member").submit();
    page.expect(200, "removed.");
    // Signed in without a workspace, waiting.
    let fields = [("email", BO), ("password", NEW_PASSWORD)];
    assert_eq!(first.post_once("/login", &fields).status, 303);
    first.get("/inbox").expect(200, "You are not in any workspace");
    invite(&cast.admin, BO, "Agent");
    let form = instance.browser().get(&instance.copied_invitation(BO)).form("Accept invitation");
    form.with("Password", SQUATTING).submit().expect(200, "You joined Sprocket & Co.");
    assert!(!is_signed_in(&first), "nothing of whoever was in it before lasts");
    assert!(!opens(&instance, NEW_PASSWORD));
    instance.browser().get(&back_door).expect(410, "This link no longer works");
    assert!(!instance.is_proved(BO));
}

#[test]
fn a_user_made_while_the_form_was_open_does_not_slip_in() {
    let (instance, cast) = Instance::with_cast();
    invite(&cast.admin, BO, "Agent");
    let link = instance.copied_invitation(BO);
    let form = instance.browser().get(&link).form("Accept invitation");
    let form = form.with("Your name", "Bo Lindgren").with("Password", NEW_PASSWORD);
    // The same address registers elsewhere in between.
    let squatter = add_member(&instance, cast.other_workspace_id, "Eve", BO, Role::Agent);
    instance.unprove(BO);
    form.submit().expect(409, "it has not been confirmed yet");
    assert!(!is_member_of(&instance, cast.workspace_id, BO));
    assert!(is_signed_in(&squatter.browser));
}

#[test]
fn an_address_proved_elsewhere_needs_its_own_password_whatever_the_link() {
    let (instance, cast) = Instance::with_cast();
    invite(&cast.admin, "olga@rival.example", "Agent");
    for link in [
        instance.mailed_invitation("olga@rival.example"),
        instance.copied_invitation("olga@rival.example"),
    ] {
        // A reader of her mail who is not her gets no further than the door.
        let form = instance.browser().get(&link).form("Accept invitation");
        let page = form.with("Password", NEW_PASSWORD).submit();
        assert_eq!(page.all("#password-error"), ["This is not the password of this address."]);
    }
    let fields = [("email", "olga@rival.example"), ("password", PASSWORD)];
    assert_eq!(instance.browser().post_once("/login", &fields).status, 303, "hers is unchanged");
}

#[test]
fn a_proved_address_stays_proved_when_a_copied_link_is_accepted() {
    let (instance, cast) = Instance::with_cast();
    invite(&cast.admin, "olga@rival.example", "Agent");
    let link = instance.copied_invitation("olga@rival.example");
    cast.outsider.get(&link).form("Accept invitation").submit().expect(200, "You joined");
    assert!(instance.is_proved("olga@rival.example"));
}
