//! Which conversation is next, once this one is put away.

use crate::db::{Conn, QueryResult};
use crate::models::conversation::Conversation;
use crate::models::conversation_list::{Filter, ListRow};
use crate::web::list::ListData;

/// The row after a conversation's in the list beside it; after the last one of a page, the
/// first of the next. One that has left the list, as by *Claim*, is followed by what came
/// after its place, or else by the first that is left.
///
/// # Errors
/// When the query of the next page fails.
pub fn after(
    conn: &mut Conn,
    list: &ListData,
    conversation: &Conversation,
) -> QueryResult<Option<i64>> {
    let rows = &list.rows;
    let place = rows.iter().position(|row| row.id == conversation.id);
    let next = match place {
        Some(at) => rows.get(at + 1),
        None => rows.iter().find(|row| comes_after(list.filter, conversation, row)),
    };
    match (next.map(|row| row.id), place) {
        (Some(id), _) => Ok(Some(id)),
        (None, Some(_)) => list.first_older(conn),
        (None, None) => Ok(list.first_older(conn)?.or(rows.first().map(|row| row.id))),
    }
}

/// Whether a row stands below where the conversation would, in the order of the list.
fn comes_after(filter: Filter, conversation: &Conversation, row: &ListRow) -> bool {
    if filter.is_of_waiting() {
        let since = conversation.waiting_since;
        return since.is_some_and(|since| (row.at, row.id) > (since, conversation.id));
    }
    (row.at, row.id) < (conversation.last_activity_at, conversation.id)
}
