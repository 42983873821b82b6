//! Contacts, each with what the team noted about them.

use diesel::prelude::*;
use serde_json::{Value, json};

use super::{BATCH, Batch};
use crate::db::schema::{contact_notes, contacts};
use crate::db::{Conn, Utc};

pub(super) fn batch(conn: &mut Conn, workspace_id: i64, after: i64) -> QueryResult<Batch> {
    type Row = (i64, String, Option<String>, Option<String>, Option<String>, Utc);
    let rows: Vec<Row> = contacts::table
        .filter(contacts::workspace_id.eq(workspace_id))
        .filter(contacts::merged_at.is_null())
        .filter(contacts::id.gt(after))
        .order(contacts::id)
        .limit(BATCH)
        .select((
            contacts::id,
            contacts::name,
            contacts::email,
            contacts::phone,
            contacts::company,
            contacts::created_at,
        ))
        .load(conn)?;
    let last = rows.last().map(|row| row.0);
    let ids = rows.iter().map(|row| row.0).collect();
    let mut notes = notes_of(conn, workspace_id, ids)?.into_iter().peekable();
    let mut out = Vec::with_capacity(rows.len());
    for (id, name, email, phone, company, created_at) in rows {
        let mut own = Vec::new();
        while let Some((_, note)) = notes.next_if(|(of, _)| *of == id) {
            own.push(note);
        }
        out.push(json!({
            "id": id,
            "name": name,
            "email": email,
            "phone": phone,
            "company": company,
            "created_at": created_at.to_string(),
            "notes": own,
        }));
    }
    Ok((out, last))
}

/// The notes on these contacts, each with its contact's id, in the order of the
/// contacts.
fn notes_of(conn: &mut Conn, workspace_id: i64, ids: Vec<i64>) -> QueryResult<Vec<(i64, Value)>> {
    type Row = (i64, i64, String, String, Utc);
    let rows: Vec<Row> = contact_notes::table
        .filter(contact_notes::workspace_id.eq(workspace_id))
        .filter(contact_notes::contact_id.eq_any(ids))
        .order((contact_notes::contact_id, contact_notes::id))
        .select((
            contact_notes::contact_id,
            contact_notes::author_id,
            contact_notes::author_name,
            contact_notes::body,
            contact_notes::created_at,
        ))
        .load(conn)?;
    let to_json = |(of, author_id, author_name, body, created_at): Row| {
        let note = json!({
            "author_id": author_id,
            "author_name": author_name,
            "body": body,
            "created_at": created_at.to_string(),
        });
        (of, note)
    };
    Ok(rows.into_iter().map(to_json).collect())
}
