//! Who holds a conversation: claim, release, assign, take over. Each is one
//! conditional write on the owner and the version that the page showed, and
//! writes the activity line and the notifications in the same transaction.

mod absent;
mod acting;
mod current_owner;
mod restoring;

use diesel::prelude::*;

use super::activity::{self, By, Line};
use super::audit::Change;
use super::conversation::{self, Locked};
use super::membership::{self, ActingMember, MemberId};
use super::notification::{self, Notice};
use super::undo;
use crate::db::schema::conversations;
use crate::db::{Conn, Utc, Verb, refuse};
use crate::policy::Status;

/// Nobody's name, as the screen has it.
pub(super) const UNASSIGNED: &str = "Unassigned";

pub(super) use absent::release_absent;
pub(super) use acting::may_be_missing;
pub use acting::{Missing, lock_act, lock_seen, lost};
pub use current_owner::{CurrentOwner, Gained, current_owner, known};
pub(super) use restoring::restore;

/// Which member acts on which conversation.
#[derive(Clone, Copy, Debug)]
pub struct Acting {
    pub workspace_id: i64,
    pub membership_id: i64,
    pub conversation_id: i64,
}

impl Acting {
    /// The member, wherever they act.
    pub fn caller(self) -> MemberId {
        MemberId { workspace_id: self.workspace_id, membership_id: self.membership_id }
    }
}

/// The owner and version that a page showed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    pub owner: Option<i64>,
    pub version: i64,
}

/// Why a change of owner did not happen.
#[derive(Clone, Debug)]
pub enum Refusal {
    Missing(Missing),
    /// The member sees it, but may not do this.
    NotAllowed,
    /// It moved since the page was made.
    Moved(CurrentOwner),
    /// The new owner is not an active member.
    NoSuchOwner,
}

may_be_missing!(Refusal);

/// What a change of owner came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It has a new owner, by name, or none, and is open or not; and what takes that back.
    Changed { owner: Option<String>, is_open: bool, undo: undo::Id },
    /// It was so already, and not by what this member did a moment ago.
    Unchanged(Option<String>),
}

/// Takes an unassigned conversation for the acting member.
///
/// # Errors
/// [`Refusal`], or the query's failure.
pub fn claim(conn: &mut Conn, act: Acting, version: Option<i64>) -> Verb<Outcome, Refusal> {
    let (me, locked) = lock_act(conn, act)?;
    if locked.holding.owner == Some(act.membership_id) {
        return unchanged(conn, &me, &locked, Some(me.name.clone()));
    }
    if !me.actor.may_claim(locked.holding) {
        // What they do not see is told of to a page that showed it, and those say a version.
        let saw_it = version.is_some() || me.actor.may_view(locked.holding);
        if locked.holding.owner.is_some() && saw_it {
            return lost(conn, &me, &locked);
        }
        return refuse(Missing::NotFound.into());
    }
    if version.is_some_and(|seen| seen != locked.version) {
        return moved(conn, &me, &locked);
    }
    take(conn, &me, &locked)?;
    changed(conn, &me, &locked, Some(&me))
}

/// Gives a conversation back to the queue: one's own, or as a Manager any.
///
/// # Errors
/// As [`claim`].
pub fn release(conn: &mut Conn, act: Acting, seen: Option<Seen>) -> Verb<Outcome, Refusal> {
    let (me, locked) = lock_act(conn, act)?;
    if !me.actor.may_view(locked.holding) {
        // They may have had its page open when it was taken from them.
        if seen.is_some() {
            return lost(conn, &me, &locked);
        }
        return refuse(Missing::NotFound.into());
    }
    if locked.holding.owner.is_none() {
        return unchanged(conn, &me, &locked, None);
    }
    if !me.actor.may_release(locked.holding) {
        return refuse(Refusal::NotAllowed);
    }
    // What one owns now may be given back, whatever way it went in between.
    let is_mine = locked.holding.owner == Some(act.membership_id);
    if !is_mine && seen.is_some_and(|seen| seen != locked.seen()) {
        return moved(conn, &me, &locked);
    }
    set_owner(conn, &me, &locked, None, activity::Kind::Released)
        .map_err(|stop| stop.map(Refusal::Moved))?;
    changed(conn, &me, &locked, None)
}

/// Says who owns a conversation; `None` puts it back into the queue: of any as a
/// Manager, of one's own where Agents may pass on. They see first what moved since
/// the page was made.
///
/// # Errors
/// As [`claim`].
pub fn assign(
    conn: &mut Conn,
    act: Acting,
    to: Option<i64>,
    seen: Option<Seen>,
) -> Verb<Outcome, Refusal> {
    let Some(me) = membership::lock_acting(conn, act.caller())? else {
        return refuse(Missing::NoMember.into());
    };
    let new_owner = match to {
        None => None,
        Some(id) => membership::lock_acting(conn, act.caller().colleague(id))?,
    };
    let Some(locked) = conversation::lock(conn, act)? else {
        return refuse(Missing::NotFound.into());
    };
    let name = new_owner.as_ref().map(|member| member.name.clone());
    if !me.actor.may_view(locked.holding) {
        let was_mine = seen.is_some_and(|seen| seen.owner == Some(act.membership_id));
        // Whoever saw it as their own is told who has it now.
        let told = if was_mine { known(conn, &me, &locked)? } else { None };
        return match told {
            // A double click: the first one took it out of their sight.
            Some(_) if to.is_some() && locked.holding.owner == to => {
                unchanged(conn, &me, &locked, name)
            }
            told => refuse(told.map_or(Missing::NotFound, Missing::Lost).into()),
        };
    }
    if !me.actor.may_reassign(locked.holding) {
        return refuse(Refusal::NotAllowed);
    }
    if to.is_some() && new_owner.is_none() {
        return refuse(Refusal::NoSuchOwner);
    }
    if locked.holding.owner == to {
        return unchanged(conn, &me, &locked, name);
    }
    if seen.is_some_and(|seen| seen != locked.seen()) {
        return moved(conn, &me, &locked);
    }
    hand(conn, &me, &locked, new_owner.as_ref()).map_err(|stop| stop.map(Refusal::Moved))?;
    changed(conn, &me, &locked, new_owner.as_ref())
}

/// What a change came to, with what takes it back.
fn changed(
    conn: &mut Conn,
    me: &ActingMember,
    before: &Locked,
    owner: Option<&ActingMember>,
) -> Verb<Outcome, Refusal> {
    let undo = undo::offer(conn, me, undo::Kind::Owner, before)?;
    let is_open = before.holding.status == Status::Open;
    Ok(Outcome::Changed { owner: owner.map(|member| member.name.clone()), is_open, undo })
}

/// What a change that was made already comes to: the same, where this member has just
/// made it.
fn unchanged(
    conn: &mut Conn,
    me: &ActingMember,
    locked: &Locked,
    owner: Option<String>,
) -> Verb<Outcome, Refusal> {
    let is_open = locked.holding.status == Status::Open;
    Ok(match undo::standing(conn, me, undo::Kind::Owner, locked)? {
        Some(undo) => Outcome::Changed { owner, is_open, undo },
        None => Outcome::Unchanged(owner),
    })
}

/// Gives a conversation to a member or back to the queue, inside a verb that holds
/// the locks and has asked `policy`.
///
/// # Errors
/// As the queries do; refused with who holds it when it moved since it was locked.
pub(super) fn hand(
    conn: &mut Conn,
    me: &ActingMember,
    locked: &Locked,
    to: Option<&ActingMember>,
) -> Verb<(), CurrentOwner> {
    set_owner(conn, me, locked, to, kind_of(me, locked, to))
}

/// What it is called when the owner changes so.
fn kind_of(me: &ActingMember, locked: &Locked, to: Option<&ActingMember>) -> activity::Kind {
    let me = me.actor.membership_id;
    match (to.map(|member| member.actor.membership_id), locked.holding.owner) {
        (None, Some(owner)) if owner == me => activity::Kind::Released,
        (None, _) => activity::Kind::Unassigned,
        (Some(id), Some(_)) if id == me => activity::Kind::TookOver,
        (Some(id), None) if id == me => activity::Kind::Claimed,
        _ => activity::Kind::Assigned,
    }
}

/// Makes an unassigned conversation the acting member's, inside a verb that
/// holds the locks and has asked `policy`.
///
/// # Errors
/// As the queries do; refused when it is not unassigned any more.
pub fn take<R: From<Missing>>(conn: &mut Conn, me: &ActingMember, locked: &Locked) -> Verb<(), R> {
    set_owner(conn, me, locked, Some(me), activity::Kind::Claimed)
        .map_err(|stop| stop.map(|current| Missing::Lost(current).into()))
}

/// Refuses, telling who holds it now.
fn moved<T>(conn: &mut Conn, me: &ActingMember, locked: &Locked) -> Verb<T, Refusal> {
    refuse(Refusal::Moved(current_owner(conn, me, locked)?))
}

/// Changes the owner, and tells the new and the former one.
fn set_owner(
    conn: &mut Conn,
    me: &ActingMember,
    locked: &Locked,
    to: Option<&ActingMember>,
    kind: activity::Kind,
) -> Verb<(), CurrentOwner> {
    if pass(conn, &By::from(me), locked, to, kind)? {
        Ok(())
    } else {
        refuse(current_owner(conn, me, locked)?)
    }
}

/// The same, whoever does it; `false` when it moved since it was locked.
fn pass(
    conn: &mut Conn,
    by: &By,
    locked: &Locked,
    to: Option<&ActingMember>,
    kind: activity::Kind,
) -> QueryResult<bool> {
    let after = Owned { to, since: to.map(|_| Utc::now()), last_owner_user: None };
    if !write_owner(conn, by, locked, after, kind)? {
        return Ok(false);
    }
    let new_owner = to.map(|member| member.actor.membership_id);
    notify(conn, by, locked, new_owner, notification::Kind::Assigned)?;
    notify(conn, by, locked, locked.holding.owner, notification::Kind::of_loss(kind))?;
    Ok(true)
}

/// Who is to own a conversation.
#[derive(Clone, Copy)]
pub(super) struct Owned<'a> {
    pub to: Option<&'a ActingMember>,
    pub since: Option<Utc>,
    /// Who owned it when their membership ended.
    pub last_owner_user: Option<i64>,
}

/// The one write that changes an owner: conditional on owner and version, with
/// its activity line. `false` when it moved since it was locked.
fn write_owner(
    conn: &mut Conn,
    by: &By,
    locked: &Locked,
    after: Owned<'_>,
    kind: activity::Kind,
) -> QueryResult<bool> {
    let to = after.to;
    let new_owner = to.map(|member| member.actor.membership_id);
    let unmoved = diesel::update(conversations::table)
        .filter(conversations::workspace_id.eq(locked.workspace_id))
        .filter(conversations::id.eq(locked.id))
        .filter(conversations::ownership_version.eq(locked.version));
    let values = (
        conversations::assignee_id.eq(new_owner),
        conversations::ownership_version.eq(locked.version + 1),
        conversations::owned_since.eq(after.since),
        conversations::last_owner_user_id.eq(after.last_owner_user),
    );
    let changed = match locked.holding.owner {
        Some(owner) => {
            unmoved.filter(conversations::assignee_id.eq(owner)).set(values).execute(conn)?
        }
        None => unmoved.filter(conversations::assignee_id.is_null()).set(values).execute(conn)?,
    };
    if changed == 0 {
        return Ok(false);
    }
    let former = match locked.holding.owner {
        Some(id) => membership::name_of(conn, locked.workspace_id, id)?.map(|name| (id, name)),
        None => None,
    };
    let new = to.map(|member| (member.actor.membership_id, member.name.clone()));
    let name_of = |owner: &Option<(i64, String)>| {
        owner.as_ref().map_or_else(|| UNASSIGNED.to_owned(), |(_, name)| name.clone())
    };
    let (from, to) = (name_of(&former), name_of(&new));
    // The other member of the line: the new owner, else the former one.
    let is_other = |owner: &(i64, String)| Some(owner.0) != by.id;
    let subject = new.filter(is_other).or(former.filter(is_other));
    activity::record_change(
        conn,
        &Line {
            workspace_id: locked.workspace_id,
            conversation_id: Some(locked.id),
            kind,
            by,
            subject: subject.as_ref().map(|(id, name)| (*id, name.as_str())),
            detail: "",
        },
        Change { from: &from, to: &to },
    )?;
    Ok(true)
}

/// Tells a member, unless they did it themselves.
fn notify(
    conn: &mut Conn,
    by: &By,
    locked: &Locked,
    member: Option<i64>,
    kind: notification::Kind,
) -> QueryResult<()> {
    let Some(membership_id) = member.filter(|id| Some(*id) != by.id) else {
        return Ok(());
    };
    notification::send(
        conn,
        &Notice {
            workspace_id: locked.workspace_id,
            membership_id,
            kind,
            conversation_id: Some(locked.id),
            outage_id: None,
            actor_name: &by.name,
            subject_name: &locked.contact_name,
        },
    )
}

impl Locked {
    /// Owner and version, as a page shows them.
    pub fn seen(&self) -> Seen {
        Seen { owner: self.holding.owner, version: self.version }
    }
}
