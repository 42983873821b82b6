//! What happened, by whom and when: the timeline of a conversation, and what the
//! audit log keeps.

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use strum::{EnumIter, EnumString, IntoStaticStr};

use super::audit::{self, Audited, Change, Topic};
use super::membership::ActingMember;
use super::report;
use crate::db::dialect::many_rows::{self, Cell};
use crate::db::schema::activities;
use crate::db::{Conn, Known, Utc, words};

/// Makes [`Kind`]. A line is a kind and either `timeline`, where it is the
/// conversation's alone, or the topic and the words of the audit log: whoever adds a
/// kind has to say which.
macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident: $topic:ident $($title:literal)?;)*) => {
        /// The kinds of activity; a word in the database. A newer Baton may write others.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, EnumString, IntoStaticStr)]
        #[strum(serialize_all = "snake_case", const_into_str)]
        pub enum Kind {
            $($(#[$doc])* $kind,)*
        }

        impl Kind {
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
    Created: timeline;
    Claimed: Owner "Claimed a conversation";
    Released: Owner "Released a conversation";
    /// Assigned to the subject.
    Assigned: Owner "Assigned a conversation";
    Unassigned: Owner "Unassigned a conversation";
    TookOver: Owner "Took over a conversation";
    /// The owner's membership ended.
    OwnerLeft: Owner "Ended the membership of an owner";
    /// The owner, who is the subject, is away and was needed.
    OwnerAway: Owner "Released a conversation, as its owner is away";
    Resolved: timeline;
    Reopened: timeline;
    /// Snoozed until the detail's moment.
    Snoozed: timeline;
    SnoozeEnded: timeline;
    /// The customer was told the detail by itself, outside of the hours.
    AwayTold: timeline;
    NoteAdded: timeline;
    NoteDeleted: timeline;
    MarkedSpam: timeline;
    NotSpam: timeline;
    /// The detail is the label's name.
    Labelled: timeline;
    Unlabelled: timeline;
    // What follows happens to the workspace, without a conversation.
    MemberInvited: Team "Invited a member";
    InvitationResent: Team "Resent an invitation";
    InvitationRevoked: Team "Revoked an invitation";
    InvitationAccepted: Team "Accepted an invitation";
    RoleChanged: Team "Changed a role";
    AwayChanged: Team "Changed when a member is away";
    MemberRemoved: Team "Removed a member";
    MemberLeft: Team "Left the workspace";
    PlanChanged: Plan "Changed the plan";
    WorkspaceChanged: Workspace "Changed the workspace";
    WorkspaceExported: Workspace "Exported the workspace";
    // Of contacts the detail is the number alone: they may ask to be forgotten.
    ContactBlocked: Contacts "Blocked a contact";
    ContactUnblocked: Contacts "Unblocked a contact";
    ContactsMerged: Contacts "Merged contacts";
    ContactsUnmerged: Contacts "Undid a merge of contacts";
    ContactDeleted: Contacts "Deleted a contact";
    ContactsExported: Contacts "Exported all contacts";
    // Without the name of the file, which may be somebody's.
    ContactsImported: Contacts "Imported contacts";
    InboxAdded: Inboxes "Added an inbox";
    InboxChanged: Inboxes "Changed an inbox";
    /// Which Agents see its queue.
    InboxSightChanged: Inboxes "Changed who sees an inbox";
    InboxArchived: Inboxes "Archived an inbox";
    InboxUnarchived: Inboxes "Restored an inbox";
    LabelAdded: Labels "Added a label";
    LabelChanged: Labels "Changed a label";
    LabelMerged: Labels "Merged labels";
    LabelDeleted: Labels "Deleted a label";
    ContactFieldAdded: ContactFields "Added a contact field";
    ContactFieldChanged: ContactFields "Changed a contact field";
    ContactFieldDeleted: ContactFields "Deleted a contact field";
    QuickReplyAdded: QuickReplies "Added a quick reply";
    QuickReplyChanged: QuickReplies "Changed a quick reply";
    QuickReplyDeleted: QuickReplies "Deleted a quick reply";
    AuditLogExported: AuditLog "Exported the audit log";
}

words!(Kind);

impl Kind {
    /// The kinds after which a conversation has an owner.
    pub const GIVES_OWNER: [Self; 3] = [Self::Claimed, Self::TookOver, Self::Assigned];

    /// The kinds that take a conversation out of the queue or put it there.
    pub const PASSES_QUEUE: [Self; 5] =
        [Self::Claimed, Self::Released, Self::Unassigned, Self::OwnerLeft, Self::OwnerAway];
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

/// As [`record`], of a conversation by its workspace and id, where no other member is
/// spoken of.
///
/// # Errors
/// When a query fails.
pub fn record_in(
    conn: &mut Conn,
    (workspace_id, id): (i64, i64),
    kind: Kind,
    by: impl Into<By>,
    detail: &str,
) -> QueryResult<()> {
    let (conversation_id, by) = (Some(id), &by.into());
    record(conn, &Line { workspace_id, conversation_id, kind, by, subject: None, detail })
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

/// As [`record_change`], of what is no conversation, e.g. a setting of the workspace:
/// `name` says which one.
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

/// As [`record_change`], of a member, by membership and name, and no conversation.
///
/// # Errors
/// When a query fails.
pub(super) fn record_member(
    conn: &mut Conn,
    workspace_id: i64,
    kind: Kind,
    by: impl Into<By>,
    member: (i64, &str),
    change: Change<'_>,
) -> QueryResult<()> {
    let (by, subject) = (&by.into(), Some(member));
    let line = Line { workspace_id, conversation_id: None, kind, by, subject, detail: "" };
    record_change(conn, &line, change)
}

/// As [`record_change`] for each of many conversations, written together.
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
    many_rows::insert(
        conn,
        "activities",
        &COLUMNS,
        lines().map(|line| cells(&line, now)).collect(),
    )?;
    for id in conversations {
        report::happened(conn, line, *id)?;
    }
    let Some(audited) = line.kind.audited() else { return Ok(()) };
    let entries = lines().map(|line| audit::cells(&line, audited.topic, change, now));
    many_rows::insert(conn, "audit_entries", &audit::COLUMNS, entries.collect())
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
        line.kind.into_str().into(),
        line.by.id.into(),
        line.by.name.as_str().into(),
        line.subject.map(|(id, _)| id).into(),
        line.subject.map_or("", |(_, name)| name).into(),
        line.detail.into(),
        at.into(),
    ]
}

/// Says of the newest line of a conversation that *Undo* has just written it: what it tells
/// of had been so before.
pub(super) fn mark_undo(
    conn: &mut Conn,
    (workspace_id, conversation_id): (i64, i64),
) -> QueryResult<()> {
    diesel::sql_query(
        "UPDATE activities SET by_undo = TRUE
         WHERE workspace_id = $1 AND conversation_id = $2 AND id = (
             SELECT max(id) FROM activities WHERE workspace_id = $1 AND conversation_id = $2)",
    )
    .bind::<BigInt, _>(workspace_id)
    .bind::<BigInt, _>(conversation_id)
    .execute(conn)
    .map(|_| ())
}

fn into_timeline(conn: &mut Conn, line: &Line<'_>) -> QueryResult<()> {
    diesel::insert_into(activities::table)
        .values((
            activities::workspace_id.eq(line.workspace_id),
            activities::conversation_id.eq(line.conversation_id),
            activities::kind.eq(line.kind),
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
    #[diesel(deserialize_as = Known<Kind>)]
    pub kind: Option<Kind>,
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

/// The newest line of a conversation that is of one of these kinds.
///
/// # Errors
/// When the query fails.
pub fn newest_of(
    conn: &mut Conn,
    workspace_id: i64,
    conversation_id: i64,
    kinds: &[Kind],
) -> QueryResult<Option<Kind>> {
    activities::table
        .filter(activities::workspace_id.eq(workspace_id))
        .filter(activities::conversation_id.eq(conversation_id))
        .filter(activities::kind.eq_any(kinds.iter().copied()))
        .order(activities::id.desc())
        .select(activities::kind)
        .first(conn)
        .optional()
}
