//! What a try to send asks of the database beside its own steps: a lease that goes on while
//! a slow server takes its time, and that how it ended is noted.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use tokio::time::{MissedTickBehavior, interval, sleep};

use super::trouble::Trouble;
use crate::db::{Conn, Db, DbError, QueryResult, Utc};
use crate::models::delivery::{self, Leased};

/// Well within a lease, so that a slow server does not end it.
const RENEW_EVERY: Duration = Duration::from_secs(4);
/// Between two tries to note how a try to send ended.
const NOTE_EVERY: Duration = Duration::from_secs(1);
/// For so long where the database is there and takes it all the same not, which may be a
/// defect that does not pass.
const NOTE_FOR: Duration = Duration::from_secs(5 * 60);

/// Renews a lease until another node has taken it. Once the server `may_have_it`, this does
/// not end any more: what the server says then is of interest whoever has the lease.
pub(super) async fn keep(db: &Db, leased: &Leased, may_have_it: &AtomicBool) {
    let mut ticks = interval(RENEW_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut trouble = Trouble::of("a lease in the outbox could not be renewed");
    loop {
        ticks.tick().await;
        let ours = leased.clone();
        match db.change(move |conn| delivery::renew(conn, &ours, Utc::now())).await {
            Ok(true) => {}
            Ok(false) if may_have_it.load(Ordering::Relaxed) => std::future::pending().await,
            Ok(false) => return,
            // The server may have half of it: the next time may do.
            Err(error) => trouble.tell(&error),
        }
    }
}

/// Writes how a try to send ended, which nobody else knows: again and again where the
/// database is away. `work` may be done twice, where the answer to the first was lost.
///
/// # Errors
/// When the database fails for good: then it is left to the lease.
pub(super) async fn note<F>(db: &Db, work: F) -> Result<(), DbError>
where
    F: FnMut(&mut Conn) -> QueryResult<()> + Clone + Send + 'static,
{
    let begun = Instant::now();
    let mut trouble = Trouble::of("how a try to send ended could not be noted yet");
    loop {
        match db.change(work.clone()).await {
            Err(error) if error.is_outage() || begun.elapsed() < NOTE_FOR => {
                trouble.tell(&error);
                sleep(NOTE_EVERY).await;
            }
            noted => return noted,
        }
    }
}
