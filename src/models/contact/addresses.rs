//! Addresses that a contact has beside its own: those of contacts that became part of it.
//! Whoever writes from one is this contact.

use diesel::prelude::*;

use super::Contact;
use crate::db::Conn;
use crate::db::schema::contact_addresses;

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
