//! The end of a contact, at the customer's request: with everything of theirs.

use diesel::prelude::*;
use diesel::sql_types::BigInt;

use super::{Refusal, addresses, import};
use crate::db::dialect::{self, RowLock};
use crate::db::schema::{contacts, conversations, visitors};
use crate::db::{Conn, Verb, refuse};
use crate::models::activity::{Kind, record_setting};
use crate::models::audit::Change;
use crate::models::membership::{MemberId, lock_capable};
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
/// is left is a line that says who did it and when, and nothing of the contact, once the
/// sweep has taken their words out of the full text.
///
/// # Errors
/// [`Refusal`] when the member may not or there is no such contact here, or the
/// query's failure.
pub fn delete(conn: &mut Conn, caller: MemberId, id: i64) -> Verb<(), Refusal> {
    let workspace_id = caller.workspace_id;
    let member = lock_capable(conn, caller, Capability::DeleteContacts)?;
    // A customer who writes meanwhile is waited for, or waits.
    dialect::lock(conn, RowLock::ContactGoes(id))?;
    if super::find(conn, workspace_id, id)?.is_none() {
        return refuse(Refusal::NotFound);
    }
    forget_refused_lines(conn, workspace_id, id)?;
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
    // With what became part of it, and what had become part of that before.
    diesel::sql_query(
        "WITH RECURSIVE gone (id) AS (
             SELECT CAST($1 AS BIGINT)
             UNION
             SELECT m.merged_id FROM contact_merges m JOIN gone ON m.contact_id = gone.id
             WHERE m.workspace_id = $2
         )
         DELETE FROM contacts WHERE workspace_id = $2 AND id IN (SELECT id FROM gone)",
    )
    .bind::<BigInt, _>(id)
    .bind::<BigInt, _>(workspace_id)
    .execute(conn)?;
    dialect::search::begin_to_forget(conn)?;
    let (id, change) = (id.to_string(), Change::default());
    record_setting(conn, workspace_id, Kind::ContactDeleted, &member, &id, change)?;
    Ok(())
}

/// Deletes the refused lines of tables in which one of the contact's addresses stands.
fn forget_refused_lines(conn: &mut Conn, workspace_id: i64, id: i64) -> QueryResult<()> {
    let own: Option<String> = contacts::table
        .filter(contacts::workspace_id.eq(workspace_id))
        .filter(contacts::id.eq(id))
        .select(contacts::email)
        .first(conn)?;
    let others = addresses::of_contacts(conn, workspace_id, vec![id])?;
    for email in own.into_iter().chain(others.into_iter().map(|(_, email)| email)) {
        import::forget(conn, workspace_id, &email)?;
    }
    Ok(())
}
