//! Files of messages. A file arrives first and waits, named by a random word that
//! its form carries; it becomes part of a message in the message's transaction.
//! Whatever takes a row, the database notes that the store has a file to delete.

mod clients;
mod sweeping;

use diesel::dsl::auto_type;
use diesel::prelude::*;

pub use clients::{note_client, waiting_of_client};
pub use sweeping::{discarded, mark_deleted, sweep};

use super::token::{self, Purpose, Signer};
use super::visitor::{self, Visitor};
use super::{message, text};
use crate::db::schema::{attachments, conversations, discarded_files, messages};
use crate::db::{Conn, Utc};

/// The most files of one message, and the megabytes of one of them.
pub const MOST: usize = 10;
pub const MEGABYTES: u64 = 25;

/// Who sends a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sender {
    /// A member, by membership.
    Member(i64),
    /// Somebody who writes to this inbox.
    Visitor(i64),
}

impl Sender {
    const fn columns(self) -> (Option<i64>, Option<i64>) {
        match self {
            Self::Member(id) => (Some(id), None),
            Self::Visitor(inbox) => (None, Some(inbox)),
        }
    }
}

/// A file that has arrived.
#[derive(Clone, Debug)]
pub struct NewFile {
    pub name: String,
    pub content_type: &'static str,
    pub size: i64,
    pub store_key: String,
    /// Of a picture that can be shown.
    pub sides: Option<(u32, u32)>,
}

/// A file that a form names.
#[derive(Clone, Debug, Queryable)]
pub struct WaitingFile {
    pub id: i64,
    pub name: String,
    pub size: i64,
    /// The message that it is part of already.
    pub message_id: Option<i64>,
}

/// A file of a message.
#[derive(Clone, Debug, Queryable)]
pub struct Attachment {
    pub id: i64,
    pub message_id: Option<i64>,
    pub name: String,
    pub content_type: String,
    pub size: i64,
    pub store_key: String,
    pub width: Option<i64>,
    pub height: Option<i64>,
}

impl From<Attachment> for WaitingFile {
    fn from(file: Attachment) -> Self {
        Self { id: file.id, name: file.name, size: file.size, message_id: file.message_id }
    }
}

#[auto_type(no_type_alias)]
fn columns() -> _ {
    (
        attachments::id,
        attachments::message_id,
        attachments::name,
        attachments::content_type,
        attachments::size,
        attachments::store_key,
        attachments::width,
        attachments::height,
    )
}

/// Where the store keeps the small picture of a file.
pub fn small_key(store_key: &str) -> String {
    format!("{store_key}-small")
}

/// Notes a file before it is stored, so that none is ever stored without a row.
///
/// # Errors
/// When the query fails.
pub fn add(
    conn: &mut Conn,
    workspace_id: i64,
    sender: Sender,
    word: &str,
    file: &NewFile,
) -> QueryResult<()> {
    let (member_id, inbox_id) = sender.columns();
    let side = |side: fn((u32, u32)) -> u32| file.sides.map(|sides| i64::from(side(sides)));
    diesel::insert_into(attachments::table)
        .values((
            attachments::workspace_id.eq(workspace_id),
            attachments::member_id.eq(member_id),
            attachments::inbox_id.eq(inbox_id),
            attachments::word_hash.eq(token::hash(word)),
            attachments::name.eq(&file.name),
            attachments::content_type.eq(file.content_type),
            attachments::size.eq(file.size),
            attachments::store_key.eq(&file.store_key),
            attachments::width.eq(side(|(width, _)| width)),
            attachments::height.eq(side(|(_, height)| height)),
            attachments::created_at.eq(Utc::now()),
        ))
        .execute(conn)
        .map(|_| ())
}

/// Forgets a file that could not be stored.
///
/// # Errors
/// When the query fails.
pub fn forget(conn: &mut Conn, workspace_id: i64, word: &str) -> QueryResult<()> {
    diesel::delete(
        attachments::table
            .filter(attachments::workspace_id.eq(workspace_id))
            .filter(attachments::word_hash.eq(token::hash(word)))
            .filter(attachments::message_id.is_null()),
    )
    .execute(conn)?;
    Ok(())
}

/// Makes files that came with a mail to an inbox those of the member who sent it.
///
/// # Errors
/// When the query fails.
pub fn pass_to_member(
    conn: &mut Conn,
    workspace_id: i64,
    inbox_id: i64,
    membership_id: i64,
    words: &[String],
) -> QueryResult<()> {
    let hashes: Vec<String> = words.iter().map(|word| token::hash(word)).collect();
    diesel::update(
        attachments::table
            .filter(attachments::workspace_id.eq(workspace_id))
            .filter(attachments::word_hash.eq_any(hashes))
            .filter(attachments::inbox_id.eq(inbox_id))
            .filter(attachments::message_id.is_null()),
    )
    .set((attachments::member_id.eq(Some(membership_id)), attachments::inbox_id.eq(None::<i64>)))
    .execute(conn)
    .map(|_| ())
}

/// Gives a waiting file to another row that keeps its key, in the transaction that
/// writes that row; `None` when there is none of this word (any more).
///
/// # Errors
/// When a query fails.
pub fn hand_over(conn: &mut Conn, workspace_id: i64, word: &str) -> QueryResult<Option<String>> {
    let key: Option<String> = diesel::delete(
        attachments::table
            .filter(attachments::workspace_id.eq(workspace_id))
            .filter(attachments::word_hash.eq(token::hash(word)))
            .filter(attachments::message_id.is_null()),
    )
    .returning(attachments::store_key)
    .get_result(conn)
    .optional()?;
    if let Some(key) = &key {
        // What takes a row has the store delete its file, and this one stays.
        diesel::delete(discarded_files::table.filter(discarded_files::store_key.eq(key)))
            .execute(conn)?;
    }
    Ok(key)
}

/// The file that this sender's form names by a word; `None` when there is none (any
/// more).
///
/// # Errors
/// When the query fails.
pub fn named(
    conn: &mut Conn,
    workspace_id: i64,
    sender: Sender,
    word: &str,
) -> QueryResult<Option<WaitingFile>> {
    let (member_id, inbox_id) = sender.columns();
    let by_word = attachments::table
        .filter(attachments::workspace_id.eq(workspace_id))
        .filter(attachments::word_hash.eq(token::hash(word)))
        .select((attachments::id, attachments::name, attachments::size, attachments::message_id));
    match (member_id, inbox_id) {
        (Some(member), _) => by_word.filter(attachments::member_id.eq(member)).first(conn),
        (None, inbox) => by_word.filter(attachments::inbox_id.eq(inbox)).first(conn),
    }
    .optional()
}

/// The files that a form names, in its order; `None` when one of them is gone.
///
/// # Errors
/// When a query fails.
pub fn all_named(
    conn: &mut Conn,
    workspace_id: i64,
    sender: Sender,
    words: &[String],
) -> QueryResult<Option<Vec<WaitingFile>>> {
    words.iter().map(|word| named(conn, workspace_id, sender, word)).collect()
}

/// Makes files part of a message, in this order. `false` when one of them is part of another.
///
/// # Errors
/// When a query fails.
pub fn attach(
    conn: &mut Conn,
    workspace_id: i64,
    message_id: i64,
    files: &[WaitingFile],
) -> QueryResult<bool> {
    if files.is_empty() {
        return Ok(true);
    }
    let mut attached = 0;
    // They arrived as quickly as each could.
    for (place, file) in (0_i64..).zip(files) {
        attached += diesel::update(
            attachments::table
                .filter(attachments::workspace_id.eq(workspace_id))
                .filter(attachments::id.eq(file.id))
                .filter(attachments::message_id.is_null()),
        )
        .set((
            attachments::message_id.eq(Some(message_id)),
            attachments::place.eq(place),
            attachments::client.eq(None::<String>),
        ))
        .execute(conn)?;
    }
    let count = i64::try_from(attached).unwrap_or(i64::MAX);
    diesel::update(messages::table.find(message_id))
        .set(messages::file_count.eq(count))
        .execute(conn)?;
    Ok(attached == files.len())
}

/// Files told apart, for the mark of a form that must not be stored twice: by what
/// they are called and how much they hold, since a form sent again sends them anew.
pub fn mark(files: &[WaitingFile]) -> String {
    files.iter().map(|file| format!("{}:{}:{};", file.name.len(), file.name, file.size)).collect()
}

/// What a list says of a message: its text, or what it brought.
pub fn preview(body: &str, files: &[WaitingFile], max: usize) -> String {
    match files {
        [] => text::excerpt(body, max),
        _ if !body.trim().is_empty() => text::excerpt(body, max),
        [file] => text::excerpt(&format!("Sent {}", file.name), max),
        files => format!("Sent {} files", files.len()),
    }
}

/// The files of these messages, in the order in which they were sent.
///
/// # Errors
/// When the query fails.
pub fn of_messages(
    conn: &mut Conn,
    workspace_id: i64,
    messages: Vec<i64>,
) -> QueryResult<Vec<Attachment>> {
    if messages.is_empty() {
        return Ok(Vec::new());
    }
    attachments::table
        .filter(attachments::workspace_id.eq(workspace_id))
        .filter(attachments::message_id.eq_any(messages))
        .order((attachments::place, attachments::id))
        .select(columns())
        .load(conn)
}

/// A file of the workspace's messages, with its conversation: for whoever may see that.
///
/// # Errors
/// When the query fails.
pub fn find(conn: &mut Conn, workspace_id: i64, id: i64) -> QueryResult<Option<(Attachment, i64)>> {
    attachments::table
        .inner_join(messages::table.on(attachments::message_id.eq(messages::id.nullable())))
        .filter(attachments::workspace_id.eq(workspace_id))
        .filter(attachments::id.eq(id))
        .select((columns(), messages::conversation_id))
        .first(conn)
        .optional()
}

/// A file that a customer may see, with the visitor who began its conversation: never
/// one of a note, and of a mail where what it says is shown to them.
///
/// # Errors
/// When a query fails.
pub fn find_in_chat(
    conn: &mut Conn,
    (workspace_id, inbox_id): (i64, i64),
    id: i64,
) -> QueryResult<Option<(Attachment, Visitor)>> {
    let found: Option<(Attachment, Option<i64>, Option<String>)> = attachments::table
        .inner_join(messages::table.on(attachments::message_id.eq(messages::id.nullable())))
        .inner_join(conversations::table.on(conversations::id.eq(messages::conversation_id)))
        .filter(attachments::workspace_id.eq(workspace_id))
        .filter(attachments::id.eq(id))
        .filter(messages::kind.eq_any([message::Kind::Customer, message::Kind::Reply]))
        .filter(conversations::inbox_id.eq(inbox_id))
        .select((columns(), conversations::visitor_id, messages::mailed_from))
        .first(conn)
        .optional()?;
    let Some((file, Some(visitor), mailed_from)) = found else { return Ok(None) };
    let visitor = visitor::find(conn, workspace_id, inbox_id, visitor)?;
    let visitor = visitor.filter(|one| mailed_from.is_none() || one.proved_email == mailed_from);
    Ok(visitor.map(|visitor| (file, visitor)))
}

impl Visitor {
    /// What opens a file of theirs where no cookie comes along.
    pub fn pass(&self, signer: &Signer, file: i64) -> String {
        signer.sign(Purpose::ChatFile, file, &self.nonce)
    }

    /// Whether this is the pass of this file and visitor.
    pub fn accepts(&self, signer: &Signer, pass: &str, file: i64) -> bool {
        signer.verify(pass, Purpose::ChatFile, file, &self.nonce)
    }
}

/// Takes back a message's files, in the transaction that takes back the message.
///
/// # Errors
/// When a query fails.
pub fn remove_of(conn: &mut Conn, message_id: i64) -> QueryResult<()> {
    diesel::delete(attachments::table.filter(attachments::message_id.eq(message_id)))
        .execute(conn)?;
    diesel::update(messages::table.find(message_id))
        .set(messages::file_count.eq(0))
        .execute(conn)
        .map(|_| ())
}

/// Lets a message's files wait for another one, in the transaction that takes back the
/// message; answers the new words by which a form names them.
///
/// # Errors
/// When a query fails.
pub fn release_of(conn: &mut Conn, workspace_id: i64, message_id: i64) -> QueryResult<Vec<String>> {
    let files = of_messages(conn, workspace_id, vec![message_id])?;
    let mut words = Vec::with_capacity(files.len());
    for file in files {
        let word = token::short_nonce();
        diesel::update(attachments::table.find(file.id))
            .set((
                attachments::message_id.eq(None::<i64>),
                attachments::word_hash.eq(token::hash(&word)),
                attachments::created_at.eq(Utc::now()),
            ))
            .execute(conn)?;
        words.push(word);
    }
    Ok(words)
}
