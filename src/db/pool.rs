//! The connections that wait for work.

use std::fmt::Display;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use diesel::r2d2::{Error, R2D2Connection};

use super::dialect::Held;
use super::{Conn, Location, one_line};

/// A connection that worked so lately is taken to be alive, as HikariCP takes it (its
/// `aliveBypassWindowMs`): to ask it first would be one more way to the server and back
/// for each short read of a page.
const TRUSTED: Duration = Duration::from_millis(500);

/// How often a database that is away is told in the log: each place of a pool tries anew
/// every few moments.
const TOLD_EVERY: Duration = Duration::from_secs(60);

pub type Pool = r2d2::Pool<Manager>;

/// A pool of so many connections at most, all to the file that is held.
///
/// # Errors
/// When the first of them cannot be had.
pub fn build(location: &Location, size: u32, held: &Held) -> Result<Pool, r2d2::Error> {
    r2d2::Pool::builder()
        .max_size(size)
        .min_idle(Some(1))
        // An embedded database does not go away between two queries.
        .test_on_check_out(!location.is_embedded())
        .connection_timeout(Duration::from_secs(10))
        .error_handler(Box::new(Trouble::default()))
        .build(Manager { location: location.clone(), held: held.clone() })
}

/// Tells in the log what is wrong with the connections.
#[derive(Debug, Default)]
struct Trouble {
    told_at: Mutex<Option<Instant>>,
}

impl Trouble {
    /// What is to be told at this moment.
    fn news(&self, error: &dyn Display, now: Instant) -> Option<String> {
        let mut told_at = self.told_at.lock().unwrap_or_else(PoisonError::into_inner);
        if told_at.is_some_and(|at| now.duration_since(at) < TOLD_EVERY) {
            return None;
        }
        *told_at = Some(now);
        Some(one_line(error))
    }
}

impl r2d2::HandleError<Error> for Trouble {
    fn handle_error(&self, error: Error) {
        if let Some(error) = self.news(&error, Instant::now()) {
            tracing::error!(error, "the database cannot be reached, and is tried again");
        }
    }
}

/// A connection that knows when it worked last.
pub struct Pooled {
    conn: Conn,
    worked_at: Option<Instant>,
}

impl Pooled {
    /// Runs a piece of work. After one that fails, for whatever reason, the connection is
    /// asked whether it is alive before it is lent again.
    pub fn run<T, E>(&mut self, work: impl FnOnce(&mut Conn) -> Result<T, E>) -> Result<T, E> {
        self.worked_at = None;
        let outcome = work(&mut self.conn);
        self.worked_at = outcome.is_ok().then(Instant::now);
        outcome
    }
}

pub struct Manager {
    location: Location,
    held: Held,
}

impl r2d2::ManageConnection for Manager {
    type Connection = Pooled;
    type Error = Error;

    fn connect(&self) -> Result<Pooled, Error> {
        self.held.check().map_err(Error::ConnectionError)?;
        let conn = self.location.connect().map_err(Error::ConnectionError)?;
        Ok(Pooled { conn, worked_at: Some(Instant::now()) })
    }

    fn is_valid(&self, pooled: &mut Pooled) -> Result<(), Error> {
        if pooled.worked_at.is_some_and(|at| at.elapsed() < TRUSTED) {
            return Ok(());
        }
        pooled.conn.ping().map_err(Error::QueryError)
    }

    fn has_broken(&self, pooled: &mut Pooled) -> bool {
        std::thread::panicking() || pooled.conn.is_broken()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_that_is_away_is_told_once_a_minute_in_one_line() {
        let (trouble, start) = (Trouble::default(), Instant::now());
        let refused = "connection to server failed: Connection refused\n\tIs it running there?\n";
        let told = |seconds| trouble.news(&refused, start + Duration::from_secs(seconds));
        let line = "connection to server failed: Connection refused Is it running there?";
        assert_eq!(told(0).as_deref(), Some(line));
        assert_eq!([told(0), told(1), told(59)], [None, None, None]);
        assert_eq!(told(60).as_deref(), Some(line));
    }
}
