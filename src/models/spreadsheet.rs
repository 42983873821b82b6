//! Tables for a spreadsheet, whose cells people chose the words of.

use std::io::Write;

use diesel::result::Error;

use crate::db::QueryResult;

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
    use super::harmless;

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
