//! All contacts as a table for a spreadsheet, read a batch at a time.

use std::io::Write;

use diesel::prelude::*;
use diesel::result::Error;

use crate::db::schema::contacts;
use crate::db::{Conn, Utc};

/// Rows read at a time.
const BATCH: i64 = 1000;
/// The columns, as the form of a contact names them.
pub const HEADINGS: [&str; 5] = ["Name", "Email address", "Phone", "Company", "Contact since"];

/// Writes all contacts of a workspace to `out`. Run it on a snapshot.
///
/// # Errors
/// When a query fails, or `out` cannot be written.
pub fn write(conn: &mut Conn, workspace_id: i64, out: &mut dyn Write) -> QueryResult<()> {
    type Row = (i64, String, Option<String>, Option<String>, Option<String>, Utc);
    let mut table = csv::Writer::from_writer(out);
    table.write_record(HEADINGS).map_err(unwritten)?;
    let mut after = 0;
    loop {
        let rows: Vec<Row> = contacts::table
            .filter(contacts::workspace_id.eq(workspace_id))
            .filter(contacts::merged_at.is_null())
            .filter(contacts::id.gt(after))
            .order(contacts::id)
            .limit(BATCH)
            .select((
                contacts::id,
                contacts::name,
                contacts::email,
                contacts::phone,
                contacts::company,
                contacts::created_at,
            ))
            .load(conn)?;
        let Some(last) = rows.last() else { break };
        after = last.0;
        for (_, name, email, phone, company, created_at) in rows {
            let [email, phone, company] = [email, phone, company].map(Option::unwrap_or_default);
            let cells = [name, email, phone, company, created_at.to_string()];
            table.write_record(cells.iter().map(|cell| harmless(cell))).map_err(unwritten)?;
        }
    }
    table.flush().map_err(unwritten)
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
