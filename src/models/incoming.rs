//! What a customer's message does to its conversation, by whichever channel it came:
//! it is stored, reopens what was set aside, and is told to the owner.

use diesel::prelude::*;

use super::activity::{self, By};
use super::attachment::{self, WaitingFile};
use super::notification::{self, Notice};
use super::visitor::Visitor;
use super::{conversation, membership, message, ownership};
use crate::db::dialect::{self, RowLock};
use crate::db::schema::{contacts, conversations, messages};
use crate::db::{Conn, Utc};
use crate::policy::Status;

/// A conversation, as far as a message into it cares.
#[derive(Clone, Debug)]
pub struct Thread {
    pub workspace_id: i64,
    pub inbox_id: i64,
    pub id: i64,
    /// The browser that began it.
    pub visitor_id: Option<i64>,
    pub status: Status,
    /// By membership.
    pub owner: Option<i64>,
    /// What comes in stays there, and nobody is told.
    pub is_spam: bool,
    /// See [`super::waiting`].
    pub waiting_since: Option<Utc>,
    /// The name of whoever writes: the conversation's contact, where the channel does
    /// not tell of somebody else.
    pub customer: String,
}

/// A conversation that is about to begin.
#[derive(Clone, Copy, Debug)]
pub struct Beginning<'a> {
    pub inbox_id: i64,
    pub contact_id: i64,
    /// Who begins it in a chat.
    pub visitor: Option<&'a Visitor>,
    pub subject: &'a str,
    /// The name of whoever begins it.
    pub customer: &'a str,
    /// It is put aside at once.
    pub is_spam: bool,
}

/// What a customer said.
#[derive(Clone, Copy, Debug)]
pub struct Said<'a> {
    pub body: &'a str,
    /// What lists show of it: without what it quotes.
    pub own: &'a str,
    pub files: &'a [WaitingFile],
    /// The mark by which the same form is known again, where a form was sent.
    pub mark: Option<&'a str>,
    /// They wait for an answer to it, unless it is spam.
    pub asks: bool,
    /// The address that it was mailed from, where it came into a chat.
    pub mailed_from: Option<&'a str>,
    /// When it came, where that may be a while ago: mails wait for whoever takes them.
    pub came_at: Option<Utc>,
}

/// Begins a conversation: in the queue, without a message so far.
///
/// # Errors
/// When a query fails.
pub fn begin(conn: &mut Conn, workspace_id: i64, beginning: &Beginning<'_>) -> QueryResult<Thread> {
    let (id, status) = insert(conn, workspace_id, beginning)?;
    let thread = Thread {
        workspace_id,
        inbox_id: beginning.inbox_id,
        id,
        visitor_id: beginning.visitor.map(|visitor| visitor.id),
        status,
        owner: None,
        is_spam: beginning.is_spam,
        waiting_since: None,
        customer: beginning.customer.to_owned(),
    };
    record(conn, &thread, activity::Kind::Created)?;
    Ok(thread)
}

/// Inserts a conversation's row, and nothing else.
///
/// # Errors
/// When the query fails.
pub(super) fn insert(
    conn: &mut Conn,
    workspace_id: i64,
    beginning: &Beginning<'_>,
) -> QueryResult<(i64, Status)> {
    let now = Utc::now();
    let status = if beginning.is_spam { Status::Resolved } else { Status::Open };
    let id = diesel::insert_into(conversations::table)
        .values((
            conversations::workspace_id.eq(workspace_id),
            conversations::inbox_id.eq(beginning.inbox_id),
            conversations::contact_id.eq(beginning.contact_id),
            conversations::visitor_id.eq(beginning.visitor.map(|visitor| visitor.id)),
            conversations::visitor_email.eq(beginning.visitor.and_then(|of| of.email.as_ref())),
            conversations::subject.eq(beginning.subject),
            conversations::status.eq(status),
            conversations::spam_at.eq(beginning.is_spam.then_some(now)),
            conversations::ownership_version.eq(0),
            conversations::preview.eq(""),
            conversations::last_message_id.eq(0),
            conversations::last_customer_message_id.eq(0),
            conversations::last_activity_at.eq(now),
            conversations::created_at.eq(now),
        ))
        .returning(conversations::id)
        .get_result(conn)?;
    Ok((id, status))
}

/// A conversation of the workspace under its lock, to write a message into it; `None`
/// when there is none of that id.
///
/// # Errors
/// When a query fails.
pub fn lock(conn: &mut Conn, workspace_id: i64, id: i64) -> QueryResult<Option<Thread>> {
    // A notification refers to the owner's membership, and memberships are locked
    // before conversations.
    if let Some(Thread { owner: Some(owner), .. }) = find(conn, workspace_id, id)? {
        dialect::lock(conn, RowLock::MembershipStays(owner))?;
    }
    dialect::lock(conn, RowLock::Conversation(id))?;
    find(conn, workspace_id, id)
}

fn find(conn: &mut Conn, workspace_id: i64, id: i64) -> QueryResult<Option<Thread>> {
    type Found = (i64, Option<i64>, Status, Option<i64>, Option<Utc>, Option<Utc>, String);
    let found: Option<Found> = conversations::table
        .inner_join(contacts::table)
        .filter(conversations::workspace_id.eq(workspace_id))
        .filter(conversations::id.eq(id))
        .select((
            conversations::inbox_id,
            conversations::visitor_id,
            conversations::status,
            conversations::assignee_id,
            conversations::spam_at,
            conversations::waiting_since,
            contacts::name,
        ))
        .first(conn)
        .optional()?;
    let Some((inbox_id, visitor_id, status, owner, spam_at, waiting_since, customer)) = found
    else {
        return Ok(None);
    };
    Ok(Some(Thread {
        workspace_id,
        inbox_id,
        id,
        visitor_id,
        status,
        owner,
        is_spam: spam_at.is_some(),
        waiting_since,
        customer,
    }))
}

/// Inserts the customer's message and moves the conversation up; answers its id.
///
/// # Errors
/// When a query fails.
pub fn store(conn: &mut Conn, thread: &Thread, said: &Said<'_>) -> QueryResult<i64> {
    let now = Utc::now();
    let at = moment(conn, thread, said.came_at, now)?;
    let message_id: i64 = diesel::insert_into(messages::table)
        .values((
            messages::workspace_id.eq(thread.workspace_id),
            messages::conversation_id.eq(thread.id),
            messages::kind.eq(message::Kind::Customer),
            messages::author_name.eq(&thread.customer),
            messages::public_name.eq(&thread.customer),
            messages::body.eq(said.body),
            messages::submission.eq(said.mark),
            messages::mailed_from.eq(said.mailed_from),
            messages::created_at.eq(at),
        ))
        .returning(messages::id)
        .get_result(conn)?;
    // A file that was sent with another message in between stays there.
    attachment::attach(conn, thread.workspace_id, message_id, said.files)?;
    let preview = attachment::preview(said.own, said.files, message::PREVIEW_MAX);
    let asked_at = Some(at).filter(|_| said.asks && !thread.is_spam);
    diesel::update(conversations::table)
        .filter(conversations::workspace_id.eq(thread.workspace_id))
        .filter(conversations::id.eq(thread.id))
        .set((
            conversations::preview.eq(preview),
            conversations::last_message_id.eq(message_id),
            conversations::last_customer_message_id.eq(message_id),
            conversations::last_activity_at.eq(now),
            conversations::waiting_since.eq(thread.waiting_since.or(asked_at)),
        ))
        .execute(conn)?;
    Ok(message_id)
}

/// When a message was said: as it came, but neither later than now, nor before what stands
/// above it, nor before the conversation was put away that it brings back.
fn moment(conn: &mut Conn, thread: &Thread, came_at: Option<Utc>, now: Utc) -> QueryResult<Utc> {
    let Some(came_at) = came_at else { return Ok(now) };
    let newest: Option<Utc> = messages::table
        .filter(messages::workspace_id.eq(thread.workspace_id))
        .filter(messages::conversation_id.eq(thread.id))
        .order(messages::id.desc())
        .select(messages::created_at)
        .first(conn)
        .optional()?;
    let put_away: Option<Utc> = conversations::table
        .find(thread.id)
        .filter(conversations::status.eq(Status::Resolved))
        .select(conversations::last_activity_at)
        .first(conn)
        .optional()?;
    Ok([newest, put_away].into_iter().flatten().fold(came_at, Ord::max).min(now))
}

/// What a message asks for: a resolved or snoozed conversation reopens, and its owner
/// is told; without one, or while they are away, it is everybody's. Of spam nobody hears.
///
/// # Errors
/// When a query fails.
pub fn call_up(conn: &mut Conn, thread: &Thread) -> QueryResult<()> {
    if thread.is_spam {
        return Ok(());
    }
    if thread.status != Status::Open {
        reopen(conn, thread)?;
    }
    let Some(owner) = thread.owner else { return forget_last_owner(conn, thread) };
    let of = (thread.workspace_id, thread.id);
    if ownership::release_absent(conn, of, owner, Utc::now())? {
        return Ok(());
    }
    tell_owner(conn, thread, owner)
}

/// Reopens a conversation that is resolved or snoozed.
///
/// # Errors
/// When a query fails.
pub fn reopen(conn: &mut Conn, thread: &Thread) -> QueryResult<()> {
    diesel::update(conversations::table)
        .filter(conversations::workspace_id.eq(thread.workspace_id))
        .filter(conversations::id.eq(thread.id))
        .set((
            conversations::status.eq(Status::Open),
            conversations::snoozed_until.eq(None::<Utc>),
            conversations::snoozed_by_id.eq(None::<i64>),
        ))
        .execute(conn)?;
    record(conn, thread, activity::Kind::Reopened)
}

/// Without an owner the conversation is everybody's again, not only visible to
/// whoever held it before they left.
fn forget_last_owner(conn: &mut Conn, thread: &Thread) -> QueryResult<()> {
    diesel::update(conversations::table)
        .filter(conversations::workspace_id.eq(thread.workspace_id))
        .filter(conversations::id.eq(thread.id))
        .filter(conversations::last_owner_user_id.is_not_null())
        .set(conversations::last_owner_user_id.eq(None::<i64>))
        .execute(conn)
        .map(|_| ())
}

/// However many lines the customer sends.
fn tell_owner(conn: &mut Conn, thread: &Thread, owner: i64) -> QueryResult<()> {
    notification::send_once(
        conn,
        &Notice {
            workspace_id: thread.workspace_id,
            membership_id: owner,
            kind: notification::Kind::CustomerReplied,
            conversation_id: Some(thread.id),
            outage_id: None,
            actor_name: &thread.customer,
            subject_name: &thread.customer,
        },
    )
}

/// Tells a reply's author, as far as they may see the conversation still, and its owner that
/// it did not arrive with `recipient`. The caller holds the locks of both.
///
/// # Errors
/// When a query fails.
pub fn tell_not_sent(
    conn: &mut Conn,
    thread: &Thread,
    author: Option<i64>,
    recipient: &str,
) -> QueryResult<()> {
    let others = author.filter(|_| author != thread.owner);
    for membership_id in others.into_iter().chain(thread.owner) {
        let actor = membership::actor(conn, thread.workspace_id, membership_id)?;
        let Some(actor) = actor else { continue };
        let visible = conversation::visible_among(conn, thread.workspace_id, actor, &[thread.id])?;
        if visible.is_empty() {
            continue;
        }
        notification::send(
            conn,
            &Notice {
                workspace_id: thread.workspace_id,
                membership_id,
                kind: notification::Kind::ReplyNotSent,
                conversation_id: Some(thread.id),
                outage_id: None,
                actor_name: &thread.customer,
                subject_name: recipient,
            },
        )?;
    }
    Ok(())
}

fn record(conn: &mut Conn, thread: &Thread, kind: activity::Kind) -> QueryResult<()> {
    let by = By::named(&*thread.customer);
    activity::record_in(conn, (thread.workspace_id, thread.id), kind, by, "")
}
