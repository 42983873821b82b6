//! People who can sign in: one address, one password, any number of workspaces.

mod profile;

use diesel::dsl::auto_type;
use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error};

use super::{account_link, session, text, token};
use crate::db::dialect::{self, RowLock};
use crate::db::schema::users;
use crate::db::{Conn, Stop, Utc, Verb, refuse};

pub use profile::{
    Preferences, Profile, SIGNATURE_MAX, Theme, Unchanged, begin_profile, change_preferences,
    preferences, profile,
};

/// A person who can sign in.
#[derive(Clone, Queryable)]
pub struct User {
    pub id: i64,
    /// Trimmed and lower-cased, see [`super::text::email`].
    pub email: String,
    pub name: String,
    /// The name customers see; the whole name when absent.
    pub public_name: Option<String>,
    pub password_hash: String,
    /// When a mailed link proved the address.
    pub email_verified_at: Option<Utc>,
}

impl User {
    /// See [`proof_of`].
    pub fn proof(&self) -> String {
        proof_of(&self.password_hash)
    }

    /// Whether a mailed link proved the address.
    pub fn is_verified(&self) -> bool {
        self.email_verified_at.is_some()
    }

    /// What a password must not be made of.
    pub fn password_inputs(&self) -> Vec<String> {
        [Some(&self.email), Some(&self.name), self.public_name.as_ref()]
            .into_iter()
            .flatten()
            .cloned()
            .collect()
    }
}

/// Names a password without being it. A session is made for one proof: when the
/// password changes between the check and the session's row, the session is not
/// made. See [`session::create`].
pub fn proof_of(password_hash: &str) -> String {
    token::hash(password_hash)
}

/// Why a user could not be created or changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UserRefusal {
    #[error("Another user already has this address.")]
    EmailTaken,
    #[error("Your password was changed a moment ago. Please sign in again.")]
    PasswordMoved,
}

/// What becomes of the profile of a user whose address is proved only now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FormerProfile {
    /// Whoever proves the address wrote it.
    Stays,
    /// Somebody else may have.
    Goes,
}

/// Who is to be created; the texts have been through [`super::text`].
#[derive(Clone)]
pub struct NewUser {
    pub email: String,
    pub name: String,
    /// From [`super::password::Hasher::choose`].
    pub password_hash: String,
    /// Whether a mailed link brought this person here.
    pub is_verified: bool,
}

#[auto_type(no_type_alias)]
fn columns() -> _ {
    (
        users::id,
        users::email,
        users::name,
        users::public_name,
        users::password_hash,
        users::email_verified_at,
    )
}

/// The user with this address, in the form in which addresses are stored, or once were:
/// with other letters in the domain.
///
/// # Errors
/// When the query fails.
pub fn by_email(conn: &mut Conn, email: &str) -> QueryResult<Option<User>> {
    let is_theirs = users::email.eq(email).or(users::email.eq(text::email_in_words(email)));
    users::table.filter(is_theirs).select(columns()).first(conn).optional()
}

/// The user of this id.
///
/// # Errors
/// When the query fails.
pub fn find(conn: &mut Conn, id: i64) -> QueryResult<Option<User>> {
    users::table.find(id).select(columns()).first(conn).optional()
}

/// The user of this id under a lock: neither address nor password changes
/// before the transaction ends.
///
/// # Errors
/// When the query fails.
pub fn lock(conn: &mut Conn, id: i64) -> QueryResult<Option<User>> {
    dialect::lock(conn, RowLock::User(id))?;
    find(conn, id)
}

/// Creates a user. Of two who ask for one address at once, one is refused.
///
/// # Errors
/// [`UserRefusal::EmailTaken`], or when the query fails.
pub fn create(conn: &mut Conn, new: &NewUser) -> Verb<User, UserRefusal> {
    let now = Utc::now();
    let verified_at = new.is_verified.then_some(now);
    let id = unique_email(conn, |conn| {
        diesel::insert_into(users::table)
            .values((
                users::email.eq(&new.email),
                users::name.eq(&new.name),
                users::password_hash.eq(&new.password_hash),
                users::email_verified_at.eq(verified_at),
                users::created_at.eq(now),
            ))
            .returning(users::id)
            .get_result(conn)
    })?;
    Ok(User {
        id,
        email: new.email.clone(),
        name: new.name.clone(),
        public_name: None,
        password_hash: new.password_hash.clone(),
        email_verified_at: verified_at,
    })
}

/// Changes the password of someone who has just proved the old one (`proof`),
/// ends their other sessions and voids every link that was on its way.
///
/// # Errors
/// [`UserRefusal::PasswordMoved`] when the proved password is not the current
/// one any more, or when a query fails.
pub fn change_password(
    conn: &mut Conn,
    id: i64,
    proof: &str,
    new_hash: &str,
    kept_session: i64,
) -> Verb<User, UserRefusal> {
    let user = lock(conn, id)?.filter(|user| user.proof() == proof);
    let Some(user) = user else { return refuse(UserRefusal::PasswordMoved) };
    write_password(conn, id, new_hash)?;
    session::end_others(conn, id, kept_session)?;
    account_link::void_all(conn, id)?;
    Ok(User { password_hash: new_hash.to_owned(), ..user })
}

/// Gives the user, locked by the caller, an address that a mailed link proved
/// and a password that its reader chose; whoever was signed in before is out.
/// This is how an unproved address becomes a proved one, and what somebody else may
/// have let customers see under it goes, unless it is known to be the reader's own.
///
/// # Errors
/// [`UserRefusal::EmailTaken`] when somebody else has the address by now, or
/// when a query fails.
pub fn prove(
    conn: &mut Conn,
    user: User,
    email: &str,
    new_hash: &str,
    profile: FormerProfile,
) -> Verb<User, UserRefusal> {
    let stays = user.is_verified() || profile == FormerProfile::Stays;
    let user = if stays { user } else { begin_profile(conn, user)? };
    let email_verified_at = prove_address(conn, &user, email)?;
    write_password(conn, user.id, new_hash)?;
    session::end_all(conn, user.id)?;
    Ok(User {
        email: email.to_owned(),
        password_hash: new_hash.to_owned(),
        email_verified_at: Some(email_verified_at),
        ..user
    })
}

/// Gives the user, locked by the caller, a new password and nothing else: every
/// session ends, every link on its way is void, and the address is as proved or
/// unproved as before.
///
/// # Errors
/// When a query fails.
pub fn renew_password(conn: &mut Conn, user: User, new_hash: &str) -> QueryResult<User> {
    write_password(conn, user.id, new_hash)?;
    session::end_all(conn, user.id)?;
    account_link::void_all(conn, user.id)?;
    Ok(User { password_hash: new_hash.to_owned(), ..user })
}

/// Sets the address of a user, locked by the caller, as proved, and voids every
/// link that was on its way: they speak of the address before.
///
/// # Errors
/// As [`prove`].
pub fn prove_address(conn: &mut Conn, user: &User, email: &str) -> Verb<Utc, UserRefusal> {
    let at = match user.email_verified_at {
        Some(at) if user.email == email => at,
        _ => Utc::now(),
    };
    unique_email(conn, |conn| {
        diesel::update(users::table.find(user.id))
            .set((users::email.eq(email), users::email_verified_at.eq(Some(at))))
            .execute(conn)
    })?;
    account_link::void_all(conn, user.id)?;
    Ok(at)
}

fn write_password(conn: &mut Conn, id: i64, hash: &str) -> QueryResult<()> {
    diesel::update(users::table.find(id))
        .set(users::password_hash.eq(hash))
        .execute(conn)
        .map(|_| ())
}

/// Runs a write in a savepoint, since PostgreSQL gives up a transaction after a
/// unique violation, and says in words that the address is taken.
fn unique_email<T>(
    conn: &mut Conn,
    write: impl FnOnce(&mut Conn) -> QueryResult<T>,
) -> Verb<T, UserRefusal> {
    conn.transaction(write).map_err(|error| match error {
        Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _) => {
            Stop::Refused(UserRefusal::EmailTaken)
        }
        other => Stop::Failed(other),
    })
}
