//! The same form, or the same conversation, written into from two places.

use super::invariants::invariants;
use super::{ROUNDS, against, at_once, is_one_of, winners};
use crate::support::{Form, Instance};

#[test]
fn a_form_that_is_sent_from_many_tabs_at_once_is_one_reply() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    let form = cast.agent.open(id).form("Send reply").with("Reply", "On its way.");
    let tabs: Vec<_> = (0..16).map(|_| cast.agent.browser.twin()).collect();
    let pages = at_once(tabs.iter().map(|tab| || form.submit_as(tab)).collect());
    for page in &pages {
        assert_eq!(page.status, 303, "{}", page.text());
    }
    assert_eq!(instance.count("SELECT count(*) FROM messages WHERE kind = 'reply'"), 1);
    invariants(&instance);
}

#[test]
fn a_form_that_claims_is_sent_from_many_tabs_at_once_and_claims_once() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.waiting(&instance);
    let form = cast.agent.open(id).form("Claim and send").with("Reply", "On its way.");
    let tabs: Vec<_> = (0..16).map(|_| cast.agent.browser.twin()).collect();
    let pages = at_once(tabs.iter().map(|tab| || form.submit_as(tab)).collect());
    for page in &pages {
        assert_eq!(page.status, 303, "{}", page.text());
    }
    assert_eq!(instance.count("SELECT count(*) FROM messages WHERE kind = 'reply'"), 1);
    assert_eq!(instance.count("SELECT count(*) FROM activities WHERE kind = 'claimed'"), 1);
    invariants(&instance);
}

#[test]
fn two_tabs_with_two_texts_send_one_and_hold_the_other() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    for round in 0..ROUNDS {
        let form = |tab: &str| {
            let text = format!("{tab} {round}");
            cast.agent.open(id).form("Send reply").with("Reply", &text)
        };
        let (one, other) = (form("one"), form("other"));
        let tab = cast.agent.browser.twin();
        let (sent, held) = against(|| one.submit_once(), || other.submit_as(&tab));
        let pages = [sent, held];
        assert_eq!(winners(&pages).len(), 1);
        let held = pages.iter().find(|page| page.status == 409).expect("one is held");
        held.expect(409, "Your reply is not sent yet.");
        let text = held.form("Send reply").value("body").map(str::to_owned);
        assert!(text.is_some_and(|text| text.ends_with(&round.to_string())));
    }
    invariants(&instance);
}

#[test]
fn a_reply_against_a_reassignment_is_sent_before_it_or_kept() {
    let (instance, cast) = Instance::with_cast();
    for _ in 0..ROUNDS {
        let id = cast.owned_by(&instance, &cast.agent);
        let reply = cast.agent.open(id).form("Send reply").with("Reply", "On its way.");
        let assign = cast.manager.open(id).form("Assign").with("Assign to", "Lukas Brandt");
        let (sent, assigned) = against(|| reply.submit_once(), || assign.submit_once());
        is_one_of(&assigned, &[303]);
        is_one_of(&sent, &[303, 409]);
        if sent.status == 409 {
            sent.expect(409, "Your reply was not sent.");
            assert_eq!(sent.all("textarea#kept"), ["On its way."]);
        }
        let replies = format!(
            "SELECT count(*) FROM messages WHERE kind = 'reply' AND conversation_id = {id}"
        );
        assert_eq!(instance.count(&replies), i64::from(sent.status == 303));
    }
    invariants(&instance);
}

#[test]
fn notes_of_many_at_once_are_all_kept() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.waiting(&instance);
    let forms: Vec<Form> = cast
        .members()
        .iter()
        .flat_map(|member| (0..4).map(|n| (*member, n)))
        .map(|(member, n)| member.open(id).form("Add note").with("Note", &format!("Note {n}")))
        .collect();
    let pages = at_once(forms.iter().map(|form| || form.submit_once()).collect());
    for page in &pages {
        assert_eq!(page.status, 303, "{}", page.text());
    }
    assert_eq!(instance.count("SELECT count(*) FROM messages WHERE kind = 'note'"), 16);
    invariants(&instance);
}
