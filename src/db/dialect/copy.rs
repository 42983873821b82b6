//! A copy of an embedded database, while it is in use.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Text;

use super::Location;

impl Location {
    /// Copies the whole SQLite database, as of one moment, into a file that is empty or not
    /// there. Nothing is changed, so that a newer program does not bring the schema up to date
    /// under an older one that serves it. On PostgreSQL, where `pg_dump` does this, `None`.
    ///
    /// # Errors
    /// One line, fit for an operator.
    pub fn copy_to(&self, path: &str) -> Option<Result<(), String>> {
        let Self::Sqlite(from) = self else { return None };
        Some(copy(from, path))
    }
}

fn copy(from: &str, to: &str) -> Result<(), String> {
    let unread = |why: String| format!("Cannot read the database {from}: {why}.");
    let mut conn =
        SqliteConnection::establish(&existing(from)).map_err(|why| unread(why.to_string()))?;
    // As long as the server waits for it, and with as much memory.
    conn.batch_execute("PRAGMA busy_timeout = 10000; PRAGMA cache_size = -4000;")
        .map_err(|why| unread(why.to_string()))?;
    diesel::sql_query("VACUUM INTO $1")
        .bind::<Text, _>(to)
        .execute(&mut conn)
        .map(|_| ())
        .map_err(|why| format!("Cannot copy the database {from} to {to}: {why}."))
}

/// The address of a file that is not made where it is missing, and that SQLite opens to read
/// alone where it must not be written.
fn existing(path: &str) -> String {
    let path = path.replace('%', "%25").replace('?', "%3f").replace('#', "%23");
    // Without its two slashes, a path that begins with two would name a host.
    let begin = if path.starts_with('/') { "file://" } else { "file:" };
    format!("{begin}{path}?mode=rw")
}

#[cfg(test)]
mod tests {
    use crate::db::Db;

    use super::*;

    #[test]
    fn a_copy_holds_what_is_there_and_a_database_that_is_missing_is_not_made() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name).display().to_string();
        let of = |name: &str| Location::Sqlite(at(name));
        drop(Db::open(of("a 100% #1.db")).unwrap());
        of("a 100% #1.db").copy_to(&at("copy.db")).unwrap().unwrap();
        let mut copy = of("copy.db").connect().unwrap();
        let tables = diesel::sql_query("SELECT 1 FROM installation").execute(&mut copy);
        assert!(tables.is_ok(), "{tables:?}");
        let told = of("missing.db").copy_to(&at("other.db")).unwrap().unwrap_err();
        assert!(told.starts_with("Cannot read the database"), "{told}");
        assert!(!folder.path().join("missing.db").exists());
        assert!(Location::Postgres(String::new()).copy_to("copy.db").is_none());
    }
}
