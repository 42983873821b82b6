//! Settings → Team: invitations and their acceptance, roles, and how a
//! membership ends.

mod accepting;
mod expiry;
mod inviting;
mod leaving;
mod permissions;
mod proving;
mod removal;
mod repeating;
mod roles;
mod verbs;

use crate::support::{Browser, Cast, Instance, Member, Page};

const TEAM: &str = "/settings/team";
const BO: &str = "bo@sprocket.example";
/// A password that is good enough, and not the cast's.
const NEW_PASSWORD: &str = "lantern quarry violet seam";
const LONG_AGO: &str = "'2020-01-01 00:00:00'";

/// Sends the form *Invite member*, and follows.
#[track_caller]
fn invite(member: &Member, email: &str, role: &str) -> Page {
    member
        .get(TEAM)
        .click("Invite member")
        .form("Send invite")
        .with("Email address", email)
        .with("Role", role)
        .submit()
}

/// Invites, and answers the path of the mailed link.
#[track_caller]
fn invited(instance: &Instance, cast: &Cast, email: &str, role: &str) -> String {
    invite(&cast.admin, email, role).row(email).expect(200, "Pending");
    instance.mailed_invitation(email)
}

/// Accepts as somebody whom Baton does not know yet.
#[track_caller]
fn join_as_new(instance: &Instance, link: &str, name: &str) -> (Browser, Page) {
    let browser = instance.browser();
    let form = browser.get(link).form("Accept invitation");
    let page = form.with("Your name", name).with("Password", NEW_PASSWORD).submit();
    page.expect(200, "You joined Sprocket & Co.");
    (browser, page)
}

/// The token in a link.
fn token(link: &str) -> &str {
    link.split_once("token=").expect("a link with a token").1
}

fn expire_invitations(instance: &Instance) {
    instance.execute(&format!("UPDATE invitations SET expires_at = {LONG_AGO}"));
}
