use chrono::TimeDelta;

use super::*;
use crate::db::Db;
use crate::db::schema::{activities, inboxes, memberships, notifications, users};
use crate::db::testing::{scratch, workspace};
use crate::models::contact::bulk::{NewContact, write_contacts};
use crate::models::history::{self, Event, Person, Story};
use crate::models::membership as members;
use crate::policy::Role;

fn run<T>(db: &Db, work: impl FnMut(&mut Conn) -> QueryResult<T>) -> T {
    db.change_now(work).unwrap()
}

fn wake(db: &Db, now: Utc) -> Vec<i64> {
    let mut due = run(db, |conn| due(conn, now, 10));
    due.retain(|one| run(db, |conn| super::wake(conn, one, now)));
    due.into_iter().map(|one| one.id).collect()
}

/// A workspace with two members and two snoozed conversations: one that Ana owns
/// and Gil snoozed, and one that nobody owns and Gil snoozed.
fn snoozed(conn: &mut Conn, now: Utc) -> QueryResult<[Person; 2]> {
    let workspace_id = workspace(conn)?;
    let mut member = |name: &str| -> QueryResult<Person> {
        let user_id = diesel::insert_into(users::table)
            .values((
                users::email.eq(format!("{name}@example.com")),
                users::name.eq(name),
                users::password_hash.eq(""),
                users::created_at.eq(now),
            ))
            .returning(users::id)
            .get_result(conn)?;
        let membership_id = members::insert(conn, workspace_id, user_id, Role::Agent)?;
        Ok(Person { membership_id, name: name.into() })
    };
    let (ana, gil) = (member("Ana")?, member("Gil")?);
    let inbox_id = diesel::insert_into(inboxes::table)
        .values((
            inboxes::workspace_id.eq(workspace_id),
            inboxes::kind.eq("web_chat"),
            inboxes::name.eq("Chat"),
            inboxes::greeting.eq(""),
            inboxes::chat_key.eq("key"),
            inboxes::allowed_sites.eq(""),
            inboxes::created_at.eq(now),
        ))
        .returning(inboxes::id)
        .get_result(conn)?;
    let contact = NewContact {
        name: "Hanna".into(),
        email: None,
        phone: None,
        company: None,
        values: Vec::new(),
        created_at: now,
    };
    let contact_id = write_contacts(conn, workspace_id, &[contact])?[0];
    let story = |events: Vec<Event>| Story {
        inbox_id,
        contact_id,
        contact_name: "Hanna".into(),
        events: events.into_iter().map(|event| (now, event)).collect(),
        read_by: Vec::new(),
        notify: false,
    };
    let until = now.plus(TimeDelta::hours(1));
    history::write_stories(
        conn,
        workspace_id,
        &[
            story(vec![
                Event::Customer("Hello".into()),
                Event::Claimed(ana.clone()),
                Event::Snoozed(gil.clone(), until),
            ]),
            story(vec![Event::Customer("Hello".into()), Event::Snoozed(gil.clone(), until)]),
        ],
    )?;
    Ok([ana, gil])
}

#[test]
fn a_snooze_ends_once_and_tells_the_owner_or_else_who_snoozed() {
    let (db, _folder) = scratch();
    let now = Utc::now();
    let [ana, gil] = run(&db, |conn| snoozed(conn, now));

    let early = now.plus(TimeDelta::minutes(59));
    assert!(wake(&db, early).is_empty());

    let later = now.plus(TimeDelta::hours(1));
    assert_eq!(wake(&db, later).len(), 2);
    assert!(wake(&db, later).is_empty(), "once is enough");

    let open: i64 = run(&db, |conn| {
        conversations::table
            .filter(conversations::status.eq("open"))
            .filter(conversations::snoozed_until.is_null())
            .filter(conversations::last_activity_at.eq(later))
            .count()
            .get_result(conn)
    });
    assert_eq!(open, 2);
    let told: Vec<i64> = run(&db, |conn| {
        notifications::table
            .filter(notifications::kind.eq("snooze_ended"))
            .filter(notifications::subject_name.eq("Hanna"))
            .order(notifications::conversation_id)
            .select(notifications::membership_id)
            .load(conn)
    });
    assert_eq!(told, [ana.membership_id, gil.membership_id]);
    let lines: i64 = run(&db, |conn| {
        activities::table.filter(activities::kind.eq("snooze_ended")).count().get_result(conn)
    });
    assert_eq!(lines, 2);
}

#[test]
fn who_owns_it_by_now_is_told_of_the_end_of_a_snooze() {
    let (db, _folder) = scratch();
    let now = Utc::now();
    let [ana, gil] = run(&db, |conn| snoozed(conn, now));
    let later = now.plus(TimeDelta::hours(2));
    let due = run(&db, |conn| due(conn, later, 10));
    run(&db, |conn| {
        diesel::update(conversations::table)
            .filter(conversations::assignee_id.eq(ana.membership_id))
            .set(conversations::assignee_id.eq(gil.membership_id))
            .execute(conn)
    });
    let woken = due.iter().filter(|one| run(&db, |conn| super::wake(conn, one, later)));
    assert_eq!(woken.count(), 1, "the other one's owner was not asked for");
    assert_eq!(wake(&db, later).len(), 1);
    let told: Vec<i64> =
        run(&db, |conn| notifications::table.select(notifications::membership_id).load(conn));
    assert_eq!(told, [gil.membership_id; 2]);
}

#[test]
fn a_snooze_that_cannot_end_holds_back_no_other() {
    let (db, _folder) = scratch();
    let now = Utc::now();
    run(&db, |conn| snoozed(conn, now));
    let later = now.plus(TimeDelta::hours(2));
    let due = run(&db, |conn| due(conn, later, 10));
    let broken = format!(
        "CREATE TRIGGER broken BEFORE UPDATE ON conversations WHEN OLD.id = {}
         BEGIN SELECT RAISE(ABORT, 'broken'); END",
        due[1].id
    );
    run(&db, |conn| diesel::sql_query(&broken).execute(conn));
    assert!(run(&db, |conn| super::wake(conn, &due[0], later)));
    assert!(db.change_now(|conn| super::wake(conn, &due[1], later)).is_err());
    assert_eq!(run(&db, |conn| super::due(conn, later, 10)).len(), 1);
}

#[test]
fn nobody_is_told_whose_membership_has_ended() {
    let (db, _folder) = scratch();
    let now = Utc::now();
    let [_, gil] = run(&db, |conn| snoozed(conn, now));
    run(&db, |conn| {
        diesel::update(memberships::table.find(gil.membership_id))
            .set((memberships::ended_at.eq(Some(now)), memberships::active_id.eq(None::<i64>)))
            .execute(conn)
    });
    assert_eq!(wake(&db, now.plus(TimeDelta::hours(2))).len(), 2);
    let told: i64 = run(&db, |conn| notifications::table.count().get_result(conn));
    assert_eq!(told, 1, "the owner alone");
}
