//! Contact fields of a history: made without a member, with contacts' values.

use diesel::prelude::*;

use crate::db::Conn;
use crate::db::schema::contact_fields;
use crate::models::contact::keys;
use crate::models::contact_field::{self, Details, values};

/// Writes a field behind the others, and the values of these contacts, by their ids.
///
/// # Errors
/// When a query fails, e.g. because the name is taken.
pub fn write_contact_field(
    conn: &mut Conn,
    workspace_id: i64,
    details: &Details,
    of_contacts: &[(i64, &str)],
) -> QueryResult<()> {
    let position: i64 = contact_fields::table
        .filter(contact_fields::workspace_id.eq(workspace_id))
        .count()
        .get_result(conn)?;
    let id = contact_field::insert(conn, workspace_id, details, position + 1)?;
    let rows =
        of_contacts.iter().map(|(contact, value)| values::row(workspace_id, *contact, id, value));
    values::write(conn, rows.collect())?;
    let contacts: Vec<i64> = of_contacts.iter().map(|(contact, _)| *contact).collect();
    keys::refresh(conn, workspace_id, &contacts)
}
