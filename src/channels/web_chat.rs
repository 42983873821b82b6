//! The web chat: a customer's form on its way to the models.

use crate::db::{Conn, Db, DbError, Stop, Verb, refuse};
use crate::models::chat::{self, Author, NoSuchConversation, Stored, Words};
use crate::models::inbox::Inbox;
use crate::models::limit::{self, RetryAfter};
use crate::models::text::{self, TextProblem};
use crate::models::token::Signer;
use crate::models::visitor::Visitor;

/// What arrived at a chat, as it was typed.
#[derive(Clone, Debug)]
pub struct Arrival {
    pub inbox: Inbox,
    /// The visitor that the browser's token proves.
    pub visitor: Option<Visitor>,
    /// The conversation to go on with; a new one when absent.
    pub conversation_id: Option<i64>,
    pub name: String,
    pub email: String,
    pub message: String,
    /// The random id that came with the form; empty when there was none.
    pub submission: String,
    /// Which client sent it, for the limits.
    pub client: String,
}

/// What is wrong with each field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problems {
    pub name: Option<TextProblem>,
    pub email: Option<TextProblem>,
    pub message: Option<TextProblem>,
}

/// Why nothing was stored. The page comes back with the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    Invalid(Problems),
    TooMany(RetryAfter),
    /// Not one that this visitor began.
    NoSuchConversation,
}

impl From<RetryAfter> for Refusal {
    fn from(after: RetryAfter) -> Self {
        Self::TooMany(after)
    }
}

/// Stores what a customer sent: the beginning of a conversation, or a message
/// in one of theirs.
///
/// # Errors
/// [`DbError`] when the database fails.
pub async fn receive(
    db: &Db,
    signer: &Signer,
    arrival: Arrival,
) -> Result<Result<Stored, Refusal>, DbError> {
    let Arrival { inbox, visitor, conversation_id, client, submission, .. } = arrival.clone();
    let signer = signer.clone();
    match (conversation_id, visitor) {
        (Some(_), None) => Ok(Err(Refusal::NoSuchConversation)),
        (Some(id), Some(visitor)) => {
            let body = match text::paragraph(&arrival.message, text::MESSAGE_MAX) {
                Ok(body) => body,
                Err(problem) => return Ok(Err(of_message(problem))),
            };
            let words = Words { body, submission };
            db.write(move |conn| write(conn, &signer, &inbox, &visitor, id, &words)).await
        }
        (None, visitor) => {
            let (name, email, body) = match check(&arrival) {
                Ok(checked) => checked,
                Err(problems) => return Ok(Err(Refusal::Invalid(problems))),
            };
            let (author, words) = (Author { name, email, visitor }, Words { body, submission });
            db.write(move |conn| start(conn, &signer, &inbox, &author, &client, &words)).await
        }
    }
}

fn of_message(problem: TextProblem) -> Refusal {
    Refusal::Invalid(Problems { message: Some(problem), ..Problems::default() })
}

fn check(arrival: &Arrival) -> Result<(String, String, String), Problems> {
    let name = text::line(&arrival.name, text::NAME_MAX);
    let email = text::email(&arrival.email);
    let message = text::paragraph(&arrival.message, text::MESSAGE_MAX);
    match (name, email, message) {
        (Ok(name), Ok(email), Ok(message)) => Ok((name, email, message)),
        (name, email, message) => {
            Err(Problems { name: name.err(), email: email.err(), message: message.err() })
        }
    }
}

/// A conversation counts for the client, its first message for the visitor.
fn start(
    conn: &mut Conn,
    signer: &Signer,
    inbox: &Inbox,
    author: &Author,
    client: &str,
    words: &Words,
) -> Verb<Stored, Refusal> {
    if let Some(stored) = chat::find_started(conn, inbox, author, words)? {
        return Ok(stored);
    }
    let quota = limit::NEW_CONVERSATIONS;
    limit::take::<Refusal>(conn, &quota.bucket(signer, &[client]), quota)?;
    let stored = chat::start_conversation(conn, inbox, author, words)?;
    count_message(conn, signer, &stored.visitor)?;
    Ok(stored)
}

fn write(
    conn: &mut Conn,
    signer: &Signer,
    inbox: &Inbox,
    visitor: &Visitor,
    conversation_id: i64,
    words: &Words,
) -> Verb<Stored, Refusal> {
    if let Some(stored) = chat::find_written(conn, inbox, visitor, conversation_id, words)? {
        return Ok(stored);
    }
    count_message(conn, signer, visitor)?;
    match chat::write_message(conn, inbox, visitor, conversation_id, words) {
        Ok(stored) => Ok(stored),
        Err(Stop::Refused(NoSuchConversation)) => refuse(Refusal::NoSuchConversation),
        Err(Stop::Failed(error)) => Err(Stop::Failed(error)),
    }
}

fn count_message(conn: &mut Conn, signer: &Signer, visitor: &Visitor) -> Verb<(), Refusal> {
    let quota = limit::CHAT_MESSAGES;
    limit::take(conn, &quota.bucket(signer, &[&visitor.id.to_string()]), quota).map(|_| ())
}
