//! Who reads a mailbox, how far it has been read, and how that goes.
//!
//! One node at a time has the lease of a mailbox and renews it while it reads. Every
//! write asks for the lease and for the version of the settings that the node began
//! with: a change of the settings ends the connection, on whichever node it is.

use chrono::TimeDelta;
use diesel::dsl::{auto_type, exists};
use diesel::prelude::*;

use super::{Protocol, outage};
use crate::db::schema::{inboxes, mailboxes};
use crate::db::{Conn, Utc};
use crate::models::token;

/// How long a node that fell silent keeps a mailbox from the others.
const LEASE: TimeDelta = TimeDelta::seconds(15);
/// The pauses before the next tries; then the longest one.
const PAUSES: [TimeDelta; 5] = [
    TimeDelta::seconds(1),
    TimeDelta::seconds(5),
    TimeDelta::seconds(30),
    TimeDelta::minutes(2),
    TimeDelta::minutes(10),
];
const LONGEST_PAUSE: TimeDelta = TimeDelta::minutes(30);
/// What is in the mailbox already when it is connected is taken so far back.
const TAKEN_BEFORE: TimeDelta = TimeDelta::days(7);

/// A mailbox that a node reads.
#[derive(Clone, Debug)]
pub struct Lease {
    pub workspace_id: i64,
    pub inbox_id: i64,
    /// A random word, for this lease alone.
    by: String,
    version: i64,
}

/// How far a mailbox has been read.
#[derive(Clone, Copy, Debug)]
pub struct Cursor {
    /// The number of the last mail that was taken (RFC 3501, 2.3.1.1); 0: none yet.
    pub last_uid: i64,
    /// From when on mail is taken that came before the first one.
    pub since: Utc,
}

/// How the reading of a mailbox goes, for people.
#[derive(Clone, Debug, Queryable)]
pub struct State {
    connected_at: Option<Utc>,
    leased_until: Option<Utc>,
    pub last_mail_at: Option<Utc>,
    pub last_error: Option<String>,
    pub last_error_at: Option<Utc>,
    pub next_attempt_at: Utc,
    /// Failures in a row.
    failures: i32,
}

impl State {
    /// Since when it is connected. A node that died cannot say that it is not any more.
    pub fn connected_since(&self, now: Utc) -> Option<Utc> {
        self.connected_at.filter(|_| self.leased_until.is_some_and(|until| until > now))
    }

    /// Whether the last try failed.
    pub fn is_failing(&self, now: Utc) -> bool {
        self.failures > 0 && self.connected_since(now).is_none()
    }
}

#[auto_type(no_type_alias)]
fn state_columns() -> _ {
    (
        mailboxes::connected_at,
        mailboxes::leased_until,
        mailboxes::last_mail_at,
        mailboxes::last_error,
        mailboxes::last_error_at,
        mailboxes::next_attempt_at,
        mailboxes::failures,
    )
}

/// How the reading of a mailbox goes.
///
/// # Errors
/// When the query fails.
pub fn state(conn: &mut Conn, workspace_id: i64, inbox_id: i64) -> QueryResult<Option<State>> {
    mailboxes::table
        .filter(mailboxes::workspace_id.eq(workspace_id))
        .filter(mailboxes::inbox_id.eq(inbox_id))
        .select(state_columns())
        .first(conn)
        .optional()
}

/// The mailboxes of a workspace that cannot be read now, though they should be.
///
/// # Errors
/// When the query fails.
pub fn failing(conn: &mut Conn, workspace_id: i64, now: Utc) -> QueryResult<Vec<i64>> {
    let states: Vec<(i64, State)> = mailboxes::table
        .filter(mailboxes::workspace_id.eq(workspace_id))
        .filter(mailboxes::imap_host.ne(""))
        .select((mailboxes::inbox_id, state_columns()))
        .load(conn)?;
    let failing = states.into_iter().filter(|(_, state)| state.is_failing(now));
    Ok(failing.map(|(inbox_id, _)| inbox_id).collect())
}

/// Those that may be read: with a server, and not of an archived inbox. A macro,
/// since the type of the condition cannot be written down.
macro_rules! readable {
    () => {
        mailboxes::imap_host.ne("").and(exists(
            inboxes::table
                .filter(inboxes::id.eq(mailboxes::inbox_id))
                .filter(inboxes::archived_at.is_null()),
        ))
    };
}

/// Those that nobody reads now and whose pause is over.
macro_rules! due {
    ($now:expr) => {
        mailboxes::next_attempt_at
            .le($now)
            .and(mailboxes::leased_until.is_null().or(mailboxes::leased_until.le($now)))
    };
}

/// The mailbox of a lease, as long as the lease and the settings last.
macro_rules! held {
    ($lease:expr) => {
        mailboxes::inbox_id
            .eq($lease.inbox_id)
            .and(mailboxes::leased_by.eq(&$lease.by))
            .and(mailboxes::version.eq($lease.version))
    };
}

/// Whether a mailbox waits for a node.
///
/// # Errors
/// When the query fails.
pub fn is_any_due(conn: &mut Conn, now: Utc) -> QueryResult<bool> {
    diesel::select(exists(mailboxes::table.filter(due!(now)).filter(readable!()))).get_result(conn)
}

/// Takes mailboxes that wait for a node, the longest waiting first.
///
/// # Errors
/// When a query fails.
pub fn lease_due(conn: &mut Conn, now: Utc, limit: i64) -> QueryResult<Vec<Lease>> {
    let found: Vec<(i64, i64, i64)> = mailboxes::table
        .filter(due!(now))
        .filter(readable!())
        .order(mailboxes::next_attempt_at)
        .limit(limit)
        .select((mailboxes::workspace_id, mailboxes::inbox_id, mailboxes::version))
        .load(conn)?;
    let mut leases = Vec::with_capacity(found.len());
    for (workspace_id, inbox_id, version) in found {
        let by = token::short_nonce();
        let taken = diesel::update(mailboxes::table.find(inbox_id))
            .filter(due!(now))
            .set((
                mailboxes::leased_by.eq(Some(&by)),
                mailboxes::leased_until.eq(Some(now.plus(LEASE))),
                mailboxes::connected_at.eq(None::<Utc>),
            ))
            .execute(conn)?;
        if taken == 1 {
            leases.push(Lease { workspace_id, inbox_id, by, version });
        }
    }
    Ok(leases)
}

/// Whether the mailbox is still this node's to read, with the settings it knows.
///
/// # Errors
/// When the query fails.
pub fn is_held(conn: &mut Conn, lease: &Lease) -> QueryResult<bool> {
    diesel::select(exists(mailboxes::table.filter(held!(lease)).filter(readable!())))
        .get_result(conn)
}

/// Keeps the mailbox for longer. One that `is_steady` has come over its failures.
///
/// # Errors
/// When the query fails.
pub fn renew(conn: &mut Conn, lease: &Lease, now: Utc, is_steady: bool) -> QueryResult<bool> {
    let until = mailboxes::leased_until.eq(Some(now.plus(LEASE)));
    let mine = mailboxes::table.filter(held!(lease));
    if !is_steady {
        return diesel::update(mine).set(until).execute(conn).map(|renewed| renewed == 1);
    }
    let renewed = diesel::update(mine).set((until, mailboxes::failures.eq(0))).execute(conn)?;
    works(conn, lease, renewed)
}

/// The mailbox is open: answers where to go on. When its mails were numbered anew,
/// that is the beginning, since each mail is taken once whatever its number.
/// `None` when it is not this node's any more.
///
/// # Errors
/// When a query fails.
pub fn begin(
    conn: &mut Conn,
    lease: &Lease,
    uid_validity: u32,
    now: Utc,
) -> QueryResult<Option<Cursor>> {
    let uid_validity = i64::from(uid_validity);
    let is_mine = diesel::update(mailboxes::table.filter(held!(lease)))
        .set(mailboxes::connected_at.eq(Some(now)))
        .execute(conn)?;
    if is_mine == 0 {
        return Ok(None);
    }
    let renumbered = mailboxes::uid_validity.is_null().or(mailboxes::uid_validity.ne(uid_validity));
    diesel::update(mailboxes::table.find(lease.inbox_id))
        .filter(renumbered)
        .set((mailboxes::uid_validity.eq(Some(uid_validity)), mailboxes::last_uid.eq(0)))
        .execute(conn)?;
    let (last_uid, taken_since): (i64, Utc) = mailboxes::table
        .find(lease.inbox_id)
        .select((mailboxes::last_uid, mailboxes::taken_since))
        .first(conn)?;
    Ok(Some(Cursor { last_uid, since: taken_since.minus(TAKEN_BEFORE) }))
}

/// Goes on behind a mail that was taken; `false` when the mailbox is not this node's
/// any more.
///
/// # Errors
/// When the query fails.
pub fn advance(conn: &mut Conn, lease: &Lease, uid: u32) -> QueryResult<bool> {
    let moved = diesel::update(mailboxes::table.filter(held!(lease)))
        .set((mailboxes::last_uid.eq(i64::from(uid)), mailboxes::failures.eq(0)))
        .execute(conn)?;
    works(conn, lease, moved)
}

/// The mailbox can be read again, where it is still this node's.
fn works(conn: &mut Conn, lease: &Lease, rows: usize) -> QueryResult<bool> {
    if rows == 1 {
        outage::end(conn, lease.inbox_id, Protocol::Imap)?;
    }
    Ok(rows == 1)
}

/// Goes on behind numbers that no mail to take has.
///
/// # Errors
/// When the query fails.
pub fn skip(conn: &mut Conn, lease: &Lease, uid: u32) -> QueryResult<bool> {
    let moved = diesel::update(mailboxes::table.filter(held!(lease)))
        .set(mailboxes::last_uid.eq(i64::from(uid)))
        .execute(conn)?;
    Ok(moved == 1)
}

/// Why a mailbox could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// It may be over soon.
    Passing,
    /// The server does not let us in. Who asks again and again is locked out.
    SignInRefused,
}

/// Gives the mailbox back after a failure, to be tried again after a pause that grows. The
/// reason is told in short where there is no room for advice.
///
/// # Errors
/// When a query fails.
pub fn fail(
    conn: &mut Conn,
    lease: &Lease,
    (trouble, reason, short): (Trouble, &str, &str),
    now: Utc,
) -> QueryResult<()> {
    let failures: Option<i32> =
        mailboxes::table.filter(held!(lease)).select(mailboxes::failures).first(conn).optional()?;
    if failures.is_some() {
        let of = (lease.workspace_id, lease.inbox_id);
        outage::go_on(conn, of, Protocol::Imap, short, now)?;
    }
    let failures = failures.unwrap_or_default();
    let growing = usize::try_from(failures).ok().and_then(|failures| PAUSES.get(failures));
    let pause = match trouble {
        Trouble::Passing => *growing.unwrap_or(&LONGEST_PAUSE),
        Trouble::SignInRefused => LONGEST_PAUSE,
    };
    diesel::update(mailboxes::table.filter(held!(lease)))
        .set((
            mailboxes::failures.eq(failures.saturating_add(1)),
            mailboxes::next_attempt_at.eq(now.plus(pause)),
            mailboxes::last_error.eq(Some(reason)),
            mailboxes::last_error_at.eq(Some(now)),
        ))
        .execute(conn)?;
    give_back(conn, lease)
}

/// Ends the pause of a mailbox whose connection was found to work.
///
/// # Errors
/// When the query fails.
pub fn try_at_once(conn: &mut Conn, workspace_id: i64, inbox_id: i64) -> QueryResult<()> {
    let now = Utc::now();
    diesel::update(mailboxes::table.find(inbox_id))
        .filter(mailboxes::workspace_id.eq(workspace_id))
        .filter(mailboxes::next_attempt_at.gt(now))
        .set(mailboxes::next_attempt_at.eq(now))
        .execute(conn)
        .map(|_| ())
}

/// Gives the mailbox back, so that another node, or this one with other settings,
/// need not wait for the lease.
///
/// # Errors
/// When the query fails.
pub fn give_back(conn: &mut Conn, lease: &Lease) -> QueryResult<()> {
    diesel::update(mailboxes::table.find(lease.inbox_id))
        .filter(mailboxes::leased_by.eq(&lease.by))
        .set((
            mailboxes::leased_by.eq(None::<&str>),
            mailboxes::leased_until.eq(None::<Utc>),
            mailboxes::connected_at.eq(None::<Utc>),
        ))
        .execute(conn)
        .map(|_| ())
}
