//! A contact's conversations, as far as a member may see them. What they may not
//! see is not counted either.

use std::collections::HashMap;

use diesel::dsl::max;
use diesel::prelude::*;

use crate::db::schema::{conversations, messages};
use crate::db::{Conn, Utc};
use crate::models::conversation_list::Cursor;
use crate::models::sight::visible_to;
use crate::policy::{Actor, Status};

/// A conversation in a contact's history.
#[derive(Clone, Debug, Queryable)]
pub struct PastConversation {
    pub id: i64,
    pub inbox_id: i64,
    pub subject: String,
    pub preview: String,
    pub status: Status,
    pub is_spam: bool,
    pub owner: Option<i64>,
    pub last_activity_at: Utc,
}

/// The contact's conversations besides `current` and spam, as far as this member
/// may see them, the newest first.
///
/// # Errors
/// When the query fails.
pub fn past_conversations(
    conn: &mut Conn,
    workspace_id: i64,
    actor: Actor,
    contact_id: i64,
    current: i64,
    limit: i64,
) -> QueryResult<Vec<PastConversation>> {
    let query = conversations::table
        .filter(conversations::id.ne(current))
        .filter(conversations::spam_at.is_null())
        .into_boxed();
    load(conn, query, workspace_id, actor, contact_id, limit)
}

/// The contact's conversations that this member may see, the newest first:
/// `limit` of them after `before`.
///
/// # Errors
/// When the query fails.
pub fn page(
    conn: &mut Conn,
    workspace_id: i64,
    actor: Actor,
    contact_id: i64,
    before: Option<Cursor>,
    limit: i64,
) -> QueryResult<Vec<PastConversation>> {
    let mut query = conversations::table.into_boxed();
    if let Some(Cursor { at, id }) = before {
        query = query.filter(
            conversations::last_activity_at
                .lt(at)
                .or(conversations::last_activity_at.eq(at).and(conversations::id.lt(id))),
        );
    }
    load(conn, query, workspace_id, actor, contact_id, limit)
}

type Query<'a> = conversations::BoxedQuery<'a, <Conn as Connection>::Backend>;

fn load(
    conn: &mut Conn,
    query: Query<'_>,
    workspace_id: i64,
    actor: Actor,
    contact_id: i64,
    limit: i64,
) -> QueryResult<Vec<PastConversation>> {
    query
        .filter(conversations::workspace_id.eq(workspace_id))
        .filter(conversations::contact_id.eq(contact_id))
        .filter(visible_to(workspace_id, actor))
        .order((conversations::last_activity_at.desc(), conversations::id.desc()))
        .limit(limit)
        .select((
            conversations::id,
            conversations::inbox_id,
            conversations::subject,
            conversations::preview,
            conversations::status,
            conversations::spam_at.is_not_null(),
            conversations::assignee_id,
            conversations::last_activity_at,
        ))
        .load(conn)
}

/// How many of the contact's conversations this member may see.
///
/// # Errors
/// When the query fails.
pub fn count(
    conn: &mut Conn,
    workspace_id: i64,
    actor: Actor,
    contact_id: i64,
) -> QueryResult<i64> {
    conversations::table
        .filter(conversations::workspace_id.eq(workspace_id))
        .filter(conversations::contact_id.eq(contact_id))
        .filter(visible_to(workspace_id, actor))
        .count()
        .get_result(conn)
}

/// When each of these contacts last wrote, in what this member may see.
///
/// # Errors
/// When the query fails.
pub fn last_seen(
    conn: &mut Conn,
    workspace_id: i64,
    actor: Actor,
    contact_ids: Vec<i64>,
) -> QueryResult<Vec<(i64, Option<Utc>)>> {
    let newest: Vec<(i64, Option<i64>)> = conversations::table
        .filter(conversations::workspace_id.eq(workspace_id))
        .filter(conversations::contact_id.eq_any(contact_ids))
        .filter(conversations::spam_at.is_null())
        .filter(visible_to(workspace_id, actor))
        .group_by(conversations::contact_id)
        .select((conversations::contact_id, max(conversations::last_customer_message_id)))
        .load(conn)?;
    let ids: Vec<i64> = newest.iter().filter_map(|(_, id)| *id).collect();
    let said: HashMap<i64, Utc> = messages::table
        .filter(messages::id.eq_any(ids))
        .select((messages::id, messages::created_at))
        .load(conn)?
        .into_iter()
        .collect();
    let at = |id: Option<i64>| said.get(&id?).copied();
    Ok(newest.into_iter().map(|(contact, id)| (contact, at(id))).collect())
}
