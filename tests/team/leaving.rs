//! *Leave workspace*: the same to oneself.

use super::{TEAM, invite};
use crate::support::{Instance, Page, join};
use baton::policy::Role;

const LAST: &str = "You are the last Administrator.";

#[track_caller]
fn ask(page: &Page) -> Page {
    page.click("Leave workspace")
}

#[test]
fn an_agent_leaves_and_what_they_own_goes_to_the_queue() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    let page = ask(&cast.agent.get("/settings/profile"));
    page.expect(200, "Leave Sprocket & Co?");
    page.expect(200, "You own 1 open conversation.");
    page.expect(200, "What you own goes back to the queue");
    let page = page.form("Leave workspace").submit();
    page.expect(200, "You left Sprocket & Co.");
    page.expect(200, "Sign in");
    assert_eq!(instance.sessions_of(&cast.agent.email), 0);
    assert!(cast.other_agent.open(id).has_button("Claim"));
    let list = cast.admin.get(TEAM);
    list.expect(200, "3 of 10 seats used");
    assert!(!list.says("mia@sprocket.example"));
}

#[test]
fn a_manager_may_hand_over_to_a_colleague_and_an_agent_may_not() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.manager);
    let form = ask(&cast.manager.get("/settings/profile")).form("Leave workspace");
    assert_eq!(
        form.options("Reassign open conversations to"),
        ["Unassigned (the queue)", "Ana Silva", "Lukas Brandt", "Mia Chen"]
    );
    form.with("Reassign open conversations to", "Mia Chen").submit().expect(200, "You left");
    cast.agent.open(id).expect(200, "You own this");
    let form = ask(&cast.agent.get("/settings/profile")).form("Leave workspace");
    assert_eq!(form.options("Reassign open conversations to"), Vec::<&str>::new());
    let heir = cast.other_agent.membership_id.to_string();
    form.set("successor", &heir)
        .submit()
        .expect(403, "Your role does not include assigning conversations");
    cast.agent.open(id).expect(200, "You own this");
}

#[test]
fn invitations_that_one_sent_are_revoked_unless_they_are_kept() {
    for keep in [false, true] {
        let (instance, cast) = Instance::with_cast();
        instance.execute(&format!(
            "UPDATE memberships SET role = 'administrator' WHERE id = {}",
            cast.manager.membership_id
        ));
        invite(&cast.manager, "bo@sprocket.example", "Agent");
        let page = ask(&cast.manager.get("/settings/profile"));
        page.expect(200, "Keep the invitations you sent (1 pending)");
        let form = page.form("Leave workspace");
        let form = if keep { form.set("keep_invitations", "yes") } else { form };
        form.submit().expect(200, "You left Sprocket & Co.");
        assert_eq!(cast.admin.get(TEAM).says("bo@sprocket.example"), keep);
        assert_eq!(cast.admin.get("/settings/audit-log").says("Revoked an invitation"), !keep);
    }
}

#[test]
fn the_last_administrator_cannot_leave() {
    let (instance, cast) = Instance::with_cast();
    let page = cast.admin.get("/settings/profile");
    page.expect(200, LAST);
    assert_eq!(page.find_link("Leave workspace"), None);
    cast.admin.get("/settings/profile/leave").expect(200, LAST);
    let page = cast.admin.browser.post("/settings/profile/leave", &[]);
    page.expect(409, LAST);
    let path = format!("/settings/team/members/{}/remove", cast.admin.membership_id);
    cast.admin.browser.post(&path, &[]).expect(409, "keeps at least one Administrator");
    let page = cast.admin.get(&path);
    assert_eq!(page.path, TEAM, "a form that cannot work is not shown");
    page.expect(200, "keeps at least one Administrator");
    cast.admin.get(TEAM).expect(200, "4 of 10 seats used");
    // With a colleague in that role they may.
    instance.execute(&format!(
        "UPDATE memberships SET role = 'administrator' WHERE id = {}",
        cast.manager.membership_id
    ));
    let page = ask(&cast.admin.get("/settings/profile")).form("Leave workspace").submit();
    page.expect(200, "You left Sprocket & Co.");
    cast.manager.get(TEAM).row("gil@sprocket.example").expect(200, "the last one");
}

#[test]
fn who_is_in_another_workspace_stays_signed_in_and_chooses() {
    let (instance, cast) = Instance::with_cast();
    join(&instance, cast.other_workspace_id, cast.agent.user_id, Role::Manager);
    let page = ask(&cast.agent.get("/settings/profile")).form("Leave workspace").submit();
    page.expect(200, "You left Sprocket & Co.");
    page.expect(200, "Choose a workspace");
    page.form("Rival Ltd Manager").submit().expect(200, "Rival Ltd");
}

#[test]
fn leaving_cannot_be_sent_by_a_page_of_another_workspace() {
    let (instance, cast) = Instance::with_cast();
    join(&instance, cast.other_workspace_id, cast.agent.user_id, Role::Manager);
    let form = ask(&cast.agent.get("/settings/profile")).form("Leave workspace");
    let other = cast.other_workspace_id.to_string();
    cast.agent.browser.post("/workspaces/switch", &[("workspace_id", &other)]);
    let page = form.submit();
    page.expect(409, "That belongs to Sprocket & Co");
    page.expect(409, "so nothing was changed");
    assert!(page.has_button("Switch to Sprocket & Co"));
    let active = format!(
        "SELECT count(*) FROM memberships WHERE user_id = {} AND ended_at IS NULL",
        cast.agent.user_id
    );
    assert_eq!(instance.count(&active), 2);
}
