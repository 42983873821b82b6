//! Who a session stands for: the user, and the member in the chosen workspace.

use diesel::prelude::*;

use super::user::Theme;
use crate::db::schema::{
    inboxes, live_counters, memberships, notifications, sessions, users, workspaces,
};
use crate::db::{Conn, Utc, capped, typed};
use crate::policy::{Actor, Role};

/// The user of a session, and their place in the workspace chosen in it.
#[derive(Clone, Debug)]
pub struct Standing {
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
#[derive(Clone, Debug)]
pub struct Member {
    pub membership_id: i64,
    pub role: Role,
    pub since: Utc,
    pub workspace_id: i64,
    pub workspace_name: String,
    pub time_zone: String,
    pub seen_at: Option<Utc>,
    /// Unread notifications, counted up to 100.
    pub unread: i64,
    /// Whether the user is a member of other workspaces too.
    pub has_others: bool,
    /// Whether the workspace has inboxes that only chosen members see.
    pub has_restricted_inboxes: bool,
    /// Whether the workspace lets Agents pass on what they own.
    pub agents_pass_on: bool,
    /// The key of the workspace's logo.
    pub logo: Option<String>,
    /// The workspace's newest event, before anything that a page shows was read.
    pub newest_event: i64,
}

/// A workspace of a user.
#[derive(Clone, Debug, Queryable)]
pub struct Place {
    pub workspace_id: i64,
    pub name: String,
    pub membership_id: i64,
    pub role: Role,
    /// The key of its logo.
    pub logo: Option<String>,
    agents_pass_on: bool,
    has_restricted_inboxes: bool,
}

impl Place {
    /// The user as the rules see them in this workspace.
    pub fn actor(&self, user_id: i64) -> Actor {
        Actor {
            membership_id: self.membership_id,
            user_id,
            role: self.role,
            has_restricted_inboxes: self.has_restricted_inboxes,
            agents_pass_on: self.agents_pass_on,
        }
    }
}

type UserRow =
    (i64, Utc, i64, String, String, Option<Utc>, (Option<String>, Option<String>, Theme, bool));
type MemberRow = (i64, i64, Role, Utc, Option<Utc>);
type WorkspaceRow = (i64, String, String, bool, Option<String>);

/// Reads who a session stands for now; `None` when the session is gone. A role
/// that was just changed and a membership that just ended are seen at once.
/// Every page asks this, so it is one query.
///
/// # Errors
/// When a query fails.
pub fn of_session(conn: &mut Conn, session_id: i64) -> QueryResult<Option<Standing>> {
    let elsewhere = diesel::alias!(memberships as elsewhere);
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
            (
                sessions::id,
                sessions::last_seen_at,
                users::id,
                users::name,
                users::email,
                users::email_verified_at,
                (users::picture, users::time_zone, users::theme, users::shortcuts),
            ),
            (
                memberships::id,
                memberships::workspace_id,
                memberships::role,
                memberships::created_at,
                memberships::last_seen_at,
            )
                .nullable(),
            (
                workspaces::id,
                workspaces::name,
                workspaces::time_zone,
                workspaces::agents_pass_on,
                workspaces::logo,
            )
                .nullable(),
            capped(
                notifications::table
                    .filter(notifications::membership_id.eq(memberships::id))
                    .filter(notifications::in_page)
                    .filter(notifications::read_at.is_null())
                    .select(notifications::id),
            ),
            diesel::dsl::exists(
                elsewhere
                    .filter(elsewhere.field(memberships::user_id).eq(sessions::user_id))
                    .filter(elsewhere.field(memberships::ended_at).is_null())
                    .filter(
                        elsewhere
                            .field(memberships::workspace_id)
                            .nullable()
                            .ne(sessions::workspace_id),
                    ),
            ),
            diesel::dsl::exists(
                inboxes::table
                    .filter(inboxes::workspace_id.eq(memberships::workspace_id))
                    .filter(inboxes::is_restricted),
            ),
            live_counters::table
                .filter(live_counters::workspace_id.nullable().eq(sessions::workspace_id))
                .select(live_counters::number)
                .single_value(),
        ));
    type Row = (UserRow, Option<MemberRow>, Option<WorkspaceRow>, i64, bool, bool, Option<i64>);
    let row: Option<Row> = typed!(conn, |c| query.first(c)).optional()?;
    let Some((user, membership, workspace, unread, has_others, has_restricted_inboxes, newest)) =
        row
    else {
        return Ok(None);
    };
    let (session_id, session_seen_at, user_id, user_name, email, verified_at, own) = user;
    let (picture, own_zone, theme, shortcuts) = own;
    let member = match (membership, workspace) {
        (Some((membership_id, workspace_id, role, since, seen_at)), Some(workspace)) => {
            let (_, name, time_zone, agents_pass_on, logo) = workspace;
            Some(Member {
                membership_id,
                role,
                since,
                seen_at,
                workspace_id,
                workspace_name: name,
                time_zone,
                unread,
                has_others,
                has_restricted_inboxes,
                agents_pass_on,
                logo,
                newest_event: newest.unwrap_or_default(),
            })
        }
        _ => None,
    };
    Ok(Some(Standing {
        session_id,
        session_seen_at,
        user_id,
        user_name,
        email,
        is_verified: verified_at.is_some(),
        picture,
        time_zone: own_zone,
        theme,
        shortcuts,
        member,
    }))
}

/// The workspaces in which a user is an active member, by name.
///
/// # Errors
/// When the query fails.
pub fn places_of(conn: &mut Conn, user_id: i64) -> QueryResult<Vec<Place>> {
    memberships::table
        .inner_join(workspaces::table)
        .filter(memberships::user_id.eq(user_id))
        .filter(memberships::ended_at.is_null())
        .order((workspaces::name, workspaces::id))
        .select((
            workspaces::id,
            workspaces::name,
            memberships::id,
            memberships::role,
            workspaces::logo,
            workspaces::agents_pass_on,
            diesel::dsl::exists(
                inboxes::table
                    .filter(inboxes::workspace_id.eq(workspaces::id))
                    .filter(inboxes::is_restricted),
            ),
        ))
        .load(conn)
}
