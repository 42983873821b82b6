//! Labels and quick replies of a history: made without a member.

use diesel::prelude::*;

use crate::db::schema::{contacts, conversations, labels};
use crate::db::{Conn, Utc};
use crate::models::label::{Colour, insert_link};
use crate::models::quick_reply;
use crate::models::text::name_key;

/// Writes a label and puts it on every conversation with contacts of these names.
///
/// # Errors
/// When a query fails, e.g. because the name is taken.
pub fn write_label(
    conn: &mut Conn,
    workspace_id: i64,
    name: &str,
    colour: Colour,
    contact_names: &[&str],
) -> QueryResult<()> {
    let id: i64 = diesel::insert_into(labels::table)
        .values((
            labels::workspace_id.eq(workspace_id),
            labels::name.eq(name),
            labels::name_key.eq(name_key(name)),
            labels::colour.eq(colour),
            labels::created_at.eq(Utc::now()),
        ))
        .returning(labels::id)
        .get_result(conn)?;
    let on: Vec<i64> = conversations::table
        .inner_join(contacts::table)
        .filter(conversations::workspace_id.eq(workspace_id))
        .filter(contacts::name.eq_any(contact_names.to_vec()))
        .select(conversations::id)
        .load(conn)?;
    for conversation in on {
        insert_link(conn, workspace_id, conversation, id)?;
    }
    Ok(())
}

/// Writes a quick reply for every inbox.
///
/// # Errors
/// When a query fails, e.g. because the name is taken.
pub fn write_quick_reply(
    conn: &mut Conn,
    workspace_id: i64,
    name: &str,
    body: &str,
    times_used: i64,
) -> QueryResult<()> {
    let (name, body) = (name.to_owned(), body.to_owned());
    let details = quick_reply::Details { name, body, scope: quick_reply::Scope::AllInboxes };
    quick_reply::insert(conn, workspace_id, &details, times_used).map(|_| ())
}
