//! The customer's verbs in a web chat: begin a conversation, and write into it.
//! What the customer sees is in [`super::visitor`].

pub mod answers;
pub mod away;

use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error};

use super::inbox::Inbox;
use super::incoming::{self, Beginning, Said};
use super::visitor::{self, Visitor};
use super::{attachment, contact, token};
use crate::db::schema::{conversations, messages};
use crate::db::{Conn, Verb, refuse};

/// The longest subject, in characters.
pub(super) const SUBJECT_MAX: usize = 80;

/// Who begins a conversation, by what they typed. The address proves nothing: a
/// browser without a token is a new contact, whoever else has that address.
#[derive(Clone, Debug)]
pub struct Author {
    pub name: String,
    pub email: String,
    /// The visitor that the browser's token proves.
    pub visitor: Option<Visitor>,
}

/// What a customer wrote, checked by [`super::text::message`].
#[derive(Clone, Debug)]
pub struct Words {
    pub body: String,
    /// The random id that came with the form; empty when there was none.
    pub submission: String,
    /// The files that came with it.
    pub files: Vec<attachment::WaitingFile>,
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
    // Two posts have no row in common to lock, so the unique submission decides. The
    // savepoint keeps PostgreSQL's transaction usable after that.
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
    let beginning = Beginning {
        inbox_id: inbox.id,
        contact_id: visitor.contact_id,
        visitor: Some(&visitor),
        subject: &attachment::preview(&words.body, &words.files, SUBJECT_MAX),
        customer: &author.name,
        is_spam: false,
    };
    let thread = incoming::begin(conn, workspace_id, &beginning)?;
    let message_id = incoming::store(conn, &thread, &said(words, mark))?;
    away::tell(conn, inbox, thread.id)?;
    Ok(Stored { visitor, conversation_id: thread.id, message_id })
}

/// The visitor, new or known. One who gives another name or address than before
/// is another contact from now on: what the team knows of the first stays as it is.
fn introduce(conn: &mut Conn, inbox: &Inbox, author: &Author) -> QueryResult<Visitor> {
    let Author { name, email, visitor } = author;
    let workspace_id = inbox.workspace_id;
    let known = match visitor {
        Some(known) => present(conn, known)?,
        None => None,
    };
    if let Some(known) = &known
        && known.name == *name
        && known.email.as_ref() == Some(email)
    {
        return Ok(known.clone());
    }
    let contact_id = contact::create(conn, workspace_id, name, Some(email))?;
    let id = match known {
        Some(known) => {
            visitor::set_contact(conn, workspace_id, known.id, contact_id, (name, email))?;
            known.id
        }
        None => visitor::create(conn, workspace_id, inbox.id, contact_id, (name, email))?,
    };
    visitor::find(conn, workspace_id, inbox.id, id)?.ok_or(Error::NotFound)
}

/// A visitor who was read before, with the contact that theirs is part of by now; `None`
/// where it was deleted, and they with it.
fn present(conn: &mut Conn, known: &Visitor) -> QueryResult<Option<Visitor>> {
    let contact_id = contact::lock_present(conn, known.workspace_id, known.contact_id)?;
    Ok(contact_id.map(|contact_id| Visitor { contact_id, ..known.clone() }))
}

/// The customer writes into a conversation of theirs. A resolved or snoozed one
/// reopens; it keeps its owner, who is told, unless they are away. The same form
/// posted twice stores one message.
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
    let thread = incoming::lock(conn, visitor.workspace_id, conversation_id)?;
    let Some(thread) = thread.filter(|thread| thread.visitor_id == Some(visitor.id)) else {
        return refuse(NoSuchConversation);
    };
    let mark = message_mark(visitor, conversation_id, words);
    if let Some(stored) = stored_before(conn, inbox, mark.as_deref())? {
        return Ok(stored);
    }
    let message_id = incoming::store(conn, &thread, &said(words, mark.as_deref()))?;
    incoming::call_up(conn, &thread)?;
    if !thread.is_spam {
        away::tell(conn, inbox, conversation_id)?;
    }
    Ok(Stored { visitor: visitor.clone(), conversation_id, message_id })
}

fn said<'a>(words: &'a Words, mark: Option<&'a str>) -> Said<'a> {
    let body = &words.body;
    Said {
        body,
        own: body,
        files: &words.files,
        mark,
        asks: true,
        mailed_from: None,
        came_at: None,
    }
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
    let files = attachment::mark(&words.files);
    Some(token::mark(&[about, &[&*words.submission, &*words.body, &*files]].concat()))
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
