//! Notes on a contact: for the team alone, whichever conversation they have. Written,
//! changed and taken back by one and the same member.

use diesel::prelude::*;

use super::{Refusal, lock_present};
use crate::db::dialect::{self, RowLock, many_rows};
use crate::db::schema::{contact_note_versions, contact_notes};
use crate::db::{Conn, Utc, Verb, refuse};
use crate::models::accents::folded;
use crate::models::membership::{MemberId, lock_capable};
use crate::models::message::note::Former;
use crate::models::repeated::{self, FormKey};
use crate::models::token;
use crate::policy::Capability;
use crate::policy::ownership::NoteRefusal;

/// The longest note, in characters.
pub const BODY_MAX: usize = 4000;
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
    pub edited_at: Option<Utc>,
    /// Taken back: its text is gone.
    pub deleted_at: Option<Utc>,
}

/// A note on a contact, and the member who is about to change it.
#[derive(Clone, Copy, Debug)]
pub struct NoteChange {
    pub caller: MemberId,
    pub contact_id: i64,
    pub note_id: i64,
}

/// Why a note stays as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeRefusal {
    Ordinary(Refusal),
    /// There is no such note, or it was taken back.
    NoNote,
    /// It is not theirs to change.
    Rule(NoteRefusal),
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
            contact_notes::edited_at,
            contact_notes::deleted_at,
        ))
        .load(conn)
}

/// What these notes said before, the oldest text first.
///
/// # Errors
/// When the query fails.
pub fn former(conn: &mut Conn, workspace_id: i64, notes: Vec<i64>) -> QueryResult<Vec<Former>> {
    contact_note_versions::table
        .filter(contact_note_versions::workspace_id.eq(workspace_id))
        .filter(contact_note_versions::note_id.eq_any(notes))
        .order(contact_note_versions::id)
        .select((
            contact_note_versions::note_id,
            contact_note_versions::body,
            contact_note_versions::created_at,
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
            contact_notes::search_text.eq(folded(body)),
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
    caller: MemberId,
    contact_id: i64,
    body: &str,
    submission: &str,
) -> Verb<(), Refusal> {
    let MemberId { workspace_id, membership_id } = caller;
    let member = lock_capable(conn, caller, Capability::Contacts)?;
    let ids = [contact_id, membership_id].map(|id| id.to_string());
    let mark = token::mark(&[&ids[0], &ids[1], submission, body]);
    let Some(contact_id) = lock_present(conn, workspace_id, contact_id)? else {
        return refuse(Refusal::NotFound);
    };
    // One statement, so that two posts at once end with one note as well.
    use diesel::sql_types::{BigInt, Text, Timestamp};
    diesel::sql_query(
        "INSERT INTO contact_notes
             (workspace_id, contact_id, author_id, author_name, body, submission, created_at,
              search_text)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (workspace_id, submission) DO NOTHING",
    )
    .bind::<BigInt, _>(workspace_id)
    .bind::<BigInt, _>(contact_id)
    .bind::<BigInt, _>(membership_id)
    .bind::<Text, _>(&member.name)
    .bind::<Text, _>(body)
    .bind::<Text, _>(&mark)
    .bind::<Timestamp, _>(Utc::now())
    .bind::<Text, _>(folded(body))
    .execute(conn)?;
    let submission = submission.to_owned();
    let sent = FormKey { caller, submission, said: mark };
    Ok(repeated::keep(conn, &sent, "")?)
}

/// Whoever wrote a note puts another text in its place. The former one is kept and can
/// be read.
///
/// # Errors
/// [`ChangeRefusal`] when they may not, or the query's failure.
pub fn change(conn: &mut Conn, act: NoteChange, body: &str) -> Verb<(), ChangeRefusal> {
    let note = changeable(conn, act)?;
    if note.body == body {
        return Ok(());
    }
    diesel::insert_into(contact_note_versions::table)
        .values((
            contact_note_versions::workspace_id.eq(act.caller.workspace_id),
            contact_note_versions::note_id.eq(act.note_id),
            contact_note_versions::body.eq(&note.body),
            contact_note_versions::created_at.eq(note.edited_at.unwrap_or(note.created_at)),
        ))
        .execute(conn)?;
    diesel::update(contact_notes::table.find(act.note_id))
        .set((
            contact_notes::body.eq(body),
            contact_notes::search_text.eq(folded(body)),
            contact_notes::edited_at.eq(Some(Utc::now())),
        ))
        .execute(conn)?;
    Ok(())
}

/// Whoever wrote a note takes it back: its text is gone, former ones too, and a line in
/// its place says who deleted it.
///
/// # Errors
/// As [`change`].
pub fn delete(conn: &mut Conn, act: NoteChange) -> Verb<(), ChangeRefusal> {
    changeable(conn, act)?;
    let former = contact_note_versions::note_id.eq(act.note_id);
    diesel::delete(contact_note_versions::table.filter(former)).execute(conn)?;
    diesel::update(contact_notes::table.find(act.note_id))
        .set((
            contact_notes::body.eq(""),
            contact_notes::search_text.eq(""),
            contact_notes::deleted_at.eq(Some(Utc::now())),
        ))
        .execute(conn)?;
    Ok(())
}

/// Makes what the notes on these contacts are searched by, where an older Baton wrote them.
/// The caller holds the contacts.
///
/// # Errors
/// When a query fails.
pub(super) fn refresh(conn: &mut Conn, workspace_id: i64, contact_ids: &[i64]) -> QueryResult<()> {
    let rows: Vec<(i64, String)> = contact_notes::table
        .filter(contact_notes::workspace_id.eq(workspace_id))
        .filter(contact_notes::contact_id.eq_any(contact_ids.to_vec()))
        .filter(contact_notes::search_text.eq(""))
        .filter(contact_notes::deleted_at.is_null())
        .select((contact_notes::id, contact_notes::body))
        .load(conn)?;
    let rows = rows.into_iter().map(|(id, body)| vec![id.into(), folded(&body).into()]);
    many_rows::update(conn, "contact_notes", "search_text = new.column2", rows.collect())
}

#[derive(Queryable)]
struct Changeable {
    author_id: i64,
    body: String,
    created_at: Utc,
    edited_at: Option<Utc>,
}

/// A note that this member may change. The contact's lock holds it.
fn changeable(conn: &mut Conn, act: NoteChange) -> Verb<Changeable, ChangeRefusal> {
    let NoteChange { caller, contact_id, note_id } = act;
    let workspace_id = caller.workspace_id;
    let me = lock_capable(conn, caller, Capability::Contacts)
        .map_err(|stop| stop.map(ChangeRefusal::Ordinary))?;
    let Some(contact_id) = lock_present(conn, workspace_id, contact_id)? else {
        return refuse(ChangeRefusal::Ordinary(Refusal::NotFound));
    };
    dialect::lock(conn, RowLock::Contact(contact_id))?;
    let found: Option<Changeable> = contact_notes::table
        .filter(contact_notes::workspace_id.eq(workspace_id))
        .filter(contact_notes::contact_id.eq(contact_id))
        .filter(contact_notes::id.eq(note_id))
        .filter(contact_notes::deleted_at.is_null())
        .select((
            contact_notes::author_id,
            contact_notes::body,
            contact_notes::created_at,
            contact_notes::edited_at,
        ))
        .first(conn)
        .optional()?;
    let Some(note) = found else { return refuse(ChangeRefusal::NoNote) };
    match me.actor.change_contact_note(note.author_id) {
        Ok(()) => Ok(note),
        Err(reason) => refuse(ChangeRefusal::Rule(reason)),
    }
}
