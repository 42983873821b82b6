//! What a visitor has seen of their conversation.

use diesel::prelude::*;

use super::Visitor;
use crate::db::Conn;
use crate::db::schema::conversations;

/// Notes that a page has shown a visitor their conversation up to a message: what they
/// have seen there needs no mail. Never moves back.
///
/// # Errors
/// When the query fails.
pub fn mark_read(
    conn: &mut Conn,
    visitor: &Visitor,
    conversation_id: i64,
    message_id: i64,
) -> QueryResult<()> {
    diesel::update(conversations::table)
        .filter(conversations::workspace_id.eq(visitor.workspace_id))
        .filter(conversations::visitor_id.eq(visitor.id))
        .filter(conversations::id.eq(conversation_id))
        .filter(conversations::visitor_read_id.lt(message_id))
        .set(conversations::visitor_read_id.eq(message_id))
        .execute(conn)
        .map(|_| ())
}
