//! What customers write to an owner who is away.

use baton::db::Utc;
use chrono::TimeDelta;

use super::goes_away;
use crate::audit_log::entries;
use crate::conversations::activity;
use crate::support::{Cast, Instance, Member};

/// What a member was told of, the newest last.
fn told(instance: &Instance, member: &Member) -> Vec<String> {
    use baton::db::schema::notifications;
    use diesel::prelude::*;
    instance.read(|conn| {
        notifications::table
            .filter(notifications::membership_id.eq(member.membership_id))
            .order(notifications::id)
            .select(notifications::kind)
            .load(conn)
    })
}

/// The conversation was Mia's, who is away, and is everybody's now.
#[track_caller]
fn is_in_the_queue(instance: &Instance, cast: &Cast, id: i64) {
    let page = cast.other_agent.open(id);
    page.expect(200, "Nobody owns this now");
    assert_eq!(activity(&page)[0], "Released, as Mia Chen is away");
    assert!(page.has_button("Claim") && !page.has_button("Undo"));
    let entry = format!(
        "Baton: Released a conversation, as its owner is away Conversation #{id}: \
         Mia Chen → Unassigned"
    );
    assert_eq!(entries(&cast.admin, "?topic=owner")[0], entry);
    assert_eq!(told(instance, &cast.agent), ["went_back"]);
    cast.agent.get("/notifications").expect(200, "Went back to the queue while you were away");
    let row = format!(
        "SELECT count(*) FROM conversations WHERE id = {id} AND status = 'open'
         AND ownership_version = 2 AND owned_since IS NULL AND last_owner_id IS NULL"
    );
    assert_eq!(instance.count(&row), 1);
    crate::races::invariants::invariants(instance);
}

#[test]
fn a_chat_message_brings_it_to_the_queue() {
    for is_resolved in [false, true] {
        let (instance, cast) = Instance::with_cast();
        let (id, customer) = cast.customer_writes(&instance, "Hanna Lindqvist", "In stock?");
        let page = cast.agent.open(id).form("Claim").submit();
        if is_resolved {
            page.form("Resolve").submit();
        }
        goes_away(&cast.agent, 3);
        cast.agent.open(id).expect(200, "You own this");
        cast.customer_adds(&customer, "Are you there?");
        is_in_the_queue(&instance, &cast, id);
        // Once: the next message finds nobody to take it from.
        cast.customer_adds(&customer, "Hello?");
        is_in_the_queue(&instance, &cast, id);
        let report = cast.manager.get("/reports");
        report.expect(200, "1 conversation waits in the queue.");
    }
}

#[test]
fn a_mail_brings_it_to_the_queue() {
    let (instance, cast) = Instance::with_cast();
    let inbox = cast.email_inbox(&instance);
    let hanna = "Hanna Lindqvist <hanna@customer.example>";
    let first = inbox.mail(hanna, "Rear hanger", "In stock?");
    let (id, _) = inbox.takes(&instance, first.raw());
    cast.agent.open(id).form("Claim").submit();
    goes_away(&cast.agent, 3);
    let first = first.header("Message-ID").trim_matches(['<', '>']).to_owned();
    let again = inbox.mail(hanna, "Re: Rear hanger", "Are you there?").answering(&first);
    assert_eq!(inbox.takes(&instance, again.raw()).0, id);
    is_in_the_queue(&instance, &cast, id);
}

#[test]
fn the_end_of_a_snooze_brings_it_to_the_queue() {
    let (instance, cast) = Instance::with_cast();
    let snoozed = |member: &Member| {
        let id = cast.owned_by(&instance, member);
        member.open(id).form("Snooze").set("until", "tomorrow").submit().expect(200, "Snoozed");
        id
    };
    let (hers, his) = (snoozed(&cast.agent), snoozed(&cast.other_agent));
    goes_away(&cast.agent, 9);
    // Who is back by then is told as ever.
    goes_away(&cast.other_agent, 1);
    instance.wake(Utc::now().plus(TimeDelta::days(3)));
    is_in_the_queue(&instance, &cast, hers);
    assert_eq!(activity(&cast.manager.open(hers))[1], "The snooze ended");
    cast.other_agent.open(his).expect(200, "You own this");
    assert_eq!(told(&instance, &cast.other_agent), ["snooze_ended"]);
}

#[test]
fn whoever_is_here_keeps_it_and_so_does_spam() {
    let (instance, cast) = Instance::with_cast();
    let (id, customer) = cast.customer_writes(&instance, "Hanna Lindqvist", "In stock?");
    cast.agent.open(id).form("Claim").submit();
    // Another one is away, and she was.
    goes_away(&cast.other_agent, 3);
    instance.execute(&format!(
        "UPDATE memberships SET away_until = '2020-01-01 00:00:00' WHERE id = {}",
        cast.agent.membership_id
    ));
    cast.customer_adds(&customer, "Are you there?");
    cast.agent.open(id).expect(200, "You own this");
    assert_eq!(told(&instance, &cast.agent), ["customer_replied"]);
    cast.agent.open(id).form("Mark as spam").submit();
    goes_away(&cast.agent, 3);
    cast.customer_adds(&customer, "Buy this!");
    cast.agent.open(id).expect(200, "You own this");
    assert_eq!(told(&instance, &cast.agent), ["customer_replied"]);
}
