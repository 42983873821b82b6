//! Facts about the installation as a whole, one row each.

use chrono::TimeDelta;
use diesel::prelude::*;
use diesel::sql_types::Text;

use super::push;
use crate::db::dialect::clock;
use crate::db::schema::{installation, sessions};
use crate::db::{Conn, Utc, Verb, refuse};

const KEY_FINGERPRINT: &str = "secret_key_fingerprint";

/// Why a node may not start on this database, or go on with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error(
        "This database belongs to another secret key: start with the BATON_SECRET_KEY or the secret.key it was made with. Where that is lost, `baton secret-key replace` says what becomes of it without."
    )]
    OtherKey,
    #[error(
        "The secret key of this database is missing: restore its secret.key to the data folder, or set BATON_SECRET_KEY. Where it is lost, `baton secret-key replace` says what becomes of it without."
    )]
    KeyIsMissing,
    #[error(
        "The database goes by another secret key by now, as after `baton secret-key replace`: start this server again with that one."
    )]
    KeyIsReplaced,
}

/// Keeps the fingerprint of the first secret key, and refuses any other one: a
/// node with another key would sign links that the others do not accept.
///
/// # Errors
/// The refusal, or when a query fails.
pub fn claim_key(conn: &mut Conn, fingerprint: &str) -> Verb<(), Refusal> {
    if let Some(known) = key_fingerprint(conn)? {
        return if known == fingerprint { Ok(()) } else { refuse(Refusal::OtherKey) };
    }
    let row = (installation::name.eq(KEY_FINGERPRINT), installation::value.eq(fingerprint));
    // A savepoint: two nodes may start at once, and the loser reads again.
    let inserted =
        conn.transaction(|conn| diesel::insert_into(installation::table).values(row).execute(conn));
    match inserted {
        Ok(_) => Ok(()),
        Err(diesel::result::Error::DatabaseError(
            diesel::result::DatabaseErrorKind::UniqueViolation,
            _,
        )) if key_fingerprint(conn)?.as_deref() == Some(fingerprint) => Ok(()),
        Err(diesel::result::Error::DatabaseError(
            diesel::result::DatabaseErrorKind::UniqueViolation,
            _,
        )) => refuse(Refusal::OtherKey),
        Err(error) => Err(error.into()),
    }
}

/// Lets the database go by another key from now on, without what only the one before could
/// open or prove; `false` where it goes by this one already.
///
/// # Errors
/// When a query fails.
pub fn replace_key(conn: &mut Conn, fingerprint: &str) -> QueryResult<bool> {
    if goes_by(conn, fingerprint)? {
        return Ok(false);
    }
    forget(conn, KEY_FINGERPRINT)?;
    keep_first(conn, KEY_FINGERPRINT, fingerprint)?;
    // No cookie leads to one any more.
    diesel::delete(sessions::table).execute(conn)?;
    push::forget_key(conn)?;
    Ok(true)
}

/// Whether the database goes by the key of this fingerprint.
///
/// # Errors
/// When the query fails.
pub fn goes_by(conn: &mut Conn, fingerprint: &str) -> QueryResult<bool> {
    Ok(key_fingerprint(conn)?.as_deref() == Some(fingerprint))
}

/// Whether the database goes by any key yet.
///
/// # Errors
/// When the query fails.
pub fn has_key(conn: &mut Conn) -> QueryResult<bool> {
    Ok(key_fingerprint(conn)?.is_some())
}

/// How far the clock of this machine is ahead of the database's at the least, less than
/// nothing where it is behind; `None` where they are one.
///
/// # Errors
/// When the query fails.
pub fn clock_ahead(conn: &mut Conn) -> QueryResult<Option<TimeDelta>> {
    let asked = Utc::now();
    let Some(theirs) = clock::of_database(conn)? else { return Ok(None) };
    let answered = Utc::now();
    // It was read at some moment in between: an answer that took long is not held against it.
    Ok(Some(asked.since(theirs).max(answered.since(theirs).min(TimeDelta::zero()))))
}

/// Takes a fact away.
///
/// # Errors
/// When the query fails.
pub(super) fn forget(conn: &mut Conn, name: &str) -> QueryResult<()> {
    diesel::delete(installation::table.find(name)).execute(conn).map(|_| ())
}

/// A fact by its name.
///
/// # Errors
/// When the query fails.
pub(super) fn fact(conn: &mut Conn, name: &str) -> QueryResult<Option<String>> {
    installation::table.find(name).select(installation::value).first(conn).optional()
}

/// Keeps a fact unless there is one of this name already. Answers the one that is kept:
/// of two nodes at once, both get the first one's.
///
/// # Errors
/// When a query fails.
pub(super) fn keep_first(conn: &mut Conn, name: &str, value: &str) -> QueryResult<String> {
    diesel::sql_query(
        "INSERT INTO installation (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING",
    )
    .bind::<Text, _>(name)
    .bind::<Text, _>(value)
    .execute(conn)?;
    installation::table.find(name).select(installation::value).first(conn)
}

fn key_fingerprint(conn: &mut Conn) -> QueryResult<Option<String>> {
    fact(conn, KEY_FINGERPRINT)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::testing::scratch;

    #[test]
    fn the_database_knows_its_key_and_refuses_another() {
        let (db, _folder) = scratch();
        let start = |key: &str| db.write_now(|conn| claim_key(conn, key)).expect("it answers");
        assert_eq!(start("ours"), Ok(()));
        assert_eq!(start("ours"), Ok(()));
        assert_eq!(start("theirs"), Err(Refusal::OtherKey));
        let replace = |key: &str| db.change_now(|conn| replace_key(conn, key)).expect("it works");
        assert_eq!([replace("ours"), replace("theirs"), replace("theirs")], [false, true, false]);
        assert_eq!(start("theirs"), Ok(()));
        assert_eq!(start("ours"), Err(Refusal::OtherKey));
        let goes_by = |key: &str| db.read_now(|conn| goes_by(conn, key)).expect("it answers");
        assert_eq!([goes_by("ours"), goes_by("theirs")], [false, true]);
    }
}
