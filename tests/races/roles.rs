//! Administrators against each other.

use baton::policy::Role;

use super::crowd::add_members;
use super::invariants::invariants;
use super::{ROUNDS, against, is_one_of};
use crate::support::{Form, Instance, Member};

/// Gives a member a role, as of now and past every rule.
fn set_role(instance: &Instance, member: &Member, role: Role) {
    let (id, code) = (member.membership_id, role.into_str());
    instance.execute(&format!("UPDATE memberships SET role = '{code}' WHERE id = {id}"));
}

fn demotion(by: &Member, of: &Member) -> Form {
    let path = format!("/settings/team/members/{}/role", of.membership_id);
    let form = by.get("/settings/team").row(&of.email).form("Change role");
    assert_eq!(form.action(), path);
    form.set("role", "agent")
}

fn removal(by: &Member, of: &Member) -> Form {
    by.get(&format!("/settings/team/members/{}/remove", of.membership_id)).form("Remove member")
}

fn administrators(instance: &Instance, workspace_id: i64) -> i64 {
    instance.count(&format!(
        "SELECT count(*) FROM memberships WHERE workspace_id = {workspace_id}
         AND ended_at IS NULL AND role = 'administrator'"
    ))
}

#[test]
fn two_administrators_who_demote_each_other_leave_one() {
    let (instance, cast) = Instance::with_cast();
    for _ in 0..ROUNDS {
        set_role(&instance, &cast.admin, Role::Administrator);
        set_role(&instance, &cast.manager, Role::Administrator);
        let one = demotion(&cast.admin, &cast.manager);
        let other = demotion(&cast.manager, &cast.admin);
        let (one, other) = against(|| one.submit_once(), || other.submit_once());
        let mut statuses = [one.status, other.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [303, 403], "{} / {}", one.text(), other.text());
        assert_eq!(administrators(&instance, cast.workspace_id), 1);
    }
    invariants(&instance);
}

#[test]
fn two_administrators_who_step_down_at_once_leave_one() {
    let (instance, cast) = Instance::with_cast();
    for _ in 0..ROUNDS {
        set_role(&instance, &cast.admin, Role::Administrator);
        set_role(&instance, &cast.manager, Role::Administrator);
        let one = demotion(&cast.admin, &cast.admin);
        let other = demotion(&cast.manager, &cast.manager);
        let (one, other) = against(|| one.submit_once(), || other.submit_once());
        let pages = [one, other];
        assert_eq!(super::winners(&pages).len(), 1);
        let refused = pages.iter().find(|page| page.status == 409).expect("one is refused");
        refused.expect(409, "A workspace keeps at least one Administrator.");
        assert_eq!(administrators(&instance, cast.workspace_id), 1);
    }
    invariants(&instance);
}

#[test]
fn two_administrators_who_remove_each_other_leave_one() {
    let (instance, cast) = Instance::with_cast();
    let members = add_members(&instance, cast.workspace_id, Role::Administrator, ROUNDS * 2);
    fight_in_pairs(&members);
    assert_eq!(
        administrators(&instance, cast.workspace_id),
        i64::try_from(1 + ROUNDS).expect("a few")
    );
    invariants(&instance);
}

/// Each two of them remove each other.
fn fight_in_pairs(members: &[Member]) {
    for pair in members.chunks(2) {
        let [a, b] = pair else { panic!("an even number") };
        let (one, other) = (removal(a, b), removal(b, a));
        let (one, other) = against(|| one.submit_once(), || other.submit_once());
        for page in [&one, &other] {
            is_one_of(page, &[303]);
        }
        // Who was removed is sent to sign in; the other is told that it is done.
        let done =
            |page: &crate::support::Page| page.location().is_some_and(|to| to == "/settings/team");
        assert!(done(&one) != done(&other), "{:?} {:?}", one.location(), other.location());
    }
}

#[test]
fn the_last_two_administrators_who_remove_each_other_leave_one() {
    let (instance, cast) = Instance::with_cast();
    set_role(&instance, &cast.manager, Role::Administrator);
    let one = removal(&cast.admin, &cast.manager);
    let other = removal(&cast.manager, &cast.admin);
    against(|| one.submit_once(), || other.submit_once());
    assert_eq!(administrators(&instance, cast.workspace_id), 1);
    invariants(&instance);
}

#[test]
fn a_demotion_against_an_invitation_lets_it_out_before_or_not_at_all() {
    let (instance, cast) = Instance::with_cast();
    instance.execute("UPDATE plans SET seats = 100");
    for round in 0..ROUNDS {
        set_role(&instance, &cast.manager, Role::Administrator);
        let email = format!("new-{round}@sprocket.example");
        let invite = cast.manager.get("/settings/team/invite").form("Send invite");
        let invite = invite.with("Email address", &email).with("Role", "Agent");
        let demote = demotion(&cast.admin, &cast.manager);
        let (invited, demoted) = against(|| invite.submit_once(), || demote.submit_once());
        is_one_of(&demoted, &[303]);
        is_one_of(&invited, &[303, 403]);
        let sent = format!("SELECT count(*) FROM invitations WHERE email = '{email}'");
        assert_eq!(instance.count(&sent), i64::from(invited.status == 303));
        assert_eq!(cast.manager.get("/settings/team").status, 403);
    }
    invariants(&instance);
}

#[test]
fn a_demotion_against_an_assignment_counts_from_one_moment() {
    let (instance, cast) = Instance::with_cast();
    for _ in 0..ROUNDS {
        set_role(&instance, &cast.manager, Role::Manager);
        let id = cast.owned_by(&instance, &cast.agent);
        let assign = cast.manager.open(id).form("Assign").with("Assign to", "Lukas Brandt");
        let demote = demotion(&cast.admin, &cast.manager);
        let (assigned, demoted) = against(|| assign.submit_once(), || demote.submit_once());
        is_one_of(&demoted, &[303]);
        // To an Agent another's conversation does not exist.
        is_one_of(&assigned, &[303, 404]);
        let owner = if assigned.status == 303 { &cast.other_agent } else { &cast.agent };
        owner.open(id).expect(200, "You own this");
    }
    invariants(&instance);
}
