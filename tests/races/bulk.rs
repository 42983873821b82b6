//! Many conversations at once, while others work in them.

use baton::policy::Role;

use super::crowd::add_members;
use super::invariants::invariants;
use super::{against, at_once, is_one_of};
use crate::support::{Cast, Form, Instance, Member, Page};

const QUEUE: &str = "/inbox?view=unassigned";

/// What the line says was done: the number that it begins with.
fn done(page: &Page) -> i64 {
    let line = page.all(".flash p").concat();
    line.split(' ').next().and_then(|first| first.parse().ok()).unwrap_or(0)
}

fn resolve_all(cast: &Cast) {
    let page = cast.manager.get("/inbox?view=all");
    page.form("Resolve selected").check("All that match").submit().expect(200, "resolved.");
}

#[test]
fn of_a_bulk_assignment_and_many_claims_each_conversation_goes_to_one() {
    let (instance, cast) = Instance::with_cast();
    let agents = add_members(&instance, cast.workspace_id, Role::Agent, 8);
    for _ in 0..4 {
        let ids: Vec<i64> = (0..8).map(|_| cast.waiting(&instance)).collect();
        let mut form = cast.manager.get(QUEUE).form("Assign selected");
        for _ in &ids {
            form = form.check("Select Hanna Lindqvist");
        }
        let form = form.with("Assign selected to", "Mia Chen");
        let claims: Vec<Form> =
            agents.iter().zip(&ids).map(|(agent, id)| agent.open(*id).form("Claim")).collect();
        let (assigned, claimed) = against(
            || form.submit(),
            || at_once(claims.iter().map(|claim| || claim.submit_once()).collect()),
        );
        claimed.iter().for_each(|page| is_one_of(page, &[303, 409]));
        let won = claimed.iter().filter(|page| page.status == 303).count();
        assert_eq!(done(&assigned) + i64::try_from(won).unwrap_or(0), 8, "{}", assigned.text());
        let hers = format!(
            "SELECT count(*) FROM conversations WHERE status = 'open' AND assignee_id = {}",
            cast.agent.membership_id
        );
        assert_eq!(instance.count(&hers), done(&assigned));
        resolve_all(&cast);
    }
    invariants(&instance);
}

#[test]
fn two_who_assign_the_same_ones_overwrite_nothing() {
    let (instance, cast) = Instance::with_cast();
    for _ in 0..6 {
        let _: Vec<i64> = (0..6).map(|_| cast.waiting(&instance)).collect();
        let select = |by: &Member, to: &str| {
            let form = (0..6).fold(by.get(QUEUE).form("Assign selected"), |form, _| {
                form.check("Select Hanna Lindqvist")
            });
            form.with("Assign selected to", to)
        };
        let one = select(&cast.manager, "Mia Chen");
        let other = select(&cast.admin, "Lukas Brandt");
        let (one, other) = against(|| one.submit(), || other.submit());
        assert_eq!(done(&one) + done(&other), 6, "{} / {}", one.text(), other.text());
        resolve_all(&cast);
    }
    invariants(&instance);
}

#[test]
fn an_undo_against_a_claim_takes_nothing_from_anybody() {
    let (instance, cast) = Instance::with_cast();
    for _ in 0..super::ROUNDS {
        let id = cast.owned_by(&instance, &cast.agent);
        let undo = cast.agent.open(id).form("Release").submit().form("Undo");
        let claim = cast.other_agent.open(id).form("Claim");
        let (undone, claimed) = against(|| undo.submit_once(), || claim.submit_once());
        is_one_of(&undone, &[303, 409]);
        is_one_of(&claimed, &[303, 409]);
        assert_ne!(undone.status, claimed.status, "one of them was first");
        let owner = if undone.status == 303 { &cast.agent } else { &cast.other_agent };
        let now = format!("SELECT assignee_id FROM conversations WHERE id = {id}");
        assert_eq!(instance.count(&now), owner.membership_id);
    }
    invariants(&instance);
}

#[test]
fn an_undo_that_is_pressed_many_times_at_once_is_done_once() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.waiting(&instance);
    let undo = cast.agent.open(id).form("Resolve").submit().form("Undo");
    let pages = at_once((0..8).map(|_| || undo.submit_once()).collect());
    pages.iter().for_each(|page| is_one_of(page, &[303]));
    let lines = "SELECT count(*) FROM activities WHERE kind = 'reopened'";
    assert_eq!(instance.count(lines), 1);
    invariants(&instance);
}
