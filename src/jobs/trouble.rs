//! What goes wrong in a loop, for the log.

use std::time::{Duration, Instant};

use crate::db::DbError;

/// How often it is told that the database is away or full, which is no news at every turn.
const OUTAGE_EVERY: Duration = Duration::from_secs(60);

/// Tells what one loop could not do.
#[derive(Debug)]
pub(super) struct Trouble {
    what: &'static str,
    told_at: Option<Instant>,
}

impl Trouble {
    /// Of what a loop does, in words such as `looking for mailboxes to read failed`.
    pub(super) const fn of(what: &'static str) -> Self {
        Self { what, told_at: None }
    }

    /// Tells an error, unless it is the outage that was told a moment ago.
    pub(super) fn tell(&mut self, error: &DbError) {
        if self.is_news(error, Instant::now()) {
            tracing::error!(%error, "{}", self.what);
        }
    }

    fn is_news(&mut self, error: &DbError, now: Instant) -> bool {
        if !error.is_outage() {
            return true;
        }
        if self.told_at.is_some_and(|at| now.duration_since(at) < OUTAGE_EVERY) {
            return false;
        }
        self.told_at = Some(now);
        true
    }
}

#[cfg(test)]
mod tests {
    use diesel::result::Error;

    use super::*;

    #[test]
    fn an_outage_is_told_once_a_minute_and_every_other_failure_each_time() {
        let (mut trouble, start) = (Trouble::of("looking failed"), Instant::now());
        let mut is_news =
            |error: DbError, seconds| trouble.is_news(&error, start + Duration::from_secs(seconds));
        let away = || DbError::Locked(Error::RollbackTransaction);
        let defect = || DbError::Query(Error::NotFound);
        assert!(is_news(away(), 0));
        assert!(!is_news(away(), 1) && !is_news(away(), 59));
        assert!(is_news(defect(), 59) && is_news(defect(), 59));
        assert!(is_news(away(), 60));
        assert!(!is_news(away(), 61));
    }
}
