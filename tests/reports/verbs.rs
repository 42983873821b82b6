//! What members and customers do is counted when they do it.

use baton::models::report;

use super::fill;
use crate::support::{Cast, Instance, Member};

/// Facts that are counted, by kind.
fn facts(instance: &Instance) -> [i64; 5] {
    ["opened", "reopened", "answered", "resolved", "reply"].map(|kind| {
        instance.count(&format!(
            "SELECT count(*) FROM report_facts WHERE kind = '{kind}' AND hidden = 0"
        ))
    })
}

fn reply(cast: &Cast, id: i64) {
    let page = cast.agent.open(id);
    let button = if page.has_button("Send reply") { "Send reply" } else { "Claim and send" };
    page.form(button).with("Reply", "Hello!").submit().expect(200, "Hello!");
}

/// So that nothing is taken back: all of it was two minutes ago.
fn age(instance: &Instance) {
    instance.execute("UPDATE report_facts SET happened = happened - 120, since = since - 120");
}

#[test]
fn a_conversation_is_counted_through_its_life() {
    let (instance, cast) = Instance::with_cast();
    let (id, customer) = cast.customer_writes(&instance, "Hanna Lindqvist", "Hello?");
    assert_eq!(facts(&instance), [1, 0, 0, 0, 0]);
    reply(&cast, id);
    reply(&cast, id);
    let note = cast.agent.open(id).form("Add note").with("Note", "She rides a lot.");
    note.submit();
    assert_eq!(facts(&instance), [1, 0, 1, 0, 2], "the first reply is the first response");
    cast.agent.open(id).form("Resolve").submit();
    assert_eq!(facts(&instance), [1, 0, 1, 1, 2]);
    age(&instance);
    let form = customer.get(&cast.chat_path()).form("Send");
    form.with("Message", "One more thing").submit();
    assert_eq!(facts(&instance), [1, 1, 1, 1, 2]);
    age(&instance);
    cast.agent.open(id).form("Resolve").submit();
    assert_eq!(facts(&instance), [1, 1, 1, 2, 2]);
    let since = instance.count(
        "SELECT count(*) FROM report_facts r JOIN report_facts o
         ON o.kind = 'reopened' AND o.happened = r.since WHERE r.kind = 'resolved'",
    );
    assert_eq!(since, 1, "the second resolution begins at the reopening");
    let by = cast.agent.membership_id;
    let mine = format!("SELECT count(*) FROM report_facts WHERE member_id = {by}");
    assert_eq!(instance.count(&mine), 5);
}

#[test]
fn what_members_begin_is_not_opened() {
    let (instance, cast) = Instance::with_cast();
    instance.execute("DELETE FROM report_facts");
    let hanna = "INSERT INTO labels (workspace_id, name, name_key, colour, created_at)
                 SELECT id, 'Refund', 'refund', 'red', created_at FROM workspaces";
    instance.execute(hanna);
    let inbox = cast.email_inbox(&instance);
    let mail = inbox.mail("Hanna Lindqvist <hanna@customer.example>", "Late order", "Where is it?");
    let (asked, _) = inbox.takes(&instance, mail.raw());
    let form = cast.agent.get("/inbox").click("New conversation").form("Send");
    let form = form.with("To", "piet@customer.example").with("Subject", "Your bell");
    form.with("Message", "It is here.").submit().expect(200, "You own this");
    let begun = instance.count("SELECT max(id) FROM conversations");
    assert_ne!(asked, begun);
    instance.execute(&format!(
        "INSERT INTO conversation_labels (conversation_id, label_id, workspace_id, created_at)
         SELECT c.id, l.id, c.workspace_id, c.created_at FROM conversations c
         JOIN labels l ON l.workspace_id = c.workspace_id WHERE c.workspace_id = {}",
        cast.workspace_id
    ));
    check(&instance, &cast);
    // As an older Baton left it, which did not write who began what.
    instance.execute("UPDATE report_facts SET member_id = NULL WHERE kind = 'opened'");
    let database = if crate::support::is_postgres() { "postgres" } else { "sqlite" };
    let folder = format!("migrations/{database}/2026-11-30-000233_opened_by_members/up.sql");
    instance.execute(&std::fs::read_to_string(folder).expect("the migration"));
    check(&instance, &cast);
    // What came of it is counted as of any other.
    cast.agent.open(begun).form("Resolve").submit();
    let found = today(&instance, &cast);
    assert_eq!((found.now.opened, found.now.resolved), (1, 1));

    #[track_caller]
    fn check(instance: &Instance, cast: &Cast) {
        let found = today(instance, cast);
        assert_eq!((found.now.opened, found.now.replies), (1, 1));
        let days: i64 = found.days.iter().map(|(_, of)| of.opened).sum();
        let hours: i64 = found.hours.iter().flatten().map(|cell| cell.opened).sum();
        assert_eq!((days, hours), (1, 1));
        for groups in [&found.inboxes, &found.labels] {
            assert_eq!(groups.iter().map(|one| one.figures.opened).collect::<Vec<_>>(), [1]);
        }
        assert_eq!(found.members.iter().map(|one| one.figures.opened).sum::<i64>(), 0);
        let csv = cast.manager.get("/reports/days/csv").body;
        let today = csv.lines().last().expect("a day");
        assert_eq!(today.split(',').nth(1), Some("1"), "{csv}");
    }
}

fn today(instance: &Instance, cast: &Cast) -> report::Report {
    let day = baton::db::Utc::now().to_chrono().date_naive();
    let period = report::Period { first: day, last: day, zone: chrono_tz::UTC };
    instance.read(|conn| report::of(conn, cast.workspace_id, period, None))
}

#[test]
fn what_is_taken_back_at_once_does_not_count() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    cast.agent.open(id).form("Resolve").submit();
    cast.agent.open(id).form("Reopen").submit();
    assert_eq!(facts(&instance), [1, 0, 0, 0, 0]);
    cast.agent.open(id).form("Resolve").submit();
    age(&instance);
    // Neither does a reopening, and the resolution before it stands.
    cast.agent.open(id).form("Reopen").submit();
    assert_eq!(facts(&instance), [1, 1, 0, 1, 0]);
    cast.agent.open(id).form("Resolve").submit();
    assert_eq!(facts(&instance), [1, 0, 0, 1, 0]);
}

#[test]
fn a_resolution_that_another_reopens_by_mistake_stays_whose_and_when_it_was() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    cast.agent.open(id).form("Resolve").submit();
    instance.execute("UPDATE report_facts SET happened = happened - 30, since = since - 30");
    let resolved = format!(
        "SELECT coalesce(max(happened), 0) FROM report_facts
         WHERE kind = 'resolved' AND member_id = {}",
        cast.agent.membership_id
    );
    let at = instance.count(&resolved);
    let page = cast.manager.open(id).form("Reopen").submit();
    assert_eq!(facts(&instance), [1, 1, 0, 1, 0]);
    page.form("Undo").submit().expect(200, "Undone.");
    assert_eq!(facts(&instance), [1, 0, 0, 1, 0]);
    assert_eq!(instance.count(&resolved), at);
}

#[test]
fn a_resolution_after_a_new_reply_counts_however_soon_it_comes() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.owned_by(&instance, &cast.agent);
    cast.agent.open(id).form("Resolve").submit();
    age(&instance);
    cast.agent.open(id).form("Reopen").submit();
    reply(&cast, id);
    cast.agent.open(id).form("Resolve").submit();
    assert_eq!(facts(&instance), [1, 1, 1, 2, 1], "their own reopening");
    age(&instance);
    cast.manager.open(id).form("Reopen").submit();
    cast.agent.open(id).form("Resolve").submit();
    assert_eq!(facts(&instance), [1, 2, 1, 3, 1], "another's");
}

#[test]
fn an_automatic_answer_asks_for_no_response() {
    let (instance, cast) = Instance::with_cast();
    let inbox = cast.email_inbox(&instance);
    let form = cast.agent.get("/inbox").click("New conversation").form("Send");
    let form = form.with("To", "piet@customer.example").with("Subject", "Your bell");
    form.with("Message", "It is here.").submit().expect(200, "You own this");
    let begun = instance.count("SELECT max(id) FROM conversations");
    let tag = crate::mail::tag(&instance, begun);
    let says = |text: &str| inbox.mail("Piet <piet@customer.example>", &tag, text);
    let away = says("I am on the beach.").with("Auto-Submitted", "auto-replied");
    assert_eq!(inbox.takes(&instance, away.raw()).0, begun);
    reply(&cast, begun);
    assert_eq!(facts(&instance)[2], 0, "nobody has asked");
    inbox.takes(&instance, says("I am back. Is it red?").raw());
    reply(&cast, begun);
    assert_eq!(facts(&instance)[2], 1);
}

#[test]
fn spam_and_blocked_contacts_are_left_out_until_that_is_taken_back() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.waiting(&instance);
    reply(&cast, id);
    assert_eq!(facts(&instance), [1, 0, 1, 0, 1]);
    cast.agent.open(id).form("Mark as spam").submit();
    assert_eq!(facts(&instance), [0, 0, 0, 0, 0]);
    cast.agent.open(id).form("Not spam").submit();
    assert_eq!(facts(&instance), [1, 0, 1, 0, 1]);
    let contact = instance.count(&format!("SELECT contact_id FROM conversations WHERE id = {id}"));
    let path = format!("/contacts/{contact}");
    cast.agent.get(&path).form("Block").submit();
    assert_eq!(facts(&instance), [0, 0, 0, 0, 0]);
    cast.agent.get(&path).form("Unblock").submit();
    assert_eq!(facts(&instance), [1, 0, 1, 0, 1]);
}

#[test]
fn what_undo_brings_back_from_spam_counts_again() {
    let (instance, cast) = Instance::with_cast();
    let id = cast.waiting(&instance);
    reply(&cast, id);
    cast.agent.open(id).form("Resolve").submit();
    let page = cast.agent.open(id).form("Mark as spam").submit();
    assert_eq!(facts(&instance), [0, 0, 0, 0, 0]);
    page.form("Undo").submit().expect(200, "Undone.");
    assert_eq!(facts(&instance), [1, 0, 1, 1, 1]);
}

#[test]
fn a_first_reply_that_is_taken_back_leaves_the_next_one_as_the_first() {
    let (instance, cast) = Instance::with_cast();
    let inbox = cast.email_inbox(&instance);
    let mail = inbox.mail("Ivo <ivo@customer.example>", "Hanger", "In stock?");
    let (id, _) = inbox.takes(&instance, mail.raw());
    let sends = |by: &Member, button: &str| {
        let form = by.open(id).form(button).with("Reply", "Let me see.");
        form.submit().expect(200, "Sending in 10 seconds.").form("Undo")
    };
    let undo = sends(&cast.agent, "Claim and send");
    for (member, later) in [(&cast.manager, 1), (&cast.admin, 2)] {
        member.open(id).form("Take over").submit();
        sends(member, "Send reply");
        instance.execute(&format!(
            "UPDATE report_facts SET happened = happened + {later} WHERE member_id = {}",
            member.membership_id
        ));
    }
    undo.submit();
    let next = format!(
        "SELECT count(*) FROM report_facts a JOIN report_facts r ON r.kind = 'reply'
           AND r.member_id = a.member_id AND r.happened = a.happened
         WHERE a.kind = 'answered' AND a.member_id = {}",
        cast.manager.membership_id
    );
    assert_eq!((facts(&instance)[2], instance.count(&next)), (1, 1));
}

#[test]
fn a_reply_to_spam_counts_and_says_that_it_is_none() {
    let (instance, cast) = Instance::with_cast();
    for resolves in [false, true] {
        let id = cast.waiting(&instance);
        cast.agent.open(id).form("Claim").submit();
        cast.agent.open(id).form("Mark as spam").submit();
        let page = cast.agent.open(id);
        let button = if resolves { "Send and resolve" } else { "Send reply" };
        let page = page.form(button).with("Reply", "It is.").submit();
        let told: &[&str] = if resolves {
            &["Mia Chen resolved this", "Mia Chen marked this as not spam"]
        } else {
            &["Mia Chen marked this as not spam"]
        };
        let lines = page.all("[aria-labelledby=activity] li > span");
        assert_eq!(lines[..told.len()], *told, "{lines:?}");
        assert!(lines[told.len()].contains("as spam"), "{lines:?}");
    }
    assert_eq!(facts(&instance), [2, 0, 2, 1, 2]);
}

#[test]
fn what_is_deleted_with_a_contact_or_a_workspace_leaves_the_reports() {
    let (instance, cast) = Instance::with_cast();
    let ids = fill(&instance, &cast).ids;
    let of_d = format!("SELECT count(*) FROM report_facts WHERE conversation_id = {}", ids[3]);
    assert_eq!(instance.count(&of_d), 6);
    let contact =
        instance.count(&format!("SELECT contact_id FROM conversations WHERE id = {}", ids[3]));
    cast.admin.get(&format!("/contacts/{contact}/delete")).form("Delete contact").submit();
    assert_eq!(instance.count(&of_d), 0);
    let name = [("confirmation", "Sprocket & Co")];
    cast.admin.browser.post("/settings/workspace/delete", &name).expect(200, "deleted.");
    assert_eq!(instance.count("SELECT count(*) FROM report_facts"), 0);
}
