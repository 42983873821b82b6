//! A member is removed while they, or others with them, act.

use baton::db::Utc;
use baton::policy::Role;
use chrono::TimeDelta;

use super::crowd::add_members;
use super::invariants::invariants;
use super::{ROUNDS, against, is_one_of};
use crate::support::{Cast, Form, Instance, Member, Page};

fn removal(cast: &Cast, of: &Member) -> Form {
    cast.admin
        .get(&format!("/settings/team/members/{}/remove", of.membership_id))
        .form("Remove member")
}

/// The removal was done, and the other answer is a write, or the way out.
fn was_removed(removed: &Page, acted: &Page) {
    assert_eq!(removed.location().as_deref(), Some("/settings/team"), "{}", removed.text());
    is_one_of(acted, &[303]);
}

fn was_written(acted: &Page) -> bool {
    acted.location().is_some_and(|to| to.starts_with("/conversations/"))
}

#[test]
fn a_reply_against_the_authors_removal_is_stored_before_it_or_not_at_all() {
    let (instance, cast) = Instance::with_cast();
    for member in add_members(&instance, cast.workspace_id, Role::Agent, ROUNDS) {
        let id = cast.owned_by(&instance, &member);
        let reply = member.open(id).form("Send reply").with("Reply", "Farewell.");
        let remove = removal(&cast, &member);
        let (removed, sent) = against(|| remove.submit_once(), || reply.submit_once());
        was_removed(&removed, &sent);
        let replies = format!(
            "SELECT count(*) FROM messages WHERE kind = 'reply' AND conversation_id = {id}"
        );
        assert_eq!(instance.count(&replies), i64::from(was_written(&sent)));
        cast.other_agent.open(id).expect(200, "Nobody owns this now");
        assert_eq!(member.browser.get_once("/inbox").status, 303);
    }
    invariants(&instance);
}

#[test]
fn a_claim_against_the_claimants_removal_leaves_it_in_the_queue() {
    let (instance, cast) = Instance::with_cast();
    for member in add_members(&instance, cast.workspace_id, Role::Agent, ROUNDS) {
        let id = cast.waiting(&instance);
        let claim = member.open(id).form("Claim");
        let remove = removal(&cast, &member);
        let (removed, claimed) = against(|| remove.submit_once(), || claim.submit_once());
        was_removed(&removed, &claimed);
        let words = if was_written(&claimed) { "owns this now" } else { "owns this yet" };
        cast.other_agent.open(id).expect(200, &format!("Nobody {words}"));
    }
    invariants(&instance);
}

#[test]
fn an_assignment_against_the_removal_of_the_new_owner_leaves_no_orphan() {
    let (instance, cast) = Instance::with_cast();
    for member in add_members(&instance, cast.workspace_id, Role::Agent, ROUNDS) {
        let id = cast.owned_by(&instance, &cast.agent);
        let assign = cast.manager.open(id).form("Assign").with("Assign to", &member.name);
        let remove = removal(&cast, &member);
        let (removed, assigned) = against(|| remove.submit_once(), || assign.submit_once());
        assert_eq!(removed.location().as_deref(), Some("/settings/team"));
        is_one_of(&assigned, &[303, 409]);
        if assigned.status == 409 {
            assigned.expect(409, "That member is no longer in the team.");
            cast.agent.open(id).expect(200, "You own this");
        } else {
            cast.agent.open(id).expect(200, "Nobody owns this now");
        }
    }
    invariants(&instance);
}

#[test]
fn an_assignment_against_the_removal_of_its_manager_is_done_before_it_or_not_at_all() {
    let (instance, cast) = Instance::with_cast();
    for manager in add_members(&instance, cast.workspace_id, Role::Manager, ROUNDS) {
        let id = cast.owned_by(&instance, &cast.agent);
        let assign = manager.open(id).form("Assign").with("Assign to", "Lukas Brandt");
        let remove = removal(&cast, &manager);
        let (removed, assigned) = against(|| remove.submit_once(), || assign.submit_once());
        was_removed(&removed, &assigned);
        let owner = if was_written(&assigned) { &cast.other_agent } else { &cast.agent };
        owner.open(id).expect(200, "You own this");
    }
    invariants(&instance);
}

#[test]
fn a_removal_against_the_removal_of_its_successor_leaves_no_orphan() {
    let (instance, cast) = Instance::with_cast();
    let members = add_members(&instance, cast.workspace_id, Role::Agent, ROUNDS * 2);
    for pair in members.chunks(2) {
        let [leaving, heir] = pair else { panic!("an even number") };
        let id = cast.owned_by(&instance, leaving);
        let remove = removal(&cast, leaving).with("Reassign open conversations to", &heir.name);
        let remove_heir = removal(&cast, heir);
        let tab = cast.admin.browser.twin();
        let (one, other) = against(|| remove.submit_once(), || remove_heir.submit_as(&tab));
        is_one_of(&other, &[303]);
        is_one_of(&one, &[303, 422]);
        if one.status == 422 {
            one.expect(422, "Choose a member who is still active, or the queue.");
            leaving.open(id).expect(200, "You own this");
        } else {
            cast.agent.open(id).expect(200, "Nobody owns this now");
        }
    }
    invariants(&instance);
}

#[test]
fn a_removal_against_the_end_of_the_members_snoozes_wakes_them_all() {
    let (instance, cast) = Instance::with_cast();
    for member in add_members(&instance, cast.workspace_id, Role::Agent, ROUNDS / 2) {
        let ids: Vec<i64> = (0..4).map(|_| cast.owned_by(&instance, &member)).collect();
        for id in &ids {
            member.open(*id).form("Snooze").set("until", "tomorrow").submit();
        }
        let remove = removal(&cast, &member);
        let later = Utc::now().plus(TimeDelta::days(3));
        let (removed, woken) = against(|| remove.submit_once(), || instance.wake(later));
        assert_eq!(removed.location().as_deref(), Some("/settings/team"));
        assert_eq!(woken, 4);
        for id in &ids {
            cast.agent.open(*id).expect(200, "Nobody owns this now").expect(200, "Open");
        }
    }
    invariants(&instance);
}

#[test]
fn a_customers_message_against_the_owners_removal_is_kept_in_the_queue() {
    let (instance, cast) = Instance::with_cast();
    for member in add_members(&instance, cast.workspace_id, Role::Agent, ROUNDS) {
        let (id, customer) = cast.customer_writes(&instance, "Hanna Lindqvist", "In stock?");
        member.open(id).form("Claim").submit().form("Resolve").submit();
        let chat = customer.get(&cast.chat_path());
        let message = chat.form("Send").with("Message", "Hello again");
        let remove = removal(&cast, &member);
        let (removed, written) = against(|| remove.submit_once(), || message.submit_once());
        was_removed(&removed, &written);
        let page = cast.agent.open(id);
        page.expect(200, "Nobody owns this now").expect(200, "Hello again");
        assert!(page.has_button("Resolve"), "it is open");
    }
    invariants(&instance);
}
