//! Replies in the outbox: what leaves for a customer leaves once. When the mail
//! server may have taken a reply is written before it may, and a try of which nobody
//! knows how it ended is not made again by itself.

use diesel::prelude::*;

use super::{Gone, Kind, LEASE, Leased, REASON_MAX, entry, held, pause_after};
use crate::db::dialect::{self, RowLock};
use crate::db::schema::{deliveries, mails, messages};
use crate::db::{Conn, Utc};
use crate::models::incoming::{self, Thread};
use crate::models::notification;
use crate::models::sending::Unreached;
use crate::models::text;

/// So many characters of those whom a reply did not reach stand in its author's notice.
const NAMED_MAX: usize = 200;

/// The reason kept when nobody knows whether a reply left.
pub const UNKNOWN: &str = "The connection ended while the mail server was taking it.";

/// The reason kept where a reply is only a file.
pub const KEPT: &str = "There was no SMTP server for this inbox.";

/// A reply to be written into the outbox.
#[derive(Clone, Copy, Debug)]
pub struct New<'a> {
    /// The message.
    pub reply_id: i64,
    pub recipient: &'a str,
    /// Its Message-ID before the `@`.
    pub local: &'a str,
}

/// Puts a reply into the outbox, due at a moment.
///
/// # Errors
/// When the query fails.
pub fn enqueue(conn: &mut Conn, workspace_id: i64, new: New<'_>, due: Utc) -> QueryResult<()> {
    diesel::insert_into(deliveries::table)
        .values((
            entry(Kind::Reply, Some(workspace_id), new.recipient, new.local.to_owned(), due),
            deliveries::reply_id.eq(Some(new.reply_id)),
        ))
        .execute(conn)
        .map(|_| ())
}

/// Notes that the mail server may have taken it from now on, and whom in Cc it will
/// not reach; `false` when the lease is over, or somebody else has it, and nothing may
/// be sent.
///
/// # Errors
/// When the query fails.
pub fn begin(conn: &mut Conn, of: &Leased, unreached: &[Unreached], now: Utc) -> QueryResult<bool> {
    let ours =
        held!(of).filter(deliveries::began_at.is_null()).filter(deliveries::leased_until.ge(now));
    let begun = diesel::update(ours)
        .set((
            deliveries::began_at.eq(Some(now)),
            deliveries::leased_until.eq(Some(now.plus(LEASE))),
        ))
        .execute(conn)?;
    if let (1, Some(message_id)) = (begun, of.reply_id) {
        // Of a try before, the answers may have been others.
        diesel::update(mails::table)
            .filter(mails::message_id.eq(message_id))
            .set(mails::unreached.eq(Unreached::to_store(unreached)))
            .execute(conn)?;
    }
    Ok(begun == 1)
}

/// Notes that a reply has left, whoever has its lease by now. What its author and the owner
/// were told while nobody knew that is taken back. Where it `misses` somebody in Cc, they are
/// told so.
///
/// # Errors
/// When a query fails.
pub fn mark_sent(conn: &mut Conn, of: &Leased, misses: bool, now: Utc) -> QueryResult<()> {
    let told = lock_told(conn, of.id)?;
    // On PostgreSQL this waits for a node that settles it at this moment.
    let before: Option<(Option<Utc>, Option<Utc>)> = diesel::update(deliveries::table.find(of.id))
        .set(deliveries::leased_until.eq(None::<Utc>))
        .returning((deliveries::sent_at, deliveries::failed_at))
        .get_result(conn)
        .optional()?;
    let Some((None, failed_at)) = before else { return Ok(()) };
    super::mark_sent(conn, of.id, Gone::Out, now)?;
    let Some(told) = told else { return Ok(()) };
    if let Some(since) = failed_at {
        told.take_back(conn, since)?;
    }
    if misses { told.tell(conn, true) } else { Ok(()) }
}

/// How a try ended without the reply having left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// Tried again after a pause.
    PutOff,
    /// The server wants none of it.
    Refused,
    /// It may have left, and is not tried again by itself.
    Unknown,
    /// There is no server to take it: it is a file. The page said so before.
    Kept,
}

/// Notes how a try ended, and tells the author and the owner of what they could not know before
/// and will not go on by itself. Nothing happens when the lease is another's.
///
/// # Errors
/// When a query fails.
pub fn end(
    conn: &mut Conn,
    of: &Leased,
    ending: Ending,
    reason: &str,
    now: Utc,
) -> QueryResult<()> {
    #[derive(AsChangeset)]
    #[diesel(table_name = deliveries)]
    struct Ended {
        next_attempt_at: Option<Utc>,
        failed_at: Option<Utc>,
        leased_until: Option<Option<Utc>>,
        began_at: Option<Option<Utc>>,
        last_error: Option<String>,
        is_file: bool,
    }
    let pause = pause_after(of.attempts).filter(|_| ending == Ending::PutOff);
    let told = lock_told(conn, of.id)?;
    let ended = diesel::update(held!(of))
        .set(Ended {
            next_attempt_at: pause.map(|pause| now.plus(pause)),
            failed_at: pause.is_none().then_some(now),
            leased_until: Some(None),
            began_at: (ending != Ending::Unknown).then_some(None),
            last_error: Some(text::excerpt(reason, REASON_MAX)),
            is_file: ending == Ending::Kept,
        })
        .execute(conn)?;
    let is_news = pause.is_none() && ending != Ending::Kept;
    match told {
        Some(told) if ended == 1 && is_news => told.tell(conn, false),
        _ => Ok(()),
    }
}

macro_rules! broken_off {
    ($now:expr, $held:expr) => {
        deliveries::table
            .filter(deliveries::kind.eq(Kind::Reply))
            .filter(deliveries::id.ne_all($held.iter().copied()))
            .filter(deliveries::sent_at.is_null())
            .filter(deliveries::failed_at.is_null())
            .filter(deliveries::next_attempt_at.le($now))
            .filter(deliveries::began_at.is_not_null())
            .filter(deliveries::leased_until.is_null().or(deliveries::leased_until.lt($now)))
    };
}

/// Marked at a time.
const AT_ONCE: i64 = 20;

/// Whether a try broke off after the mail server may have taken the reply. Those `held` here
/// are still being sent.
///
/// # Errors
/// When the query fails.
pub fn is_any_broken_off(conn: &mut Conn, now: Utc, held: &[i64]) -> QueryResult<bool> {
    diesel::select(diesel::dsl::exists(broken_off!(now, held))).get_result(conn)
}

/// Marks replies whose try broke off, some of them, but for those `held` here: nobody knows
/// whether they left.
///
/// # Errors
/// When a query fails.
pub fn settle_broken_off(conn: &mut Conn, now: Utc, held: &[i64]) -> QueryResult<()> {
    let broken_off = broken_off!(now, held);
    let ids: Vec<i64> = broken_off.select(deliveries::id).limit(AT_ONCE).load(conn)?;
    for id in ids {
        let told = lock_told(conn, id)?;
        let settled = diesel::update(broken_off!(now, held).filter(deliveries::id.eq(id)))
            .set((
                deliveries::failed_at.eq(Some(now)),
                deliveries::leased_until.eq(None::<Utc>),
                deliveries::last_error.eq(Some(UNKNOWN)),
            ))
            .execute(conn)?;
        if let Some(told) = told.filter(|_| settled == 1) {
            told.tell(conn, false)?;
        }
    }
    Ok(())
}

/// Takes a reply out of the outbox; `false` when a try has begun.
///
/// # Errors
/// When the query fails.
pub fn withdraw(conn: &mut Conn, workspace_id: i64, reply_id: i64) -> QueryResult<bool> {
    diesel::delete(
        deliveries::table
            .filter(deliveries::workspace_id.eq(workspace_id))
            .filter(deliveries::reply_id.eq(reply_id))
            .filter(deliveries::attempts.eq(0))
            .filter(deliveries::last_error.is_null())
            .filter(deliveries::sent_at.is_null())
            .filter(deliveries::failed_at.is_null()),
    )
    .execute(conn)
    .map(|withdrawn| withdrawn == 1)
}

/// Makes a reply that has not left due at once; `false` when it is not any more what
/// the page showed: `seen` is when it failed, or would be tried again.
///
/// # Errors
/// When a query fails.
pub fn retry(conn: &mut Conn, workspace_id: i64, reply_id: i64, seen: Utc) -> QueryResult<bool> {
    let failed = deliveries::failed_at.assume_not_null().eq(seen);
    let waits = deliveries::failed_at
        .is_null()
        .and(deliveries::leased_until.is_null())
        .and(deliveries::last_error.is_not_null())
        .and(deliveries::next_attempt_at.eq(seen));
    diesel::update(
        deliveries::table
            .filter(deliveries::workspace_id.eq(workspace_id))
            .filter(deliveries::reply_id.eq(reply_id))
            .filter(deliveries::sent_at.is_null())
            .filter(failed.or(waits)),
    )
    .set((
        deliveries::attempts.eq(0),
        deliveries::next_attempt_at.eq(Utc::now()),
        deliveries::failed_at.eq(None::<Utc>),
        deliveries::began_at.eq(None::<Utc>),
        deliveries::leased_until.eq(None::<Utc>),
        deliveries::is_file.eq(false),
    ))
    .execute(conn)
    .map(|changed| changed == 1)
}

/// A reply as far as its fate is told: its author, and the conversation under its lock.
struct Told {
    message_id: i64,
    author: Option<i64>,
    thread: Thread,
}

/// Memberships and the conversation are locked before what is changed: the notices refer to
/// the author's and the owner's.
fn lock_told(conn: &mut Conn, id: i64) -> QueryResult<Option<Told>> {
    let found: Option<(i64, Option<i64>, i64, i64)> = deliveries::table
        .inner_join(messages::table.on(deliveries::reply_id.eq(messages::id.nullable())))
        .filter(deliveries::id.eq(id))
        .select((
            messages::id,
            messages::author_id,
            messages::workspace_id,
            messages::conversation_id,
        ))
        .first(conn)
        .optional()?;
    let Some((message_id, author, workspace_id, conversation_id)) = found else { return Ok(None) };
    if let Some(author) = author {
        dialect::lock(conn, RowLock::MembershipStays(author))?;
    }
    let thread = incoming::lock(conn, workspace_id, conversation_id)?;
    Ok(thread.map(|thread| Told { message_id, author, thread }))
}

impl Told {
    /// Takes back what was told when the reply was settled, at this moment.
    fn take_back(&self, conn: &mut Conn, since: Utc) -> QueryResult<()> {
        let owner = self.thread.owner.filter(|_| self.author != self.thread.owner);
        for member in self.author.into_iter().chain(owner) {
            let kind = notification::Kind::ReplyNotSent;
            notification::take_back_first(conn, member, self.thread.id, kind, since)?;
        }
        Ok(())
    }

    /// Tells that it did not go out as it should: not at all, so that without an owner the
    /// conversation is everybody's again, or without those in Cc whom it could not reach.
    fn tell(&self, conn: &mut Conn, has_left: bool) -> QueryResult<()> {
        if !has_left {
            if self.thread.owner.is_none() {
                incoming::call_up(conn, &self.thread)?;
            }
            return incoming::tell_not_sent(conn, &self.thread, self.author, &self.thread.customer);
        }
        let unreached: Option<Option<String>> = mails::table
            .filter(mails::message_id.eq(self.message_id))
            .select(mails::unreached)
            .first(conn)
            .optional()?;
        let missed: Vec<String> = Unreached::stored(&unreached.flatten().unwrap_or_default())
            .into_iter()
            .map(|one| one.address)
            .collect();
        let missed = text::excerpt(&missed.join(", "), NAMED_MAX);
        incoming::tell_not_sent(conn, &self.thread, self.author, &missed)
    }
}
