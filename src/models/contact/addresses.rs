//! Addresses that a contact has beside its own: those of contacts that became part of it,
//! and those that were its own before. Whoever writes from one is this contact.

use diesel::prelude::*;
use diesel::sql_types::BigInt;

use super::{Contact, Refusal, keys};
use crate::db::dialect::{self, RowLock};
use crate::db::schema::{contact_addresses, contacts};
use crate::db::{Conn, Verb, refuse};
use crate::models::membership::{MemberId, lock_capable};
use crate::policy::Capability;

/// The other addresses of these contacts, by the contacts' ids and in the order in which
/// they came.
///
/// # Errors
/// When the query fails.
pub fn of_contacts(
    conn: &mut Conn,
    workspace_id: i64,
    ids: Vec<i64>,
) -> QueryResult<Vec<(i64, String)>> {
    contact_addresses::table
        .filter(contact_addresses::workspace_id.eq(workspace_id))
        .filter(contact_addresses::contact_id.eq_any(ids))
        .order((contact_addresses::contact_id, contact_addresses::id))
        .select((contact_addresses::contact_id, contact_addresses::email))
        .load(conn)
}

/// The contacts who have one of these addresses beside their own, with the address: the
/// oldest last.
pub(super) fn holders(
    conn: &mut Conn,
    workspace_id: i64,
    emails: Vec<String>,
) -> QueryResult<Vec<(i64, String)>> {
    contact_addresses::table
        .filter(contact_addresses::workspace_id.eq(workspace_id))
        .filter(contact_addresses::email.eq_any(emails))
        .order(contact_addresses::contact_id.desc())
        .select((contact_addresses::contact_id, contact_addresses::email))
        .load(conn)
}

/// Gives a contact another address, which was its own, unless another contact has it.
pub(super) fn add(conn: &mut Conn, workspace_id: i64, id: i64, email: &str) -> QueryResult<()> {
    let others: i64 = contacts::table
        .filter(contacts::workspace_id.eq(workspace_id))
        .filter(contacts::email.eq(email))
        .filter(contacts::merged_at.is_null())
        .filter(contacts::id.ne(id))
        .count()
        .get_result(conn)?;
    if others > 0 || !holders(conn, workspace_id, vec![email.to_owned()])?.is_empty() {
        return Ok(());
    }
    diesel::insert_into(contact_addresses::table)
        .values((
            contact_addresses::workspace_id.eq(workspace_id),
            contact_addresses::contact_id.eq(id),
            contact_addresses::email.eq(email),
        ))
        .execute(conn)
        .map(|_| ())
}

/// Takes one of its other addresses from a contact; answers how many it had of it.
pub(super) fn remove_one(
    conn: &mut Conn,
    workspace_id: i64,
    id: i64,
    email: &str,
) -> QueryResult<usize> {
    diesel::delete(contact_addresses::table)
        .filter(contact_addresses::workspace_id.eq(workspace_id))
        .filter(contact_addresses::contact_id.eq(id))
        .filter(contact_addresses::email.eq(email))
        .execute(conn)
}

/// A member takes one of its other addresses from a contact: mail from it is somebody
/// else's from then on. Twice is once.
///
/// # Errors
/// [`Refusal`] when the member may not or there is no such contact here, or the query's
/// failure.
pub fn remove(conn: &mut Conn, caller: MemberId, id: i64, email: &str) -> Verb<(), Refusal> {
    let workspace_id = caller.workspace_id;
    lock_capable(conn, caller, Capability::Contacts)?;
    dialect::lock(conn, RowLock::Contact(id))?;
    if super::find(conn, workspace_id, id)?.is_none() {
        return refuse(Refusal::NotFound);
    }
    remove_one(conn, workspace_id, id, email)?;
    keys::refresh(conn, workspace_id, &[id])?;
    Ok(())
}

/// Whether an address that a merge brought has become a contact's own since.
pub(super) fn is_promoted(conn: &mut Conn, workspace_id: i64, merge_id: i64) -> QueryResult<bool> {
    #[derive(QueryableByName)]
    struct Gone {
        #[diesel(sql_type = BigInt)]
        count: i64,
    }
    let gone: Gone = diesel::sql_query(
        "SELECT count(*) AS count FROM contact_merge_rows r
         WHERE r.workspace_id = $1 AND r.merge_id = $2 AND r.kind = 'contact_addresses'
           AND NOT EXISTS (SELECT 1 FROM contact_addresses a WHERE a.id = r.row_id)",
    )
    .bind::<BigInt, _>(workspace_id)
    .bind::<BigInt, _>(merge_id)
    .get_result(conn)?;
    Ok(gone.count > 0)
}

/// Takes the newest of its other addresses from a contact, to be its own.
pub(super) fn take_newest(
    conn: &mut Conn,
    workspace_id: i64,
    id: i64,
) -> QueryResult<Option<String>> {
    let newest: Option<String> = contact_addresses::table
        .filter(contact_addresses::workspace_id.eq(workspace_id))
        .filter(contact_addresses::contact_id.eq(id))
        .order(contact_addresses::id.desc())
        .select(contact_addresses::email)
        .first(conn)
        .optional()?;
    if let Some(email) = &newest {
        remove_one(conn, workspace_id, id, email)?;
    }
    Ok(newest)
}

/// Whether a merge leaves the merged one's address as another one of the target.
pub fn is_kept(target: &Contact, merged: &Contact) -> bool {
    target.email.is_some() && merged.email.is_some() && target.email != merged.email
}

/// Keeps the address of a contact that is about to become part of another one. It is the
/// merged one's until its rows move.
pub(super) fn keep(
    conn: &mut Conn,
    workspace_id: i64,
    target: &Contact,
    merged: &Contact,
) -> QueryResult<()> {
    let Some(email) = merged.email.as_ref().filter(|_| is_kept(target, merged)) else {
        return Ok(());
    };
    diesel::insert_into(contact_addresses::table)
        .values((
            contact_addresses::workspace_id.eq(workspace_id),
            contact_addresses::contact_id.eq(merged.id),
            contact_addresses::email.eq(email),
        ))
        .execute(conn)
        .map(|_| ())
}

/// Takes back what [`keep`] did: the address is again that of the contact which was merged.
pub(super) fn give_back(
    conn: &mut Conn,
    workspace_id: i64,
    target_id: i64,
    merged: &Contact,
) -> QueryResult<()> {
    let Some(email) = &merged.email else { return Ok(()) };
    diesel::delete(contact_addresses::table)
        .filter(contact_addresses::workspace_id.eq(workspace_id))
        .filter(contact_addresses::contact_id.eq_any([target_id, merged.id]))
        .filter(contact_addresses::email.eq(email))
        .execute(conn)
        .map(|_| ())
}
