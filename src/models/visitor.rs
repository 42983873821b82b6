//! Visitors: browsers that wrote to a chat, and what they see of it: the
//! conversations they began in this browser and the messages meant for them.
//! Never a note, and never what another visitor wrote under the same name or
//! address; nor what somebody mailed from the address that they typed, before a link
//! that was mailed there is opened in this browser. A visitor holds a signed token; what
//! they typed opens nothing.

mod live;
mod reading;

use diesel::dsl::auto_type;
use diesel::prelude::*;

use super::attachment::{self, Attachment};
use super::chat::away;
use super::message::Kind;
use super::paging::Page;
use super::token::{self, Purpose, Signer};
use crate::db::schema::{conversations, memberships, messages, users, visitors};
use crate::db::{Conn, Utc};

pub use live::{of_conversation, public_names};
pub use reading::mark_read;

/// The most conversations that a page shows.
const MOST_CONVERSATIONS: i64 = 50;
/// Messages that it shows at once.
const MESSAGES: Page = Page::of(100);
/// The kinds of message that a customer sees.
const VISIBLE: [Kind; 2] = [Kind::Customer, Kind::Reply];

/// A visitor of one chat, and the contact they are known as.
#[derive(Clone, Debug, Queryable)]
pub struct Visitor {
    pub id: i64,
    pub workspace_id: i64,
    pub inbox_id: i64,
    pub contact_id: i64,
    pub(super) nonce: String,
    /// What they typed: a contact's name is the team's, and not for them to see.
    pub name: String,
    pub email: Option<String>,
    pub created_at: Utc,
    /// The address to which a mail went whose link was opened in their browser.
    pub(super) proved_email: Option<String>,
}

impl Visitor {
    /// The token that the visitor's browser keeps.
    pub fn token(&self, signer: &Signer) -> String {
        signer.sign(Purpose::Visitor, self.id, &self.nonce)
    }
}

/// Creates a visitor of an inbox, and answers its id.
///
/// # Errors
/// When the query fails.
pub fn create(
    conn: &mut Conn,
    workspace_id: i64,
    inbox_id: i64,
    contact_id: i64,
    (name, email): (&str, &str),
) -> QueryResult<i64> {
    diesel::insert_into(visitors::table)
        .values((
            visitors::workspace_id.eq(workspace_id),
            visitors::inbox_id.eq(inbox_id),
            visitors::contact_id.eq(contact_id),
            visitors::nonce.eq(token::nonce()),
            visitors::name.eq(name),
            visitors::email.eq(Some(email)),
            visitors::created_at.eq(Utc::now()),
        ))
        .returning(visitors::id)
        .get_result(conn)
}

/// Makes the visitor known as another contact, by what they typed.
///
/// # Errors
/// When the query fails.
pub fn set_contact(
    conn: &mut Conn,
    workspace_id: i64,
    id: i64,
    contact_id: i64,
    (name, email): (&str, &str),
) -> QueryResult<()> {
    diesel::update(visitors::table)
        .filter(visitors::workspace_id.eq(workspace_id))
        .filter(visitors::id.eq(id))
        .set((
            visitors::contact_id.eq(contact_id),
            visitors::name.eq(name),
            visitors::email.eq(Some(email)),
        ))
        .execute(conn)
        .map(|_| ())
}

/// A visitor of this inbox by id: for those whose id is known to be theirs.
///
/// # Errors
/// When the query fails.
pub fn find(
    conn: &mut Conn,
    workspace_id: i64,
    inbox_id: i64,
    id: i64,
) -> QueryResult<Option<Visitor>> {
    visitors::table
        .filter(visitors::workspace_id.eq(workspace_id))
        .filter(visitors::inbox_id.eq(inbox_id))
        .filter(visitors::id.eq(id))
        .select((
            visitors::id,
            visitors::workspace_id,
            visitors::inbox_id,
            visitors::contact_id,
            visitors::nonce,
            visitors::name,
            visitors::email,
            visitors::created_at,
            visitors::proved_email,
        ))
        .first(conn)
        .optional()
}

/// The visitor that a token proves; `None` for a token that is forged, of
/// another chat, or of a visitor who is gone: they begin anew.
///
/// # Errors
/// When the query fails.
pub fn recognise(
    conn: &mut Conn,
    signer: &Signer,
    workspace_id: i64,
    inbox_id: i64,
    token: &str,
) -> QueryResult<Option<Visitor>> {
    let Some(id) = token::row_id(token) else { return Ok(None) };
    let found = find(conn, workspace_id, inbox_id, id)?;
    Ok(found.filter(|visitor| signer.verify(token, Purpose::Visitor, id, &visitor.nonce)))
}

/// One of the visitor's conversations.
#[derive(Clone, Debug, Queryable)]
pub struct OwnConversation {
    pub id: i64,
    pub subject: String,
    /// When the newest message that the customer sees was written.
    pub last_message_at: Utc,
}

/// A visitor's conversations, each with the newest message that they see of it.
#[auto_type(no_type_alias)]
fn own(workspace_id: i64, visitor_id: i64) -> _ {
    conversations::table
        .inner_join(messages::table.on(messages::id.eq(conversations::last_message_id)))
        .filter(conversations::workspace_id.eq(workspace_id))
        .filter(conversations::visitor_id.eq(visitor_id))
        .select((conversations::id, conversations::subject, messages::created_at))
}

/// The visitor's conversations, the one with the newest message first.
///
/// # Errors
/// When the query fails.
pub fn conversations_of(
    conn: &mut Conn,
    visitor: &Visitor,
    limit: i64,
) -> QueryResult<Vec<OwnConversation>> {
    own(visitor.workspace_id, visitor.id).order(messages::id.desc()).limit(limit).load(conn)
}

/// One of the visitor's conversations; `None` when it is not theirs.
///
/// # Errors
/// When the query fails.
pub fn find_conversation(
    conn: &mut Conn,
    visitor: &Visitor,
    id: i64,
) -> QueryResult<Option<OwnConversation>> {
    own(visitor.workspace_id, visitor.id).filter(conversations::id.eq(id)).first(conn).optional()
}

/// A message as its customer sees it.
#[derive(Clone, Debug, Queryable)]
pub struct VisibleMessage {
    pub id: i64,
    pub is_theirs: bool,
    /// The name that the customer knows the author by.
    pub author: String,
    /// The key of the author's picture, while they are with the team.
    pub picture: Option<String>,
    pub body: String,
    pub created_at: Utc,
    pub file_count: i64,
}

/// The messages of a conversation that its visitor sees; none where it is not theirs.
#[auto_type(no_type_alias)]
fn visible(
    workspace_id: i64,
    visitor_id: i64,
    proved_email: Option<String>,
    conversation_id: i64,
) -> _ {
    let kinds: [Kind; 2] = VISIBLE;
    let customer: Kind = Kind::Customer;
    let author =
        memberships::id.nullable().eq(messages::author_id).and(memberships::ended_at.is_null());
    messages::table
        .inner_join(conversations::table)
        .left_join(memberships::table.on(author))
        .left_join(users::table.on(users::id.nullable().eq(memberships::user_id.nullable())))
        .filter(messages::workspace_id.eq(workspace_id))
        .filter(messages::conversation_id.eq(conversation_id))
        .filter(messages::kind.eq_any(kinds))
        .filter(messages::mailed_from.is_null().or(messages::mailed_from.eq(proved_email)))
        .filter(conversations::visitor_id.eq(visitor_id))
        .select((
            messages::id,
            messages::kind.eq(customer),
            messages::public_name,
            users::picture.nullable(),
            messages::body,
            messages::created_at,
            messages::file_count,
        ))
}

/// The newest messages of a visitor's conversation before `before` (of all when
/// `None`), in their order. Empty when it is not theirs.
///
/// # Errors
/// When the query fails.
pub fn latest_messages(
    conn: &mut Conn,
    visitor: &Visitor,
    conversation_id: i64,
    before: Option<i64>,
    limit: i64,
) -> QueryResult<Vec<VisibleMessage>> {
    let mut latest: Vec<VisibleMessage> =
        visible(visitor.workspace_id, visitor.id, visitor.proved_email.clone(), conversation_id)
            .filter(messages::id.lt(before.unwrap_or(i64::MAX)))
            .order(messages::id.desc())
            .limit(limit)
            .load(conn)?;
    latest.reverse();
    Ok(latest)
}

/// When the first message from `from` on was written.
fn first_from(
    conn: &mut Conn,
    visitor: &Visitor,
    conversation_id: i64,
    from: i64,
) -> QueryResult<Option<Utc>> {
    visible(visitor.workspace_id, visitor.id, visitor.proved_email.clone(), conversation_id)
        .filter(messages::id.ge(from))
        .order(messages::id)
        .first::<VisibleMessage>(conn)
        .optional()
        .map(|first| first.map(|message| message.created_at))
}

/// Which conversation a visitor wants to see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// None: they begin a new one.
    New,
    /// The one with the newest message, where there is one.
    Latest,
    /// One of theirs, as far as the message `before`.
    One { id: i64, before: Option<i64> },
}

/// What a visitor sees at once.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// The latest first.
    pub conversations: Vec<OwnConversation>,
    /// The conversation that was wanted, if there is one and it is theirs.
    pub open: Option<OpenConversation>,
}

/// A conversation with its newest messages, in their order.
#[derive(Clone, Debug)]
pub struct OpenConversation {
    pub id: i64,
    /// The newest message that a page has shown them before.
    pub read_id: i64,
    pub messages: Vec<VisibleMessage>,
    /// What they were told by itself, and when.
    pub told: Vec<(Utc, String)>,
    /// The oldest message that is shown, when there are earlier ones.
    pub earlier: Option<i64>,
    pub files: Vec<Attachment>,
}

/// Everything that a page shows to a visitor.
///
/// # Errors
/// When a query fails.
pub fn look(conn: &mut Conn, visitor: &Visitor, wanted: Wanted) -> QueryResult<Seen> {
    let conversations = conversations_of(conn, visitor, MOST_CONVERSATIONS)?;
    let (found, before) = match wanted {
        Wanted::New => (None, None),
        Wanted::Latest => (conversations.first().map(|one| one.id), None),
        Wanted::One { id, before } => {
            (find_conversation(conn, visitor, id)?.map(|one| one.id), before)
        }
    };
    let Some(id) = found else { return Ok(Seen { conversations, open: None }) };
    let mut messages = latest_messages(conn, visitor, id, before, MESSAGES.limit())?;
    let earlier = MESSAGES.cut_earlier(&mut messages).map(|oldest| oldest.id);
    let files = files_of(conn, visitor, &messages)?;
    let mut told = away::told(conn, visitor.workspace_id, id)?;
    if let Some(before) = before {
        // What was told after this page stands on a newer one.
        let next = first_from(conn, visitor, id, before)?;
        told.retain(|(at, _)| next.is_none_or(|next| *at < next));
    }
    let read_id =
        conversations::table.find(id).select(conversations::visitor_read_id).first(conn)?;
    let open = OpenConversation { id, read_id, messages, told, earlier, files };
    Ok(Seen { conversations, open: Some(open) })
}

impl OpenConversation {
    /// The newest reply among what is shown, where they have not seen it before.
    pub fn news(&self) -> Option<i64> {
        newest_reply(&self.messages).filter(|id| *id > self.read_id)
    }
}

/// The newest of these messages that the team wrote.
pub fn newest_reply(messages: &[VisibleMessage]) -> Option<i64> {
    messages.iter().filter(|message| !message.is_theirs).map(|message| message.id).max()
}

/// The files of messages that a visitor sees.
///
/// # Errors
/// When the query fails.
pub fn files_of(
    conn: &mut Conn,
    visitor: &Visitor,
    messages: &[VisibleMessage],
) -> QueryResult<Vec<Attachment>> {
    let with_files = messages.iter().filter(|message| message.file_count > 0);
    let ids = with_files.map(|message| message.id).collect();
    attachment::of_messages(conn, visitor.workspace_id, ids)
}

/// What a visitor's conversation got after message `after`, in its order.
///
/// # Errors
/// When the query fails.
pub fn messages_after(
    conn: &mut Conn,
    visitor: &Visitor,
    conversation_id: i64,
    after: i64,
    limit: i64,
) -> QueryResult<Vec<VisibleMessage>> {
    visible(visitor.workspace_id, visitor.id, visitor.proved_email.clone(), conversation_id)
        .filter(messages::id.gt(after))
        .order(messages::id)
        .limit(limit)
        .load(conn)
}
