//! What happened, by whom and when: the timeline of a conversation, and what the
//! audit log keeps.

use diesel::prelude::*;

use super::audit::{self, Audited, Change, Topic};
use super::membership::ActingMember;
use super::report;
use crate::db::dialect::bulk::{self, Cell};
use crate::db::schema::activities;
use crate::db::{Conn, Utc};

/// Makes [`Kind`]. A line is a kind, its word in the database, and either
/// `timeline`, where it is the conversation's alone, or the topic and the words of
/// the audit log: whoever adds a kind has to say which.
macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident $code:literal: $topic:ident $($title:literal)?;)*) => {
        /// The kinds of activity.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Kind {
            $($(#[$doc])* $kind,)*
        }

        impl Kind {
            /// Every kind.
            pub const ALL: &[Self] = &[$(Self::$kind),*];

            /// The kind's word in the database.
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$kind => $code,)*
                }
            }

            /// What the audit log says of it; `None` where it keeps none.
            pub const fn audited(self) -> Option<Audited> {
                match self {
                    $(Self::$kind => audited!($topic $($title)?),)*
                }
            }
        }
    };
}

macro_rules! audited {
    (timeline) => {
        None
    };
    ($topic:ident $title:literal) => {
        Some(Audited { topic: Topic::$topic, title: $title })
    };
}

kinds! {
    Created "created": timeline;
    Claimed "claimed": Owner "Claimed a conversation";
    Released "released": Owner "Released a conversation";
    /// Assigned to the subject.
    Assigned "assigned": Owner "Assigned a conversation";
    Unassigned "unassigned": Owner "Unassigned a conversation";
    TookOver "took_over": Owner "Took over a conversation";
    /// The owner's membership ended.
    OwnerLeft "owner_left": Owner "Ended the membership of an owner";
    Resolved "resolved": timeline;
    Reopened "reopened": timeline;
    /// Snoozed until the detail's moment.
    Snoozed "snoozed": timeline;
    SnoozeEnded "snooze_ended": timeline;
    /// The customer was told the detail by itself, outside of the hours.
    AwayTold "away_told": timeline;
    NoteAdded "note_added": timeline;
    NoteDeleted "note_deleted": timeline;
    MarkedSpam "marked_spam": timeline;
    NotSpam "not_spam": timeline;
    /// The detail is the label's name.
    Labelled "labelled": timeline;
    Unlabelled "unlabelled": timeline;
    // What follows happens to the workspace, without a conversation.
    MemberInvited "member_invited": Team "Invited a member";
    InvitationResent "invitation_resent": Team "Resent an invitation";
    InvitationRevoked "invitation_revoked": Team "Revoked an invitation";
    InvitationAccepted "invitation_accepted": Team "Accepted an invitation";
    RoleChanged "role_changed": Team "Changed a role";
    MemberRemoved "member_removed": Team "Removed a member";
    MemberLeft "member_left": Team "Left the workspace";
    PlanChanged "plan_changed": Plan "Changed the plan";
    WorkspaceChanged "workspace_changed": Workspace "Changed the workspace";
    // Of contacts the detail is the number alone: they may ask to be forgotten.
    ContactBlocked "contact_blocked": Contacts "Blocked a contact";
    ContactUnblocked "contact_unblocked": Contacts "Unblocked a contact";
    ContactsMerged "contacts_merged": Contacts "Merged contacts";
    ContactsUnmerged "contacts_unmerged": Contacts "Undid a merge of contacts";
    ContactDeleted "contact_deleted": Contacts "Deleted a contact";
    InboxAdded "inbox_added": Inboxes "Added an inbox";
    InboxChanged "inbox_changed": Inboxes "Changed an inbox";
    /// Which Agents see its queue.
    InboxSightChanged "inbox_sight_changed": Inboxes "Changed who sees an inbox";
    InboxArchived "inbox_archived": Inboxes "Archived an inbox";
    InboxUnarchived "inbox_unarchived": Inboxes "Restored an inbox";
    LabelAdded "label_added": Labels "Added a label";
    LabelChanged "label_changed": Labels "Changed a label";
    LabelMerged "label_merged": Labels "Merged labels";
    LabelDeleted "label_deleted": Labels "Deleted a label";
    ContactFieldAdded "contact_field_added": ContactFields "Added a contact field";
    ContactFieldChanged "contact_field_changed": ContactFields "Changed a contact field";
    ContactFieldDeleted "contact_field_deleted": ContactFields "Deleted a contact field";
    QuickReplyAdded "quick_reply_added": QuickReplies "Added a quick reply";
    QuickReplyChanged "quick_reply_changed": QuickReplies "Changed a quick reply";
    QuickReplyDeleted "quick_reply_deleted": QuickReplies "Deleted a quick reply";
    AuditLogExported "audit_log_exported": AuditLog "Exported the audit log";
}

impl Kind {
    /// The kinds after which a conversation has an owner.
    pub const GIVES_OWNER: [Self; 3] = [Self::Claimed, Self::TookOver, Self::Assigned];

    /// The kinds that take a conversation out of the queue or put it there.
    pub const PASSES_QUEUE: [Self; 4] =
        [Self::Claimed, Self::Released, Self::Unassigned, Self::OwnerLeft];

    /// The kind of a word in the database.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.code() == code)
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
#[derive(Clone, Copy, Debug)]
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

/// Writes a line, in the transaction of the change that it tells of: into the
/// timeline of its conversation, into what reports count, and into the audit log
/// where that keeps its kind.
///
/// # Errors
/// When a query fails.
pub fn record(conn: &mut Conn, line: &Line<'_>) -> QueryResult<()> {
    record_change(conn, line, Change::default())
}

/// As [`record`], with what it was before and what it is now, for the audit log.
///
/// # Errors
/// When a query fails.
pub fn record_change(conn: &mut Conn, line: &Line<'_>, change: Change<'_>) -> QueryResult<()> {
    if let Some(conversation_id) = line.conversation_id {
        into_timeline(conn, line)?;
        report::happened(conn, line, conversation_id)?;
    }
    match line.kind.audited() {
        Some(audited) => audit::append(conn, line, audited.topic, change),
        None => Ok(()),
    }
}

/// As [`record_change`], of a setting of the workspace: `name` says which one.
///
/// # Errors
/// When a query fails.
pub(super) fn record_setting(
    conn: &mut Conn,
    workspace_id: i64,
    kind: Kind,
    by: impl Into<By>,
    name: &str,
    change: Change<'_>,
) -> QueryResult<()> {
    let by = &by.into();
    let line = Line { workspace_id, conversation_id: None, kind, by, subject: None, detail: name };
    record_change(conn, &line, change)
}

/// As [`record_change`] for each of many conversations, in a few statements.
///
/// # Errors
/// When a query fails.
pub fn record_each(
    conn: &mut Conn,
    line: &Line<'_>,
    change: Change<'_>,
    conversations: &[i64],
) -> QueryResult<()> {
    let now = Utc::now();
    let lines = || conversations.iter().map(|id| Line { conversation_id: Some(*id), ..*line });
    bulk::insert(conn, "activities", &COLUMNS, lines().map(|line| cells(&line, now)).collect())?;
    for id in conversations {
        report::happened(conn, line, *id)?;
    }
    let Some(audited) = line.kind.audited() else { return Ok(()) };
    let entries = lines().map(|line| audit::cells(&line, audited.topic, change, now));
    bulk::insert(conn, "audit_entries", &audit::COLUMNS, entries.collect())
}

/// The columns that [`cells`] fills.
pub(super) const COLUMNS: [&str; 9] = [
    "workspace_id",
    "conversation_id",
    "kind",
    "actor_id",
    "actor_name",
    "subject_id",
    "subject_name",
    "detail",
    "created_at",
];

/// A line as a row of many.
pub(super) fn cells(line: &Line<'_>, at: Utc) -> Vec<Cell> {
    vec![
        line.workspace_id.into(),
        line.conversation_id.into(),
        line.kind.code().into(),
        line.by.id.into(),
        line.by.name.as_str().into(),
        line.subject.map(|(id, _)| id).into(),
        line.subject.map_or("", |(_, name)| name).into(),
        line.detail.into(),
        at.into(),
    ]
}

fn into_timeline(conn: &mut Conn, line: &Line<'_>) -> QueryResult<()> {
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
