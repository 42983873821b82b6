//! Files that are of no use any more.

use std::convert::Infallible;

use chrono::TimeDelta;
use diesel::prelude::*;

use crate::db::schema::{attachments, discarded_files};
use crate::db::{Conn, Utc, Verb};

/// How long a file waits for its message.
const WAITS: TimeDelta = TimeDelta::days(1);

/// Gives up the files that no message came for.
///
/// # Errors
/// When the query fails.
pub fn sweep(conn: &mut Conn, now: Utc) -> QueryResult<usize> {
    diesel::delete(
        attachments::table
            .filter(attachments::message_id.is_null())
            .filter(attachments::created_at.lt(now.minus(WAITS))),
    )
    .execute(conn)
}

/// Keys that the store has to delete, some of them.
///
/// # Errors
/// When the query fails.
pub fn discarded(conn: &mut Conn, limit: i64) -> QueryResult<Vec<String>> {
    discarded_files::table.select(discarded_files::store_key).limit(limit).load(conn)
}

/// The store has deleted these.
///
/// # Errors
/// When the query fails.
pub fn mark_deleted(conn: &mut Conn, keys: &[String]) -> Verb<(), Infallible> {
    diesel::delete(discarded_files::table.filter(discarded_files::store_key.eq_any(keys.to_vec())))
        .execute(conn)?;
    Ok(())
}
