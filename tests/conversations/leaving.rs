//! What becomes of conversations whose owner leaves.

use baton::policy::Role;

use super::activity;
use crate::support::{Cast, Instance, Member, join, sign_in};

fn remove(cast: &Cast, member: &Member, successor: &str) {
    let path = format!("/settings/team/members/{}/remove", member.membership_id);
    let form = cast.admin.get(&path).form("Remove member");
    let form = form.with("Reassign open conversations to", successor);
    form.submit().expect(200, &format!("{} removed.", member.name));
}

#[test]
fn open_conversations_go_back_to_the_queue() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    remove(&cast, &cast.agent, "Unassigned (the queue)");
    let page = cast.other_agent.open(id);
    assert_eq!(activity(&page)[0], "Ana Silva removed Mia Chen, who owned this");
    page.form("Claim").submit().expect(200, "You own this");
}

#[test]
fn open_and_snoozed_ones_go_to_the_successor_and_resolved_ones_to_nobody() {
    let (instance, cast) = Instance::with_cast();
    let open = cast.owned_by(&instance, &cast.agent);
    let snoozed = cast.owned_by(&instance, &cast.agent);
    let resolved = cast.owned_by(&instance, &cast.agent);
    cast.agent.open(snoozed).form("Snooze").set("until", "tomorrow").submit();
    cast.agent.open(resolved).form("Resolve").submit();
    remove(&cast, &cast.agent, "Lukas Brandt");
    for id in [open, snoozed] {
        let page = cast.other_agent.open(id);
        page.expect(200, "You own this");
        assert_eq!(activity(&page)[0], "Ana Silva assigned this to Lukas Brandt");
    }
    cast.other_agent.open(resolved).expect(404, "There is nothing here");
    cast.manager.open(resolved).expect(200, "Nobody owns this now");
    let told = cast.other_agent.get("/notifications");
    assert_eq!(told.all(".notice b").len(), 2, "{}", told.text());
}

#[test]
fn a_resolved_conversation_is_seen_by_the_agent_who_owned_it_and_no_other() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    cast.agent.open(id).form("Resolve").submit();
    remove(&cast, &cast.agent, "Unassigned (the queue)");
    let resolved = "/inbox?view=unassigned&status=resolved";
    cast.other_agent.open(id).expect(404, "There is nothing here");
    assert!(cast.other_agent.get(resolved).all(".rows .row-name").is_empty());
    assert_eq!(cast.manager.get(resolved).all(".rows .row-name").len(), 1);
    // Invited again, they are a new member, but the same user.
    join(&instance, cast.workspace_id, cast.agent.user_id, Role::Agent);
    let back = Member { browser: instance.browser(), ..cast.agent.clone() };
    sign_in(&back.browser, &back.email);
    back.open(id).expect(200, "Nobody owns this now");
    assert_eq!(back.get(resolved).all(".rows .row-name").len(), 1);
}

#[test]
fn a_customer_brings_it_back_to_everybody() {
    let (instance, cast) = Instance::with_cast();
    let (id, customer) = cast.customer_writes(&instance, "Hanna Lindqvist", "In stock?");
    cast.agent.open(id).form("Claim").submit().form("Resolve").submit();
    remove(&cast, &cast.agent, "Lukas Brandt");
    cast.customer_adds(&customer, "Hello again");
    let page = cast.other_agent.open(id);
    page.expect(200, "Hello again").expect(200, "Nobody owns this now");
    page.form("Claim").submit().form("Resolve").submit().expect(200, "You own this");
}

#[test]
fn the_name_of_who_left_stays_in_the_history() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.waiting(&instance);
    cast.agent.open(id).form("Claim and send").with("Reply", "It is.").submit();
    remove(&cast, &cast.agent, "Unassigned (the queue)");
    let page = cast.manager.open(id);
    page.expect(200, "It is.");
    assert!(page.all(".message-by b").contains(&"Mia Chen".to_owned()));
    assert!(activity(&page).contains(&"Mia Chen claimed this".to_owned()));
}
