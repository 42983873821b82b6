//! Tables for a spreadsheet, whose cells people chose the words of.

use std::io::Write;

use diesel::result::Error;

use crate::db::QueryResult;

/// Tells that a table is UTF-8. Excel takes one without it for what Windows wrote once, and
/// shows other letters.
const MARK: &str = "\u{feff}";

/// A table on its way out, a row at a time.
pub struct Sheet<'a>(csv::Writer<&'a mut dyn Write>);

impl<'a> Sheet<'a> {
    /// Begins a table with its headings.
    ///
    /// # Errors
    /// When `out` cannot be written.
    pub fn new(
        out: &'a mut dyn Write,
        headings: impl IntoIterator<Item = impl AsRef<str>>,
    ) -> QueryResult<Self> {
        out.write_all(MARK.as_bytes()).map_err(unwritten)?;
        let mut sheet = Self(csv::Writer::from_writer(out));
        sheet.row(headings)?;
        Ok(sheet)
    }

    /// Adds a row.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn row(&mut self, cells: impl IntoIterator<Item = impl AsRef<str>>) -> QueryResult<()> {
        let cells = cells.into_iter().map(|cell| harmless(cell.as_ref()));
        self.0.write_record(cells).map_err(unwritten)
    }

    /// Writes what is left of it.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn finish(mut self) -> QueryResult<()> {
        self.0.flush().map_err(unwritten)
    }
}

/// A customer chooses their name: a spreadsheet must not take it for a formula.
/// A phone number may begin with a plus and stay one.
fn harmless(cell: &str) -> String {
    let is_number = cell.chars().all(|c| c.is_ascii_digit() || " +-()/.".contains(c));
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) && !is_number {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}

fn unwritten(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::SerializationError(error.into())
}

#[cfg(test)]
mod tests {
    use super::{Sheet, harmless};

    #[test]
    fn a_table_says_that_it_is_utf_8() {
        let mut out = Vec::new();
        Sheet::new(&mut out, ["Name", "Stadt"]).unwrap().finish().unwrap();
        assert_eq!(out, b"\xef\xbb\xbfName,Stadt\n");
    }

    #[test]
    fn no_cell_is_a_formula() {
        for cell in ["=1+1", "@SUM(A1)", "-cmd|x", "+cmd|x", "\t=1"] {
            assert_eq!(harmless(cell), format!("'{cell}"));
        }
        for cell in ["", "Hanna", "+46 70 555 01 42", "-", "o'Hara = Co"] {
            assert_eq!(harmless(cell), cell);
        }
    }
}
