//! The rows of a table, some at a time from any place.

use std::cell::{Cell, RefCell};
use std::io::{self, Read};

use csv::StringRecord;
use diesel::prelude::*;

use super::source::Parts;
use super::{Cursor, Import};
use crate::db::Conn;

/// The longest row, in bytes. A quotation mark that is never closed would make one
/// of all that follows.
const ROW_MAX: usize = 1024 * 1024;
/// What the reader of rows takes ahead.
const AHEAD: usize = 16 * 1024;

/// Why a row cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RowProblem {
    #[error("A quotation mark in this line is never closed.")]
    Unclosed,
    #[error("This line is longer than a megabyte.")]
    TooLong,
}

/// A row as it stands in the table.
#[derive(Clone, Debug)]
pub struct RawRow {
    pub line: i64,
    pub cells: StringRecord,
    /// Then there is one cell, with the beginning of the line.
    pub problem: Option<RowProblem>,
}

/// The next rows of an import from a place on, `most` of them, and the place behind.
/// Rows in which nothing stands are passed over.
///
/// # Errors
/// When a query fails.
pub fn read(
    conn: &mut Conn,
    import: &Import,
    from: Cursor,
    most: usize,
) -> QueryResult<(Vec<RawRow>, Cursor)> {
    let delimiter = import.delimiter.bytes().next().unwrap_or(b',');
    let parts = Parts { conn: RefCell::new(conn), import_id: import.id };
    let mut reading = Reading { parts: &parts, size: import.size, rows: Vec::new(), cursor: from };
    while reading.rows.len() < most && reading.cursor.byte < reading.size {
        reading.run(delimiter, most)?;
    }
    Ok((reading.rows, reading.cursor))
}

struct Reading<'p, 'c> {
    parts: &'p Parts<'c>,
    size: i64,
    rows: Vec<RawRow>,
    cursor: Cursor,
}

impl Reading<'_, '_> {
    /// Reads on until there are enough rows, the table ends, or a row is broken and
    /// the reader has to begin anew behind its first line.
    fn run(&mut self, delimiter: u8, most: usize) -> QueryResult<()> {
        let begin = self.cursor;
        let budget = Cell::new(ROW_MAX);
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(delimiter)
            .flexible(true)
            .has_headers(false)
            .buffer_capacity(AHEAD)
            .from_reader(Bounded { inner: self.parts.from(begin.byte), budget: &budget });
        let mut record = StringRecord::new();
        while self.rows.len() < most {
            budget.set(ROW_MAX);
            match reader.read_record(&mut record) {
                Ok(true) => {}
                Ok(false) => {
                    self.cursor.byte = self.size;
                    return Ok(());
                }
                Err(error) if is_spent(&error) => return self.give_up(RowProblem::TooLong),
                Err(error) => {
                    return Err(diesel::result::Error::DeserializationError(error.into()));
                }
            }
            let end = Cursor {
                byte: begin.byte + signed(reader.position().byte()),
                line: begin.line + signed(reader.position().line()) - 1,
            };
            let mut line = self.cursor.line;
            let has_lines = record.iter().any(|cell| cell.contains('\n'));
            if end.line - line > 1 || has_lines {
                // Several lines: empty ones before it, or a cell with more than one.
                let raw = self.parts.slice(self.cursor.byte, end.byte)?;
                let empty = raw.iter().take_while(|byte| **byte == b'\n').count();
                line += signed(empty as u64);
                let quotes = raw.iter().filter(|byte| **byte == b'"').count();
                if has_lines && !quotes.is_multiple_of(2) {
                    self.cursor = Cursor { byte: self.cursor.byte + signed(empty as u64), line };
                    return self.give_up(RowProblem::Unclosed);
                }
            }
            self.cursor = end;
            if record.iter().any(|cell| !cell.trim().is_empty()) {
                self.rows.push(RawRow { line, cells: record.clone(), problem: None });
            }
        }
        Ok(())
    }

    /// Tells of the row that begins here, and goes on behind its first line.
    fn give_up(&mut self, problem: RowProblem) -> QueryResult<()> {
        const WINDOW: i64 = 64 * 1024;
        let mut start = Vec::new();
        loop {
            let bytes = self.parts.slice(self.cursor.byte, self.cursor.byte + WINDOW)?;
            let end = bytes.iter().position(|byte| *byte == b'\n');
            if start.is_empty() {
                start = bytes[..end.unwrap_or(bytes.len())].to_vec();
            }
            self.cursor.byte += signed(end.map_or(bytes.len(), |end| end + 1) as u64);
            if end.is_some() || self.cursor.byte >= self.size {
                break;
            }
        }
        let text = String::from_utf8_lossy(&start).into_owned();
        let row =
            RawRow { line: self.cursor.line, cells: vec![text].into(), problem: Some(problem) };
        self.rows.push(row);
        self.cursor.line += 1;
        Ok(())
    }
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Reads no more than a budget, which each row has anew.
struct Bounded<'a, R> {
    inner: R,
    budget: &'a Cell<usize>,
}

/// The error of a budget that is spent.
#[derive(Debug, thiserror::Error)]
#[error("the row is too long")]
struct Spent;

impl<R: Read> Read for Bounded<'_, R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(out)?;
        self.budget.set(self.budget.get().checked_sub(read).ok_or(io::Error::other(Spent))?);
        Ok(read)
    }
}

fn is_spent(error: &csv::Error) -> bool {
    match error.kind() {
        csv::ErrorKind::Io(error) => {
            error.get_ref().is_some_and(|inner| inner.downcast_ref::<Spent>().is_some())
        }
        _ => false,
    }
}
