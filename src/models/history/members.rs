//! Members of a history.

use diesel::prelude::*;

use crate::db::schema::memberships;
use crate::db::{Conn, Utc};

/// Lets the members of a workspace have been there since before their history:
/// what came before a member joined is not unread to them.
///
/// # Errors
/// When the query fails.
pub fn date_members(
    conn: &mut Conn,
    workspace_id: i64,
    since: Utc,
    last_seen: Utc,
) -> QueryResult<()> {
    diesel::update(memberships::table.filter(memberships::workspace_id.eq(workspace_id)))
        .set((memberships::created_at.eq(since), memberships::last_seen_at.eq(Some(last_seen))))
        .execute(conn)
        .map(|_| ())
}
