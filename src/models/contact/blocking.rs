//! Blocked contacts: what they write in a chat is refused.

use diesel::prelude::*;

use super::{Refusal, addresses};
use crate::db::dialect::{self, Row};
use crate::db::schema::{contacts, conversations};
use crate::db::{Conn, Utc, Verb, refuse};
use crate::models::activity::{Kind, record_setting};
use crate::models::audit::Change;
use crate::models::membership::lock_capable;
use crate::models::{report, waiting};
use crate::policy::Capability;

/// A member blocks a contact, or takes that back. Doing it twice changes nothing.
///
/// # Errors
/// [`Refusal`] when the member may not or there is no such contact here, or the
/// query's failure.
pub fn set(
    conn: &mut Conn,
    workspace_id: i64,
    membership_id: i64,
    id: i64,
    is_blocked: bool,
) -> Verb<(), Refusal> {
    let member = lock_capable(conn, workspace_id, membership_id, Capability::Contacts)?;
    // It may become part of another one at this moment.
    dialect::lock(conn, Row::Contact(id))?;
    let Some(contact) = super::find(conn, workspace_id, id)? else {
        return refuse(Refusal::NotFound);
    };
    if contact.blocked_at.is_some() == is_blocked {
        return Ok(());
    }
    diesel::update(contacts::table)
        .filter(contacts::workspace_id.eq(workspace_id))
        .filter(contacts::id.eq(id))
        .set(contacts::blocked_at.eq(is_blocked.then(Utc::now)))
        .execute(conn)?;
    report::refresh_contact(conn, workspace_id, id)?;
    waiting::refresh_contact(conn, workspace_id, id)?;
    let kind = if is_blocked { Kind::ContactBlocked } else { Kind::ContactUnblocked };
    record_setting(conn, workspace_id, kind, &member, &id.to_string(), Change::default())?;
    Ok(())
}

/// Whether a customer is one whose messages are refused: as the contact that
/// their browser is known as now or wrote as before, or by the address they give, also
/// where that came from a contact which was merged.
///
/// # Errors
/// When a query fails.
pub fn is_refused(
    conn: &mut Conn,
    workspace_id: i64,
    visitor_id: Option<i64>,
    contact_id: Option<i64>,
    email: Option<&str>,
) -> QueryResult<bool> {
    let blocked = contacts::table
        .filter(contacts::workspace_id.eq(workspace_id))
        .filter(contacts::blocked_at.is_not_null())
        .filter(contacts::merged_at.is_null());
    let is_them = contacts::id.nullable().eq(contact_id).or(contacts::email.eq(email));
    let by_name = blocked.filter(is_them);
    if diesel::select(diesel::dsl::exists(by_name)).get_result(conn)? {
        return Ok(true);
    }
    if let Some(email) = email {
        let holders = addresses::holders(conn, workspace_id, vec![email.to_owned()])?;
        let ids: Vec<i64> = holders.into_iter().map(|(id, _)| id).collect();
        let by_address = blocked.filter(contacts::id.eq_any(ids));
        if diesel::select(diesel::dsl::exists(by_address)).get_result(conn)? {
            return Ok(true);
        }
    }
    let Some(visitor_id) = visitor_id else { return Ok(false) };
    let by_browser = blocked
        .inner_join(conversations::table)
        .filter(conversations::workspace_id.eq(workspace_id))
        .filter(conversations::visitor_id.eq(visitor_id));
    diesel::select(diesel::dsl::exists(by_browser)).get_result(conn)
}
