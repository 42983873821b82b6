//! Removing a member, and what becomes of what they held.

use super::{BO, NEW_PASSWORD, TEAM, invite, join_as_new};
use crate::support::{Cast, Instance, Member, PASSWORD, Page, join};
use baton::policy::Role;

/// Mia owns two open conversations, a snoozed and a resolved one.
struct Load {
    open: [i64; 2],
    snoozed: i64,
    resolved: i64,
}

fn load(instance: &Instance, cast: &Cast) -> Load {
    let own = || cast.owned_by(instance, &cast.agent);
    let load = Load { open: [own(), own()], snoozed: own(), resolved: own() };
    cast.agent.open(load.resolved).form("Resolve").submit().expect(200, "Resolved");
    instance.execute(&format!(
        "UPDATE conversations SET status = 'snoozed', snoozed_until = '2099-01-01 00:00:00',
                snoozed_by_id = {} WHERE id = {}",
        cast.agent.membership_id, load.snoozed
    ));
    load
}

#[track_caller]
fn ask(by: &Member, of: &Member) -> Page {
    by.get(TEAM).row(&of.email).click("Remove")
}

#[track_caller]
fn remove(by: &Member, of: &Member) -> Page {
    let page = ask(by, of).form("Remove member").submit();
    page.expect(200, &format!("{} removed.", of.name));
    page
}

fn owner(instance: &Instance, conversation: i64) -> Option<i64> {
    use baton::db::schema::conversations;
    use diesel::prelude::*;
    instance.read(|conn| {
        conversations::table.find(conversation).select(conversations::assignee_id).first(conn)
    })
}

#[test]
fn the_page_names_what_they_own_and_the_queue_is_the_default() {
    let (instance, cast) = Instance::with_cast();
    let load = load(&instance, &cast);
    let page = ask(&cast.admin, &cast.agent);
    page.expect(200, "Remove Mia Chen?");
    page.expect(200, "mia@sprocket.example, Agent since");
    page.expect(200, "Mia Chen owns 2 open conversations and 1 snoozed one.");
    let form = page.form("Remove member");
    assert_eq!(
        form.options("Reassign open conversations to"),
        ["Unassigned (the queue)", "Ana Silva (you)", "Gil Roth", "Lukas Brandt"]
    );
    assert_eq!(form.value("successor"), Some(""));
    let list = form.submit();
    list.expect(200, "Mia Chen removed. 3 conversations went to the queue.");
    list.expect(200, "3 of 10 seats used");
    assert!(!list.says("mia@sprocket.example"));
    for id in [load.open[0], load.open[1], load.snoozed, load.resolved] {
        assert_eq!(owner(&instance, id), None);
    }
    // Anybody may claim them, and the timeline tells what happened.
    let page = cast.other_agent.open(load.open[0]);
    assert!(page.has_button("Claim"));
    page.expect(200, "Mia Chen");
    // The snoozed one stays asleep, and the resolved one resolved.
    assert_eq!(instance.count("SELECT count(*) FROM conversations WHERE status = 'snoozed'"), 1);
    assert_eq!(instance.count("SELECT count(*) FROM conversations WHERE status = 'resolved'"), 1);
}

#[test]
fn a_successor_gets_the_open_and_the_snoozed_ones_and_is_told() {
    let (instance, cast) = Instance::with_cast();
    let load = load(&instance, &cast);
    let form = ask(&cast.admin, &cast.agent).form("Remove member");
    let list = form.with("Reassign open conversations to", "Lukas Brandt").submit();
    list.expect(200, "Mia Chen removed. 3 conversations went to Lukas Brandt.");
    for id in [load.open[0], load.open[1], load.snoozed] {
        assert_eq!(owner(&instance, id), Some(cast.other_agent.membership_id));
        cast.other_agent.open(id).expect(200, "Ana Silva assigned this to Lukas Brandt");
    }
    assert_eq!(owner(&instance, load.resolved), None);
    let notices = cast.other_agent.get("/notifications");
    assert_eq!(notices.all("li").iter().filter(|n| n.contains("assigned this to you")).count(), 3);
    // The resolved one is not theirs to see, an Agent: it had another owner.
    assert_eq!(cast.other_agent.open(load.resolved).status, 404);
    assert_eq!(cast.manager.open(load.resolved).status, 200);
}

#[test]
fn an_administrator_may_take_them_over_and_is_not_told_of_their_own_deed() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    let form = ask(&cast.admin, &cast.agent).form("Remove member");
    let list = form.with("Reassign open conversations to", "Ana Silva (you)").submit();
    list.expect(200, "Mia Chen removed. 1 conversation went to Ana Silva.");
    cast.admin.open(id).expect(200, "You own this");
    assert!(!cast.admin.get("/notifications").says("assigned this to you"));
}

#[test]
fn a_resolved_conversation_remembers_whose_it_was() {
    let (instance, cast) = Instance::with_cast();
    let load = load(&instance, &cast);
    remove(&cast.admin, &cast.agent);
    let remembered = format!(
        "SELECT count(*) FROM conversations WHERE id = {} AND last_owner_id = {}
         AND assignee_id IS NULL AND status = 'resolved'",
        load.resolved, cast.agent.user_id
    );
    assert_eq!(instance.count(&remembered), 1);
    assert_eq!(cast.other_agent.open(load.resolved).status, 404);
    // When they come back, as a new membership, it is theirs to see again.
    invite(&cast.admin, &cast.agent.email, "Agent");
    let link = instance.mailed_invitation(&cast.agent.email);
    let form = cast.agent.get(&link).form("Accept invitation");
    let form = form.with("Password", PASSWORD);
    form.submit().expect(200, "You joined Sprocket & Co.");
    assert_eq!(cast.agent.open(load.resolved).status, 200);
    assert_eq!(cast.other_agent.open(load.resolved).status, 404);
}

#[test]
fn a_removed_member_is_out_with_the_next_request_and_nothing_open_writes() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    let page = cast.agent.open(id);
    let waiting = cast.waiting(&instance);
    let claim = cast.agent.open(waiting).form("Claim");
    let profile = cast.agent.get("/settings/profile").form("Save profile");
    remove(&cast.admin, &cast.agent);
    assert_eq!(instance.sessions_of(&cast.agent.email), 0);
    let to_sign_in = |page: &Page| page.location().is_some_and(|to| to.starts_with("/login?next="));
    for path in ["/inbox", "/notifications", &format!("/conversations/{id}"), "/workspaces"] {
        assert!(to_sign_in(&cast.agent.browser.get_once(path)), "{path}");
    }
    let messages = instance.count("SELECT count(*) FROM messages");
    let reply = page.form("Send reply").with("Reply", "From beyond");
    assert!(to_sign_in(&reply.submit_once()));
    assert!(to_sign_in(&page.form("Add note").with("Note", "From beyond").submit_once()));
    assert!(to_sign_in(&claim.submit_once()));
    assert!(to_sign_in(&profile.with("Your name", "Nobody").submit_once()));
    assert_eq!(instance.count("SELECT count(*) FROM messages"), messages);
    assert_eq!(owner(&instance, waiting), None);
    // They may sign in, and find no workspace.
    let fields = [("email", "mia@sprocket.example"), ("password", PASSWORD)];
    assert_eq!(cast.agent.browser.post_once("/login", &fields).status, 303);
    cast.agent.get("/inbox").expect(200, "You are not in any workspace");
    // What they wrote keeps their name.
    cast.manager.open(id).expect(200, "Mia Chen claimed this");
}

#[test]
fn a_member_of_another_workspace_falls_back_to_the_switcher() {
    let (instance, cast) = Instance::with_cast();
    join(&instance, cast.other_workspace_id, cast.agent.user_id, Role::Agent);
    let elsewhere = instance.browser();
    let fields = [("email", "mia@sprocket.example"), ("password", PASSWORD)];
    elsewhere.post_once("/login", &fields);
    let switch = cast.other_workspace_id.to_string();
    elsewhere.post("/workspaces/switch", &[("workspace_id", &switch)]).expect(200, "Rival Ltd");
    remove(&cast.admin, &cast.agent);
    let page = cast.agent.get("/inbox");
    page.expect(200, "Choose a workspace");
    assert!(!page.says("Sprocket & Co"));
    let page = page.form("Rival Ltd Agent").submit();
    page.expect(200, "Rival Ltd");
    // A session that was in the other workspace is not disturbed.
    elsewhere.get("/inbox").expect(200, "Rival Ltd");
    let back = [("workspace_id", cast.workspace_id.to_string())];
    let back: Vec<(&str, &str)> = back.iter().map(|(k, v)| (*k, v.as_str())).collect();
    assert_eq!(elsewhere.post_once("/workspaces/switch", &back).status, 404);
}

#[test]
fn who_removes_themselves_goes_where_who_leaves_goes() {
    let (instance, cast) = Instance::with_cast();
    instance.execute(&format!(
        "UPDATE memberships SET role = 'administrator' WHERE id = {}",
        cast.manager.membership_id
    ));
    let own = format!("/settings/team/members/{}/remove", cast.admin.membership_id);
    let page = cast.admin.get(&own).form("Remove member").submit_once();
    assert_eq!(page.location().as_deref(), Some("/login"), "no workspace is left to choose");
    cast.admin.get("/login").expect(200, "Ana Silva removed.");
}

#[test]
fn what_they_were_writing_comes_along_to_the_switcher() {
    let (instance, cast) = Instance::with_cast();
    join(&instance, cast.other_workspace_id, cast.agent.user_id, Role::Agent);
    let id = cast.owned_by(&instance, &cast.agent);
    let reply = cast.agent.open(id).form("Send reply").with("Reply", "Two are left.");
    remove(&cast.admin, &cast.agent);
    let page = reply.submit();
    page.expect(200, "Choose a workspace");
    page.expect(200, "You are no longer in that workspace, so this was not sent.");
    assert_eq!(page.all("textarea"), ["Two are left."]);
    assert_eq!(instance.count("SELECT count(*) FROM messages WHERE body = 'Two are left.'"), 0);
}

#[test]
fn invitations_they_sent_are_revoked_unless_they_are_kept() {
    for keep in [false, true] {
        let (instance, cast) = Instance::with_cast();
        instance.execute(&format!(
            "UPDATE memberships SET role = 'administrator' WHERE id = {}",
            cast.manager.membership_id
        ));
        invite(&cast.manager, BO, "Agent").row(BO).expect(200, "Pending");
        invite(&cast.admin, "cy@sprocket.example", "Agent");
        let page = ask(&cast.admin, &cast.manager);
        page.expect(200, "Keep the invitations they sent (1 pending)");
        let form = page.form("Remove member");
        let form = if keep { form.set("keep_invitations", "yes") } else { form };
        let list = form.submit();
        list.row("cy@sprocket.example").expect(200, "Pending");
        let revoked = "SELECT count(*) FROM audit_entries WHERE kind = 'invitation_revoked'";
        assert_eq!(instance.count(revoked), i64::from(!keep), "each one is in the log");
        assert_eq!(list.says("Gil Roth removed. 1 invitation revoked."), !keep);
        if keep {
            list.row(BO).expect(200, "Invited by Gil Roth");
            join_as_new(&instance, &instance.mailed_invitation(BO), "Bo Lindgren");
        } else {
            assert!(!list.says(BO));
            let link = instance.mailed_invitation(BO);
            instance.browser().get(&link).expect(410, "This invitation was withdrawn");
        }
    }
}

#[test]
fn who_is_gone_already_is_told_of_and_not_asked_about() {
    let (_instance, cast) = Instance::with_cast();
    let team = cast.admin.get(TEAM);
    remove(&cast.admin, &cast.agent);
    let page = team.row(&cast.agent.email).click("Remove");
    page.expect(409, "Mia Chen is no longer a member.").expect(409, "3 of 10 seats used");
}

#[test]
fn someone_removed_can_be_invited_again_as_a_new_membership() {
    let (instance, cast) = Instance::with_cast();
    remove(&cast.admin, &cast.agent);
    let list = invite(&cast.admin, &cast.agent.email, "Manager");
    list.expect(200, "4 of 10 seats used, 1 of them pending");
    let link = instance.copied_invitation(&cast.agent.email);
    let form = instance.browser().get(&link).form("Accept invitation");
    let form = form.with("Password", PASSWORD);
    form.submit().expect(200, "You joined Sprocket & Co.");
    let memberships = format!(
        "SELECT count(*) FROM memberships WHERE workspace_id = {} AND user_id = {}",
        cast.workspace_id, cast.agent.user_id
    );
    assert_eq!(instance.count(&memberships), 2);
    let row = cast.admin.get(TEAM).row(&cast.agent.email);
    assert_eq!(row.form("Change role").value("role"), Some("manager"));
}

#[test]
fn a_new_person_who_was_removed_is_asked_for_nothing_but_their_password() {
    let (instance, cast) = Instance::with_cast();
    invite(&cast.admin, BO, "Agent");
    join_as_new(&instance, &instance.mailed_invitation(BO), "Bo Lindgren");
    let row = cast.admin.get(TEAM).row(BO);
    row.click("Remove").form("Remove member").submit().expect(200, "Bo Lindgren removed.");
    invite(&cast.admin, BO, "Agent");
    let page = instance.browser().get(&instance.mailed_invitation(BO));
    assert!(page.all("#name").is_empty());
    let form = page.form("Accept invitation").with("Password", NEW_PASSWORD);
    form.submit().expect(200, "You joined Sprocket & Co.");
}

#[test]
fn removing_frees_a_seat_at_once() {
    let (instance, cast) = Instance::with_cast();
    instance.execute("UPDATE plans SET seats = 4 WHERE code = 'growth'");
    assert_eq!(invite(&cast.admin, BO, "Agent").status, 409);
    remove(&cast.admin, &cast.agent).expect(200, "3 of 4 seats used");
    invite(&cast.admin, BO, "Agent").row(BO).expect(200, "Pending");
}
