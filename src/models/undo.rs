//! What a member did a moment ago, taken back: for ten seconds, by whoever did it,
//! and only where nothing changed since.

mod changes;

use chrono::TimeDelta;
use diesel::prelude::*;
use strum::IntoStaticStr;

use super::conversation::{self, Locked};
use super::housekeeping::delete_some;
use super::label;
use super::membership::{self, ActingMember, MemberId};
use super::obstacle::Obstacle;
use super::ownership::{self, Acting, Owned};
use super::progress;
use crate::db::dialect::{self, RowLock};
use crate::db::schema::{undo_changes, undos};
use crate::db::{Conn, Utc, Verb, refuse};

/// How long a change can be undone.
pub const UNDOABLE: TimeDelta = TimeDelta::seconds(10);
/// How long Baton remembers that it could have been: a page may stay open.
const KEPT: TimeDelta = TimeDelta::days(1);

/// What [`begin`] is asked for.
pub type Id = i64;

/// What was done; a word in the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, IntoStaticStr)]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum Kind {
    Owner,
    Status,
    /// This label was put on or taken off.
    Label(i64),
}

/// Why nothing is undone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The acting membership has ended.
    NoMember,
    /// This member has done no such thing.
    NotFound,
    /// The ten seconds are over.
    Over,
}

/// Offers to undo what a verb has just done to one conversation; `before` is what
/// the verb had locked.
///
/// # Errors
/// When a query fails.
pub fn offer(conn: &mut Conn, me: &ActingMember, kind: Kind, before: &Locked) -> QueryResult<Id> {
    let id = open(conn, me.id(before.workspace_id), kind)?;
    add(conn, me, id, kind, before)?;
    Ok(id)
}

/// What takes back the one change that this member has just made to a conversation and
/// that still stands: a form that came twice, as by a double click where no script holds
/// the button, is answered as the first one was.
///
/// # Errors
/// When a query fails.
pub fn standing(
    conn: &mut Conn,
    me: &ActingMember,
    kind: Kind,
    locked: &Locked,
) -> QueryResult<Option<Id>> {
    let Some(id) = changes::latest(conn, me, kind, locked)? else { return Ok(None) };
    let found = changes::find(conn, me, locked.workspace_id, id, locked.id)?;
    let stands = found.is_some_and(|(_, change)| {
        change.since_version == locked.version && change.still_stands(locked)
    });
    Ok(stands.then_some(id))
}

/// Opens an undo for several conversations, which [`add`] names one by one.
///
/// # Errors
/// When the query fails.
pub fn open(conn: &mut Conn, caller: MemberId, kind: Kind) -> QueryResult<Id> {
    let MemberId { workspace_id, membership_id } = caller;
    diesel::insert_into(undos::table)
        .values((
            undos::workspace_id.eq(workspace_id),
            undos::membership_id.eq(membership_id),
            undos::kind.eq(kind.into_str()),
            undos::until.eq(Utc::now().plus(UNDOABLE)),
        ))
        .returning(undos::id)
        .get_result(conn)
}

/// Remembers what a conversation was before a verb changed it, and what it is now.
///
/// # Errors
/// When a query fails.
pub fn add(
    conn: &mut Conn,
    me: &ActingMember,
    id: Id,
    kind: Kind,
    before: &Locked,
) -> QueryResult<()> {
    let Some(since) = conversation::locked(conn, me.id(before.workspace_id), before.id)? else {
        return Ok(());
    };
    changes::insert(conn, id, kind, before, &since)
}

/// Lets the ten seconds of an undo begin now: several conversations take a while.
///
/// # Errors
/// When the query fails.
pub fn start(conn: &mut Conn, workspace_id: i64, id: Id) -> QueryResult<()> {
    diesel::update(undos::table)
        .filter(undos::workspace_id.eq(workspace_id))
        .filter(undos::id.eq(id))
        .set(undos::until.eq(Utc::now().plus(UNDOABLE)))
        .execute(conn)?;
    Ok(())
}

/// Which conversations are to be taken back, one after the other by [`take_back`];
/// none when that has happened already, e.g. after a double click.
///
/// # Errors
/// [`Refusal`] when it is too late or was somebody else's, or the query's failure.
pub fn begin(conn: &mut Conn, caller: MemberId, id: Id) -> Verb<Vec<i64>, Refusal> {
    let MemberId { workspace_id, membership_id } = caller;
    if membership::lock_acting(conn, caller)?.is_none() {
        return refuse(Refusal::NoMember);
    }
    let until: Option<Utc> = undos::table
        .filter(undos::workspace_id.eq(workspace_id))
        .filter(undos::membership_id.eq(membership_id))
        .filter(undos::id.eq(id))
        .select(undos::until)
        .first(conn)
        .optional()?;
    let Some(until) = until else { return refuse(Refusal::NotFound) };
    let left: Vec<i64> = undo_changes::table
        .filter(undo_changes::workspace_id.eq(workspace_id))
        .filter(undo_changes::undo_id.eq(id))
        .order(undo_changes::conversation_id)
        .select(undo_changes::conversation_id)
        .load(conn)?;
    if !left.is_empty() && until <= Utc::now() {
        return refuse(Refusal::Over);
    }
    Ok(left)
}

/// Takes back what was done to one conversation, if it is still as it was left and
/// the member may still do that.
///
/// # Errors
/// What stands in the way, or the query's failure. Then nothing is different.
pub fn take_back(
    conn: &mut Conn,
    caller: MemberId,
    id: Id,
    conversation_id: i64,
) -> Verb<(), Obstacle> {
    let MemberId { workspace_id, membership_id } = caller;
    let Some(me) = membership::lock_acting(conn, caller)? else {
        return refuse(Obstacle::NoMember);
    };
    let Some((is_owner, change)) = changes::find(conn, &me, workspace_id, id, conversation_id)?
    else {
        return Ok(());
    };
    let former = match change.owner {
        Some(owner) if is_owner => {
            let found = membership::lock_acting(conn, caller.colleague(owner))?;
            if found.is_none() {
                let name = membership::name_of(conn, workspace_id, owner)?.unwrap_or_default();
                return refuse(Obstacle::Left(name));
            }
            found
        }
        _ => None,
    };
    let act = Acting { workspace_id, membership_id, conversation_id };
    let Some(locked) = conversation::lock(conn, act)? else {
        return refuse(Obstacle::Hidden);
    };
    // A second press of the button waits here, and finds it done.
    if !changes::delete(conn, workspace_id, id, conversation_id)? {
        return Ok(());
    }
    if let Some(label_id) = change.label {
        return take_label_back(conn, &me, &locked, label_id, change.labelled_at);
    }
    if locked.version != change.since_version {
        return refuse(Obstacle::moved(conn, &me, &locked)?);
    }
    if !change.still_stands(&locked) {
        return refuse(Obstacle::of_status(locked.holding.status));
    }
    // What one has just passed on is out of sight, and still one's own to take back.
    let was_mine = is_owner && change.owner == Some(membership_id) && me.actor.may_pass_on();
    if !was_mine && !me.actor.may_tend(locked.holding) {
        return refuse(Obstacle::Hidden);
    }
    if !is_owner {
        let before = (change.progress_of(&locked), change.last_owner_user);
        progress::restore(conn, &me, &locked, before)?;
        return Ok(());
    }
    if !was_mine && !me.actor.may_pass(locked.holding, change.owner) {
        return refuse(Obstacle::NotAllowed);
    }
    let before = Owned {
        to: former.as_ref(),
        since: change.owned_since,
        last_owner_user: change.last_owner_user,
    };
    ownership::restore(conn, &me, &locked, before, change.changed_at)
        .map_err(|stop| stop.map(|_| Obstacle::Hidden))
}

/// Puts a conversation back to where a reply found it, for whoever takes the reply
/// back and holds the conversation; one that moved since stays where it is.
///
/// # Errors
/// When a query fails.
pub(super) fn restore_progress(
    conn: &mut Conn,
    me: &ActingMember,
    locked: &Locked,
    id: Id,
) -> QueryResult<()> {
    let Some((_, change)) = changes::find(conn, me, locked.workspace_id, id, locked.id)? else {
        return Ok(());
    };
    changes::delete(conn, locked.workspace_id, id, locked.id)?;
    if change.still_stands(locked) {
        let before = (change.progress_of(locked), change.last_owner_user);
        progress::restore_quietly(conn, me, locked, before)?;
    }
    Ok(())
}

/// A label does not care who owns the conversation or where it stands.
fn take_label_back(
    conn: &mut Conn,
    me: &ActingMember,
    locked: &Locked,
    label_id: i64,
    labelled_at: Option<Utc>,
) -> Verb<(), Obstacle> {
    if !me.actor.may_tend(locked.holding) {
        return refuse(Obstacle::moved(conn, me, locked)?);
    }
    dialect::lock(conn, RowLock::LabelStays(label_id))?;
    let Some(label) = label::find(conn, locked.workspace_id, label_id)? else {
        return refuse(Obstacle::LabelGone);
    };
    if label::put_on_at(conn, locked.workspace_id, locked.id, label_id)? != labelled_at {
        return refuse(Obstacle::Relabelled);
    }
    label::put(conn, me, locked, &label, labelled_at.is_none())?;
    Ok(())
}

/// Deletes what nobody can take back any more, some of it.
///
/// # Errors
/// When the query fails.
pub fn sweep(conn: &mut Conn, now: Utc) -> QueryResult<usize> {
    delete_some!(conn, undos::id, undos::until.le(now.minus(KEPT)))
}
