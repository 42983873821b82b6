//! What a customer is told outside of the hours: once in a conversation, as a line of
//! its timeline, since no member said it.

use diesel::prelude::*;

use crate::db::schema::activities;
use crate::db::{Conn, Utc};
use crate::models::activity::{self, By, Kind};
use crate::models::inbox::{self, Inbox};

/// Tells the customer who has just written, where nobody is there to answer.
///
/// # Errors
/// When a query fails.
pub(super) fn tell(conn: &mut Conn, inbox: &Inbox, conversation_id: i64) -> QueryResult<()> {
    if inbox.away_message().is_empty() {
        return Ok(());
    }
    let Some(chat) = inbox::find_chat(conn, &inbox.chat_key)? else { return Ok(()) };
    let Some(message) = chat.away_message(Utc::now().to_chrono()) else { return Ok(()) };
    if !told(conn, inbox.workspace_id, conversation_id)?.is_empty() {
        return Ok(());
    }
    let of = (inbox.workspace_id, conversation_id);
    activity::record_in(conn, of, Kind::AwayTold, By::named("Baton"), message)
}

/// What was told in a conversation, and when.
///
/// # Errors
/// When the query fails.
pub fn told(
    conn: &mut Conn,
    workspace_id: i64,
    conversation_id: i64,
) -> QueryResult<Vec<(Utc, String)>> {
    activities::table
        .filter(activities::workspace_id.eq(workspace_id))
        .filter(activities::conversation_id.eq(conversation_id))
        .filter(activities::kind.eq(Kind::AwayTold))
        .order(activities::id)
        .select((activities::created_at, activities::detail))
        .load(conn)
}
