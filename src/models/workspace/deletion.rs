//! The end of a workspace.

use diesel::prelude::*;

use super::{Refusal, find};
use crate::db::dialect::{self, RowLock};
use crate::db::schema::{
    audit_entries, contact_imports, contacts, conversations, deliveries, inbox_members, inboxes,
    invitations, mailboxes, memberships, users, workspaces,
};
use crate::db::{Conn, Utc, Verb, refuse};
use crate::models::housekeeping::{AT_ONCE, delete_some};
use crate::models::membership::{Barred, MemberId, lock_settings};
use crate::models::removal;
use crate::policy::Capability;

/// Conversations, and contacts, that go in one transaction.
const BATCH: u8 = 200;

/// How much there is in a workspace.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// Active members.
    pub members: i64,
    pub conversations: i64,
    /// Users who were in no other workspace, ever: they go with it.
    pub users: i64,
}

/// Counts what would go with the workspace.
///
/// # Errors
/// When a query fails.
pub fn size(conn: &mut Conn, workspace_id: i64) -> QueryResult<Size> {
    let members = memberships::table
        .filter(memberships::workspace_id.eq(workspace_id))
        .filter(memberships::ended_at.is_null())
        .count()
        .get_result(conn)?;
    let conversations = conversations::table
        .filter(conversations::workspace_id.eq(workspace_id))
        .count()
        .get_result(conn)?;
    let elsewhere = diesel::alias!(memberships as elsewhere);
    let others = elsewhere
        .filter(elsewhere.field(memberships::user_id).eq(memberships::user_id))
        .filter(elsewhere.field(memberships::workspace_id).ne(workspace_id));
    let users = memberships::table
        .filter(memberships::workspace_id.eq(workspace_id))
        .filter(diesel::dsl::not(diesel::dsl::exists(others)))
        .select(diesel::dsl::count(memberships::user_id).aggregate_distinct())
        .get_result(conn)?;
    Ok(Size { members, conversations, users })
}

/// An Administrator deletes the workspace and all that is in it, after typing
/// its name. A user who was a member of no other workspace goes with it. In this
/// transaction everybody loses it, and what is small goes at once; the rest of a large
/// one is for [`erase_next`], since nobody could write anywhere else meanwhile.
///
/// # Errors
/// [`Refusal`] when they may not or typed another name, or the query's failure.
pub fn delete(conn: &mut Conn, caller: MemberId, typed_name: &str) -> Verb<String, Refusal> {
    let workspace_id = caller.workspace_id;
    lock_settings(conn, caller, Capability::WorkspaceSettings)?;
    let Some(workspace) = find(conn, workspace_id)? else {
        return refuse(Barred::MembershipEnded.into());
    };
    if typed_name.trim() != workspace.name {
        return refuse(Refusal::OtherName);
    }
    close(conn, workspace_id)?;
    erase(conn, workspace_id)?;
    Ok(workspace.name)
}

/// Ends every way into a workspace and out of it: memberships, invitations, chats,
/// mailboxes, and the mails that still wait to leave.
fn close(conn: &mut Conn, workspace_id: i64) -> QueryResult<()> {
    let now = Utc::now();
    let members: Vec<(i64, i64)> = memberships::table
        .filter(memberships::workspace_id.eq(workspace_id))
        .filter(memberships::ended_at.is_null())
        .order(memberships::id)
        .select((memberships::id, memberships::user_id))
        .load(conn)?;
    for (membership_id, _) in &members {
        dialect::lock(conn, RowLock::MembershipChanges(*membership_id))?;
    }
    let mut users: Vec<i64> = members.into_iter().map(|(_, user_id)| user_id).collect();
    users.sort_unstable();
    for user_id in &users {
        dialect::lock(conn, RowLock::User(*user_id))?;
    }
    let owned = conversations::table
        .filter(conversations::workspace_id.eq(workspace_id))
        .filter(conversations::assignee_id.is_not_null());
    diesel::update(owned)
        .set((
            conversations::assignee_id.eq(None::<i64>),
            conversations::owned_since.eq(None::<Utc>),
        ))
        .execute(conn)?;
    diesel::delete(inbox_members::table.filter(inbox_members::workspace_id.eq(workspace_id)))
        .execute(conn)?;
    let active = memberships::table
        .filter(memberships::workspace_id.eq(workspace_id))
        .filter(memberships::ended_at.is_null());
    diesel::update(active)
        .set((memberships::ended_at.eq(Some(now)), memberships::active_id.eq(None::<i64>)))
        .execute(conn)?;
    diesel::delete(invitations::table.filter(invitations::workspace_id.eq(workspace_id)))
        .execute(conn)?;
    diesel::delete(mailboxes::table.filter(mailboxes::workspace_id.eq(workspace_id)))
        .execute(conn)?;
    diesel::delete(contact_imports::table.filter(contact_imports::workspace_id.eq(workspace_id)))
        .execute(conn)?;
    diesel::delete(
        deliveries::table
            .filter(deliveries::workspace_id.eq(workspace_id))
            .filter(deliveries::sent_at.is_null()),
    )
    .execute(conn)?;
    diesel::update(inboxes::table.filter(inboxes::workspace_id.eq(workspace_id)))
        .set(inboxes::archived_at.eq(Some(now)))
        .execute(conn)?;
    for user_id in users {
        removal::leave_sessions(conn, workspace_id, user_id)?;
    }
    diesel::update(workspaces::table.find(workspace_id))
        .set(workspaces::deleted_at.eq(Some(now)))
        .execute(conn)?;
    Ok(())
}

/// Whether there is a workspace for [`erase_next`].
///
/// # Errors
/// When the query fails.
pub fn is_any_to_erase(conn: &mut Conn) -> QueryResult<bool> {
    let deleted = workspaces::table.filter(workspaces::deleted_at.is_not_null());
    diesel::select(diesel::dsl::exists(deleted.select(workspaces::id))).get_result(conn)
}

/// Erases a little more of a workspace that was deleted: so little that nobody who
/// writes waits for long. Answers its id when that was the last of it.
///
/// # Errors
/// When a query fails.
pub fn erase_next(conn: &mut Conn) -> QueryResult<Option<i64>> {
    let deleted: Option<i64> = workspaces::table
        .filter(workspaces::deleted_at.is_not_null())
        .order(workspaces::id)
        .select(workspaces::id)
        .first(conn)
        .optional()?;
    let Some(workspace_id) = deleted else { return Ok(None) };
    // Another node may be at it.
    dialect::lock(conn, RowLock::Workspace(workspace_id))?;
    Ok(erase(conn, workspace_id)?.then_some(workspace_id))
}

/// Deletes the next [`BATCH`] conversations, then as many contacts, then some of what else
/// grows for as long as there is a workspace, then the rest with the workspace itself and the
/// users who are known nowhere else. Answers whether that was all.
fn erase(conn: &mut Conn, workspace_id: i64) -> QueryResult<bool> {
    let next: Vec<i64> = conversations::table
        .filter(conversations::workspace_id.eq(workspace_id))
        .select(conversations::id)
        .limit(BATCH.into())
        .load(conn)?;
    let is_last = next.len() < usize::from(BATCH);
    diesel::delete(conversations::table.filter(conversations::id.eq_any(next))).execute(conn)?;
    if !is_last {
        return Ok(false);
    }
    let next: Vec<i64> = contacts::table
        .filter(contacts::workspace_id.eq(workspace_id))
        .select(contacts::id)
        .limit(BATCH.into())
        .load(conn)?;
    let is_last = next.len() < usize::from(BATCH);
    diesel::delete(contacts::table.filter(contacts::id.eq_any(next))).execute(conn)?;
    if !is_last {
        return Ok(false);
    }
    let entries =
        delete_some!(conn, audit_entries::id, audit_entries::workspace_id.eq(workspace_id))?;
    let sent = delete_some!(conn, deliveries::id, deliveries::workspace_id.eq(workspace_id))?;
    if [entries, sent].iter().any(|count| i64::try_from(*count) == Ok(AT_ONCE)) {
        return Ok(false);
    }
    let users: Vec<i64> = memberships::table
        .filter(memberships::workspace_id.eq(workspace_id))
        .select(memberships::user_id)
        .distinct()
        .order(memberships::user_id)
        .load(conn)?;
    diesel::delete(workspaces::table.find(workspace_id)).execute(conn)?;
    for user_id in users {
        // Without the lock they might join elsewhere between these two queries.
        dialect::lock(conn, RowLock::User(user_id))?;
        let is_known_elsewhere: bool = diesel::select(diesel::dsl::exists(
            memberships::table.filter(memberships::user_id.eq(user_id)),
        ))
        .get_result(conn)?;
        if !is_known_elsewhere {
            diesel::delete(users::table.find(user_id)).execute(conn)?;
        }
    }
    Ok(true)
}
