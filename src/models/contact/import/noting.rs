//! The notes of a table: one on the contact of each row that has one.

use std::collections::HashSet;

use diesel::prelude::*;

use super::Import;
use crate::db::schema::contact_notes;
use crate::db::{Conn, Stop, Verb};
use crate::models::contact::{Refusal, notes};

/// Stands for the random id of a form: the note of a table that comes again is the same one,
/// also after it was changed.
const SUBMISSION: &str = "import";

/// Adds notes to contacts, by whoever imports, but for those that say what one on the same
/// contact says already.
///
/// # Errors
/// When a query fails.
pub fn add(conn: &mut Conn, import: &Import, new: &[(i64, String)]) -> QueryResult<()> {
    if new.is_empty() {
        return Ok(());
    }
    let there: Vec<(i64, String)> = contact_notes::table
        .filter(contact_notes::workspace_id.eq(import.workspace_id))
        .filter(contact_notes::contact_id.eq_any(new.iter().map(|(id, _)| *id)))
        .filter(contact_notes::body.eq_any(new.iter().map(|(_, body)| body.as_str())))
        .select((contact_notes::contact_id, contact_notes::body))
        .load(conn)?;
    let there: HashSet<(i64, String)> = there.into_iter().collect();
    for note in new.iter().filter(|note| !there.contains(note)) {
        let (contact_id, body) = note;
        let added: Verb<(), Refusal> =
            notes::add(conn, import.caller(), *contact_id, body, SUBMISSION);
        match added {
            // Whoever imports may, and the contact is held.
            Ok(()) | Err(Stop::Refused(_)) => {}
            Err(Stop::Failed(error)) => return Err(error),
        }
    }
    Ok(())
}
