//! An inbox is taken from Agents while they claim what waits there.

use baton::db::Utc;
use baton::models::inbox::{self, SeenBy};
use baton::models::ownership::{self, Acting};
use baton::policy::Role;

use super::crowd::add_members;
use super::invariants::invariants;
use super::{ROUNDS, against, at_once, is_one_of};
use crate::support::Instance;

#[test]
fn a_claim_against_the_loss_of_the_inbox_counts_before_it_or_not_at_all() {
    let (instance, cast) = Instance::with_cast();
    let path = format!("/settings/inboxes/{}/team", instance.first_inbox(cast.workspace_id));
    let seen_by = |who: &str| cast.manager.get(&path).form("Save who sees it").set("seen_by", who);
    for _ in 0..ROUNDS {
        seen_by("everybody").submit();
        let id = cast.waiting(&instance);
        let claim = cast.agent.open(id).form("Claim");
        let hide = seen_by("chosen");
        let (claimed, hidden) = against(|| claim.submit_once(), || hide.submit_once());
        is_one_of(&hidden, &[303]);
        is_one_of(&claimed, &[303, 404]);
        // What they own they keep, whoever sees the inbox now.
        let is_theirs = claimed.status == 303;
        assert_eq!(cast.agent.open(id).status, if is_theirs { 200 } else { 404 });
        let owned = "SELECT count(*) FROM conversations WHERE assignee_id IS NOT NULL AND id";
        assert_eq!(instance.count(&format!("{owned} = {id}")), i64::from(is_theirs));
    }
    invariants(&instance);
}

/// Without the way through HTTP, more of them meet in the database.
#[test]
fn no_claim_is_written_after_the_inbox_was_taken_away() {
    let (instance, cast) = Instance::with_cast();
    let agents = add_members(&instance, cast.workspace_id, Role::Agent, 24);
    let inbox_id = instance.first_inbox(cast.workspace_id);
    let workspace_id = cast.workspace_id;
    let manager = cast.manager.at(workspace_id);
    let show_to = |seen_by: SeenBy| {
        let set = |conn: &mut _| inbox::set_seen_by(conn, manager, inbox_id, &seen_by);
        instance.verb(set).expect("a Manager may");
    };
    for _ in 0..8 {
        show_to(SeenBy::Everybody);
        instance.execute("DELETE FROM attempts");
        let ids: Vec<i64> = agents.iter().map(|_| cast.waiting(&instance)).collect();
        let claims = agents.iter().zip(&ids).map(|(agent, id)| {
            let act =
                Acting { workspace_id, membership_id: agent.membership_id, conversation_id: *id };
            let instance = &instance;
            Box::new(move || {
                instance.verb(|conn| ownership::claim(conn, act, Some(0))).ok();
                None
            }) as Box<dyn FnOnce() -> Option<Utc> + Send>
        });
        let taking = || {
            show_to(SeenBy::Chosen(Vec::new()));
            Some(Utc::now())
        };
        let mut all: Vec<Box<dyn FnOnce() -> Option<Utc> + Send>> = claims.collect();
        all.insert(agents.len() / 2, Box::new(taking));
        let taken = at_once(all).into_iter().flatten().next().expect("it was taken away");
        let late = instance.count(&format!(
            "SELECT count(*) FROM activities WHERE kind = 'claimed' AND created_at > '{}'",
            taken.to_chrono().naive_utc()
        ));
        assert_eq!(late, 0);
    }
    invariants(&instance);
}

#[test]
fn a_form_that_is_sent_many_times_at_once_makes_one_inbox() {
    let (instance, cast) = Instance::with_cast();
    for times in [2, 64] {
        let name = format!("Returns {times}");
        let form = cast.manager.get("/settings/inboxes/new").form("Save inbox");
        let form = form.with("Name", &name);
        let pages = at_once((0..times).map(|_| || form.submit_once()).collect());
        let added = format!("SELECT max(id) FROM inboxes WHERE name = '{name}'");
        let place = format!("/settings/inboxes/{}", instance.count(&added));
        for page in &pages {
            is_one_of(page, &[303]);
            assert_eq!(page.location().as_deref(), Some(&*place));
        }
        assert_eq!(instance.count(&added.replace("max(id)", "count(*)")), 1);
        let line = format!("SELECT count(*) FROM audit_entries WHERE about = '{name}'");
        assert_eq!(instance.count(&line), 1);
    }
}

#[test]
fn of_many_forms_at_once_for_inboxes_of_one_name_one_makes_it() {
    let (instance, cast) = Instance::with_cast();
    let form = || {
        let form = cast.manager.get("/settings/inboxes/new").form("Save inbox");
        form.with("Name", "Returns")
    };
    let forms: Vec<_> = (0..16).map(|_| form()).collect();
    let pages = at_once(forms.iter().map(|form| || form.submit_once()).collect());
    for page in &pages {
        is_one_of(page, &[303, 422]);
    }
    assert_eq!(instance.count("SELECT count(*) FROM inboxes WHERE name = 'Returns'"), 1);
}

#[test]
fn a_conversation_against_the_archive_begins_before_it_or_not_at_all() {
    let (instance, cast) = Instance::with_cast();
    let path = format!("/settings/inboxes/{}", instance.first_inbox(cast.workspace_id));
    for round in 0..ROUNDS {
        let form = instance.browser().get(&cast.chat_path()).form("Send");
        let form = form.with("Your name", "Hanna").with("Message", &format!("Hello {round}"));
        let form = form.with("Email address", "hanna@customer.example");
        let archive = cast.manager.get(&path).form("Archive inbox");
        let (archived, begun) = against(|| archive.submit_once(), || form.submit_once());
        is_one_of(&archived, &[303]);
        is_one_of(&begun, &[303, 410]);
        let stored = format!("SELECT count(*) FROM messages WHERE body = 'Hello {round}'");
        assert_eq!(instance.count(&stored), i64::from(begun.status == 303));
        cast.manager.get(&path).form("Restore inbox").submit();
    }
    invariants(&instance);
}
