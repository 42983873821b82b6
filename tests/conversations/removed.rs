//! A removed member: signed out everywhere at once, and nothing they had open
//! writes anything.

use baton::policy::Role;

use crate::support::{Browser, Cast, Form, Instance, join, sign_in};

fn remove_mia(cast: &Cast) {
    let path = format!("/settings/team/members/{}/remove", cast.agent.membership_id);
    cast.admin.get(&path).form("Remove member").submit().expect(200, "Mia Chen removed.");
}

/// Everything that the workspace's data says, as numbers that any write changes.
fn fingerprint(instance: &Instance) -> Vec<i64> {
    [
        "SELECT count(*) FROM messages",
        "SELECT count(*) FROM activities",
        "SELECT count(*) FROM notifications",
        "SELECT CAST(coalesce(sum(ownership_version), 0) AS BIGINT) FROM conversations",
        "SELECT count(*) FROM conversations WHERE status = 'open'",
        "SELECT count(*) FROM conversation_reads",
        "SELECT count(*) FROM invitations WHERE revoked_at IS NULL",
        "SELECT count(*) FROM memberships WHERE ended_at IS NULL",
        "SELECT count(*) FROM notifications WHERE read_at IS NULL",
        "SELECT count(*) FROM sessions WHERE workspace_id IS NOT NULL",
    ]
    .iter()
    .map(|sql| instance.count(sql))
    .collect()
}

fn is_signed_out(browser: &Browser) {
    for path in ["/inbox", "/notifications", "/settings/profile", "/workspaces"] {
        let page = browser.get_once(path);
        assert_eq!(page.status, 303, "{path}: {}", page.text());
        assert!(page.location().is_some_and(|to| to.starts_with("/login")), "{path}");
    }
}

#[test]
fn every_session_of_a_removed_member_is_dead_on_the_next_request() {
    let (instance, cast) = Instance::with_cast();
    let browsers: Vec<Browser> = (0..3)
        .map(|_| {
            let browser = instance.browser();
            sign_in(&browser, &cast.agent.email);
            browser
        })
        .collect();
    remove_mia(&cast);
    for browser in browsers.iter().chain([&cast.agent.browser]) {
        is_signed_out(browser);
    }
    let sessions = format!("SELECT count(*) FROM sessions WHERE user_id = {}", cast.agent.user_id);
    assert_eq!(instance.count(&sessions), 0);
    cast.other_agent.get("/inbox").expect(200, "Inbox");
}

#[test]
fn nothing_that_a_removed_member_had_open_writes_anything() {
    let (instance, cast) = Instance::with_cast();
    let (mine, waiting) = (cast.owned_by(&instance, &cast.agent), cast.waiting(&instance));
    let own = cast.agent.open(mine);
    let free = cast.agent.open(waiting);
    let profile = cast.agent.get("/settings/profile");
    cast.manager.open(mine).form("Take over").submit();
    cast.manager.open(mine).form("Assign").with("Assign to", "Mia Chen").submit();
    let forms: Vec<Form> = vec![
        own.form("Release"),
        own.form("Resolve"),
        own.form("Snooze").set("until", "tomorrow"),
        own.form("Send reply").with("Reply", "From beyond").set("last_message", "999999"),
        own.form("Add note").with("Note", "From beyond"),
        free.form("Claim"),
        free.form("Resolve"),
        free.form("Claim and send").with("Reply", "From beyond").set("last_message", "999999"),
        free.form("Add note").with("Note", "From beyond"),
        cast.agent.get("/notifications").form("Mark all as read"),
        profile.form("Save profile").with("Your name", "Ghost"),
        profile.form("Sign out everywhere"),
        cast.agent.get("/settings/profile/leave").form("Leave workspace"),
    ];
    remove_mia(&cast);
    let before = fingerprint(&instance);
    for form in &forms {
        let page = form.submit_once();
        let to = page.location().unwrap_or_default();
        assert!(
            page.status == 303 && to.starts_with("/login"),
            "{}: {}",
            form.action(),
            page.text()
        );
    }
    assert_eq!(fingerprint(&instance), before);
    assert_eq!(instance.count("SELECT count(*) FROM users WHERE name = 'Ghost'"), 0);
}

#[test]
fn a_removed_administrators_forms_change_no_team() {
    let (instance, cast) = Instance::with_cast();
    let team = |id: i64| format!("/settings/team/members/{id}/remove");
    let (agent, admin) = (cast.agent.membership_id, cast.admin.membership_id);
    cast.admin
        .browser
        .post(&format!("/settings/team/members/{agent}/role"), &[("role", "administrator")]);
    let invite =
        |form: Form| form.with("Email address", "late@sprocket.example").with("Role", "Agent");
    let page = cast.agent.get("/settings/team");
    page.expect(200, "Team");
    let forms = [
        invite(cast.agent.get("/settings/team/invite").form("Send invite")),
        cast.agent.get(&team(admin)).form("Remove member"),
        page.row("Gil Roth").form("Change role").set("role", "agent"),
        cast.agent.get("/settings/billing").form("Change plan").set("plan", "business"),
        cast.agent.get("/settings/workspace").form("Save workspace").with("Workspace name", "Mine"),
    ];
    remove_mia(&cast);
    let before = fingerprint(&instance);
    for form in &forms {
        assert_eq!(form.submit_once().status, 303, "{}", form.action());
    }
    assert_eq!(fingerprint(&instance), before);
    cast.admin.get("/settings/team").expect(200, "3 of 10 seats used").expect(200, "Sprocket & Co");
}

#[test]
fn a_removed_member_of_another_workspace_falls_back_to_the_chooser() {
    let (instance, cast) = Instance::with_cast();
    let (mine, waiting) = (cast.owned_by(&instance, &cast.agent), cast.waiting(&instance));
    join(&instance, cast.other_workspace_id, cast.agent.user_id, Role::Agent);
    let own = cast.agent.open(mine).form("Send reply").with("Reply", "From beyond");
    let free = cast.agent.open(waiting).form("Claim");
    remove_mia(&cast);
    let before = fingerprint(&instance);
    for form in [&own, &free] {
        let page = form.submit_once();
        assert_eq!((page.status, page.location().as_deref()), (303, Some("/workspaces")));
    }
    assert_eq!(cast.agent.browser.get_once("/inbox").location().as_deref(), Some("/workspaces"));
    assert_eq!(fingerprint(&instance), before);
    let page = cast.agent.get("/workspaces");
    page.expect(200, "Rival Ltd");
    assert!(!page.says("Sprocket & Co"));
    // In the other workspace the old forms open nothing either.
    let there = cast.other_workspace_id.to_string();
    cast.agent.browser.post("/workspaces/switch", &[("workspace_id", &there)]).expect(200, "Inbox");
    for form in [&own, &free] {
        assert_eq!(form.submit_once().status, 404);
    }
    assert_eq!(instance.count("SELECT count(*) FROM messages WHERE kind = 'reply'"), 0);
}

#[test]
fn who_is_invited_again_is_a_new_member_and_old_forms_stay_dead() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    let stale = cast.agent.browser.twin();
    let form = cast.agent.open(id).form("Send reply").with("Reply", "From beyond");
    remove_mia(&cast);
    let again = join(&instance, cast.workspace_id, cast.agent.user_id, Role::Agent);
    assert_ne!(again, cast.agent.membership_id);
    is_signed_out(&stale);
    assert_eq!(form.submit_once().status, 303);
    assert_eq!(instance.count("SELECT count(*) FROM messages WHERE kind = 'reply'"), 0);
}
