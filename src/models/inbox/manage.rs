//! What Managers do with inboxes: add and change them.

use diesel::prelude::*;

use super::{Details, Refusal, find, insert};
use crate::db::dialect::{self, Row};
use crate::db::schema::inboxes;
use crate::db::{Conn, Verb, refuse};
use crate::models::activity;
use crate::models::audit::Change;
use crate::models::membership::{self, ActingMember};
use crate::policy::Capability;

/// A member adds a web chat.
///
/// # Errors
/// [`Refusal`] when the member may not, or the query's failure.
pub fn add(
    conn: &mut Conn,
    workspace_id: i64,
    membership_id: i64,
    details: &Details,
) -> Verb<i64, Refusal> {
    let member = lock_manager(conn, workspace_id, membership_id)?;
    let Details { name, greeting, sites } = details;
    let id = insert(conn, workspace_id, name, greeting, &sites.0)?;
    let change = Change::default();
    record(conn, workspace_id, activity::Kind::InboxAdded, &member, name, change)?;
    Ok(id)
}

/// A member changes an inbox's name, greeting and allowed sites.
///
/// # Errors
/// [`Refusal`] when the member may not or there is no such inbox here, or the
/// query's failure.
pub fn change(
    conn: &mut Conn,
    workspace_id: i64,
    membership_id: i64,
    id: i64,
    details: &Details,
) -> Verb<(), Refusal> {
    let member = lock_manager(conn, workspace_id, membership_id)?;
    let Some(before) = find(conn, workspace_id, id)? else { return refuse(Refusal::NotFound) };
    let Details { name, greeting, sites } = details;
    diesel::update(inboxes::table.find(id))
        .set((
            inboxes::name.eq(name),
            inboxes::greeting.eq(greeting),
            inboxes::allowed_sites.eq(&sites.0),
        ))
        .execute(conn)?;
    for (what, from, to) in [
        ("name", &before.name, name),
        ("greeting", &before.greeting, greeting),
        ("allowed sites", &before.allowed_sites, &sites.0),
    ] {
        if from != to {
            let about = format!("{name}: {what}");
            let kind = activity::Kind::InboxChanged;
            record(conn, workspace_id, kind, &member, &about, Change { from, to })?;
        }
    }
    Ok(())
}

/// Managers change inboxes one at a time, by the workspace's lock.
pub(super) fn lock_manager(
    conn: &mut Conn,
    workspace_id: i64,
    membership_id: i64,
) -> Verb<ActingMember, Refusal> {
    dialect::lock(conn, Row::Workspace(workspace_id))?;
    match membership::lock_acting(conn, workspace_id, membership_id)? {
        None => refuse(Refusal::MembershipEnded),
        Some(member) if member.actor.role.may(Capability::ManageInboxes) => Ok(member),
        Some(_) => refuse(Refusal::NotAllowed),
    }
}

/// Writes a line of the trail of changes.
pub(super) fn record(
    conn: &mut Conn,
    workspace_id: i64,
    kind: activity::Kind,
    member: &ActingMember,
    detail: &str,
    change: Change<'_>,
) -> QueryResult<()> {
    activity::record_change(
        conn,
        &activity::Line {
            workspace_id,
            conversation_id: None,
            kind,
            by: &member.into(),
            subject: None,
            detail,
        },
        change,
    )
}
