//! Since when a customer waits, as the verbs keep it and as the migration counts it.

use baton::db::Utc;
use baton::db::schema::conversations;
use baton::models::contact::bulk::{NewContact, write_contacts};
use baton::models::history::{self, Event, Person, Story};
use chrono::TimeDelta;
use diesel::prelude::*;

use crate::support::{Cast, Instance};

const MIGRATION: &str =
    include_str!("../../migrations/sqlite/2026-11-30-000230_customers_who_wait/up.sql");
const ON_POSTGRES: &str =
    include_str!("../../migrations/postgres/2026-11-30-000230_customers_who_wait/up.sql");

/// Of every conversation.
fn waits(instance: &Instance) -> Vec<(i64, Option<Utc>)> {
    instance.read(|conn| {
        conversations::table
            .order(conversations::id)
            .select((conversations::id, conversations::waiting_since))
            .load(conn)
    })
}

/// Fails where the migration finds something else in what is there.
#[track_caller]
fn counted_alike(instance: &Instance) -> Vec<Option<Utc>> {
    let kept = waits(instance);
    let begin = MIGRATION.find("UPDATE conversations").expect("it counts");
    let end = begin + MIGRATION[begin..].find(';').expect("an end");
    instance.execute("UPDATE conversations SET waiting_since = NULL");
    instance.execute(&MIGRATION[begin..end]);
    assert_eq!(waits(instance), kept);
    kept.into_iter().map(|(_, since)| since).collect()
}

#[test]
fn both_databases_count_alike() {
    assert_eq!(MIGRATION, ON_POSTGRES);
}

/// Writes a conversation for each of these, an event an hour; answers when they began.
fn written(instance: &Instance, cast: &Cast, stories: &[Vec<Event>]) -> Utc {
    let begun = Utc::now().minus(TimeDelta::days(2));
    let contact = NewContact {
        name: "Hanna".to_owned(),
        email: None,
        phone: None,
        company: None,
        values: Vec::new(),
        created_at: begun,
    };
    let inbox_id = instance.first_inbox(cast.workspace_id);
    instance.write(|conn| {
        let contact_id =
            write_contacts(conn, cast.workspace_id, std::slice::from_ref(&contact))?[0];
        let stories: Vec<Story> = stories
            .iter()
            .map(|events| Story {
                inbox_id,
                contact_id,
                contact_name: contact.name.clone(),
                events: (0..)
                    .map(|n| begun.plus(TimeDelta::hours(n)))
                    .zip(events.clone())
                    .collect(),
                read_by: Vec::new(),
                notify: false,
            })
            .collect();
        history::write_stories(conn, cast.workspace_id, &stories)
    });
    begun
}

#[test]
fn a_history_that_is_written_whole_has_its_waits() {
    let (instance, cast) = Instance::with_cast();
    let mia = Person { membership_id: cast.agent.membership_id, name: cast.agent.name.clone() };
    let asks = || Event::Customer("Hello?".to_owned());
    let replies = || Event::Reply(mia.clone(), "Yes.".to_owned());
    let note = || Event::Note(mia.clone(), "A regular.".to_owned());
    let (claimed, resolved) = (Event::Claimed(mia.clone()), Event::Resolved(mia.clone()));
    let reopened = Event::Reopened(mia.clone());
    let snoozed = Event::Snoozed(mia.clone(), Utc::now().plus(TimeDelta::days(1)));
    let stories = [
        vec![asks(), asks(), note()],
        vec![asks(), claimed.clone(), replies()],
        vec![asks(), claimed.clone(), replies(), asks(), asks(), snoozed.clone()],
        vec![asks(), resolved.clone()],
        vec![asks(), resolved.clone(), reopened.clone()],
        vec![asks(), resolved.clone(), asks()],
        vec![asks(), resolved.clone(), reopened, resolved, asks()],
        vec![asks(), snoozed, asks()],
    ];
    let begun = written(&instance, &cast, &stories);
    let after = |hours: i64| Some(begun.plus(TimeDelta::hours(hours)));
    let expected = [after(0), None, after(3), None, after(0), after(2), after(4), after(0)];
    assert_eq!(counted_alike(&instance), expected);
}

#[test]
fn what_the_verbs_keep_is_what_the_messages_say() {
    let (instance, cast) = Instance::with_cast();
    let open = |id: i64, button: &str| {
        let page = cast.agent.open(id).form(button).submit();
        assert_eq!(page.status, 200, "{}", page.text());
        page
    };
    let writes = |name: &str| cast.customer_writes(&instance, name, "Hello");
    writes("Waits");
    let (answered, customer) = writes("Answered");
    let reply = cast.agent.open(answered).form("Claim and send").with("Reply", "Yes.");
    reply.submit().expect(200, "Yes.");
    counted_alike(&instance);
    cast.customer_adds(&customer, "And the price?");
    let (resolved, customer) = writes("Resolved");
    open(resolved, "Resolve");
    counted_alike(&instance);
    cast.customer_adds(&customer, "One thing more.");
    open(writes("Reopened").0, "Resolve").form("Reopen").submit().expect(200, "Reopen");
    let spam = writes("Spam").0;
    open(spam, "Mark as spam");
    counted_alike(&instance);
    open(spam, "Not spam");
    let undone = open(writes("Undone").0, "Resolve");
    undone.form("Undo").submit().expect(200, "Undone.");

    let inbox = cast.email_inbox(&instance);
    let mail = |from: &str| inbox.mail(from, "Late order", "Where is it?");
    let hanna = "Hanna <hanna@customer.example>";
    inbox.takes(&instance, mail(hanna).with("Auto-Submitted", "auto-replied").raw());
    let (id, _) = inbox.takes(&instance, mail(hanna).raw());
    open(id, "Claim");
    let sent = cast.agent.open(id).form("Send and resolve").with("Reply", "It left.").submit();
    counted_alike(&instance);
    sent.form("Undo").submit().expect(200, "Your text is back in the composer.");
    let waits = counted_alike(&instance);
    let waiting: Vec<bool> = waits.iter().map(Option::is_some).collect();
    assert_eq!(waiting, [true, true, true, true, true, true, false, true]);
}
