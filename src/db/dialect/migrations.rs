//! Bringing the schema up to date.

use std::error::Error;

use diesel::backend::Backend;
use diesel::connection::SimpleConnection;
use diesel::migration::MigrationSource;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::{Conn, learn};

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

type Done = Result<(), Box<dyn Error + Send + Sync + 'static>>;

/// Brings the schema up to date. Several nodes may start at once.
///
/// # Errors
/// When a migration fails, or the database has one that is not known here: then a newer
/// program made it, with rules that this one would break.
pub fn migrate(conn: &mut Conn) -> Done {
    match conn {
        Conn::Sqlite(c) => {
            check_age(c, &SQLITE)?;
            // What is pending is asked again under the lock: a second process
            // that starts at the same time waits for it, and finds nothing.
            if c.has_pending_migration(SQLITE)? {
                c.immediate_transaction(|c| c.run_pending_migrations(SQLITE).map(|_| ()))?;
            }
        }
        Conn::Postgres(c) => {
            // Held by the session, so that a second node waits for the first.
            c.batch_execute("SELECT pg_advisory_lock(7320110)")?;
            let done = check_age(c, &POSTGRES)
                .and_then(|()| c.run_pending_migrations(POSTGRES).map(|_| ()));
            c.batch_execute("SELECT pg_advisory_unlock(7320110)")?;
            done?;
        }
    }
    Ok(learn(conn)?)
}

/// Refuses a database that is newer than this program.
fn check_age<DB: Backend>(
    conn: &mut impl MigrationHarness<DB>,
    known: &EmbeddedMigrations,
) -> Done {
    let known = MigrationSource::<DB>::migrations(known)?;
    let is_known = |version| known.iter().any(|one| one.name().version() == version);
    match conn.applied_migrations()?.into_iter().find(|version| !is_known(version.as_owned())) {
        Some(version) => {
            let why = format!(
                "it is of a newer Baton, whose migration {version} this one does not know: run that one"
            );
            Err(why.into())
        }
        None => Ok(()),
    }
}
