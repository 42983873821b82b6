//! Answers of a chat by mail, for a customer who gave an address and went away.
//!
//! Anybody can type anybody's address. So nothing is mailed but what a member replied,
//! nothing of what the customer typed stands in the mail, one address gets few of them,
//! and its reader ends them for good.

use chrono::TimeDelta;
use diesel::prelude::*;

use super::super::contact::blocking;
use super::super::delivery::{self, Waiting};
use super::super::inbox::{self, Inbox};
use super::super::mailbox::{self, Mailbox};
use super::super::message::Kind;
use super::super::token::{self, Purpose, Signer};
use super::super::visitor;
use crate::db::schema::{
    contacts, conversations, deliveries, inboxes, mail_stops, messages, visitors, workspaces,
};
use crate::db::{Conn, Utc};

/// How long a mail waits for more replies, and for the customer to see them in the chat.
pub const WAIT: TimeDelta = TimeDelta::minutes(2);
/// Mails of chats to one address in a day, by whether it is known to be the visitor's.
pub const MOST_UNPROVED: i64 = 10;
const MOST_PROVED: i64 = 100;

/// The customer of a chat, as far as a mail to them cares.
struct Customer {
    visitor_id: i64,
    /// What they gave for this conversation: the same browser may begin another one under
    /// another address.
    email: String,
    /// A link that was mailed there was opened in the browser of the chat.
    is_proved: bool,
}

fn customer(
    conn: &mut Conn,
    workspace_id: i64,
    conversation_id: i64,
) -> QueryResult<Option<Customer>> {
    type Row = (i64, i64, Option<String>, Option<String>);
    let found: Option<Row> = conversations::table
        .inner_join(inboxes::table)
        .inner_join(contacts::table)
        .inner_join(visitors::table.on(visitors::id.nullable().eq(conversations::visitor_id)))
        .filter(conversations::workspace_id.eq(workspace_id))
        .filter(conversations::id.eq(conversation_id))
        .filter(conversations::spam_at.is_null())
        .filter(inboxes::kind.eq(inbox::Kind::WebChat))
        .select((visitors::id, contacts::id, conversations::visitor_email, visitors::proved_email))
        .first(conn)
        .optional()?;
    let Some((visitor_id, contact_id, typed, proved)) = found else { return Ok(None) };
    let Some(email) = typed else { return Ok(None) };
    let is_proved = proved.as_ref() == Some(&email);
    let (id, of_contact) = (Some(visitor_id), Some(contact_id));
    if blocking::is_refused(conn, workspace_id, id, of_contact, Some(&email))?
        || is_stopped(conn, workspace_id, &email)?
    {
        return Ok(None);
    }
    Ok(Some(Customer { visitor_id, email, is_proved }))
}

/// Puts a reply on its way to a customer who may have gone, in the transaction that
/// stores it: with those that wait already, and dropped when they see it in the chat.
///
/// # Errors
/// When a query fails.
pub fn offer(
    conn: &mut Conn,
    workspace_id: i64,
    conversation_id: i64,
    reply_id: i64,
) -> QueryResult<()> {
    let Some(customer) = customer(conn, workspace_id, conversation_id)? else { return Ok(()) };
    let now = Utc::now();
    let mailed: i64 = deliveries::table
        .filter(deliveries::kind.eq(delivery::Kind::ChatAnswers))
        .filter(deliveries::recipient.eq(&customer.email))
        .filter(deliveries::created_at.gt(now.minus(TimeDelta::days(1))))
        // One that waits is joined.
        .filter(deliveries::attempts.gt(0).or(deliveries::conversation_id.ne(conversation_id)))
        .count()
        .get_result(conn)?;
    if mailed >= if customer.is_proved { MOST_PROVED } else { MOST_UNPROVED } {
        return Ok(());
    }
    let due = now.plus(WAIT);
    let waiting = Waiting { workspace_id, recipient: &customer.email, due };
    delivery::waiting::chat_answers(conn, &waiting, conversation_id, reply_id).map(|_| ())
}

/// What a mail brings a customer.
#[derive(Clone, Debug)]
pub struct Answers {
    pub conversation_id: i64,
    pub workspace: String,
    pub email: String,
    /// The chat's page; `None` where the chat stands on a site of the team's.
    pub chat_key: Option<String>,
    pub replies: Vec<Reply>,
    /// Where an answer to the mail can go.
    pub mailbox: Option<Mailbox>,
    visitor: visitor::Visitor,
}

/// A reply of the team.
#[derive(Clone, Debug, Queryable)]
pub struct Reply {
    /// The name that the customer knows the author by.
    pub author: String,
    pub body: String,
    pub file_count: i64,
}

/// What a delivery brings its customer now: the replies that the chat has not shown them
/// meanwhile; `None` when none is left, or they are not to get any.
///
/// # Errors
/// When a query fails.
pub fn answers(
    conn: &mut Conn,
    workspace_id: i64,
    conversation_id: i64,
    of: &delivery::Leased,
) -> QueryResult<Option<Answers>> {
    let Some(customer) = customer(conn, workspace_id, conversation_id)? else { return Ok(None) };
    // The team has corrected it while this mail was being tried.
    if customer.email != of.recipient {
        return Ok(None);
    }
    let (inbox_id, read_id): (i64, i64) = conversations::table
        .find(conversation_id)
        .select((conversations::inbox_id, conversations::visitor_read_id))
        .first(conn)?;
    let chat: Option<Inbox> = inbox::find(conn, workspace_id, inbox_id)?;
    let visitor = visitor::find(conn, workspace_id, inbox_id, customer.visitor_id)?;
    let (Some(chat), Some(visitor)) = (chat, visitor) else { return Ok(None) };
    let (first, next) = delivery::waiting::span(conn, conversation_id, of.id)?;
    let replies: Vec<Reply> = messages::table
        .filter(messages::workspace_id.eq(workspace_id))
        .filter(messages::conversation_id.eq(conversation_id))
        .filter(messages::kind.eq(Kind::Reply))
        .filter(messages::id.ge(first))
        .filter(messages::id.lt(next))
        .filter(messages::id.gt(read_id))
        .order(messages::id)
        .select((messages::public_name, messages::body, messages::file_count))
        .load(conn)?;
    if replies.is_empty() {
        return Ok(None);
    }
    let workspace = workspaces::table.find(workspace_id).select(workspaces::name).first(conn)?;
    let is_on_a_page_of_its_own = chat.allowed_sites().next().is_none() && !chat.is_archived();
    Ok(Some(Answers {
        conversation_id,
        workspace,
        email: customer.email,
        chat_key: is_on_a_page_of_its_own.then_some(chat.chat_key),
        replies,
        mailbox: mailbox::for_answers(conn, workspace_id, inbox_id)?,
        visitor,
    }))
}

impl Answers {
    /// The token by which whoever reads the mail ends such mails. It does nothing else.
    pub fn stop_token(&self, signer: &Signer) -> String {
        self.token(signer, Purpose::StopChatAnswers)
    }

    /// The token by which the link of the mail shows, in the browser of the chat, that the
    /// address is theirs. It does nothing in any other.
    pub fn proof(&self, signer: &Signer) -> String {
        self.token(signer, Purpose::ProvedVisitor)
    }

    fn token(&self, signer: &Signer, purpose: Purpose) -> String {
        let nonce = address_nonce(&self.visitor.nonce, &self.email);
        signer.sign(purpose, self.conversation_id, &nonce)
    }
}

/// The address that was mailed: another one that is given later gets no say over it.
fn address_nonce(nonce: &str, email: &str) -> String {
    format!("{nonce} {email}")
}

/// Whose mails a token ends.
#[derive(Clone, Debug)]
pub struct Reader {
    pub workspace_id: i64,
    pub workspace: String,
    pub email: String,
    pub is_stopped: bool,
}

/// The address and the workspace that a token speaks of.
///
/// # Errors
/// When a query fails.
pub fn reader(conn: &mut Conn, signer: &Signer, token: &str) -> QueryResult<Option<Reader>> {
    let Some(id) = token::row_id(token) else { return Ok(None) };
    let found: Option<(String, Option<String>, i64, String)> = conversations::table
        .inner_join(visitors::table.on(visitors::id.nullable().eq(conversations::visitor_id)))
        .inner_join(workspaces::table.on(workspaces::id.eq(conversations::workspace_id)))
        .filter(conversations::id.eq(id))
        .select((visitors::nonce, conversations::visitor_email, workspaces::id, workspaces::name))
        .first(conn)
        .optional()?;
    let Some((nonce, Some(email), workspace_id, workspace)) = found else { return Ok(None) };
    if !signer.verify(token, Purpose::StopChatAnswers, id, &address_nonce(&nonce, &email)) {
        return Ok(None);
    }
    let is_stopped = is_stopped(conn, workspace_id, &email)?;
    Ok(Some(Reader { workspace_id, workspace, email, is_stopped }))
}

/// Ends the mails of a workspace's chats to the address that a token speaks of.
///
/// # Errors
/// When a query fails.
pub fn stop(conn: &mut Conn, signer: &Signer, token: &str) -> QueryResult<Option<Reader>> {
    use diesel::sql_types::{BigInt, Text, Timestamp};
    let Some(reader) = reader(conn, signer, token)? else { return Ok(None) };
    diesel::sql_query(
        "INSERT INTO mail_stops (workspace_id, address, created_at) VALUES ($1, $2, $3)
         ON CONFLICT (workspace_id, address) DO NOTHING",
    )
    .bind::<BigInt, _>(reader.workspace_id)
    .bind::<Text, _>(&reader.email)
    .bind::<Timestamp, _>(Utc::now())
    .execute(conn)?;
    Ok(Some(Reader { is_stopped: true, ..reader }))
}

fn is_stopped(conn: &mut Conn, workspace_id: i64, email: &str) -> QueryResult<bool> {
    diesel::select(diesel::dsl::exists(mail_stops::table.find((workspace_id, email))))
        .get_result(conn)
}

/// Notes that an address is a visitor's: the link of a mail that went there was opened in
/// their browser. An answer to the mail shows whose the mailbox is, and not that it was they
/// who typed the address: it may be somebody else's, who says so.
///
/// # Errors
/// When a query fails.
pub fn prove(
    conn: &mut Conn,
    signer: &Signer,
    visitor: &visitor::Visitor,
    token: &str,
) -> QueryResult<bool> {
    let Some(id) = token::row_id(token) else { return Ok(false) };
    let found: Option<(i64, Option<String>)> = conversations::table
        .filter(conversations::workspace_id.eq(visitor.workspace_id))
        .filter(conversations::visitor_id.eq(visitor.id))
        .filter(conversations::id.eq(id))
        .select((conversations::contact_id, conversations::visitor_email))
        .first(conn)
        .optional()?;
    let Some((contact_id, Some(email))) = found else { return Ok(false) };
    let nonce = address_nonce(&visitor.nonce, &email);
    if !signer.verify(token, Purpose::ProvedVisitor, id, &nonce) {
        return Ok(false);
    }
    let proved = diesel::update(visitors::table)
        .filter(visitors::workspace_id.eq(visitor.workspace_id))
        .filter(visitors::id.eq(visitor.id))
        .set(visitors::proved_email.eq(Some(&email)))
        .execute(conn)?;
    diesel::update(contacts::table)
        .filter(contacts::workspace_id.eq(visitor.workspace_id))
        .filter(contacts::id.eq(contact_id))
        .filter(contacts::email.eq(&email))
        .set(contacts::proved_email.eq(Some(&email)))
        .execute(conn)?;
    Ok(proved > 0)
}

/// Mails what is answered in a contact's chats to another address, where it was to go to
/// `from`: the team has corrected it. Without one, `to` nobody.
///
/// # Errors
/// When a query fails.
pub(in crate::models) fn redirect(
    conn: &mut Conn,
    workspace_id: i64,
    contact_id: i64,
    (from, to): (&str, Option<&str>),
) -> QueryResult<()> {
    let chats: Vec<i64> = diesel::update(
        conversations::table
            .filter(conversations::workspace_id.eq(workspace_id))
            .filter(conversations::contact_id.eq(contact_id))
            .filter(conversations::visitor_email.eq(from)),
    )
    .set(conversations::visitor_email.eq(to))
    .returning(conversations::id)
    .get_results(conn)?;
    let Some(to) = to else { return Ok(()) };
    diesel::update(
        deliveries::table
            .filter(deliveries::kind.eq(delivery::Kind::ChatAnswers))
            .filter(deliveries::conversation_id.eq_any(chats))
            .filter(deliveries::attempts.eq(0)),
    )
    .set(deliveries::recipient.eq(to))
    .execute(conn)
    .map(|_| ())
}
