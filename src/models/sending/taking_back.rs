//! *Undo* of a reply that has not left: the message goes, its text waits for the
//! composer, and the conversation is again as the reply found it, as far as nothing
//! else happened since.

use chrono::TimeDelta;
use diesel::dsl::auto_type;
use diesel::prelude::*;

use super::{Mailing, Refusal};
use crate::db::schema::{conversations, mails, messages, taken_back};
use crate::db::{Conn, Utc, Verb, refuse};
use crate::models::conversation::{self, Locked};
use crate::models::housekeeping::delete_some;
use crate::models::membership::{self, ActingMember, MemberId};
use crate::models::message::{self, Kind};
use crate::models::ownership::{Acting, Missing, lost};
use crate::models::{address, attachment, delivery, draft, markdown, report, undo, waiting};

/// How long a text waits.
const KEPT: TimeDelta = TimeDelta::days(1);

/// A text that was taken back.
#[derive(Clone, Debug, Queryable)]
pub struct TakenBack {
    /// The message that it was.
    pub id: i64,
    /// None where the conversation began with it.
    pub conversation_id: Option<i64>,
    pub inbox_id: i64,
    pub to_list: String,
    pub cc_list: String,
    pub subject: String,
    pub body: String,
    files: String,
}

impl TakenBack {
    /// The words by which a form names its files.
    pub fn files(&self) -> Vec<String> {
        self.files.split_whitespace().map(str::to_owned).collect()
    }
}

#[auto_type(no_type_alias)]
fn columns() -> _ {
    (
        taken_back::message_id,
        taken_back::conversation_id,
        taken_back::inbox_id,
        taken_back::to_list,
        taken_back::cc_list,
        taken_back::subject,
        taken_back::body,
        taken_back::files,
    )
}

/// What a member took back, by the message that it was.
///
/// # Errors
/// When the query fails.
pub fn find_taken_back(
    conn: &mut Conn,
    caller: MemberId,
    id: i64,
) -> QueryResult<Option<TakenBack>> {
    let MemberId { workspace_id, membership_id } = caller;
    taken_back::table
        .filter(taken_back::workspace_id.eq(workspace_id))
        .filter(taken_back::membership_id.eq(membership_id))
        .filter(taken_back::message_id.eq(id))
        .select(columns())
        .first(conn)
        .optional()
}

/// Takes a member's own reply back, if no try to send it has begun: also where the
/// conversation is another's by now. A second press of the button finds the same text.
///
/// # Errors
/// [`Refusal`]: [`Refusal::TooLate`] once it is on its way; or the query's failure.
pub fn take_back(conn: &mut Conn, act: Acting, id: i64) -> Verb<TakenBack, Refusal> {
    let Acting { workspace_id, membership_id, conversation_id } = act;
    let Some(me) = membership::lock_acting(conn, act.caller())? else {
        return refuse(Missing::NoMember.into());
    };
    let locked = conversation::lock(conn, act)?;
    if let Some(before) = find_taken_back(conn, act.caller(), id)? {
        return Ok(before);
    }
    let Some(locked) = locked else { return refuse(Missing::NotFound.into()) };
    // What one wrote oneself is one's own to take back, whoever has the conversation now.
    let is_in_sight = me.actor.may_view(locked.holding);
    let reply = match find(conn, act, id)? {
        Some(reply) => reply,
        None if is_in_sight => return refuse(Missing::NotFound.into()),
        None => return lost(conn, &me, &locked),
    };
    if !delivery::reply::withdraw(conn, workspace_id, id)? {
        return refuse(Refusal::TooLate);
    }
    let files = attachment::release_of(conn, workspace_id, id)?;
    let is_all = locked.last_message_id == id && is_the_only_one(conn, act, id)?;
    report::unreplied(conn, workspace_id, conversation_id, (membership_id, reply.at))?;
    diesel::delete(messages::table.find(id)).execute(conn)?;
    if is_all {
        // Nothing else was ever said in it: it was begun with this.
        diesel::delete(conversations::table.find(conversation_id)).execute(conn)?;
    } else {
        restore(conn, &me, &locked, &reply)?;
        // Of somebody who does not see it any more nothing is kept there.
        if is_in_sight {
            let of_last = Mailing::of(conn, workspace_id, conversation_id)?;
            let of_last = of_last.map(|mailing| mailing.cc).unwrap_or_default();
            let text = (reply.body.as_str(), address::stored(&reply.cc_list));
            draft::give_back(conn, act, text, &of_last)?;
        }
    }
    diesel::insert_into(taken_back::table)
        .values((
            taken_back::message_id.eq(id),
            taken_back::workspace_id.eq(workspace_id),
            taken_back::membership_id.eq(membership_id),
            taken_back::conversation_id.eq(Some(conversation_id).filter(|_| !is_all)),
            taken_back::inbox_id.eq(reply.inbox_id),
            taken_back::to_list.eq(reply.to_list),
            taken_back::cc_list.eq(reply.cc_list),
            taken_back::subject.eq(reply.subject),
            taken_back::body.eq(reply.body),
            taken_back::files.eq(files.join(" ")),
            taken_back::created_at.eq(Utc::now()),
        ))
        .returning(columns())
        .get_result(conn)
        .map_err(Into::into)
}

/// Deletes texts that nobody came back for, some of them.
///
/// # Errors
/// When the query fails.
pub fn sweep(conn: &mut Conn, now: Utc) -> QueryResult<usize> {
    delete_some!(conn, taken_back::message_id, taken_back::created_at.lt(now.minus(KEPT)))
}

#[derive(Queryable)]
struct Reply {
    id: i64,
    body: String,
    at: Utc,
    inbox_id: i64,
    to_list: String,
    cc_list: String,
    subject: String,
    undo_id: Option<i64>,
}

/// A reply of the acting member that goes by mail.
fn find(conn: &mut Conn, act: Acting, id: i64) -> QueryResult<Option<Reply>> {
    messages::table
        .inner_join(mails::table)
        .filter(messages::workspace_id.eq(act.workspace_id))
        .filter(messages::conversation_id.eq(act.conversation_id))
        .filter(messages::id.eq(id))
        .filter(messages::kind.eq(Kind::Reply))
        .filter(messages::author_id.eq(act.membership_id))
        .select((
            messages::id,
            messages::body,
            messages::created_at,
            mails::inbox_id,
            mails::to_list,
            mails::cc_list,
            mails::subject,
            mails::undo_id,
        ))
        .first(conn)
        .optional()
}

/// Whether nothing else was said in the conversation, not even among members.
fn is_the_only_one(conn: &mut Conn, act: Acting, id: i64) -> QueryResult<bool> {
    let others = messages::table
        .filter(messages::workspace_id.eq(act.workspace_id))
        .filter(messages::conversation_id.eq(act.conversation_id))
        .filter(messages::id.ne(id));
    diesel::select(diesel::dsl::not(diesel::dsl::exists(others))).get_result(conn)
}

/// Puts the conversation back to where the reply found it: what was said last, and
/// where it stood. What happened since stays, and so does all that is another's by now.
fn restore(
    conn: &mut Conn,
    me: &ActingMember,
    locked: &Locked,
    reply: &Reply,
) -> Verb<(), Refusal> {
    if locked.last_message_id == reply.id {
        let (last, preview) = last_words(conn, locked)?;
        diesel::update(conversations::table)
            .filter(conversations::workspace_id.eq(locked.workspace_id))
            .filter(conversations::id.eq(locked.id))
            .filter(conversations::last_message_id.eq(reply.id))
            .set((conversations::last_message_id.eq(last), conversations::preview.eq(preview)))
            .execute(conn)?;
    }
    let is_anothers = locked.holding.owner.is_some_and(|owner| owner != me.actor.membership_id);
    if let Some(undo) = reply.undo_id.filter(|_| !is_anothers) {
        undo::restore_progress(conn, me, locked, undo)?;
    }
    Ok(waiting::refresh(conn, locked.workspace_id, locked.id)?)
}

/// The last message that is no note, and how a list shows it.
fn last_words(conn: &mut Conn, locked: &Locked) -> QueryResult<(i64, String)> {
    let last: Option<(i64, Kind, String)> = messages::table
        .filter(messages::workspace_id.eq(locked.workspace_id))
        .filter(messages::conversation_id.eq(locked.id))
        .filter(messages::kind.ne(Kind::Note))
        .order(messages::id.desc())
        .select((messages::id, messages::kind, messages::body))
        .first(conn)
        .optional()?;
    let Some((id, of, body)) = last else { return Ok((0, String::new())) };
    let files: Vec<attachment::WaitingFile> =
        attachment::of_messages(conn, locked.workspace_id, vec![id])?
            .into_iter()
            .map(attachment::WaitingFile::from)
            .collect();
    let words = if of == Kind::Reply { markdown::plain(&body) } else { body };
    Ok((id, attachment::preview(&words, &files, message::PREVIEW_MAX)))
}
