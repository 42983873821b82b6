//! The log as a table for a spreadsheet, read a page at a time.

use std::io::Write;

use super::list::{Entry, Filter, page};
use crate::db::{Conn, QueryResult};
use crate::models::spreadsheet::Sheet;

/// Entries read at a time.
const BATCH: i64 = 1000;
/// The columns, as the page names them.
const HEADINGS: [&str; 9] =
    ["When", "Who", "What", "About", "Conversation", "Before", "After", "From", "Topic"];

/// Writes the entries of a filter to `out`, the newest first. Run it on a snapshot.
///
/// # Errors
/// When a query fails, or `out` cannot be written.
pub fn write(
    conn: &mut Conn,
    workspace_id: i64,
    filter: Filter,
    out: &mut dyn Write,
) -> QueryResult<()> {
    let mut sheet = Sheet::new(out, HEADINGS)?;
    let mut before = None;
    loop {
        let entries = page(conn, workspace_id, filter, before, BATCH)?;
        let Some(last) = entries.last() else { return sheet.finish() };
        before = Some(last.cursor());
        for entry in &entries {
            let number = entry.conversation_id.map(|id| id.to_string()).unwrap_or_default();
            let Entry { actor_name, about, old_value, new_value, origin, topic, .. } = entry;
            let at = entry.created_at.to_string();
            let cells = [
                &at,
                actor_name,
                entry.title(),
                about,
                &number,
                old_value,
                new_value,
                origin,
                topic,
            ];
            sheet.row(cells)?;
        }
    }
}
