//! What would come of a table: counted, with the first rows that would be refused.
//! Reads alone; the result is stored afterwards.

use diesel::prelude::*;

use super::check::{Checker, Seen};
use super::job::{self, BATCH};
use super::{Counts, Import, Ordinary, Refused, State, forget_refused, rows};
use crate::db::schema::contact_imports;
use crate::db::{Conn, Verb, refuse};
use crate::models::contact_field;
use crate::models::membership::{MemberId, lock_capable};
use crate::policy::Capability;

/// Refused rows that a preview shows.
pub const SHOWN: usize = 100;

/// What would come of a table.
#[derive(Clone, Debug, Default)]
pub struct Analysis {
    counts: Counts,
    refused: Vec<Refused>,
}

/// Looks at every row of a table.
///
/// # Errors
/// When a query fails.
pub fn look(conn: &mut Conn, import: &Import) -> QueryResult<Analysis> {
    let fields = contact_field::list(conn, import.workspace_id)?;
    let mut analysis = Analysis::default();
    let mut seen = Seen::nobody(conn, import, &fields)?;
    let mut cursor = import.first;
    loop {
        let (raw, next) = rows::read(conn, import, cursor, BATCH)?;
        if raw.is_empty() {
            return Ok(analysis);
        }
        cursor = next;
        let mut checker = Checker::new(import, &fields, &seen);
        let sorted = job::sort(conn, import.workspace_id, &raw, &mut checker, job::known)?;
        let found = std::mem::take(&mut checker.found);
        seen.extend(found);
        let counts = &mut analysis.counts;
        counts.total += count(raw.len());
        counts.added += count(sorted.new.len());
        counts.updated += count(sorted.known.len());
        counts.refused += count(sorted.refused.len());
        let room = SHOWN.saturating_sub(analysis.refused.len());
        analysis.refused.extend(sorted.refused.into_iter().take(room));
    }
}

/// Keeps what would come of a table beside it, for the page that shows it.
///
/// # Errors
/// [`super::Refusal`] when the member may not, there is no such import here or it was
/// started meanwhile, or the query's failure.
pub fn keep(
    conn: &mut Conn,
    caller: MemberId,
    id: i64,
    analysis: &Analysis,
) -> Verb<(), super::Refusal> {
    let workspace_id = caller.workspace_id;
    lock_capable::<Ordinary>(conn, caller, Capability::Contacts)
        .map_err(|stop| stop.map(super::Refusal::from))?;
    let Analysis { counts, refused } = analysis;
    let changed = diesel::update(super::of(workspace_id, id))
        .filter(contact_imports::state.eq(State::Draft))
        .set((
            contact_imports::rows_total.eq(counts.total),
            contact_imports::added.eq(counts.added),
            contact_imports::updated.eq(counts.updated),
            contact_imports::refused.eq(counts.refused),
        ))
        .execute(conn)?;
    if changed == 0 {
        return match super::find(conn, workspace_id, id)? {
            Some(_) => refuse(super::Refusal::Started),
            None => refuse(Ordinary::NotFound.into()),
        };
    }
    forget_refused(conn, workspace_id, id)?;
    job::write_refused(conn, workspace_id, id, refused)?;
    Ok(())
}

pub(super) fn count(rows: usize) -> i64 {
    i64::try_from(rows).unwrap_or(i64::MAX)
}
