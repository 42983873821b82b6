//! Who a session stands for: the user, and the member in the chosen workspace.

use diesel::prelude::*;

use super::sight;
use super::user::Theme;
use crate::db::schema::{live_counters, memberships, notifications, sessions, users, workspaces};
use crate::db::{Conn, Utc, capped, typed};
use crate::policy::Actor;

/// The user of a session, and the member they are in the workspace chosen in it.
#[derive(Clone, Debug, Queryable)]
pub struct Identity {
    pub session_id: i64,
    pub session_seen_at: Utc,
    pub user_id: i64,
    pub user_name: String,
    pub email: String,
    pub is_verified: bool,
    /// The key of their picture.
    pub picture: Option<String>,
    /// Their own time zone by its IANA name; none: that of the workspace.
    pub time_zone: Option<String>,
    pub theme: Theme,
    /// Whether single keys do something.
    pub shortcuts: bool,
    /// `None` when no workspace is chosen, or the membership in it has ended.
    pub member: Option<Member>,
}

/// An active member, as of this request.
#[derive(Clone, Debug, Queryable)]
pub struct Member {
    /// The user as the rules see them in this workspace.
    pub actor: Actor,
    pub since: Utc,
    pub workspace_id: i64,
    pub workspace_name: String,
    pub time_zone: String,
    pub seen_at: Option<Utc>,
    /// Unread notifications, counted up to 100.
    pub unread: i64,
    /// Whether the user is a member of other workspaces too.
    pub has_others: bool,
    /// The key of the workspace's logo.
    pub logo: Option<String>,
    /// The workspace's newest event, before anything that a page shows was read; `None`
    /// where nothing has happened in it.
    pub newest_event: Option<i64>,
}

/// A workspace in which a user is a member.
#[derive(Clone, Debug, Queryable)]
pub struct JoinedWorkspace {
    pub id: i64,
    pub name: String,
    /// The key of its logo.
    pub logo: Option<String>,
    /// The user as the rules see them in this workspace.
    pub actor: Actor,
}

/// Reads who a session stands for now; `None` when the session is gone. A role
/// that was just changed and a membership that just ended are seen at once.
/// Every page asks this, so it is one query.
///
/// # Errors
/// When a query fails.
pub fn of_session(conn: &mut Conn, session_id: i64) -> QueryResult<Option<Identity>> {
    let elsewhere = diesel::alias!(memberships as elsewhere);
    let unread = notifications::table
        .filter(notifications::membership_id.eq(memberships::id))
        .filter(notifications::in_page)
        .filter(notifications::read_at.is_null())
        .select(notifications::id);
    let others = elsewhere
        .filter(elsewhere.field(memberships::user_id).eq(sessions::user_id))
        .filter(elsewhere.field(memberships::ended_at).is_null())
        .filter(elsewhere.field(memberships::workspace_id).nullable().ne(sessions::workspace_id));
    let newest = live_counters::table
        .filter(live_counters::workspace_id.nullable().eq(sessions::workspace_id))
        .select(live_counters::number);
    let member = (
        sight::actor(),
        memberships::created_at,
        workspaces::id,
        workspaces::name,
        workspaces::time_zone,
        memberships::last_seen_at,
        capped(unread),
        diesel::dsl::exists(others),
        workspaces::logo,
        newest.single_value(),
    );
    let query = sessions::table
        .inner_join(users::table)
        .left_join(
            memberships::table.on(memberships::user_id
                .eq(sessions::user_id)
                .and(memberships::workspace_id.nullable().eq(sessions::workspace_id))
                .and(memberships::ended_at.is_null())),
        )
        .left_join(workspaces::table.on(workspaces::id.nullable().eq(sessions::workspace_id)))
        .filter(sessions::id.eq(session_id))
        .filter(sessions::expires_at.gt(Utc::now()))
        .select((
            sessions::id,
            sessions::last_seen_at,
            users::id,
            users::name,
            users::email,
            users::email_verified_at.is_not_null(),
            users::picture,
            users::time_zone,
            users::theme,
            users::shortcuts,
            member.nullable(),
        ));
    typed!(conn, |c| query.first(c)).optional()
}

/// The workspaces in which a user is an active member, by name.
///
/// # Errors
/// When the query fails.
pub fn workspaces_of(conn: &mut Conn, user_id: i64) -> QueryResult<Vec<JoinedWorkspace>> {
    memberships::table
        .inner_join(workspaces::table)
        .filter(memberships::user_id.eq(user_id))
        .filter(memberships::ended_at.is_null())
        .order((workspaces::name, workspaces::id))
        .select((workspaces::id, workspaces::name, workspaces::logo, sight::actor()))
        .load(conn)
}
