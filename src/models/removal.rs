//! The end of a membership, and what becomes of what its member held.
//!
//! All of it is one transaction: nobody sees a conversation whose owner is gone,
//! and nothing the member had in flight is written after it.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Nullable, Text, Timestamp};

use super::activity::{self, By, Kind, Line, record_member};
use super::audit::Change;
use super::membership::{self, Barred, Member, MemberId, Refusal};
use super::notification::Notice;
use super::ownership::UNASSIGNED;
use super::{draft, inbox, invitation, notification, push, session};
use crate::db::dialect::{self, RowLock};
use crate::db::schema::{conversations, memberships, sessions};
use crate::db::{Conn, Utc, Verb, allowed, refuse};
use crate::policy::{Status, roles};

/// What the one who ends a membership decides about its remains.
#[derive(Clone, Copy, Debug, Default)]
pub struct Remains {
    /// Who gets the open and snoozed conversations; the queue when `None`.
    pub successor_id: Option<i64>,
    /// Keep the invitations that the member sent and that are still pending.
    pub keep_invitations: bool,
}

/// What [`end`] did.
#[derive(Clone, Debug)]
pub struct Ended {
    pub name: String,
    /// Open and snoozed conversations that changed hands.
    pub moved: usize,
    /// Who got them; the queue when `None`.
    pub successor: Option<String>,
    /// Invitations that they had sent and that were revoked with the membership.
    pub revoked: usize,
    /// The user is a member of no other workspace, so every session is gone.
    pub was_last_workspace: bool,
}

/// Ends a membership: another's (*Remove*), or one's own (*Leave workspace*).
///
/// # Errors
/// A [`Refusal`], e.g. for the last Administrator.
pub fn end(
    conn: &mut Conn,
    caller: MemberId,
    target_id: i64,
    remains: Remains,
) -> Verb<Ended, Refusal> {
    let workspace_id = caller.workspace_id;
    let is_self = caller.membership_id == target_id;
    let acting = membership::lock_over(conn, caller, target_id)?;
    if remains.successor_id.is_some() && !acting.actor.may_pass_on() {
        return refuse(Barred::NotAllowed.into());
    }
    let leaving = membership::lock_changing(conn, workspace_id, target_id)?;
    let administrators = membership::administrators(conn, workspace_id)?;
    allowed(roles::end_membership(leaving.role, administrators).map_err(Refusal::from))?;
    let successor = match remains.successor_id {
        None => None,
        Some(id) => Some(lock_successor(conn, workspace_id, id, target_id)?),
    };
    // The same user may be leaving another workspace, or joining one.
    dialect::lock(conn, RowLock::User(leaving.user_id))?;

    let by = By::from(&acting);
    let moved = hand_over(conn, workspace_id, &leaving, successor.as_ref(), &by)?;
    inbox::forget_member(conn, workspace_id, target_id)?;
    draft::forget_member(conn, target_id)?;
    diesel::update(memberships::table.find(target_id))
        .set((memberships::ended_at.eq(Some(Utc::now())), memberships::active_id.eq(None::<i64>)))
        .execute(conn)?;
    let revoked = if remains.keep_invitations {
        0
    } else {
        invitation::revoke_sent(conn, workspace_id, target_id, &by)?
    };
    let was_last_workspace = leave_sessions(conn, workspace_id, leaving.user_id)?;
    let kind = if is_self { Kind::MemberLeft } else { Kind::MemberRemoved };
    let left = (target_id, &*leaving.name);
    record_member(conn, workspace_id, kind, by, left, Change::default())?;
    let successor = successor.map(|(_, name)| name);
    Ok(Ended { name: leaving.name, moved, successor, revoked, was_last_workspace })
}

/// An heir: membership and name.
type Successor = (i64, String);

fn lock_successor(
    conn: &mut Conn,
    workspace_id: i64,
    id: i64,
    leaving_id: i64,
) -> Verb<Successor, Refusal> {
    if id == leaving_id {
        return refuse(Refusal::NoSuccessor);
    }
    match membership::lock_acting(conn, MemberId { workspace_id, membership_id: id })? {
        Some(heir) => Ok((id, heir.name)),
        None => refuse(Refusal::NoSuccessor),
    }
}

/// Moves everything that the leaving member owns, in a few statements whatever
/// the number: open and snoozed conversations to the successor or the queue, and
/// resolved ones to nobody, remembering whose they were. Answers how many of the
/// first kind there were.
fn hand_over(
    conn: &mut Conn,
    workspace_id: i64,
    leaving: &Member,
    successor: Option<&Successor>,
    by: &By,
) -> QueryResult<usize> {
    let theirs = conversations::table
        .filter(conversations::workspace_id.eq(workspace_id))
        .filter(conversations::assignee_id.eq(leaving.membership_id));
    // This takes the rows' locks, so that all that follows sees the same ones:
    // none can be added, since that needs the membership, and none moved away.
    diesel::update(theirs)
        .set(conversations::ownership_version.eq(conversations::ownership_version + 1))
        .execute(conn)?;

    let resolved = Status::Resolved.into_str();
    let now = Utc::now();
    let left = (leaving.membership_id, leaving.name.as_str());
    if let Some((heir_id, heir_name)) = successor {
        let heir = (*heir_id, heir_name.as_str());
        record_each(conn, workspace_id, leaving, Which::Unresolved, Kind::Assigned, by, heir)?;
        if by.id != Some(*heir_id) {
            notify_of_each(conn, workspace_id, left.0, *heir_id, by, now)?;
        }
        record_each(conn, workspace_id, leaving, Which::Resolved, Kind::OwnerLeft, by, left)?;
    } else {
        record_each(conn, workspace_id, leaving, Which::All, Kind::OwnerLeft, by, left)?;
    }

    let heir_id = successor.map(|(id, _)| *id);
    let moved = diesel::update(theirs.filter(conversations::status.ne(resolved)))
        .set((
            conversations::assignee_id.eq(heir_id),
            conversations::owned_since.eq(heir_id.map(|_| now)),
            conversations::last_owner_user_id.eq(None::<i64>),
        ))
        .execute(conn)?;
    diesel::update(theirs)
        .set((
            conversations::assignee_id.eq(None::<i64>),
            conversations::owned_since.eq(None::<Utc>),
            conversations::last_owner_user_id.eq(Some(leaving.user_id)),
        ))
        .execute(conn)?;
    Ok(moved)
}

/// Which of a member's conversations a line is written for.
#[derive(Clone, Copy)]
enum Which {
    Unresolved,
    Resolved,
    All,
}

/// Writes a line in the timeline of each conversation, and in the audit log.
fn record_each(
    conn: &mut Conn,
    workspace_id: i64,
    leaving: &Member,
    which: Which,
    kind: Kind,
    by: &By,
    subject: (i64, &str),
) -> QueryResult<()> {
    let mut theirs = conversations::table
        .filter(conversations::workspace_id.eq(workspace_id))
        .filter(conversations::assignee_id.eq(leaving.membership_id))
        .order(conversations::id)
        .select(conversations::id)
        .into_boxed();
    let resolved = Status::Resolved.into_str();
    theirs = match which {
        Which::Unresolved => theirs.filter(conversations::status.ne(resolved)),
        Which::Resolved => theirs.filter(conversations::status.eq(resolved)),
        Which::All => theirs,
    };
    let ids: Vec<i64> = theirs.load(conn)?;
    let to = if kind == Kind::Assigned { subject.1 } else { UNASSIGNED };
    activity::record_each(
        conn,
        &Line { workspace_id, conversation_id: None, kind, by, subject: Some(subject), detail: "" },
        Change { from: &leaving.name, to },
        &ids,
    )
}

/// Tells the successor of each conversation that becomes theirs, unless they do without
/// that kind. Their browsers are told how many there are.
fn notify_of_each(
    conn: &mut Conn,
    workspace_id: i64,
    owner_id: i64,
    heir_id: i64,
    by: &By,
    now: Utc,
) -> QueryResult<()> {
    let kind = notification::Kind::Assigned;
    let Some(ways) = notification::ways(conn, workspace_id, heir_id, kind)? else {
        return Ok(());
    };
    let written: Vec<Written> = diesel::sql_query(
        "INSERT INTO notifications (workspace_id, membership_id, kind, conversation_id,
                                    actor_name, subject_name, created_at, in_page, delivery_id)
         SELECT c.workspace_id, $1, $2, c.id, $3, p.name, $4, $5, $6
         FROM conversations c
         JOIN contacts p ON p.workspace_id = c.workspace_id AND p.id = c.contact_id
         WHERE c.workspace_id = $7 AND c.assignee_id = $8 AND c.status <> 'resolved'
         RETURNING id",
    )
    .bind::<BigInt, _>(heir_id)
    .bind::<Text, _>(kind.into_str())
    .bind::<Text, _>(&by.name)
    .bind::<Timestamp, _>(now)
    .bind::<Bool, _>(ways.in_page)
    .bind::<Nullable<BigInt>, _>(ways.delivery_id)
    .bind::<BigInt, _>(workspace_id)
    .bind::<BigInt, _>(owner_id)
    .load(conn)?;
    let ids = written.iter().map(|one| one.id);
    let (Some(first), Some(last)) = (ids.clone().min(), ids.max()) else { return Ok(()) };
    let notice = Notice {
        workspace_id,
        membership_id: heir_id,
        kind,
        conversation_id: None,
        outage_id: None,
        actor_name: &by.name,
        subject_name: "",
    };
    push::enqueue(conn, &notice, (first, last))
}

/// A notice that was written with others.
#[derive(QueryableByName)]
struct Written {
    #[diesel(sql_type = BigInt)]
    id: i64,
}

/// Takes the workspace out of the user's sessions; a user with no workspace left
/// loses them. The caller holds the user's lock.
pub(super) fn leave_sessions(
    conn: &mut Conn,
    workspace_id: i64,
    user_id: i64,
) -> QueryResult<bool> {
    let remaining: i64 = memberships::table
        .filter(memberships::user_id.eq(user_id))
        .filter(memberships::ended_at.is_null())
        .count()
        .get_result(conn)?;
    if remaining == 0 {
        session::end_all(conn, user_id)?;
        return Ok(true);
    }
    diesel::update(
        sessions::table
            .filter(sessions::user_id.eq(user_id))
            .filter(sessions::workspace_id.eq(workspace_id)),
    )
    .set(sessions::workspace_id.eq(None::<i64>))
    .execute(conn)?;
    Ok(false)
}
