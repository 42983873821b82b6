//! The end of a workspace.

use diesel::prelude::*;

use super::{Refusal, find, lock_acting};
use crate::db::dialect::{self, Row};
use crate::db::schema::{conversations, memberships, users, workspaces};
use crate::db::{Conn, Verb, refuse};
use crate::models::removal;
use crate::policy::Capability;

/// How much there is in a workspace.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// Active members.
    pub members: i64,
    pub conversations: i64,
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
    Ok(Size { members, conversations })
}

/// An Administrator deletes the workspace and all that is in it, after typing
/// its name. A user who was a member of no other workspace goes with it.
///
/// # Errors
/// [`Refusal`] when they may not or typed another name, or the query's failure.
pub fn delete(
    conn: &mut Conn,
    workspace_id: i64,
    acting_id: i64,
    typed_name: &str,
) -> Verb<String, Refusal> {
    lock_acting(conn, workspace_id, acting_id, Capability::WorkspaceSettings)?;
    let Some(workspace) = find(conn, workspace_id)? else { return refuse(Refusal::Ended) };
    if typed_name.trim() != workspace.name {
        return refuse(Refusal::OtherName);
    }
    let members: Vec<i64> = memberships::table
        .filter(memberships::workspace_id.eq(workspace_id))
        .select(memberships::user_id)
        .distinct()
        .order(memberships::user_id)
        .load(conn)?;
    diesel::delete(workspaces::table.find(workspace_id)).execute(conn)?;
    for user_id in members {
        // Without the lock they might join elsewhere between these two queries.
        dialect::lock(conn, Row::User(user_id))?;
        removal::leave_sessions(conn, workspace_id, user_id)?;
        let is_known_elsewhere: bool = diesel::select(diesel::dsl::exists(
            memberships::table.filter(memberships::user_id.eq(user_id)),
        ))
        .get_result(conn)?;
        if !is_known_elsewhere {
            diesel::delete(users::table.find(user_id)).execute(conn)?;
        }
    }
    Ok(workspace.name)
}
