//! What the stream of a customer's page asks: whose it is, and who writes to them.

use diesel::prelude::*;

use super::{Visitor, find};
use crate::db::Conn;
use crate::db::schema::{conversations, memberships, users};
use crate::models::token::{Purpose, Signer};

impl Visitor {
    /// What opens the stream of their conversation where no cookie comes along: it tells
    /// that something is new, and never what.
    pub fn stream_pass(&self, signer: &Signer, conversation_id: i64) -> String {
        signer.sign(Purpose::ChatStream, conversation_id, &self.nonce)
    }

    /// Whether this is the pass of this visitor and conversation.
    pub fn accepts_stream(&self, signer: &Signer, pass: &str, conversation_id: i64) -> bool {
        signer.verify(pass, Purpose::ChatStream, conversation_id, &self.nonce)
    }
}

/// The visitor who began a conversation in an inbox.
///
/// # Errors
/// When a query fails.
pub fn of_conversation(
    conn: &mut Conn,
    (workspace_id, inbox_id): (i64, i64),
    conversation_id: i64,
) -> QueryResult<Option<Visitor>> {
    let visitor: Option<Option<i64>> = conversations::table
        .filter(conversations::workspace_id.eq(workspace_id))
        .filter(conversations::inbox_id.eq(inbox_id))
        .filter(conversations::id.eq(conversation_id))
        .select(conversations::visitor_id)
        .first(conn)
        .optional()?;
    match visitor.flatten() {
        Some(id) => find(conn, workspace_id, inbox_id, id),
        None => Ok(None),
    }
}

/// The names by which customers know some of the active members.
///
/// # Errors
/// When the query fails.
pub fn public_names(
    conn: &mut Conn,
    workspace_id: i64,
    members: &[i64],
) -> QueryResult<Vec<String>> {
    let names: Vec<(String, Option<String>)> = memberships::table
        .inner_join(users::table)
        .filter(memberships::workspace_id.eq(workspace_id))
        .filter(memberships::id.eq_any(members))
        .filter(memberships::ended_at.is_null())
        .order(memberships::id)
        .select((users::name, users::public_name))
        .load(conn)?;
    Ok(names.into_iter().map(|(name, public)| public.unwrap_or(name)).collect())
}
