//! The web chat: a customer's form on its way to the models.

use crate::db::{Conn, Db, DbError, Verb, refuse};
use crate::models::attachment::{self, Sender};
use crate::models::chat::{self, Author, NoSuchConversation, Stored, Words};
use crate::models::contact::blocking;
use crate::models::inbox::{self, Inbox};
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
    /// The words by which the form names its files.
    pub files: Vec<String>,
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
    /// A file that the form names is not there any more.
    FileGone,
    /// The team takes no messages from this customer; the page does not say why.
    Blocked,
    /// Not one that this visitor began.
    NoSuchConversation,
    /// The inbox is archived: it takes no new conversations.
    Closed,
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
    let Arrival { inbox, visitor, conversation_id, client, submission, files, .. } =
        arrival.clone();
    let signer = signer.clone();
    match (conversation_id, visitor) {
        (Some(_), None) => Ok(Err(Refusal::NoSuchConversation)),
        (Some(id), Some(visitor)) => {
            let body = match text::message(&arrival.message, !arrival.files.is_empty()) {
                Ok(body) => body,
                Err(problem) => return Ok(Err(of_message(problem))),
            };
            db.write(move |conn| {
                let words = words(conn, &inbox, (&body, &submission), &files)?;
                write(conn, &signer, &inbox, &visitor, id, &words)
            })
            .await
        }
        (None, visitor) => {
            let (name, email, body) = match check(&arrival) {
                Ok(checked) => checked,
                Err(problems) => return Ok(Err(Refusal::Invalid(problems))),
            };
            let author = Author { name, email, visitor };
            db.write(move |conn| {
                let words = words(conn, &inbox, (&body, &submission), &files)?;
                start(conn, &signer, &inbox, &author, &client, &words)
            })
            .await
        }
    }
}

fn words(
    conn: &mut Conn,
    inbox: &Inbox,
    (body, submission): (&str, &str),
    files: &[String],
) -> Verb<Words, Refusal> {
    let sender = Sender::Visitor(inbox.id);
    match attachment::all_named(conn, inbox.workspace_id, sender, files)? {
        Some(files) => {
            Ok(Words { body: body.to_owned(), submission: submission.to_owned(), files })
        }
        None => refuse(Refusal::FileGone),
    }
}

/// Whether a client may leave one more file in a chat, asked before it arrives.
///
/// # Errors
/// [`DbError`] when the database fails.
pub async fn may_send_a_file(
    db: &Db,
    signer: &Signer,
    client: &str,
) -> Result<Result<(), RetryAfter>, DbError> {
    let (signer, client) = (signer.clone(), client.to_owned());
    db.read(move |conn| limit::CHAT_FILES.room(conn, &signer, &[&client])).await
}

/// Counts files that a client is about to leave in a chat, before they are kept.
///
/// # Errors
/// [`DbError`] when the database fails.
pub async fn may_send_files(
    db: &Db,
    signer: &Signer,
    client: &str,
    count: usize,
) -> Result<Result<(), RetryAfter>, DbError> {
    let (signer, client) = (signer.clone(), client.to_owned());
    db.write(move |conn| -> Verb<(), RetryAfter> {
        for _ in 0..count {
            limit::CHAT_FILES.take::<RetryAfter>(conn, &signer, &[&client])?;
        }
        Ok(())
    })
    .await
}

fn of_message(problem: TextProblem) -> Refusal {
    Refusal::Invalid(Problems { message: Some(problem), ..Problems::default() })
}

fn check(arrival: &Arrival) -> Result<(String, String, String), Problems> {
    let name = text::line(&arrival.name, text::NAME_MAX);
    let email = text::email(&arrival.email);
    let message = text::message(&arrival.message, !arrival.files.is_empty());
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
    limit::NEW_CONVERSATIONS.take::<Refusal>(conn, signer, &[client])?;
    // The limit takes one of a client's forms at a time: the same form, sent many
    // times at once, may have been waiting for its first one.
    if let Some(stored) = chat::find_started(conn, inbox, author, words)? {
        return Ok(stored);
    }
    let contact_id = author.visitor.as_ref().map(|visitor| visitor.contact_id);
    let visitor_id = author.visitor.as_ref().map(|visitor| visitor.id);
    let email = Some(author.email.as_str());
    if blocking::is_refused(conn, inbox.workspace_id, visitor_id, contact_id, email)? {
        return refuse(Refusal::Blocked);
    }
    if inbox::lock_archived(conn, inbox)? {
        return refuse(Refusal::Closed);
    }
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
    let (id, contact_id) = (Some(visitor.id), Some(visitor.contact_id));
    if blocking::is_refused(conn, inbox.workspace_id, id, contact_id, None)? {
        return refuse(Refusal::Blocked);
    }
    chat::write_message(conn, inbox, visitor, conversation_id, words)
        .map_err(|stop| stop.map(|NoSuchConversation| Refusal::NoSuchConversation))
}

fn count_message(conn: &mut Conn, signer: &Signer, visitor: &Visitor) -> Verb<(), Refusal> {
    limit::CHAT_MESSAGES.take(conn, signer, &[&visitor.id.to_string()]).map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::testing::{scratch, workspace};

    struct World {
        db: Db,
        signer: Signer,
        inbox: Inbox,
        _folder: tempfile::TempDir,
    }

    fn world() -> World {
        let (db, folder) = scratch();
        let inbox = db.change_now(|conn| {
            let workspace_id = workspace(conn)?;
            let id = inbox::create_web_chat(conn, workspace_id, "Web chat", "")?;
            Ok(inbox::find(conn, workspace_id, id)?.unwrap())
        });
        let inbox = inbox.unwrap();
        World { db, signer: Signer::new(vec![7; 32].into()), inbox, _folder: folder }
    }

    impl World {
        fn form(&self, message: &str, submission: &str) -> Arrival {
            Arrival {
                inbox: self.inbox.clone(),
                visitor: None,
                conversation_id: None,
                name: " Mia ".to_owned(),
                email: "Mia@Example.com".to_owned(),
                message: message.to_owned(),
                files: Vec::new(),
                submission: submission.to_owned(),
                client: "192.0.2.1".to_owned(),
            }
        }

        async fn send(&self, arrival: Arrival) -> Result<Stored, Refusal> {
            receive(&self.db, &self.signer, arrival).await.unwrap()
        }

        fn reply_form(&self, to: &Stored, message: &str, submission: &str) -> Arrival {
            Arrival {
                visitor: Some(to.visitor.clone()),
                conversation_id: Some(to.conversation_id),
                ..self.form(message, submission)
            }
        }
    }

    #[actix_web::test]
    async fn what_was_typed_is_checked_field_by_field() {
        let world = world();
        let arrival = Arrival {
            name: " ".to_owned(),
            email: "mia".to_owned(),
            ..world.form("bell\u{7}", "s1")
        };
        let problems = Problems {
            name: Some(TextProblem::Empty),
            email: Some(TextProblem::NotAnAddress),
            message: Some(TextProblem::ControlCharacters),
        };
        assert_eq!(world.send(arrival).await.unwrap_err(), Refusal::Invalid(problems));
        let stored = world.send(world.form("Hello", "s1")).await.unwrap();
        assert_eq!(stored.visitor.name, "Mia");
        assert_eq!(stored.visitor.email.as_deref(), Some("mia@example.com"));
        let long = "x".repeat(text::MESSAGE_MAX + 1);
        let refusal = world.send(world.reply_form(&stored, &long, "s2")).await.unwrap_err();
        let max = text::MESSAGE_MAX;
        assert_eq!(refusal, of_message(TextProblem::TooLong { max, length: max + 1 }));
        assert!(world.send(world.reply_form(&stored, &long[1..], "s2")).await.is_ok());
    }

    #[actix_web::test]
    async fn a_visitor_writes_ten_messages_a_minute() {
        let world = world();
        let first = world.send(world.form("1", "s1")).await.unwrap();
        for n in 2..=10 {
            let form = world.reply_form(&first, &n.to_string(), &format!("s{n}"));
            world.send(form).await.unwrap();
        }
        let repeated = world.reply_form(&first, "10", "s10");
        assert!(world.send(repeated).await.is_ok(), "a repetition does not count");
        let refusal = world.send(world.reply_form(&first, "11", "s11")).await.unwrap_err();
        assert!(matches!(refusal, Refusal::TooMany(RetryAfter(1..=60))));
        let another = world.send(Arrival { visitor: None, ..world.form("1", "t1") }).await;
        assert!(another.is_ok(), "another visitor is not concerned");
    }

    #[actix_web::test]
    async fn a_client_starts_sixty_conversations_in_ten_minutes() {
        let world = world();
        for n in 0..60 {
            world.send(world.form("Hello", &format!("s{n}"))).await.unwrap();
        }
        let refusal = world.send(world.form("Hello", "s60")).await.unwrap_err();
        assert!(matches!(refusal, Refusal::TooMany(RetryAfter(1..=600))));
        let elsewhere = Arrival { client: "192.0.2.2".to_owned(), ..world.form("Hello", "s60") };
        assert!(world.send(elsewhere).await.is_ok());
    }

    #[actix_web::test]
    async fn a_conversation_needs_the_token_of_who_began_it() {
        let world = world();
        let first = world.send(world.form("Hello", "s1")).await.unwrap();
        let stranger = Arrival { visitor: None, ..world.reply_form(&first, "Hello", "s2") };
        assert_eq!(world.send(stranger).await.unwrap_err(), Refusal::NoSuchConversation);
        let other = world.send(world.form("Mine", "s3")).await.unwrap();
        let stranger =
            Arrival { visitor: Some(other.visitor), ..world.reply_form(&first, "Hello", "s4") };
        assert_eq!(world.send(stranger).await.unwrap_err(), Refusal::NoSuchConversation);
    }
}
