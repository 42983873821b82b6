//! The workspace's inboxes.

use diesel::prelude::*;
use serde_json::{Value, json};

use crate::db::Conn;
use crate::models::inbox::{self, Inbox};

/// Every inbox; `seen_by` is null where everybody in the team sees its queue.
pub fn all(conn: &mut Conn, workspace_id: i64) -> QueryResult<Vec<Value>> {
    let mut all = Vec::new();
    for inbox in inbox::list(conn, workspace_id)? {
        let seen_by = if inbox.is_restricted {
            Some(inbox::chosen(conn, workspace_id, inbox.id)?)
        } else {
            None
        };
        all.push(to_json(&inbox, seen_by));
    }
    Ok(all)
}

fn to_json(inbox: &Inbox, seen_by: Option<Vec<i64>>) -> Value {
    json!({
        "id": inbox.id,
        "kind": inbox.kind().code(),
        "name": inbox.name,
        "greeting": inbox.greeting,
        "allowed_sites": inbox.allowed_sites().collect::<Vec<_>>(),
        "seen_by": seen_by,
        "is_archived": inbox.is_archived(),
        "away_message": inbox.away_message(),
        "created_at": inbox.created_at.to_string(),
    })
}
