//! Seats and invitations under many hands.

use baton::policy::Role;

use super::crowd::{add_members, add_user, signed_in};
use super::invariants::invariants;
use super::{ROUNDS, against, at_once, is_one_of, winners};
use crate::support::{Browser, Cast, Form, Instance};

/// Leaves this many seats free in the cast's workspace.
fn leave_seats(instance: &Instance, cast: &Cast, free: i64) {
    let id = cast.workspace_id;
    let members = instance.count(&format!(
        "SELECT count(*) FROM memberships WHERE workspace_id = {id} AND ended_at IS NULL"
    ));
    let seats = members + free;
    instance.execute(&format!("UPDATE plans SET seats = {seats} WHERE code = 'growth'"));
}

fn invite(browser: &Browser, email: &str) -> Form {
    let form = browser.get("/settings/team/invite").form("Send invite");
    form.with("Email address", email).with("Role", "Agent")
}

/// Invites this address, and answers the copied link's path and the way to revoke it.
fn invited(cast: &Cast, email: &str) -> (String, Form) {
    invite(&cast.admin.browser, email).submit().expect(200, email);
    let row = cast.admin.get("/settings/team").row(email);
    let link = row.click("Copy link").attribute("#link", "value");
    let path = link.find("/register").map(|at| link[at..].to_owned()).expect("a link to register");
    (path, row.form("Revoke"))
}

#[test]
fn of_sixty_four_invitations_one_gets_the_last_seat() {
    let (instance, cast) = Instance::with_cast();
    let admins = add_members(&instance, cast.workspace_id, Role::Administrator, 4);
    leave_seats(&instance, &cast, 1);
    let forms: Vec<Form> = (0..64)
        .map(|n| {
            let browser = admins[n % admins.len()].browser.twin();
            invite(&browser, &format!("new-{n}@sprocket.example"))
        })
        .collect();
    let pages = at_once(forms.iter().map(|form| || form.submit_once()).collect());
    assert_eq!(winners(&pages).len(), 1);
    for (n, page) in pages.iter().enumerate().filter(|(_, page)| page.status == 409) {
        page.expect(409, "No seat is left.");
        let email = format!("new-{n}@sprocket.example");
        assert_eq!(page.form("Send invite").value("email"), Some(&*email));
    }
    assert_eq!(instance.count("SELECT count(*) FROM invitations"), 1);
    assert_eq!(instance.count("SELECT count(*) FROM deliveries"), 1);
    cast.admin.get("/settings/team").expect(200, "9 of 9 seats used, 1 of them pending");
    invariants(&instance);
}

#[test]
fn an_address_that_many_invite_at_once_is_invited_once() {
    let (instance, cast) = Instance::with_cast();
    instance.execute("UPDATE plans SET seats = 100");
    let forms: Vec<Form> =
        (0..16).map(|_| invite(&cast.admin.browser.twin(), "new@sprocket.example")).collect();
    let pages = at_once(forms.iter().map(|form| || form.submit_once()).collect());
    for page in &pages {
        is_one_of(page, &[303, 422]);
    }
    assert_eq!(pages.iter().filter(|page| page.status == 303).count(), 1);
    assert_eq!(instance.count("SELECT count(*) FROM invitations"), 1);
    invariants(&instance);
}

#[test]
fn a_form_that_is_sent_many_times_at_once_invites_once() {
    let (instance, cast) = Instance::with_cast();
    let form = invite(&cast.admin.browser, "new@sprocket.example");
    let pages = at_once((0..16).map(|_| || form.submit_once()).collect());
    for page in &pages {
        is_one_of(page, &[303]);
    }
    assert_eq!(instance.count("SELECT count(*) FROM invitations"), 1);
    assert_eq!(instance.count("SELECT count(*) FROM deliveries"), 1);
    let remove = cast.admin.get("/settings/team").row("mia@").click("Remove").form("Remove member");
    let pages = at_once((0..16).map(|_| || remove.submit_once()).collect());
    for page in &pages {
        is_one_of(page, &[303]);
        assert_eq!(page.location().as_deref(), Some("/settings/team"));
    }
    invariants(&instance);
}

#[test]
fn an_acceptance_against_a_revocation_ends_as_one_of_them() {
    let (instance, cast) = Instance::with_cast();
    instance.execute("UPDATE plans SET seats = 100");
    for round in 0..ROUNDS {
        let email = format!("new-{round}@elsewhere.example");
        let user_id = add_user(&instance, "Nia Okoro", &email);
        let browser = signed_in(&instance, user_id, None);
        let (link, revoke) = invited(&cast, &email);
        let accept = browser.get(&link).form("Accept invitation");
        let (accepted, revoked) = against(|| accept.submit_once(), || revoke.submit_once());
        let member = format!("SELECT count(*) FROM memberships WHERE user_id = {user_id}");
        if accepted.status == 303 {
            is_one_of(&revoked, &[409]);
            assert_eq!(instance.count(&member), 1);
            browser.get("/inbox").expect(200, "Sprocket & Co");
        } else {
            is_one_of(&accepted, &[410]);
            is_one_of(&revoked, &[303]);
            assert_eq!(instance.count(&member), 0);
        }
    }
    invariants(&instance);
}

#[test]
fn an_invitation_that_is_accepted_twice_at_once_is_one_membership() {
    let (instance, cast) = Instance::with_cast();
    instance.execute("UPDATE plans SET seats = 100");
    for round in 0..ROUNDS {
        let email = format!("new-{round}@elsewhere.example");
        let user_id = add_user(&instance, "Nia Okoro", &email);
        let (link, _) = invited(&cast, &email);
        let forms: Vec<Form> = (0..4)
            .map(|_| signed_in(&instance, user_id, None).get(&link).form("Accept invitation"))
            .collect();
        let pages = at_once(forms.iter().map(|form| || form.submit_once()).collect());
        for page in &pages {
            is_one_of(page, &[303, 409, 410]);
        }
        assert_eq!(pages.iter().filter(|page| page.status == 303).count(), 1);
    }
    let accepted = "SELECT count(*) FROM audit_entries WHERE kind = 'invitation_accepted'";
    let accepted = instance.count(accepted);
    assert_eq!(accepted, i64::try_from(ROUNDS).expect("a few"));
    invariants(&instance);
}

#[test]
fn a_new_person_who_accepts_twice_at_once_is_one_user() {
    let (instance, cast) = Instance::with_cast();
    let (link, _) = invited(&cast, "new@elsewhere.example");
    let forms: Vec<Form> = (0..3)
        .map(|_| {
            let form = instance.browser().get(&link).form("Accept invitation");
            form.with("Your name", "Nia Okoro").with("Password", "a long sentence of my own")
        })
        .collect();
    let pages = at_once(forms.iter().map(|form| || form.submit_once()).collect());
    for page in &pages {
        is_one_of(page, &[303, 409, 410]);
    }
    assert_eq!(pages.iter().filter(|page| page.status == 303).count(), 1);
    let users = "SELECT count(*) FROM users WHERE email = 'new@elsewhere.example'";
    assert_eq!(instance.count(users), 1);
    invariants(&instance);
}

#[test]
fn a_smaller_plan_against_an_invitation_never_has_too_few_seats() {
    let (instance, cast) = Instance::with_cast();
    instance.execute("UPDATE plans SET seats = 4 WHERE code = 'starter'");
    for round in 0..ROUNDS {
        instance.execute("UPDATE workspaces SET plan = 'growth'");
        instance.execute("DELETE FROM deliveries");
        instance.execute("DELETE FROM invitations");
        let tab = cast.admin.browser.twin();
        let shrink = cast.admin.get("/settings/billing").form("Change plan").set("plan", "starter");
        let invite = invite(&tab, &format!("new-{round}@sprocket.example"));
        let (shrunk, invited) = against(|| shrink.submit_once(), || invite.submit_once());
        let pages = [shrunk, invited];
        assert_eq!(winners(&pages).len(), 1, "{} / {}", pages[0].text(), pages[1].text());
        invariants(&instance);
    }
}

#[test]
fn an_invitation_against_an_acceptance_never_takes_a_seat_twice() {
    let (instance, cast) = Instance::with_cast();
    for round in 0..ROUNDS {
        instance.execute("DELETE FROM deliveries");
        instance
            .execute("UPDATE invitations SET revoked_at = created_at WHERE accepted_at IS NULL");
        leave_seats(&instance, &cast, 1);
        let email = format!("new-{round}@elsewhere.example");
        let user_id = add_user(&instance, "Nia Okoro", &email);
        let (link, _) = invited(&cast, &email);
        let accept = signed_in(&instance, user_id, None).get(&link).form("Accept invitation");
        let invite = invite(&cast.admin.browser, &format!("late-{round}@sprocket.example"));
        let (accepted, refused) = against(|| accept.submit_once(), || invite.submit_once());
        is_one_of(&accepted, &[303]);
        is_one_of(&refused, &[409]);
        invariants(&instance);
    }
}
