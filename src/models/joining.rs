//! Accepting an invitation: what its link is worth, and to whom.
//!
//! A mailed link proves the address, a copied one does not. Whoever waits inside
//! an address that is not theirs, as a user nobody has verified, must not get
//! into a workspace with it, and is put out when the address is proved.

use diesel::prelude::*;
use strum::IntoEnumIterator;

use super::activity::{By, Kind, record_setting};
use super::audit::Change;
use super::invitation::{copied_nonce, member_with_address};
use super::membership;
use super::notification::{self, Notice};
use super::token::{self, Purpose, Signer};
use super::user::{self, FormerProfile, NewUser, User};
use super::workspace;
use crate::db::dialect::{self, RowLock};
use crate::db::schema::{invitations, memberships, users, workspaces};
use crate::db::{Conn, Utc, Verb, allowed, refuse};
use crate::policy::{Capability, Role};

/// What the link of an invitation opens.
#[derive(Clone, Debug)]
pub struct Offer {
    pub invitation_id: i64,
    pub workspace_id: i64,
    pub workspace_name: String,
    pub time_zone: String,
    pub email: String,
    pub role: Role,
    /// The inviter's membership, and their name.
    pub invited_by: (i64, String),
    pub expires_at: Utc,
    /// The mailed link was opened, so whoever opened it reads that mailbox.
    pub proves_address: bool,
    pub way: Way,
    /// What the user is called so far whose address the mailed link proves.
    pub called: Option<String>,
}

/// How the invited address can join.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// The address has no user: a name and a password make one.
    NewUser,
    /// A user whose address was proved: they give their password.
    OwnPassword { user_id: i64 },
    /// A user whose address is proved only now: they choose a new password. Also
    /// a user without any workspace left, who begins anew.
    NewPassword { user_id: i64 },
    /// A user whose address nobody has proved, and a link that does not either.
    ProofNeeded,
}

/// Why a link does not let anybody in.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Not a token, of another installation, or the invitation was sent again.
    #[error("This link does not work.")]
    Invalid,
    #[error("This invitation has expired.")]
    Expired { inviter_name: String },
    #[error("This invitation was withdrawn.")]
    Revoked,
    #[error("This invitation has already been accepted.")]
    Accepted,
    #[error("You are already a member of {workspace_name}.")]
    AlreadyMember { workspace_name: String },
    #[error(
        "No seat is left. {workspace_name} has used all seats of its plan. \
         The invitation stays; an Administrator can make room."
    )]
    NoSeat { workspace_name: String },
    /// The address got a user, or was proved, while the form was filled in.
    #[error("Something changed in the meantime. Please look again.")]
    Changed,
}

/// What the person who accepts brings along; it must fit the [`Way`].
#[derive(Clone, Debug)]
pub enum Entrant {
    New {
        name: String,
        password_hash: String,
    },
    /// They gave their password, or are signed in.
    Known {
        user_id: i64,
    },
    Renewed {
        user_id: i64,
        /// What they are called from now on; as before when absent.
        name: Option<String>,
        password_hash: String,
    },
}

/// What [`accept`] did.
#[derive(Clone)]
pub struct Joined {
    pub user: User,
    pub workspace_id: i64,
    pub membership_id: i64,
    pub workspace_name: String,
}

/// Reads what a link offers. Opening it uses nothing up.
///
/// # Errors
/// A [`Refusal`], or the query's failure.
pub fn look_up(conn: &mut Conn, signer: &Signer, token: &str) -> Verb<Offer, Refusal> {
    let Some(id) = token::row_id(token) else { return refuse(Refusal::Invalid) };
    type Ends = (Utc, Option<Utc>, Option<Utc>);
    type Found = (String, Ends, i64, String, String, String, Role, (i64, String));
    let found: Option<Found> = invitations::table
        .inner_join(workspaces::table)
        .inner_join(memberships::table.on(memberships::id.eq(invitations::invited_by_id)))
        .inner_join(users::table.on(users::id.eq(memberships::user_id)))
        .filter(invitations::id.eq(id))
        .select((
            invitations::nonce,
            (invitations::expires_at, invitations::accepted_at, invitations::revoked_at),
            workspaces::id,
            workspaces::name,
            workspaces::time_zone,
            invitations::email,
            invitations::role,
            (memberships::id, users::name),
        ))
        .first(conn)
        .optional()?;
    let Some((nonce, ends, workspace_id, workspace_name, time_zone, email, role, invited_by)) =
        found
    else {
        return refuse(Refusal::Invalid);
    };
    let proves_address = signer.verify(token, Purpose::MailedInvitation, id, &nonce);
    if !proves_address && !is_copied(conn, signer, workspace_id, token, (id, &nonce))? {
        return refuse(Refusal::Invalid);
    }
    match ends {
        (_, Some(_), _) => return refuse(Refusal::Accepted),
        (_, _, Some(_)) => return refuse(Refusal::Revoked),
        (expires_at, ..) if expires_at <= Utc::now() => {
            return refuse(Refusal::Expired { inviter_name: invited_by.1 });
        }
        _ => {}
    }
    let way = way_of(conn, &email, proves_address)?;
    let called = match way {
        Way::NewPassword { user_id } if proves_address => user::find(conn, user_id)?,
        _ => None,
    };
    Ok(Offer {
        invitation_id: id,
        workspace_id,
        workspace_name,
        time_zone,
        email,
        role,
        invited_by,
        expires_at: ends.0,
        proves_address,
        way,
        called: called.map(|user| user.name),
    })
}

/// Whether a member who may still invite copied a link with this token.
fn is_copied(
    conn: &mut Conn,
    signer: &Signer,
    workspace_id: i64,
    token: &str,
    (id, nonce): (i64, &str),
) -> QueryResult<bool> {
    let copiers: Vec<i64> = memberships::table
        .filter(memberships::workspace_id.eq(workspace_id))
        .filter(memberships::ended_at.is_null())
        .filter(
            memberships::role.eq_any(Role::iter().filter(|role| role.may(Capability::ManageTeam))),
        )
        .select(memberships::id)
        .load(conn)?;
    Ok(copiers.into_iter().any(|copier| {
        signer.verify(token, Purpose::CopiedInvitation, id, &copied_nonce(nonce, copier))
    }))
}

fn way_of(conn: &mut Conn, email: &str, proves_address: bool) -> QueryResult<Way> {
    let user: Option<(i64, Option<Utc>)> = users::table
        .filter(users::email.eq(email))
        .select((users::id, users::email_verified_at))
        .first(conn)
        .optional()?;
    let Some((user_id, verified_at)) = user else { return Ok(Way::NewUser) };
    if verified_at.is_some() {
        return Ok(Way::OwnPassword { user_id });
    }
    if proves_address {
        return Ok(Way::NewPassword { user_id });
    }
    let belongs_somewhere: bool = diesel::select(diesel::dsl::exists(
        memberships::table
            .filter(memberships::user_id.eq(user_id))
            .filter(memberships::ended_at.is_null()),
    ))
    .get_result(conn)?;
    Ok(if belongs_somewhere { Way::ProofNeeded } else { Way::NewPassword { user_id } })
}

/// Accepts an invitation: the membership begins, the link is used up, and the
/// inviter is told. Counts seats once more under the workspace's lock.
///
/// # Errors
/// A [`Refusal`], or the query's failure.
pub fn accept(
    conn: &mut Conn,
    signer: &Signer,
    token: &str,
    entrant: &Entrant,
) -> Verb<Joined, Refusal> {
    // Which workspace to lock; all of it is read again under the lock.
    let Some(id) = token::row_id(token) else { return refuse(Refusal::Invalid) };
    let workspace_id: Option<i64> =
        invitations::table.find(id).select(invitations::workspace_id).first(conn).optional()?;
    let Some(workspace_id) = workspace_id else { return refuse(Refusal::Invalid) };
    dialect::lock(conn, RowLock::Workspace(workspace_id))?;
    if let Entrant::Known { user_id } | Entrant::Renewed { user_id, .. } = entrant {
        dialect::lock(conn, RowLock::User(*user_id))?;
    }
    dialect::lock(conn, RowLock::Invitation(id))?;
    let offer = look_up(conn, signer, token)?;
    let now = Utc::now();

    let Offer { workspace_name, .. } = &offer;
    if member_with_address(conn, workspace_id, &offer.email)?.is_some() {
        return refuse(Refusal::AlreadyMember { workspace_name: workspace_name.clone() });
    }
    let is_pending = offer.expires_at > now;
    let seats = workspace::seats(conn, workspace_id, now)?;
    allowed(
        seats
            .accept(is_pending)
            .map_err(|_| Refusal::NoSeat { workspace_name: workspace_name.clone() }),
    )?;
    let user = enter(conn, &offer, entrant)?;
    let membership_id = membership::insert(conn, workspace_id, user.id, offer.role)?;
    diesel::update(invitations::table.find(id))
        .set((
            invitations::accepted_at.eq(Some(now)),
            invitations::accepted_by_id.eq(Some(membership_id)),
        ))
        .execute(conn)?;
    tell(conn, &offer, membership_id)?;
    Ok(Joined { user, workspace_id, membership_id, workspace_name: offer.workspace_name })
}

/// Makes or readies the user, if what they bring still fits their way in.
fn enter(conn: &mut Conn, offer: &Offer, entrant: &Entrant) -> Verb<User, Refusal> {
    match (offer.way, entrant) {
        (Way::NewUser, Entrant::New { name, password_hash }) => {
            let new = NewUser {
                email: offer.email.clone(),
                name: name.clone(),
                password_hash: password_hash.clone(),
                is_verified: offer.proves_address,
            };
            user::create(conn, &new).map_err(|stop| stop.map(|_| Refusal::Changed))
        }
        (Way::OwnPassword { user_id }, Entrant::Known { user_id: known }) if user_id == *known => {
            locked(conn, user_id)
        }
        (
            Way::NewPassword { user_id },
            Entrant::Renewed { user_id: renewed, name, password_hash },
        ) if user_id == *renewed => {
            let user = locked(conn, user_id)?;
            let user = User { name: name.clone().unwrap_or(user.name), ..user };
            if offer.proves_address {
                let profile = FormerProfile::Goes;
                return user::prove(conn, user, &offer.email, password_hash, profile)
                    .map_err(|stop| stop.map(|_| Refusal::Changed));
            }
            // Nobody ever proved the address, and they are in no workspace: nothing of
            // whoever was in it before may last.
            let user = user::begin_profile(conn, user)?;
            Ok(user::renew_password(conn, user, password_hash)?)
        }
        _ => refuse(Refusal::Changed),
    }
}

fn locked(conn: &mut Conn, user_id: i64) -> Verb<User, Refusal> {
    match user::lock(conn, user_id)? {
        Some(user) => Ok(user),
        None => refuse(Refusal::Changed),
    }
}

/// Writes the line of the trail, and tells the inviter if they are still there.
fn tell(conn: &mut Conn, offer: &Offer, membership_id: i64) -> QueryResult<()> {
    let Offer { workspace_id, invited_by: (inviter_id, _), .. } = offer;
    let name = membership::name_of(conn, *workspace_id, membership_id)?
        .ok_or(diesel::result::Error::NotFound)?;
    let by = By { id: Some(membership_id), name: name.clone() };
    let detail = format!("{} as {}", offer.email, offer.role);
    let kind = Kind::InvitationAccepted;
    record_setting(conn, *workspace_id, kind, by, &detail, Change::default())?;
    if membership::find(conn, *workspace_id, *inviter_id)?.is_some() {
        notification::send(
            conn,
            &Notice {
                workspace_id: *workspace_id,
                membership_id: *inviter_id,
                kind: notification::Kind::InvitationAccepted,
                conversation_id: None,
                outage_id: None,
                actor_name: &name,
                subject_name: &format!("{}, {}", offer.email, offer.role),
            },
        )?;
    }
    Ok(())
}
