//! How the database fails.

use super::{dialect, one_line};

/// Why the database could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// A query failed.
    #[error("the database refused a query: {0}")]
    Query(diesel::result::Error),
    /// The connection that ran the query is gone.
    #[error("the connection to the database is lost: {}", one_line(.0))]
    Lost(diesel::result::Error),
    /// Another program holds the embedded database.
    #[error("another program holds the database: {0}")]
    Locked(diesel::result::Error),
    /// No connection could be had in time.
    #[error("no connection to the database: {}", one_line(.0))]
    Pool(#[from] r2d2::Error),
    /// The file of the embedded database was replaced or removed while it was in use.
    #[error("{0}")]
    Moved(String),
    /// It hangs: a request does not wait for it any longer.
    #[error("the database does not answer")]
    Silent,
    /// The thread that ran the query is gone.
    #[error("the database task was cancelled")]
    Cancelled,
}

impl DbError {
    /// Whether the database could not be reached, which may pass.
    pub fn is_unreachable(&self) -> bool {
        matches!(
            self,
            Self::Lost(_) | Self::Locked(_) | Self::Pool(_) | Self::Moved(_) | Self::Silent
        )
    }

    /// Whether whoever runs the server has to do something, or to wait: it cannot be reached,
    /// its disk is full, or it is to be read alone, as while another takes its place.
    pub fn is_outage(&self) -> bool {
        use diesel::result::{DatabaseErrorKind, Error};
        match self {
            Self::Query(Error::DatabaseError(DatabaseErrorKind::ReadOnlyTransaction, _)) => true,
            Self::Query(error) => dialect::is_full(error),
            _ => self.is_unreachable(),
        }
    }
}

impl From<diesel::result::Error> for DbError {
    fn from(error: diesel::result::Error) -> Self {
        use diesel::result::{DatabaseErrorKind, Error};
        match error {
            Error::DatabaseError(
                DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand,
                _,
            ) => Self::Lost(error),
            _ if dialect::is_locked(&error) => Self::Locked(error),
            _ => Self::Query(error),
        }
    }
}
