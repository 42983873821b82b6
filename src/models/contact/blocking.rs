//! Blocked contacts: what they write in a chat is refused, and their mails go to Spam. Anybody
//! can type anybody's address in a chat: to block whoever did so blocks them, and not the
//! person whose address it is.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use super::{Refusal, addresses};
use crate::db::dialect::{self, RowLock};
use crate::db::schema::{contacts, conversations};
use crate::db::{Conn, Utc, Verb, refuse};
use crate::models::activity::{Kind, record_setting};
use crate::models::audit::Change;
use crate::models::membership::{MemberId, lock_capable};
use crate::models::{report, waiting};
use crate::policy::Capability;

/// Whom a block holds for besides the contact and their browsers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// Whoever writes from their address.
    Address,
    /// Nobody: the address was only typed in a chat.
    Browser,
}

/// A member blocks a contact, or takes that back. Doing it twice changes nothing.
///
/// # Errors
/// [`Refusal`] when the member may not or there is no such contact here, or the
/// query's failure.
pub fn set(conn: &mut Conn, caller: MemberId, id: i64, is_blocked: bool) -> Verb<Extent, Refusal> {
    let workspace_id = caller.workspace_id;
    let member = lock_capable(conn, caller, Capability::Contacts)?;
    // It may become part of another one at this moment.
    dialect::lock(conn, RowLock::Contact(id))?;
    let Some(contact) = super::find(conn, workspace_id, id)? else {
        return refuse(Refusal::NotFound);
    };
    let extent = match &contact.email {
        Some(email) if is_only_typed(conn, workspace_id, id, email)? => Extent::Browser,
        _ => Extent::Address,
    };
    if contact.is_blocked() == is_blocked {
        return Ok(extent);
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
    Ok(extent)
}

/// In SQL, whether anything shows that the contact `b` has an address: no browser wrote as
/// them, or the one that did opened a mail to it, or they wrote from there.
pub(in crate::models) fn has_address(address: &str) -> String {
    format!(
        "(b.proved_email = {address}
          OR NOT EXISTS (
              SELECT 1 FROM conversations bc
              WHERE bc.workspace_id = b.workspace_id AND bc.contact_id = b.id
                AND bc.visitor_id IS NOT NULL)
          OR EXISTS (
              SELECT 1 FROM conversations bc
              INNER JOIN messages bm
                  ON bm.workspace_id = bc.workspace_id AND bm.conversation_id = bc.id
              INNER JOIN mails bl ON bl.message_id = bm.id
              WHERE bc.workspace_id = b.workspace_id AND bc.contact_id = b.id
                AND bl.from_address = {address}))"
    )
}

/// Whether a contact has an address from a chat alone, where it was typed: nothing shows
/// that it is theirs.
pub(super) fn is_only_typed(
    conn: &mut Conn,
    workspace_id: i64,
    contact_id: i64,
    email: &str,
) -> QueryResult<bool> {
    let has_address = has_address("$3");
    let query = format!(
        "SELECT b.id FROM contacts b WHERE b.workspace_id = $1 AND b.id = $2 AND {has_address}"
    );
    let found: Vec<Id> = diesel::sql_query(query)
        .bind::<BigInt, _>(workspace_id)
        .bind::<BigInt, _>(contact_id)
        .bind::<Text, _>(email)
        .load(conn)?;
    Ok(found.is_empty())
}

#[derive(QueryableByName)]
struct Id {
    #[diesel(sql_type = BigInt)]
    #[expect(dead_code, reason = "that there is one says it")]
    id: i64,
}

/// Whether a customer is one whose messages are refused: as the contact that
/// their browser is known as now or wrote as before, or by the address they give, also
/// where that came from a contact which was merged; but not where whoever is blocked only
/// typed it in a chat.
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
    if let Some(id) = contact_id {
        let is_them = blocked.filter(contacts::id.eq(id));
        if diesel::select(diesel::dsl::exists(is_them)).get_result(conn)? {
            return Ok(true);
        }
    }
    if let Some(email) = email {
        let holders = addresses::holders(conn, workspace_id, vec![email.to_owned()])?;
        let ids: Vec<i64> = holders.into_iter().map(|(id, _)| id).collect();
        let has_it = contacts::email.eq(email).or(contacts::id.nullable().eq_any(ids));
        let by_address: Vec<i64> = blocked.filter(has_it).select(contacts::id).load(conn)?;
        for id in by_address {
            if !is_only_typed(conn, workspace_id, id, email)? {
                return Ok(true);
            }
        }
    }
    let Some(visitor_id) = visitor_id else { return Ok(false) };
    let by_browser = blocked
        .inner_join(conversations::table)
        .filter(conversations::workspace_id.eq(workspace_id))
        .filter(conversations::visitor_id.eq(visitor_id));
    diesel::select(diesel::dsl::exists(by_browser)).get_result(conn)
}
