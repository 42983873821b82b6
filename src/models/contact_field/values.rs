//! The values that contacts have.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use crate::db::Conn;
use crate::db::dialect::many_rows::{self, Cell};
use crate::db::schema::contact_values;

/// A contact's value of a field.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct Value {
    pub contact_id: i64,
    pub field_id: i64,
    pub value: String,
}

/// The values of these contacts, by contact and field.
///
/// # Errors
/// When the query fails.
pub fn of_contacts(
    conn: &mut Conn,
    workspace_id: i64,
    contact_ids: Vec<i64>,
) -> QueryResult<Vec<Value>> {
    contact_values::table
        .filter(contact_values::workspace_id.eq(workspace_id))
        .filter(contact_values::contact_id.eq_any(contact_ids))
        .order((contact_values::contact_id, contact_values::field_id))
        .select((contact_values::contact_id, contact_values::field_id, contact_values::value))
        .load(conn)
}

/// Gives a contact a value of a field, or takes it away. The caller holds the
/// contact and the field, and has checked the value.
///
/// # Errors
/// When a query fails.
pub fn set(
    conn: &mut Conn,
    workspace_id: i64,
    contact_id: i64,
    field_id: i64,
    value: Option<&str>,
) -> QueryResult<()> {
    match value {
        None => diesel::delete(contact_values::table)
            .filter(contact_values::workspace_id.eq(workspace_id))
            .filter(contact_values::contact_id.eq(contact_id))
            .filter(contact_values::field_id.eq(field_id))
            .execute(conn),
        Some(value) => diesel::sql_query(
            "INSERT INTO contact_values (contact_id, field_id, workspace_id, value)
             VALUES ($1, $2, $3, $4)
             ON CONFLICT (contact_id, field_id) DO UPDATE SET value = excluded.value",
        )
        .bind::<BigInt, _>(contact_id)
        .bind::<BigInt, _>(field_id)
        .bind::<BigInt, _>(workspace_id)
        .bind::<Text, _>(value)
        .execute(conn),
    }
    .map(|_| ())
}

/// A value for [`write`].
pub fn row(workspace_id: i64, contact_id: i64, field_id: i64, value: &str) -> Vec<Cell> {
    vec![contact_id.into(), field_id.into(), workspace_id.into(), value.into()]
}

/// Gives many contacts their values, each in the place of the one it had. The caller
/// holds the contacts and the fields, and has checked the values.
///
/// # Errors
/// When a query fails.
pub fn write(conn: &mut Conn, rows: Vec<Vec<Cell>>) -> QueryResult<()> {
    let columns = ["contact_id", "field_id", "workspace_id", "value"];
    many_rows::upsert(conn, "contact_values", &columns, ("contact_id, field_id", "value"), rows)
}
