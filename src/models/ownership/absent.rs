//! What becomes of a conversation that needs its owner while they are away.

use diesel::prelude::*;

use super::pass;
use crate::db::{Conn, Utc};
use crate::models::activity::{By, Kind};
use crate::models::membership::MemberId;
use crate::models::{away, conversation};

/// Gives a conversation of the workspace back to the queue where its owner is away at
/// `now`, and tells them for when they are back; answers whether it did. The caller holds
/// the locks of both.
///
/// # Errors
/// When a query fails.
pub fn release_absent(
    conn: &mut Conn,
    (workspace_id, id): (i64, i64),
    owner: i64,
    now: Utc,
) -> QueryResult<bool> {
    if !away::is_away(conn, owner, now)? {
        return Ok(false);
    }
    match conversation::locked(conn, MemberId { workspace_id, membership_id: owner }, id)? {
        Some(locked) if locked.holding.owner == Some(owner) => {
            pass(conn, &By::named("Baton"), &locked, None, Kind::OwnerAway)
        }
        _ => Ok(false),
    }
}
