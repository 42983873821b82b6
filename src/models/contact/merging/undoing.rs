//! A merge taken apart.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use super::filling::{Filled, empty_fields};
use super::{Ordinary, Refusal, TABLES, UNDOABLE, begun_since, hide, lock_both, write};
use crate::db::dialect::{self, RowLock};
use crate::db::schema::{contact_merges, contact_notes};
use crate::db::{Conn, Utc, Verb, refuse};
use crate::models::activity::{Kind, record_setting};
use crate::models::audit::Change;
use crate::models::contact::{self, Contact, addresses, keys};
use crate::models::membership::{MemberId, lock_capable};
use crate::models::{report, waiting};
use crate::policy::Capability;

/// A merge, as far as its end needs it.
struct Made {
    id: i64,
    merged_id: i64,
    contact_id: i64,
    filled: Vec<Filled>,
    at: Utc,
}

/// Takes a merge apart: what it moved goes back, with the conversations that this customer
/// began since, and what it filled is empty again unless somebody has changed it since.
///
/// # Errors
/// [`Refusal`] when the member may not or the merge is over, or the query's failure.
pub fn undo(
    conn: &mut Conn,
    caller: MemberId,
    contact_id: i64,
    merge_id: i64,
) -> Verb<String, Refusal> {
    let workspace_id = caller.workspace_id;
    dialect::lock(conn, RowLock::Workspace(workspace_id))?;
    let member = lock_capable::<Ordinary>(conn, caller, Capability::Contacts)
        .map_err(|stop| stop.map(Refusal::from))?;
    let made = find(conn, workspace_id, contact_id, merge_id)?;
    if let Some(made) = &made {
        lock_both(conn, workspace_id, (made.merged_id, contact_id))?;
    }
    let Some(target) = contact::find(conn, workspace_id, contact_id)? else {
        return refuse(Ordinary::NotFound.into());
    };
    let Some(made) = made else { return refuse(Refusal::Over) };
    hide(conn, workspace_id, made.merged_id, None)?;
    let Some(merged) = contact::find(conn, workspace_id, made.merged_id)? else {
        return refuse(Refusal::Over);
    };
    move_rows_back(conn, workspace_id, &made)?;
    let after = emptied(conn, workspace_id, &made, (target, &merged))?;
    write(conn, workspace_id, &after)?;
    empty_fields(conn, workspace_id, &made.filled, (merged.id, contact_id))?;
    addresses::give_back(conn, workspace_id, contact_id, &merged)?;
    begun_since::move_back(conn, workspace_id, made.at, (&merged, &after))?;
    keys::refresh(conn, workspace_id, &[contact_id, merged.id])?;
    diesel::delete(contact_merges::table)
        .filter(contact_merges::workspace_id.eq(workspace_id))
        .filter(contact_merges::id.eq(made.id))
        .execute(conn)?;
    for id in [contact_id, merged.id] {
        report::refresh_contact(conn, workspace_id, id)?;
        waiting::refresh_contact(conn, workspace_id, id)?;
    }
    let which = format!("{} into {contact_id}", merged.id);
    record_setting(conn, workspace_id, Kind::ContactsUnmerged, &member, &which, Change::default())?;
    Ok(merged.name)
}

/// The merge into this contact, while it can be undone.
fn find(conn: &mut Conn, workspace_id: i64, contact_id: i64, id: i64) -> QueryResult<Option<Made>> {
    let found: Option<(i64, String, Utc)> = contact_merges::table
        .filter(contact_merges::workspace_id.eq(workspace_id))
        .filter(contact_merges::id.eq(id))
        .filter(contact_merges::contact_id.eq(contact_id))
        .filter(contact_merges::created_at.gt(Utc::now().minus(UNDOABLE)))
        .select((contact_merges::merged_id, contact_merges::filled, contact_merges::created_at))
        .first(conn)
        .optional()?;
    Ok(found.map(|(merged_id, filled, at)| {
        let filled = filled.split(' ').filter_map(Filled::parse).collect();
        Made { id, merged_id, contact_id, filled, at }
    }))
}

/// Gives the merged one back what was its own, but for the note of what was not kept: all of
/// that is there again.
fn move_rows_back(conn: &mut Conn, workspace_id: i64, made: &Made) -> QueryResult<()> {
    for table in TABLES {
        diesel::sql_query(format!(
            "UPDATE {table} SET contact_id = $1 WHERE workspace_id = $2 AND contact_id = $3
             AND id IN (SELECT row_id FROM contact_merge_rows
                        WHERE workspace_id = $2 AND merge_id = $4 AND kind = $5)"
        ))
        .bind::<BigInt, _>(made.merged_id)
        .bind::<BigInt, _>(workspace_id)
        .bind::<BigInt, _>(made.contact_id)
        .bind::<BigInt, _>(made.id)
        .bind::<Text, _>(table)
        .execute(conn)?;
    }
    diesel::delete(contact_notes::table)
        .filter(contact_notes::workspace_id.eq(workspace_id))
        .filter(contact_notes::contact_id.eq(made.merged_id))
        .filter(contact_notes::created_at.eq(made.at))
        .execute(conn)
        .map(|_| ())
}

/// The target without what came from the merged one, as far as it still says the same.
fn emptied(
    conn: &mut Conn,
    workspace_id: i64,
    made: &Made,
    (target, merged): (Contact, &Contact),
) -> QueryResult<Contact> {
    let came_over = |which: Filled| made.filled.contains(&which);
    let without = |which: Filled, here: &Option<String>, there: &Option<String>| {
        here.clone().filter(|_| !(came_over(which) && here == there))
    };
    // What was the merged one's is its own again, and no longer the target's.
    let is_taken_back = target.email.is_some()
        && target.email == merged.email
        && addresses::is_promoted(conn, workspace_id, made.id)?;
    let email = if is_taken_back {
        addresses::take_newest(conn, workspace_id, target.id)?
    } else {
        without(Filled::Email, &target.email, &merged.email)
    };
    let was_blocked_by_it = came_over(Filled::Blocked) && target.blocked_at == merged.blocked_at;
    Ok(Contact {
        email,
        phone: without(Filled::Phone, &target.phone, &merged.phone),
        company: without(Filled::Company, &target.company, &merged.company),
        blocked_at: target.blocked_at.filter(|_| !was_blocked_by_it),
        ..target
    })
}
