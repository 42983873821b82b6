//! Who of the team sees an inbox's queue. Administrators and Managers always do,
//! and whoever owns a conversation sees that one wherever it is.

use diesel::prelude::*;

use super::{Refusal, find};
use crate::db::dialect::{self, RowLock};
use crate::db::schema::{inbox_members, inboxes, memberships, users};
use crate::db::{Conn, Verb, refuse};
use crate::models::activity::{Kind, record_setting};
use crate::models::audit::Change;
use crate::models::membership::{MemberId, lock_settings};
use crate::policy::{Capability, Role};

/// Which Agents see the queue of an inbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SeenBy {
    Everybody,
    /// Those with these memberships; perhaps none.
    Chosen(Vec<i64>),
}

/// An Agent who is chosen for an inbox, or could be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    pub membership_id: i64,
    pub name: String,
    pub is_chosen: bool,
}

/// The workspace's Agents in alphabetical order, with whether each is chosen.
///
/// # Errors
/// When a query fails.
pub fn candidates(
    conn: &mut Conn,
    workspace_id: i64,
    inbox_id: i64,
) -> QueryResult<Vec<Candidate>> {
    let chosen = chosen(conn, workspace_id, inbox_id)?;
    let agents: Vec<(i64, String)> = memberships::table
        .inner_join(users::table)
        .filter(memberships::workspace_id.eq(workspace_id))
        .filter(memberships::ended_at.is_null())
        .filter(memberships::role.eq(Role::Agent))
        .order((users::name, memberships::id))
        .select((memberships::id, users::name))
        .load(conn)?;
    let candidate = |(membership_id, name)| {
        let is_chosen = chosen.contains(&membership_id);
        Candidate { membership_id, name, is_chosen }
    };
    Ok(agents.into_iter().map(candidate).collect())
}

/// The memberships that are chosen for an inbox.
///
/// # Errors
/// When the query fails.
pub fn chosen(conn: &mut Conn, workspace_id: i64, inbox_id: i64) -> QueryResult<Vec<i64>> {
    inbox_members::table
        .filter(inbox_members::workspace_id.eq(workspace_id))
        .filter(inbox_members::inbox_id.eq(inbox_id))
        .order(inbox_members::membership_id)
        .select(inbox_members::membership_id)
        .load(conn)
}

/// A member says who sees an inbox's queue. Whoever loses sight of it finishes or
/// loses what they have under way: a claim counts before this, or not at all.
/// Answers whether anything is different now.
///
/// # Errors
/// [`Refusal`] when the member may not, there is no such inbox, or somebody who is
/// chosen has left the team; or the query's failure.
pub fn set_seen_by(
    conn: &mut Conn,
    caller: MemberId,
    id: i64,
    seen_by: &SeenBy,
) -> Verb<bool, Refusal> {
    let workspace_id = caller.workspace_id;
    let member = lock_settings(conn, caller, Capability::ManageInboxes)?;
    let Some(inbox) = find(conn, workspace_id, id)? else { return refuse(Refusal::NotFound) };
    let before = candidates(conn, workspace_id, id)?;
    let chosen = lock_team(conn, workspace_id, &before, seen_by)?;

    let is_restricted = *seen_by != SeenBy::Everybody;
    diesel::update(inboxes::table.find(id))
        .set(inboxes::is_restricted.eq(is_restricted))
        .execute(conn)?;
    diesel::delete(
        inbox_members::table
            .filter(inbox_members::workspace_id.eq(workspace_id))
            .filter(inbox_members::inbox_id.eq(id)),
    )
    .execute(conn)?;
    for membership_id in chosen {
        diesel::insert_into(inbox_members::table)
            .values((
                inbox_members::inbox_id.eq(id),
                inbox_members::membership_id.eq(membership_id),
                inbox_members::workspace_id.eq(workspace_id),
            ))
            .execute(conn)?;
    }
    let after = candidates(conn, workspace_id, id)?;
    let is_new = inbox.is_restricted != is_restricted || before != after;
    if is_new {
        let (was, is) = (words(inbox.is_restricted, &before), words(is_restricted, &after));
        let change = Change { from: &was, to: &is };
        record_setting(conn, workspace_id, Kind::InboxSightChanged, &member, &inbox.name, change)?;
    }
    Ok(is_new)
}

/// Locks every Agent in one order: those who are chosen must stay, and those who are
/// not must have nothing under way. Answers the chosen ones, each once.
fn lock_team(
    conn: &mut Conn,
    workspace_id: i64,
    agents: &[Candidate],
    seen_by: &SeenBy,
) -> Verb<Vec<i64>, Refusal> {
    let SeenBy::Chosen(chosen) = seen_by else { return Ok(Vec::new()) };
    let mut all: Vec<i64> = agents.iter().map(|agent| agent.membership_id).collect();
    all.extend(chosen);
    all.sort_unstable();
    all.dedup();
    for membership_id in &all {
        let is_chosen = chosen.contains(membership_id);
        let row = if is_chosen { RowLock::MembershipStays } else { RowLock::MembershipChanges };
        dialect::lock(conn, row(*membership_id))?;
    }
    all.retain(|membership_id| chosen.contains(membership_id));
    let active: i64 = memberships::table
        .filter(memberships::workspace_id.eq(workspace_id))
        .filter(memberships::ended_at.is_null())
        .filter(memberships::id.eq_any(all.clone()))
        .count()
        .get_result(conn)?;
    if usize::try_from(active) != Ok(all.len()) {
        return refuse(Refusal::NoSuchMember);
    }
    Ok(all)
}

/// Who sees it, for the trail of changes.
fn words(is_restricted: bool, agents: &[Candidate]) -> String {
    if !is_restricted {
        return "everybody".to_owned();
    }
    let chosen = agents.iter().filter(|agent| agent.is_chosen);
    let names: Vec<&str> = chosen.map(|agent| agent.name.as_str()).collect();
    if names.is_empty() { "no Agent".to_owned() } else { names.join(", ") }
}

/// Takes a member who leaves out of every inbox they were chosen for.
///
/// # Errors
/// When the query fails.
pub fn forget_member(conn: &mut Conn, workspace_id: i64, membership_id: i64) -> QueryResult<()> {
    diesel::delete(
        inbox_members::table
            .filter(inbox_members::workspace_id.eq(workspace_id))
            .filter(inbox_members::membership_id.eq(membership_id)),
    )
    .execute(conn)
    .map(|_| ())
}
