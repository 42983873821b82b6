//! Notes: written, changed, and taken back by whoever wrote them.

use diesel::prelude::*;

use super::mentions::{self, Untold};
use super::{Kind, Written, files_of, insert, is_stored};
use crate::db::schema::{conversations, messages, note_mentions, note_versions};
use crate::db::{Conn, Utc, Verb, refuse};
use crate::models::conversation::Locked;
use crate::models::membership::ActingMember;
use crate::models::ownership::{Acting, Missing, lock_seen, may_be_missing};
use crate::models::{activity, attachment};
use crate::policy::ownership::NoteRefusal;

/// A note that is stored.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Noted {
    /// Who is mentioned in it and was not told.
    pub untold: Vec<Untold>,
}

/// Why a note was not stored. The page comes back with it.
#[derive(Clone, Debug)]
pub enum Refusal {
    Missing(Missing),
    /// A file of the form is gone, or part of another message.
    FileGone,
}

may_be_missing!(Refusal);

/// Why a note stays as it is.
#[derive(Clone, Debug)]
pub enum ChangeRefusal {
    Missing(Missing),
    /// There is no such note, or it was taken back.
    NoNote,
    /// It is not theirs to change (any more).
    Rule(NoteRefusal),
}

may_be_missing!(ChangeRefusal);

/// Stores a note, which the customer never sees.
///
/// # Errors
/// [`Refusal`] when the member may not tend the conversation, or the query's failure.
pub fn add(conn: &mut Conn, act: Acting, written: &Written) -> Verb<Noted, Refusal> {
    mentions::lock(conn, act.workspace_id, &written.body)?;
    let (me, locked) = lock_seen(conn, act)?;
    let Some(files) = files_of(conn, act, written)? else { return refuse(Refusal::FileGone) };
    if is_stored(conn, act, written, &files)? {
        return Ok(Noted::default());
    }
    let now = Utc::now();
    let Some(id) = insert(conn, &me, act, (Kind::Note, written, &files), now)? else {
        return refuse(Refusal::FileGone);
    };
    diesel::update(
        conversations::table
            .filter(conversations::workspace_id.eq(act.workspace_id))
            .filter(conversations::id.eq(act.conversation_id)),
    )
    .set(conversations::last_activity_at.eq(now))
    .execute(conn)?;
    activity::record_in(
        conn,
        (locked.workspace_id, locked.id),
        activity::Kind::NoteAdded,
        &me,
        "",
    )?;
    Ok(Noted { untold: mentions::tell(conn, &me, &locked, id, &written.body)? })
}

/// Whoever wrote a note puts another text in its place. The former one is kept
/// and can be read; members whom only the new one mentions are told.
///
/// # Errors
/// [`ChangeRefusal`] when they may not (any more), or the query's failure.
pub fn change(conn: &mut Conn, act: Acting, id: i64, body: &str) -> Verb<Noted, ChangeRefusal> {
    mentions::lock(conn, act.workspace_id, body)?;
    let (me, locked) = lock_seen(conn, act)?;
    let note = changeable(conn, &me, &locked, id)?;
    if note.body == body {
        return Ok(Noted::default());
    }
    diesel::insert_into(note_versions::table)
        .values((
            note_versions::workspace_id.eq(act.workspace_id),
            note_versions::message_id.eq(id),
            note_versions::body.eq(&note.body),
            note_versions::created_at.eq(note.edited_at.unwrap_or(note.created_at)),
        ))
        .execute(conn)?;
    diesel::update(messages::table.find(id))
        .set((messages::body.eq(body), messages::edited_at.eq(Some(Utc::now()))))
        .execute(conn)?;
    mentions::take_back(conn, &locked, id, Some(body))?;
    Ok(Noted { untold: mentions::tell(conn, &me, &locked, id, body)? })
}

/// Whoever wrote a note takes it back: its text is gone, former ones too, and a
/// line in its place says who deleted it. Whom it mentioned is not told any more.
///
/// # Errors
/// As [`change`].
pub fn delete(conn: &mut Conn, act: Acting, id: i64) -> Verb<(), ChangeRefusal> {
    let (me, locked) = lock_seen(conn, act)?;
    changeable(conn, &me, &locked, id)?;
    mentions::take_back(conn, &locked, id, None)?;
    diesel::delete(note_versions::table.filter(note_versions::message_id.eq(id))).execute(conn)?;
    diesel::delete(note_mentions::table.filter(note_mentions::message_id.eq(id))).execute(conn)?;
    attachment::remove_of(conn, id)?;
    diesel::update(messages::table.find(id))
        .set((messages::body.eq(""), messages::deleted_at.eq(Some(Utc::now()))))
        .execute(conn)?;
    activity::record_in(
        conn,
        (locked.workspace_id, locked.id),
        activity::Kind::NoteDeleted,
        &me,
        "",
    )?;
    Ok(())
}

#[derive(Queryable)]
struct Note {
    author_id: Option<i64>,
    body: String,
    created_at: Utc,
    edited_at: Option<Utc>,
}

/// A note that this member may still change. The conversation's lock holds it.
fn changeable(
    conn: &mut Conn,
    me: &ActingMember,
    locked: &Locked,
    id: i64,
) -> Verb<Note, ChangeRefusal> {
    let found: Option<Note> = messages::table
        .filter(messages::workspace_id.eq(locked.workspace_id))
        .filter(messages::conversation_id.eq(locked.id))
        .filter(messages::id.eq(id))
        .filter(messages::kind.eq(Kind::Note))
        .filter(messages::deleted_at.is_null())
        .select((messages::author_id, messages::body, messages::created_at, messages::edited_at))
        .first(conn)
        .optional()?;
    let Some(note) = found else { return refuse(ChangeRefusal::NoNote) };
    let age = Utc::now().since(note.created_at).to_std().unwrap_or_default();
    match me.actor.change_note(locked.holding, note.author_id, age) {
        Ok(()) => Ok(note),
        Err(reason) => refuse(ChangeRefusal::Rule(reason)),
    }
}

/// What a note said before it was changed.
#[derive(Clone, Debug, Queryable)]
pub struct Former {
    pub note_id: i64,
    pub body: String,
    pub written_at: Utc,
}

/// What these notes said before, the oldest text first.
///
/// # Errors
/// When the query fails.
pub fn former(conn: &mut Conn, workspace_id: i64, notes: Vec<i64>) -> QueryResult<Vec<Former>> {
    note_versions::table
        .filter(note_versions::workspace_id.eq(workspace_id))
        .filter(note_versions::message_id.eq_any(notes))
        .order(note_versions::id)
        .select((note_versions::message_id, note_versions::body, note_versions::created_at))
        .load(conn)
}
