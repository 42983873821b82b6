//! Changing a member's role.

use super::{BO, TEAM, invite};
use crate::support::{Cast, Instance, Member, Page};

const LAST: &str = "A workspace keeps at least one Administrator.";

#[track_caller]
fn change_role(by: &Member, of: &Member, to: &str) -> Page {
    let row = by.get(TEAM).row(&of.email);
    row.form("Change role").with(&format!("Role for {}", of.name), to).submit()
}

fn role_of(instance: &Instance, member: &Member) -> String {
    use baton::db::schema::memberships;
    use diesel::prelude::*;
    instance.read(|conn| {
        memberships::table.find(member.membership_id).select(memberships::role).first(conn)
    })
}

fn admins(cast: &Cast) -> String {
    format!("/settings/team/members/{}/role", cast.admin.membership_id)
}

#[test]
fn a_new_role_counts_from_the_next_request_on_without_signing_in_again() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.other_agent);
    assert_eq!(cast.agent.open(id).status, 404);
    change_role(&cast.admin, &cast.agent, "Manager")
        .expect(200, "Role of Mia Chen changed to Manager.");
    cast.agent.open(id).expect(200, "Is the rear hanger in stock?");
    assert_eq!(cast.agent.get("/settings/inboxes").status, 200);
    assert_eq!(cast.agent.get(TEAM).status, 403);
    let open = cast.agent.open(id).form("Take over");
    change_role(&cast.admin, &cast.agent, "Agent").expect(200, "changed to Agent.");
    assert_eq!(cast.agent.open(id).status, 404);
    // Also for a page that was open.
    let refused = open.submit().status;
    assert!([403, 404].contains(&refused), "{refused}");
    assert_eq!(cast.other_agent.open(id).form("Send reply").value("body"), Some(""));
}

#[test]
fn a_demoted_administrator_loses_the_team_page_at_once() {
    let (instance, cast) = Instance::with_cast();
    change_role(&cast.admin, &cast.manager, "Administrator").expect(200, "to Administrator.");
    let page = cast.manager.get("/settings/team/invite").form("Send invite");
    change_role(&cast.admin, &cast.manager, "Agent").expect(200, "changed to Agent.");
    page.with("Email address", "bo@sprocket.example")
        .submit()
        .expect(403, "Your role does not include");
    assert_eq!(instance.count("SELECT count(*) FROM invitations"), 0);
}

#[test]
fn the_last_administrator_stays_one() {
    let (instance, cast) = Instance::with_cast();
    let row = cast.admin.get(TEAM).row(&cast.admin.email);
    row.expect(200, "Administrator, the last one");
    assert!(!row.has_button("Change role"));
    assert_eq!(row.find_link("Remove"), None);
    for to in ["manager", "agent"] {
        let page = cast.admin.browser.post(&admins(&cast), &[("role", to)]);
        page.expect(409, LAST);
        page.expect(409, "Ana Silva (you)");
    }
    assert_eq!(role_of(&instance, &cast.admin), "administrator");
    // The other workspace's Administrator does not help.
    assert_eq!(role_of(&instance, &cast.outsider), "administrator");
}

#[test]
fn with_a_second_administrator_one_may_step_down() {
    let (instance, cast) = Instance::with_cast();
    change_role(&cast.admin, &cast.manager, "Administrator").expect(200, "to Administrator.");
    let page = change_role(&cast.admin, &cast.admin, "Agent");
    page.expect(200, "Role of Ana Silva changed to Agent.");
    page.expect(200, "Profile");
    assert_eq!(cast.admin.get(TEAM).status, 403);
    cast.manager.get(TEAM).row(&cast.manager.email).expect(200, "the last one");
    assert_eq!(role_of(&instance, &cast.admin), "agent");
}

#[test]
fn a_role_that_does_not_exist_is_an_error_and_never_another_role() {
    let (instance, cast) = Instance::with_cast();
    let path = format!("/settings/team/members/{}/role", cast.agent.membership_id);
    for role in ["", " ", "owner", "Administrator", "ADMIN", "admin", "agent ", "manager\0", "0"] {
        let page = cast.admin.browser.post_once(&path, &[("role", role)]);
        assert_eq!(page.status, 422, "{role:?}");
        let fields = [("email", "bo@sprocket.example"), ("role", role)];
        let page = cast.admin.browser.post_once("/settings/team/invite", &fields);
        assert_eq!(page.status, 422, "{role:?}");
        assert_eq!(page.all("#role-error"), ["Choose one of the roles."], "{role:?}");
        assert_eq!(page.form("Send invite").value("email"), Some("bo@sprocket.example"));
    }
    assert_eq!(cast.admin.browser.post_once(&path, &[]).status, 422);
    assert_eq!(
        cast.admin.browser.post_once(&path, &[("role", "manager"), ("role", "agent")]).status,
        422
    );
    assert_eq!(role_of(&instance, &cast.agent), "agent");
    assert_eq!(instance.count("SELECT count(*) FROM invitations"), 0);
}

#[test]
fn a_member_who_is_gone_is_told_by_name() {
    let (_instance, cast) = Instance::with_cast();
    let form = cast.admin.get(TEAM).row(&cast.agent.email).form("Change role");
    let open = || cast.admin.get(TEAM).row(&cast.agent.email).click("Remove");
    let (first, remove) = (open().form("Remove member"), open().form("Remove member"));
    first.submit().expect(200, "Mia Chen removed.");
    form.submit().expect(409, "Mia Chen is no longer a member.");
    remove.submit().expect(409, "Mia Chen is no longer a member.");
}

#[test]
fn a_role_that_a_member_has_already_is_not_told_as_a_change() {
    let (_instance, cast) = Instance::with_cast();
    let form = cast.admin.get(TEAM).row(&cast.agent.email).form("Change role");
    form.submit().expect(200, "The role of Mia Chen is Agent already.");
}

#[test]
fn who_is_no_administrator_any_more_leaves_no_invitation_of_theirs() {
    let (instance, cast) = Instance::with_cast();
    change_role(&cast.admin, &cast.manager, "Administrator");
    invite(&cast.manager, BO, "Administrator");
    let link = instance.mailed_invitation(BO);
    invite(&cast.admin, "cy@sprocket.example", "Agent");
    let page = change_role(&cast.admin, &cast.manager, "Manager");
    page.expect(200, "changed to Manager. Their pending invitation was revoked.");
    page.row("cy@sprocket.example").expect(200, "Pending");
    instance.browser().get(&link).expect(410, "This invitation was withdrawn");
    let revoked = "SELECT count(*) FROM audit_entries WHERE kind = 'invitation_revoked'";
    assert_eq!(instance.count(revoked), 1);
}

#[test]
fn a_copied_link_works_for_as_long_as_whoever_copied_it_may_invite() {
    let (instance, cast) = Instance::with_cast();
    change_role(&cast.admin, &cast.manager, "Administrator");
    invite(&cast.admin, BO, "Administrator");
    let copied = |by: &Member| {
        let page = by.get(TEAM).row(BO).click("Copy link");
        let link = page.attribute("#link", "value");
        link[link.find("/register").expect("a link to join")..].to_owned()
    };
    let (of_admin, of_manager) = (copied(&cast.admin), copied(&cast.manager));
    let opens = |link: &str| instance.browser().get(link).status;
    assert_eq!((opens(&of_admin), opens(&of_manager)), (200, 200));
    change_role(&cast.admin, &cast.manager, "Manager");
    assert_eq!((opens(&of_admin), opens(&of_manager)), (200, 404));
    assert_eq!(opens(&instance.mailed_invitation(BO)), 200);
    change_role(&cast.admin, &cast.manager, "Administrator");
    let of_manager = copied(&cast.manager);
    let page = cast.admin.get(TEAM).row(&cast.manager.email).click("Remove");
    page.form("Remove member").submit();
    assert_eq!((opens(&of_admin), opens(&of_manager)), (200, 404));
}
