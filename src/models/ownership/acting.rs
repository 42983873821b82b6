//! How a member's verb on a conversation begins: with the locks, in their order.

use super::current_owner::had_it_open;
use super::{Acting, CurrentOwner, known};
use crate::db::{Conn, Verb, refuse};
use crate::models::conversation::{self, Locked};
use crate::models::membership::{self, ActingMember};

/// Why there is nothing that a member can act on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Missing {
    /// The acting membership has ended.
    NoMember,
    /// There is no such conversation for this member.
    NotFound,
    /// It is not theirs (any more): who has it they may know.
    Lost(CurrentOwner),
}

/// Makes a [`Missing`] one of the refusals of a verb.
macro_rules! may_be_missing {
    ($refusal:ty) => {
        impl From<Missing> for $refusal {
            fn from(missing: Missing) -> Self {
                Self::Missing(missing)
            }
        }
    };
}
pub(in crate::models) use may_be_missing;

/// Locks the acting member and the conversation, seen by them or not.
///
/// # Errors
/// [`Missing`] when either is not there; or a query's failure.
pub fn lock_act<R: From<Missing>>(conn: &mut Conn, act: Acting) -> Verb<(ActingMember, Locked), R> {
    let Some(me) = membership::lock_acting(conn, act.caller())? else {
        return refuse(Missing::NoMember.into());
    };
    match conversation::lock(conn, act)? {
        Some(locked) => Ok((me, locked)),
        None => refuse(Missing::NotFound.into()),
    }
}

/// [`lock_act`] for what everybody may who sees the conversation. Its forms stand on the
/// conversation's page alone: who never had that open is told nothing.
///
/// # Errors
/// As [`lock_act`]; or [`lost`].
pub fn lock_seen<R: From<Missing>>(
    conn: &mut Conn,
    act: Acting,
) -> Verb<(ActingMember, Locked), R> {
    let (me, locked) = lock_act(conn, act)?;
    if me.actor.may_tend(locked.holding) {
        return Ok((me, locked));
    }
    if had_it_open(conn, &me, &locked)? {
        return lost(conn, &me, &locked);
    }
    refuse(Missing::NotFound.into())
}

/// Refuses what is not the member's to do: they may have had the page open for a while,
/// and who has it now is theirs to know.
///
/// # Errors
/// Always: [`Missing`], or a query's failure.
pub fn lost<T, R: From<Missing>>(
    conn: &mut Conn,
    me: &ActingMember,
    locked: &Locked,
) -> Verb<T, R> {
    refuse(known(conn, me, locked)?.map_or(Missing::NotFound, Missing::Lost).into())
}
