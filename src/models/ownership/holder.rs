//! Who holds a conversation now, for whoever came too late.

use diesel::prelude::*;

use crate::db::{Conn, Utc};
use crate::models::activity;
use crate::models::conversation::{self, Held};
use crate::models::membership::{self, ActingMember};

/// Who holds a conversation now, as told to somebody who came too late.
#[derive(Clone, Debug)]
pub struct Holder {
    /// Membership and name; `None`: it is in the queue.
    pub owner: Option<(i64, String)>,
    pub since: Option<Utc>,
    pub gained: Gained,
    pub version: i64,
    pub contact_name: String,
    /// Whether the one who is told may still see the conversation.
    pub may_view: bool,
}

/// How an owner came to hold a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gained {
    Claimed,
    TookOver,
    Assigned,
}

impl Gained {
    /// `Mia Chen claimed this`: what became of the conversation of this name's owner.
    pub fn words(self, owner: &str) -> String {
        match self {
            Self::Claimed => format!("{owner} claimed this"),
            Self::TookOver => format!("{owner} took this over"),
            Self::Assigned => format!("This was assigned to {owner}"),
        }
    }
}

/// Who holds a conversation now, for whoever came too late.
///
/// # Errors
/// When the query fails.
pub fn holder(conn: &mut Conn, me: &ActingMember, held: &Held) -> QueryResult<Holder> {
    let owner = match held.holding.owner {
        None => None,
        Some(id) => membership::name_of(conn, held.workspace_id, id)?.map(|name| (id, name)),
    };
    let newest =
        activity::newest_of(conn, held.workspace_id, held.id, &activity::Kind::GIVES_OWNER)?;
    let gained = match newest.as_deref().and_then(activity::Kind::parse) {
        Some(activity::Kind::Claimed) => Gained::Claimed,
        Some(activity::Kind::TookOver) => Gained::TookOver,
        _ => Gained::Assigned,
    };
    Ok(Holder {
        owner,
        gained,
        since: held.owned_since,
        version: held.version,
        contact_name: held.contact_name.clone(),
        may_view: me.actor.may_view(held.holding),
    })
}

/// The same for whoever lost sight of it, or never had it. Of what waits in an
/// inbox that is not for them they are told only if they had its page open, so
/// that their text is not lost.
///
/// # Errors
/// When a query fails.
pub fn known(conn: &mut Conn, me: &ActingMember, held: &Held) -> QueryResult<Option<Holder>> {
    let may_know = me.actor.may_know(held.holding)
        || conversation::read_up_to(conn, me.actor.membership_id, held.id)? > 0;
    if may_know { holder(conn, me, held).map(Some) } else { Ok(None) }
}
