//! The end of a snooze, when its time has come.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Timestamp};

use super::{activity, conversation, membership, notification, ownership};
use crate::db::dialect::{self, RowLock};
use crate::db::schema::{contacts, conversations};
use crate::db::{Conn, Utc};
use crate::policy::Status;

/// A snooze that is over.
#[derive(Clone, Copy, Debug, Queryable)]
pub struct Due {
    pub id: i64,
    workspace_id: i64,
    contact_id: i64,
    assignee_id: Option<i64>,
    snoozed_by_id: Option<i64>,
}

impl Due {
    /// Who is told: the owner, or who snoozed it when nobody owns it.
    fn told(&self) -> Option<i64> {
        self.assignee_id.or(self.snoozed_by_id)
    }
}

/// The snoozes that are over, up to `limit` of them, each for [`wake`]: a look by index, so
/// that an idle clock never writes.
///
/// # Errors
/// When the query fails.
pub fn due(conn: &mut Conn, now: Utc, limit: i64) -> QueryResult<Vec<Due>> {
    conversations::table
        .filter(conversations::status.eq(Status::Snoozed))
        .filter(conversations::snoozed_until.le(now))
        .order(conversations::snoozed_until)
        .limit(limit)
        .select((
            conversations::id,
            conversations::workspace_id,
            conversations::contact_id,
            conversations::assignee_id,
            conversations::snoozed_by_id,
        ))
        .load(conn)
}

/// Opens a conversation whose snooze is over, and tells of it, or puts it back into the queue
/// where its owner is away. It rises to the top of the list. `false` where that has happened, or where somebody else is to be told by now: then
/// it is due once more.
///
/// One conditional write takes it: of two nodes that wake it at once, or a node and a member
/// who reopens it, one finds it snoozed.
///
/// # Errors
/// When a query fails.
pub fn wake(conn: &mut Conn, due: &Due, now: Utc) -> QueryResult<bool> {
    if let Some(membership_id) = due.told() {
        dialect::lock(conn, RowLock::MembershipStays(membership_id))?;
    }
    let woken = diesel::sql_query(
        "UPDATE conversations
         SET status = 'open', snoozed_until = NULL, snoozed_by_id = NULL, last_activity_at = $1
         WHERE id = $2 AND status = 'snoozed' AND snoozed_until <= $1
           AND COALESCE(assignee_id, snoozed_by_id, 0) = $3",
    )
    .bind::<Timestamp, _>(now)
    .bind::<BigInt, _>(due.id)
    .bind::<BigInt, _>(due.told().unwrap_or(0))
    .execute(conn)?;
    if woken == 0 {
        return Ok(false);
    }
    let baton = activity::By::named("Baton");
    let of = (due.workspace_id, due.id);
    activity::record_in(conn, of, activity::Kind::SnoozeEnded, baton, "")?;
    let is_passed = match due.told() {
        Some(owner) => ownership::release_absent(conn, of, owner, now)?,
        None => false,
    };
    if !is_passed {
        tell(conn, due)?;
    }
    Ok(true)
}

fn tell(conn: &mut Conn, woken: &Due) -> QueryResult<()> {
    let Some(membership_id) = woken.told() else { return Ok(()) };
    let Some(actor) = membership::actor(conn, woken.workspace_id, membership_id)? else {
        return Ok(());
    };
    // Whoever snoozed it in the queue may not see that queue any more.
    if conversation::visible_among(conn, woken.workspace_id, actor, &[woken.id])?.is_empty() {
        return Ok(());
    }
    let contact: String = contacts::table
        .filter(contacts::workspace_id.eq(woken.workspace_id))
        .filter(contacts::id.eq(woken.contact_id))
        .select(contacts::name)
        .first(conn)?;
    notification::send(
        conn,
        &notification::Notice {
            workspace_id: woken.workspace_id,
            membership_id,
            kind: notification::Kind::SnoozeEnded,
            conversation_id: Some(woken.id),
            outage_id: None,
            actor_name: "Baton",
            subject_name: &contact,
        },
    )
}

#[cfg(test)]
mod tests;
