//! Claim, release, take over.

use baton::policy::Role;

use super::activity;
use crate::support::{Cast, Instance, Member, Page, add_member};

#[test]
fn a_member_claims_what_waits() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.waiting(&instance);
    let page = cast.agent.open(id);
    page.expect(200, "Nobody owns this yet");
    let page = page.form("Claim").submit();
    page.expect(200, "Claimed. You own this now.").expect(200, "You own this");
    assert_eq!(activity(&page), ["Mia Chen claimed this", "Hanna Lindqvist wrote"]);
    assert!(!page.has_button("Claim"));
    assert!(page.has_button("Send reply"));
}

#[test]
fn an_agent_who_comes_second_learns_who_has_it_and_nothing_of_the_thread() {
    let (instance, cast) = Instance::with_cast();
    let (id, _) = cast.customer_writes(&instance, "Hanna Lindqvist", "My door code is 4711.");
    let form = cast.other_agent.open(id).form("Claim");
    cast.agent.open(id).form("Claim").submit().expect(200, "You own this");
    let page = form.submit();
    page.expect(409, "Mia Chen claimed this first")
        .expect(409, "It was not claimed for you.")
        .expect(409, "Hanna Lindqvist");
    assert!(!page.body.contains("4711"), "the thread is not theirs to read");
    cast.other_agent.open(id).expect(404, "There is nothing here");
}

#[test]
fn who_comes_second_to_an_assigned_one_is_not_told_that_it_was_claimed() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.waiting(&instance);
    let form = cast.other_agent.open(id).form("Claim");
    cast.manager.open(id).form("Assign").with("Assign to", "Mia Chen").submit();
    form.submit().expect(409, "Mia Chen owns this now");
}

#[test]
fn a_manager_who_comes_second_sees_the_conversation_and_may_take_it_over() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.waiting(&instance);
    let form = cast.manager.open(id).form("Claim");
    cast.agent.open(id).form("Claim").submit();
    let page = form.submit();
    page.expect(409, "Mia Chen claimed this first.").expect(409, "Is the rear hanger in stock?");
    assert!(page.has_button("Take over"));
}

#[test]
fn a_claim_that_is_clicked_twice_counts_once() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.waiting(&instance);
    let form = cast.agent.open(id).form("Claim");
    form.submit().expect(200, "You own this");
    let page = form.submit();
    page.expect(200, "You own this");
    assert_eq!(activity(&page), ["Mia Chen claimed this", "Hanna Lindqvist wrote"]);
}

#[test]
fn a_claim_of_what_was_claimed_and_released_meanwhile_asks_again() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.waiting(&instance);
    let form = cast.agent.open(id).form("Claim");
    cast.other_agent.open(id).form("Claim").submit().form("Release").submit();
    let page = form.submit();
    page.expect(409, "It changed hands meanwhile and is back in the queue.");
    page.form("Claim").submit().expect(200, "You own this");
}

#[test]
fn an_owner_gives_a_conversation_back_to_the_queue() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    let page = cast.agent.open(id).form("Release").submit();
    page.expect(200, "Released. It is back in the queue.").expect(200, "Nobody owns this now");
    assert_eq!(activity(&page)[0], "Mia Chen released this");
    cast.other_agent.open(id).form("Claim").submit().expect(200, "You own this");
}

#[test]
fn what_is_resolved_is_released_into_no_queue() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    cast.agent.open(id).form("Resolve").submit();
    let page = cast.manager.open(id).form("Release").submit();
    page.expect(200, "Released. Nobody owns it now.").expect(200, "Released just now");
    assert!(!page.says("Joined the queue"));
}

#[test]
fn an_owner_gives_back_what_went_round_and_came_back_meanwhile() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    let form = cast.agent.open(id).form("Release");
    let taken = cast.manager.open(id).form("Take over").submit();
    taken
        .form("Assign")
        .with("Assign to", "Mia Chen")
        .submit()
        .expect(200, "Assigned to Mia Chen.");
    form.submit().expect(200, "Released. It is back in the queue.");
}

#[test]
fn a_manager_gives_back_what_another_owns() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    let page = cast.manager.open(id).form("Release").submit();
    page.expect(200, "Released. It is back in the queue.");
    assert_eq!(activity(&page)[0], "Gil Roth released this");
}

#[test]
fn an_agent_does_not_give_back_what_another_owns() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    let form = cast.agent.open(id).form("Release");
    let page = form.submit_as(&cast.other_agent.browser);
    page.expect(409, "Mia Chen claimed this first").expect(409, "Your change was not made.");
    assert!(!page.says("Is the rear hanger in stock?"), "nothing of the thread");
    cast.agent.open(id).expect(200, "You own this");
}

#[test]
fn an_agent_who_acts_on_a_stale_page_is_told_who_has_it_whatever_they_press() {
    let (instance, cast) = Instance::with_cast();
    let label = add_label(&instance, &cast);
    for pressed in PRESSED {
        let id = cast.owned_by(&instance, &cast.agent);
        let page = cast.agent.open(id);
        cast.manager.open(id).form("Take over").submit().expect(200, "You own this now.");
        let page = press(&page, pressed, (id, label), &cast.agent);
        page.expect(409, "Gil Roth took this over");
        assert!(!page.says("this over first"), "it was theirs before");
        assert!(!page.says("Is the rear hanger in stock?"), "nothing of the thread");
        cast.manager.open(id).expect(200, "You own this");
    }
}

/// The buttons of a conversation's page, and what its script sends by itself.
const PRESSED: [&str; 8] = [
    "Send reply",
    "Add note",
    "Release",
    "Resolve",
    "Snooze",
    "Mark as spam",
    "Add label",
    "what is typed",
];

#[track_caller]
fn press(page: &Page, what: &str, (id, label): (i64, i64), by: &Member) -> Page {
    if what != "what is typed" {
        let form = page.form(what).set("body", "Let me see").set("label", &label.to_string());
        return form.submit_as(&by.browser);
    }
    let fields =
        [("kind", "note"), ("page", "the-page-at-the-desk"), ("version", "0"), ("text", "Let me")];
    by.browser.post_once(&format!("/conversations/{id}/draft"), &fields)
}

fn add_label(instance: &Instance, cast: &Cast) -> i64 {
    let form = cast.manager.get("/settings/labels").click("New label").form("Save label");
    form.with("Name", "Refund").submit().expect(200, "Added the label Refund.");
    instance.count("SELECT max(id) FROM labels")
}

#[test]
fn a_manager_who_claims_what_was_assigned_meanwhile_is_told_so() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.waiting(&instance);
    let form = cast.manager.open(id).form("Claim");
    let assign = cast.admin.open(id).form("Assign").with("Assign to", "Mia Chen");
    assign.submit().expect(200, "Assigned to Mia Chen.");
    form.submit().expect(409, "This was assigned to Mia Chen first. It was not claimed for you.");
}

#[test]
fn a_manager_takes_over_what_another_owns() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    let page = cast.manager.open(id).form("Take over").submit();
    page.expect(200, "Taken over. You own this now.");
    assert_eq!(activity(&page)[0], "Gil Roth took this over from Mia Chen");
    cast.agent.open(id).expect(404, "There is nothing here");
}

#[test]
fn an_agent_takes_nothing_over() {
    let (instance, cast) = Instance::with_cast();
    let owned = cast.owned_by(&instance, &cast.other_agent);
    let form = cast.manager.open(owned).form("Take over");
    assert_eq!(form.submit_as(&cast.agent.browser).status, 404);
    let waiting = cast.waiting(&instance);
    assert!(!cast.agent.open(waiting).has_button("Take over"));
    let path = format!("/conversations/{waiting}/take-over");
    cast.agent.browser.post(&path, &[]).expect(403, "Your role does not include");
    assert_eq!(
        instance.count("SELECT count(*) FROM conversations WHERE assignee_id IS NOT NULL"),
        1
    );
}

#[test]
fn who_takes_over_sees_first_that_it_moved_on() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    let form = cast.manager.open(id).form("Take over");
    cast.admin.open(id).form("Assign").with("Assign to", "Lukas Brandt").submit();
    let page = form.submit();
    page.expect(409, "This was assigned to Lukas Brandt meanwhile.")
        .expect(409, "Mia Chen owned it when you opened it.")
        .expect(409, "Take it over anyway?");
    page.form("Take over anyway").submit().expect(200, "You own this");
}

#[test]
fn who_releases_sees_first_that_it_moved_on() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.manager);
    let form = cast.manager.open(id).form("Release");
    cast.admin.open(id).form("Assign").with("Assign to", "Lukas Brandt").submit();
    let page = form.submit();
    page.expect(409, "This was assigned to Lukas Brandt meanwhile.")
        .expect(409, "You owned it when you opened it. Put it back in the queue anyway?");
    page.form("Release anyway").submit().expect(200, "Unassigned. It is back in the queue.");
}

#[test]
fn the_page_tells_since_when_and_from_whom() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    cast.manager.open(id).expect(200, "Mia Chen owns this").expect(200, "Claimed just now");
    cast.manager.open(id).form("Assign").with("Assign to", "Lukas Brandt").submit();
    cast.other_agent.open(id).expect(200, "Assigned by Gil Roth, just now");
    cast.manager.open(id).expect(200, "Assigned by you, just now").form("Take over").submit();
    cast.admin.open(id).expect(200, "Gil Roth owns this").expect(200, "Took over just now");
}

#[test]
fn an_agent_who_never_had_it_in_sight_is_told_nothing_whatever_they_send() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    let label = add_label(&instance, &cast);
    let page = cast.agent.open(id);
    let (email, role) = ("noor@sprocket.example", Role::Agent);
    let noor = add_member(&instance, cast.workspace_id, "Noor Haddad", email, role);
    for pressed in PRESSED {
        let page = press(&page, pressed, (id, label), &noor);
        page.expect(404, "There is nothing here");
    }
    for fields in [&[][..], &[("owner", ""), ("ownership_version", "0")][..]] {
        let path = format!("/conversations/{id}/claim");
        noor.browser.post(&path, fields).expect(404, "There is nothing here");
    }
    // From the queue on they see what becomes of it.
    page.form("Release").submit().expect(200, "Released");
    let form = noor.open(id).form("Claim");
    cast.agent.open(id).form("Claim").submit().expect(200, "You own this");
    form.submit().expect(409, "Mia Chen claimed this first");
}
