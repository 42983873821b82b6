//! Answers that a member mailed and that were not sent: they are told why, with their text.

use diesel::prelude::*;

use super::{Kind, entry};
use crate::db::schema::{deliveries, workspaces};
use crate::db::{Conn, Utc};
use crate::models::{conversation, membership, token};

/// An answer that was not sent.
#[derive(Clone, Copy, Debug)]
pub struct Refused<'a> {
    pub workspace_id: i64,
    pub membership_id: i64,
    pub conversation_id: Option<i64>,
    /// The member's address.
    pub recipient: &'a str,
    /// In a sentence.
    pub why: &'a str,
    /// What they wrote.
    pub body: &'a str,
    /// The hash by which the mail is known again.
    pub fingerprint: &'a str,
}

/// A mail that comes twice is refused in one mail.
fn local_part(fingerprint: &str) -> String {
    token::hash(&format!("refused:{fingerprint}"))
}

/// Whether the member was told already.
///
/// # Errors
/// When the query fails.
pub(in crate::models) fn is_told(conn: &mut Conn, fingerprint: &str) -> QueryResult<bool> {
    diesel::select(diesel::dsl::exists(
        deliveries::table.filter(deliveries::local_part.eq(local_part(fingerprint))),
    ))
    .get_result(conn)
}

/// Tells the member, at once.
///
/// # Errors
/// When the query fails.
pub(in crate::models) fn tell(conn: &mut Conn, of: &Refused<'_>) -> QueryResult<()> {
    let (workspace_id, local_part) = (Some(of.workspace_id), local_part(of.fingerprint));
    diesel::insert_into(deliveries::table)
        .values((
            entry(Kind::ReplyRefused, workspace_id, of.recipient, local_part, Utc::now()),
            deliveries::membership_id.eq(of.membership_id),
            deliveries::conversation_id.eq(of.conversation_id),
            deliveries::refusal.eq(of.why),
            deliveries::refused_body.eq(of.body),
        ))
        .execute(conn)
        .map(|_| ())
}

/// What the mail says.
#[derive(Clone, Debug)]
pub struct Content {
    pub workspace: String,
    pub why: String,
    pub body: String,
    /// The conversation, where the member may see it.
    pub conversation_id: Option<i64>,
}

/// What a delivery says; `None` when it is of another kind.
///
/// # Errors
/// When a query fails.
pub fn content(conn: &mut Conn, id: i64) -> QueryResult<Option<Content>> {
    type Row = (Option<String>, Option<String>, Option<i64>, Option<i64>, i64, String);
    let found: Option<Row> = deliveries::table
        .inner_join(workspaces::table.on(workspaces::id.nullable().eq(deliveries::workspace_id)))
        .filter(deliveries::id.eq(id))
        .select((
            deliveries::refusal,
            deliveries::refused_body,
            deliveries::membership_id,
            deliveries::conversation_id,
            workspaces::id,
            workspaces::name,
        ))
        .first(conn)
        .optional()?;
    let Some((Some(why), Some(body), Some(membership_id), of, workspace_id, workspace)) = found
    else {
        return Ok(None);
    };
    let actor = membership::actor(conn, workspace_id, membership_id)?;
    let visible = match (actor, of) {
        (Some(actor), Some(id)) => conversation::visible_among(conn, workspace_id, actor, &[id])?,
        _ => Vec::new(),
    };
    let conversation_id = visible.first().map(|one| one.id);
    Ok(Some(Content { workspace, why, body, conversation_id }))
}
