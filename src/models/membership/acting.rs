//! The beginning of every verb: the member who acts, under a lock.

use diesel::prelude::*;

use crate::db::dialect::{self, RowLock};
use crate::db::schema::{memberships, users, workspaces};
use crate::db::{Conn, Verb, refuse};
use crate::models::sight;
use crate::policy::{Actor, Capability};

/// A member of a workspace, by both ids: the membership's alone would do, but what a request
/// names is looked for in one workspace only. One value, so that the two cannot change places.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MemberId {
    pub workspace_id: i64,
    pub membership_id: i64,
}

impl MemberId {
    /// Another membership, looked for in the same workspace.
    pub fn colleague(self, membership_id: i64) -> Self {
        Self { membership_id, ..self }
    }
}

/// A member who acts, read under a lock: neither the membership nor the role
/// can change before the transaction ends.
#[derive(Clone, Debug)]
pub struct ActingMember {
    pub actor: Actor,
    pub name: String,
    /// The name customers see.
    pub public_name: String,
}

impl ActingMember {
    /// The member's ids, in the workspace that they were read in.
    pub fn id(&self, workspace_id: i64) -> MemberId {
        MemberId { workspace_id, membership_id: self.actor.membership_id }
    }
}

/// Reads an active member under a lock that keeps the membership from ending or
/// changing; `None` when it has ended or belongs elsewhere. Every verb of a
/// member begins with this, so that a write in flight dies with the membership.
///
/// # Errors
/// When the query fails.
pub fn lock_acting(conn: &mut Conn, caller: MemberId) -> QueryResult<Option<ActingMember>> {
    let MemberId { workspace_id, membership_id } = caller;
    dialect::lock(conn, RowLock::MembershipStays(membership_id))?;
    type Found = (Actor, String, Option<String>);
    let found: Option<Found> = memberships::table
        .inner_join(users::table)
        .inner_join(workspaces::table)
        .filter(memberships::id.eq(membership_id))
        .filter(memberships::workspace_id.eq(workspace_id))
        .filter(memberships::ended_at.is_null())
        .select((sight::actor(), users::name, users::public_name))
        .first(conn)
        .optional()?;
    Ok(found.map(|(actor, name, public_name)| ActingMember {
        actor,
        public_name: public_name.unwrap_or_else(|| name.clone()),
        name,
    }))
}

/// Why a member may not change a thing, whatever it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Barred {
    #[error("Your membership of this workspace has ended.")]
    MembershipEnded,
    #[error("This is not for your role.")]
    NotAllowed,
}

/// [`lock_acting`] for what a role alone decides.
///
/// # Errors
/// [`Barred`], or the query's failure.
pub(in crate::models) fn lock_capable<R: From<Barred>>(
    conn: &mut Conn,
    caller: MemberId,
    needed: Capability,
) -> Verb<ActingMember, R> {
    match lock_acting(conn, caller)? {
        None => refuse(Barred::MembershipEnded.into()),
        Some(member) if member.actor.role.may(needed) => Ok(member),
        Some(_) => refuse(Barred::NotAllowed.into()),
    }
}

/// The same for what a workspace has once, its settings, team or labels: they change
/// one at a time, by the workspace's lock, so that what is free stays free.
///
/// # Errors
/// As [`lock_capable`].
pub(in crate::models) fn lock_settings<R: From<Barred>>(
    conn: &mut Conn,
    caller: MemberId,
    needed: Capability,
) -> Verb<ActingMember, R> {
    dialect::lock(conn, RowLock::Workspace(caller.workspace_id))?;
    lock_capable(conn, caller, needed)
}
