//! Quick replies: texts that a team sends often, with a short name and placeholders.

mod manage;
pub mod placeholder;

use std::collections::HashMap;

use diesel::dsl::exists;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use strum::IntoStaticStr;

pub(super) use manage::insert;
pub use manage::{add, change, delete};
use placeholder::Values;

use super::membership::{Barred, MemberId};
use super::seen::over;
use crate::db::schema::{
    contacts, conversations, memberships, quick_replies, quick_reply_inboxes, users, workspaces,
};
use crate::db::{Conn, typed};

/// The longest name, in characters: people type it after a `/`.
pub const NAME_MAX: usize = 60;
/// The longest text, in characters.
pub const TEXT_MAX: usize = 5000;

/// Where a quick reply is offered; a word in the database.
#[derive(Clone, Debug, Default, PartialEq, Eq, IntoStaticStr, Serialize, Deserialize)]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum Scope {
    #[default]
    #[strum(serialize = "all")]
    AllInboxes,
    /// These inboxes, by their ids; never none.
    Some(Vec<i64>),
}

/// A quick reply as its settings show it.
#[derive(Clone, Debug)]
pub struct QuickReply {
    pub id: i64,
    pub name: String,
    pub body: String,
    pub scope: Scope,
    /// Replies that were sent with it.
    pub times_used: i64,
}

impl QuickReply {
    /// What its form shows.
    pub fn details(&self) -> Details {
        Details { name: self.name.clone(), body: self.body.clone(), scope: self.scope.clone() }
    }
}

/// What a quick reply's form says, and what its page showed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Details {
    /// Checked by [`super::text::line`].
    pub name: String,
    /// Checked by [`super::text::paragraph`], with known placeholders alone.
    pub body: String,
    pub scope: Scope,
}

impl Details {
    fn over(&self, seen: &Self, now: &Self) -> Self {
        Self {
            name: over(&self.name, &seen.name, &now.name),
            body: over(&self.body, &seen.body, &now.body),
            scope: over(&self.scope, &seen.scope, &now.scope),
        }
    }
}

/// Why a quick reply is not changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error(transparent)]
    Barred(#[from] Barred),
    #[error("There is no such quick reply.")]
    NotFound,
    #[error("There is already a quick reply named {0}.")]
    Taken(String),
    #[error("Choose an inbox that still exists.")]
    NoSuchInbox,
}

type ReplyRow = (i64, String, String, String, i64);

/// The workspace's quick replies, in alphabetical order.
///
/// # Errors
/// When a query fails.
pub fn list(conn: &mut Conn, workspace_id: i64) -> QueryResult<Vec<QuickReply>> {
    let rows: Vec<ReplyRow> = quick_replies::table
        .filter(quick_replies::workspace_id.eq(workspace_id))
        .order((quick_replies::name_key, quick_replies::id))
        .select((
            quick_replies::id,
            quick_replies::name,
            quick_replies::body,
            quick_replies::scope,
            quick_replies::times_used,
        ))
        .load(conn)?;
    let links: Vec<(i64, i64)> = quick_reply_inboxes::table
        .filter(quick_reply_inboxes::workspace_id.eq(workspace_id))
        .order((quick_reply_inboxes::quick_reply_id, quick_reply_inboxes::inbox_id))
        .select((quick_reply_inboxes::quick_reply_id, quick_reply_inboxes::inbox_id))
        .load(conn)?;
    let mut inboxes: HashMap<i64, Vec<i64>> = HashMap::new();
    for (reply, inbox) in links {
        inboxes.entry(reply).or_default().push(inbox);
    }
    let whole = |(id, name, body, scope, times_used): ReplyRow| {
        let scope = if scope == Scope::AllInboxes.into_str() {
            Scope::AllInboxes
        } else {
            Scope::Some(inboxes.remove(&id).unwrap_or_default())
        };
        QuickReply { id, name, body, scope, times_used }
    };
    Ok(rows.into_iter().map(whole).collect())
}

/// A quick reply of this workspace.
///
/// # Errors
/// When a query fails.
pub fn find(conn: &mut Conn, workspace_id: i64, id: i64) -> QueryResult<Option<QuickReply>> {
    Ok(list(conn, workspace_id)?.into_iter().find(|reply| reply.id == id))
}

/// One choice of the composer.
#[derive(Clone, Debug, Queryable)]
pub struct Offered {
    pub id: i64,
    pub name: String,
}

/// What is offered in a conversation: what its inbox has, in alphabetical order.
///
/// # Errors
/// When the query fails.
pub fn offered(
    conn: &mut Conn,
    workspace_id: i64,
    conversation_id: i64,
) -> QueryResult<Vec<Offered>> {
    let of_inbox = quick_reply_inboxes::table
        .inner_join(
            conversations::table.on(conversations::inbox_id.eq(quick_reply_inboxes::inbox_id)),
        )
        .filter(quick_reply_inboxes::quick_reply_id.eq(quick_replies::id))
        .filter(conversations::workspace_id.eq(workspace_id))
        .filter(conversations::id.eq(conversation_id));
    let query = quick_replies::table
        .filter(quick_replies::workspace_id.eq(workspace_id))
        .filter(quick_replies::scope.eq(Scope::AllInboxes.into_str()).or(exists(of_inbox)))
        .order((quick_replies::name_key, quick_replies::id))
        .select((quick_replies::id, quick_replies::name));
    typed!(conn, |c| query.load(c))
}

/// The text of a quick reply as this member would send it in this conversation;
/// `None` when it is not offered there. Whether the member may see the
/// conversation is the caller's to ask.
///
/// # Errors
/// When a query fails.
pub fn filled(
    conn: &mut Conn,
    caller: MemberId,
    conversation_id: i64,
    id: i64,
) -> QueryResult<Option<String>> {
    let workspace_id = caller.workspace_id;
    if !offered(conn, workspace_id, conversation_id)?.iter().any(|one| one.id == id) {
        return Ok(None);
    }
    let body: String = quick_replies::table
        .filter(quick_replies::workspace_id.eq(workspace_id))
        .filter(quick_replies::id.eq(id))
        .select(quick_replies::body)
        .first(conn)?;
    let contact_name = conversations::table
        .inner_join(contacts::table)
        .filter(conversations::workspace_id.eq(workspace_id))
        .filter(conversations::id.eq(conversation_id))
        .select(contacts::name)
        .first(conn)?;
    let (agent_name, workspace_name) = names(conn, caller)?;
    Ok(Some(placeholder::fill(&body, &Values { contact_name, agent_name, workspace_name })))
}

/// What customers call a member, and the workspace.
///
/// # Errors
/// When the query fails, e.g. because there is no such member.
pub fn names(conn: &mut Conn, caller: MemberId) -> QueryResult<(String, String)> {
    let MemberId { workspace_id, membership_id } = caller;
    let (name, public_name, workspace): (String, Option<String>, String) = memberships::table
        .inner_join(users::table)
        .inner_join(workspaces::table)
        .filter(memberships::workspace_id.eq(workspace_id))
        .filter(memberships::id.eq(membership_id))
        .select((users::name, users::public_name, workspaces::name))
        .first(conn)?;
    Ok((public_name.unwrap_or(name), workspace))
}

/// Counts a sent reply for the quick replies that it was made with. One that was
/// deleted meanwhile counts for nothing.
///
/// # Errors
/// When the query fails.
pub fn count_use(conn: &mut Conn, workspace_id: i64, ids: &[i64]) -> QueryResult<()> {
    if ids.is_empty() {
        return Ok(());
    }
    diesel::update(
        quick_replies::table
            .filter(quick_replies::workspace_id.eq(workspace_id))
            .filter(quick_replies::id.eq_any(ids.to_vec())),
    )
    .set(quick_replies::times_used.eq(quick_replies::times_used + 1))
    .execute(conn)
    .map(|_| ())
}
