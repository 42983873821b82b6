//! What happened, by whom and when: the timeline of a conversation, and the
//! trail of changes to the workspace.

use diesel::prelude::*;

use super::membership::ActingMember;
use crate::db::schema::activities;
use crate::db::{Conn, Utc};

/// The kinds of activity, with the words of the timeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Created,
    Claimed,
    Released,
    /// Assigned to the subject.
    Assigned,
    Unassigned,
    TookOver,
    /// The owner's membership ended.
    OwnerLeft,
    Resolved,
    Reopened,
    /// Snoozed until the detail's moment.
    Snoozed,
    SnoozeEnded,
    NoteAdded,
    NoteDeleted,
    MarkedSpam,
    NotSpam,
    /// The detail is the label's name.
    Labelled,
    Unlabelled,
    // What follows happens to the workspace, without a conversation.
    MemberInvited,
    InvitationResent,
    InvitationRevoked,
    InvitationAccepted,
    RoleChanged,
    MemberRemoved,
    MemberLeft,
    PlanChanged,
    WorkspaceChanged,
    // Of contacts the detail is the number alone: they may ask to be forgotten.
    ContactBlocked,
    ContactUnblocked,
    ContactsMerged,
    ContactsUnmerged,
    ContactDeleted,
    InboxAdded,
    InboxChanged,
    /// Which Agents see its queue.
    InboxSightChanged,
    LabelAdded,
    LabelChanged,
    /// The detail names both: the one that is gone, and the one that is left.
    LabelMerged,
    LabelDeleted,
    ContactFieldAdded,
    ContactFieldChanged,
    ContactFieldDeleted,
    QuickReplyAdded,
    QuickReplyChanged,
    QuickReplyDeleted,
}

impl Kind {
    /// The kinds after which a conversation has an owner.
    pub const GIVES_OWNER: [Self; 3] = [Self::Claimed, Self::TookOver, Self::Assigned];

    /// The kind's word in the database.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Claimed => "claimed",
            Self::Released => "released",
            Self::Assigned => "assigned",
            Self::Unassigned => "unassigned",
            Self::TookOver => "took_over",
            Self::OwnerLeft => "owner_left",
            Self::Resolved => "resolved",
            Self::Reopened => "reopened",
            Self::Snoozed => "snoozed",
            Self::SnoozeEnded => "snooze_ended",
            Self::NoteAdded => "note_added",
            Self::NoteDeleted => "note_deleted",
            Self::MarkedSpam => "marked_spam",
            Self::NotSpam => "not_spam",
            Self::Labelled => "labelled",
            Self::Unlabelled => "unlabelled",
            Self::MemberInvited => "member_invited",
            Self::InvitationResent => "invitation_resent",
            Self::InvitationRevoked => "invitation_revoked",
            Self::InvitationAccepted => "invitation_accepted",
            Self::RoleChanged => "role_changed",
            Self::MemberRemoved => "member_removed",
            Self::MemberLeft => "member_left",
            Self::PlanChanged => "plan_changed",
            Self::WorkspaceChanged => "workspace_changed",
            Self::ContactBlocked => "contact_blocked",
            Self::ContactUnblocked => "contact_unblocked",
            Self::ContactsMerged => "contacts_merged",
            Self::ContactsUnmerged => "contacts_unmerged",
            Self::ContactDeleted => "contact_deleted",
            Self::InboxAdded => "inbox_added",
            Self::InboxChanged => "inbox_changed",
            Self::InboxSightChanged => "inbox_sight_changed",
            Self::LabelAdded => "label_added",
            Self::LabelChanged => "label_changed",
            Self::LabelMerged => "label_merged",
            Self::LabelDeleted => "label_deleted",
            Self::ContactFieldAdded => "contact_field_added",
            Self::ContactFieldChanged => "contact_field_changed",
            Self::ContactFieldDeleted => "contact_field_deleted",
            Self::QuickReplyAdded => "quick_reply_added",
            Self::QuickReplyChanged => "quick_reply_changed",
            Self::QuickReplyDeleted => "quick_reply_deleted",
        }
    }
}

/// Who did something: a member, a customer, or Baton itself.
#[derive(Clone, Debug)]
pub struct By {
    pub id: Option<i64>,
    pub name: String,
}

impl By {
    /// A person without a membership, e.g. a customer or an operator.
    pub fn named(name: impl Into<String>) -> Self {
        Self { id: None, name: name.into() }
    }
}

impl From<&ActingMember> for By {
    fn from(member: &ActingMember) -> Self {
        Self { id: Some(member.actor.membership_id), name: member.name.clone() }
    }
}

/// A line to be written.
#[derive(Debug)]
pub struct Line<'a> {
    pub workspace_id: i64,
    pub conversation_id: Option<i64>,
    pub kind: Kind,
    pub by: &'a By,
    /// The other member it speaks of, by membership and name.
    pub subject: Option<(i64, &'a str)>,
    /// What words cannot say alone, e.g. until when; empty when nothing.
    pub detail: &'a str,
}

/// Writes a line, in the transaction of the change that it tells of.
///
/// # Errors
/// When the query fails.
pub fn record(conn: &mut Conn, line: &Line<'_>) -> QueryResult<()> {
    diesel::insert_into(activities::table)
        .values((
            activities::workspace_id.eq(line.workspace_id),
            activities::conversation_id.eq(line.conversation_id),
            activities::kind.eq(line.kind.code()),
            activities::actor_id.eq(line.by.id),
            activities::actor_name.eq(&line.by.name),
            activities::subject_id.eq(line.subject.map(|(id, _)| id)),
            activities::subject_name.eq(line.subject.map_or("", |(_, name)| name)),
            activities::detail.eq(line.detail),
            activities::created_at.eq(Utc::now()),
        ))
        .execute(conn)
        .map(|_| ())
}

/// A line as it is read back.
#[derive(Clone, Debug, Queryable)]
pub struct Activity {
    pub id: i64,
    pub kind: String,
    pub actor_id: Option<i64>,
    pub actor_name: String,
    pub subject_id: Option<i64>,
    pub subject_name: String,
    pub detail: String,
    pub created_at: Utc,
}

/// The timeline of a conversation, the newest `limit` lines, oldest first.
///
/// # Errors
/// When the query fails.
pub fn of_conversation(
    conn: &mut Conn,
    workspace_id: i64,
    conversation_id: i64,
    limit: i64,
) -> QueryResult<Vec<Activity>> {
    let mut lines: Vec<Activity> = activities::table
        .filter(activities::workspace_id.eq(workspace_id))
        .filter(activities::conversation_id.eq(conversation_id))
        .order(activities::id.desc())
        .limit(limit)
        .select((
            activities::id,
            activities::kind,
            activities::actor_id,
            activities::actor_name,
            activities::subject_id,
            activities::subject_name,
            activities::detail,
            activities::created_at,
        ))
        .load(conn)?;
    lines.reverse();
    Ok(lines)
}

/// The newest line of a conversation that is of one of these kinds, by its word.
///
/// # Errors
/// When the query fails.
pub fn newest_of(
    conn: &mut Conn,
    workspace_id: i64,
    conversation_id: i64,
    kinds: &[Kind],
) -> QueryResult<Option<String>> {
    activities::table
        .filter(activities::workspace_id.eq(workspace_id))
        .filter(activities::conversation_id.eq(conversation_id))
        .filter(activities::kind.eq_any(kinds.iter().map(|kind| kind.code())))
        .order(activities::id.desc())
        .select(activities::kind)
        .first(conn)
        .optional()
}
