//! Many want the same conversation.

use baton::models::ownership::{self, Acting, Missing, Outcome, Refusal};
use baton::policy::Role;

use super::crowd::add_members;
use super::invariants::invariants;
use super::{ROUNDS, against, at_once, is_one_of, winners};
use crate::support::{Form, Instance};

#[test]
fn of_sixty_four_who_claim_one_wins_and_the_others_learn_who() {
    let (instance, cast) = Instance::with_cast();
    let members = add_members(&instance, cast.workspace_id, Role::Agent, 64);
    for round in 1..=4 {
        let secret = format!("My door code is 471{round}.");
        let (id, _) = cast.customer_writes(&instance, "Hanna Lindqvist", &secret);
        let forms: Vec<Form> = members.iter().map(|member| member.open(id).form("Claim")).collect();
        let pages = at_once(forms.iter().map(|form| || form.submit_once()).collect());
        let [winner] = winners(&pages)[..] else { panic!("not one: {:?}", winners(&pages)) };
        let winner = &members[winner];
        for page in pages.iter().filter(|page| page.status == 409) {
            page.expect(409, &format!("{} claimed this first", winner.name));
            assert!(!page.body.contains(&secret), "the thread is not theirs to read");
        }
        winner.open(id).expect(200, "You own this");
        let owner = format!("SELECT assignee_id FROM conversations WHERE id = {id}");
        assert_eq!(instance.count(&owner), winner.membership_id);
    }
    invariants(&instance);
}

/// Without the way through HTTP, more of them meet in the database.
#[test]
fn of_sixty_four_claims_in_the_database_itself_one_is_written() {
    let (instance, cast) = Instance::with_cast();
    let members = add_members(&instance, cast.workspace_id, Role::Agent, 64);
    for _ in 0..8 {
        let id = cast.waiting(&instance);
        let claims = members.iter().map(|member| {
            let act = Acting {
                workspace_id: cast.workspace_id,
                membership_id: member.membership_id,
                conversation_id: id,
            };
            let instance = &instance;
            move || instance.verb(|conn| ownership::claim(conn, act, Some(0)))
        });
        let outcomes = at_once(claims.collect());
        let won =
            |outcome: &Result<Outcome, Refusal>| matches!(outcome, Ok(Outcome::Changed { .. }));
        assert_eq!(outcomes.iter().filter(|outcome| won(outcome)).count(), 1);
        let winner = outcomes.iter().position(won).map(|n| members[n].membership_id);
        for refusal in outcomes.into_iter().filter_map(Result::err) {
            let Refusal::Missing(Missing::Lost(current)) = refusal else { panic!("{refusal:?}") };
            assert_eq!(current.owner.map(|(id, _)| id), winner);
        }
    }
    invariants(&instance);
}

#[test]
fn of_sixty_four_who_claim_and_send_one_is_heard_and_the_others_keep_their_text() {
    let (instance, cast) = Instance::with_cast();
    let members = add_members(&instance, cast.workspace_id, Role::Agent, 64);
    let (id, customer) = cast.customer_writes(&instance, "Hanna Lindqvist", "Is it in stock?");
    let texts: Vec<String> = members.iter().map(|m| format!("This is {}.", m.name)).collect();
    let forms: Vec<Form> = members
        .iter()
        .zip(&texts)
        .map(|(member, text)| member.open(id).form("Claim and send").with("Reply", text))
        .collect();
    let pages = at_once(forms.iter().map(|form| || form.submit_once()).collect());
    let [winner] = winners(&pages)[..] else { panic!("not one: {:?}", winners(&pages)) };
    for (page, text) in pages.iter().zip(&texts).filter(|(page, _)| page.status == 409) {
        page.expect(409, &format!("{} claimed this first", members[winner].name));
        assert_eq!(&page.all("textarea#kept"), std::slice::from_ref(text));
    }
    let chat = customer.get(&cast.chat_path());
    assert_eq!(chat.all(".thread .bubble"), ["Is it in stock?", &*texts[winner]]);
    assert_eq!(instance.count("SELECT count(*) FROM messages WHERE kind = 'reply'"), 1);
    invariants(&instance);
}

#[test]
fn of_many_managers_who_take_over_one_does_and_the_others_see_it_first() {
    let (instance, cast) = Instance::with_cast();
    let managers = add_members(&instance, cast.workspace_id, Role::Manager, 16);
    let id = cast.owned_by(&instance, &cast.agent);
    let forms: Vec<Form> = managers.iter().map(|one| one.open(id).form("Take over")).collect();
    let pages = at_once(forms.iter().map(|form| || form.submit_once()).collect());
    let [winner] = winners(&pages)[..] else { panic!("not one: {:?}", winners(&pages)) };
    for page in pages.iter().filter(|page| page.status == 409) {
        page.expect(409, &format!("{} took this over meanwhile.", managers[winner].name));
    }
    invariants(&instance);
}

#[test]
fn a_claim_against_an_assignment_ends_with_one_owner_whom_both_know() {
    let (instance, cast) = Instance::with_cast();
    for _ in 0..ROUNDS {
        let id = cast.waiting(&instance);
        let claim = cast.agent.open(id).form("Claim");
        let assign = cast.manager.open(id).form("Assign").with("Assign to", "Lukas Brandt");
        let (claimed, assigned) = against(|| claim.submit_once(), || assign.submit_once());
        let won = winners(&[claimed.clone(), assigned.clone()]);
        match won[..] {
            [0] => assigned.expect(409, "Mia Chen claimed this meanwhile."),
            [1] => claimed.expect(409, "Lukas Brandt owns this now"),
            _ => panic!("not one: {won:?}"),
        };
    }
    invariants(&instance);
}

#[test]
fn a_claim_against_a_release_never_leaves_two_owners() {
    let (instance, cast) = Instance::with_cast();
    for _ in 0..ROUNDS {
        let id = cast.waiting(&instance);
        let claim = cast.other_agent.open(id).form("Claim");
        let release = cast.agent.open(id).form("Claim").submit().form("Release");
        let (claimed, released) = against(|| claim.submit_once(), || release.submit_once());
        is_one_of(&released, &[303]);
        // The page of the one who claims is outdated either way.
        is_one_of(&claimed, &[409]);
        cast.manager.open(id).expect(200, "Nobody owns this now");
    }
    invariants(&instance);
}

#[test]
fn many_who_pass_conversations_around_at_random_break_nothing() {
    let (instance, cast) = Instance::with_cast();
    let managers = add_members(&instance, cast.workspace_id, Role::Manager, 8);
    let ids: Vec<i64> = (0..3).map(|_| cast.waiting(&instance)).collect();
    let work = managers.iter().enumerate().map(|(n, manager)| {
        let (ids, managers) = (&ids, &managers);
        move || {
            for step in 0..12 {
                let page = manager.open(ids[(n + step) % ids.len()]);
                let to = &managers[(n * 5 + step * 3) % managers.len()].name;
                let form = match (n + step) % 4 {
                    0 if page.has_button("Claim") => page.form("Claim"),
                    1 if page.has_button("Release") => page.form("Release"),
                    2 if page.has_button("Send reply") => {
                        page.form("Send reply").with("Reply", &format!("Step {step}"))
                    }
                    3 if page.has_button("Take over") => page.form("Take over"),
                    _ => page.form("Assign").with("Assign to", to),
                };
                // 200: who takes over with a text that they could not send is shown it.
                is_one_of(&form.submit_once(), &[200, 303, 409]);
            }
        }
    });
    at_once(work.collect());
    invariants(&instance);
}
