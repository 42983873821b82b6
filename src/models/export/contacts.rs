//! Contacts, each with what the team knows and noted about them.

use std::collections::HashMap;

use diesel::prelude::*;
use serde_json::{Value, json};

use super::{BATCH, Batch, moment};
use crate::db::schema::{contact_notes, contacts};
use crate::db::{Conn, Utc};
use crate::models::contact::{addresses, notes};
use crate::models::contact_field::{self, ContactField, values};

/// What the team wants to know of its contacts, in its own words.
pub(super) fn fields(conn: &mut Conn, workspace_id: i64) -> QueryResult<Vec<Value>> {
    let to_json = |field: ContactField| {
        json!({
            "id": field.id,
            "name": field.name,
            "kind": field.kind.into_str(),
            "choices": field.choices,
        })
    };
    Ok(contact_field::list(conn, workspace_id)?.into_iter().map(to_json).collect())
}

/// An address, and the one that is known to be theirs.
type Email = (Option<String>, Option<String>);

pub(super) fn batch(conn: &mut Conn, workspace_id: i64, after: i64) -> QueryResult<Batch> {
    type Row = (i64, String, Email, Option<String>, Option<String>, (Utc, Option<Utc>));
    let rows: Vec<Row> = contacts::table
        .filter(contacts::workspace_id.eq(workspace_id))
        .filter(contacts::merged_at.is_null())
        .filter(contacts::id.gt(after))
        .order(contacts::id)
        .limit(BATCH)
        .select((
            contacts::id,
            contacts::name,
            (contacts::email, contacts::proved_email),
            contacts::phone,
            contacts::company,
            (contacts::created_at, contacts::blocked_at),
        ))
        .load(conn)?;
    let last = rows.last().map(|row| row.0);
    let ids: Vec<i64> = rows.iter().map(|row| row.0).collect();
    let mut values = values::of_contacts(conn, workspace_id, ids.clone())?.into_iter().peekable();
    let mut others =
        addresses::of_contacts(conn, workspace_id, ids.clone())?.into_iter().peekable();
    let mut notes = notes_of(conn, workspace_id, ids)?.into_iter().peekable();
    let mut out = Vec::with_capacity(rows.len());
    for (id, name, (email, proved_email), phone, company, (created_at, blocked_at)) in rows {
        let mut own = Vec::new();
        while let Some((_, note)) = notes.next_if(|(of, _)| *of == id) {
            own.push(note);
        }
        let mut fields = Vec::new();
        while let Some(one) = values.next_if(|one| one.contact_id == id) {
            fields.push(json!({ "field_id": one.field_id, "value": one.value }));
        }
        let mut other_emails = Vec::new();
        while let Some((_, email)) = others.next_if(|(of, _)| *of == id) {
            other_emails.push(email);
        }
        out.push(json!({
            "id": id,
            "name": name,
            "email_is_confirmed": email.is_some() && email == proved_email,
            "email": email,
            "other_emails": other_emails,
            "phone": phone,
            "company": company,
            "created_at": created_at.to_string(),
            "blocked_at": moment(blocked_at),
            "fields": fields,
            "notes": own,
        }));
    }
    Ok((out, last))
}

/// The notes on these contacts, each with its contact's id, in the order of the
/// contacts, and with what they said before they were changed.
fn notes_of(conn: &mut Conn, workspace_id: i64, ids: Vec<i64>) -> QueryResult<Vec<(i64, Value)>> {
    type Text = (String, Utc, Option<Utc>, Option<Utc>);
    type Row = (i64, i64, i64, String, Text);
    let rows: Vec<Row> = contact_notes::table
        .filter(contact_notes::workspace_id.eq(workspace_id))
        .filter(contact_notes::contact_id.eq_any(ids))
        .order((contact_notes::contact_id, contact_notes::id))
        .select((
            contact_notes::contact_id,
            contact_notes::id,
            contact_notes::author_id,
            contact_notes::author_name,
            (
                contact_notes::body,
                contact_notes::created_at,
                contact_notes::edited_at,
                contact_notes::deleted_at,
            ),
        ))
        .load(conn)?;
    let changed = rows.iter().filter(|row| row.4.2.is_some()).map(|row| row.1).collect();
    let mut former: HashMap<i64, Vec<Value>> = HashMap::new();
    for text in notes::former(conn, workspace_id, changed)? {
        let line = json!({ "body": text.body, "created_at": text.written_at.to_string() });
        former.entry(text.note_id).or_default().push(line);
    }
    let to_json = |(of, id, author_id, author_name, text): Row| {
        let (body, created_at, edited_at, deleted_at) = text;
        let note = json!({
            "author_id": author_id,
            "author_name": author_name,
            "body": body,
            "created_at": created_at.to_string(),
            "edited_at": moment(edited_at),
            "deleted_at": moment(deleted_at),
            "former": former.remove(&id).unwrap_or_default(),
        });
        (of, note)
    };
    Ok(rows.into_iter().map(to_json).collect())
}
