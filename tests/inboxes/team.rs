//! Who of the team sees an inbox.

use baton::models::inbox::{self, Refusal, SeenBy};
use baton::models::membership::Barred;
use baton::policy::Role;

use super::INBOXES;
use crate::inbox::listed;
use crate::support::{Form, Instance, Member, Page, add_member};

/// The form that says who sees the only inbox, set to these members.
#[track_caller]
pub fn showing_to(by: &Member, chosen: &[&Member]) -> Form {
    let page = by.get(INBOXES).row("Website chat").click("Edit").click("Who sees it");
    let form = page.form("Save who sees it").set("seen_by", "chosen");
    let add = |form: Form, member: &&Member| form.and("member", &member.membership_id.to_string());
    chosen.iter().fold(form.without("member"), add)
}

#[track_caller]
fn show_to(by: &Member, chosen: &[&Member]) -> Page {
    let page = showing_to(by, chosen).submit();
    page.expect(200, "Saved who sees Website chat.");
    page
}

#[test]
fn everybody_sees_an_inbox_until_members_are_chosen() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.waiting(&instance);
    cast.agent.open(id).expect(200, "Is the rear hanger in stock?");
    let page = show_to(&cast.manager, &[&cast.agent]);
    assert_eq!(page.form("Save who sees it").value("seen_by"), Some("chosen"));
    cast.admin.get(INBOXES).row("Website chat").expect(200, "for chosen members");
    for member in [&cast.admin, &cast.manager, &cast.agent] {
        let list = member.get("/inbox?view=unassigned");
        assert_eq!(listed(&list), ["Hanna Lindqvist"], "{}", member.name);
        member.open(id).expect(200, "Is the rear hanger in stock?");
    }
    let list = cast.other_agent.get("/inbox?view=unassigned");
    assert_eq!(listed(&list), [""; 0]);
    assert_eq!(list.all("#count-unassigned"), ["0"]);
    assert_eq!(cast.other_agent.open(id).status, 404);

    let page = cast.admin.get(INBOXES).row("Website chat").click("Edit").click("Who sees it");
    page.form("Save who sees it").set("seen_by", "everybody").submit();
    cast.other_agent.open(id).expect(200, "Is the rear hanger in stock?");
    assert_eq!(instance.count("SELECT count(*) FROM inbox_members"), 0);
}

#[test]
fn an_agent_who_is_not_chosen_can_do_nothing_with_what_waits_there() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.waiting(&instance);
    show_to(&cast.admin, &[&cast.agent]);
    let outside = &cast.other_agent.browser;
    let (last, label) = (instance.count("SELECT max(id) FROM messages").to_string(), "1");
    for (act, fields) in [
        ("claim", vec![]),
        ("release", vec![]),
        ("assign", vec![("assignee", "")]),
        ("resolve", vec![]),
        ("snooze", vec![("until", "next-week")]),
        ("spam", vec![]),
        ("label", vec![("label", label)]),
        ("notes", vec![("body", "Mine."), ("submission", "a-form-of-mine-1")]),
        (
            "reply",
            vec![("body", "Mine."), ("submission", "a-form-of-mine-2"), ("last_message", &*last)],
        ),
    ] {
        let page = outside.post(&format!("/conversations/{id}/{act}"), &fields);
        assert_eq!(page.status, 404, "{act}: {}", page.text());
        assert!(!page.says("Hanna"), "{act}");
    }
    // Nor do they learn of it once somebody has it.
    cast.agent.open(id).form("Claim").submit().expect(200, "You own this");
    for act in ["claim", "notes", "reply"] {
        let fields =
            [("body", "Mine."), ("submission", "a-form-of-mine-3"), ("last_message", &*last)];
        let page = outside.post(&format!("/conversations/{id}/{act}"), &fields);
        assert_eq!(page.status, 404, "{act}: {}", page.text());
    }
    let contact = instance.count("SELECT max(id) FROM contacts");
    let page = cast.other_agent.get(&format!("/contacts/{contact}"));
    page.expect(200, "0 conversations");
    assert_eq!(instance.count("SELECT count(*) FROM messages"), 1);
}

#[test]
fn what_a_member_owns_they_see_and_answer_wherever_it_is() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.other_agent);
    show_to(&cast.admin, &[]);
    let list = cast.other_agent.get("/inbox?view=mine");
    assert_eq!(listed(&list), ["Hanna Lindqvist"]);
    let page = cast.other_agent.open(id).form("Send reply").with("Reply", "It is.").submit();
    page.expect(200, "It is.");
    // Given back, it is gone from their sight, and they are told on the list.
    let page = cast.other_agent.open(id).form("Release").submit();
    page.expect(200, "Released. It is back in the queue.");
    assert!(page.path.starts_with("/inbox"), "{}", page.path);
    assert_eq!(cast.other_agent.open(id).status, 404);
    // What is assigned to them is theirs.
    let assign = cast.manager.open(id).form("Assign").with("Assign to", "Lukas Brandt");
    assign.submit().expect(200, "Assigned to Lukas Brandt.");
    cast.other_agent.open(id).expect(200, "You own this");
}

#[test]
fn the_text_of_whoever_loses_sight_while_they_type_is_kept() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.waiting(&instance);
    let page = cast.other_agent.open(id);
    let reply = page.form("Claim and send").with("Reply", "I had typed this.");
    let note = page.form("Add note").with("Note", "And noted this.");
    show_to(&cast.admin, &[&cast.agent]);
    let page = reply.submit();
    page.expect(409, "You no longer have access to this conversation").expect(409, "was not sent");
    assert_eq!(page.all("textarea#kept"), ["I had typed this."]);
    assert!(!page.says("rear hanger"), "the thread is not theirs to read");
    assert_eq!(note.submit().all("textarea#kept"), ["And noted this."]);
    assert_eq!(instance.count("SELECT count(*) FROM messages"), 1);
}

#[test]
fn an_inbox_for_others_is_not_offered_as_a_filter() {
    let (_instance, cast) = Instance::with_cast();
    let form = cast.admin.get(INBOXES).click("Add inbox").form("Save inbox");
    form.with("Name", "Wholesale").submit().expect(200, "Added Wholesale.");
    let offered = |member: &Member| member.get("/inbox?view=unassigned").has_button("Filter");
    assert!(offered(&cast.other_agent));
    show_to(&cast.admin, &[&cast.agent]);
    assert!(offered(&cast.agent) && offered(&cast.manager));
    assert!(!offered(&cast.other_agent), "one inbox is left: nothing to choose");
}

#[test]
fn who_leaves_the_team_is_chosen_no_more_not_even_when_they_come_back() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.waiting(&instance);
    show_to(&cast.admin, &[&cast.agent, &cast.other_agent]);
    let removed = format!("/settings/team/members/{}/remove", cast.other_agent.membership_id);
    cast.admin.get(&removed).form("Remove member").submit().expect(200, "Lukas Brandt");
    assert_eq!(instance.count("SELECT count(*) FROM inbox_members"), 1);
    let again =
        crate::support::join(&instance, cast.workspace_id, cast.other_agent.user_id, Role::Agent);
    crate::support::sign_in(&cast.other_agent.browser, &cast.other_agent.email);
    assert_eq!(cast.other_agent.open(id).status, 404);
    assert_ne!(again, cast.other_agent.membership_id);
}

#[test]
fn only_members_of_the_team_can_be_chosen() {
    let (instance, cast) = Instance::with_cast();
    let form = showing_to(&cast.admin, &[&cast.agent, &cast.outsider]);
    form.submit().expect(409, "Somebody you chose is no longer in the team.");
    let noor =
        add_member(&instance, cast.workspace_id, "Noor Aziz", "noor@sprocket.example", Role::Agent);
    let form = showing_to(&cast.admin, &[&noor, &cast.agent]);
    let removed = format!("/settings/team/members/{}/remove", noor.membership_id);
    cast.admin.get(&removed).form("Remove member").submit();
    let page = form.submit();
    page.expect(409, "Somebody you chose is no longer in the team.");
    let kept = page.form("Save who sees it");
    assert_eq!(kept.value("member"), Some(&*cast.agent.membership_id.to_string()));
    assert_eq!(instance.count("SELECT count(*) FROM inboxes WHERE is_restricted"), 0);
    // A word that is none changes nothing either.
    let page = showing_to(&cast.admin, &[]).set("seen_by", "nobody").submit();
    assert_eq!(page.status, 422, "{}", page.text());
}

#[test]
fn the_trail_says_who_saw_it_before_and_who_does_now() {
    let (instance, cast) = Instance::with_cast();
    show_to(&cast.manager, &[&cast.agent]);
    show_to(&cast.manager, &[&cast.agent]);
    show_to(&cast.manager, &[]);
    assert_eq!(
        trail(&instance),
        [
            "Gil Roth: Website chat: everybody → Mia Chen",
            "Gil Roth: Website chat: Mia Chen → no Agent",
        ]
    );
}

fn trail(instance: &Instance) -> Vec<String> {
    use baton::db::schema::audit_entries as log;
    use diesel::prelude::*;
    let lines: Vec<(String, String, String, String)> = instance.read(|conn| {
        log::table
            .filter(log::kind.eq("inbox_sight_changed"))
            .order(log::id)
            .select((log::actor_name, log::about, log::old_value, log::new_value))
            .load(conn)
    });
    let words = |(who, what, from, to)| format!("{who}: {what}: {from} → {to}");
    lines.into_iter().map(words).collect()
}

#[test]
fn whoever_lost_the_role_meanwhile_chooses_nobody() {
    let (instance, cast) = Instance::with_cast();
    let id = instance.first_inbox(cast.workspace_id);
    for (member, reason) in [
        (&cast.agent, Refusal::Barred(Barred::NotAllowed)),
        (&cast.outsider, Refusal::Barred(Barred::MembershipEnded)),
    ] {
        let by = member.at(cast.workspace_id);
        let seen_by = SeenBy::Chosen(vec![cast.agent.membership_id]);
        let set = instance.verb(|conn| inbox::set_seen_by(conn, by, id, &seen_by));
        assert_eq!(set, Err(reason), "{}", member.name);
    }
    assert_eq!(instance.count("SELECT count(*) FROM inbox_members"), 0);
}
