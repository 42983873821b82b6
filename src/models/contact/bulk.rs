//! Contacts that are written many at a time: of an import, of a history.

use diesel::prelude::*;

use super::Keys;
use crate::db::dialect::many_rows;
use crate::db::{Conn, Utc};
use crate::models::contact_field::values;

/// A contact to be written.
#[derive(Clone, Debug)]
pub struct NewContact {
    pub name: String,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub company: Option<String>,
    /// By the ids of their contact fields.
    pub values: Vec<(i64, String)>,
    pub created_at: Utc,
}

/// Writes contacts and answers their ids, in the same order.
///
/// # Errors
/// When a query fails.
pub fn write_contacts(
    conn: &mut Conn,
    workspace_id: i64,
    contacts: &[NewContact],
) -> QueryResult<Vec<i64>> {
    let ids = many_rows::reserve_ids(conn, "contacts", contacts.len())?;
    let rows = ids.iter().zip(contacts).map(|(id, one)| {
        let values = one.values.iter().map(|(_, value)| value.as_str());
        let facts = [&one.email, &one.phone, &one.company].map(Option::as_deref);
        let keys = Keys::new(&one.name, facts, values);
        vec![
            (*id).into(),
            workspace_id.into(),
            one.name.as_str().into(),
            one.email.clone().into(),
            one.phone.clone().into(),
            one.company.clone().into(),
            one.created_at.into(),
            keys.sort_name.into(),
            keys.search_text.into(),
        ]
    });
    let columns = [
        "id",
        "workspace_id",
        "name",
        "email",
        "phone",
        "company",
        "created_at",
        "sort_name",
        "search_text",
    ];
    many_rows::insert(conn, "contacts", &columns, rows.collect())?;
    let values = ids.iter().zip(contacts).flat_map(|(id, one)| {
        one.values
            .iter()
            .map(|(field, value)| values::row(workspace_id, *id, *field, value.as_str()))
    });
    values::write(conn, values.collect())?;
    Ok(ids)
}
