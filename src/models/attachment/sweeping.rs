//! Files that are of no use any more.

use chrono::TimeDelta;
use diesel::prelude::*;

use crate::db::schema::{attachments, discarded_files};
use crate::db::{Conn, Utc};
use crate::models::housekeeping::delete_some;

/// How long a member's file waits for its message, and one of somebody whom nobody knows.
const WAITS: TimeDelta = TimeDelta::days(1);
const WAITS_IN_CHAT: TimeDelta = TimeDelta::hours(1);

/// Gives up the files that no message came for, some of them.
///
/// # Errors
/// When the query fails.
pub fn sweep(conn: &mut Conn, now: Utc) -> QueryResult<usize> {
    let of_visitor = attachments::inbox_id
        .is_not_null()
        .and(attachments::created_at.lt(now.minus(WAITS_IN_CHAT)));
    delete_some!(
        conn,
        attachments::id,
        attachments::message_id
            .is_null()
            .and(attachments::created_at.lt(now.minus(WAITS)).or(of_visitor))
    )
}

/// Keys that the store has to delete, the next ones in their order after this one.
///
/// # Errors
/// When the query fails.
pub fn discarded(conn: &mut Conn, after: &str, limit: i64) -> QueryResult<Vec<String>> {
    discarded_files::table
        .filter(discarded_files::store_key.gt(after))
        .order(discarded_files::store_key)
        .select(discarded_files::store_key)
        .limit(limit)
        .load(conn)
}

/// The store has deleted these.
///
/// # Errors
/// When the query fails.
pub fn mark_deleted(conn: &mut Conn, keys: &[String]) -> QueryResult<()> {
    diesel::delete(discarded_files::table.filter(discarded_files::store_key.eq_any(keys.to_vec())))
        .execute(conn)?;
    Ok(())
}
