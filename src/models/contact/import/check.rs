//! A row against the rules: what of it can be stored, or why nothing can.

use std::borrow::Cow;
use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use csv::StringRecord;

use super::columns::Target;
use super::numbers::Numbers;
use super::rows::RawRow;
use super::{Import, Refused};
use crate::db::{Conn, QueryResult};
use crate::models::contact::{PHONE_MAX, notes};
use crate::models::contact_field::ContactField;
use crate::models::text;

/// What a refused row shows of itself, in characters: of a cell, and in cells.
const CELL_MAX: usize = 1000;
const CELLS_MAX: usize = super::columns::MOST;

const NOBODY: &str = "Name: Please fill this in, or the email address.";
const TWICE: &str = "A line above has the same email address.";
const SAME_CONTACT: &str = "A line above is of the same contact.";

/// A row that can be stored. What is not given stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    pub name: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub company: Option<String>,
    pub note: Option<String>,
    /// By the ids of their contact fields.
    pub values: Vec<(i64, String)>,
}

/// What is known of a table beside the row at hand: how it writes its numbers, and whom it
/// has named so far.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    numbers: Numbers,
    /// By their hashes: a table has many.
    addresses: HashSet<u64>,
    contacts: HashSet<i64>,
}

impl Seen {
    /// What is known of a table at its beginning.
    ///
    /// # Errors
    /// When a query fails.
    pub fn nobody(conn: &mut Conn, import: &Import, fields: &[ContactField]) -> QueryResult<Self> {
        Ok(Self { numbers: Numbers::of(conn, import, fields)?, ..Self::default() })
    }

    /// Adds what a batch has found.
    pub fn extend(&mut self, found: Self) {
        self.addresses.extend(found.addresses);
        self.contacts.extend(found.contacts);
    }
}

/// Checks the rows of a batch.
pub struct Checker<'a> {
    columns: &'a [Target],
    fields: &'a [ContactField],
    /// From the batches before.
    seen: &'a Seen,
    pub found: Seen,
}

impl<'a> Checker<'a> {
    pub fn new(import: &'a Import, fields: &'a [ContactField], seen: &'a Seen) -> Self {
        Self { columns: &import.columns, fields, seen, found: Seen::default() }
    }

    /// What can be stored of a row.
    ///
    /// # Errors
    /// The row with the reason, when nothing can.
    pub fn check(&mut self, raw: &RawRow) -> Result<Row, Refused> {
        if let Some(problem) = raw.problem {
            return Err(self.refused(raw, problem.to_string()));
        }
        let beyond = raw.cells.iter().skip(self.columns.len());
        if beyond.into_iter().any(|cell| !cell.trim().is_empty()) {
            let reason = format!(
                "This line has {} cells, and the first line names {} columns.",
                raw.cells.len(),
                self.columns.len()
            );
            return Err(self.refused(raw, reason));
        }
        let row = self.row(&raw.cells).map_err(|reason| self.refused(raw, reason))?;
        if let Some(email) = &row.email {
            let mut hasher = DefaultHasher::new();
            email.hash(&mut hasher);
            let hash = hasher.finish();
            if self.seen.addresses.contains(&hash) || !self.found.addresses.insert(hash) {
                return Err(self.refused(raw, TWICE.to_owned()));
            }
        } else if row.name.is_none() {
            return Err(self.refused(raw, NOBODY.to_owned()));
        }
        Ok(row)
    }

    /// Notes that a row is of a contact who is known, by one of their addresses.
    ///
    /// # Errors
    /// The row with the reason, when a line above is of them already.
    pub fn note_contact(&mut self, raw: &RawRow, id: i64) -> Result<(), Refused> {
        if self.seen.contacts.contains(&id) || !self.found.contacts.insert(id) {
            return Err(self.refused(raw, SAME_CONTACT.to_owned()));
        }
        Ok(())
    }

    /// A row that cannot be stored. Its numbers are in the one form that needs no other row to
    /// be read, since it is corrected and imported without them.
    fn refused(&self, raw: &RawRow, reason: String) -> Refused {
        let shown = |(place, cell): (usize, &str)| -> String {
            let number = self.seen.numbers.plain(place, unguarded(cell.trim()));
            let plain = number.ok().filter(|number| matches!(number, Cow::Owned(_)));
            let cell = plain.unwrap_or(Cow::Borrowed(cell));
            cell.chars().filter(|c| *c != '\0').take(CELL_MAX).collect()
        };
        let cells = raw.cells.iter().enumerate().take(CELLS_MAX).map(shown).collect();
        Refused { line: raw.line, reason, cells }
    }

    fn row(&self, cells: &StringRecord) -> Result<Row, String> {
        let mut row = Row::default();
        let mut problems = Vec::new();
        let (mut first, mut last) = (String::new(), String::new());
        for (place, (target, cell)) in self.columns.iter().zip(cells.iter()).enumerate() {
            let cell = match target {
                Target::Note => Cow::Borrowed(cell.trim()),
                // Every other value is of one line.
                _ => cell.trim().replace(['\n', '\r'], " ").into(),
            };
            let cell = unguarded(&cell);
            match target {
                _ if cell.is_empty() => {}
                Target::FirstName => cell.clone_into(&mut first),
                Target::LastName => cell.clone_into(&mut last),
                target => {
                    let cell = self.seen.numbers.plain(place, cell);
                    let put = cell.and_then(|cell| put(&mut row, *target, &cell, self.fields));
                    if let Err(problem) = put {
                        problems.push(format!("{}: {problem}", target.name(self.fields)));
                    }
                }
            }
        }
        let joined = [first, last].join(" ");
        if row.name.is_none() && !joined.trim().is_empty() {
            match text::optional_line(joined.trim(), text::NAME_MAX) {
                Ok(name) => row.name = name,
                Err(problem) => problems.push(format!("Name: {problem}")),
            }
        }
        if problems.is_empty() { Ok(row) } else { Err(problems.join(" ")) }
    }
}

fn put(row: &mut Row, target: Target, cell: &str, fields: &[ContactField]) -> Result<(), String> {
    let words = |problem: text::TextProblem| problem.to_string();
    match target {
        // Those are joined first.
        Target::Nothing | Target::FirstName | Target::LastName => {}
        Target::Name => row.name = text::optional_line(cell, text::NAME_MAX).map_err(words)?,
        Target::Email => row.email = Some(text::email(cell).map_err(words)?),
        Target::Phone => row.phone = text::optional_line(cell, PHONE_MAX).map_err(words)?,
        Target::Company => {
            row.company = text::optional_line(cell, text::NAME_MAX).map_err(words)?;
        }
        Target::Note => row.note = Some(text::paragraph(cell, notes::BODY_MAX).map_err(words)?),
        Target::Field(id) => {
            // A field that was deleted meanwhile is left out.
            let Some(field) = fields.iter().find(|field| field.id == id) else { return Ok(()) };
            if let Some(value) = field.check(cell).map_err(|problem| problem.to_string())? {
                row.values.push((id, value));
            }
        }
    }
    Ok(())
}

/// The cell without the sign that the export puts before what looks like a formula.
pub(super) fn unguarded(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if rest.starts_with(['=', '+', '-', '@']) => rest,
        _ => cell,
    }
}
