//! Notes on a contact: for the team alone, whichever conversation they have.

use diesel::prelude::*;

use super::{Refusal, lock_present};
use crate::db::schema::contact_notes;
use crate::db::{Conn, Utc, Verb, refuse};
use crate::models::membership::lock_capable;
use crate::models::token;
use crate::policy::Capability;

/// Notes on a page.
pub const SHOWN: i64 = 100;

/// A note as it is read back.
#[derive(Clone, Debug, Queryable)]
pub struct Note {
    pub id: i64,
    pub author_id: i64,
    pub author_name: String,
    pub body: String,
    pub created_at: Utc,
}

/// The newest notes on a contact, the newest first.
///
/// # Errors
/// When the query fails.
pub fn of_contact(conn: &mut Conn, workspace_id: i64, contact_id: i64) -> QueryResult<Vec<Note>> {
    contact_notes::table
        .filter(contact_notes::workspace_id.eq(workspace_id))
        .filter(contact_notes::contact_id.eq(contact_id))
        .order(contact_notes::id.desc())
        .limit(SHOWN)
        .select((
            contact_notes::id,
            contact_notes::author_id,
            contact_notes::author_name,
            contact_notes::body,
            contact_notes::created_at,
        ))
        .load(conn)
}

/// Writes a note as of some moment, past every rule: for the demo.
///
/// # Errors
/// When the query fails.
pub fn write(
    conn: &mut Conn,
    workspace_id: i64,
    contact_id: i64,
    (author_id, author_name): (i64, &str),
    body: &str,
    at: Utc,
) -> QueryResult<()> {
    diesel::insert_into(contact_notes::table)
        .values((
            contact_notes::workspace_id.eq(workspace_id),
            contact_notes::contact_id.eq(contact_id),
            contact_notes::author_id.eq(author_id),
            contact_notes::author_name.eq(author_name),
            contact_notes::body.eq(body),
            contact_notes::created_at.eq(at),
        ))
        .execute(conn)
        .map(|_| ())
}

/// A member leaves a note, checked by [`crate::models::text::paragraph`]. The same form
/// sent twice leaves one; with another text it is another note.
///
/// # Errors
/// [`Refusal`] when the member may not or there is no such contact here, or the
/// query's failure.
pub fn add(
    conn: &mut Conn,
    workspace_id: i64,
    membership_id: i64,
    contact_id: i64,
    body: &str,
    submission: &str,
) -> Verb<(), Refusal> {
    let member = lock_capable(conn, workspace_id, membership_id, Capability::Contacts)?;
    let ids = [contact_id, membership_id].map(|id| id.to_string());
    let mark = token::mark(&[&ids[0], &ids[1], submission, body]);
    let Some(contact_id) = lock_present(conn, workspace_id, contact_id)? else {
        return refuse(Refusal::NotFound);
    };
    // One statement, so that two posts at once end with one note as well.
    use diesel::sql_types::{BigInt, Text, Timestamp};
    diesel::sql_query(
        "INSERT INTO contact_notes
             (workspace_id, contact_id, author_id, author_name, body, submission, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (workspace_id, submission) DO NOTHING",
    )
    .bind::<BigInt, _>(workspace_id)
    .bind::<BigInt, _>(contact_id)
    .bind::<BigInt, _>(membership_id)
    .bind::<Text, _>(&member.name)
    .bind::<Text, _>(body)
    .bind::<Text, _>(mark)
    .bind::<Timestamp, _>(Utc::now())
    .execute(conn)?;
    Ok(())
}
