//! What members write: replies to the customer, and notes among themselves.

pub mod mentions;
pub mod note;

use diesel::prelude::*;
use strum::{EnumIter, EnumString, IntoStaticStr};

use super::address::Address;
use super::conversation::Locked;
use super::membership::ActingMember;
use super::ownership::{self, Acting, Missing, lock_act, lost, may_be_missing};
use super::sending::Mailing;
use super::{activity, attachment, chat, conversation, markdown, report, sending, token, undo};
use crate::db::schema::{conversations, messages};
use crate::db::{Conn, Utc, Verb, refuse, words};
use crate::policy::Status;
use crate::policy::ownership::Reply;

/// How much of a message a list shows, in characters.
pub const PREVIEW_MAX: usize = 140;

/// A message as it is read back.
#[derive(Clone, Debug, Queryable)]
pub struct Message {
    pub id: i64,
    pub kind: Kind,
    pub author_id: Option<i64>,
    pub author_name: String,
    pub public_name: String,
    pub body: String,
    pub created_at: Utc,
    /// Of notes alone: when the author last changed it, or took it back.
    pub edited_at: Option<Utc>,
    pub deleted_at: Option<Utc>,
    pub file_count: i64,
    /// The address that a message of a chat was mailed from.
    pub mailed_from: Option<String>,
}

/// What a message is; a word in the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, EnumString, IntoStaticStr)]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum Kind {
    Customer,
    Reply,
    Note,
}

words!(Kind);

/// The messages of a conversation before `before` (all when `None`), the newest
/// `limit` of them, oldest first.
///
/// # Errors
/// When the query fails.
pub fn of_conversation(
    conn: &mut Conn,
    workspace_id: i64,
    conversation_id: i64,
    before: Option<i64>,
    limit: i64,
) -> QueryResult<Vec<Message>> {
    let mut found: Vec<Message> = messages::table
        .filter(messages::workspace_id.eq(workspace_id))
        .filter(messages::conversation_id.eq(conversation_id))
        .filter(messages::id.lt(before.unwrap_or(i64::MAX)))
        .order(messages::id.desc())
        .limit(limit)
        .select((
            messages::id,
            messages::kind,
            messages::author_id,
            messages::author_name,
            messages::public_name,
            messages::body,
            messages::created_at,
            messages::edited_at,
            messages::deleted_at,
            messages::file_count,
            messages::mailed_from,
        ))
        .load(conn)?;
    found.reverse();
    Ok(found)
}

/// A text that a member sends, with what its form carried.
#[derive(Clone, Debug)]
pub struct Written {
    /// Checked by [`super::text::message`].
    pub body: String,
    /// Made with the form: the same one is stored once.
    pub submission: String,
    /// The words by which the form names its files.
    pub files: Vec<String>,
    /// Who else a reply goes to by mail; `None`: whom the last mail went to.
    pub cc: Option<Vec<Address>>,
    /// A reply that is the last word: it leaves the conversation resolved, not open.
    pub resolves: bool,
}

/// What a reply came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sent {
    /// The conversation was unassigned and is the author's now.
    pub claimed: bool,
    /// `false` when this very form had been sent before.
    pub is_new: bool,
    /// The message, where it leaves by mail and can still be taken back.
    pub leaves: Option<i64>,
}

/// Why a reply was not stored. The page comes back with it.
#[derive(Clone, Debug)]
pub enum Refusal {
    Missing(Missing),
    /// Messages arrived that the page had not shown: held once.
    NewerMessages,
    /// A file of the form is gone, or part of another message.
    FileGone,
    /// Together the files are more than a mail takes.
    FilesTooLarge,
    /// It goes by mail, and nobody knows an address of the customer.
    NoAddress,
}

may_be_missing!(Refusal);

/// Stores a reply if, in this transaction, its author owns the conversation or
/// it is unassigned and becomes theirs. `shown` is the newest message that the
/// page had; if newer ones have arrived, the reply is held.
///
/// # Errors
/// [`Refusal`], or the query's failure.
pub fn reply(conn: &mut Conn, act: Acting, written: &Written, shown: i64) -> Verb<Sent, Refusal> {
    let (me, locked) = lock_act(conn, act)?;
    let Some(files) = files_of(conn, act, written)? else { return refuse(Refusal::FileGone) };
    if is_stored(conn, act, written, &files)? {
        return Ok(Sent { claimed: false, is_new: false, leaves: None });
    }
    let claims = match me.actor.reply(locked.holding) {
        Reply::AsOwner => false,
        Reply::ClaimsFirst => true,
        Reply::Hidden | Reply::OwnedBy(_) => return lost(conn, &me, &locked),
    };
    if locked.last_message_id > shown {
        return refuse(Refusal::NewerMessages);
    }
    let mailing = mailing(conn, act, &files)?;
    if claims {
        ownership::take(conn, &me, &locked)?;
    }
    let now = Utc::now();
    let Some(id) = insert(conn, &me, act, (Kind::Reply, written, &files), now)? else {
        return refuse(Refusal::FileGone);
    };
    if !move_on(conn, act, (id, written, &files), now)? {
        return refuse(Missing::Lost(ownership::current_owner(conn, &me, &locked)?).into());
    }
    tell_status(conn, &me, &locked, status_after(written))?;
    chat::answers::offer(conn, act.workspace_id, act.conversation_id, id)?;
    report::replied(conn, act.workspace_id, act.conversation_id, act.membership_id)?;
    conversation::mark_read(conn, act.caller(), act.conversation_id, id)?;
    let leaves = match &mailing {
        Some((mailing, to)) => {
            let undo = undo::offer(conn, &me, undo::Kind::Status, &locked)?;
            let cc = written.cc.as_ref().unwrap_or(&mailing.cc);
            sending::enqueue(conn, mailing, id, (to, cc), Some(undo))?;
            Some(id)
        }
        None => None,
    };
    Ok(Sent { claimed: claims, is_new: true, leaves })
}

/// Where a reply leaves its conversation.
const fn status_after(written: &Written) -> Status {
    if written.resolves { Status::Resolved } else { Status::Open }
}

/// Moves the conversation to where a reply leaves it, if it is its author's now: neither
/// snoozed nor spam, and with nobody who waits. `false` where it is not theirs.
fn move_on(
    conn: &mut Conn,
    act: Acting,
    (id, written, files): (i64, &Written, &[attachment::WaitingFile]),
    now: Utc,
) -> QueryResult<bool> {
    let moved = diesel::update(
        conversations::table
            .filter(conversations::workspace_id.eq(act.workspace_id))
            .filter(conversations::id.eq(act.conversation_id))
            .filter(conversations::assignee_id.eq(act.membership_id)),
    )
    .set((
        conversations::last_message_id.eq(id),
        conversations::preview.eq(attachment::preview(
            &markdown::plain(&written.body),
            files,
            PREVIEW_MAX,
        )),
        conversations::last_activity_at.eq(now),
        conversations::status.eq(status_after(written)),
        conversations::snoozed_until.eq(None::<Utc>),
        conversations::snoozed_by_id.eq(None::<i64>),
        conversations::spam_at.eq(None::<Utc>),
        conversations::waiting_since.eq(None::<Utc>),
    ))
    .execute(conn)?;
    Ok(moved > 0)
}

/// Tells where a reply leaves the conversation that it found as `before`, where that is
/// news. What is answered is no spam, and is open before it is resolved.
fn tell_status(
    conn: &mut Conn,
    me: &ActingMember,
    before: &Locked,
    status: Status,
) -> QueryResult<()> {
    let id = (before.workspace_id, before.id);
    let mut stood = before.holding.status;
    if before.progress.spam_at.is_some() {
        activity::record_in(conn, id, activity::Kind::NotSpam, me, "")?;
        stood = Status::Open;
    }
    if stood == status {
        return Ok(());
    }
    let kind = match status {
        Status::Resolved => activity::Kind::Resolved,
        Status::Open | Status::Snoozed => activity::Kind::Reopened,
    };
    activity::record_in(conn, id, kind, me, "")
}

/// Where the reply goes by mail; `None` where the conversation is in no mailbox.
fn mailing(
    conn: &mut Conn,
    act: Acting,
    files: &[attachment::WaitingFile],
) -> Verb<Option<(Mailing, Address)>, Refusal> {
    let found = Mailing::of(conn, act.workspace_id, act.conversation_id)?;
    let Some(mailing) = found else { return Ok(None) };
    if !sending::fits(files) {
        return refuse(Refusal::FilesTooLarge);
    }
    match mailing.to.clone() {
        Some(to) => Ok(Some((mailing, to))),
        None => refuse(Refusal::NoAddress),
    }
}

/// What is stored of the form's random id: with who wrote what into which
/// conversation. A page that the browser kept and that is sent with another text
/// is another message, and nobody's id swallows another's words.
fn mark(act: Acting, written: &Written, files: &[attachment::WaitingFile]) -> String {
    let ids = [act.conversation_id, act.membership_id].map(|id| id.to_string());
    let Written { submission, body, .. } = written;
    token::mark(&[&ids[0], &ids[1], submission, &attachment::mark(files), body])
}

/// The files that a form names; `None` when one is gone, or part of another message.
fn files_of(
    conn: &mut Conn,
    act: Acting,
    written: &Written,
) -> QueryResult<Option<Vec<attachment::WaitingFile>>> {
    let sender = attachment::Sender::Member(act.membership_id);
    attachment::all_named(conn, act.workspace_id, sender, &written.files)
}

/// Whether this very form was taken before.
fn is_stored(
    conn: &mut Conn,
    act: Acting,
    written: &Written,
    files: &[attachment::WaitingFile],
) -> QueryResult<bool> {
    diesel::select(diesel::dsl::exists(
        messages::table
            .filter(messages::workspace_id.eq(act.workspace_id))
            .filter(messages::submission.eq(mark(act, written, files))),
    ))
    .get_result(conn)
}

/// Stores a text with its files, if they are all still there.
fn insert(
    conn: &mut Conn,
    me: &ActingMember,
    act: Acting,
    (kind, written, files): (Kind, &Written, &[attachment::WaitingFile]),
    now: Utc,
) -> QueryResult<Option<i64>> {
    let id = diesel::insert_into(messages::table)
        .values((
            messages::workspace_id.eq(act.workspace_id),
            messages::conversation_id.eq(act.conversation_id),
            messages::kind.eq(kind),
            messages::author_id.eq(Some(act.membership_id)),
            messages::author_name.eq(&me.name),
            messages::public_name.eq(&me.public_name),
            messages::body.eq(&written.body),
            messages::submission.eq(Some(mark(act, written, files))),
            messages::created_at.eq(now),
        ))
        .returning(messages::id)
        .get_result(conn)?;
    Ok(attachment::attach(conn, act.workspace_id, id, files)?.then_some(id))
}
