//! The outbox: what is to leave, written in the transaction that causes it and
//! sent after it. A row holds a kind and ids; what the mail says is read when it
//! is sent, so that a mail whose cause is gone is dropped instead.

mod content;
mod ours;
pub mod refused;
pub mod reply;
mod state;
pub(super) mod waiting;

use std::collections::HashMap;

use chrono::TimeDelta;
use diesel::dsl::auto_type;
use diesel::prelude::*;
use strum::{EnumIter, EnumString, IntoStaticStr};

use super::{text, token};
use crate::db::schema::deliveries;
use crate::db::{Conn, Utc, words};

pub use content::{AccountLink, Content, Invitation, content};
pub use ours::{is_any_ours, is_to_a_member};
pub use state::{Gone, State, any_sent, state_of, states_of_invitations};
pub(super) use waiting::Waiting;

/// How long a node may take for one try. Another node takes over afterwards.
pub const LEASE: TimeDelta = TimeDelta::seconds(15);

/// The pauses after the first tries; hourly for two days follows.
const FIRST_PAUSES: [TimeDelta; 4] =
    [TimeDelta::seconds(5), TimeDelta::seconds(30), TimeDelta::minutes(2), TimeDelta::minutes(10)];
const HOURLY_TRIES: usize = 48;

/// The longest reason that a row keeps, in characters.
const REASON_MAX: usize = 300;

/// What a delivery carries; a word in the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, EnumString, IntoStaticStr)]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum Kind {
    Invitation,
    ResetPassword,
    VerifyAddress,
    /// Tells the old address that another one has taken its place.
    AddressChanged,
    /// An administrator tries the mail server.
    Test,
    /// What a member writes to a customer, see [`reply`].
    Reply,
    /// What a member is told, see [`super::notification::mail`].
    Notifications,
    /// What a customer's chat was answered, see [`super::chat::answers`].
    ChatAnswers,
    /// An answer that a member mailed was not sent, see [`refused`].
    ReplyRefused,
    /// What a browser shows, see [`super::push`]. It is no mail.
    Push,
}

words!(Kind);

/// What every row of the outbox begins with: `recipient` is an address, `local_part` what
/// the Message-ID has before the `@`, and it leaves when it is `due`.
#[auto_type(no_type_alias)]
pub(in crate::models) fn entry<'a>(
    kind: Kind,
    workspace_id: Option<i64>,
    recipient: &'a str,
    local_part: String,
    due: Utc,
) -> _ {
    let now: Utc = Utc::now();
    (
        deliveries::kind.eq(kind),
        deliveries::workspace_id.eq(workspace_id),
        deliveries::recipient.eq(recipient),
        deliveries::local_part.eq(local_part),
        deliveries::attempts.eq(0i32),
        deliveries::next_attempt_at.eq(due),
        deliveries::created_at.eq(now),
    )
}

/// What a mail of Baton's own is about.
#[derive(Clone, Copy, Debug)]
pub enum About {
    Invitation {
        workspace_id: i64,
        id: i64,
    },
    /// One of the kinds that tell a user of a link to their account.
    AccountLink {
        kind: Kind,
        id: i64,
    },
    Test {
        workspace_id: i64,
    },
}

/// Puts a mail of Baton's own into the outbox, in the transaction of what causes it, due
/// at once. After the commit, `App.outbox.notify_one()` saves it a second's wait.
///
/// # Errors
/// When the query fails.
pub fn enqueue(conn: &mut Conn, about: About, recipient: &str) -> QueryResult<i64> {
    let (kind, workspace_id, invitation_id, account_link_id) = match about {
        About::Invitation { workspace_id, id } => {
            (Kind::Invitation, Some(workspace_id), Some(id), None)
        }
        About::AccountLink { kind, id } => (kind, None, None, Some(id)),
        About::Test { workspace_id } => (Kind::Test, Some(workspace_id), None, None),
    };
    diesel::insert_into(deliveries::table)
        .values((
            entry(kind, workspace_id, recipient, token::short_nonce(), Utc::now()),
            deliveries::invitation_id.eq(invitation_id),
            deliveries::account_link_id.eq(account_link_id),
        ))
        .returning(deliveries::id)
        .get_result(conn)
}

/// A delivery that this process may try now, until the lease ends.
#[derive(Clone, Debug, Queryable)]
pub struct Leased {
    pub id: i64,
    pub kind: Kind,
    pub invitation_id: Option<i64>,
    pub account_link_id: Option<i64>,
    pub workspace_id: Option<i64>,
    pub reply_id: Option<i64>,
    pub membership_id: Option<i64>,
    pub conversation_id: Option<i64>,
    pub recipient: String,
    /// The part of the Message-ID before the `@`, the same at every try.
    pub local_part: String,
    /// Tries so far, this one included.
    pub attempts: i32,
}

/// A delivery while it is leased to whoever got this [`Leased`].
macro_rules! held {
    ($of:expr) => {
        deliveries::table
            .filter(deliveries::id.eq($of.id))
            .filter(deliveries::attempts.eq($of.attempts))
            .filter(deliveries::sent_at.is_null())
            .filter(deliveries::failed_at.is_null())
            .filter(deliveries::leased_until.is_not_null())
    };
}
use held;

/// What there is room to send.
#[derive(Clone, Debug)]
pub struct Room {
    pub kinds: Vec<Kind>,
    pub places: usize,
    /// Of one workspace at once, those that are `busy` included.
    pub of_one: usize,
    /// How many are being sent, by workspace.
    pub busy: HashMap<Option<i64>, usize>,
    /// Deliveries that are being sent here, whatever became of their lease meanwhile.
    pub held: Vec<i64>,
}

impl Room {
    /// The workspaces that have as many as one may have.
    fn full(&self) -> Vec<i64> {
        let full = self.busy.iter().filter(|(_, count)| **count >= self.of_one);
        full.filter_map(|(workspace_id, _)| *workspace_id).collect()
    }
}

macro_rules! due {
    ($now:expr, $room:expr) => {
        deliveries::table
            .filter(deliveries::sent_at.is_null())
            .filter(deliveries::failed_at.is_null())
            // Once a mail server may have taken a reply, it is not due by itself.
            .filter(deliveries::began_at.is_null().or(deliveries::kind.ne(Kind::Reply)))
            .filter(deliveries::next_attempt_at.le($now))
            .filter(deliveries::leased_until.is_null().or(deliveries::leased_until.lt($now)))
            // The known kinds alone: what another node has begun to write, while they are
            // exchanged, is its own.
            .filter(deliveries::kind.eq_any($room.kinds.iter().copied()))
            .filter(deliveries::id.ne_all($room.held.iter().copied()))
            .filter(
                deliveries::workspace_id
                    .is_null()
                    .or(deliveries::workspace_id.assume_not_null().ne_all($room.full())),
            )
    };
}

/// Whether anything is due that there is room for: a look by index, so that an idle
/// outbox never writes.
///
/// # Errors
/// When the query fails.
pub fn is_any_due(conn: &mut Conn, now: Utc, room: &Room) -> QueryResult<bool> {
    let is_due: bool = diesel::select(diesel::dsl::exists(due!(now, room))).get_result(conn)?;
    Ok(is_due && room.places > 0)
}

/// Takes due deliveries for this process, as many as there is room for, the longest due
/// first. Each is taken by a conditional write, so that no two nodes have the same.
///
/// # Errors
/// When a query fails.
pub fn lease_due(conn: &mut Conn, now: Utc, room: &Room) -> QueryResult<Vec<Leased>> {
    let found: Vec<(i64, Option<i64>)> = due!(now, room)
        .order((deliveries::next_attempt_at, deliveries::id))
        .limit(i64::try_from(room.places).unwrap_or(i64::MAX))
        .select((deliveries::id, deliveries::workspace_id))
        .load(conn)?;
    let mut leased = Vec::with_capacity(found.len());
    let mut busy = room.busy.clone();
    for (id, workspace_id) in found {
        let of_one = busy.entry(workspace_id).or_default();
        if *of_one >= room.of_one {
            continue;
        }
        *of_one += 1;
        let taken: Option<Leased> = diesel::update(due!(now, room).filter(deliveries::id.eq(id)))
            .set((
                deliveries::leased_until.eq(Some(now.plus(LEASE))),
                deliveries::attempts.eq(deliveries::attempts + 1),
            ))
            .returning((
                deliveries::id,
                deliveries::kind,
                deliveries::invitation_id,
                deliveries::account_link_id,
                deliveries::workspace_id,
                deliveries::reply_id,
                deliveries::membership_id,
                deliveries::conversation_id,
                deliveries::recipient,
                deliveries::local_part,
                deliveries::attempts,
            ))
            .get_result(conn)
            .optional()?;
        leased.extend(taken);
    }
    Ok(leased)
}

/// Keeps the lease while a slow server takes its time; `false` when another has it, or the
/// delivery is settled. One that ended since the database was away begins again.
///
/// # Errors
/// When the query fails.
pub fn renew(conn: &mut Conn, of: &Leased, now: Utc) -> QueryResult<bool> {
    diesel::update(held!(of))
        .set(deliveries::leased_until.eq(Some(now.plus(LEASE))))
        .execute(conn)
        .map(|kept| kept == 1)
}

/// Notes that a delivery has left, or what stands for that without a mail server.
///
/// # Errors
/// When the query fails.
pub fn mark_sent(conn: &mut Conn, id: i64, gone: Gone, now: Utc) -> QueryResult<()> {
    diesel::update(deliveries::table.find(id))
        .set((
            deliveries::sent_at.eq(Some(now)),
            deliveries::is_file.eq(gone == Gone::IntoFile),
            deliveries::failed_at.eq(None::<Utc>),
            deliveries::leased_until.eq(None::<Utc>),
            deliveries::last_error.eq(None::<String>),
        ))
        .execute(conn)
        .map(|_| ())
}

/// Notes that a try went wrong in a way that may pass: tried again after a pause,
/// or failed after the last. Nothing happens when another node has taken over.
///
/// # Errors
/// When the query fails.
pub fn mark_retry(conn: &mut Conn, of: &Leased, reason: &str, now: Utc) -> QueryResult<()> {
    give_back(conn, of, reason, Next::of(pause_after(of.attempts), now), None)
}

/// Notes that a mail of Baton's own may have left: sent once more after a pause, since a link
/// that never came is missed, and given up after the second time, since a mail that comes all
/// day is worse.
///
/// # Errors
/// When a query fails.
pub fn mark_unknown(conn: &mut Conn, of: &Leased, reason: &str, now: Utc) -> QueryResult<()> {
    let is_second: bool = diesel::select(diesel::dsl::exists(
        deliveries::table
            .filter(deliveries::id.eq(of.id))
            .filter(deliveries::began_at.is_not_null()),
    ))
    .get_result(conn)?;
    let pause = pause_after(of.attempts).filter(|_| !is_second);
    give_back(conn, of, reason, Next::of(pause, now), Some(Some(now)))
}

/// Notes that a delivery was refused for good.
///
/// # Errors
/// When the query fails.
pub fn mark_failed(conn: &mut Conn, of: &Leased, reason: &str, now: Utc) -> QueryResult<()> {
    give_back(conn, of, reason, Next::Failed(now), Some(None))
}

/// What comes after a try that went wrong.
enum Next {
    Try(Utc),
    Failed(Utc),
}

impl Next {
    fn of(pause: Option<TimeDelta>, now: Utc) -> Self {
        pause.map_or(Self::Failed(now), |pause| Self::Try(now.plus(pause)))
    }
}

/// Ends a lease after a try that went wrong; `began_at` as it is to be, where it changes.
fn give_back(
    conn: &mut Conn,
    of: &Leased,
    reason: &str,
    next: Next,
    began_at: Option<Option<Utc>>,
) -> QueryResult<()> {
    #[derive(AsChangeset)]
    #[diesel(table_name = deliveries)]
    struct Outcome {
        next_attempt_at: Option<Utc>,
        failed_at: Option<Utc>,
        leased_until: Option<Option<Utc>>,
        began_at: Option<Option<Utc>>,
        last_error: Option<String>,
    }
    let (next_attempt_at, failed_at) = match next {
        Next::Try(at) => (Some(at), None),
        Next::Failed(at) => (None, Some(at)),
    };
    diesel::update(
        deliveries::table
            .filter(deliveries::id.eq(of.id))
            .filter(deliveries::attempts.eq(of.attempts))
            .filter(deliveries::leased_until.is_not_null())
            .filter(deliveries::sent_at.is_null()),
    )
    .set(Outcome {
        next_attempt_at,
        failed_at,
        leased_until: Some(None),
        began_at,
        last_error: Some(text::excerpt(reason, REASON_MAX)),
    })
    .execute(conn)
    .map(|_| ())
}

/// Drops a delivery whose cause is gone.
///
/// # Errors
/// When the query fails.
pub fn discard(conn: &mut Conn, id: i64) -> QueryResult<()> {
    diesel::delete(deliveries::table.find(id)).execute(conn).map(|_| ())
}

/// The pause after the n-th failed try; `None` after the last.
fn pause_after(attempts: i32) -> Option<TimeDelta> {
    let tried = usize::try_from(attempts).unwrap_or(0).max(1);
    match FIRST_PAUSES.get(tried - 1) {
        Some(pause) => Some(*pause),
        None if tried <= FIRST_PAUSES.len() + HOURLY_TRIES => Some(TimeDelta::hours(1)),
        None => None,
    }
}

#[cfg(test)]
mod tests;
