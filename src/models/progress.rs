//! Where a conversation stands: resolve, reopen, snooze, spam.

use diesel::prelude::*;

use super::activity;
use super::conversation::{Locked, Progress};
use super::membership::ActingMember;
use super::ownership::{Acting, Missing, lock_seen, may_be_missing};
use super::{undo, waiting};
use crate::db::schema::conversations;
use crate::db::{Conn, Utc, Verb, refuse};
use crate::policy::Status;

/// Where a conversation is to stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Resolve,
    Reopen,
    /// Until a moment, in the future.
    Snooze(Utc),
    /// Out of every list but its own.
    MarkSpam,
    /// Back among the open ones.
    NotSpam,
}

/// Why it did not happen.
#[derive(Clone, Debug)]
pub enum Refusal {
    Missing(Missing),
    /// Messages came that the page had not shown: it is not put away unread.
    NewerMessages,
    /// The snooze would be over already.
    Past,
    /// What is resolved does not come back by itself.
    Resolved,
    /// What is spam is not resolved as the rest is.
    Spam,
}

may_be_missing!(Refusal);

/// What can take it back; `None` when nothing changed, now or by this member a moment ago.
pub type Changed = Option<undo::Id>;

/// Takes a step, with its activity line. Everybody who may see the conversation
/// may; the owner stays the same. `shown` is the newest message that the page had: with
/// a newer one the conversation is not put away.
///
/// # Errors
/// [`Refusal`], or the query's failure.
pub fn step(
    conn: &mut Conn,
    act: Acting,
    step: Step,
    shown: Option<i64>,
) -> Verb<Changed, Refusal> {
    let (me, locked) = lock_seen(conn, act)?;
    let is_outdated = shown.is_some_and(|shown| locked.last_message_id > shown);
    let is_open = locked.holding.status == Status::Open;
    if is_open && is_outdated && !matches!(step, Step::Reopen | Step::NotSpam) {
        return refuse(Refusal::NewerMessages);
    }
    if !take(conn, &me, &locked, step)? {
        return Ok(undo::standing(conn, &me, undo::Kind::Status, &locked)?);
    }
    Ok(Some(undo::offer(conn, &me, undo::Kind::Status, &locked)?))
}

/// Takes a step with a conversation that the caller holds, and has asked whether
/// the member may; `false` when it stood there already.
pub(super) fn take(
    conn: &mut Conn,
    me: &ActingMember,
    locked: &Locked,
    step: Step,
) -> Verb<bool, Refusal> {
    let now = Utc::now();
    let is_spam = locked.progress.spam_at.is_some();
    let (status, until, kind) = match step {
        Step::Resolve if is_spam => return refuse(Refusal::Spam),
        Step::Resolve => (Status::Resolved, None, activity::Kind::Resolved),
        Step::Reopen => (Status::Open, None, activity::Kind::Reopened),
        Step::Snooze(_) if locked.holding.status == Status::Resolved => {
            return refuse(Refusal::Resolved);
        }
        Step::Snooze(until) if until > now => {
            (Status::Snoozed, Some(until), activity::Kind::Snoozed)
        }
        Step::Snooze(_) => return refuse(Refusal::Past),
        Step::MarkSpam => (Status::Resolved, None, activity::Kind::MarkedSpam),
        Step::NotSpam if is_spam => (Status::Open, None, activity::Kind::NotSpam),
        Step::NotSpam => return Ok(false),
    };
    if is_so(locked, step) {
        return Ok(false);
    }
    let progress = Progress {
        status,
        snoozed_until: until,
        snoozed_by: until.map(|_| me.actor.membership_id),
        spam_at: (step == Step::MarkSpam).then_some(now),
        last_activity_at: now,
    };
    write(conn, me, locked, (progress, locked.holding.last_owner_user), kind)?;
    Ok(true)
}

/// Whether a conversation stands where the step leads, e.g. after a double click. A snooze may
/// be moved to another time.
pub(super) fn is_so(locked: &Locked, step: Step) -> bool {
    let is_spam = locked.progress.spam_at.is_some();
    match step {
        Step::Resolve => locked.holding.status == Status::Resolved && !is_spam,
        Step::Reopen | Step::NotSpam => locked.holding.status == Status::Open,
        Step::Snooze(until) => locked.progress.snoozed_until == Some(until),
        Step::MarkSpam => is_spam,
    }
}

/// Puts a conversation back to where it stood, and whose it was before they left.
pub(super) fn restore(
    conn: &mut Conn,
    me: &ActingMember,
    locked: &Locked,
    (progress, last_owner_user): (Progress, Option<i64>),
) -> QueryResult<()> {
    let kind = match progress.status {
        _ if progress.spam_at.is_some() => activity::Kind::MarkedSpam,
        Status::Open if locked.progress.spam_at.is_some() => activity::Kind::NotSpam,
        Status::Open => activity::Kind::Reopened,
        Status::Snoozed => activity::Kind::Snoozed,
        Status::Resolved => activity::Kind::Resolved,
    };
    write(conn, me, locked, (progress, last_owner_user), kind)?;
    activity::mark_undo(conn, (locked.workspace_id, locked.id))
}

/// As [`restore`], without a line where only its place in the lists is another.
pub(super) fn restore_quietly(
    conn: &mut Conn,
    me: &ActingMember,
    locked: &Locked,
    (progress, last_owner_user): (Progress, Option<i64>),
) -> QueryResult<()> {
    let moved = Progress { last_activity_at: locked.progress.last_activity_at, ..progress };
    if moved != locked.progress {
        return restore(conn, me, locked, (progress, last_owner_user));
    }
    set(conn, locked, progress, last_owner_user)
}

/// The one write that changes where a conversation stands, with its line.
fn write(
    conn: &mut Conn,
    me: &ActingMember,
    locked: &Locked,
    (progress, last_owner_user): (Progress, Option<i64>),
    kind: activity::Kind,
) -> QueryResult<()> {
    set(conn, locked, progress, last_owner_user)?;
    let until = progress.snoozed_until.map_or_else(String::new, |until| until.to_string());
    activity::record_in(conn, (locked.workspace_id, locked.id), kind, me, &until)
}

/// Whose it was before they left counts as long as it stays resolved, and nobody's: what
/// the team works on again is everybody's.
fn set(
    conn: &mut Conn,
    locked: &Locked,
    progress: Progress,
    last_owner_user: Option<i64>,
) -> QueryResult<()> {
    let is_resolved = progress.status == Status::Resolved;
    let last_owner_user = last_owner_user.filter(|_| is_resolved && locked.holding.owner.is_none());
    diesel::update(
        conversations::table
            .filter(conversations::workspace_id.eq(locked.workspace_id))
            .filter(conversations::id.eq(locked.id)),
    )
    .set((
        conversations::status.eq(progress.status),
        conversations::snoozed_until.eq(progress.snoozed_until),
        conversations::snoozed_by_id.eq(progress.snoozed_by),
        conversations::spam_at.eq(progress.spam_at),
        conversations::last_owner_user_id.eq(last_owner_user),
        conversations::last_activity_at.eq(progress.last_activity_at),
        is_resolved.then_some(conversations::waiting_since.eq(None::<Utc>)),
    ))
    .execute(conn)?;
    if is_resolved || locked.holding.status != Status::Resolved {
        return Ok(());
    }
    waiting::refresh(conn, locked.workspace_id, locked.id)
}
