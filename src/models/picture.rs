//! Pictures of people and logos of workspaces. Whatever was sent, what is kept and
//! shown is a small square PNG that Baton has drawn itself.

use diesel::prelude::*;

use super::membership::{MemberId, lock_settings};
use super::token;
use crate::db::dialect::{self, RowLock};
use crate::db::schema::{pictures, users, workspaces};
use crate::db::{Conn, Utc, Verb};
use crate::models::activity::{Kind, record_setting};
use crate::models::audit::Change;
use crate::models::workspace;
use crate::policy::Capability;

/// The picture of a key; `None` when there is none, or not any more.
///
/// # Errors
/// When the query fails.
pub fn find(conn: &mut Conn, key: &str) -> QueryResult<Option<Vec<u8>>> {
    // Anybody may ask for anything, and PostgreSQL refuses to look for a NUL.
    if !key.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_')) {
        return Ok(None);
    }
    pictures::table.find(key).select(pictures::png).first(conn).optional()
}

/// Gives a person another picture, or none.
///
/// # Errors
/// When a query fails.
pub fn set_portrait(conn: &mut Conn, user_id: i64, png: Option<&[u8]>) -> QueryResult<()> {
    // One at a time: of two at once, neither sees the picture of the other.
    dialect::lock(conn, RowLock::User(user_id))?;
    diesel::delete(pictures::table.filter(pictures::user_id.eq(user_id))).execute(conn)?;
    let key = png.map(|png| insert(conn, None, Some(user_id), png)).transpose()?;
    diesel::update(users::table.find(user_id)).set(users::picture.eq(key)).execute(conn)?;
    Ok(())
}

/// An Administrator gives the workspace another logo, or none.
///
/// # Errors
/// [`workspace::Refusal`] when they may not, or the query's failure.
pub fn set_logo(
    conn: &mut Conn,
    caller: MemberId,
    png: Option<&[u8]>,
) -> Verb<(), workspace::Refusal> {
    let workspace_id = caller.workspace_id;
    let acting = lock_settings(conn, caller, Capability::WorkspaceSettings)?;
    let gone = diesel::delete(pictures::table.filter(pictures::workspace_id.eq(workspace_id)))
        .execute(conn)?;
    let key = png.map(|png| insert(conn, Some(workspace_id), None, png)).transpose()?;
    diesel::update(workspaces::table.find(workspace_id))
        .set(workspaces::logo.eq(key))
        .execute(conn)?;
    let before = if gone > 0 { "a picture" } else { "none" };
    let after = if png.is_some() { "another picture" } else { "none" };
    if gone > 0 || png.is_some() {
        let change = Change { from: before, to: after };
        record_setting(conn, workspace_id, Kind::WorkspaceChanged, &acting, "Logo", change)?;
    }
    Ok(())
}

fn insert(
    conn: &mut Conn,
    workspace_id: Option<i64>,
    user_id: Option<i64>,
    png: &[u8],
) -> QueryResult<String> {
    let key = token::short_nonce();
    diesel::insert_into(pictures::table)
        .values((
            pictures::key.eq(&key),
            pictures::workspace_id.eq(workspace_id),
            pictures::user_id.eq(user_id),
            pictures::png.eq(png),
            pictures::created_at.eq(Utc::now()),
        ))
        .execute(conn)?;
    Ok(key)
}
