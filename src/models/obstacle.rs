//! Why a conversation was left as it is, where several are changed at once or a
//! change is taken back: each is told, and nothing is overwritten.

use diesel::prelude::*;

use super::conversation::Locked;
use super::membership::ActingMember;
use super::ownership::{self, Gained};
use crate::db::Conn;
use crate::policy::Status;

/// What stands in the way.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Obstacle {
    /// The acting membership has ended.
    NoMember,
    /// This member claimed it meanwhile.
    Claimed(String),
    /// This member took it over meanwhile.
    TookOver(String),
    /// It was assigned to this member meanwhile.
    Assigned(String),
    /// It went back to the queue meanwhile.
    Released,
    Resolved,
    Snoozed,
    /// It was marked as spam meanwhile.
    Spam,
    /// It is open again, e.g. since the customer wrote.
    Reopened,
    /// A message came that the page had not shown.
    NewMessage,
    /// The member who is to own it is not in the team any more.
    Left(String),
    LabelGone,
    /// The label was put on or taken off meanwhile.
    Relabelled,
    /// The member sees it, but may not do this.
    NotAllowed,
    /// It does not exist for this member (any more).
    Hidden,
}

impl Obstacle {
    /// What became of the owner.
    ///
    /// # Errors
    /// When a query fails.
    pub fn moved(conn: &mut Conn, me: &ActingMember, locked: &Locked) -> QueryResult<Self> {
        if !me.actor.may_know(locked.holding) {
            return Ok(Self::Hidden);
        }
        let current = ownership::current_owner(conn, me, locked)?;
        Ok(match current.owner {
            Some((_, name)) => match current.gained {
                Gained::Claimed => Self::Claimed(name),
                Gained::TookOver => Self::TookOver(name),
                Gained::Assigned => Self::Assigned(name),
            },
            None if current.may_view => Self::Released,
            None => Self::Hidden,
        })
    }

    /// It stands elsewhere now.
    pub const fn of_status(status: Status) -> Self {
        match status {
            Status::Open => Self::Reopened,
            Status::Snoozed => Self::Snoozed,
            Status::Resolved => Self::Resolved,
        }
    }
}
