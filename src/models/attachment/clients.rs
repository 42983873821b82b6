//! What clients whom nobody knows keep waiting, by their pseudonyms.

use diesel::prelude::*;

use super::token;
use crate::db::Conn;
use crate::db::schema::attachments;

/// How many bytes of a client's files wait for their messages.
///
/// # Errors
/// When the query fails.
pub fn waiting_of_client(conn: &mut Conn, client: &str) -> QueryResult<i64> {
    let sizes: Vec<i64> = attachments::table
        .filter(attachments::client.eq(client))
        .filter(attachments::message_id.is_null())
        .select(attachments::size)
        .load(conn)?;
    Ok(sizes.into_iter().fold(0, i64::saturating_add))
}

/// Notes whose files those of these words are while they wait.
///
/// # Errors
/// When the query fails.
pub fn note_client(
    conn: &mut Conn,
    workspace_id: i64,
    words: &[String],
    client: &str,
) -> QueryResult<()> {
    let hashes: Vec<String> = words.iter().map(|word| token::hash(word)).collect();
    diesel::update(
        attachments::table
            .filter(attachments::workspace_id.eq(workspace_id))
            .filter(attachments::word_hash.eq_any(hashes))
            .filter(attachments::message_id.is_null()),
    )
    .set(attachments::client.eq(Some(client)))
    .execute(conn)
    .map(|_| ())
}
