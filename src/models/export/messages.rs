//! The messages of conversations, with what notes said before they were changed, and
//! what was a mail.

use std::collections::HashMap;

use diesel::prelude::*;
use serde_json::{Value, json};

use super::{mails, moment};
use crate::db::schema::messages;
use crate::db::{Conn, Utc};
use crate::models::attachment;
use crate::models::message::{Kind, mentions, note};

/// The messages of these conversations, each with its conversation's id, in the
/// order of the conversations.
///
/// # Errors
/// When a query fails.
pub fn of(conn: &mut Conn, workspace_id: i64, ids: Vec<i64>) -> QueryResult<Vec<(i64, Value)>> {
    type Text = (String, Utc, Option<Utc>, Option<Utc>, i64, Option<String>);
    type Row = (i64, i64, Kind, Option<i64>, String, Text);
    let rows: Vec<Row> = messages::table
        .filter(messages::workspace_id.eq(workspace_id))
        .filter(messages::conversation_id.eq_any(ids.clone()))
        .order((messages::conversation_id, messages::id))
        .select((
            messages::conversation_id,
            messages::id,
            messages::kind,
            messages::author_id,
            messages::author_name,
            (
                messages::body,
                messages::created_at,
                messages::edited_at,
                messages::deleted_at,
                messages::file_count,
                messages::mailed_from,
            ),
        ))
        .load(conn)?;
    let changed = |row: &&Row| row.5.2.is_some();
    let changed: Vec<i64> = rows.iter().filter(changed).map(|row| row.1).collect();
    let mut former: HashMap<i64, Vec<Value>> = HashMap::new();
    for text in note::former(conn, workspace_id, changed)? {
        let line = json!({ "body": text.body, "created_at": text.written_at.to_string() });
        former.entry(text.note_id).or_default().push(line);
    }
    let noted = |row: &&Row| row.5.0.contains('@') && row.2 == Kind::Note;
    let noted: Vec<i64> = rows.iter().filter(noted).map(|row| row.1).collect();
    let mut mentioned: HashMap<i64, Vec<String>> = HashMap::new();
    for (id, name) in mentions::of_notes(conn, workspace_id, noted)? {
        mentioned.entry(id).or_default().push(name);
    }
    let mut files: HashMap<i64, Vec<Value>> = HashMap::new();
    let with_files = rows.iter().filter(|row| row.5.4 > 0).map(|row| row.1).collect();
    for file in attachment::of_messages(conn, workspace_id, with_files)? {
        let line = json!({
            "id": file.id,
            "name": file.name,
            "content_type": file.content_type,
            "size": file.size,
        });
        files.entry(file.message_id.unwrap_or_default()).or_default().push(line);
    }
    let mut mails = mails::of(conn, workspace_id, ids)?;
    let to_json = |(of, id, kind, author_id, author_name, text): Row| {
        let (body, created_at, edited_at, deleted_at, _, mailed_from) = text;
        let message = json!({
            "id": id,
            "kind": kind.into_str(),
            "author_id": author_id,
            "author_name": author_name,
            "body": body,
            "created_at": created_at.to_string(),
            "edited_at": moment(edited_at),
            "deleted_at": moment(deleted_at),
            "former": former.remove(&id).unwrap_or_default(),
            "files": files.remove(&id).unwrap_or_default(),
            "mail": mails.remove(&id),
            "mailed_from": mailed_from,
            "mentioned": mentioned.remove(&id).unwrap_or_default(),
        });
        (of, message)
    };
    Ok(rows.into_iter().map(to_json).collect())
}
