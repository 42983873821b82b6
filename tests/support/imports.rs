//! What a node does with tables of contacts, when a test wants it.

use baton::db::Utc;
use baton::models::contact::import::job::{self, Step};

use super::Instance;

impl Instance {
    /// Takes every table that was started, to its end.
    pub fn run_imports(&self) {
        while self.run_import(usize::MAX) {}
    }

    /// Takes so many batches of one table, and vanishes; `false` when none waits.
    pub fn run_import(&self, batches: usize) -> bool {
        // Whoever held it is long gone.
        let later = Utc::now().plus(chrono::TimeDelta::hours(1));
        let Some(mut lease) = self.write(|conn| job::lease(conn, later)) else { return false };
        let mut seen = self.read(|conn| job::seen_before(conn, &lease));
        for _ in 0..batches {
            match self.write(|conn| job::step(conn, &lease, &seen)) {
                Step::More(next, found) => {
                    lease = next;
                    seen.extend(found);
                }
                Step::Over => break,
            }
        }
        true
    }

    /// Tries the next batch of a table so many minutes from now, and vanishes; `false` where
    /// the database refuses it.
    pub fn try_import(&self, minutes: i64) -> bool {
        let then = Utc::now().plus(chrono::TimeDelta::minutes(minutes));
        let lease = self.write(|conn| job::lease(conn, then)).expect("one waits");
        let seen = self.read(|conn| job::seen_before(conn, &lease));
        self.app.db.change_now(|conn| job::step(conn, &lease, &seen)).is_ok()
    }
}
