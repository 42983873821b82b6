//! What each member owns at this moment, and whose customers wait.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text, Timestamp};

use crate::db::{Conn, Utc, typed};

/// What one member owns at this moment.
#[derive(Clone, Debug, PartialEq, Eq, QueryableByName)]
pub struct Held {
    #[diesel(sql_type = BigInt)]
    pub membership_id: i64,
    #[diesel(sql_type = Text)]
    pub name: String,
    #[diesel(sql_type = BigInt)]
    pub open: i64,
    /// Those of the open ones in which the customer waits for an answer.
    #[diesel(sql_type = BigInt)]
    pub waiting: i64,
    /// Since when the first of them does.
    #[diesel(sql_type = Nullable<Timestamp>)]
    pub since: Option<Utc>,
    #[diesel(sql_type = BigInt)]
    pub snoozed: i64,
    /// Until when they are or were away.
    #[diesel(sql_type = Nullable<Timestamp>)]
    pub away_until: Option<Utc>,
}

/// What each active member owns, whoever has most open first.
///
/// # Errors
/// When the query fails.
pub fn now(conn: &mut Conn, workspace_id: i64) -> QueryResult<Vec<Held>> {
    let query = diesel::sql_query(
        "SELECT m.id AS membership_id, u.name,
             count(*) FILTER (WHERE c.status = 'open') AS open,
             count(*) FILTER (WHERE c.status = 'open' AND c.waiting_since IS NOT NULL) AS waiting,
             min(c.waiting_since) FILTER (WHERE c.status = 'open') AS since,
             count(*) FILTER (WHERE c.status = 'snoozed') AS snoozed,
             m.away_until
         FROM memberships m
         INNER JOIN users u ON u.id = m.user_id
         LEFT JOIN conversations c ON c.workspace_id = m.workspace_id AND c.assignee_id = m.id
             AND c.status IN ('open', 'snoozed')
         WHERE m.workspace_id = $1 AND m.ended_at IS NULL
         GROUP BY m.id, u.name, m.away_until
         ORDER BY open DESC, u.name, m.id",
    )
    .bind::<BigInt, _>(workspace_id);
    typed!(conn, |c| query.load(c))
}
