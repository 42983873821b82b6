//! The end of a snooze, when its time has come.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Timestamp};

use super::{activity, conversation, membership, notification};
use crate::db::schema::contacts;
use crate::db::{Conn, Utc};

/// A conversation that has just woken.
#[derive(Clone, Debug, QueryableByName)]
pub struct Woken {
    #[diesel(sql_type = BigInt)]
    pub id: i64,
    #[diesel(sql_type = BigInt)]
    pub workspace_id: i64,
    #[diesel(sql_type = BigInt)]
    contact_id: i64,
    #[diesel(sql_type = Nullable<BigInt>)]
    assignee_id: Option<i64>,
    #[diesel(sql_type = Nullable<BigInt>)]
    snoozed_by_id: Option<i64>,
}

/// Opens up to `limit` conversations whose snooze is over, and tells the owner of
/// each, or who snoozed it when nobody owns it. They rise to the top of the list.
///
/// One conditional write takes them: of two nodes that wake at once, or a node
/// and a member who reopens, one finds a conversation snoozed. `snoozed_by_id`
/// stays, since RETURNING tells the row as it is afterwards.
///
/// # Errors
/// When a query fails.
pub fn wake_due(conn: &mut Conn, now: Utc, limit: i64) -> QueryResult<Vec<Woken>> {
    let woken: Vec<Woken> = diesel::sql_query(
        "UPDATE conversations
         SET status = 'open', snoozed_until = NULL, last_activity_at = $1
         WHERE status = 'snoozed' AND snoozed_until <= $1 AND id IN (
             SELECT id FROM conversations
             WHERE status = 'snoozed' AND snoozed_until <= $1
             ORDER BY snoozed_until LIMIT $2)
         RETURNING id, workspace_id, contact_id, assignee_id, snoozed_by_id",
    )
    .bind::<Timestamp, _>(now)
    .bind::<BigInt, _>(limit)
    .load(conn)?;
    for conversation in &woken {
        let of = (conversation.workspace_id, conversation.id);
        let baton = activity::By::named("Baton");
        activity::record_in(conn, of, activity::Kind::SnoozeEnded, baton, "")?;
        tell(conn, conversation)?;
    }
    Ok(woken)
}

fn tell(conn: &mut Conn, woken: &Woken) -> QueryResult<()> {
    let Some(membership_id) = woken.assignee_id.or(woken.snoozed_by_id) else { return Ok(()) };
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
            actor_name: "Baton",
            subject_name: &contact,
        },
    )
}

/// Whether any snooze is over: a look by index, so that an idle clock never writes.
///
/// # Errors
/// When the query fails.
pub fn is_any_due(conn: &mut Conn, now: Utc) -> QueryResult<bool> {
    use crate::db::schema::conversations;
    diesel::select(diesel::dsl::exists(
        conversations::table
            .filter(conversations::status.eq("snoozed"))
            .filter(conversations::snoozed_until.le(now)),
    ))
    .get_result(conn)
}

#[cfg(test)]
mod tests;
