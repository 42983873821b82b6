//! The same done to several conversations: each in a transaction of its own, so
//! that nobody waits for all of them, and each compared with what its page showed.

use diesel::prelude::*;

use super::conversation::{self, Locked};
use super::label;
use super::membership::{self, ActingMember, MemberId};
use super::obstacle::Obstacle;
use super::ownership::{self, Acting};
use super::progress::{self, Step};
use super::undo;
use crate::db::dialect::{self, RowLock};
use crate::db::schema::messages;
use crate::db::{Conn, Stop, Utc, Verb, refuse};
use crate::policy::Status;

/// The most that is done at once.
pub const MOST: i64 = 1000;

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// To this member, or back to the queue.
    Assign(Option<i64>),
    /// Put this label on.
    Label(i64),
    Take(Step),
}

impl Deed {
    const fn undo(self) -> undo::Kind {
        match self {
            Self::Assign(_) => undo::Kind::Owner,
            Self::Label(id) => undo::Kind::Label(id),
            Self::Take(_) => undo::Kind::Status,
        }
    }
}

/// A conversation of the list, as the page showed it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pick {
    pub id: i64,
    /// Its ownership version.
    pub version: i64,
}

/// Who does what, in the list of which status.
#[derive(Clone, Copy, Debug)]
pub struct Task {
    pub caller: MemberId,
    pub deed: Deed,
    pub status: Status,
    pub is_spam: bool,
    /// When the page was made: what has had a message since is not put away.
    pub made: Option<Utc>,
}

/// What came of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Done {
    Changed {
        undo: undo::Id,
    },
    /// It was so already.
    Unchanged,
}

/// Does it to one of them. `undo` is what the ones before it can be undone by.
///
/// # Errors
/// What stands in the way, or the query's failure. Then it is as it was.
pub fn one(
    conn: &mut Conn,
    task: Task,
    pick: Pick,
    undo: Option<undo::Id>,
) -> Verb<Done, Obstacle> {
    let Task { caller, deed, .. } = task;
    let MemberId { workspace_id, membership_id } = caller;
    let Some(me) = membership::lock_acting(conn, caller)? else {
        return refuse(Obstacle::NoMember);
    };
    let new_owner = match deed {
        Deed::Assign(Some(_)) if !me.actor.may_pass_on() => return refuse(Obstacle::NotAllowed),
        Deed::Assign(Some(id)) => match membership::lock_acting(conn, caller.colleague(id))? {
            None => {
                let name = membership::name_of(conn, workspace_id, id)?;
                return refuse(Obstacle::Left(name.unwrap_or_else(|| "that member".to_owned())));
            }
            found => found,
        },
        _ => None,
    };
    let of = Acting { workspace_id, membership_id, conversation_id: pick.id };
    let Some(locked) = conversation::lock(conn, of)? else {
        return refuse(Obstacle::Hidden);
    };
    if is_so(&locked, deed) && me.actor.may_tend(locked.holding) {
        return Ok(Done::Unchanged);
    }
    if locked.version != pick.version {
        return refuse(Obstacle::moved(conn, &me, &locked)?);
    }
    if !me.actor.may_tend(locked.holding) {
        return refuse(Obstacle::Hidden);
    }
    let gives = |to: Option<i64>| {
        me.actor.may_reassign(locked.holding)
            || to.is_none() && me.actor.may_release(locked.holding)
    };
    if matches!(deed, Deed::Assign(to) if !gives(to)) {
        return refuse(Obstacle::NotAllowed);
    }
    if locked.holding.status != task.status {
        return refuse(Obstacle::of_status(locked.holding.status));
    }
    if locked.progress.spam_at.is_some() && !task.is_spam {
        return refuse(Obstacle::Spam);
    }
    let puts_away = matches!(deed, Deed::Take(Step::Snooze(_) | Step::Resolve | Step::MarkSpam));
    if puts_away && has_news(conn, &locked, task.made)? {
        return refuse(Obstacle::NewMessage);
    }
    if !act(conn, &me, &locked, deed, new_owner.as_ref())? {
        return Ok(Done::Unchanged);
    }
    let kind = deed.undo();
    let undo = match undo {
        Some(undo) => undo,
        None => undo::open(conn, caller, kind)?,
    };
    undo::add(conn, &me, undo, kind, &locked)?;
    Ok(Done::Changed { undo })
}

/// Whether it is as it is to be.
fn is_so(locked: &Locked, deed: Deed) -> bool {
    match deed {
        Deed::Assign(to) => locked.holding.owner == to,
        Deed::Label(_) => false,
        Deed::Take(step) => progress::is_so(locked, step),
    }
}

/// Whether a message came that a page made then did not show.
fn has_news(conn: &mut Conn, locked: &Locked, made: Option<Utc>) -> QueryResult<bool> {
    let Some(made) = made.filter(|made| locked.progress.last_activity_at > *made) else {
        return Ok(false);
    };
    let newer = messages::table
        .filter(messages::id.eq(locked.last_message_id))
        .filter(messages::created_at.gt(made));
    diesel::select(diesel::dsl::exists(newer)).get_result(conn)
}

/// `false` when it was so already.
fn act(
    conn: &mut Conn,
    me: &ActingMember,
    locked: &Locked,
    deed: Deed,
    new_owner: Option<&ActingMember>,
) -> Verb<bool, Obstacle> {
    let step = match deed {
        Deed::Assign(_) => {
            return match ownership::hand(conn, me, locked, new_owner) {
                Ok(()) => Ok(true),
                Err(Stop::Failed(error)) => Err(Stop::Failed(error)),
                // Another transaction got in between in spite of the lock.
                Err(Stop::Refused(_)) => refuse(Obstacle::moved(conn, me, locked)?),
            };
        }
        Deed::Label(id) => {
            dialect::lock(conn, RowLock::LabelStays(id))?;
            let Some(label) = label::find(conn, locked.workspace_id, id)? else {
                return refuse(Obstacle::LabelGone);
            };
            return Ok(label::put(conn, me, locked, &label, true)?);
        }
        Deed::Take(step) => step,
    };
    let words = |refusal| match refusal {
        progress::Refusal::Resolved => Obstacle::Resolved,
        progress::Refusal::Spam => Obstacle::Spam,
        // The time was checked; the clock went past it while others were snoozed.
        _ => Obstacle::Reopened,
    };
    progress::take(conn, me, locked, step).map_err(|stop| stop.map(words))
}
