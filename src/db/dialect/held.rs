//! Whether the file of an embedded database is still the one that was opened.

use std::fs::{Metadata, metadata};
use std::io::{self, ErrorKind};
use std::os::unix::fs::MetadataExt;
use std::sync::Arc;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;

use super::{Conn, Location};
use crate::db::QueryResult;

/// The file of an embedded database as it was when it was opened; of a server, nothing.
#[derive(Clone, Debug)]
pub struct Held(Option<Arc<(String, FileId)>>);

/// What tells one file from another at the same path.
type FileId = (u64, u64);

fn id_of(file: &Metadata) -> FileId {
    (file.dev(), file.ino())
}

impl Location {
    /// Remembers which file it is.
    ///
    /// # Errors
    /// When it cannot be looked at.
    pub fn hold(&self) -> io::Result<Held> {
        Ok(Held(match self {
            Self::Sqlite(path) => Some(Arc::new((path.clone(), id_of(&metadata(path)?)))),
            Self::Postgres(_) => None,
        }))
    }
}

impl Held {
    /// What became of the file, in a sentence; `None` while it is where it was.
    pub fn loss(&self) -> Option<String> {
        let (path, id) = &**self.0.as_ref()?;
        let what = match metadata(path) {
            Ok(found) if id_of(&found) == *id => return None,
            Ok(_) => "replaced",
            Err(error) if error.kind() == ErrorKind::NotFound => "removed",
            // Nobody knows.
            Err(_) => return None,
        };
        Some(format!(
            "The database {path} was {what} while Baton ran on it: stop Baton before you restore a backup."
        ))
    }

    /// Checks that a connection to the path would be one to the file.
    ///
    /// # Errors
    /// With what became of it.
    pub fn check(&self) -> ConnectionResult<()> {
        self.loss().map_or(Ok(()), |loss| Err(ConnectionError::BadConnection(loss)))
    }
}

/// Empties the write-ahead log of an embedded database into its file. Both are reached by
/// their handles, whatever stands at their paths by now.
///
/// # Errors
/// When the query fails.
pub fn empty_log(conn: &mut Conn) -> QueryResult<()> {
    match conn {
        Conn::Sqlite(conn) => conn.batch_execute("PRAGMA wal_checkpoint(TRUNCATE)"),
        Conn::Postgres(_) => Ok(()),
    }
}
