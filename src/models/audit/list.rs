//! The log as it is read: filtered, in keyset pages, the newest first.

use diesel::prelude::*;

use super::Topic;
use crate::db::schema::{audit_entries, memberships, users};
use crate::db::{Conn, Utc};
use crate::models::activity::Kind;
use crate::models::conversation_list::Cursor;

/// Which entries are asked for.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter {
    /// The membership of whoever did it.
    pub member_id: Option<i64>,
    pub topic: Option<Topic>,
    pub from: Option<Utc>,
    /// The first moment that is too late.
    pub until: Option<Utc>,
}

/// An entry as it is read back.
#[derive(Clone, Debug, Queryable)]
pub struct Entry {
    pub id: i64,
    pub conversation_id: Option<i64>,
    pub topic: String,
    kind: String,
    pub actor_name: String,
    /// What was changed, by its name.
    pub about: String,
    pub old_value: String,
    pub new_value: String,
    /// A client's address, or words; empty for what happened before it was noted.
    pub origin: String,
    pub created_at: Utc,
}

impl Entry {
    /// What was done. A kind that only a newer Baton knows is told by its word.
    pub fn title(&self) -> &str {
        self.kind.parse().ok().and_then(Kind::audited).map_or(&self.kind, |known| known.title)
    }

    /// Where the next page starts, if this entry is the last of its page.
    pub fn cursor(&self) -> Cursor {
        Cursor { at: self.created_at, id: self.id }
    }
}

/// Somebody who may have done something.
#[derive(Clone, Debug, Queryable)]
pub struct Actor {
    pub membership_id: i64,
    pub name: String,
    pub ended_at: Option<Utc>,
}

/// Everybody who is or was a member, by name.
///
/// # Errors
/// When the query fails.
pub fn actors(conn: &mut Conn, workspace_id: i64) -> QueryResult<Vec<Actor>> {
    memberships::table
        .inner_join(users::table)
        .filter(memberships::workspace_id.eq(workspace_id))
        .order((users::name, memberships::id))
        .select((memberships::id, users::name, memberships::ended_at))
        .load(conn)
}

/// `limit` entries before `before` (all when `None`), the newest first.
///
/// # Errors
/// When the query fails.
pub fn page(
    conn: &mut Conn,
    workspace_id: i64,
    filter: Filter,
    before: Option<Cursor>,
    limit: i64,
) -> QueryResult<Vec<Entry>> {
    use audit_entries::{created_at, id};
    let mut query = audit_entries::table
        .filter(audit_entries::workspace_id.eq(workspace_id))
        .order((created_at.desc(), id.desc()))
        .limit(limit)
        .select((
            id,
            audit_entries::conversation_id,
            audit_entries::topic,
            audit_entries::kind,
            audit_entries::actor_name,
            audit_entries::about,
            audit_entries::old_value,
            audit_entries::new_value,
            audit_entries::origin,
            created_at,
        ))
        .into_boxed();
    if let Some(member_id) = filter.member_id {
        query = query.filter(audit_entries::actor_id.eq(member_id));
    }
    if let Some(topic) = filter.topic {
        query = query.filter(audit_entries::topic.eq(topic));
    }
    if let Some(from) = filter.from {
        query = query.filter(created_at.ge(from));
    }
    if let Some(until) = filter.until {
        query = query.filter(created_at.lt(until));
    }
    if let Some(Cursor { at, id: last }) = before {
        // The first condition alone is what an index begins at.
        query = query.filter(created_at.le(at)).filter(created_at.lt(at).or(id.lt(last)));
    }
    query.load(conn)
}
