//! The customer's verbs in a web chat: begin a conversation, and write into it.
//! What the customer sees is in [`super::visitor`].

pub mod away;

use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error};

use super::activity::{self, By};
use super::inbox::Inbox;
use super::notification::{self, Notice};
use super::visitor::{self, Visitor};
use super::{attachment, contact, message, token};
use crate::db::dialect::{self, Row};
use crate::db::schema::{contacts, conversations, messages};
use crate::db::{Conn, Utc, Verb, refuse};
use crate::policy::Status;

/// The longest subject, in characters.
const SUBJECT_MAX: usize = 80;

/// Who begins a conversation, by what they typed. The address proves nothing: a
/// browser without a token is a new contact, whoever else has that address.
#[derive(Clone, Debug)]
pub struct Author {
    pub name: String,
    pub email: String,
    /// The visitor that the browser's token proves.
    pub visitor: Option<Visitor>,
}

/// What a customer wrote, checked by [`text::paragraph`].
#[derive(Clone, Debug)]
pub struct Words {
    pub body: String,
    /// The random id that came with the form; empty when there was none.
    pub submission: String,
    /// The files that came with it.
    pub files: Vec<attachment::Sent>,
}

/// A message that is in the database: stored now, or by the first of two posts
/// of the same form.
#[derive(Clone, Debug)]
pub struct Stored {
    pub visitor: Visitor,
    pub conversation_id: i64,
    pub message_id: i64,
}

/// There is no such conversation for this visitor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("There is no such conversation.")]
pub struct NoSuchConversation;

/// The customer begins a conversation with its first message, which names it.
/// It starts in the queue. The same form posted twice begins one.
///
/// # Errors
/// When a query fails.
pub fn start_conversation(
    conn: &mut Conn,
    inbox: &Inbox,
    author: &Author,
    words: &Words,
) -> QueryResult<Stored> {
    let mark = start_mark(inbox, author, words);
    if let Some(stored) = stored_before(conn, inbox, mark.as_deref())? {
        return Ok(stored);
    }
    // Two posts at once have no row in common to lock, so the unique submission
    // decides. The savepoint keeps PostgreSQL's transaction usable after that.
    let begun = conn.transaction(|conn| begin(conn, inbox, author, words, mark.as_deref()));
    match begun {
        Err(Error::DatabaseError(DatabaseErrorKind::UniqueViolation, info)) => {
            stored_before(conn, inbox, mark.as_deref())?
                .ok_or(Error::DatabaseError(DatabaseErrorKind::UniqueViolation, info))
        }
        other => other,
    }
}

fn begin(
    conn: &mut Conn,
    inbox: &Inbox,
    author: &Author,
    words: &Words,
    mark: Option<&str>,
) -> QueryResult<Stored> {
    let workspace_id = inbox.workspace_id;
    let visitor = introduce(conn, inbox, author)?;
    let now = Utc::now();
    let conversation_id: i64 = diesel::insert_into(conversations::table)
        .values((
            conversations::workspace_id.eq(workspace_id),
            conversations::inbox_id.eq(inbox.id),
            conversations::contact_id.eq(visitor.contact_id),
            conversations::visitor_id.eq(Some(visitor.id)),
            conversations::subject.eq(attachment::preview(&words.body, &words.files, SUBJECT_MAX)),
            conversations::status.eq(Status::Open.code()),
            conversations::ownership_version.eq(0),
            conversations::preview.eq(""),
            conversations::last_message_id.eq(0),
            conversations::last_customer_message_id.eq(0),
            conversations::last_activity_at.eq(now),
            conversations::created_at.eq(now),
        ))
        .returning(conversations::id)
        .get_result(conn)?;
    let thread = Thread {
        workspace_id,
        id: conversation_id,
        status: Status::Open.code().to_owned(),
        owner: None,
        is_spam: false,
        customer: author.name.clone(),
    };
    record(conn, &thread, activity::Kind::Created)?;
    let message_id = store(conn, &thread, words, mark)?;
    away::tell(conn, inbox, conversation_id)?;
    Ok(Stored { visitor, conversation_id, message_id })
}

/// The visitor, new or known. One who gives another name or address than before
/// is another contact from now on: what the team knows of the first stays as it is.
fn introduce(conn: &mut Conn, inbox: &Inbox, author: &Author) -> QueryResult<Visitor> {
    let Author { name, email, visitor } = author;
    if let Some(known) = visitor
        && known.name == *name
        && known.email.as_ref() == Some(email)
    {
        return Ok(known.clone());
    }
    let workspace_id = inbox.workspace_id;
    let contact_id = contact::create(conn, workspace_id, name, Some(email))?;
    let id = match visitor {
        Some(known) => {
            visitor::set_contact(conn, workspace_id, known.id, contact_id, (name, email))?;
            known.id
        }
        None => visitor::create(conn, workspace_id, inbox.id, contact_id, (name, email))?,
    };
    visitor::find(conn, workspace_id, inbox.id, id)?.ok_or(Error::NotFound)
}

/// The customer writes into a conversation of theirs. A resolved or snoozed one
/// reopens; it keeps its owner, who is told. The same form posted twice stores
/// one message.
///
/// # Errors
/// [`NoSuchConversation`] unless this visitor began it, or the query's failure.
pub fn write_message(
    conn: &mut Conn,
    inbox: &Inbox,
    visitor: &Visitor,
    conversation_id: i64,
    words: &Words,
) -> Verb<Stored, NoSuchConversation> {
    // The notification below refers to the owner's membership, and memberships
    // are locked before conversations.
    if let Some(Thread { owner: Some(owner), .. }) = thread(conn, visitor, conversation_id)? {
        dialect::lock(conn, Row::MembershipStays(owner))?;
    }
    dialect::lock(conn, Row::Conversation(conversation_id))?;
    let Some(thread) = thread(conn, visitor, conversation_id)? else {
        return refuse(NoSuchConversation);
    };
    let mark = message_mark(visitor, conversation_id, words);
    if let Some(stored) = stored_before(conn, inbox, mark.as_deref())? {
        return Ok(stored);
    }
    let message_id = store(conn, &thread, words, mark.as_deref())?;
    if thread.status != Status::Open.code() && !thread.is_spam {
        reopen(conn, &thread)?;
    }
    if !thread.is_spam {
        away::tell(conn, inbox, conversation_id)?;
    }
    match thread.owner {
        _ if thread.is_spam => {}
        Some(owner) => tell_owner(conn, &thread, owner)?,
        None => forget_last_owner(conn, &thread)?,
    }
    Ok(Stored { visitor: visitor.clone(), conversation_id, message_id })
}

/// A conversation, as far as a message into it cares.
struct Thread {
    workspace_id: i64,
    id: i64,
    status: String,
    owner: Option<i64>,
    /// What comes in stays there, and nobody is told.
    is_spam: bool,
    /// The name of whoever writes: the conversation's contact.
    customer: String,
}

/// The conversation, if this visitor began it.
fn thread(conn: &mut Conn, visitor: &Visitor, id: i64) -> QueryResult<Option<Thread>> {
    let workspace_id = visitor.workspace_id;
    let found: Option<(String, Option<i64>, Option<Utc>, String)> = conversations::table
        .inner_join(contacts::table)
        .filter(conversations::workspace_id.eq(workspace_id))
        .filter(conversations::visitor_id.eq(visitor.id))
        .filter(conversations::id.eq(id))
        .select((
            conversations::status,
            conversations::assignee_id,
            conversations::spam_at,
            contacts::name,
        ))
        .first(conn)
        .optional()?;
    Ok(found.map(|(status, owner, spam_at, customer)| Thread {
        workspace_id,
        id,
        status,
        owner,
        is_spam: spam_at.is_some(),
        customer,
    }))
}

/// Inserts the customer's message and moves the conversation up.
fn store(conn: &mut Conn, thread: &Thread, words: &Words, mark: Option<&str>) -> QueryResult<i64> {
    let now = Utc::now();
    let message_id: i64 = diesel::insert_into(messages::table)
        .values((
            messages::workspace_id.eq(thread.workspace_id),
            messages::conversation_id.eq(thread.id),
            messages::kind.eq(message::kind::CUSTOMER),
            messages::author_name.eq(&thread.customer),
            messages::public_name.eq(&thread.customer),
            messages::body.eq(&words.body),
            messages::submission.eq(mark),
            messages::created_at.eq(now),
        ))
        .returning(messages::id)
        .get_result(conn)?;
    // A file that was sent with another message in between stays there.
    attachment::attach(conn, thread.workspace_id, message_id, &words.files)?;
    let preview = attachment::preview(&words.body, &words.files, message::PREVIEW_MAX);
    diesel::update(conversations::table)
        .filter(conversations::workspace_id.eq(thread.workspace_id))
        .filter(conversations::id.eq(thread.id))
        .set((
            conversations::preview.eq(preview),
            conversations::last_message_id.eq(message_id),
            conversations::last_customer_message_id.eq(message_id),
            conversations::last_activity_at.eq(now),
        ))
        .execute(conn)?;
    Ok(message_id)
}

fn reopen(conn: &mut Conn, thread: &Thread) -> QueryResult<()> {
    diesel::update(conversations::table)
        .filter(conversations::workspace_id.eq(thread.workspace_id))
        .filter(conversations::id.eq(thread.id))
        .set((
            conversations::status.eq(Status::Open.code()),
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
        .filter(conversations::last_owner_id.is_not_null())
        .set(conversations::last_owner_id.eq(None::<i64>))
        .execute(conn)
        .map(|_| ())
}

/// One unread notice is enough, however many lines the customer sends.
fn tell_owner(conn: &mut Conn, thread: &Thread, owner: i64) -> QueryResult<()> {
    if notification::any_unread_of(conn, owner, thread.id)? {
        return Ok(());
    }
    notification::send(
        conn,
        &Notice {
            workspace_id: thread.workspace_id,
            membership_id: owner,
            kind: notification::Kind::CustomerReplied,
            conversation_id: Some(thread.id),
            actor_name: &thread.customer,
            subject_name: &thread.customer,
        },
    )
}

fn record(conn: &mut Conn, thread: &Thread, kind: activity::Kind) -> QueryResult<()> {
    activity::record(
        conn,
        &activity::Line {
            workspace_id: thread.workspace_id,
            conversation_id: Some(thread.id),
            kind,
            by: &By::named(&*thread.customer),
            subject: None,
            detail: "",
        },
    )
}

/// What is stored as the submission of a conversation's first message. The text
/// is part of it: a form that comes back by the browser's way back and is sent
/// with another text is another message. So is who wrote, since a page without
/// a token proves itself by nothing else, see [`stored_before`].
fn start_mark(inbox: &Inbox, author: &Author, words: &Words) -> Option<String> {
    mark(words, &["start", &inbox.chat_key, &author.name, &author.email])
}

fn message_mark(visitor: &Visitor, conversation_id: i64, words: &Words) -> Option<String> {
    mark(words, &["in", &visitor.id.to_string(), &conversation_id.to_string()])
}

fn mark(words: &Words, about: &[&str]) -> Option<String> {
    if words.submission.is_empty() {
        return None;
    }
    // Each part with its length, so that no two lists of parts read the same.
    let files = attachment::mark(&words.files);
    let framed: String = about
        .iter()
        .copied()
        .chain([&*words.submission, &*words.body, &*files])
        .map(|part| format!("{}:{part}", part.len()))
        .collect();
    Some(token::hash(&framed))
}

/// Whether this very form began a conversation already: a repetition of it does
/// not count against a limit.
///
/// # Errors
/// When the query fails.
pub fn find_started(
    conn: &mut Conn,
    inbox: &Inbox,
    author: &Author,
    words: &Words,
) -> QueryResult<Option<Stored>> {
    stored_before(conn, inbox, start_mark(inbox, author, words).as_deref())
}

/// Whether this very form is a stored message already, as [`find_started`].
///
/// # Errors
/// When the query fails.
pub fn find_written(
    conn: &mut Conn,
    inbox: &Inbox,
    visitor: &Visitor,
    conversation_id: i64,
    words: &Words,
) -> QueryResult<Option<Stored>> {
    stored_before(conn, inbox, message_mark(visitor, conversation_id, words).as_deref())
}

/// The message of the first of two equal posts. Whoever knows a page's random
/// submission id and all that was typed into it is the browser that sent it:
/// it gets the same token, since the answer to the first may not have arrived.
fn stored_before(
    conn: &mut Conn,
    inbox: &Inbox,
    mark: Option<&str>,
) -> QueryResult<Option<Stored>> {
    let Some(mark) = mark else { return Ok(None) };
    let found: Option<(i64, i64, Option<i64>)> = messages::table
        .inner_join(conversations::table)
        .filter(messages::workspace_id.eq(inbox.workspace_id))
        .filter(messages::submission.eq(mark))
        .select((messages::id, conversations::id, conversations::visitor_id))
        .first(conn)
        .optional()?;
    let Some((message_id, conversation_id, Some(visitor_id))) = found else { return Ok(None) };
    let visitor = visitor::find(conn, inbox.workspace_id, inbox.id, visitor_id)?;
    Ok(visitor.map(|visitor| Stored { visitor, conversation_id, message_id }))
}

#[cfg(test)]
mod tests;
