//! A table of contacts from elsewhere: looked at first, then taken batch by batch
//! in the background. A row that cannot be taken is refused with its reason, and
//! stops no other.

pub mod analysis;
mod check;
pub mod columns;
mod forgetting;
pub mod job;
mod noting;
mod numbers;
mod receive;
pub mod report;
mod rows;
mod source;
mod sweeping;

use diesel::prelude::*;
use strum::{EnumString, IntoStaticStr};

use self::columns::Target;
use super::Refusal as Ordinary;
use crate::db::schema::{contact_import_parts, contact_import_refusals, contact_imports};
use crate::db::{Conn, Origin, Utc, Verb, refuse, words};
use crate::models::activity::{By, Kind, record_setting};
use crate::models::audit::Change;
use crate::models::membership::{self, MemberId, lock_capable};
use crate::policy::Capability;

pub(super) use forgetting::forget;
pub use receive::{Refusal as SourceRefusal, Source, Table, receive, set_columns};
pub use sweeping::sweep;

/// The most that a file may hold, in megabytes.
pub const MEGABYTES: u64 = 25;
/// How long a table waits to be started. An older one is as good as gone.
const DRAFTS_KEPT: chrono::TimeDelta = chrono::TimeDelta::days(1);
/// How long the report of an import is kept.
const REPORTS_KEPT: chrono::TimeDelta = chrono::TimeDelta::days(30);

/// How far an import is; a word in the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, IntoStaticStr)]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum State {
    /// Looked at, and nothing is stored.
    Draft,
    Running,
    Done,
    /// Ended before its end; what was imported by then stays.
    Cancelled,
}

words!(State);

/// From where on a table is read: the byte at which a line begins, and its number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cursor {
    pub byte: i64,
    /// The first one is 1.
    pub line: i64,
}

/// What has come, or would come, of a table's rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// All rows of the table.
    pub total: i64,
    /// Those that were looked at.
    pub done: i64,
    pub added: i64,
    pub updated: i64,
    pub refused: i64,
}

/// An import.
#[derive(Clone, Debug)]
pub struct Import {
    pub id: i64,
    pub workspace_id: i64,
    pub started_by: i64,
    pub file_name: String,
    /// `UTF-8`, `windows-1252`
    pub encoding: String,
    pub delimiter: String,
    /// What the first line calls the columns.
    pub headings: Vec<String>,
    /// What each column becomes.
    pub columns: Vec<Target>,
    pub state: State,
    /// Why it was ended, where nobody cancelled it.
    pub failure: Option<String>,
    pub counts: Counts,
    pub created_at: Utc,
    size: i64,
    first: Cursor,
    next: Cursor,
}

impl Import {
    /// The member who imports.
    pub fn caller(&self) -> MemberId {
        MemberId { workspace_id: self.workspace_id, membership_id: self.started_by }
    }
}

/// A line that was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The line in the table; the headings are line 1.
    pub line: i64,
    pub reason: String,
    /// What it said, as far as it could be read.
    pub cells: Vec<String>,
}

/// Why an import is not changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error(transparent)]
    Ordinary(#[from] Ordinary),
    #[error("This import has already been started.")]
    Started,
}

type Row = (
    (i64, i64, i64, Utc),
    (String, String, String, String, String),
    (State, Option<String>),
    (i64, i64, i64, i64, i64),
    (i64, i64, i64, i64, i64),
);

fn from_row((ids, texts, (state, failure), places, counts): Row) -> QueryResult<Import> {
    let (id, workspace_id, started_by, created_at) = ids;
    let (file_name, encoding, delimiter, headings, columns) = texts;
    let (size, first_byte, first_line, next_byte, next_line) = places;
    let (total, done, added, updated, refused) = counts;
    let read = |text: &str| serde_json::from_str::<Vec<String>>(text).map_err(damaged);
    let columns = read(&columns)?.iter().map(|code| Target::parse(code)).collect();
    Ok(Import {
        id,
        workspace_id,
        started_by,
        file_name,
        encoding,
        delimiter,
        headings: read(&headings)?,
        columns,
        state,
        failure,
        counts: Counts { total, done, added, updated, refused },
        created_at,
        size,
        first: Cursor { byte: first_byte, line: first_line },
        next: Cursor { byte: next_byte, line: next_line },
    })
}

fn damaged(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> diesel::result::Error {
    diesel::result::Error::DeserializationError(error.into())
}

/// The imports of a workspace, the newest first.
///
/// # Errors
/// When the query fails.
pub fn list(conn: &mut Conn, workspace_id: i64, limit: i64) -> QueryResult<Vec<Import>> {
    load(conn, workspace_id, None, limit)
}

/// An import of this workspace.
///
/// # Errors
/// When the query fails.
pub fn find(conn: &mut Conn, workspace_id: i64, id: i64) -> QueryResult<Option<Import>> {
    Ok(load(conn, workspace_id, Some(id), 1)?.pop())
}

fn load(
    conn: &mut Conn,
    workspace_id: i64,
    id: Option<i64>,
    limit: i64,
) -> QueryResult<Vec<Import>> {
    let is_there = contact_imports::state
        .ne(State::Draft)
        .or(contact_imports::created_at.gt(Utc::now().minus(DRAFTS_KEPT)));
    let mut query = contact_imports::table
        .filter(contact_imports::workspace_id.eq(workspace_id))
        .filter(is_there)
        .order(contact_imports::id.desc())
        .limit(limit)
        .into_boxed();
    if let Some(id) = id {
        query = query.filter(contact_imports::id.eq(id));
    }
    let rows: Vec<Row> = query
        .select((
            (
                contact_imports::id,
                contact_imports::workspace_id,
                contact_imports::started_by_id,
                contact_imports::created_at,
            ),
            (
                contact_imports::file_name,
                contact_imports::encoding,
                contact_imports::delimiter,
                contact_imports::headings,
                contact_imports::targets,
            ),
            (contact_imports::state, contact_imports::failure),
            (
                contact_imports::size,
                contact_imports::first_byte,
                contact_imports::first_line,
                contact_imports::next_byte,
                contact_imports::next_line,
            ),
            (
                contact_imports::rows_total,
                contact_imports::rows_done,
                contact_imports::added,
                contact_imports::updated,
                contact_imports::refused,
            ),
        ))
        .load(conn)?;
    rows.into_iter().map(from_row).collect()
}

/// Refused lines of an import in their order: `limit` of them after a line.
///
/// # Errors
/// When the query fails.
pub fn refused(
    conn: &mut Conn,
    workspace_id: i64,
    id: i64,
    after: i64,
    limit: i64,
) -> QueryResult<Vec<Refused>> {
    let rows: Vec<(i64, String, String)> = contact_import_refusals::table
        .filter(contact_import_refusals::workspace_id.eq(workspace_id))
        .filter(contact_import_refusals::import_id.eq(id))
        .filter(contact_import_refusals::line.gt(after))
        .order(contact_import_refusals::line)
        .limit(limit)
        .select((
            contact_import_refusals::line,
            contact_import_refusals::reason,
            contact_import_refusals::cells,
        ))
        .load(conn)?;
    rows.into_iter()
        .map(|(line, reason, cells)| {
            let cells = serde_json::from_str(&cells).map_err(damaged)?;
            Ok(Refused { line, reason, cells })
        })
        .collect()
}

/// A member starts an import, whose it is from then on, or ends it: then what was taken
/// until then stays, and of a draft nothing does. Twice is once.
///
/// # Errors
/// [`Ordinary`] when the member may not or there is no such import here, or the
/// query's failure.
pub fn start(conn: &mut Conn, caller: MemberId, id: i64) -> Verb<(), Ordinary> {
    let MemberId { workspace_id, membership_id } = caller;
    lock_capable(conn, caller, Capability::Contacts)?;
    let begun = diesel::update(of(workspace_id, id))
        .filter(contact_imports::state.eq(State::Draft))
        .filter(contact_imports::created_at.gt(Utc::now().minus(DRAFTS_KEPT)))
        .set((
            contact_imports::state.eq(State::Running),
            contact_imports::started_by_id.eq(membership_id),
            contact_imports::rows_done.eq(0),
            contact_imports::added.eq(0),
            contact_imports::updated.eq(0),
            contact_imports::refused.eq(0),
        ))
        .execute(conn)?;
    if begun == 0 {
        return exists(conn, workspace_id, id);
    }
    forget_refused(conn, workspace_id, id)?;
    Ok(())
}

/// A member ends an import before its end. See [`start`].
///
/// # Errors
/// As [`start`].
pub fn cancel(conn: &mut Conn, caller: MemberId, id: i64) -> Verb<(), Ordinary> {
    let workspace_id = caller.workspace_id;
    lock_capable(conn, caller, Capability::Contacts)?;
    exists(conn, workspace_id, id)?;
    diesel::delete(of(workspace_id, id))
        .filter(contact_imports::state.eq(State::Draft))
        .execute(conn)?;
    end(conn, workspace_id, id, State::Cancelled)?;
    Ok(())
}

/// Ends an import that is running, in some way, and forgets its table.
fn end(conn: &mut Conn, workspace_id: i64, id: i64, state: State) -> QueryResult<()> {
    let ended = diesel::update(of(workspace_id, id))
        .filter(contact_imports::state.eq(State::Running))
        .set((
            contact_imports::state.eq(state),
            contact_imports::leased_until.eq(None::<Utc>),
            contact_imports::ended_at.eq(Some(Utc::now())),
        ))
        .execute(conn)?;
    if ended == 1 {
        tell(conn, workspace_id, id)?;
    }
    diesel::delete(contact_import_parts::table)
        .filter(contact_import_parts::workspace_id.eq(workspace_id))
        .filter(contact_import_parts::import_id.eq(id))
        .execute(conn)
        .map(|_| ())
}

/// Tells the audit log what came of an import that has ended, unless it came to nothing.
fn tell(conn: &mut Conn, workspace_id: i64, id: i64) -> QueryResult<()> {
    let Some(Import { started_by, state, counts, .. }) = find(conn, workspace_id, id)? else {
        return Ok(());
    };
    if state != State::Done && counts.added + counts.updated == 0 {
        return Ok(());
    }
    let name = membership::name_of(conn, workspace_id, started_by)?.unwrap_or_default();
    let by = By { id: Some(started_by), name };
    let stored = format!("{} added, {} updated", counts.added, counts.updated);
    let change = Change { from: "", to: &stored };
    // Stored in the background: whoever ends it need not be who began it.
    Origin::Baton
        .during(|| record_setting(conn, workspace_id, Kind::ContactsImported, by, "", change))
}

#[diesel::dsl::auto_type(no_type_alias)]
fn of(workspace_id: i64, id: i64) -> _ {
    contact_imports::table
        .filter(contact_imports::workspace_id.eq(workspace_id))
        .filter(contact_imports::id.eq(id))
}

fn exists(conn: &mut Conn, workspace_id: i64, id: i64) -> Verb<(), Ordinary> {
    match find(conn, workspace_id, id)? {
        Some(_) => Ok(()),
        None => refuse(Ordinary::NotFound),
    }
}

fn forget_refused(conn: &mut Conn, workspace_id: i64, id: i64) -> QueryResult<()> {
    diesel::delete(contact_import_refusals::table)
        .filter(contact_import_refusals::workspace_id.eq(workspace_id))
        .filter(contact_import_refusals::import_id.eq(id))
        .execute(conn)
        .map(|_| ())
}

#[cfg(test)]
mod tests;
