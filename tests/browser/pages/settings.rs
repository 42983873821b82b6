//! Settings, for those who may change something and for those who may not.

use super::Inspection;
use crate::support::{Cast, Device, Instance};
use crate::window::{Script, Window};

pub const PAGES: &[&str] = &[
    "/settings/team",
    "/settings/team/invite",
    "/settings/team/members/{id}/away",
    "/settings/team/members/{id}/remove",
    "/settings/team/invitations/{id}/link",
    "/settings/billing",
    "/settings/workspace",
    "/settings/workspace/delete",
    "/settings/profile",
    "/settings/profile/leave",
    "/shortcuts",
    "/settings/inboxes",
    "/settings/inboxes/new",
    "/settings/inboxes/new/email",
    "/settings/inboxes/{id}",
    "/settings/inboxes/{id}/look",
    "/settings/inboxes/{id}/hours",
    "/settings/inboxes/{id}/team",
];

/// As long as names may be, and without a place to break.
const LONG: &str =
    "TheVeryLongNameOfATeamThatNobodyEverBrokeIntoPiecesWhichIsWhyItMustNotPushAnythingOffThePage";

/// A route with the ids that are there.
fn address(instance: &Instance, cast: &Cast, route: &str) -> String {
    let id = if route.contains("/members/") {
        cast.agent.membership_id
    } else if route.contains("/invitations/") {
        instance.count("SELECT max(id) FROM invitations")
    } else {
        instance.count(&format!(
            "SELECT max(id) FROM inboxes WHERE workspace_id = {}",
            cast.workspace_id
        ))
    };
    route.replace("{id}", &id.to_string())
}

fn invite(cast: &Cast, email: &str) {
    let page = cast.admin.get("/settings/team/invite");
    page.form("Send invite").with("Email address", email).submit().expect(200, email);
}

#[test]
fn axe_finds_nothing_on_the_pages_of_the_settings() {
    let (instance, cast) = Instance::with_cast();
    invite(&cast, "nora@new.example");
    cast.owned_by(&instance, &cast.agent);
    let mut at = Inspection::sign_in(&instance.base, &cast.admin.email);
    for route in PAGES.iter().filter(|route| **route != "/settings/profile/leave") {
        at.visit(&address(&instance, &cast, route), "Settings");
    }
    at.visit("/no-such-page", "Error 404");
    at.ends_well();
}

#[test]
fn axe_finds_nothing_on_settings_that_are_wrong_or_full() {
    let (instance, cast) = Instance::with_cast();
    invite(&cast, "expired@new.example");
    instance.execute("UPDATE invitations SET expires_at = '2026-01-01 00:00:00'");
    invite(&cast, "undelivered@new.example");
    instance.execute(
        "UPDATE deliveries SET failed_at = created_at, last_error = 'No such mailbox.'
         WHERE recipient = 'undelivered@new.example'",
    );
    instance.execute("UPDATE workspaces SET plan = 'starter'");
    let rename = |table| instance.execute(&format!("UPDATE {table} SET name = '{LONG}'"));
    rename("inboxes");

    let mut at = Inspection::sign_in(&instance.base, &cast.admin.email);
    at.visit("/settings/team", "Mail not delivered");
    at.window.sees("Expired");
    at.visit("/settings/team/invite", "No seat is left.");
    at.window.fill("Email address", "mia@sprocket.example");
    at.window.press("Send invite");
    at.look("Invite member");
    at.visit("/settings/billing", "5 of 3 seats used");
    at.visit("/settings/inboxes", LONG);

    at.window.go("/settings/inboxes/new");
    at.window.fill("Name", "Shop");
    at.window.fill("Allowed sites", "not a site");
    at.window.press("Save inbox");
    at.look("“not a site” is not the address of a site");

    at.window.go("/settings/inboxes/new/email");
    at.window.fill("Email address", "nobody");
    at.window.press("Test connection");
    at.look("This is not an email address.");
    at.window.fill("Name", "Support mail");
    at.window.fill("Email address", "support@sprocket.example");
    at.window.fill("IMAP host", "localhost");
    at.window.fill("IMAP port", "1");
    at.window.fill("IMAP user", "ana");
    at.window.fill("IMAP password", "open sesame");
    at.window.press("Test connection");
    at.look("localhost does not accept connections on port 1.");
    at.window.press("Save inbox");
    at.look("Added Support mail.");
    at.visit("/settings/inboxes", "Support mail");

    at.window.go("/settings/workspace/delete");
    at.window.fill("Workspace name", "something else");
    at.window.press("Delete workspace");
    at.look("This cannot be undone.");
    at.window.go("/settings/workspace");
    at.window.fill("Workspace name", "   ");
    at.window.press("Save workspace");
    at.look("Workspace name");
    at.window.go("/settings/workspace");
    at.window.press("Send test mail");
    at.look("Send test mail");
    rename("users");
    rename("workspaces");
    at.visit("/settings/team", LONG);
    at.visit("/settings/profile", LONG);
    at.ends_well();
}

#[test]
fn axe_finds_nothing_on_the_settings_of_an_agent() {
    let (instance, cast) = Instance::with_cast();
    cast.owned_by(&instance, &cast.agent);
    let mut at = Inspection::sign_in(&instance.base, &cast.agent.email);
    at.visit("/settings/profile/leave", "You own 1 open conversation");
    at.visit("/settings/team", "Your role does not include");
    at.visit("/settings/profile", "Where you are signed in");
    at.window.fill("Your name", "  ");
    at.window.press("Save profile");
    at.look("Your name");
    at.window.fill("New address", "nowhere");
    at.window.press("Change address");
    at.look("New address");
    at.window.fill("New password", "password");
    at.window.press("Change password");
    at.look("New password");
    at.ends_well();
}

#[test]
fn axe_finds_nothing_on_the_browsers_that_show_notifications() {
    let (instance, cast) = Instance::with_cast();
    let turn_on = || {
        let mut form = cast.agent.get("/settings/profile").form("Turn on in this browser");
        for (name, value) in Device::at("http://127.0.0.1:9/a").fields() {
            form = form.set(name, &value);
        }
        form.submit().expect(200, "This browser shows notifications.");
    };
    let mut at = Inspection::sign_in(&instance.base, &cast.agent.email);
    at.visit("/settings/profile", "Browser notifications");
    turn_on();
    at.visit("/settings/profile", "Turned on");
    at.window.press("Remove An unknown browser");
    at.look("Notifications are off in that browser.");
    at.ends_well();
    turn_on();
    let without = Window::open(&instance.base, Script::Off);
    without.go("/login");
    without.fill("Email address", &cast.agent.email);
    without.fill("Password", crate::support::PASSWORD);
    without.press("Sign in");
    without.go("/settings/profile");
    without.sees("needs JavaScript, which is off");
    without.press("Remove An unknown browser");
    without.sees("Notifications are off in that browser.");
}
