//! Sessions: a user's, with the workspace that is chosen in them. Their keys
//! are stored hashed, so that nobody who reads the table can sign in with it.

use chrono::TimeDelta;
use diesel::prelude::*;

use super::{token, user};
use crate::db::schema::{memberships, sessions, users, workspaces};
use crate::db::{Conn, Utc, typed};

/// How long a session lives without a visit where no workspace says otherwise.
pub const LIFETIME: TimeDelta = TimeDelta::days(30);

/// How exact "last seen" is: it is written once in this time.
pub const SEEN_EVERY: TimeDelta = TimeDelta::minutes(1);

const USER_AGENT_MAX: usize = 300;

/// A session that exists and has not expired.
#[derive(Clone, Debug)]
pub struct Live {
    pub id: i64,
    pub user_id: i64,
    pub workspace_id: Option<i64>,
    /// See [`user::proof_of`].
    pub proof: String,
}

/// What a new session is made of.
#[derive(Clone, Debug)]
pub struct NewSession {
    pub user_id: i64,
    pub workspace_id: Option<i64>,
    /// The proof of the password that was checked.
    pub proof: String,
    pub user_agent: String,
}

/// One line of a person's list of sessions.
#[derive(Clone, Debug, Queryable)]
pub struct Listed {
    pub id: i64,
    pub user_agent: String,
    pub created_at: Utc,
    pub last_seen_at: Utc,
}

/// Makes a session for a key; `false`, and none is made, when the password it
/// was proved with has changed since. The user's lock makes this exact: a
/// session of the old password either exists before the change, which ends it,
/// or is never made.
///
/// # Errors
/// When a query fails.
pub fn create(conn: &mut Conn, key: &str, new: &NewSession, now: Utc) -> QueryResult<bool> {
    let is_proved = user::lock(conn, new.user_id)?.is_some_and(|user| user.proof() == new.proof);
    if !is_proved {
        return Ok(false);
    }
    let user_agent: String = new.user_agent.chars().take(USER_AGENT_MAX).collect();
    diesel::insert_into(sessions::table)
        .values((
            sessions::key_hash.eq(token::hash(key)),
            sessions::user_id.eq(new.user_id),
            sessions::workspace_id.eq(new.workspace_id),
            sessions::user_agent.eq(user_agent),
            sessions::created_at.eq(now),
            sessions::last_seen_at.eq(now),
            sessions::expires_at.eq(now.plus(lifetime(conn, new.user_id)?)),
        ))
        .execute(conn)?;
    Ok(true)
}

/// The session of a key; `None` when there is none or it has expired.
///
/// # Errors
/// When the query fails.
pub fn load(conn: &mut Conn, key: &str, now: Utc) -> QueryResult<Option<Live>> {
    let query = sessions::table
        .inner_join(users::table)
        .filter(sessions::key_hash.eq(token::hash(key)))
        .filter(sessions::expires_at.gt(now))
        .select((sessions::id, sessions::user_id, sessions::workspace_id, users::password_hash));
    let found: Option<(i64, i64, Option<i64>, String)> =
        typed!(conn, |c| query.first(c)).optional()?;
    Ok(found.map(|(id, user_id, workspace_id, password_hash)| Live {
        id,
        user_id,
        workspace_id,
        proof: user::proof_of(&password_hash),
    }))
}

/// Notes that the session, and the member in its workspace, were seen at `at`: at
/// most once a minute, however many requests ask for it. The session lives on from
/// then. The time is that of the request, since this is written beside it and may
/// come after what the same person did next.
///
/// # Errors
/// When a query fails.
pub fn touch(conn: &mut Conn, id: i64, membership_id: Option<i64>, at: Utc) -> QueryResult<()> {
    let before = at.minus(SEEN_EVERY);
    // The membership first, as a removal does, which then ends sessions: in the
    // other order the two could wait for each other.
    if let Some(membership_id) = membership_id {
        let not_seen = memberships::last_seen_at.is_null().or(memberships::last_seen_at.le(before));
        diesel::update(
            memberships::table
                .find(membership_id)
                .filter(memberships::ended_at.is_null())
                .filter(not_seen),
        )
        .set(memberships::last_seen_at.eq(Some(at)))
        .execute(conn)?;
    }
    let user_id = sessions::table.find(id).select(sessions::user_id).first(conn).optional()?;
    let Some(user_id) = user_id else { return Ok(()) };
    let expires_at = at.plus(lifetime(conn, user_id)?);
    diesel::update(sessions::table.find(id).filter(sessions::last_seen_at.le(before)))
        .set((sessions::last_seen_at.eq(at), sessions::expires_at.eq(expires_at)))
        .execute(conn)
        .map(|_| ())
}

/// How long a session of this user lives without a visit: of all their workspaces,
/// the one that allows the least decides.
fn lifetime(conn: &mut Conn, user_id: i64) -> QueryResult<TimeDelta> {
    let days: Option<i32> = memberships::table
        .inner_join(workspaces::table)
        .filter(memberships::user_id.eq(user_id))
        .filter(memberships::ended_at.is_null())
        .select(diesel::dsl::min(workspaces::session_days))
        .first(conn)?;
    Ok(days.map_or(LIFETIME, |days| TimeDelta::days(days.into())))
}

/// Lets the open sessions of a workspace's members end as early as its setting says,
/// after it became shorter. One that is over by that has ended.
///
/// # Errors
/// When a query fails.
pub fn shorten(conn: &mut Conn, workspace_id: i64) -> QueryResult<()> {
    let open: Vec<(i64, i64, Utc)> = sessions::table
        .inner_join(memberships::table.on(memberships::user_id.eq(sessions::user_id)))
        .filter(memberships::workspace_id.eq(workspace_id))
        .filter(memberships::ended_at.is_null())
        .order(sessions::id)
        .select((sessions::id, sessions::user_id, sessions::last_seen_at))
        .load(conn)?;
    for (id, user_id, seen_at) in open {
        let expires_at = seen_at.plus(lifetime(conn, user_id)?);
        diesel::update(sessions::table.find(id).filter(sessions::expires_at.gt(expires_at)))
            .set(sessions::expires_at.eq(expires_at))
            .execute(conn)?;
    }
    Ok(())
}

/// Chooses the workspace of a session that exists. It never inserts: a session
/// that was ended meanwhile stays ended. The member counts as seen there at `at`,
/// also within the minute, since signing in leads to where one was last.
///
/// # Errors
/// When a query fails.
pub fn choose_workspace(
    conn: &mut Conn,
    key: &str,
    user_id: i64,
    workspace_id: Option<i64>,
    at: Utc,
) -> QueryResult<bool> {
    // The membership first, as in `touch`.
    if let Some(workspace_id) = workspace_id {
        diesel::update(
            memberships::table
                .filter(memberships::user_id.eq(user_id))
                .filter(memberships::workspace_id.eq(workspace_id))
                .filter(memberships::ended_at.is_null()),
        )
        .set(memberships::last_seen_at.eq(Some(at)))
        .execute(conn)?;
    }
    diesel::update(
        sessions::table
            .filter(sessions::key_hash.eq(token::hash(key)))
            .filter(sessions::user_id.eq(user_id)),
    )
    .set(sessions::workspace_id.eq(workspace_id))
    .execute(conn)
    .map(|changed| changed > 0)
}

/// Ends the session of a key.
///
/// # Errors
/// When the query fails.
pub fn delete(conn: &mut Conn, key: &str) -> QueryResult<()> {
    diesel::delete(sessions::table.filter(sessions::key_hash.eq(token::hash(key))))
        .execute(conn)
        .map(|_| ())
}

/// A user's sessions, the latest seen first.
///
/// # Errors
/// When the query fails.
pub fn of_user(conn: &mut Conn, user_id: i64, now: Utc) -> QueryResult<Vec<Listed>> {
    sessions::table
        .filter(sessions::user_id.eq(user_id))
        .filter(sessions::expires_at.gt(now))
        .order((sessions::last_seen_at.desc(), sessions::id.desc()))
        .select((sessions::id, sessions::user_agent, sessions::created_at, sessions::last_seen_at))
        .load(conn)
}

/// Ends every session of a user.
///
/// # Errors
/// When the query fails.
pub fn end_all(conn: &mut Conn, user_id: i64) -> QueryResult<usize> {
    diesel::delete(sessions::table.filter(sessions::user_id.eq(user_id))).execute(conn)
}

/// Ends every session of a user but one.
///
/// # Errors
/// When the query fails.
pub fn end_others(conn: &mut Conn, user_id: i64, kept: i64) -> QueryResult<usize> {
    diesel::delete(
        sessions::table.filter(sessions::user_id.eq(user_id)).filter(sessions::id.ne(kept)),
    )
    .execute(conn)
}

/// Where someone who signs in is put: the only workspace, or the one they were
/// seen in last; `None` when they are a member of none.
///
/// # Errors
/// When the query fails.
pub fn workspace_to_open(conn: &mut Conn, user_id: i64) -> QueryResult<Option<i64>> {
    let found: Vec<(i64, Option<Utc>)> = memberships::table
        .filter(memberships::user_id.eq(user_id))
        .filter(memberships::ended_at.is_null())
        .order(memberships::id.desc())
        .select((memberships::workspace_id, memberships::last_seen_at))
        .load(conn)?;
    // Compared here, since the databases differ in where they put nulls. The
    // last of equals wins, hence the order.
    Ok(found.into_iter().rev().max_by_key(|(_, seen)| *seen).map(|(workspace_id, _)| workspace_id))
}
