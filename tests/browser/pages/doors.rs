//! The pages in front of the inbox: registering, signing in, getting back in.

use super::Inspection;
use crate::support::{Instance, join};
use baton::models::notification::mail;
use baton::policy::Role;

pub const PAGES: &[&str] = &[
    "/login",
    "/register",
    "/forgot-password",
    "/reset-password",
    "/verify-address",
    "/unsubscribe",
    "/workspaces",
];

#[test]
fn axe_finds_nothing_on_the_pages_of_an_empty_installation() {
    let instance = Instance::start();
    let mut at = Inspection::start(&instance.base);
    at.visit("/login", "Create a workspace");
    at.visit("/register", "Create a workspace");
    at.window.fill("Workspace name", "Sprocket & Co");
    at.window.fill("Your name", "Ana Silva");
    at.window.fill("Email address", "ana@sprocket.example");
    at.window.fill("Password", "password");
    at.window.press("Create workspace");
    at.look("Create a workspace");
    at.visit("/chat/no-such-key", "closed");
    at.ends_well();
}

#[test]
fn axe_finds_nothing_on_the_pages_for_getting_back_in() {
    let (instance, cast) = Instance::with_cast();
    let mut at = Inspection::start(&instance.base);

    at.visit("/login", "Sign in");
    at.window.fill("Email address", &cast.agent.email);
    at.window.fill("Password", "not the password");
    at.window.press("Sign in");
    at.look("Sign in");

    at.visit("/forgot-password", "Forgot your password?");
    at.window.fill("Email address", &cast.agent.email);
    at.window.press("Send link");
    at.look("Check your mail");
    at.visit(&instance.reset_link(&cast.agent.email), "Choose a new password");
    at.window.fill("New password", "password");
    at.window.press("Save password");
    at.look("Choose a new password");
    at.visit("/reset-password?token=nonsense", "link");

    let profile = cast.manager.get("/settings/profile");
    profile
        .form("Change address")
        .with("New address", "gil.roth@sprocket.example")
        .set("password", crate::support::PASSWORD)
        .submit();
    at.visit(&instance.proof_link("gil.roth@sprocket.example"), "Sign in first");
    instance.unprove(&cast.manager.email);
    at.visit(&instance.proof_link("gil.roth@sprocket.example"), "Confirm your address");
    at.visit("/verify-address?token=nonsense", "link");

    let (agent, signer) = (&cast.agent, &instance.app.signer);
    let token = mail::stop_token(signer, agent.membership_id, agent.user_id);
    at.visit(&format!("/unsubscribe?token={token}"), "Stop mail");
    at.window.press("Stop mail");
    at.look("Mail stopped");
    at.visit("/unsubscribe?token=nonsense", "link");
    at.visit("/no-such-page", "Error 404");
    at.ends_well();
}

#[test]
fn axe_finds_nothing_on_the_pages_of_an_invitation() {
    let (instance, cast) = Instance::with_cast();
    let invite = |email: &str| {
        let page = cast.admin.get("/settings/team/invite");
        page.form("Send invite").with("Email address", email).submit().expect(200, email);
    };
    invite("nora@new.example");
    invite(&cast.outsider.email);
    let (new, known) = ("nora@new.example", cast.outsider.email.as_str());
    let mut at = Inspection::start(&instance.base);

    at.visit("/register", "invitation");
    at.visit("/register?token=nonsense", "link");
    at.visit(&instance.mailed_invitation(new), "Join Sprocket & Co");
    at.window.fill("Your name", "Nora New");
    at.window.fill("Password", "password");
    at.window.press("Accept invitation");
    at.look("Join Sprocket & Co");

    at.visit(&instance.mailed_invitation(known), "The one you sign in to Baton with.");
    instance.unprove(known);
    at.visit(&instance.mailed_invitation(known), "This link proves your address");
    at.visit(&instance.copied_invitation(known), "has not been confirmed yet");
    at.ends_well();

    let mut at = Inspection::sign_in(&instance.base, &cast.agent.email);
    at.visit(&instance.mailed_invitation(new), "you are signed in as");
    instance.execute("UPDATE invitations SET expires_at = '2026-01-01 00:00:00'");
    at.visit(&instance.mailed_invitation(new), "This invitation has expired");
    at.ends_well();
}

#[test]
fn axe_finds_nothing_on_the_pages_for_choosing_a_workspace() {
    let (instance, cast) = Instance::with_cast();
    let mut at = Inspection::sign_in(&instance.base, &cast.outsider.email);
    at.visit("/workspaces", "Rival Ltd");
    join(&instance, cast.workspace_id, cast.outsider.user_id, Role::Agent);
    at.visit("/workspaces", "Sprocket & Co");

    // A page of the other workspace offers the switch.
    let waiting = cast.waiting(&instance);
    at.visit(&format!("/conversations/{waiting}"), "That belongs to Sprocket & Co");
    at.window.press("Switch workspace");
    at.look("You are in Rival Ltd");
    at.window.press("Sprocket & Co");
    at.look("You are in Sprocket & Co now.");
    at.ends_well();
}
