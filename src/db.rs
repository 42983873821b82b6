//! Connections and transactions. Queries belong to `models`.

mod capped;
pub mod dialect;
mod error;
mod limited;
mod origin;
mod patience;
mod pool;
pub mod schema;
#[cfg(test)]
pub(crate) mod testing;
mod time;
mod word;

use std::convert::Infallible;
use std::fmt::Display;
use std::sync::Arc;
use std::time::Duration;

use diesel::connection::TransactionManager;
use diesel::prelude::*;
pub use diesel::result::QueryResult;

pub use capped::{CAP, One, capped};
use dialect::Held;
pub use dialect::watch::Watch;
pub use dialect::{Conn, Location};
pub(crate) use dialect::{each_row, typed};
pub use error::DbError;
pub use limited::limited;
pub use origin::Origin;
use patience::in_time;
use pool::Pool;
pub use time::Utc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
pub use word::Known;
pub(crate) use word::words;

/// Connections that read an embedded database.
const READERS: u32 = 8;
/// Long reads at once at most, and no more than there are cores: they leave connections
/// to the short ones, and what they hold in memory has a bound.
const LONG_READS: usize = 4;

/// How often a transaction that PostgreSQL gave up is tried again.
const RETRIES: u32 = 8;

/// An error in one line: libpq explains itself in several.
pub fn one_line(error: &dyn Display) -> String {
    error.to_string().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Why a verb stopped before its end. Either way nothing was written.
#[derive(Debug)]
pub enum Stop<R> {
    /// A rule says no; `R` says which.
    Refused(R),
    /// The database failed.
    Failed(diesel::result::Error),
}

impl<R> Stop<R> {
    /// The same stop in the words of a verb that calls another.
    pub fn map<S>(self, words: impl FnOnce(R) -> S) -> Stop<S> {
        match self {
            Self::Refused(reason) => Stop::Refused(words(reason)),
            Self::Failed(error) => Stop::Failed(error),
        }
    }
}

impl<R> From<diesel::result::Error> for Stop<R> {
    fn from(error: diesel::result::Error) -> Self {
        Self::Failed(error)
    }
}

/// What a verb that writes answers inside its transaction.
pub type Verb<T, R> = Result<T, Stop<R>>;

/// Stops a verb with a refusal: `return refuse(Refusal::NoSeat)`.
pub fn refuse<T, R>(reason: R) -> Verb<T, R> {
    Err(Stop::Refused(reason))
}

/// The verb's result for a rule's answer: `allowed(policy::may(..))?`.
pub fn allowed<T, R>(answer: Result<T, R>) -> Verb<T, R> {
    answer.map_err(Stop::Refused)
}

/// The database: a pool that reads and a pool that writes.
#[derive(Clone)]
pub struct Db {
    readers: Pool,
    writers: Pool,
    long_reads: Arc<Semaphore>,
    location: Arc<Location>,
    held: Held,
}

impl Db {
    /// Connects and brings the schema up to date.
    ///
    /// # Errors
    /// When the database cannot be reached or a migration fails; the text is
    /// fit for an operator.
    pub fn open(location: Location) -> Result<Self, String> {
        let told = |what: &str, error: &dyn Display| {
            let known = location.obstacle().or_else(|| location.damage(error));
            match known {
                Some(known) => format!("cannot {what} the database {known}"),
                None => format!("cannot {what} the database: {error}"),
            }
        };
        location.refuse_foreign().map_err(|e| told("open", &e))?;
        let mut conn = location.connect().map_err(|e| told("open", &e))?;
        dialect::check(&mut conn)?;
        dialect::migrate(&mut conn).map_err(|e| told("migrate", &e))?;
        let held = location.hold().map_err(|e| told("open", &e))?;
        drop(conn);
        let build = |size| {
            pool::build(&location, size, &held)
                .map_err(|e| format!("cannot connect to the database: {e}"))
        };
        let writers = build(location.writers())?;
        // PostgreSQL does not mind who writes: one pool is enough there.
        let readers = if location.is_embedded() { build(READERS)? } else { writers.clone() };
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let long_reads = Arc::new(Semaphore::new(cores.clamp(1, LONG_READS)));
        Ok(Self { readers, writers, long_reads, location: Arc::new(location), held })
    }

    /// Runs a short read. Embedded, it runs on the calling thread, since a few
    /// reads by index take less than the way to another thread and back, and in
    /// one transaction, since SQLite otherwise locks its file for each of them;
    /// work that grows with the data belongs in [`Db::read_long`].
    ///
    /// # Errors
    /// [`DbError`] when no connection can be had or a query fails.
    pub async fn read<T, F>(&self, work: F) -> Result<T, DbError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn) -> QueryResult<T> + Send + 'static,
    {
        if self.location.is_embedded() {
            return self.snapshot_now(work);
        }
        in_time(self.read_aside(work)).await
    }

    /// Runs a read of any length on the blocking pool, a few at a time. It goes on when
    /// nobody waits for it any more, and keeps its place among them until it is done.
    ///
    /// # Errors
    /// As [`Db::read`].
    pub async fn read_long<T, F>(&self, work: F) -> Result<T, DbError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn) -> QueryResult<T> + Send + 'static,
    {
        let turn = self.long_turn().await?;
        self.read_aside(move |conn| {
            let _turn = turn;
            work(conn)
        })
        .await
    }

    /// As [`Db::read_long`], several reads that see one moment.
    ///
    /// # Errors
    /// As [`Db::read`].
    pub async fn snapshot_long<T, F>(&self, work: F) -> Result<T, DbError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn) -> QueryResult<T> + Send + 'static,
    {
        let (turn, db) = (self.long_turn().await?, self.clone());
        let read = move || {
            let _turn = turn;
            db.snapshot_now(work)
        };
        tokio::task::spawn_blocking(read).await.map_err(|_| DbError::Cancelled)?
    }

    async fn long_turn(&self) -> Result<OwnedSemaphorePermit, DbError> {
        // The semaphore is never closed.
        self.long_reads.clone().acquire_owned().await.map_err(|_| DbError::Cancelled)
    }

    /// Runs a read on the blocking pool.
    async fn read_aside<T, F>(&self, work: F) -> Result<T, DbError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn) -> QueryResult<T> + Send + 'static,
    {
        let db = self.clone();
        tokio::task::spawn_blocking(move || db.read_now(work))
            .await
            .map_err(|_| DbError::Cancelled)?
    }

    /// Runs a read on this thread: for jobs, commands and tests.
    ///
    /// # Errors
    /// As [`Db::read`].
    pub fn read_now<T>(
        &self,
        work: impl FnOnce(&mut Conn) -> QueryResult<T>,
    ) -> Result<T, DbError> {
        Ok(self.readers.get()?.run(work)?)
    }

    /// Runs several reads that see one moment, on this thread.
    ///
    /// # Errors
    /// As [`Db::read`].
    pub fn snapshot_now<T>(
        &self,
        work: impl FnOnce(&mut Conn) -> QueryResult<T>,
    ) -> Result<T, DbError> {
        let snapshot = |conn: &mut Conn| {
            dialect::begin_snapshot(conn)?;
            let outcome = work(conn);
            let ended = <Conn as Connection>::TransactionManager::rollback_transaction(conn);
            // Of a connection that was lost the work tells more than its end.
            outcome.and_then(|outcome| ended.map(|()| outcome))
        };
        Ok(self.readers.get()?.run(snapshot)?)
    }

    /// Runs a verb in one write transaction: committed when it answers `Ok`,
    /// rolled back when it stops. The outer error is the database's, the inner
    /// one the rule's. PostgreSQL may give a transaction up for another's sake;
    /// then the verb runs again, so it must have no effect but its writes.
    ///
    /// # Errors
    /// [`DbError`] when no connection can be had or a query fails.
    pub async fn write<T, R, F>(&self, verb: F) -> Result<Result<T, R>, DbError>
    where
        T: Send + 'static,
        R: Send + 'static,
        F: FnMut(&mut Conn) -> Verb<T, R> + Send + 'static,
    {
        let (db, origin) = (self.clone(), Origin::of_task());
        let written = tokio::task::spawn_blocking(move || origin.during(|| db.write_now(verb)));
        in_time(async { written.await.map_err(|_| DbError::Cancelled)? }).await
    }

    /// [`Db::write`] on this thread: for jobs, commands and tests.
    ///
    /// # Errors
    /// As [`Db::write`].
    pub fn write_now<T, R>(
        &self,
        mut verb: impl FnMut(&mut Conn) -> Verb<T, R>,
    ) -> Result<Result<T, R>, DbError> {
        let mut conn = self.writers.get().map_err(|e| self.reason(e))?;
        let mut tries = 0;
        // Nothing is acknowledged that would go with a file nobody finds any more.
        let mut verb = |conn: &mut Conn| -> Verb<T, R> {
            let done = verb(conn)?;
            match self.held.loss() {
                Some(_) => Err(diesel::result::Error::RollbackTransaction.into()),
                None => Ok(done),
            }
        };
        loop {
            match conn.run(|conn| in_transaction(conn, &mut verb)) {
                Ok(done) => return Ok(Ok(done)),
                Err(Stop::Refused(reason)) => return Ok(Err(reason)),
                Err(Stop::Failed(e)) if dialect::is_transient(&e) && tries < RETRIES => {
                    tries += 1;
                    std::thread::sleep(Duration::from_millis(u64::from(tries * tries * 3)));
                }
                Err(Stop::Failed(e)) => return Err(self.reason(e)),
            }
        }
    }

    /// Why a write failed: whatever it met where the file is gone, the reason is that.
    fn reason(&self, error: impl Into<DbError>) -> DbError {
        self.in_place().err().unwrap_or_else(|| error.into())
    }

    /// Checks that the file of an embedded database is still the one that was opened.
    ///
    /// # Errors
    /// [`DbError::Moved`].
    pub fn in_place(&self) -> Result<(), DbError> {
        self.held.loss().map_or(Ok(()), |loss| Err(DbError::Moved(loss)))
    }

    /// Brings what was committed into the file that was opened, wherever that is by now, so
    /// that nothing of it is left beside the one that took its place: SQLite would take that
    /// for the new one's.
    ///
    /// # Errors
    /// As [`Db::read`].
    pub fn let_go(&self) -> Result<(), DbError> {
        Ok(self.writers.get()?.run(dialect::empty_log)?)
    }

    /// [`Db::write`] for writes that no rule refuses.
    ///
    /// # Errors
    /// As [`Db::write`].
    pub async fn change<T, F>(&self, mut work: F) -> Result<T, DbError>
    where
        T: Send + 'static,
        F: FnMut(&mut Conn) -> QueryResult<T> + Send + 'static,
    {
        let Ok(done) = self.write(move |conn| -> Verb<T, Infallible> { Ok(work(conn)?) }).await?;
        Ok(done)
    }

    /// [`Db::change`] on this thread: for jobs, commands and tests.
    ///
    /// # Errors
    /// As [`Db::write`].
    pub fn change_now<T>(
        &self,
        mut work: impl FnMut(&mut Conn) -> QueryResult<T>,
    ) -> Result<T, DbError> {
        let Ok(done) = self.write_now(|conn| -> Verb<T, Infallible> { Ok(work(conn)?) })?;
        Ok(done)
    }

    /// A connection of its own that hears of commits.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub fn watch(&self) -> ConnectionResult<Watch> {
        self.held.check()?;
        Watch::open(&self.location)
    }

    /// Tells every node something that is kept nowhere: [`Watch::news`] hears it.
    ///
    /// # Errors
    /// As [`Db::read`].
    pub async fn tell_nodes(&self, text: String) -> Result<(), DbError> {
        if self.location.is_embedded() {
            return Ok(());
        }
        let told = self.read_aside(move |conn| dialect::watch::tell_nodes(conn, &text));
        in_time(told).await
    }
}

fn in_transaction<T, R>(
    conn: &mut Conn,
    verb: &mut impl FnMut(&mut Conn) -> Verb<T, R>,
) -> Verb<T, R> {
    type Manager = <Conn as Connection>::TransactionManager;
    dialect::begin_write(conn)?;
    match verb(conn) {
        Ok(done) => {
            Manager::commit_transaction(conn)?;
            Ok(done)
        }
        Err(stop) => {
            // A connection that cannot roll back is broken and leaves the pool;
            // the reason to tell is still the first one.
            if let Err(error) = Manager::rollback_transaction(conn) {
                tracing::error!(%error, "rollback failed");
            }
            Err(stop)
        }
    }
}

#[cfg(test)]
mod tests;
