//! The workspace's inboxes.

use diesel::prelude::*;
use serde_json::{Value, json};

use super::mails;
use crate::db::Conn;
use crate::models::inbox::{self, Inbox};

/// Every inbox; `seen_by` is null where everybody in the team sees its queue, and
/// `mailbox` where it takes no mail.
///
/// # Errors
/// When a query fails.
pub fn all(conn: &mut Conn, workspace_id: i64) -> QueryResult<Vec<Value>> {
    let mut all = Vec::new();
    let mut mailboxes = mails::mailboxes(conn, workspace_id)?;
    for inbox in inbox::list(conn, workspace_id)? {
        let seen_by = if inbox.is_restricted {
            Some(inbox::chosen(conn, workspace_id, inbox.id)?)
        } else {
            None
        };
        all.push(to_json(&inbox, seen_by, mailboxes.remove(&inbox.id)));
    }
    Ok(all)
}

fn to_json(inbox: &Inbox, seen_by: Option<Vec<i64>>, mailbox: Option<Value>) -> Value {
    let (look, opening) = (&inbox.look, inbox.opening());
    json!({
        "id": inbox.id,
        "kind": inbox.kind.into_str(),
        "name": inbox.name,
        "mailbox": mailbox,
        "greeting": inbox.greeting,
        "allowed_sites": inbox.allowed_sites().collect::<Vec<_>>(),
        "seen_by": seen_by,
        "is_archived": inbox.is_archived(),
        "look": {
            "accent": look.accent.into_str(),
            "side": look.side.into_str(),
            "welcome_title": look.title,
            "button_label": look.label,
        },
        "opening": opening.into_str(),
        "working_hours": opening.own().map(ToString::to_string),
        "away_message": inbox.away_message(),
        "created_at": inbox.created_at.to_string(),
    })
}
