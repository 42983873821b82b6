//! What a table says, for people: its first rows, and the refused ones to be
//! corrected and imported again.

use std::io::Write;

use diesel::prelude::*;

use super::{Import, refused, rows};
use crate::db::Conn;
use crate::models::spreadsheet::Sheet;
use crate::models::text;

/// Rows of a table that its preview shows.
const FIRST: usize = 3;
/// Refused rows that are read at a time.
const BATCH: i64 = 500;

/// The first rows of a table, each cell in one short line.
///
/// # Errors
/// When a query fails.
pub fn first_rows(conn: &mut Conn, import: &Import) -> QueryResult<Vec<Vec<String>>> {
    let (rows, _) = rows::read(conn, import, import.first, FIRST)?;
    let short = |cell: &str| text::excerpt(&cell.replace('\0', ""), 60);
    Ok(rows.iter().map(|row| row.cells.iter().map(short).collect()).collect())
}

/// Writes the refused rows of an import as a table, with its headings and the reasons.
/// Run it on a snapshot.
///
/// # Errors
/// When a query fails, or `out` cannot be written.
pub fn write(conn: &mut Conn, import: &Import, out: &mut dyn Write) -> QueryResult<()> {
    let width = import.headings.len();
    let headings = import.headings.iter().map(String::as_str);
    let mut sheet = Sheet::new(out, headings.chain(["Reason"]))?;
    let mut after = 0;
    loop {
        let some = refused(conn, import.workspace_id, import.id, after, BATCH)?;
        let Some(last) = some.last() else { break };
        after = last.line;
        for one in some {
            let cells = one.cells.into_iter().chain(std::iter::repeat(String::new()));
            sheet.row(cells.take(width).chain([one.reason]))?;
        }
    }
    sheet.finish()
}
