//! Browsers that show notifications while no page is open (Web Push, RFC 8030): whose
//! they are, and since when. One belongs to the session it was turned on in, and ends
//! with that.

mod key;
mod notice;
mod subscription;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Text, Timestamp};

use super::housekeeping::delete_some;
use super::token;
use crate::db::dialect::{self, RowLock};
use crate::db::schema::{push_subscriptions, sessions};
use crate::db::{Conn, Utc, Verb, refuse};

pub(super) use key::forget_key;
pub use key::{Key, find_key, make_key};
pub(super) use notice::enqueue;
pub use notice::{Message, Place, Told, message};
pub use subscription::{Malformed, Subscription};

/// Browsers of one user. When there are more, the one that was turned on first goes.
pub const MOST: usize = 10;

/// Why a browser was not turned on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("This session has ended.")]
    Ended,
}

/// Lets the browser of a session show what its user is told, from now on. A browser that
/// does so already, for whomever, does it for them alone.
///
/// # Errors
/// [`Refusal::Ended`], or when a query fails.
pub fn subscribe(
    conn: &mut Conn,
    user_id: i64,
    session_id: i64,
    new: &Subscription,
) -> Verb<(), Refusal> {
    // One at a time for a user, so that the count is right.
    dialect::lock(conn, RowLock::User(user_id))?;
    dialect::lock(conn, RowLock::SessionStays(session_id))?;
    let session =
        sessions::table.filter(sessions::id.eq(session_id)).filter(sessions::user_id.eq(user_id));
    if !diesel::select(diesel::dsl::exists(session)).get_result(conn)? {
        return refuse(Refusal::Ended);
    }
    diesel::delete(
        push_subscriptions::table
            .filter(push_subscriptions::session_id.eq(session_id))
            .filter(push_subscriptions::endpoint.ne(new.endpoint.as_str())),
    )
    .execute(conn)?;
    diesel::sql_query(
        "INSERT INTO push_subscriptions
                (user_id, session_id, endpoint, p256dh, auth, with_sound, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (endpoint) DO UPDATE SET user_id = excluded.user_id,
                session_id = excluded.session_id, left_by = NULL, p256dh = excluded.p256dh,
                auth = excluded.auth, with_sound = excluded.with_sound,
                created_at = excluded.created_at",
    )
    .bind::<BigInt, _>(user_id)
    .bind::<BigInt, _>(session_id)
    .bind::<Text, _>(new.endpoint.as_str())
    .bind::<Text, _>(&new.p256dh)
    .bind::<Text, _>(&new.auth)
    .bind::<Bool, _>(new.with_sound)
    .bind::<Timestamp, _>(Utc::now())
    .execute(conn)?;
    let ids: Vec<i64> = push_subscriptions::table
        .filter(push_subscriptions::user_id.eq(user_id))
        .order((push_subscriptions::created_at.desc(), push_subscriptions::id.desc()))
        .select(push_subscriptions::id)
        .load(conn)?;
    let too_many: Vec<i64> = ids.into_iter().skip(MOST).collect();
    diesel::delete(push_subscriptions::table.filter(push_subscriptions::id.eq_any(too_many)))
        .execute(conn)?;
    Ok(())
}

/// A browser of a user's that shows what they are told.
#[derive(Clone, Debug, Queryable)]
pub struct Listed {
    pub id: i64,
    pub session_id: i64,
    pub user_agent: String,
    pub with_sound: bool,
    pub created_at: Utc,
}

/// A user's browsers, the newest first.
///
/// # Errors
/// When the query fails.
pub fn of_user(conn: &mut Conn, user_id: i64, now: Utc) -> QueryResult<Vec<Listed>> {
    push_subscriptions::table
        .inner_join(sessions::table)
        .filter(push_subscriptions::user_id.eq(user_id))
        .filter(sessions::expires_at.gt(now))
        .order((push_subscriptions::created_at.desc(), push_subscriptions::id.desc()))
        .select((
            push_subscriptions::id,
            sessions::id,
            sessions::user_agent,
            push_subscriptions::with_sound,
            push_subscriptions::created_at,
        ))
        .load(conn)
}

/// Ends what a user's browser shows; `false` when none of theirs has this id.
///
/// # Errors
/// When the query fails.
pub fn remove(conn: &mut Conn, user_id: i64, id: i64) -> QueryResult<bool> {
    diesel::delete(
        push_subscriptions::table.find(id).filter(push_subscriptions::user_id.eq(user_id)),
    )
    .execute(conn)
    .map(|removed| removed == 1)
}

/// Forgets a browser that its push service knows no more.
///
/// # Errors
/// When the query fails.
pub fn forget(conn: &mut Conn, id: i64) -> QueryResult<()> {
    diesel::delete(push_subscriptions::table.find(id)).execute(conn).map(|_| ())
}

/// Keeps the browser of a session that is about to get another key, and with it another
/// row, until [`take_over`].
///
/// # Errors
/// When the query fails.
pub fn set_aside(conn: &mut Conn, session_id: i64) -> QueryResult<()> {
    diesel::update(push_subscriptions::table.filter(push_subscriptions::session_id.eq(session_id)))
        .set((
            push_subscriptions::session_id.eq(None::<i64>),
            push_subscriptions::left_by.eq(Some(session_id)),
        ))
        .execute(conn)
        .map(|_| ())
}

/// Gives the browser that the session `former` left to the same user's session of this
/// key.
///
/// # Errors
/// When a query fails.
pub fn take_over(conn: &mut Conn, former: i64, user_id: i64, key: &str) -> QueryResult<()> {
    let session: Option<i64> = sessions::table
        .filter(sessions::key_hash.eq(token::hash(key)))
        .filter(sessions::user_id.eq(user_id))
        .select(sessions::id)
        .first(conn)
        .optional()?;
    let Some(session_id) = session else { return Ok(()) };
    diesel::update(
        push_subscriptions::table
            .filter(push_subscriptions::left_by.eq(former))
            .filter(push_subscriptions::user_id.eq(user_id)),
    )
    .set((
        push_subscriptions::session_id.eq(Some(session_id)),
        push_subscriptions::left_by.eq(None::<i64>),
    ))
    .execute(conn)
    .map(|_| ())
}

/// Deletes the browsers that no session took over, some of them.
///
/// # Errors
/// When the query fails.
pub(super) fn sweep(conn: &mut Conn, _: Utc) -> QueryResult<usize> {
    delete_some!(conn, push_subscriptions::id, push_subscriptions::session_id.is_null())
}
