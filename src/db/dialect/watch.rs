//! Learning of what others commit: other connections, other processes, other nodes.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use super::{Conn, Location};
use crate::db::QueryResult;

/// A connection that hears of commits, on which nothing else runs.
pub struct Watch {
    conn: Conn,
    /// SQLite's count of what other connections have committed.
    version: i64,
}

/// The channel of what nodes tell each other.
const SAID: &str = "baton_said";

/// What came since the last time.
#[derive(Debug, Default)]
pub struct Heard {
    /// Something was committed.
    pub has_commits: bool,
    /// What nodes told each other, this one among them.
    pub said: Vec<String>,
}

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

impl Watch {
    /// Begins to listen.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub fn open(location: &Location) -> ConnectionResult<Self> {
        let mut conn = location.connect()?;
        if let Conn::Postgres(conn) = &mut conn {
            conn.batch_execute("LISTEN baton_live; LISTEN baton_said")
                .map_err(ConnectionError::CouldntSetupConfiguration)?;
        }
        Ok(Self { conn, version: 0 })
    }

    /// What came since the last time. Takes microseconds and does not wait: SQLite looks
    /// into memory that the connections share, PostgreSQL's library at what has arrived.
    ///
    /// # Errors
    /// When the connection is lost: open another, and look at everything.
    pub fn news(&mut self) -> QueryResult<Heard> {
        let mut heard = Heard::default();
        match &mut self.conn {
            Conn::Sqlite(conn) => {
                let found: Number =
                    diesel::sql_query("SELECT data_version AS n FROM pragma_data_version")
                        .get_result(conn)?;
                heard.has_commits = std::mem::replace(&mut self.version, found.n) != found.n;
            }
            Conn::Postgres(conn) => {
                for notification in conn.notifications_iter() {
                    let notification = notification?;
                    if notification.channel == SAID {
                        heard.said.push(notification.payload);
                    } else {
                        heard.has_commits = true;
                    }
                }
            }
        }
        Ok(heard)
    }
}

/// Tells every node something that is kept nowhere. An embedded database has one node,
/// which knows already.
///
/// # Errors
/// When the query fails.
pub fn tell_nodes(conn: &mut Conn, text: &str) -> QueryResult<()> {
    match conn {
        Conn::Sqlite(_) => Ok(()),
        Conn::Postgres(conn) => diesel::sql_query("SELECT pg_notify($1, $2)")
            .bind::<Text, _>(SAID)
            .bind::<Text, _>(text)
            .execute(conn)
            .map(|_| ()),
    }
}
