//! What waits in the queue at this moment, and for how long.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Timestamp};

use crate::db::{Conn, Utc, each_row};

/// How long something waits: the words, and the seconds at which they end.
pub const BUCKETS: [(&str, i64); 5] = [
    ("Under 1 hour", 3_600),
    ("1 to 4 hours", 4 * 3_600),
    ("4 to 24 hours", 24 * 3_600),
    ("1 to 3 days", 3 * 24 * 3_600),
    ("Over 3 days", i64::MAX),
];

/// The queue at this moment: open, and nobody's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Waiting {
    pub total: i64,
    /// So many of each of [`BUCKETS`].
    pub buckets: [i64; 5],
    /// The one that waits longest, and since when.
    pub oldest: Option<(i64, Utc)>,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = Timestamp)]
    since: Utc,
}

/// Counts what is open and unassigned at `now`. Each waits since it came into the
/// queue the last time: begun, released, left by its owner, who may be away, reopened or
/// woken. What *Undo* puts back there had been there all the time.
///
/// # Errors
/// When the query fails.
pub fn now(conn: &mut Conn, workspace_id: i64, now: Utc) -> QueryResult<Waiting> {
    let query = diesel::sql_query(
        "SELECT c.id, coalesce((
             SELECT max(a.created_at) FROM activities a
             WHERE a.workspace_id = c.workspace_id AND a.conversation_id = c.id
               AND a.kind IN ('released', 'unassigned', 'owner_left', 'owner_away', 'reopened',
                              'snooze_ended', 'not_spam')
               AND NOT a.by_undo
         ), c.created_at) AS since
         FROM conversations c
         WHERE c.workspace_id = $1 AND c.assignee_id IS NULL AND c.status = 'open'",
    )
    .bind::<BigInt, _>(workspace_id);
    let mut waiting = Waiting::default();
    each_row!(conn, query, Row, |Row { id, since }| {
        let seconds = now.since(since).num_seconds();
        waiting.total += 1;
        if let Some(at) = BUCKETS.iter().position(|(_, end)| seconds < *end) {
            waiting.buckets[at] += 1;
        }
        if waiting.oldest.is_none_or(|(_, oldest)| since < oldest) {
            waiting.oldest = Some((id, since));
        }
    });
    Ok(waiting)
}
