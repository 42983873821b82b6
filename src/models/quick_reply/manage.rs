//! What Managers do with quick replies: add, change, delete.

use diesel::prelude::*;

use super::{Details, QuickReply, Refusal, Scope, find};
use crate::db::schema::{inboxes, quick_replies, quick_reply_inboxes};
use crate::db::{Conn, Utc, Verb, refuse};
use crate::models::activity::{Kind, record_setting};
use crate::models::audit::Change;
use crate::models::membership::{MemberId, lock_settings};
use crate::models::text::{self, name_key, names_stand_once};
use crate::policy::Capability;

/// How much of a text the audit log keeps, in characters.
const EXCERPT: usize = 200;

/// A member adds a quick reply, and learns its id.
///
/// # Errors
/// [`Refusal`] when the member may not, the name is taken or an inbox is not there,
/// or the query's failure.
pub fn add(conn: &mut Conn, caller: MemberId, details: &Details) -> Verb<i64, Refusal> {
    let workspace_id = caller.workspace_id;
    let member = lock_settings(conn, caller, Capability::ManageQuickReplies)?;
    is_free(conn, workspace_id, &details.name, None)?;
    let id = insert(conn, workspace_id, details, 0)?;
    offer(conn, workspace_id, id, &details.scope)?;
    let none = Change::default();
    record_setting(conn, workspace_id, Kind::QuickReplyAdded, &member, &details.name, none)?;
    Ok(id)
}

/// Writes a quick reply, past every rule.
pub(in crate::models) fn insert(
    conn: &mut Conn,
    workspace_id: i64,
    details: &Details,
    times_used: i64,
) -> QueryResult<i64> {
    diesel::insert_into(quick_replies::table)
        .values((
            quick_replies::workspace_id.eq(workspace_id),
            quick_replies::name.eq(&details.name),
            quick_replies::name_key.eq(name_key(&details.name)),
            quick_replies::body.eq(&details.body),
            quick_replies::scope.eq(details.scope.into_str()),
            quick_replies::times_used.eq(times_used),
            quick_replies::created_at.eq(Utc::now()),
        ))
        .returning(quick_replies::id)
        .get_result(conn)
}

/// A member changes a quick reply: what they changed of what their page showed. What was sent
/// with it stays as it was sent.
///
/// # Errors
/// As [`add`], and when there is no such quick reply here.
pub fn change(
    conn: &mut Conn,
    caller: MemberId,
    id: i64,
    (typed, seen): (&Details, Option<&Details>),
) -> Verb<(), Refusal> {
    let workspace_id = caller.workspace_id;
    let member = lock_settings(conn, caller, Capability::ManageQuickReplies)?;
    let before = there(conn, workspace_id, id)?.details();
    let details = seen.map_or_else(|| typed.clone(), |seen| typed.over(seen, &before));
    if details == before {
        return Ok(());
    }
    is_free(conn, workspace_id, &details.name, Some(id))?;
    diesel::update(
        quick_replies::table
            .filter(quick_replies::workspace_id.eq(workspace_id))
            .filter(quick_replies::id.eq(id)),
    )
    .set((
        quick_replies::name.eq(&details.name),
        quick_replies::name_key.eq(name_key(&details.name)),
        quick_replies::body.eq(&details.body),
        quick_replies::scope.eq(details.scope.into_str()),
    ))
    .execute(conn)?;
    diesel::delete(
        quick_reply_inboxes::table
            .filter(quick_reply_inboxes::workspace_id.eq(workspace_id))
            .filter(quick_reply_inboxes::quick_reply_id.eq(id)),
    )
    .execute(conn)?;
    offer(conn, workspace_id, id, &details.scope)?;
    let words = |of: &Details| format!("{}: {}", of.name, text::excerpt(&of.body, EXCERPT));
    let change = Change { from: &words(&before), to: &words(&details) };
    record_setting(conn, workspace_id, Kind::QuickReplyChanged, &member, &before.name, change)?;
    Ok(())
}

/// A member deletes a quick reply, and learns what it was named.
///
/// # Errors
/// As [`change`].
pub fn delete(conn: &mut Conn, caller: MemberId, id: i64) -> Verb<String, Refusal> {
    let workspace_id = caller.workspace_id;
    let member = lock_settings(conn, caller, Capability::ManageQuickReplies)?;
    let name = there(conn, workspace_id, id)?.name;
    diesel::delete(
        quick_replies::table
            .filter(quick_replies::workspace_id.eq(workspace_id))
            .filter(quick_replies::id.eq(id)),
    )
    .execute(conn)?;
    record_setting(conn, workspace_id, Kind::QuickReplyDeleted, &member, &name, Change::default())?;
    Ok(name)
}

fn there(conn: &mut Conn, workspace_id: i64, id: i64) -> Verb<QuickReply, Refusal> {
    find(conn, workspace_id, id)?.map_or_else(|| refuse(Refusal::NotFound), Ok)
}

/// Offers it in the chosen inboxes, which must all be there.
fn offer(conn: &mut Conn, workspace_id: i64, id: i64, scope: &Scope) -> Verb<(), Refusal> {
    let Scope::Some(chosen) = scope else { return Ok(()) };
    let mut there: Vec<i64> = inboxes::table
        .filter(inboxes::workspace_id.eq(workspace_id))
        .filter(inboxes::id.eq_any(chosen.clone()))
        .select(inboxes::id)
        .load(conn)?;
    there.sort_unstable();
    if there.is_empty() || chosen.iter().any(|id| !there.contains(id)) {
        return refuse(Refusal::NoSuchInbox);
    }
    for inbox_id in there {
        diesel::insert_into(quick_reply_inboxes::table)
            .values((
                quick_reply_inboxes::quick_reply_id.eq(id),
                quick_reply_inboxes::inbox_id.eq(inbox_id),
                quick_reply_inboxes::workspace_id.eq(workspace_id),
            ))
            .execute(conn)?;
    }
    Ok(())
}

names_stand_once!(quick_replies);
