//! What a member is told: a row each, shown in the page, marked read by opening.

mod choices;

use diesel::prelude::*;

use crate::db::schema::notifications;
use crate::db::{Conn, Utc, capped};

pub use choices::{Choices, choices, choose};

/// What a notification is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A conversation became theirs.
    Assigned,
    /// A conversation was theirs.
    Taken,
    /// The customer answered in a conversation of theirs.
    CustomerReplied,
    /// A reply of theirs did not reach the customer, or nobody knows whether it did.
    ReplyNotSent,
    SnoozeEnded,
    /// A note mentions them.
    Mentioned,
    /// Somebody accepted an invitation they sent.
    InvitationAccepted,
}

impl Kind {
    /// Every kind, in the order in which a profile lists them.
    pub const ALL: [Self; 7] = [
        Self::Assigned,
        Self::Taken,
        Self::Mentioned,
        Self::CustomerReplied,
        Self::ReplyNotSent,
        Self::SnoozeEnded,
        Self::InvitationAccepted,
    ];

    /// When a member is told, for those who choose whether they are.
    pub const fn occasion(self) -> &'static str {
        match self {
            Self::Assigned => "A conversation is assigned to you",
            Self::Taken => "A conversation of yours goes to another member",
            Self::Mentioned => "A member mentions you in a note",
            Self::CustomerReplied => "A customer replies in a conversation of yours",
            Self::ReplyNotSent => "A reply of yours cannot be delivered",
            Self::SnoozeEnded => "A snooze of yours ends",
            Self::InvitationAccepted => "Somebody accepts your invitation",
        }
    }

    /// The kind's word in the database.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Assigned => "assigned",
            Self::Taken => "taken",
            Self::CustomerReplied => "customer_replied",
            Self::ReplyNotSent => "reply_not_sent",
            Self::SnoozeEnded => "snooze_ended",
            Self::Mentioned => "mentioned",
            Self::InvitationAccepted => "invitation_accepted",
        }
    }
}

/// A notification to be written.
#[derive(Debug)]
pub struct Notice<'a> {
    pub workspace_id: i64,
    pub membership_id: i64,
    pub kind: Kind,
    pub conversation_id: Option<i64>,
    pub actor_name: &'a str,
    /// What it is about, in words: the contact's name, the new member's name.
    pub subject_name: &'a str,
}

/// Writes a notification, in the transaction of what it tells of, unless the member
/// does without this kind.
///
/// # Errors
/// When the query fails.
pub fn send(conn: &mut Conn, notice: &Notice<'_>) -> QueryResult<()> {
    if !choices(conn, notice.membership_id)?.wants(notice.kind) {
        return Ok(());
    }
    diesel::insert_into(notifications::table)
        .values((
            notifications::workspace_id.eq(notice.workspace_id),
            notifications::membership_id.eq(notice.membership_id),
            notifications::kind.eq(notice.kind.code()),
            notifications::conversation_id.eq(notice.conversation_id),
            notifications::actor_name.eq(notice.actor_name),
            notifications::subject_name.eq(notice.subject_name),
            notifications::created_at.eq(Utc::now()),
        ))
        .execute(conn)
        .map(|_| ())
}

/// Takes back what a member was told of a conversation since `since`, where it is
/// unread; `false` when there is nothing to take back.
///
/// # Errors
/// When the query fails.
pub fn take_back(
    conn: &mut Conn,
    membership_id: i64,
    conversation_id: i64,
    kind: Kind,
    since: Utc,
) -> QueryResult<bool> {
    diesel::delete(
        notifications::table
            .filter(notifications::membership_id.eq(membership_id))
            .filter(notifications::conversation_id.eq(conversation_id))
            .filter(notifications::read_at.is_null())
            .filter(notifications::kind.eq(kind.code()))
            .filter(notifications::created_at.ge(since)),
    )
    .execute(conn)
    .map(|taken| taken > 0)
}

/// A notification as it is read back.
#[derive(Clone, Debug, Queryable)]
pub struct Notification {
    pub id: i64,
    pub kind: String,
    pub conversation_id: Option<i64>,
    pub actor_name: String,
    pub subject_name: String,
    pub created_at: Utc,
    pub read_at: Option<Utc>,
}

/// A member's notifications before `before` (all when `None`), newest first.
///
/// # Errors
/// When the query fails.
pub fn of_member(
    conn: &mut Conn,
    workspace_id: i64,
    membership_id: i64,
    before: Option<i64>,
    limit: i64,
) -> QueryResult<Vec<Notification>> {
    notifications::table
        .filter(notifications::workspace_id.eq(workspace_id))
        .filter(notifications::membership_id.eq(membership_id))
        .filter(notifications::id.lt(before.unwrap_or(i64::MAX)))
        .order(notifications::id.desc())
        .limit(limit)
        .select((
            notifications::id,
            notifications::kind,
            notifications::conversation_id,
            notifications::actor_name,
            notifications::subject_name,
            notifications::created_at,
            notifications::read_at,
        ))
        .load(conn)
}

/// How many are unread, counted up to 100: the page shows `99+` beyond.
///
/// # Errors
/// When the query fails.
pub fn unread(conn: &mut Conn, membership_id: i64) -> QueryResult<i64> {
    let of_member = notifications::table
        .filter(notifications::membership_id.eq(membership_id))
        .filter(notifications::read_at.is_null())
        .select(notifications::id);
    diesel::select(capped(of_member)).get_result(conn)
}

/// Whether a member has something unread about this conversation.
///
/// # Errors
/// When the query fails.
pub fn any_unread_of(
    conn: &mut Conn,
    membership_id: i64,
    conversation_id: i64,
) -> QueryResult<bool> {
    diesel::select(diesel::dsl::exists(
        notifications::table
            .filter(notifications::membership_id.eq(membership_id))
            .filter(notifications::conversation_id.eq(conversation_id))
            .filter(notifications::read_at.is_null()),
    ))
    .get_result(conn)
}

/// Marks what a member was told about one conversation as read.
///
/// # Errors
/// When the query fails.
pub fn mark_conversation_read(
    conn: &mut Conn,
    membership_id: i64,
    conversation_id: i64,
) -> QueryResult<usize> {
    diesel::update(
        notifications::table
            .filter(notifications::membership_id.eq(membership_id))
            .filter(notifications::conversation_id.eq(conversation_id))
            .filter(notifications::read_at.is_null()),
    )
    .set(notifications::read_at.eq(Some(Utc::now())))
    .execute(conn)
}

/// Marks everything a member was told as read.
///
/// # Errors
/// When the query fails.
pub fn mark_all_read(conn: &mut Conn, membership_id: i64) -> QueryResult<usize> {
    diesel::update(
        notifications::table
            .filter(notifications::membership_id.eq(membership_id))
            .filter(notifications::read_at.is_null()),
    )
    .set(notifications::read_at.eq(Some(Utc::now())))
    .execute(conn)
}
