//! The end of a contact, at the customer's request: with everything of theirs.

use diesel::prelude::*;

use super::{Refusal, lock_member};
use crate::db::dialect::{self, Row};
use crate::db::schema::{contact_merges, contacts, conversations, visitors};
use crate::db::{Conn, Verb, refuse};
use crate::models::activity::{self, Kind, Line};
use crate::policy::Capability;

/// How much would go with a contact.
///
/// # Errors
/// When the query fails.
pub fn size(conn: &mut Conn, workspace_id: i64, id: i64) -> QueryResult<i64> {
    conversations::table
        .filter(conversations::workspace_id.eq(workspace_id))
        .filter(conversations::contact_id.eq(id))
        .count()
        .get_result(conn)
}

/// An Administrator deletes a contact with all its conversations and notes. What
/// is left is a line that says who did it and when, and nothing of the contact.
///
/// # Errors
/// [`Refusal`] when the member may not or there is no such contact here, or the
/// query's failure.
pub fn delete(
    conn: &mut Conn,
    workspace_id: i64,
    membership_id: i64,
    id: i64,
) -> Verb<(), Refusal> {
    let member = lock_member(conn, workspace_id, membership_id, Capability::DeleteContacts)?;
    // A customer who writes meanwhile is waited for, or waits.
    dialect::lock(conn, Row::ContactGoes(id))?;
    if super::find(conn, workspace_id, id)?.is_none() {
        return refuse(Refusal::NotFound);
    }
    // A browser may have written under other names before: those conversations
    // are another contact's, and stay.
    let browsers: Vec<i64> = visitors::table
        .filter(visitors::workspace_id.eq(workspace_id))
        .filter(visitors::contact_id.eq(id))
        .select(visitors::id)
        .load(conn)?;
    diesel::update(conversations::table)
        .filter(conversations::workspace_id.eq(workspace_id))
        .filter(conversations::visitor_id.eq_any(browsers.into_iter().map(Some)))
        .filter(conversations::contact_id.ne(id))
        .set(conversations::visitor_id.eq(None::<i64>))
        .execute(conn)?;
    let parts: Vec<i64> = contact_merges::table
        .filter(contact_merges::workspace_id.eq(workspace_id))
        .filter(contact_merges::contact_id.eq(id))
        .select(contact_merges::merged_id)
        .load(conn)?;
    diesel::delete(contacts::table)
        .filter(contacts::workspace_id.eq(workspace_id))
        .filter(contacts::id.eq(id).or(contacts::id.eq_any(parts)))
        .execute(conn)?;
    activity::record(
        conn,
        &Line {
            workspace_id,
            conversation_id: None,
            kind: Kind::ContactDeleted,
            by: &(&member).into(),
            subject: None,
            detail: &id.to_string(),
        },
    )?;
    Ok(())
}
