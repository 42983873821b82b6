//! *Assign to*: who may say who owns a conversation, and what they see first.

use super::activity;
use crate::support::Instance;

#[test]
fn a_manager_assigns_to_any_member_by_name() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.waiting(&instance);
    let form = cast.manager.open(id).form("Assign");
    assert_eq!(
        form.options("Assign to"),
        ["Ana Silva", "Gil Roth", "Lukas Brandt", "Mia Chen", "Unassigned"]
    );
    let page = form.with("Assign to", "Mia Chen").submit();
    page.expect(200, "Assigned to Mia Chen.").expect(200, "Mia Chen owns this");
    assert_eq!(activity(&page)[0], "Gil Roth assigned this to Mia Chen");
    cast.agent.open(id).expect(200, "You own this");
}

#[test]
fn members_of_one_name_are_told_apart_by_their_addresses() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.waiting(&instance);
    instance.execute("UPDATE users SET name = 'Mia Chen' WHERE name = 'Lukas Brandt'");
    instance.execute("UPDATE users SET name = 'Unassigned' WHERE name = 'Ana Silva'");
    let other = format!("Mia Chen ({})", cast.other_agent.email);
    let form = cast.manager.open(id).form("Assign");
    let mut options = form.options("Assign to");
    options.sort_unstable();
    let [mia, ana] = [&cast.agent, &cast.admin].map(|of| format!("({})", of.email));
    let mut all = [
        "Gil Roth".to_owned(),
        format!("Mia Chen {mia}"),
        other.clone(),
        "Unassigned".to_owned(),
        format!("Unassigned {ana}"),
    ];
    all.sort_unstable();
    assert_eq!(options, all);
    form.with("Assign to", &other).submit();
    cast.other_agent.open(id).expect(200, "You own this");
}

#[test]
fn what_is_reassigned_leaves_the_former_owners_sight() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    cast.admin.open(id).form("Assign").with("Assign to", "Lukas Brandt").submit();
    cast.agent.open(id).expect(404, "There is nothing here");
    cast.other_agent.open(id).expect(200, "You own this");
}

#[test]
fn a_manager_who_assigns_to_themselves_claims_or_takes_over() {
    let (instance, cast) = Instance::with_cast();
    let waiting = cast.waiting(&instance);
    let page = cast.manager.open(waiting).form("Assign").with("Assign to", "Gil Roth").submit();
    assert_eq!(activity(&page)[0], "Gil Roth claimed this");
    let owned = cast.owned_by(&instance, &cast.agent);
    let page = cast.manager.open(owned).form("Assign").with("Assign to", "Gil Roth").submit();
    assert_eq!(activity(&page)[0], "Gil Roth took this over from Mia Chen");
}

#[test]
fn unassigned_puts_a_conversation_back_in_the_queue() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    let page = cast.manager.open(id).form("Assign").with("Assign to", "Unassigned").submit();
    page.expect(200, "Unassigned. It is back in the queue.");
    assert_eq!(activity(&page)[0], "Gil Roth unassigned this from Mia Chen");
}

#[test]
fn a_manager_who_unassigns_their_own_has_released_it() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.manager);
    let page = cast.manager.open(id).form("Assign").with("Assign to", "Unassigned").submit();
    page.expect(200, "Unassigned. It is back in the queue.");
    assert_eq!(activity(&page)[0], "Gil Roth released this");
}

#[test]
fn assigning_to_the_owner_changes_nothing() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    let form = cast.manager.open(id).form("Assign");
    let page = form.with("Assign to", "Mia Chen").submit();
    page.expect(200, "Mia Chen already owns this.");
    assert_eq!(activity(&page), ["Mia Chen claimed this", "Hanna Lindqvist wrote"]);
}

#[test]
fn a_manager_sees_what_moved_in_between_and_confirms() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.waiting(&instance);
    let form = cast.manager.open(id).form("Assign").with("Assign to", "Lukas Brandt");
    cast.agent.open(id).form("Claim").submit();
    let page = form.submit();
    page.expect(409, "Mia Chen claimed this meanwhile.")
        .expect(409, "It was unassigned when you opened it.")
        .expect(409, "Assign it to Lukas Brandt anyway?")
        .expect(409, "Mia Chen owns this");
    let page = page.form("Assign anyway").submit();
    page.expect(200, "Assigned to Lukas Brandt.");
    assert_eq!(activity(&page)[0], "Gil Roth assigned this to Lukas Brandt");
}

#[test]
fn what_moves_again_while_they_confirm_is_shown_again() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.waiting(&instance);
    let form = cast.manager.open(id).form("Assign").with("Assign to", "Lukas Brandt");
    cast.agent.open(id).form("Claim").submit();
    let confirm = form.submit().form("Assign anyway");
    cast.agent.open(id).form("Release").submit();
    let page = confirm.submit();
    page.expect(409, "This went back to the queue meanwhile.")
        .expect(409, "Mia Chen owned it when you opened it.");
    page.form("Assign anyway").submit().expect(200, "Assigned to Lukas Brandt.");
}

#[test]
fn a_member_who_was_removed_is_not_assigned_to() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.waiting(&instance);
    let form = cast.manager.open(id).form("Assign").with("Assign to", "Lukas Brandt");
    let remove = format!("/settings/team/members/{}/remove", cast.other_agent.membership_id);
    cast.admin.get(&remove).form("Remove member").submit().expect(200, "Lukas Brandt removed.");
    let page = form.submit();
    page.expect(409, "That member is no longer in the team. Choose another.");
    assert!(!page.form("Assign").options("Assign to").contains(&"Lukas Brandt"));
    page.expect(409, "Nobody owns this yet");
}

#[test]
fn a_member_of_another_workspace_is_not_assigned_to() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.waiting(&instance);
    let form = cast.manager.open(id).form("Assign");
    let outsider = cast.outsider.membership_id.to_string();
    let page = form.set("assignee", &outsider).submit();
    page.expect(409, "That member is no longer in the team.");
    assert!(!page.says("Olga Petrova"));
    let form = cast.manager.open(id).form("Assign");
    form.set("assignee", "everybody").submit().expect(422, "Baton did not understand that");
    cast.manager.open(id).expect(200, "Nobody owns this yet");
}

#[test]
fn an_agent_says_nothing_of_who_owns_what() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    let form = cast.manager.open(id).form("Assign").with("Assign to", "Lukas Brandt");
    assert!(!cast.agent.open(id).has_button("Assign"));
    let page = form.submit_as(&cast.agent.browser);
    page.expect(403, "Your role does not include");
    assert_eq!(form.submit_as(&cast.other_agent.browser).status, 404);
    cast.agent.open(id).expect(200, "You own this");
}

#[test]
fn a_resolved_conversation_is_assigned_as_any_other() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    cast.agent.open(id).form("Resolve").submit();
    cast.manager.open(id).form("Assign").with("Assign to", "Lukas Brandt").submit();
    cast.other_agent.open(id).expect(200, "You own this").expect(200, "Resolved");
}
