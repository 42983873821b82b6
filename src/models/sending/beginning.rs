//! A conversation that a member begins, by mail to a customer. It is its author's
//! from the first moment.

use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error};

use super::{Mailing, enqueue};
use crate::db::dialect::{self, RowLock};
use crate::db::schema::{conversations, inboxes, mailboxes, messages};
use crate::db::{Conn, Stop, Utc, Verb, refuse};
use crate::models::address::Address;
use crate::models::membership::{self, ActingMember, MemberId};
use crate::models::message::{self, Kind};
use crate::models::ownership::{self, Acting};
use crate::models::repeated::{self, FormKey};
use crate::models::{
    activity, address, attachment, contact, conversation, incoming, markdown, report, sight, text,
    token,
};
use crate::policy::Actor;

/// A place that mail can leave from.
#[derive(Clone, Debug, Queryable)]
pub struct Sender {
    pub inbox_id: i64,
    pub name: String,
    pub address: String,
    /// It has an SMTP server of its own.
    pub has_own_server: bool,
}

/// What a member writes to begin with, checked.
#[derive(Clone, Debug)]
pub struct Beginning {
    pub inbox_id: i64,
    pub to: Address,
    /// Who else gets it.
    pub cc: Vec<Address>,
    pub subject: String,
    pub body: String,
    /// Made with the form: the same one begins one conversation.
    pub submission: String,
    /// The words by which the form names its files.
    pub files: Vec<String>,
}

/// A conversation that was begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Begun {
    pub conversation_id: i64,
    pub message_id: i64,
}

/// Why none was begun. The page comes back with the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The acting membership has ended.
    NoMember,
    /// There is no such inbox for this member (any more), or no mail leaves from it.
    NoInbox,
    /// The contact is blocked.
    Blocked,
    /// The address is one of the workspace's own inboxes.
    Ourselves,
    FileGone,
    FilesTooLarge,
}

/// The inboxes from which a member may write, by name.
///
/// # Errors
/// When a query fails.
pub fn senders(conn: &mut Conn, workspace_id: i64, actor: Actor) -> QueryResult<Vec<Sender>> {
    let hidden = sight::hidden_from(conn, workspace_id, actor)?;
    mailboxes::table
        .inner_join(inboxes::table)
        .filter(mailboxes::workspace_id.eq(workspace_id))
        .filter(inboxes::archived_at.is_null())
        .filter(inboxes::id.ne_all(hidden))
        .order((inboxes::name, inboxes::id))
        .select((inboxes::id, inboxes::name, mailboxes::address, mailboxes::smtp_host.ne("")))
        .load(conn)
}

/// Begins a conversation that its author owns, and lets its first message leave as
/// any reply does. The same form sent twice begins one.
///
/// # Errors
/// [`Refusal`], or a query's failure.
pub fn begin(conn: &mut Conn, caller: MemberId, new: &Beginning) -> Verb<Begun, Refusal> {
    let MemberId { workspace_id, membership_id } = caller;
    let Some(me) = membership::lock_acting(conn, caller)? else {
        return refuse(Refusal::NoMember);
    };
    let sender = attachment::Sender::Member(membership_id);
    let Some(files) = attachment::all_named(conn, workspace_id, sender, &new.files)? else {
        return refuse(Refusal::FileGone);
    };
    let mark = mark(membership_id, new, &files);
    if let Some(begun) = begun_before(conn, workspace_id, &mark)? {
        return Ok(begun);
    }
    dialect::lock(conn, RowLock::InboxStays(new.inbox_id))?;
    let senders = senders(conn, workspace_id, me.actor)?;
    if senders.iter().all(|sender| sender.inbox_id != new.inbox_id) {
        return refuse(Refusal::NoInbox);
    }
    if new.to.is_among(&super::own_addresses(conn, workspace_id)?) {
        return refuse(Refusal::Ourselves);
    }
    if !super::fits(&files) {
        return refuse(Refusal::FilesTooLarge);
    }
    // Two posts at once have no row in common to lock, so the unique submission
    // decides. The savepoint keeps PostgreSQL's transaction usable after that.
    let begun: Verb<Begun, Refusal> =
        conn.transaction(|conn| store(conn, workspace_id, &me, new, (&mark, &files)));
    let begun = match begun {
        Err(Stop::Failed(Error::DatabaseError(DatabaseErrorKind::UniqueViolation, info))) => {
            match begun_before(conn, workspace_id, &mark)? {
                Some(begun) => Ok(begun),
                None => Err(Error::DatabaseError(DatabaseErrorKind::UniqueViolation, info).into()),
            }
        }
        other => other,
    }?;
    let submission = new.submission.clone();
    let sent = FormKey { caller, submission, said: mark };
    repeated::keep(conn, &sent, "")?;
    Ok(begun)
}

fn store(
    conn: &mut Conn,
    workspace_id: i64,
    me: &ActingMember,
    new: &Beginning,
    (mark, files): (&str, &[attachment::WaitingFile]),
) -> Verb<Begun, Refusal> {
    let (contact_id, name) = contact_of(conn, workspace_id, &new.to)?;
    let beginning = incoming::Beginning {
        inbox_id: new.inbox_id,
        contact_id,
        visitor: None,
        subject: &new.subject,
        customer: &name,
        is_spam: false,
    };
    let (conversation_id, _) = incoming::insert(conn, workspace_id, &beginning)?;
    own(conn, workspace_id, me, conversation_id)?;
    let message_id = write(conn, workspace_id, me, conversation_id, (new, mark, files))?;
    let found = Mailing::of(conn, workspace_id, conversation_id)?;
    let Some(mailing) = found else { return refuse(Refusal::NoInbox) };
    let mailing = Mailing { subject: new.subject.clone(), ..mailing };
    let to =
        if new.to.name.is_empty() { Address::new(&name, &*new.to.email) } else { new.to.clone() };
    enqueue(conn, &mailing, message_id, (&to, &new.cc), None)?;
    Ok(Begun { conversation_id, message_id })
}

/// The contact of an address, made where there is none.
fn contact_of(conn: &mut Conn, workspace_id: i64, to: &Address) -> Verb<(i64, String), Refusal> {
    match contact::lock_address(conn, workspace_id, &to.email)? {
        Some((_, _, Some(_))) => refuse(Refusal::Blocked),
        Some((id, name, None)) => Ok((id, name)),
        None => {
            let name = if to.name.is_empty() { text::local_part(&to.email) } else { &to.name };
            Ok((contact::create(conn, workspace_id, name, Some(&to.email))?, name.to_owned()))
        }
    }
}

/// Makes the conversation its author's, with the lines that say so.
fn own(
    conn: &mut Conn,
    workspace_id: i64,
    me: &ActingMember,
    conversation_id: i64,
) -> Verb<(), Refusal> {
    activity::record_in(conn, (workspace_id, conversation_id), activity::Kind::Created, me, "")?;
    let act = Acting { workspace_id, membership_id: me.actor.membership_id, conversation_id };
    let Some(locked) = conversation::lock(conn, act)? else { return refuse(Refusal::NoInbox) };
    ownership::take(conn, me, &locked)
        .map_err(|stop| stop.map(|_: ownership::Missing| Refusal::NoInbox))
}

fn write(
    conn: &mut Conn,
    workspace_id: i64,
    me: &ActingMember,
    conversation_id: i64,
    (new, mark, files): (&Beginning, &str, &[attachment::WaitingFile]),
) -> Verb<i64, Refusal> {
    let member = me.actor.membership_id;
    let id: i64 = diesel::insert_into(messages::table)
        .values((
            messages::workspace_id.eq(workspace_id),
            messages::conversation_id.eq(conversation_id),
            messages::kind.eq(Kind::Reply),
            messages::author_id.eq(Some(member)),
            messages::author_name.eq(&me.name),
            messages::public_name.eq(&me.public_name),
            messages::body.eq(&new.body),
            messages::submission.eq(Some(mark)),
            messages::created_at.eq(Utc::now()),
        ))
        .returning(messages::id)
        .get_result(conn)?;
    if !attachment::attach(conn, workspace_id, id, files)? {
        return refuse(Refusal::FileGone);
    }
    let preview = attachment::preview(&markdown::plain(&new.body), files, message::PREVIEW_MAX);
    diesel::update(conversations::table.find(conversation_id))
        .set((conversations::last_message_id.eq(id), conversations::preview.eq(preview)))
        .execute(conn)?;
    report::replied(conn, workspace_id, conversation_id, member)?;
    conversation::mark_read(conn, me.id(workspace_id), conversation_id, id)?;
    Ok(id)
}

/// What is stored of the form's random id, with who wrote what to whom.
fn mark(membership_id: i64, new: &Beginning, files: &[attachment::WaitingFile]) -> String {
    let Beginning { inbox_id, to, cc, subject, body, submission, .. } = new;
    let ids = [membership_id, *inbox_id].map(|id| id.to_string());
    let (cc, files) = (address::to_store(cc), attachment::mark(files));
    token::mark(&["begin", &ids[0], &ids[1], submission, &to.email, &cc, &files, subject, body])
}

fn begun_before(conn: &mut Conn, workspace_id: i64, mark: &str) -> QueryResult<Option<Begun>> {
    let found: Option<(i64, i64)> = messages::table
        .filter(messages::workspace_id.eq(workspace_id))
        .filter(messages::submission.eq(mark))
        .select((messages::conversation_id, messages::id))
        .first(conn)
        .optional()?;
    Ok(found.map(|(conversation_id, message_id)| Begun { conversation_id, message_id }))
}
