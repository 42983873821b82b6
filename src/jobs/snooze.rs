//! Wakes conversations whose snooze is over.

use std::time::Duration;

use tokio::time::sleep;

use super::Stop;
use crate::db::{Db, DbError, Utc};
use crate::models::snooze;

const LOOK_EVERY: Duration = Duration::from_secs(1);
/// Small enough that members who write never wait for long.
const BATCH: i64 = 100;

pub(super) async fn run(db: Db, mut stop: Stop) {
    while stop.or(sleep(LOOK_EVERY)).await {
        if let Err(error) = wake(&db, &stop).await {
            tracing::error!(%error, "snoozed conversations could not be woken");
        }
    }
}

async fn wake(db: &Db, stop: &Stop) -> Result<(), DbError> {
    while !stop.is_asked() && db.read(|conn| snooze::is_any_due(conn, Utc::now())).await? {
        let woken = db.change(|conn| snooze::wake_due(conn, Utc::now(), BATCH)).await?;
        tracing::info!(count = woken.len(), "snoozes ended");
    }
    Ok(())
}
