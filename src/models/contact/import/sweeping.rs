//! Tables that nobody started, and reports that have served.

use diesel::prelude::*;

use super::{DRAFTS_KEPT, REPORTS_KEPT, State};
use crate::db::schema::{contact_import_parts, contact_import_refusals, contact_imports};
use crate::db::{Conn, Utc};
use crate::models::housekeeping::AT_ONCE;

/// Pieces of a table that go at a time: some megabytes.
const PARTS_AT_ONCE: i64 = 50;

/// Deletes some of what is left of one import: its table, the lines that were refused, and
/// then itself.
///
/// # Errors
/// When a query fails.
pub fn sweep(conn: &mut Conn, now: Utc) -> QueryResult<usize> {
    // A draft of this age cannot be started any more, see `start`.
    let unstarted = contact_imports::state
        .eq(State::Draft)
        .and(contact_imports::created_at.le(now.minus(DRAFTS_KEPT)));
    let served: Option<i64> = contact_imports::table
        .filter(contact_imports::ended_at.le(now.minus(REPORTS_KEPT)).or(unstarted))
        .select(contact_imports::id)
        .first(conn)
        .optional()?;
    let Some(id) = served else { return Ok(0) };
    let parts: Vec<i64> = contact_import_parts::table
        .filter(contact_import_parts::import_id.eq(id))
        .select(contact_import_parts::number)
        .limit(PARTS_AT_ONCE)
        .load(conn)?;
    if !parts.is_empty() {
        return diesel::delete(contact_import_parts::table)
            .filter(contact_import_parts::import_id.eq(id))
            .filter(contact_import_parts::number.eq_any(parts))
            .execute(conn);
    }
    let lines: Vec<i64> = contact_import_refusals::table
        .filter(contact_import_refusals::import_id.eq(id))
        .select(contact_import_refusals::line)
        .limit(AT_ONCE)
        .load(conn)?;
    if !lines.is_empty() {
        return diesel::delete(contact_import_refusals::table)
            .filter(contact_import_refusals::import_id.eq(id))
            .filter(contact_import_refusals::line.eq_any(lines))
            .execute(conn);
    }
    diesel::delete(contact_imports::table.find(id)).execute(conn)
}
