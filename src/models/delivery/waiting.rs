//! Mails that wait a while for more to go with them: one at a time for whom they are.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text, Timestamp};

use super::Kind;
use crate::db::schema::deliveries;
use crate::db::{Conn, Utc};
use crate::models::token;

/// A mail that is to wait until `due`.
#[derive(Clone, Copy, Debug)]
pub struct Waiting<'a> {
    pub workspace_id: i64,
    pub recipient: &'a str,
    pub due: Utc,
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = BigInt)]
    id: i64,
}

/// The mail of notifications that waits for this member, see [`join`].
///
/// # Errors
/// When the query fails.
pub(in crate::models) fn notifications(
    conn: &mut Conn,
    of: &Waiting<'_>,
    membership_id: i64,
) -> QueryResult<i64> {
    join(conn, of, (Kind::Notifications, "membership_id", membership_id), None)
}

/// The mail of answers that waits for the customer of this conversation, see [`join`].
/// A new one begins with this reply.
///
/// # Errors
/// When the query fails.
pub(in crate::models) fn chat_answers(
    conn: &mut Conn,
    of: &Waiting<'_>,
    conversation_id: i64,
    reply_id: i64,
) -> QueryResult<i64> {
    let to = (Kind::ChatAnswers, "conversation_id", conversation_id);
    join(conn, of, to, Some(reply_id))
}

/// The mail that waits: one that nobody has tried yet, or a new one. It is locked
/// either way, so what the transaction adds to it is there when it is leased; once it
/// is, what comes next begins another. It begins as every [`entry`](super::entry), in words,
/// since Diesel has no `ON CONFLICT` for two databases.
fn join(
    conn: &mut Conn,
    of: &Waiting<'_>,
    (kind, column, id): (Kind, &str, i64),
    first_reply_id: Option<i64>,
) -> QueryResult<i64> {
    let kind = kind.into_str();
    diesel::sql_query(format!(
        "INSERT INTO deliveries (kind, workspace_id, {column}, first_reply_id, recipient,
                                 message_id, attempts, next_attempt_at, created_at)
         VALUES ('{kind}', $1, $2, $3, $4, $5, 0, $6, $7)
         ON CONFLICT ({column}) WHERE kind = '{kind}' AND attempts = 0
         DO UPDATE SET recipient = excluded.recipient
         RETURNING id"
    ))
    .bind::<BigInt, _>(of.workspace_id)
    .bind::<BigInt, _>(id)
    .bind::<Nullable<BigInt>, _>(first_reply_id)
    .bind::<Text, _>(of.recipient)
    .bind::<Text, _>(token::short_nonce())
    .bind::<Timestamp, _>(of.due)
    .bind::<Timestamp, _>(Utc::now())
    .get_result::<Found>(conn)
    .map(|found| found.id)
}

/// Which messages a mail of answers carries: from its first reply on, up to the first
/// one of the conversation's next mail.
///
/// # Errors
/// When a query fails.
pub(in crate::models) fn span(
    conn: &mut Conn,
    conversation_id: i64,
    id: i64,
) -> QueryResult<(i64, i64)> {
    let first: Option<i64> =
        deliveries::table.find(id).select(deliveries::first_reply_id).first(conn)?;
    let next: Option<Option<i64>> = deliveries::table
        .filter(deliveries::conversation_id.eq(conversation_id))
        .filter(deliveries::kind.eq(Kind::ChatAnswers))
        .filter(deliveries::id.gt(id))
        .order(deliveries::id)
        .select(deliveries::first_reply_id)
        .first(conn)
        .optional()?;
    Ok((first.unwrap_or(i64::MAX), next.flatten().unwrap_or(i64::MAX)))
}
