use strum::IntoEnumIterator;

use super::*;
use crate::db::Db;
use crate::db::testing::{scratch, workspace};

struct Outbox {
    db: Db,
    _folder: tempfile::TempDir,
}

impl Outbox {
    fn open() -> Self {
        let (db, folder) = scratch();
        Self { db, _folder: folder }
    }

    fn run<T>(&self, work: impl FnMut(&mut Conn) -> QueryResult<T>) -> T {
        self.db.change_now(work).unwrap()
    }

    /// A test mail in a workspace of its own; answers both ids.
    fn test_mail(&self) -> (i64, i64) {
        self.run(|conn| {
            let workspace_id = workspace(conn)?;
            let id = enqueue(conn, About::Test { workspace_id }, "ana@example.com")?;
            Ok((workspace_id, id))
        })
    }
}

/// Room for ten of any kind, four of a workspace.
fn room() -> Room {
    Room {
        kinds: Kind::iter().collect(),
        places: 10,
        of_one: 4,
        busy: HashMap::new(),
        held: Vec::new(),
    }
}

#[test]
fn pauses_grow_and_the_tries_end_after_two_days() {
    let seconds = |attempts| pause_after(attempts).map(|pause| pause.num_seconds());
    assert_eq!([1, 2, 3, 4, 5].map(seconds), [5, 30, 120, 600, 3600].map(Some));
    assert_eq!(seconds(52), Some(3600));
    assert_eq!(seconds(53), None);
    let total: i64 = (1..=52).filter_map(seconds).sum();
    assert!((48 * 3600..49 * 3600).contains(&total), "{total}");
}

#[test]
fn a_delivery_is_leased_to_one_and_to_another_when_the_lease_ends() {
    let outbox = Outbox::open();
    let (workspace_id, id) = outbox.test_mail();
    let now = Utc::now();
    assert!(outbox.run(|c| is_any_due(c, now, &room())));
    let first = outbox.run(|c| lease_due(c, now, &room()));
    assert_eq!((first.len(), first[0].id, first[0].attempts), (1, id, 1));
    assert!(outbox.run(|c| lease_due(c, now, &room())).is_empty());
    assert!(!outbox.run(|c| is_any_due(c, now, &room())));

    let later = now.plus(LEASE).plus(TimeDelta::seconds(1));
    let second = outbox.run(|c| lease_due(c, later, &room()));
    assert_eq!((second.len(), second[0].attempts), (1, 2));
    assert_eq!(second[0].local_part, first[0].local_part, "the mail is the same one");

    // The first one wakes up late: what it says about its try is of no interest,
    // unless the mail has left.
    outbox.run(|c| mark_failed(c, &first[0], "too slow", later));
    assert_eq!(outbox.run(|c| state_of(c, workspace_id, id)), Some(State::Pending));
    outbox.run(|c| mark_sent(c, id, Gone::Out, later));
    assert_eq!(outbox.run(|c| state_of(c, workspace_id, id)), Some(State::Sent));
    outbox.run(|c| mark_retry(c, &second[0], "refused", later));
    assert_eq!(outbox.run(|c| state_of(c, workspace_id, id)), Some(State::Sent));
}

#[test]
fn a_try_that_went_wrong_is_told_and_tried_again_after_its_pause() {
    let outbox = Outbox::open();
    let (workspace_id, id) = outbox.test_mail();
    let now = Utc::now();
    let leased = outbox.run(|c| lease_due(c, now, &room()));
    outbox.run(|c| mark_retry(c, &leased[0], "connection refused", now));
    let told = outbox.run(|c| state_of(c, workspace_id, id));
    let reason = "connection refused".to_owned();
    assert_eq!(told, Some(State::NotDelivered { reason, retried: true }));
    assert!(outbox.run(|c| lease_due(c, now.plus(TimeDelta::seconds(4)), &room())).is_empty());
    assert_eq!(outbox.run(|c| lease_due(c, now.plus(TimeDelta::seconds(5)), &room())).len(), 1);
}

#[test]
fn a_refused_delivery_stays_failed() {
    let outbox = Outbox::open();
    let (workspace_id, id) = outbox.test_mail();
    let now = Utc::now();
    let leased = outbox.run(|c| lease_due(c, now, &room()));
    outbox.run(|c| mark_failed(c, &leased[0], "550 no such user", now));
    let reason = "550 no such user".to_owned();
    let told = outbox.run(|c| state_of(c, workspace_id, id));
    assert_eq!(told, Some(State::NotDelivered { reason, retried: false }));
    assert!(!outbox.run(|c| is_any_due(c, now.plus(TimeDelta::days(9)), &room())));
}

#[test]
fn a_mail_whose_cause_is_gone_is_dropped() {
    let outbox = Outbox::open();
    outbox.test_mail();
    let now = Utc::now();
    let leased = outbox.run(|c| lease_due(c, now, &room())).remove(0);
    assert!(outbox.run(|c| content(c, &leased, now)).is_none(), "nobody of that address");
    outbox.run(|c| discard(c, leased.id));
    assert!(!outbox.run(|c| is_any_due(c, now.plus(TimeDelta::days(9)), &room())));
}

#[test]
fn a_delivery_of_a_kind_that_a_newer_node_wrote_is_left_to_it() {
    let outbox = Outbox::open();
    let (workspace_id, id) = outbox.test_mail();
    outbox.run(|c| {
        diesel::sql_query("PRAGMA ignore_check_constraints = ON").execute(c)?;
        diesel::update(deliveries::table).set(deliveries::kind.eq("pigeon")).execute(c)
    });
    let now = Utc::now();
    assert!(!outbox.run(|c| is_any_due(c, now, &room())));
    assert!(outbox.run(|c| lease_due(c, now, &room())).is_empty());
    assert_eq!(outbox.run(|c| state_of(c, workspace_id, id)), Some(State::Pending));
}

#[test]
fn a_workspace_that_has_many_leaves_room_for_another() {
    let outbox = Outbox::open();
    let now = Utc::now();
    let (first, _) = outbox.test_mail();
    outbox.run(|c| {
        for n in 0..20 {
            enqueue(c, About::Test { workspace_id: first }, &format!("{n}@example.com"))?;
        }
        Ok(())
    });
    let (second, _) = outbox.test_mail();
    let workspaces = |leased: &[Leased]| -> Vec<i64> {
        leased.iter().filter_map(|one| one.workspace_id).collect()
    };

    let now = now.plus(TimeDelta::seconds(1));
    let leased = outbox.run(|c| lease_due(c, now, &room()));
    assert_eq!(workspaces(&leased), [first; 4]);
    let busy = HashMap::from([(Some(first), 4)]);
    let rest = Room { places: 6, busy, ..room() };
    let leased = outbox.run(|c| lease_due(c, now, &rest));
    assert_eq!(workspaces(&leased), [second]);
    let busy = HashMap::from([(Some(first), 4), (Some(second), 1)]);
    assert!(!outbox.run(|c| is_any_due(c, now, &Room { busy: busy.clone(), ..room() })));
    let no_kinds = Room { kinds: vec![Kind::Reply], ..room() };
    assert!(!outbox.run(|c| is_any_due(c, now, &no_kinds)));
}
