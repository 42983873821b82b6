//! Two contacts that are one customer: merged, and for a day taken apart again.

mod begun_since;
mod filling;
mod undoing;

use chrono::TimeDelta;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use super::{Contact, Refusal as Ordinary, addresses, keys, notes};
use crate::db::dialect::{self, RowLock};
use crate::db::schema::{contact_merges, contacts};
use crate::db::{Conn, Utc, Verb, refuse};
use crate::models::activity::{Kind, record_setting};
use crate::models::audit::Change;
use crate::models::housekeeping::delete_some;
use crate::models::membership::{MemberId, lock_capable};
use crate::models::text::{as_markdown, listed};
use crate::models::{report, waiting};
use crate::policy::Capability;

use filling::fill;
pub use filling::{Filled, Filling, would_fill};
pub use undoing::undo;

/// How long a merge can be undone.
pub const UNDOABLE: TimeDelta = TimeDelta::days(1);
/// The tables whose rows belong to a contact.
const TABLES: [&str; 4] = ["conversations", "visitors", "contact_notes", "contact_addresses"];

/// Why contacts were not merged, or not taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error(transparent)]
    Ordinary(#[from] Ordinary),
    #[error("A contact cannot be merged with itself.")]
    Itself,
    #[error("This merge is more than a day old, or has already been undone.")]
    Over,
}

/// A merge that can still be undone.
#[derive(Clone, Debug, Queryable)]
pub struct Merge {
    pub id: i64,
    pub merged_id: i64,
    /// The name of the contact that became part of the other.
    pub name: String,
    pub created_at: Utc,
}

/// Makes `merged_id` part of `target_id`: its conversations, visitors, notes and addresses
/// move, and what the other one lacks comes from it.
///
/// # Errors
/// [`Refusal`] when the member may not or one of them is not here, or the
/// query's failure.
pub fn merge(
    conn: &mut Conn,
    caller: MemberId,
    merged_id: i64,
    target_id: i64,
) -> Verb<String, Refusal> {
    let MemberId { workspace_id, membership_id } = caller;
    // One merge at a time, so that no two make each other's target vanish.
    dialect::lock(conn, RowLock::Workspace(workspace_id))?;
    let member = lock_capable::<Ordinary>(conn, caller, Capability::Contacts)
        .map_err(|stop| stop.map(Refusal::from))?;
    if merged_id == target_id {
        return refuse(Refusal::Itself);
    }
    lock_both(conn, workspace_id, (merged_id, target_id))?;
    let target = super::find(conn, workspace_id, target_id)?;
    let merged = super::find(conn, workspace_id, merged_id)?;
    let (Some(target), Some(merged)) = (target, merged) else {
        return refuse(Ordinary::NotFound.into());
    };
    let now = Utc::now();
    let filling = would_fill(conn, workspace_id, &target, &merged)?;
    let merge_id: i64 = diesel::insert_into(contact_merges::table)
        .values((
            contact_merges::workspace_id.eq(workspace_id),
            contact_merges::contact_id.eq(target_id),
            contact_merges::merged_id.eq(merged_id),
            contact_merges::merged_by_id.eq(membership_id),
            contact_merges::filled.eq(filling.to_text()),
            contact_merges::created_at.eq(now),
        ))
        .returning(contact_merges::id)
        .get_result(conn)?;
    addresses::keep(conn, workspace_id, &target, &merged)?;
    if !filling.left.is_empty() {
        // A note of the one that goes, which moves with the others.
        let left = format!("Of {}: {}.", merged.name, listed(&filling.left));
        let body = as_markdown(&left);
        let by = (membership_id, member.name.as_str());
        notes::write(conn, workspace_id, merged_id, by, &body, now)?;
    }
    move_rows(conn, workspace_id, merge_id, (merged_id, target_id))?;
    fill(conn, workspace_id, &filling, (&merged, &target))?;
    keys::refresh(conn, workspace_id, &[target_id])?;
    hide(conn, workspace_id, merged_id, Some(now))?;
    report::refresh_contact(conn, workspace_id, target_id)?;
    waiting::refresh_contact(conn, workspace_id, target_id)?;
    let which = format!("{merged_id} into {target_id}");
    record_setting(conn, workspace_id, Kind::ContactsMerged, &member, &which, Change::default())?;
    Ok(target.name)
}

/// Locks what a merge or its end writes, before any of it is read: whoever writes for one
/// of the contacts meanwhile is waited for, or waits. The fields come first, as where a
/// contact is saved, and then the contacts by their ids, as where many are imported.
fn lock_both(conn: &mut Conn, workspace_id: i64, (merged, target): (i64, i64)) -> QueryResult<()> {
    dialect::lock(conn, RowLock::ContactFieldsStay(workspace_id))?;
    let mut both = [(merged, RowLock::ContactGoes(merged)), (target, RowLock::Contact(target))];
    both.sort_unstable_by_key(|(id, _)| *id);
    both.into_iter().try_for_each(|(_, row)| dialect::lock(conn, row))
}

/// Gives the target what belongs to the merged one, and keeps which rows these were.
fn move_rows(
    conn: &mut Conn,
    workspace_id: i64,
    merge_id: i64,
    (merged_id, target_id): (i64, i64),
) -> QueryResult<()> {
    for table in TABLES {
        diesel::sql_query(format!(
            "INSERT INTO contact_merge_rows (merge_id, workspace_id, kind, row_id)
             SELECT CAST($1 AS BIGINT), workspace_id, CAST($2 AS TEXT), id FROM {table}
             WHERE workspace_id = $3 AND contact_id = $4"
        ))
        .bind::<BigInt, _>(merge_id)
        .bind::<Text, _>(table)
        .bind::<BigInt, _>(workspace_id)
        .bind::<BigInt, _>(merged_id)
        .execute(conn)?;
        diesel::sql_query(format!(
            "UPDATE {table} SET contact_id = $1 WHERE workspace_id = $2 AND contact_id = $3"
        ))
        .bind::<BigInt, _>(target_id)
        .bind::<BigInt, _>(workspace_id)
        .bind::<BigInt, _>(merged_id)
        .execute(conn)?;
    }
    Ok(())
}

/// The merges into a contact that can still be undone, the newest first.
///
/// # Errors
/// When the query fails.
pub fn undoable(conn: &mut Conn, workspace_id: i64, contact_id: i64) -> QueryResult<Vec<Merge>> {
    contact_merges::table
        .inner_join(contacts::table.on(contacts::id.eq(contact_merges::merged_id)))
        .filter(contact_merges::workspace_id.eq(workspace_id))
        .filter(contact_merges::contact_id.eq(contact_id))
        .filter(contact_merges::created_at.gt(Utc::now().minus(UNDOABLE)))
        .order(contact_merges::id.desc())
        .select((
            contact_merges::id,
            contact_merges::merged_id,
            contacts::name,
            contact_merges::created_at,
        ))
        .load(conn)
}

/// The contact of which this one became part, for links that are still around.
///
/// # Errors
/// When the query fails.
pub fn target_of(conn: &mut Conn, workspace_id: i64, id: i64) -> QueryResult<Option<i64>> {
    contact_merges::table
        .filter(contact_merges::workspace_id.eq(workspace_id))
        .filter(contact_merges::merged_id.eq(id))
        .select(contact_merges::contact_id)
        .first(conn)
        .optional()
}

/// Deletes what was merged so long ago that it cannot be undone, some of it.
///
/// # Errors
/// When the query fails.
pub fn sweep(conn: &mut Conn, now: Utc) -> QueryResult<usize> {
    delete_some!(conn, contacts::id, contacts::merged_at.le(now.minus(UNDOABLE)))
}

fn hide(conn: &mut Conn, workspace_id: i64, id: i64, merged_at: Option<Utc>) -> QueryResult<()> {
    diesel::update(contacts::table)
        .filter(contacts::workspace_id.eq(workspace_id))
        .filter(contacts::id.eq(id))
        .set(contacts::merged_at.eq(merged_at))
        .execute(conn)
        .map(|_| ())
}

fn write(conn: &mut Conn, workspace_id: i64, contact: &Contact) -> QueryResult<()> {
    diesel::update(contacts::table)
        .filter(contacts::workspace_id.eq(workspace_id))
        .filter(contacts::id.eq(contact.id))
        .set((
            contacts::email.eq(&contact.email),
            contacts::phone.eq(&contact.phone),
            contacts::company.eq(&contact.company),
            contacts::blocked_at.eq(contact.blocked_at),
        ))
        .execute(conn)
        .map(|_| ())
}
