//! A table arrives: read in whatever form it has, and kept as a draft.

use std::fs::File;
use std::io::Read;
use std::path::PathBuf;

use diesel::prelude::*;
use encoding_rs::Encoding;

use super::columns::{self, MOST, Target};
use super::source::{DecodeError, decode, encoding_of};
use super::{Cursor, Import, MEGABYTES, Ordinary, State, damaged, rows};
use crate::db::schema::{contact_import_parts, contact_imports};
use crate::db::{Conn, Stop, Utc, Verb, refuse};
use crate::models::contact_field;
use crate::models::membership::{MemberId, lock_capable};
use crate::models::text;
use crate::policy::Capability;

/// Where a table comes from.
#[derive(Clone, Debug)]
pub enum Source {
    /// A file on disk.
    File { path: PathBuf, name: String },
    /// It was pasted.
    Pasted(String),
}

/// Why a table is not taken, worded for the person who sent it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error(transparent)]
    Ordinary(#[from] Ordinary),
    #[error("There is no line below the first one, which names the columns.")]
    Empty,
    #[error("This is a spreadsheet. Save it as CSV first, and choose that file.")]
    Spreadsheet,
    #[error("This is not a table of text. Save it as CSV first, and choose that file.")]
    NotText,
    #[error("The first line names {0} columns, but a table can have at most {MOST}.")]
    TooWide(usize),
    #[error("The file could not be read. Choose it again.")]
    Unreadable,
}

/// A table that was looked at: it is text, and how it is read is known.
#[derive(Clone, Debug)]
pub struct Table {
    source: Source,
    encoding: &'static Encoding,
}

impl Source {
    /// Looks at all of it. Long before a transaction, which would hold up who writes.
    ///
    /// # Errors
    /// [`Refusal`] when it is no text or cannot be read.
    pub fn look(self) -> Result<Table, Refusal> {
        let encoding = self.encoding()?;
        Ok(Table { source: self, encoding })
    }

    fn open(&self) -> std::io::Result<Box<dyn Read + '_>> {
        Ok(match self {
            Self::File { path, .. } => Box::new(File::open(path)?),
            Self::Pasted(text) => Box::new(text.as_bytes()),
        })
    }

    fn name(&self) -> &str {
        match self {
            Self::File { name, .. } => name,
            Self::Pasted(_) => "Pasted table",
        }
    }

    fn encoding(&self) -> Result<&'static Encoding, Refusal> {
        let unreadable = |_| Refusal::Unreadable;
        let mut first = Vec::new();
        let start = self.open().map_err(unreadable)?;
        start.take(4096).read_to_end(&mut first).map_err(unreadable)?;
        // What the files of spreadsheets begin with.
        if first.starts_with(b"PK\x03\x04") || first.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
            return Err(Refusal::Spreadsheet);
        }
        let encoding = encoding_of(self.open().map_err(unreadable)?).map_err(unreadable)?;
        if encoding.is_ascii_compatible() && first.contains(&0) {
            return Err(Refusal::NotText);
        }
        Ok(encoding)
    }
}

/// A member sends a table, in the place of one that they have not started. Answers
/// the import, of which nothing is known yet but how it was read.
///
/// # Errors
/// [`Refusal`] when the member may not or it is no table, or the query's failure.
pub fn receive(conn: &mut Conn, caller: MemberId, table: &Table) -> Verb<Import, Refusal> {
    let MemberId { workspace_id, membership_id } = caller;
    lock_capable::<Ordinary>(conn, caller, Capability::Contacts)
        .map_err(|stop| stop.map(Refusal::from))?;
    let Table { source, encoding } = table;
    diesel::delete(contact_imports::table)
        .filter(contact_imports::workspace_id.eq(workspace_id))
        .filter(contact_imports::started_by_id.eq(membership_id))
        .filter(contact_imports::state.eq(State::Draft))
        .execute(conn)?;
    let id: i64 = insert(conn, caller, source.name(), encoding.name())?;
    let size = store(conn, workspace_id, id, source, encoding)?;
    let mut import = super::find(conn, workspace_id, id)?.ok_or(diesel::result::Error::NotFound)?;
    import.size = size;
    name_columns(conn, &mut import)?;
    let fields = contact_field::list(conn, workspace_id)?;
    import.columns = columns::guess(&import.headings, &fields);
    let json = |texts: &[String]| serde_json::to_string(texts).map_err(damaged);
    let codes: Vec<String> = import.columns.iter().map(|target| target.code()).collect();
    diesel::update(contact_imports::table.find(id))
        .set((
            contact_imports::size.eq(import.size),
            contact_imports::delimiter.eq(&import.delimiter),
            contact_imports::headings.eq(json(&import.headings)?),
            contact_imports::targets.eq(json(&codes)?),
            contact_imports::first_byte.eq(import.first.byte),
            contact_imports::first_line.eq(import.first.line),
            contact_imports::next_byte.eq(import.first.byte),
            contact_imports::next_line.eq(import.first.line),
        ))
        .execute(conn)?;
    Ok(import)
}

fn insert(
    conn: &mut Conn,
    MemberId { workspace_id, membership_id }: MemberId,
    file_name: &str,
    encoding: &str,
) -> QueryResult<i64> {
    diesel::insert_into(contact_imports::table)
        .values((
            contact_imports::workspace_id.eq(workspace_id),
            contact_imports::started_by_id.eq(membership_id),
            contact_imports::file_name.eq(file_name),
            contact_imports::encoding.eq(encoding),
            contact_imports::delimiter.eq(","),
            contact_imports::headings.eq("[]"),
            contact_imports::targets.eq("[]"),
            contact_imports::state.eq(State::Draft),
            (
                contact_imports::size.eq(0),
                contact_imports::first_byte.eq(0),
                contact_imports::first_line.eq(1),
                contact_imports::next_byte.eq(0),
                contact_imports::next_line.eq(1),
            ),
            (
                contact_imports::rows_total.eq(0),
                contact_imports::rows_done.eq(0),
                contact_imports::added.eq(0),
                contact_imports::updated.eq(0),
                contact_imports::refused.eq(0),
            ),
            contact_imports::created_at.eq(Utc::now()),
        ))
        .returning(contact_imports::id)
        .get_result(conn)
}

/// Stores the table, piece by piece; its size.
fn store(
    conn: &mut Conn,
    workspace_id: i64,
    id: i64,
    source: &Source,
    encoding: &'static Encoding,
) -> Verb<i64, Refusal> {
    let text = source.open().map_err(|_| Stop::Refused(Refusal::Unreadable))?;
    let stored = decode(text.take(MEGABYTES * 1024 * 1024), encoding, |number, bytes| {
        diesel::insert_into(contact_import_parts::table)
            .values((
                contact_import_parts::import_id.eq(id),
                contact_import_parts::number.eq(number),
                contact_import_parts::workspace_id.eq(workspace_id),
                contact_import_parts::content.eq(bytes.to_vec()),
            ))
            .execute(conn)
            .map(|_| ())
    });
    match stored {
        Ok(size) => Ok(size),
        Err(DecodeError::Read(error)) => {
            tracing::warn!(%error, "an upload could not be read");
            refuse(Refusal::Unreadable)
        }
        Err(DecodeError::Store(error)) => Err(error.into()),
    }
}

/// Finds out what stands between the cells, and what the first line calls the columns.
fn name_columns(conn: &mut Conn, import: &mut Import) -> Verb<(), Refusal> {
    let mut best: Option<(csv::StringRecord, Cursor, &str)> = None;
    let (told, begin) = separator(conn, import)?;
    let delimiters = [",", ";", "\t"];
    for delimiter in delimiters.into_iter().filter(|one| told.is_none_or(|told| *one == told)) {
        import.delimiter = delimiter.to_owned();
        let (first, next) = rows::read(conn, import, begin, 1)?;
        let Some(row) = first.into_iter().next() else { return refuse(Refusal::Empty) };
        if best.as_ref().is_none_or(|(cells, ..)| row.cells.len() > cells.len()) {
            best = Some((row.cells, next, delimiter));
        }
    }
    let Some((cells, next, delimiter)) = best else { return refuse(Refusal::Empty) };
    if cells.len() > MOST {
        return refuse(Refusal::TooWide(cells.len()));
    }
    import.delimiter = delimiter.to_owned();
    import.headings = cells.iter().map(|cell| text::excerpt(&visible(cell), 100)).collect();
    import.first = next;
    import.next = next;
    if rows::read(conn, import, next, 1)?.0.is_empty() {
        return refuse(Refusal::Empty);
    }
    Ok(())
}

/// What a first line such as `sep=;`, which spreadsheets write and do not show, says to
/// stand between the cells; and where the table begins.
fn separator(conn: &mut Conn, import: &mut Import) -> QueryResult<(Option<&'static str>, Cursor)> {
    let begin = Cursor { byte: 0, line: 1 };
    for delimiter in [",", ";", "\t"] {
        // Read by another sign, the line is one cell.
        import.delimiter = if delimiter == "," { ";" } else { "," }.to_owned();
        let (first, next) = rows::read(conn, import, begin, 1)?;
        let is_told = first.first().and_then(|row| row.cells.get(0)).is_some_and(|cell| {
            cell.strip_prefix("sep=").or(cell.strip_prefix("SEP=")) == Some(delimiter)
        });
        if is_told {
            return Ok((Some(delimiter), next));
        }
    }
    Ok((None, begin))
}

fn visible(cell: &str) -> String {
    cell.chars().filter(|c| !c.is_control()).collect()
}

/// A member says what the columns become, before anything is stored.
///
/// # Errors
/// [`super::Refusal`] when the member may not, there is no such import here or it was
/// started meanwhile, or the query's failure.
pub fn set_columns(
    conn: &mut Conn,
    caller: MemberId,
    id: i64,
    columns: &[Target],
) -> Verb<Import, super::Refusal> {
    let workspace_id = caller.workspace_id;
    lock_capable::<Ordinary>(conn, caller, Capability::Contacts)
        .map_err(|stop| stop.map(super::Refusal::from))?;
    let Some(mut import) = super::find(conn, workspace_id, id)? else {
        return refuse(Ordinary::NotFound.into());
    };
    let codes = |columns: &[Target]| {
        let codes: Vec<String> = columns.iter().map(|target| target.code()).collect();
        serde_json::to_string(&codes).map_err(damaged)
    };
    import.columns.clear();
    let given = columns.iter().copied().chain(std::iter::repeat(Target::Nothing));
    import.columns.extend(given.take(import.headings.len()));
    let changed = diesel::update(super::of(workspace_id, id))
        .filter(contact_imports::state.eq(State::Draft))
        .set(contact_imports::targets.eq(codes(&import.columns)?))
        .execute(conn)?;
    if changed == 0 { refuse(super::Refusal::Started) } else { Ok(import) }
}
