//! Answers to mails of Baton's own: a member's to what a mail told them, which goes to
//! the customer through the same gate as a form, and a customer's to the answers of a chat.

use diesel::prelude::*;

use super::{IncomingMail, Received, Refusal, Writer, arrived};
use crate::db::schema::{memberships, messages, users, workspaces};
use crate::db::{Conn, Stop, Verb, refuse};
use crate::models::attachment::{self, Sender};
use crate::models::contact::blocking;
use crate::models::delivery::refused::{self, Refused};
use crate::models::incoming::{self, Said};
use crate::models::message::{self, Written};
use crate::models::notification::{self, Told};
use crate::models::ownership::{Acting, CurrentOwner, Missing};
use crate::models::quick_reply::placeholder;
use crate::models::reply_token::{self, Answer, Named};
use crate::models::token::{self, Signer};
use crate::models::{sending, text};

/// Takes an answer in; `None` where it answers nothing of this workspace, so that it is
/// a mail like any other.
///
/// # Errors
/// When a query fails.
pub(super) fn take(
    conn: &mut Conn,
    signer: &Signer,
    (workspace_id, inbox_id): (i64, i64),
    letter: &IncomingMail,
) -> Verb<Option<Received>, Refusal> {
    match letter.answer {
        None => Ok(None),
        Some(Answer::Member { membership_id, conversation_id, named }) => {
            let about = conversation_id.map(|id| (id, named));
            of_member(conn, signer, (workspace_id, inbox_id), (membership_id, about), letter)
        }
        Some(Answer::Visitor { conversation_id }) => {
            of_visitor(conn, (workspace_id, inbox_id), conversation_id, letter)
        }
    }
}

/// Whom a member's mail is of.
struct Person {
    membership_id: i64,
    email: String,
    workspace: String,
}

fn of_member(
    conn: &mut Conn,
    signer: &Signer,
    (workspace_id, inbox_id): (i64, i64),
    (membership_id, about): (i64, Option<(i64, Option<Named>)>),
    letter: &IncomingMail,
) -> Verb<Option<Received>, Refusal> {
    let found: Option<(String, String)> = memberships::table
        .inner_join(users::table)
        .inner_join(workspaces::table)
        .filter(memberships::workspace_id.eq(workspace_id))
        .filter(memberships::id.eq(membership_id))
        .select((users::email, workspaces::name))
        .first(conn)
        .optional()?;
    let Some((email, workspace)) = found else { return Ok(None) };
    // An absence notice is not meant for the customer.
    if letter.writer != Writer::Person || refused::is_told(conn, &letter.fingerprint)? {
        return Ok(Some(Received::Answered));
    }
    let person = Person { membership_id, email, workspace };
    let why = match about {
        _ if letter.from_address != person.email => Some(not_from_their_address(letter)),
        None => Some("The mail you answered tells of several conversations. Use “Reply by mail” beside the one you mean.".to_owned()),
        Some((conversation_id, named)) => {
            let act = Acting { workspace_id, membership_id, conversation_id };
            match reply(conn, (signer, named), act, inbox_id, letter)? {
                Ok(true) => None,
                Ok(false) => return Ok(Some(Received::Answered)),
                Err(refusal) => Some(words(&refusal, &person)),
            }
        }
    };
    if let Some(why) = why {
        let refused = Refused {
            workspace_id,
            membership_id,
            conversation_id: about.map(|(id, _)| id),
            recipient: &person.email,
            why: &why,
            body: &letter.body,
            fingerprint: &letter.fingerprint,
        };
        refused::tell(conn, &refused)?;
    }
    arrived(conn, inbox_id)?;
    Ok(Some(Received::Answered))
}

/// Why a member's answer is not sent.
enum NotSent {
    /// There was nothing above what it quotes.
    Empty,
    /// It quotes what is not for the customer.
    Quotes,
    /// So does a file of it.
    FileQuotes(String),
    TooLong(usize),
    /// Something is left in it that was to be filled in, in these words.
    Unfilled(String),
    /// It would go to others than the mail named.
    ToOthers,
    By(message::Refusal),
}

/// Sends it as the form does, or not at all. What the mail showed is long past, so it is
/// not held for messages that came since. Whoever was in the thread can write a mail that
/// sends the next reply to somebody else, which the form shows and a mail program does not:
/// it goes to those alone whom the mail named. `false` when it was sent before.
fn reply(
    conn: &mut Conn,
    (signer, named): (&Signer, Option<Named>),
    act: Acting,
    inbox_id: i64,
    letter: &IncomingMail,
) -> QueryResult<Result<bool, NotSent>> {
    let body = match text::message(&letter.body, !letter.files.is_empty()) {
        Ok(body) => body,
        Err(text::TextProblem::TooLong { length, .. }) => return Ok(Err(NotSent::TooLong(length))),
        Err(_) => return Ok(Err(NotSent::Empty)),
    };
    if let Some(name) = &letter.quoting_file {
        return Ok(Err(NotSent::FileQuotes(name.clone())));
    }
    if reply_token::quotes_ours(&body) {
        return Ok(Err(NotSent::Quotes));
    }
    if let Err(why) = placeholder::filled(&body) {
        return Ok(Err(NotSent::Unfilled(why)));
    }
    let written = Written {
        body,
        submission: letter.fingerprint.clone(),
        files: letter.files.clone(),
        cc: None,
        resolves: false,
    };
    let Acting { workspace_id, membership_id, conversation_id } = act;
    // A refusal takes nothing with it but what the reply did.
    let sent = conn.transaction(|conn| -> Verb<bool, NotSent> {
        attachment::pass_to_member(conn, workspace_id, inbox_id, membership_id, &written.files)?;
        let sent = message::reply(conn, act, &written, i64::MAX);
        let sent = sent.map_err(|stop| stop.map(NotSent::By))?;
        let Some(mail) = sent.leaves else { return Ok(sent.is_new) };
        let goes = sending::recipients_of(conn, mail)?;
        let goes = goes.map(|(to, cc)| Named::of(signer, conversation_id, &to, &cc));
        if goes == named { Ok(sent.is_new) } else { refuse(NotSent::ToOthers) }
    });
    match sent {
        Ok(is_new) => {
            notification::mark_read(conn, membership_id, Told::OfConversation(conversation_id))?;
            Ok(Ok(is_new))
        }
        Err(Stop::Refused(refusal)) => Ok(Err(refusal)),
        Err(Stop::Failed(error)) => Err(error),
    }
}

fn not_from_their_address(letter: &IncomingMail) -> String {
    let from = match letter.from_address.as_str() {
        "" => "an unknown address",
        address => address,
    };
    format!(
        "It came from {from}, and not from the address you sign in with. If it was not you, \
         somebody else can read your mail: they answered one that only you got."
    )
}

fn words(refusal: &NotSent, person: &Person) -> String {
    match refusal {
        NotSent::Empty => "There is no text in it above what it quotes.".to_owned(),
        NotSent::Quotes => {
            "It quotes the mail it answers, which is for you alone. Leave out what is quoted."
                .to_owned()
        }
        NotSent::FileQuotes(name) => format!(
            "The file {name} holds a part of the mail you answered, which is for you alone. \
             Leave it out."
        ),
        NotSent::TooLong(length) => {
            format!("It is longer than {} characters: it has {length}.", text::MESSAGE_MAX)
        }
        NotSent::Unfilled(why) => why.clone(),
        NotSent::ToOthers => "Those who would get it now are not those whom the mail you \
                              answered named. Answer in Baton, where you see who they are."
            .to_owned(),
        NotSent::By(message::Refusal::Missing(Missing::Lost(current))) => owned(current, person),
        NotSent::By(message::Refusal::Missing(Missing::NoMember)) => {
            format!("You are no longer a member of {}.", person.workspace)
        }
        NotSent::By(message::Refusal::FileGone) => "A file of it could not be kept.".to_owned(),
        NotSent::By(message::Refusal::FilesTooLarge) => {
            let most = sending::MEGABYTES;
            format!("Its files are more than a mail takes, {most} MB together.")
        }
        NotSent::By(message::Refusal::NoAddress) => {
            "Nobody knows an address of the customer.".to_owned()
        }
        NotSent::By(_) => "You no longer have access to the conversation.".to_owned(),
    }
}

fn owned(current: &CurrentOwner, person: &Person) -> String {
    let contact = &current.contact_name;
    match &current.owner {
        Some((id, name)) if *id != person.membership_id => {
            format!("{name} owns the conversation with {contact}, and only the owner can reply.")
        }
        _ => format!("The conversation with {contact} has just changed hands."),
    }
}

fn of_visitor(
    conn: &mut Conn,
    (workspace_id, inbox_id): (i64, i64),
    conversation_id: i64,
    letter: &IncomingMail,
) -> Verb<Option<Received>, Refusal> {
    let Some(thread) = incoming::lock(conn, workspace_id, conversation_id)? else {
        return Ok(None);
    };
    if thread.visitor_id.is_none() {
        return Ok(None);
    }
    let mark = token::hash(&format!("mail:{}", letter.fingerprint));
    let is_stored = messages::table
        .filter(messages::workspace_id.eq(workspace_id))
        .filter(messages::submission.eq(&mark));
    if diesel::select(diesel::dsl::exists(is_stored)).get_result(conn)? {
        return Ok(Some(Received::Known));
    }
    let sender = Sender::Visitor(inbox_id);
    let Some(files) = attachment::all_named(conn, workspace_id, sender, &letter.files)? else {
        return refuse(Refusal::Gone);
    };
    // All of it counts where nothing seems to be their own.
    let said = if letter.body.trim().is_empty() { &letter.quoted } else { &letter.body };
    if said.trim().is_empty() && files.is_empty() {
        // They sent back what they had got, and said nothing.
        return Ok(Some(Received::Answered));
    }
    let body = text::shortened(said, text::MESSAGE_MAX);
    let (visitor, address) = (thread.visitor_id, Some(letter.from_address.as_str()));
    let asks = letter.writer == Writer::Person
        && !blocking::is_refused(conn, workspace_id, visitor, None, address)?;
    // Who reads the mail is not who began the chat, where that one typed another's address.
    let mark = Some(mark.as_str());
    let said = Said {
        body: &body,
        own: &body,
        files: &files,
        mark,
        asks,
        mailed_from: address,
        came_at: None,
    };
    incoming::store(conn, &thread, &said)?;
    if asks {
        incoming::call_up(conn, &thread)?;
    }
    arrived(conn, inbox_id)?;
    Ok(Some(Received::Answered))
}
