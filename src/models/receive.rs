//! A mail that came in becomes a message: exactly once, in the conversation that it
//! answers or in a new one.

mod answer;
mod following;
mod on_behalf;

use diesel::prelude::*;

use super::contact::blocking;
use super::conversation::SUBJECT_MAX;
use super::inbox::{self, Inbox, Kind};
use super::incoming::{self, Beginning, Said, Thread};
use super::mail::{self, Ours};
use super::reply_token::Answer;
use super::token::Signer;
use super::{attachment, contact, delivery, sending};
use crate::db::dialect::{self, RowLock};
use crate::db::schema::{contacts, conversations, mailboxes};
use crate::db::{Conn, Utc, Verb, refuse};

/// A mail as it was read, with what waits for it in the store.
#[derive(Clone, Debug)]
pub struct IncomingMail {
    /// The Message-ID without its brackets; empty where it had none.
    pub header_id: String,
    /// The Message-IDs that it answers, the oldest first.
    pub refs: Vec<String>,
    /// The conversation that a token in its subject or address names.
    pub named: Option<i64>,
    /// The mail of Baton's own that it answers.
    pub answer: Option<Answer>,
    /// Without tokens; may be empty.
    pub subject: String,
    /// Never empty.
    pub from_name: String,
    /// Checked; empty where there is none that is an address.
    pub from_address: String,
    /// As `Name <address>`, one per line.
    pub to_list: String,
    pub cc_list: String,
    /// Where answers go, when not to the sender: as `Name <address>`, one per line.
    pub reply_to: Option<String>,
    /// The address at which a list takes mail, where it came by one; empty otherwise.
    pub list: String,
    pub body: String,
    /// What is the writer's own of that: without what is quoted between.
    pub own: String,
    /// The quoted history and the signature.
    pub quoted: String,
    pub has_html: bool,
    /// Its HTML names pictures elsewhere.
    pub has_remote_images: bool,
    pub writer: Writer,
    pub bounce: Option<Bounce>,
    /// When our mail server got it, where that kept it for us.
    pub came_at: Option<Utc>,
    pub fingerprint: String,
    /// The words of the files that wait for it, in their order.
    pub files: Vec<String>,
    /// A file that was left out, by its name: it holds a part of the mail of Baton's own that
    /// this answers.
    pub quoting_file: Option<String>,
    /// The word of the mail as it was, and its size in bytes.
    pub original: (String, i64),
}

/// Who wrote a mail.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Writer {
    #[default]
    Person,
    /// One of the team, from an address of ours, e.g. with a mail program: it is no
    /// customer's, and calls nobody.
    Colleague,
    /// A mailing list or a program: nothing answers it by itself.
    Machine,
    /// The same, to many at once.
    Bulk,
    /// A program that answers by itself (RFC 3834): it is kept, and calls nobody.
    AutoReply,
}

impl Writer {
    /// Whether no person wrote it.
    pub const fn is_automatic(self) -> bool {
        matches!(self, Self::Machine | Self::Bulk | Self::AutoReply)
    }
}

/// What a mail server says of a mail of ours that it could not deliver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bounce {
    /// The Message-IDs that it speaks of.
    pub of: Vec<String>,
    /// Whom it did not reach.
    pub recipient: Option<String>,
    pub reason: String,
}

/// What became of a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Received {
    Stored {
        conversation_id: i64,
        message_id: i64,
    },
    /// The inbox has it already, or Baton itself sent it.
    Known,
    /// It answers a mail of Baton's own: it has gone on to the customer or the chat, or
    /// back to the member with the reason.
    Answered,
}

/// Why a mail is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("There is no such inbox that takes mail.")]
    NoInbox,
    #[error("This inbox is archived and takes no new conversations.")]
    Archived,
    #[error("What came with the mail is gone.")]
    Gone,
}

/// Takes a mail in: with its files, its original, and all that its message causes.
///
/// # Errors
/// [`Refusal`], or the query's failure.
pub fn take(
    conn: &mut Conn,
    signer: &Signer,
    (workspace_id, inbox_id): (i64, i64),
    letter: &IncomingMail,
) -> Verb<Received, Refusal> {
    // The same mail may come by several ways at once, which have no row in common.
    dialect::lock_name(conn, &format!("mail:{inbox_id}:{}", letter.fingerprint))?;
    let place = (workspace_id, inbox_id);
    if is_known(conn, place, letter)? {
        return Ok(Received::Known);
    }
    let inbox = inbox::find(conn, workspace_id, inbox_id)?;
    let Some(inbox) = inbox.filter(|inbox| inbox.kind == Kind::Email) else {
        return refuse(Refusal::NoInbox);
    };
    if let Some(answered) = answer::take(conn, signer, place, letter)? {
        return Ok(answered);
    }
    let own = sending::own_addresses(conn, workspace_id)?;
    let letter = &*on_behalf::resolved(letter, &own);
    let bounced = match &letter.bounce {
        Some(bounce) => bounced(conn, place, bounce, letter.named)?,
        None => None,
    };
    let thread = match bounced {
        Some(ours) => {
            if let Some(author) = ours.author_id {
                dialect::lock(conn, RowLock::MembershipStays(author))?;
            }
            incoming::lock(conn, workspace_id, ours.conversation_id)?
        }
        None => answered(conn, &inbox, letter)?,
    };
    let sender = attachment::Sender::Visitor(inbox_id);
    let Some(files) = attachment::all_named(conn, workspace_id, sender, &letter.files)? else {
        return refuse(Refusal::Gone);
    };
    let (thread, is_new) = match thread {
        Some(thread) => (Thread { customer: letter.from_name.clone(), ..thread }, false),
        None => (begin(conn, &inbox, letter, &files)?, true),
    };
    // What a blocked contact begins is spam.
    let is_heard = !matches!(letter.writer, Writer::AutoReply | Writer::Colleague)
        && (is_new || !is_blocked(conn, &thread, letter)?);
    let message_id = store(conn, &thread, letter, &files, is_heard)?;
    match (&letter.bounce, bounced) {
        (Some(bounce), Some(ours)) => tell_bounce(conn, &thread, ours, &bounce.reason)?,
        _ if is_new || !is_heard => {}
        _ => incoming::call_up(conn, &thread)?,
    }
    arrived(conn, inbox_id)?;
    Ok(Received::Stored { conversation_id: thread.id, message_id })
}

/// The mail of ours that a bounce is of: by its Message-ID, or where a service gave it
/// another one, the newest of the conversation that its token names to whom it did not reach.
fn bounced(
    conn: &mut Conn,
    place: (i64, i64),
    bounce: &Bounce,
    named: Option<i64>,
) -> QueryResult<Option<Ours>> {
    match (mail::ours(conn, place, &bounce.of)?, named, &bounce.recipient) {
        (None, Some(conversation_id), Some(recipient)) => {
            mail::newest_to(conn, place, conversation_id, recipient)
        }
        (ours, ..) => Ok(ours),
    }
}

/// Notes when the last mail came: one that was not taken before.
fn arrived(conn: &mut Conn, inbox_id: i64) -> QueryResult<()> {
    diesel::update(mailboxes::table.find(inbox_id))
        .set(mailboxes::last_mail_at.eq(Some(Utc::now())))
        .execute(conn)
        .map(|_| ())
}

/// Whether there is nothing to take: the mail is here, is one of ours that came back, or
/// one to a member whose address is the inbox's too. Such a mail stays in the mailbox: its
/// links let in whoever has them, and an Agent is not to read them in the queue.
///
/// # Errors
/// When a query fails.
pub fn is_known(conn: &mut Conn, place: (i64, i64), letter: &IncomingMail) -> QueryResult<bool> {
    let own = std::slice::from_ref(&letter.header_id);
    Ok(mail::is_known(conn, place.1, &letter.fingerprint)?
        || !letter.header_id.is_empty() && mail::ours(conn, place, own)?.is_some()
        || delivery::is_to_a_member(conn, &letter.header_id)?)
}

/// The conversation of this inbox that the mail answers: by our own Message-IDs, then
/// by the token that we gave it. Who sends it does not matter: a customer may write
/// from another address, or have handed the matter on. Else the one that it goes on with,
/// where who sends it does.
fn answered(conn: &mut Conn, inbox: &Inbox, letter: &IncomingMail) -> QueryResult<Option<Thread>> {
    let ours = mail::ours(conn, (inbox.workspace_id, inbox.id), &letter.refs)?;
    let said = ours.map(|ours| ours.conversation_id).or(letter.named);
    if let Some(thread) = thread_of(conn, inbox, said)? {
        return Ok(Some(thread));
    }
    // What it names may be another inbox's, to which it went as well.
    let id = following::find(conn, inbox, letter)?;
    thread_of(conn, inbox, id)
}

/// A conversation of this inbox, under its lock.
fn thread_of(conn: &mut Conn, inbox: &Inbox, id: Option<i64>) -> QueryResult<Option<Thread>> {
    let Some(id) = id else { return Ok(None) };
    let thread = incoming::lock(conn, inbox.workspace_id, id)?;
    Ok(thread.filter(|thread| thread.inbox_id == inbox.id))
}

fn begin(
    conn: &mut Conn,
    inbox: &Inbox,
    letter: &IncomingMail,
    files: &[attachment::WaitingFile],
) -> Verb<Thread, Refusal> {
    if inbox::lock_archived(conn, inbox)? {
        return refuse(Refusal::Archived);
    }
    let workspace_id = inbox.workspace_id;
    let contact_id = sender(conn, workspace_id, letter)?;
    let address = Some(letter.from_address.as_str()).filter(|address| !address.is_empty());
    // Nothing that arrives is dropped: what a blocked contact writes is put aside.
    let is_spam = blocking::is_refused(conn, workspace_id, None, Some(contact_id), address)?;
    let subject = match letter.subject.trim() {
        "" => attachment::preview(&letter.own, files, SUBJECT_MAX),
        subject => super::text::excerpt(subject, SUBJECT_MAX),
    };
    let beginning = Beginning {
        inbox_id: inbox.id,
        contact_id,
        visitor: None,
        subject: if subject.is_empty() { "No subject" } else { &subject },
        customer: &letter.from_name,
        is_spam,
    };
    Ok(incoming::begin(conn, workspace_id, &beginning)?)
}

/// The contact who has the sender's address, or a new one. The address proves nothing,
/// and opens nothing: it tells the team who says to have written.
fn sender(conn: &mut Conn, workspace_id: i64, letter: &IncomingMail) -> QueryResult<i64> {
    let address = letter.from_address.as_str();
    if address.is_empty() {
        return contact::create(conn, workspace_id, &letter.from_name, None);
    }
    match contact::lock_address(conn, workspace_id, address)? {
        Some((id, ..)) => Ok(id),
        None => contact::create(conn, workspace_id, &letter.from_name, Some(address)),
    }
}

fn store(
    conn: &mut Conn,
    thread: &Thread,
    letter: &IncomingMail,
    files: &[attachment::WaitingFile],
    is_heard: bool,
) -> Verb<i64, Refusal> {
    let workspace_id = thread.workspace_id;
    let Some(key) = attachment::hand_over(conn, workspace_id, &letter.original.0)? else {
        return refuse(Refusal::Gone);
    };
    let asks = is_heard && letter.writer == Writer::Person;
    let (body, own, came_at) = (&letter.body, &letter.own, letter.came_at);
    let said = Said { body, own, files, mark: None, asks, mailed_from: None, came_at };
    let message_id = incoming::store(conn, thread, &said)?;
    mail::insert(conn, (workspace_id, thread.inbox_id), message_id, letter, &key)?;
    Ok(message_id)
}

fn is_blocked(conn: &mut Conn, thread: &Thread, letter: &IncomingMail) -> QueryResult<bool> {
    let contact: i64 =
        conversations::table.find(thread.id).select(conversations::contact_id).first(conn)?;
    let address = Some(letter.from_address.as_str()).filter(|address| !address.is_empty());
    blocking::is_refused(conn, thread.workspace_id, None, Some(contact), address)
}

/// The reply is marked, and its author and the owner hear of it. Without an owner, the
/// conversation comes back to everybody.
fn tell_bounce(conn: &mut Conn, thread: &Thread, ours: Ours, reason: &str) -> QueryResult<()> {
    if !mail::mark_bounced(conn, thread.workspace_id, ours.message_id, reason)? {
        return Ok(());
    }
    let contact: String = conversations::table
        .inner_join(contacts::table)
        .filter(conversations::id.eq(thread.id))
        .select(contacts::name)
        .first(conn)?;
    if thread.owner.is_none() {
        incoming::call_up(conn, thread)?;
    }
    incoming::tell_not_sent(conn, thread, ours.author_id, &contact)
}
