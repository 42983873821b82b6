//! Links to a person's own address: for a new password, or as the proof that
//! the address is theirs. Each works once, and a newer one voids the older.

use chrono::TimeDelta;
use diesel::prelude::*;
use strum::{EnumString, IntoStaticStr};

use super::delivery::{self, About};
use super::limit::{self, RetryAfter};
use super::session;
use super::token::{self, Purpose, Signer};
use super::user::{self, FormerProfile, User, UserRefusal};
use crate::db::schema::account_links;
use crate::db::{Conn, Utc, Verb, refuse, words};

/// What a link is for; a word in the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, IntoStaticStr)]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum LinkKind {
    /// A new password, within one hour.
    ResetPassword,
    /// The proof of the current or of a new address, within a day.
    VerifyAddress,
}

words!(LinkKind);

impl LinkKind {
    /// The purpose its token is signed for.
    pub const fn purpose(self) -> Purpose {
        match self {
            Self::ResetPassword => Purpose::ResetPassword,
            Self::VerifyAddress => Purpose::VerifyAddress,
        }
    }

    const fn delivery(self) -> delivery::Kind {
        match self {
            Self::ResetPassword => delivery::Kind::ResetPassword,
            Self::VerifyAddress => delivery::Kind::VerifyAddress,
        }
    }

    const fn lifetime(self) -> TimeDelta {
        match self {
            Self::ResetPassword => TimeDelta::hours(1),
            Self::VerifyAddress => TimeDelta::hours(24),
        }
    }
}

/// A link that still works.
#[derive(Clone, Debug)]
pub struct Link {
    pub id: i64,
    pub user_id: i64,
    pub email: String,
    pub nonce: String,
    /// It was mailed to that address, and therefore proves it.
    pub proves_address: bool,
    /// Whoever proved the address was signed in as its user where they did.
    is_own: bool,
}

/// Why a link did not do what it is for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LinkRefusal {
    /// Unknown, forged, used, replaced by a newer one, or expired.
    #[error("This link no longer works.")]
    Dead,
    /// The user is verified, and somebody else may have opened what was mailed to a new
    /// address: only who is signed in as them goes on.
    #[error("Sign in first.")]
    SignInFirst,
    #[error(transparent)]
    User(#[from] UserRefusal),
}

/// Why the proof of an address was not mailed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RequestRefusal {
    #[error(transparent)]
    TooMany(#[from] RetryAfter),
    #[error("This is already your address.")]
    AlreadyProved,
    #[error("Another user already has this address.")]
    EmailTaken,
    #[error("This user no longer exists.")]
    Gone,
}

/// What proving an address led to.
#[derive(Clone)]
pub enum Proved {
    /// The address is the user's; they stay signed in.
    Applied(User),
    /// Every session ended, and the address becomes theirs with a new password,
    /// which this link takes: otherwise somebody who knows the old password
    /// could wait inside an address that another person proved.
    NeedsPassword(Link),
}

/// Makes a link without mailing it: for an operator, and for the step after a
/// proof. An older link of the same kind stops working.
///
/// # Errors
/// When a query fails.
pub fn issue(conn: &mut Conn, user: &User, kind: LinkKind, email: &str) -> QueryResult<Link> {
    let now = Utc::now();
    user::lock(conn, user.id)?;
    diesel::update(
        account_links::table
            .filter(account_links::user_id.eq(user.id))
            .filter(account_links::purpose.eq(kind))
            .filter(account_links::used_at.is_null()),
    )
    .set(account_links::used_at.eq(Some(now)))
    .execute(conn)?;
    let nonce = token::nonce();
    let id = diesel::insert_into(account_links::table)
        .values((
            account_links::user_id.eq(user.id),
            account_links::purpose.eq(kind),
            account_links::email.eq(email),
            account_links::nonce.eq(&nonce),
            account_links::expires_at.eq(now.plus(kind.lifetime())),
            account_links::created_at.eq(now),
        ))
        .returning(account_links::id)
        .get_result(conn)?;
    Ok(Link {
        id,
        user_id: user.id,
        email: email.to_owned(),
        nonce,
        proves_address: true,
        is_own: false,
    })
}

/// Mails a link for a new password, if anybody has this address. The answer is
/// the same either way, and so is the work but for two rows.
///
/// # Errors
/// [`RetryAfter`] after too many requests, or when a query fails.
pub fn request_reset(
    conn: &mut Conn,
    signer: &Signer,
    email: &str,
    client: &str,
) -> Verb<(), RetryAfter> {
    limit::take_link::<RetryAfter>(conn, signer, email, client)?;
    if let Some(user) = user::by_email(conn, email)? {
        mail(conn, &user, LinkKind::ResetPassword, email)?;
    }
    Ok(())
}

/// Mails the proof of an address to that address: the user's own, or the one
/// they want to have.
///
/// # Errors
/// [`RequestRefusal`], or when a query fails.
pub fn request_proof(
    conn: &mut Conn,
    signer: &Signer,
    user_id: i64,
    email: &str,
    client: &str,
) -> Verb<(), RequestRefusal> {
    limit::take_link::<RequestRefusal>(conn, signer, email, client)?;
    let Some(user) = user::lock(conn, user_id)? else { return refuse(RequestRefusal::Gone) };
    if user.email == email && user.is_verified() {
        return refuse(RequestRefusal::AlreadyProved);
    }
    if user.email != email && user::by_email(conn, email)?.is_some() {
        return refuse(RequestRefusal::EmailTaken);
    }
    Ok(mail(conn, &user, LinkKind::VerifyAddress, email)?)
}

fn mail(conn: &mut Conn, user: &User, kind: LinkKind, email: &str) -> QueryResult<()> {
    let link = issue(conn, user, kind, email)?;
    let about = About::AccountLink { kind: kind.delivery(), id: link.id };
    delivery::enqueue(conn, about, &link.email).map(|_| ())
}

/// The token of a link, for its URL.
pub fn token_of(signer: &Signer, kind: LinkKind, link: &Link) -> String {
    signer.sign(kind.purpose(), link.id, &link.nonce)
}

/// The token of a link for a new password that follows a proof of the address, for a browser
/// in which its user was signed in.
pub fn own_token_of(signer: &Signer, link: &Link) -> String {
    signer.sign(Purpose::OwnReset, link.id, &link.nonce)
}

/// The token of a link for a new password that is handed over instead of mailed.
/// It proves no address: whoever was handed it need not read that mailbox.
pub fn handed_token_of(signer: &Signer, link: &Link) -> String {
    signer.sign(Purpose::HandedReset, link.id, &link.nonce)
}

/// The link of a token if it still works. Looking uses nothing up.
///
/// # Errors
/// When the query fails.
pub fn peek(
    conn: &mut Conn,
    signer: &Signer,
    kind: LinkKind,
    token: &str,
) -> QueryResult<Option<Link>> {
    let Some(id) = token::row_id(token) else { return Ok(None) };
    let found: Option<(i64, String, String)> = account_links::table
        .find(id)
        .filter(account_links::purpose.eq(kind))
        .filter(account_links::used_at.is_null())
        .filter(account_links::expires_at.gt(Utc::now()))
        .select((account_links::user_id, account_links::email, account_links::nonce))
        .first(conn)
        .optional()?;
    Ok(found.and_then(|(user_id, email, nonce)| {
        let is_reset_by =
            |purpose| kind == LinkKind::ResetPassword && signer.verify(token, purpose, id, &nonce);
        let is_own = is_reset_by(Purpose::OwnReset);
        let proves_address = is_own || signer.verify(token, kind.purpose(), id, &nonce);
        let works = proves_address || is_reset_by(Purpose::HandedReset);
        works.then_some(Link { id, user_id, email, nonce, proves_address, is_own })
    }))
}

/// Sets a new password by a link, ends every session, and voids every other link
/// of the user. A mailed link also proves the address it was mailed to. Where the user was
/// not verified, their profile begins anew, unless whoever opened the link was signed in as
/// the user (`signed_in_as`): they knew the password, and so it is theirs.
///
/// # Errors
/// [`LinkRefusal`], or when a query fails.
pub fn reset_password(
    conn: &mut Conn,
    signer: &Signer,
    token: &str,
    new_hash: &str,
    signed_in_as: Option<i64>,
) -> Verb<User, LinkRefusal> {
    let (link, user) = use_up(conn, signer, LinkKind::ResetPassword, token)?;
    if !link.proves_address {
        return Ok(user::renew_password(conn, user, new_hash)?);
    }
    let old = user.email.clone();
    let is_own = link.is_own || signed_in_as == Some(user.id);
    let profile = if is_own { FormerProfile::Stays } else { FormerProfile::Goes };
    let proved = user::prove(conn, user, &link.email, new_hash, profile)
        .map_err(|stop| stop.map(LinkRefusal::from))?;
    tell_old_address(conn, &link, &old)?;
    Ok(proved)
}

/// Whoever reads the mails of the old address may not be the one who changed it.
fn tell_old_address(conn: &mut Conn, link: &Link, old: &str) -> QueryResult<()> {
    if old == link.email {
        return Ok(());
    }
    let about = About::AccountLink { kind: delivery::Kind::AddressChanged, id: link.id };
    delivery::enqueue(conn, about, old).map(|_| ())
}

/// Proves an address by its mailed link. A verified user must be signed in where the link is
/// opened (`signed_in_as`), since a new address may be mistyped, and keeps their password;
/// in every other case the reader of the mail must choose a new one.
///
/// # Errors
/// [`LinkRefusal`], or when a query fails.
pub fn verify_address(
    conn: &mut Conn,
    signer: &Signer,
    token: &str,
    signed_in_as: Option<i64>,
) -> Verb<Proved, LinkRefusal> {
    let (link, user) = use_up(conn, signer, LinkKind::VerifyAddress, token)?;
    if needs_sign_in(&user, signed_in_as) {
        return refuse(LinkRefusal::SignInFirst);
    }
    // They keep their password: nobody else can have waited inside an address that is proved.
    if user.is_verified() {
        let at = user::prove_address(conn, &user, &link.email)
            .map_err(|stop| stop.map(LinkRefusal::from))?;
        tell_old_address(conn, &link, &user.email)?;
        return Ok(Proved::Applied(User {
            email: link.email,
            email_verified_at: Some(at),
            ..user
        }));
    }
    if user.email != link.email && user::by_email(conn, &link.email)?.is_some() {
        return refuse(LinkRefusal::User(UserRefusal::EmailTaken));
    }
    session::end_all(conn, user.id)?;
    let next = issue(conn, &user, LinkKind::ResetPassword, &link.email)?;
    Ok(Proved::NeedsPassword(next))
}

/// Whether the link of a proof does nothing for whoever opened it: its user has an address
/// that is theirs already, and signs in with that.
pub fn needs_sign_in(user: &User, signed_in_as: Option<i64>) -> bool {
    user.is_verified() && signed_in_as != Some(user.id)
}

/// Voids every link of a user that is still on its way.
///
/// # Errors
/// When the query fails.
pub fn void_all(conn: &mut Conn, user_id: i64) -> QueryResult<()> {
    diesel::update(
        account_links::table
            .filter(account_links::user_id.eq(user_id))
            .filter(account_links::used_at.is_null()),
    )
    .set(account_links::used_at.eq(Some(Utc::now())))
    .execute(conn)
    .map(|_| ())
}

/// Whether the proof of another address is on its way, and of which.
///
/// # Errors
/// When the query fails.
pub fn pending_address(conn: &mut Conn, user_id: i64) -> QueryResult<Option<String>> {
    account_links::table
        .filter(account_links::user_id.eq(user_id))
        .filter(account_links::purpose.eq(LinkKind::VerifyAddress))
        .filter(account_links::used_at.is_null())
        .filter(account_links::expires_at.gt(Utc::now()))
        .order(account_links::id.desc())
        .select(account_links::email)
        .first(conn)
        .optional()
}

/// Takes a link out of use, once, with its user under a lock.
fn use_up(
    conn: &mut Conn,
    signer: &Signer,
    kind: LinkKind,
    token: &str,
) -> Verb<(Link, User), LinkRefusal> {
    let Some(link) = peek(conn, signer, kind, token)? else { return refuse(LinkRefusal::Dead) };
    let Some(user) = user::lock(conn, link.user_id)? else { return refuse(LinkRefusal::Dead) };
    // Conditional, since two tabs may press the button at once.
    let used =
        diesel::update(account_links::table.find(link.id).filter(account_links::used_at.is_null()))
            .set(account_links::used_at.eq(Some(Utc::now())))
            .execute(conn)?;
    if used == 0 {
        return refuse(LinkRefusal::Dead);
    }
    Ok((link, user))
}

#[cfg(test)]
mod tests;
