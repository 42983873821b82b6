//! Invitations: an address, a role, and a link that works once. What their
//! acceptance does is in [`super::joining`].

use std::collections::HashMap;

use chrono::TimeDelta;
use diesel::dsl::auto_type;
use diesel::prelude::*;

use super::activity::{By, Kind, record_setting};
use super::audit::Change;
use super::delivery::{self, About};
use super::limit::{INVITATIONS, INVITATIONS_TO_ADDRESS, RetryAfter};
use super::membership::{Barred, MemberId, lock_settings};
use super::text::{self, TextProblem};
use super::token::{self, Purpose, Signer};
use super::workspace;
use crate::db::dialect::{self, RowLock};
use crate::db::schema::{invitations, memberships, users};
use crate::db::{Conn, Utc, Verb, allowed, refuse};
use crate::policy::seats::NoSeat;
use crate::policy::{Capability, Role};

/// How long a link works.
pub const VALID_FOR: TimeDelta = TimeDelta::days(7);

/// Why an invitation is not sent, resent or revoked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error(transparent)]
    Barred(#[from] Barred),
    /// The workspace has sent as many as it may for now.
    #[error(transparent)]
    TooMany(#[from] RetryAfter),
    #[error(transparent)]
    Address(#[from] TextProblem),
    #[error("{0} is already a member.")]
    AlreadyMember(String),
    #[error("{0} is already invited. You can resend the invitation on the Team page.")]
    AlreadyInvited(String),
    #[error("No seat is left. {0}")]
    NoSeat(#[from] NoSeat),
    #[error("There is no such invitation.")]
    Unknown,
    #[error("{0} has already accepted the invitation.")]
    Accepted(String),
    #[error("The invitation for {0} has already been revoked.")]
    Revoked(String),
}

/// Whether an open invitation still works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Holds a seat.
    Pending,
    /// Holds none; resending takes one.
    Expired,
}

/// An invitation that is neither accepted nor revoked, as the team page lists it.
#[derive(Clone, Debug)]
pub struct Invitation {
    pub id: i64,
    pub email: String,
    pub role: Role,
    /// The inviter's membership, and their name.
    pub invited_by: (i64, String),
    pub created_at: Utc,
    pub expires_at: Utc,
    pub state: State,
    /// How its newest mail fares; `None` when none was written.
    pub mail: Option<delivery::State>,
    nonce: String,
}

impl Invitation {
    /// The token of *Copy link* for this member: joins, but proves no address, and works for
    /// as long as they may invite.
    pub fn copied_token(&self, signer: &Signer, copier_id: i64) -> String {
        signer.sign(Purpose::CopiedInvitation, self.id, &copied_nonce(&self.nonce, copier_id))
    }
}

/// What a copied link is signed with: it is of whoever copied it.
pub(super) fn copied_nonce(nonce: &str, copier_id: i64) -> String {
    format!("{nonce}/{copier_id}")
}

/// The invitations that are neither accepted nor revoked.
#[auto_type]
pub(super) fn is_open() -> _ {
    invitations::accepted_at.is_null().and(invitations::revoked_at.is_null())
}

/// Those of them that hold a seat at a moment.
#[auto_type(no_type_alias)]
pub(super) fn is_pending(now: Utc) -> _ {
    is_open().and(invitations::expires_at.gt(now))
}

/// The open invitations, the oldest first.
///
/// # Errors
/// When a query fails.
pub fn open(conn: &mut Conn, workspace_id: i64, now: Utc) -> QueryResult<Vec<Invitation>> {
    load_open(conn, workspace_id, None, now)
}

/// One open invitation.
///
/// # Errors
/// When a query fails.
pub fn find_open(
    conn: &mut Conn,
    workspace_id: i64,
    id: i64,
    now: Utc,
) -> QueryResult<Option<Invitation>> {
    Ok(load_open(conn, workspace_id, Some(id), now)?.pop())
}

fn load_open(
    conn: &mut Conn,
    workspace_id: i64,
    only: Option<i64>,
    now: Utc,
) -> QueryResult<Vec<Invitation>> {
    type Found = (i64, String, Role, i64, String, Utc, Utc, String);
    let mut query = invitations::table
        .inner_join(memberships::table.on(memberships::id.eq(invitations::invited_by_id)))
        .inner_join(users::table.on(users::id.eq(memberships::user_id)))
        .filter(invitations::workspace_id.eq(workspace_id))
        .filter(is_open())
        .order(invitations::id)
        .select((
            invitations::id,
            invitations::email,
            invitations::role,
            memberships::id,
            users::name,
            invitations::created_at,
            invitations::expires_at,
            invitations::nonce,
        ))
        .into_boxed();
    if let Some(id) = only {
        query = query.filter(invitations::id.eq(id));
    }
    let rows: Vec<Found> = query.load(conn)?;
    let mut mails = if rows.is_empty() {
        HashMap::new()
    } else {
        delivery::states_of_invitations(conn, workspace_id)?
    };
    let whole = |(id, email, role, inviter, inviter_name, created_at, expires_at, nonce): Found| {
        Invitation {
            id,
            email,
            role,
            invited_by: (inviter, inviter_name),
            created_at,
            expires_at,
            state: if expires_at > now { State::Pending } else { State::Expired },
            mail: mails.remove(&id),
            nonce,
        }
    };
    Ok(rows.into_iter().map(whole).collect())
}

/// Invites an address as it was typed. An expired invitation of that address is
/// renewed. Answers the address as it is stored; its mail is in the outbox.
///
/// # Errors
/// A [`Refusal`], or the query's failure.
pub fn invite(
    conn: &mut Conn,
    signer: &Signer,
    caller: MemberId,
    typed: &str,
    role: Role,
) -> Verb<String, Refusal> {
    let workspace_id = caller.workspace_id;
    let acting = lock_settings(conn, caller, Capability::ManageTeam)?;
    // What is refused later does not count, since nothing of it is written.
    INVITATIONS.take::<Refusal>(conn, signer, &[&workspace_id.to_string()])?;
    let email = allowed(text::email(typed).map_err(Refusal::from))?;
    INVITATIONS_TO_ADDRESS.take::<Refusal>(conn, signer, &[&email])?;
    if let Some(name) = member_with_address(conn, workspace_id, &email)? {
        return refuse(Refusal::AlreadyMember(name));
    }
    let now = Utc::now();
    let open: Option<(i64, Utc)> = invitations::table
        .filter(invitations::workspace_id.eq(workspace_id))
        .filter(invitations::email.eq(&email))
        .filter(is_open())
        .select((invitations::id, invitations::expires_at))
        .first(conn)
        .optional()?;
    if open.is_some_and(|(_, expires_at)| expires_at > now) {
        return refuse(Refusal::AlreadyInvited(email));
    }
    let seats = workspace::seats(conn, workspace_id, now)?;
    allowed(seats.take_one().map_err(Refusal::from))?;
    let fresh = (
        invitations::role.eq(role),
        invitations::invited_by_id.eq(acting.actor.membership_id),
        invitations::nonce.eq(token::nonce()),
        invitations::expires_at.eq(now.plus(VALID_FOR)),
        invitations::created_at.eq(now),
    );
    let id: i64 = match open {
        Some((expired, _)) => diesel::update(invitations::table.find(expired))
            .set(fresh)
            .returning(invitations::id)
            .get_result(conn)?,
        None => diesel::insert_into(invitations::table)
            .values((
                invitations::workspace_id.eq(workspace_id),
                invitations::email.eq(&email),
                fresh,
            ))
            .returning(invitations::id)
            .get_result(conn)?,
    };
    send(conn, workspace_id, id, &email)?;
    let detail = format!("{email} as {role}");
    record_setting(conn, workspace_id, Kind::MemberInvited, &acting, &detail, Change::default())?;
    Ok(email)
}

/// Sends an invitation again: the former link stops working, the new one is valid
/// for the full time. One that had expired takes a seat. Answers the address.
///
/// # Errors
/// A [`Refusal`], or the query's failure.
pub fn resend(
    conn: &mut Conn,
    signer: &Signer,
    caller: MemberId,
    id: i64,
) -> Verb<String, Refusal> {
    let workspace_id = caller.workspace_id;
    let acting = lock_settings(conn, caller, Capability::ManageTeam)?;
    INVITATIONS.take::<Refusal>(conn, signer, &[&workspace_id.to_string()])?;
    let (email, expires_at) = lock_open(conn, workspace_id, id)?;
    INVITATIONS_TO_ADDRESS.take::<Refusal>(conn, signer, &[&email])?;
    let now = Utc::now();
    if expires_at <= now {
        if let Some(name) = member_with_address(conn, workspace_id, &email)? {
            return refuse(Refusal::AlreadyMember(name));
        }
        let seats = workspace::seats(conn, workspace_id, now)?;
        allowed(seats.take_one().map_err(Refusal::from))?;
    }
    diesel::update(invitations::table.find(id))
        .set((
            invitations::nonce.eq(token::nonce()),
            invitations::expires_at.eq(now.plus(VALID_FOR)),
        ))
        .execute(conn)?;
    send(conn, workspace_id, id, &email)?;
    record_setting(conn, workspace_id, Kind::InvitationResent, &acting, &email, Change::default())?;
    Ok(email)
}

/// Takes an invitation back: its link stops working, its seat is free. Answers
/// the address.
///
/// # Errors
/// A [`Refusal`], or the query's failure.
pub fn revoke(conn: &mut Conn, caller: MemberId, id: i64) -> Verb<String, Refusal> {
    let workspace_id = caller.workspace_id;
    let acting = lock_settings(conn, caller, Capability::ManageTeam)?;
    let (email, _) = lock_open(conn, workspace_id, id)?;
    diesel::update(invitations::table.find(id))
        .set(invitations::revoked_at.eq(Some(Utc::now())))
        .execute(conn)?;
    record_setting(
        conn,
        workspace_id,
        Kind::InvitationRevoked,
        &acting,
        &email,
        Change::default(),
    )?;
    Ok(email)
}

/// How many pending invitations a member has sent: they would be revoked with the
/// membership.
///
/// # Errors
/// When the query fails.
pub fn pending_sent(conn: &mut Conn, workspace_id: i64, inviter_id: i64) -> QueryResult<i64> {
    invitations::table
        .filter(invitations::workspace_id.eq(workspace_id))
        .filter(invitations::invited_by_id.eq(inviter_id))
        .filter(is_pending(Utc::now()))
        .count()
        .get_result(conn)
}

/// Revokes those of [`pending_sent`]. Answers how many there were.
pub(super) fn revoke_sent(
    conn: &mut Conn,
    workspace_id: i64,
    inviter_id: i64,
    by: &By,
) -> QueryResult<usize> {
    let now = Utc::now();
    let sent = invitations::table
        .filter(invitations::workspace_id.eq(workspace_id))
        .filter(invitations::invited_by_id.eq(inviter_id))
        .filter(is_pending(now));
    let revoked: Vec<String> = diesel::update(sent)
        .set(invitations::revoked_at.eq(Some(now)))
        .returning(invitations::email)
        .get_results(conn)?;
    for email in &revoked {
        let (kind, change) = (Kind::InvitationRevoked, Change::default());
        record_setting(conn, workspace_id, kind, by.clone(), email, change)?;
    }
    Ok(revoked.len())
}

/// Locks an invitation that is neither accepted nor revoked: address and expiry.
fn lock_open(conn: &mut Conn, workspace_id: i64, id: i64) -> Verb<(String, Utc), Refusal> {
    dialect::lock(conn, RowLock::Invitation(id))?;
    let found: Option<(String, Utc, Option<Utc>, Option<Utc>)> = invitations::table
        .filter(invitations::workspace_id.eq(workspace_id))
        .filter(invitations::id.eq(id))
        .select((
            invitations::email,
            invitations::expires_at,
            invitations::accepted_at,
            invitations::revoked_at,
        ))
        .first(conn)
        .optional()?;
    match found {
        None => refuse(Refusal::Unknown),
        Some((email, _, Some(_), _)) => refuse(Refusal::Accepted(email)),
        Some((email, _, _, Some(_))) => refuse(Refusal::Revoked(email)),
        Some((email, expires_at, None, None)) => Ok((email, expires_at)),
    }
}

pub(super) fn member_with_address(
    conn: &mut Conn,
    workspace_id: i64,
    email: &str,
) -> QueryResult<Option<String>> {
    memberships::table
        .inner_join(users::table)
        .filter(memberships::workspace_id.eq(workspace_id))
        .filter(memberships::ended_at.is_null())
        .filter(users::email.eq(email))
        .select(users::name)
        .first(conn)
        .optional()
}

fn send(conn: &mut Conn, workspace_id: i64, id: i64, email: &str) -> QueryResult<i64> {
    delivery::enqueue(conn, About::Invitation { workspace_id, id }, email)
}
