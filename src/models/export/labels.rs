//! The workspace's labels, which conversation has which, its quick replies and views.

use std::collections::HashMap;

use diesel::prelude::*;
use serde_json::{Value, json};

use crate::db::schema::{labels, saved_views};
use crate::db::{Conn, Utc};
use crate::models::label;
use crate::models::quick_reply::{self, Scope};

/// Every label.
///
/// # Errors
/// When the query fails.
pub fn all(conn: &mut Conn, workspace_id: i64) -> QueryResult<Vec<Value>> {
    type Row = (i64, String, String, Utc);
    let rows: Vec<Row> = labels::table
        .filter(labels::workspace_id.eq(workspace_id))
        .order(labels::id)
        .select((labels::id, labels::name, labels::colour, labels::created_at))
        .load(conn)?;
    let to_json = |(id, name, colour, created_at): Row| {
        json!({
            "id": id,
            "name": name,
            "colour": colour,
            "created_at": created_at.to_string(),
        })
    };
    Ok(rows.into_iter().map(to_json).collect())
}

/// The ids of the labels of these conversations, by conversation.
///
/// # Errors
/// When the query fails.
pub fn of(
    conn: &mut Conn,
    workspace_id: i64,
    conversations: Vec<i64>,
) -> QueryResult<HashMap<i64, Vec<i64>>> {
    let mut found: HashMap<i64, Vec<i64>> = HashMap::new();
    for (conversation, label) in label::of_conversations(conn, workspace_id, conversations)? {
        found.entry(conversation).or_default().push(label);
    }
    Ok(found)
}

/// Every quick reply; `inboxes` is null where it is offered in all of them.
///
/// # Errors
/// When the query fails.
pub fn quick_replies(conn: &mut Conn, workspace_id: i64) -> QueryResult<Vec<Value>> {
    let all = quick_reply::list(conn, workspace_id)?.into_iter();
    let to_json = |reply: quick_reply::QuickReply| {
        let inboxes = match reply.scope {
            Scope::AllInboxes => None,
            Scope::Some(inboxes) => Some(inboxes),
        };
        json!({
            "id": reply.id,
            "name": reply.name,
            "text": reply.body,
            "inboxes": inboxes,
            "times_used": reply.times_used,
        })
    };
    Ok(all.map(to_json).collect())
}

/// Every saved view; `shared` ones are the team's.
///
/// # Errors
/// When the query fails.
pub fn saved_views(conn: &mut Conn, workspace_id: i64) -> QueryResult<Vec<Value>> {
    type Row = (i64, i64, String, String, String, Utc);
    let rows: Vec<Row> = saved_views::table
        .filter(saved_views::workspace_id.eq(workspace_id))
        .order(saved_views::id)
        .select((
            saved_views::id,
            saved_views::membership_id,
            saved_views::name,
            saved_views::address,
            saved_views::scope,
            saved_views::created_at,
        ))
        .load(conn)?;
    let to_json = |(id, member, name, address, scope, created_at): Row| {
        json!({
            "id": id,
            "member_id": member,
            "name": name,
            "address": address,
            "shared": scope == "team",
            "created_at": created_at.to_string(),
        })
    };
    Ok(rows.into_iter().map(to_json).collect())
}
