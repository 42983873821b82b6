//! The rows of what can be undone: a conversation as it was, and as it was left.

use diesel::prelude::*;

use super::{Id, Kind};
use crate::db::schema::{undo_changes, undos};
use crate::db::{Conn, Utc};
use crate::models::conversation::{Locked, Progress};
use crate::models::label;
use crate::models::membership::ActingMember;
use crate::policy::Status;

/// What was done to one conversation.
pub(super) struct Change {
    pub owner: Option<i64>,
    pub owned_since: Option<Utc>,
    pub last_owner_user: Option<i64>,
    progress: Progress,
    pub since_version: i64,
    since: Progress,
    pub label: Option<i64>,
    pub labelled_at: Option<Utc>,
    pub changed_at: Utc,
}

impl Change {
    /// Whether the conversation stands where the change left it.
    pub(super) fn still_stands(&self, locked: &Locked) -> bool {
        locked.progress.status == self.since.status
            && locked.progress.snoozed_until == self.since.snoozed_until
            && locked.progress.spam_at == self.since.spam_at
    }

    /// Where it stood before; in the list as well, unless something was written since.
    pub(super) fn progress_of(&self, locked: &Locked) -> Progress {
        let now = locked.progress.last_activity_at;
        let is_quiet = now == self.since.last_activity_at;
        Progress {
            last_activity_at: if is_quiet { self.progress.last_activity_at } else { now },
            ..self.progress
        }
    }
}

pub(super) fn insert(
    conn: &mut Conn,
    id: Id,
    kind: Kind,
    before: &Locked,
    since: &Locked,
) -> QueryResult<()> {
    let (workspace_id, conversation_id) = (before.workspace_id, before.id);
    let label = match kind {
        Kind::Label(label) => Some(label),
        Kind::Owner | Kind::Status => None,
    };
    let labelled_at = match label {
        Some(label) => label::put_on_at(conn, workspace_id, conversation_id, label)?,
        None => None,
    };
    diesel::insert_into(undo_changes::table)
        .values((
            (
                undo_changes::undo_id.eq(id),
                undo_changes::conversation_id.eq(conversation_id),
                undo_changes::workspace_id.eq(workspace_id),
                undo_changes::owner_id.eq(before.holding.owner),
                undo_changes::owned_since.eq(before.owned_since),
                undo_changes::last_owner_user_id.eq(before.holding.last_owner_user),
                undo_changes::status.eq(before.progress.status),
                undo_changes::snoozed_until.eq(before.progress.snoozed_until),
                undo_changes::snoozed_by_id.eq(before.progress.snoozed_by),
                undo_changes::spam_at.eq(before.progress.spam_at),
                undo_changes::last_activity_at.eq(before.progress.last_activity_at),
            ),
            (
                undo_changes::since_version.eq(since.version),
                undo_changes::since_status.eq(since.progress.status),
                undo_changes::since_snoozed_until.eq(since.progress.snoozed_until),
                undo_changes::since_spam_at.eq(since.progress.spam_at),
                undo_changes::since_activity_at.eq(since.progress.last_activity_at),
                undo_changes::label_id.eq(label),
                undo_changes::labelled_at.eq(labelled_at),
                undo_changes::changed_at.eq(before.read_at),
            ),
        ))
        .execute(conn)
        .map(|_| ())
}

/// The last undo of this kind that is still offered to a member for a conversation, and
/// for that one alone.
pub(super) fn latest(
    conn: &mut Conn,
    me: &ActingMember,
    kind: Kind,
    locked: &Locked,
) -> QueryResult<Option<Id>> {
    let latest: Option<Id> = undo_changes::table
        .inner_join(undos::table.on(undos::id.eq(undo_changes::undo_id)))
        .filter(undo_changes::workspace_id.eq(locked.workspace_id))
        .filter(undo_changes::conversation_id.eq(locked.id))
        .filter(undos::membership_id.eq(me.actor.membership_id))
        .filter(undos::kind.eq(kind.into_str()))
        .filter(undos::until.gt(Utc::now()))
        .order(undos::id.desc())
        .select(undos::id)
        .first(conn)
        .optional()?;
    let Some(id) = latest else { return Ok(None) };
    let conversations: i64 = undo_changes::table
        .filter(undo_changes::workspace_id.eq(locked.workspace_id))
        .filter(undo_changes::undo_id.eq(id))
        .count()
        .get_result(conn)?;
    Ok((conversations == 1).then_some(id))
}

type Before =
    (Option<i64>, Option<Utc>, Option<i64>, Status, Option<Utc>, Option<i64>, Option<Utc>, Utc);
type Since = (i64, Status, Option<Utc>, Option<Utc>, Utc);
type Found = (String, Before, Since, Option<i64>, Option<Utc>, Utc);

/// What this member did to a conversation, and whether it was about the owner.
pub(super) fn find(
    conn: &mut Conn,
    me: &ActingMember,
    workspace_id: i64,
    id: Id,
    conversation_id: i64,
) -> QueryResult<Option<(bool, Change)>> {
    let found: Option<Found> = undo_changes::table
        .inner_join(undos::table.on(undos::id.eq(undo_changes::undo_id)))
        .filter(undo_changes::workspace_id.eq(workspace_id))
        .filter(undo_changes::undo_id.eq(id))
        .filter(undo_changes::conversation_id.eq(conversation_id))
        .filter(undos::membership_id.eq(me.actor.membership_id))
        .select((
            undos::kind,
            (
                undo_changes::owner_id,
                undo_changes::owned_since,
                undo_changes::last_owner_user_id,
                undo_changes::status,
                undo_changes::snoozed_until,
                undo_changes::snoozed_by_id,
                undo_changes::spam_at,
                undo_changes::last_activity_at,
            ),
            (
                undo_changes::since_version,
                undo_changes::since_status,
                undo_changes::since_snoozed_until,
                undo_changes::since_spam_at,
                undo_changes::since_activity_at,
            ),
            undo_changes::label_id,
            undo_changes::labelled_at,
            undo_changes::changed_at,
        ))
        .first(conn)
        .optional()?;
    let Some((kind, before, since, label, labelled_at, changed_at)) = found else {
        return Ok(None);
    };
    let (owner, owned_since, last_owner_user, status, snoozed_until, snoozed_by, spam_at, activity) =
        before;
    let (since_version, since_status, since_until, since_spam, since_activity) = since;
    let change = Change {
        owner,
        owned_since,
        last_owner_user,
        progress: Progress {
            status,
            snoozed_until,
            snoozed_by,
            spam_at,
            last_activity_at: activity,
        },
        since_version,
        since: Progress {
            status: since_status,
            snoozed_until: since_until,
            snoozed_by: None,
            spam_at: since_spam,
            last_activity_at: since_activity,
        },
        label,
        labelled_at,
        changed_at,
    };
    Ok(Some((kind == Kind::Owner.into_str(), change)))
}

/// Forgets a change; `false` when that had happened.
pub(super) fn delete(
    conn: &mut Conn,
    workspace_id: i64,
    id: Id,
    conversation_id: i64,
) -> QueryResult<bool> {
    diesel::delete(
        undo_changes::table
            .filter(undo_changes::workspace_id.eq(workspace_id))
            .filter(undo_changes::undo_id.eq(id))
            .filter(undo_changes::conversation_id.eq(conversation_id)),
    )
    .execute(conn)
    .map(|gone| gone > 0)
}
