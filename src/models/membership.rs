//! Members: users in a workspace, with a role each.

mod acting;

use diesel::dsl::auto_type;
use diesel::prelude::*;
use diesel::sql_types::Bool;

use super::activity::{By, Kind, record_member};
use super::audit::Change;
use super::ownership::UNASSIGNED;
use super::{invitation, sight};
use crate::db::dialect::{self, RowLock};
use crate::db::schema::{conversations, memberships, users, workspaces};
use crate::db::{Conn, Utc, Verb, allowed, refuse, typed, words};
use crate::policy::roles::{self, LastAdministrator};
use crate::policy::{Actor, Capability, Role, Status};

pub use acting::{ActingMember, Barred, MemberId, lock_acting};
pub(super) use acting::{lock_capable, lock_settings};

words!(Role);

/// An active member as the rules see them; `None` when the membership has ended.
///
/// # Errors
/// When the query fails.
pub fn actor(conn: &mut Conn, workspace_id: i64, id: i64) -> QueryResult<Option<Actor>> {
    memberships::table
        .inner_join(workspaces::table)
        .filter(memberships::workspace_id.eq(workspace_id))
        .filter(memberships::active_id.eq(id))
        .select(sight::actor())
        .first(conn)
        .optional()
}

/// One line of *Assign to* and *Reassign open conversations to*.
#[derive(Clone, Debug, Queryable)]
pub struct MemberName {
    pub membership_id: i64,
    pub name: String,
    pub user_id: i64,
    pub role: Role,
    /// The key of their picture.
    pub picture: Option<String>,
    /// Until when they are or were away.
    pub away_until: Option<Utc>,
    pub email: String,
    /// Their name alone does not say who is meant.
    pub is_ambiguous: bool,
}

/// The active members' names, in alphabetical order.
///
/// # Errors
/// When the query fails.
pub fn active_names(conn: &mut Conn, workspace_id: i64) -> QueryResult<Vec<MemberName>> {
    let query = memberships::table
        .inner_join(users::table)
        .filter(memberships::workspace_id.eq(workspace_id))
        .filter(memberships::ended_at.is_null())
        .order((users::name, memberships::id))
        .select((
            memberships::id,
            users::name,
            users::id,
            memberships::role,
            users::picture,
            memberships::away_until,
            users::email,
            false.into_sql::<Bool>(),
        ));
    let mut members: Vec<MemberName> = typed!(conn, |c| query.load(c))?;
    let is_shared = |name: &str| members.iter().filter(|other| other.name == name).count() > 1;
    let ambiguous: Vec<bool> =
        members.iter().map(|of| of.name == UNASSIGNED || is_shared(&of.name)).collect();
    for (member, is_ambiguous) in members.iter_mut().zip(ambiguous) {
        member.is_ambiguous = is_ambiguous;
    }
    Ok(members)
}

/// The name of a member, active or not; `None` when there is none of that id.
///
/// # Errors
/// When the query fails.
pub fn name_of(conn: &mut Conn, workspace_id: i64, id: i64) -> QueryResult<Option<String>> {
    memberships::table
        .inner_join(users::table)
        .filter(memberships::workspace_id.eq(workspace_id))
        .filter(memberships::id.eq(id))
        .select(users::name)
        .first(conn)
        .optional()
}

/// Adds a member. The caller holds the workspace's lock and has counted seats.
///
/// # Errors
/// When the query fails, e.g. because the user is a member already.
pub fn insert(conn: &mut Conn, workspace_id: i64, user_id: i64, role: Role) -> QueryResult<i64> {
    // The row's id is needed in the row: taken from the sequence in two steps,
    // since the CHECK on active_id holds at once.
    let now = Utc::now();
    let id: i64 = diesel::insert_into(memberships::table)
        .values((
            memberships::workspace_id.eq(workspace_id),
            memberships::user_id.eq(user_id),
            memberships::role.eq(role),
            memberships::ended_at.eq(Some(now)),
            memberships::created_at.eq(now),
        ))
        .returning(memberships::id)
        .get_result(conn)?;
    diesel::update(memberships::table.find(id))
        .set((memberships::ended_at.eq(None::<Utc>), memberships::active_id.eq(Some(id))))
        .execute(conn)?;
    Ok(id)
}

/// Why a change of the team did not happen.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error(transparent)]
    Barred(#[from] Barred),
    /// No such member was ever in this workspace.
    #[error("There is no such member.")]
    Unknown,
    /// The member left or was removed in the meantime.
    #[error("{0} is no longer a member.")]
    Gone(String),
    /// The one who should get the conversations cannot.
    #[error("Choose a member who is still active, or the queue.")]
    NoSuccessor,
    #[error(transparent)]
    LastAdministrator(#[from] LastAdministrator),
}

/// An active member, as Settings → Team lists them.
#[derive(Clone, Debug, Queryable)]
pub struct Member {
    pub membership_id: i64,
    pub user_id: i64,
    pub name: String,
    pub email: String,
    pub role: Role,
    pub last_seen_at: Option<Utc>,
    pub since: Utc,
    /// The key of their picture.
    pub picture: Option<String>,
    /// Until when they are or were away.
    pub away_until: Option<Utc>,
}

#[auto_type(no_type_alias)]
fn member_columns() -> _ {
    (
        memberships::id,
        users::id,
        users::name,
        users::email,
        memberships::role,
        memberships::last_seen_at,
        memberships::created_at,
        users::picture,
        memberships::away_until,
    )
}

/// The active members, in alphabetical order.
///
/// # Errors
/// When the query fails.
pub fn team(conn: &mut Conn, workspace_id: i64) -> QueryResult<Vec<Member>> {
    memberships::table
        .inner_join(users::table)
        .filter(memberships::workspace_id.eq(workspace_id))
        .filter(memberships::ended_at.is_null())
        .order((users::name, memberships::id))
        .select(member_columns())
        .load(conn)
}

/// An active member; `None` when the membership ended or belongs elsewhere.
///
/// # Errors
/// When the query fails.
pub fn find(conn: &mut Conn, workspace_id: i64, id: i64) -> QueryResult<Option<Member>> {
    memberships::table
        .inner_join(users::table)
        .filter(memberships::workspace_id.eq(workspace_id))
        .filter(memberships::id.eq(id))
        .filter(memberships::ended_at.is_null())
        .select(member_columns())
        .first(conn)
        .optional()
}

/// How many active Administrators a workspace has.
///
/// # Errors
/// When the query fails.
pub fn administrators(conn: &mut Conn, workspace_id: i64) -> QueryResult<i64> {
    memberships::table
        .filter(memberships::workspace_id.eq(workspace_id))
        .filter(memberships::ended_at.is_null())
        .filter(memberships::role.eq(Role::Administrator))
        .count()
        .get_result(conn)
}

/// The conversations a member owns that still need an owner.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Owned {
    pub open: i64,
    pub snoozed: i64,
}

/// Counts what a member owns.
///
/// # Errors
/// When a query fails.
pub fn owned(conn: &mut Conn, workspace_id: i64, id: i64) -> QueryResult<Owned> {
    let mut count = |status: Status| {
        conversations::table
            .filter(conversations::workspace_id.eq(workspace_id))
            .filter(conversations::assignee_id.eq(id))
            .filter(conversations::status.eq(status))
            .count()
            .get_result(conn)
    };
    Ok(Owned { open: count(Status::Open)?, snoozed: count(Status::Snoozed)? })
}

/// [`lock_settings`] for what everybody may do to their own membership, and whoever manages
/// the team to another's, such as to end it.
///
/// # Errors
/// [`Barred`], as [`lock_settings`].
pub(super) fn lock_over(
    conn: &mut Conn,
    caller: MemberId,
    target_id: i64,
) -> Verb<ActingMember, Refusal> {
    if caller.membership_id != target_id {
        return lock_settings(conn, caller, Capability::ManageTeam);
    }
    dialect::lock(conn, RowLock::Workspace(caller.workspace_id))?;
    match lock_acting(conn, caller)? {
        Some(acting) => Ok(acting),
        None => refuse(Barred::MembershipEnded.into()),
    }
}

/// Locks an active member who is about to change.
///
/// # Errors
/// [`Refusal::Unknown`] or [`Refusal::Gone`] when there is no such member.
pub(super) fn lock_changing(conn: &mut Conn, workspace_id: i64, id: i64) -> Verb<Member, Refusal> {
    dialect::lock(conn, RowLock::MembershipChanges(id))?;
    if let Some(member) = find(conn, workspace_id, id)? {
        return Ok(member);
    }
    match name_of(conn, workspace_id, id)? {
        Some(name) => refuse(Refusal::Gone(name)),
        None => refuse(Refusal::Unknown),
    }
}

/// What [`change_role`] did.
#[derive(Clone, Debug)]
pub struct RoleChanged {
    pub name: String,
    pub from: Role,
    pub to: Role,
    /// Invitations that they had sent and that were revoked, since they may send none now.
    pub revoked: usize,
}

/// Gives a member another role. It counts from their next request on.
///
/// # Errors
/// A [`Refusal`], e.g. for the last Administrator.
pub fn change_role(
    conn: &mut Conn,
    caller: MemberId,
    target_id: i64,
    to: Role,
) -> Verb<RoleChanged, Refusal> {
    let workspace_id = caller.workspace_id;
    let acting = lock_settings::<Refusal>(conn, caller, Capability::ManageTeam)?;
    let target = lock_changing(conn, workspace_id, target_id)?;
    let administrators = administrators(conn, workspace_id)?;
    allowed(roles::change_role(target.role, to, administrators).map_err(Refusal::from))?;
    let mut revoked = 0;
    if target.role != to {
        diesel::update(memberships::table.find(target_id))
            .set(memberships::role.eq(to))
            .execute(conn)?;
        let change = Change { from: target.role.name(), to: to.name() };
        let of = (target_id, &*target.name);
        record_member(conn, workspace_id, Kind::RoleChanged, &acting, of, change)?;
        if !to.may(Capability::ManageTeam) {
            let by = By::from(&acting);
            revoked = invitation::revoke_sent(conn, workspace_id, target_id, &by)?;
        }
    }
    Ok(RoleChanged { name: target.name, from: target.role, to, revoked })
}
