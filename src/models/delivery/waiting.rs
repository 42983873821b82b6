//! Mails that wait a while for more to go with them: one at a time for whom they are.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text, Timestamp};

use super::Kind;
use crate::db::{Conn, Utc};
use crate::models::token;

/// A mail that is to wait until `due`.
#[derive(Clone, Copy, Debug)]
pub struct Waiting<'a> {
    pub workspace_id: i64,
    /// Whom it is for.
    pub membership_id: i64,
    pub recipient: &'a str,
    pub due: Utc,
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = BigInt)]
    id: i64,
}

/// The mail of notifications that waits for this member: one that nobody has tried
/// yet, or a new one. It is locked either way, so what the transaction adds to it is
/// there when it is leased; once it is, the next notice begins another.
///
/// # Errors
/// When the query fails.
pub(in crate::models) fn notifications(conn: &mut Conn, of: &Waiting<'_>) -> QueryResult<i64> {
    let kind = Kind::Notifications.code();
    diesel::sql_query(format!(
        "INSERT INTO deliveries (kind, workspace_id, membership_id, recipient, message_id,
                                 attempts, next_attempt_at, created_at)
         VALUES ('{kind}', $1, $2, $3, $4, 0, $5, $6)
         ON CONFLICT (membership_id) WHERE kind = '{kind}' AND attempts = 0
         DO UPDATE SET recipient = excluded.recipient
         RETURNING id"
    ))
    .bind::<BigInt, _>(of.workspace_id)
    .bind::<BigInt, _>(of.membership_id)
    .bind::<Text, _>(of.recipient)
    .bind::<Text, _>(token::short_nonce())
    .bind::<Timestamp, _>(of.due)
    .bind::<Timestamp, _>(Utc::now())
    .get_result::<Found>(conn)
    .map(|found| found.id)
}
