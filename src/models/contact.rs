//! Contacts: the customers, as a workspace knows them.

use diesel::prelude::*;

use crate::db::dialect::Conn;
use crate::db::schema::{contacts, conversations};
use crate::db::Utc;
use crate::policy::{Actor, Capability, Status};

/// A customer.
#[derive(Clone, Debug, Queryable)]
pub struct Contact {
    pub id: i64,
    pub name: String,
    /// As they typed it: no proof that it is theirs.
    pub email: Option<String>,
    pub phone: Option<String>,
    pub company: Option<String>,
    pub created_at: Utc,
}

/// Creates a contact with checked text, and answers its id.
///
/// # Errors
/// When the query fails.
pub fn create(
    conn: &mut Conn,
    workspace_id: i64,
    name: &str,
    email: Option<&str>,
) -> QueryResult<i64> {
    diesel::insert_into(contacts::table)
        .values((
            contacts::workspace_id.eq(workspace_id),
            contacts::name.eq(name),
            contacts::email.eq(email),
            contacts::created_at.eq(Utc::now()),
        ))
        .returning(contacts::id)
        .get_result(conn)
}

/// A contact of this workspace.
///
/// # Errors
/// When the query fails.
pub fn find(conn: &mut Conn, workspace_id: i64, id: i64) -> QueryResult<Option<Contact>> {
    contacts::table
        .filter(contacts::workspace_id.eq(workspace_id))
        .filter(contacts::id.eq(id))
        .select((
            contacts::id,
            contacts::name,
            contacts::email,
            contacts::phone,
            contacts::company,
            contacts::created_at,
        ))
        .first(conn)
        .optional()
}

/// A conversation in a contact's history.
#[derive(Clone, Debug)]
pub struct PastConversation {
    pub id: i64,
    pub subject: String,
    pub status: Status,
    pub last_activity_at: Utc,
}

/// The contact's conversations besides `current`, as far as this member may see
/// them ([`Actor::may_view`], said in SQL), the newest first.
///
/// # Errors
/// When the query fails.
pub fn past_conversations(
    conn: &mut Conn,
    workspace_id: i64,
    actor: Actor,
    contact_id: i64,
    current: i64,
    limit: i64,
) -> QueryResult<Vec<PastConversation>> {
    let mut query = conversations::table
        .filter(conversations::workspace_id.eq(workspace_id))
        .filter(conversations::contact_id.eq(contact_id))
        .filter(conversations::id.ne(current))
        .order((conversations::last_activity_at.desc(), conversations::id.desc()))
        .limit(limit)
        .select((
            conversations::id,
            conversations::subject,
            conversations::status,
            conversations::last_activity_at,
        ))
        .into_boxed();
    if !actor.role.may(Capability::SeeAll) {
        let not_another_s = conversations::status
            .ne(Status::Resolved.code())
            .or(conversations::last_owner_id.is_null())
            .or(conversations::last_owner_id.assume_not_null().eq(actor.user_id));
        query = query.filter(
            conversations::assignee_id.assume_not_null().eq(actor.membership_id).or(
                conversations::assignee_id.is_null().and(not_another_s),
            ),
        );
    }
    let rows: Vec<(i64, String, String, Utc)> = query.load(conn)?;
    rows.into_iter()
        .map(|(id, subject, status, last_activity_at)| {
            let status = status
                .parse()
                .map_err(|e| diesel::result::Error::DeserializationError(Box::new(e)))?;
            Ok(PastConversation { id, subject, status, last_activity_at })
        })
        .collect()
}
