//! The only file that tells one database from the other.

pub mod clock;
mod copy;
mod held;
pub mod many_rows;
mod migrations;
mod obstacle;
pub mod search;
mod timestamps;
pub mod watch;

use diesel::connection::{AnsiTransactionManager, SimpleConnection};
use diesel::prelude::*;
use diesel::sql_types::BigInt;

pub use held::{Held, empty_log};
pub use migrations::migrate;

/// A connection to either database. One query text serves both.
#[derive(diesel::MultiConnection)]
pub enum Conn {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

/// Runs a query on whichever connection this is, under its own type:
/// `typed!(conn, |c| query.load(c))`. Through [`Conn`] diesel writes a query's
/// text anew for each of its passes; a connection of one backend finds the
/// prepared statement by the query's type. For the reads of the busiest pages.
macro_rules! typed {
    ($conn:expr, |$c:ident| $query:expr) => {
        match $conn {
            $crate::db::Conn::Sqlite($c) => $query,
            $crate::db::Conn::Postgres($c) => $query,
        }
    };
}
pub(crate) use typed;

/// Reads the rows of a query one after the other, none of which is kept:
/// `each_row!(conn, query, Row, |row| …)`. For reads of very many.
macro_rules! each_row {
    ($conn:expr, $query:expr, $row:ty, $each:expr) => {{
        use diesel::connection::DefaultLoadingMode;
        use diesel::pg::PgRowByRowLoadingMode;
        let mut each = $each;
        match $conn {
            $crate::db::Conn::Sqlite(c) => {
                for row in $query.load_iter::<$row, DefaultLoadingMode>(c)? {
                    each(row?);
                }
            }
            // Its library would hold the whole answer otherwise.
            $crate::db::Conn::Postgres(c) => {
                for row in $query.load_iter::<$row, PgRowByRowLoadingMode>(c)? {
                    each(row?);
                }
            }
        }
    }};
}
pub(crate) use each_row;

/// Where the data lives, decided once from the configuration.
#[derive(Clone, Debug)]
pub enum Location {
    /// The path of an SQLite file.
    Sqlite(String),
    /// A `postgres://` URL.
    Postgres(String),
}

impl Location {
    /// Opens a connection and sets it up as Baton needs it.
    pub fn connect(&self) -> ConnectionResult<Conn> {
        match self {
            Self::Sqlite(path) => {
                let mut conn = SqliteConnection::establish(path)?;
                // FULL: what was acknowledged survives a power cut. What is deleted is
                // overwritten. The cache is of 4 MB for each connection. The file is not
                // mapped: each connection would count it as memory of its own.
                conn.batch_execute(
                    "PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL;
                     PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
                     PRAGMA mmap_size = 0; PRAGMA cache_size = -4000;
                     PRAGMA temp_store = MEMORY; PRAGMA secure_delete = ON;",
                )
                .map_err(ConnectionError::CouldntSetupConfiguration)?;
                Ok(Conn::Sqlite(conn))
            }
            Self::Postgres(url) => {
                let mut conn = PgConnection::establish(url)?;
                conn.batch_execute("SET TIME ZONE 'UTC'")
                    .map_err(ConnectionError::CouldntSetupConfiguration)?;
                // For `is_transient`. Not every role may; `speaks_english` tells.
                let _ = conn.batch_execute("SET lc_messages TO 'C'");
                Ok(Conn::Postgres(conn))
            }
        }
    }

    /// Connections that may write at once: SQLite takes one writer at a time,
    /// and a queue of one in the process is fairer than its lock.
    pub fn writers(&self) -> u32 {
        match self {
            Self::Sqlite(_) => 1,
            Self::Postgres(_) => 12,
        }
    }

    /// Whether a short read is cheaper on the thread that asks for it than the
    /// way to another thread and back.
    pub fn is_embedded(&self) -> bool {
        matches!(self, Self::Sqlite(_))
    }
}

/// How a PostgreSQL server keeps text and words its messages.
#[derive(QueryableByName)]
struct Manner {
    #[diesel(sql_type = diesel::sql_types::Text)]
    encoding: String,
    #[diesel(sql_type = diesel::sql_types::Text)]
    messages: String,
}

/// Checks that a database can keep what people write, and warns where its messages
/// cannot be read.
///
/// # Errors
/// One line, fit for an operator.
pub fn check(conn: &mut Conn) -> Result<(), String> {
    let Conn::Postgres(conn) = conn else { return Ok(()) };
    let manner: Manner = diesel::sql_query(
        "SELECT current_setting('server_encoding') AS encoding,
                current_setting('lc_messages') AS messages",
    )
    .get_result(conn)
    .map_err(|error| format!("cannot read the database's settings: {error}"))?;
    if manner.encoding != "UTF8" {
        return Err(format!(
            "the database is in {}: make one in UTF-8, by `createdb -T template0 -E UTF8 NAME`",
            manner.encoding
        ));
    }
    if !speaks_english(&manner.messages) {
        tracing::warn!(
            lc_messages = manner.messages,
            "deadlocks are not recognised in this language, so that requests which meet \
             one fail: ALTER ROLE … SET lc_messages TO 'C' helps, by a superuser"
        );
    }
    Ok(())
}

/// Whether the server words its messages as [`is_transient`] reads them.
fn speaks_english(locale: &str) -> bool {
    ["", "C", "POSIX"].contains(&locale)
        || ["C.", "en", "English"].iter().any(|begins| locale.starts_with(begins))
}

/// Lets SQLite learn how its tables are filled, where they have grown to ten
/// times what it knows; PostgreSQL does so by itself. All of a table and not a
/// sample: that would take a column with one value, such as the only workspace,
/// for a choice of many, and read the whole table where a few rows were asked for.
///
/// The full text's own tables are always taken for large ones. Known as empty, as in a
/// new database, they would be read from end to end at each of their many deletions,
/// for as long as the process runs.
pub fn learn(conn: &mut Conn) -> QueryResult<()> {
    match conn {
        Conn::Sqlite(c) => c.batch_execute(
            "PRAGMA optimize = 0x10002; ANALYZE installation;
             UPDATE sqlite_stat1 SET stat = '1000000' WHERE tbl LIKE '%!_search!_data' ESCAPE '!';
             ANALYZE sqlite_schema;",
        ),
        Conn::Postgres(_) => Ok(()),
    }
}

/// Begins a transaction that will write. SQLite cannot upgrade a read lock
/// safely, so there it takes the write lock at once.
pub fn begin_write(conn: &mut Conn) -> QueryResult<()> {
    match conn {
        Conn::Sqlite(c) => AnsiTransactionManager::begin_transaction_sql(c, "BEGIN IMMEDIATE"),
        Conn::Postgres(c) => AnsiTransactionManager::begin_transaction_sql(c, "BEGIN"),
    }
}

/// Begins a transaction that reads several times from one snapshot.
pub fn begin_snapshot(conn: &mut Conn) -> QueryResult<()> {
    match conn {
        Conn::Sqlite(c) => AnsiTransactionManager::begin_transaction_sql(c, "BEGIN"),
        Conn::Postgres(c) => AnsiTransactionManager::begin_transaction_sql(
            c,
            "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        ),
    }
}

/// The rows that transactions lock, in the order in which they are locked.
#[derive(Clone, Copy)]
pub enum RowLock {
    /// A workspace: seats, roles and removals are decided one at a time. Weak
    /// enough that a foreign key to it, checked elsewhere, does not wait.
    Workspace(i64),
    /// A membership that must not end before the transaction does.
    MembershipStays(i64),
    /// A membership that is about to end or change.
    MembershipChanges(i64),
    /// A user whose address, password or memberships are about to change.
    User(i64),
    /// A session that must not end before the transaction does.
    SessionStays(i64),
    /// An inbox that must not be archived before the transaction ends.
    InboxStays(i64),
    /// A conversation that must not be deleted before the transaction ends.
    ConversationStays(i64),
    /// A conversation that is about to change.
    Conversation(i64),
    /// An invitation that is about to be accepted, renewed or revoked.
    Invitation(i64),
    /// A label that must not be merged or deleted before the transaction ends.
    LabelStays(i64),
    /// A label that is about to change or go.
    LabelChanges(i64),
    /// The contact fields of a workspace, none of which must change before what
    /// was checked against them is written.
    ContactFieldsStay(i64),
    /// A contact field that is about to change or go.
    ContactFieldChanges(i64),
    /// A contact that is about to change.
    Contact(i64),
    /// A contact that must neither be deleted nor become part of another one before the
    /// transaction ends.
    ContactStays(i64),
    /// A contact that is about to go, or to become part of another one.
    ContactGoes(i64),
}

/// Locks a row until the transaction ends. On SQLite the transaction holds the
/// database's write lock already, see [`begin_write`]. A row that does not
/// exist locks nothing; the query that follows finds it missing.
pub fn lock(conn: &mut Conn, row: RowLock) -> QueryResult<()> {
    let Conn::Postgres(conn) = conn else {
        return Ok(());
    };
    let (sql, id) = match row {
        RowLock::Workspace(id) => ("SELECT 1 FROM workspaces WHERE id = $1 FOR NO KEY UPDATE", id),
        RowLock::MembershipStays(id) => {
            ("SELECT 1 FROM memberships WHERE id = $1 FOR KEY SHARE", id)
        }
        RowLock::MembershipChanges(id) => {
            ("SELECT 1 FROM memberships WHERE id = $1 FOR UPDATE", id)
        }
        RowLock::User(id) => ("SELECT 1 FROM users WHERE id = $1 FOR NO KEY UPDATE", id),
        RowLock::SessionStays(id) => ("SELECT 1 FROM sessions WHERE id = $1 FOR KEY SHARE", id),
        RowLock::InboxStays(id) => ("SELECT 1 FROM inboxes WHERE id = $1 FOR SHARE", id),
        RowLock::ConversationStays(id) => {
            ("SELECT 1 FROM conversations WHERE id = $1 FOR KEY SHARE", id)
        }
        RowLock::Conversation(id) => {
            ("SELECT 1 FROM conversations WHERE id = $1 FOR NO KEY UPDATE", id)
        }
        RowLock::Invitation(id) => {
            ("SELECT 1 FROM invitations WHERE id = $1 FOR NO KEY UPDATE", id)
        }
        RowLock::LabelStays(id) => ("SELECT 1 FROM labels WHERE id = $1 FOR KEY SHARE", id),
        RowLock::LabelChanges(id) => ("SELECT 1 FROM labels WHERE id = $1 FOR UPDATE", id),
        RowLock::ContactFieldsStay(id) => {
            ("SELECT 1 FROM contact_fields WHERE workspace_id = $1 ORDER BY id FOR SHARE", id)
        }
        RowLock::ContactFieldChanges(id) => {
            ("SELECT 1 FROM contact_fields WHERE id = $1 FOR UPDATE", id)
        }
        RowLock::Contact(id) => ("SELECT 1 FROM contacts WHERE id = $1 FOR NO KEY UPDATE", id),
        RowLock::ContactStays(id) => ("SELECT 1 FROM contacts WHERE id = $1 FOR KEY SHARE", id),
        RowLock::ContactGoes(id) => ("SELECT 1 FROM contacts WHERE id = $1 FOR UPDATE", id),
    };
    diesel::sql_query(sql).bind::<BigInt, _>(id).execute(conn).map(|_| ())
}

/// Holds a name until the transaction ends, so that what is counted under it is
/// counted by one transaction at a time. On SQLite there is only one anyway.
pub fn lock_name(conn: &mut Conn, name: &str) -> QueryResult<()> {
    let Conn::Postgres(conn) = conn else {
        return Ok(());
    };
    diesel::sql_query("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))")
        .bind::<diesel::sql_types::Text, _>(name)
        .execute(conn)
        .map(|_| ())
}

/// [`lock_name`] for several at once.
///
/// # Errors
/// When the query fails.
pub fn lock_names(conn: &mut Conn, names: Vec<String>) -> QueryResult<()> {
    let Conn::Postgres(conn) = conn else {
        return Ok(());
    };
    let sql =
        "SELECT pg_advisory_xact_lock(hashtextextended(name, 0)) FROM unnest($1) AS names (name)";
    diesel::sql_query(sql)
        .bind::<diesel::sql_types::Array<diesel::sql_types::Text>, _>(names)
        .execute(conn)
        .map(|_| ())
}

/// Whether PostgreSQL gave this transaction up for another's sake (deadlock
/// 40P01, serialization 40001), so that the same work may be tried again.
pub fn is_transient(error: &diesel::result::Error) -> bool {
    use diesel::result::{DatabaseErrorKind, Error};
    match error {
        Error::DatabaseError(DatabaseErrorKind::SerializationFailure, _) => true,
        Error::DatabaseError(DatabaseErrorKind::Unknown, info) => {
            // libpq's message is all that diesel keeps of 40P01.
            info.message().contains("deadlock detected")
        }
        _ => false,
    }
}

/// Whether SQLite waited in vain for another program that writes (`SQLITE_BUSY`).
pub fn is_locked(error: &diesel::result::Error) -> bool {
    use diesel::result::{DatabaseErrorKind, Error};
    // The message is all that diesel keeps of it.
    matches!(error, Error::DatabaseError(DatabaseErrorKind::Unknown, info)
        if info.message() == "database is locked")
}

/// Whether there is no room on the database's disk (`SQLITE_FULL`, 53100 of PostgreSQL).
pub fn is_full(error: &diesel::result::Error) -> bool {
    use diesel::result::{DatabaseErrorKind, Error};
    // Here, too.
    matches!(error, Error::DatabaseError(DatabaseErrorKind::Unknown, info)
        if info.message() == "database or disk is full"
            || info.message().contains("No space left on device"))
}

#[cfg(test)]
mod tests {
    use diesel::sql_types::Text;

    use super::*;

    #[derive(QueryableByName)]
    struct Step {
        #[diesel(sql_type = Text)]
        detail: String,
    }

    #[test]
    fn messages_in_english_are_told_from_others() {
        assert!(["", "C", "C.UTF-8", "POSIX", "en_GB.UTF-8"].into_iter().all(speaks_english));
        assert!(!["de_DE.UTF-8", "pt_BR"].into_iter().any(speaks_english));
    }

    #[test]
    fn who_waits_in_vain_for_another_program_is_told_apart_from_a_defect() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let location = Location::Sqlite(dir.path().join("new.db").display().to_string());
        let mut holder = location.connect().expect("a database");
        let mut waits = location.connect().expect("a connection");
        begin_write(&mut holder).expect("nobody writes");
        waits.batch_execute("PRAGMA busy_timeout = 0").expect("a setting");
        let locked = begin_write(&mut waits).expect_err("the other one holds it");
        assert!(is_locked(&locked), "{locked}");
        assert!(crate::db::DbError::from(locked).is_unreachable());
        assert!(!is_locked(&waits.batch_execute("no SQL").expect_err("a defect")));
    }

    /// The statement is the one with which FTS5 drops what it has merged.
    #[test]
    fn a_new_database_does_not_read_its_full_text_from_end_to_end() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let path = dir.path().join("new.db").display().to_string();
        let location = Location::Sqlite(path);
        migrate(&mut location.connect().expect("a database")).expect("a schema");
        let Conn::Sqlite(conn) = &mut location.connect().expect("a connection") else {
            unreachable!("the location is SQLite's")
        };
        for table in ["message", "subject", "contact", "contact_note"] {
            let table = format!("{table}_search_data");
            let steps: Vec<Step> = diesel::sql_query(format!(
                "EXPLAIN QUERY PLAN DELETE FROM {table} WHERE id >= 1 AND id <= 2"
            ))
            .load(conn)
            .expect("a plan");
            let plan: Vec<&str> = steps.iter().map(|step| step.detail.as_str()).collect();
            let by_id = format!("SEARCH {table} USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)");
            assert_eq!(plan, [by_id]);
        }
    }
}
