//! Since when a customer waits for an answer: `conversations.waiting_since`, by which
//! the inbox lists who waits longest.
//!
//! - They wait since the first message that they wrote after the team's last reply.
//!   Notes are no reply, and writing again changes nothing.
//! - A reply ends the wait, and so does resolving the conversation: what they write
//!   after that begins another one. Snoozing does not.
//! - What a member reopens was not settled: the customer waits as before. So they do
//!   after *Undo* of a resolution, or of a reply.
//! - What answers by itself (RFC 3834) or comes from a program, what a colleague writes to
//!   them by mail, spam, and what blocked contacts write begin none.
//!
//! A message sets or ends the wait where it is stored, and a resolution ends it. What
//! brings an older one back, or hides it, counts it anew from what is stored, in the same
//! transaction.

use diesel::prelude::*;
use diesel::sql_types::BigInt;

use super::contact::blocking;
use crate::db::Conn;

/// Counts the wait of a conversation anew, which the caller has locked.
///
/// # Errors
/// When the query fails.
pub fn refresh(conn: &mut Conn, workspace_id: i64, conversation_id: i64) -> QueryResult<()> {
    count(conn, workspace_id, "id", conversation_id)
}

/// The same of all conversations with a contact that was blocked, unblocked or merged.
///
/// # Errors
/// When the query fails.
pub fn refresh_contact(conn: &mut Conn, workspace_id: i64, contact_id: i64) -> QueryResult<()> {
    count(conn, workspace_id, "contact_id", contact_id)
}

/// The first message `m` that counts. A resolution counts from which the customer
/// brought the conversation back; no member is the actor of that. Snoozed is what was
/// resolved only by *Undo*.
fn since() -> String {
    let has_address = blocking::has_address("l.from_address");
    format!(
        "SELECT min(m.created_at) FROM messages m
        WHERE m.workspace_id = conversations.workspace_id AND m.conversation_id = conversations.id
          AND m.kind = 'customer'
          AND m.id > coalesce((
              SELECT r.id FROM messages r
              WHERE r.workspace_id = conversations.workspace_id
                AND r.conversation_id = conversations.id AND r.kind = 'reply'
              ORDER BY r.id DESC LIMIT 1), 0)
          AND NOT EXISTS (
              SELECT 1 FROM mails l WHERE l.message_id = m.id
                AND (l.is_automatic OR l.is_colleague OR EXISTS (
                  SELECT 1 FROM contacts b
                  WHERE b.workspace_id = m.workspace_id AND b.email = l.from_address
                    AND b.blocked_at IS NOT NULL AND b.merged_at IS NULL AND {has_address})))
          AND NOT EXISTS (
              SELECT 1 FROM activities e
              WHERE e.workspace_id = m.workspace_id AND e.conversation_id = m.conversation_id
                AND e.kind = 'resolved' AND e.created_at > m.created_at
                AND (SELECT n.actor_id IS NULL FROM activities n
                     WHERE n.workspace_id = e.workspace_id AND n.conversation_id = e.conversation_id
                       AND n.id > e.id AND n.kind IN ('reopened', 'snoozed', 'not_spam')
                     ORDER BY n.id LIMIT 1))"
    )
}

fn count(conn: &mut Conn, workspace_id: i64, column: &str, id: i64) -> QueryResult<()> {
    let since = since();
    diesel::sql_query(format!(
        "UPDATE conversations SET waiting_since = CASE
             WHEN status = 'resolved' OR EXISTS (
                 SELECT 1 FROM contacts p
                 WHERE p.workspace_id = conversations.workspace_id
                   AND p.id = conversations.contact_id AND p.blocked_at IS NOT NULL) THEN NULL
             ELSE ({since}) END
         WHERE workspace_id = $1 AND {column} = $2
           AND (status <> 'resolved' OR waiting_since IS NOT NULL)"
    ))
    .bind::<BigInt, _>(workspace_id)
    .bind::<BigInt, _>(id)
    .execute(conn)
    .map(|_| ())
}
