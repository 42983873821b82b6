//! Who holds a conversation now, for whoever came too late.

use diesel::prelude::*;

use crate::db::schema::{activities, memberships};
use crate::db::{Conn, Utc};
use crate::models::activity;
use crate::models::conversation::{self, Locked};
use crate::models::membership::{self, ActingMember};

/// Who holds a conversation now, as told to somebody who came too late.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CurrentOwner {
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
pub fn current_owner(
    conn: &mut Conn,
    me: &ActingMember,
    locked: &Locked,
) -> QueryResult<CurrentOwner> {
    let owner = match locked.holding.owner {
        None => None,
        Some(id) => membership::name_of(conn, locked.workspace_id, id)?.map(|name| (id, name)),
    };
    let newest =
        activity::newest_of(conn, locked.workspace_id, locked.id, &activity::Kind::GIVES_OWNER)?;
    let gained = match newest {
        Some(activity::Kind::Claimed) => Gained::Claimed,
        Some(activity::Kind::TookOver) => Gained::TookOver,
        _ => Gained::Assigned,
    };
    Ok(CurrentOwner {
        owner,
        gained,
        since: locked.owned_since,
        version: locked.version,
        contact_name: locked.contact_name.clone(),
        may_view: me.actor.may_view(locked.holding),
    })
}

/// The same for whoever lost sight of it. Who never had it in sight is told nothing, as if
/// it were not there: they had its page open, or it left or came into a queue of theirs
/// since they joined.
///
/// # Errors
/// When a query fails.
pub fn known(
    conn: &mut Conn,
    me: &ActingMember,
    locked: &Locked,
) -> QueryResult<Option<CurrentOwner>> {
    let may_know = had_it_open(conn, me, locked)?
        || (me.actor.may_know(locked.holding) && was_queued(conn, me, locked)?);
    if may_know { current_owner(conn, me, locked).map(Some) } else { Ok(None) }
}

/// Whether a member has had a conversation's page open.
pub(super) fn had_it_open(
    conn: &mut Conn,
    me: &ActingMember,
    locked: &Locked,
) -> QueryResult<bool> {
    Ok(conversation::read_up_to(conn, me.actor.membership_id, locked.id)? > 0)
}

/// Whether a conversation was in the queue at some time since the member joined.
fn was_queued(conn: &mut Conn, me: &ActingMember, locked: &Locked) -> QueryResult<bool> {
    let joined_at = memberships::table
        .find(me.actor.membership_id)
        .select(memberships::created_at)
        .single_value();
    let passed = activities::table
        .filter(activities::workspace_id.eq(locked.workspace_id))
        .filter(activities::conversation_id.eq(locked.id))
        .filter(activities::kind.eq_any(activity::Kind::PASSES_QUEUE))
        .filter(activities::created_at.nullable().ge(joined_at));
    diesel::select(diesel::dsl::exists(passed)).get_result(conn)
}
