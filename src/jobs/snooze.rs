//! Wakes conversations whose snooze is over.

use std::time::Duration;

use super::Stop;
use crate::db::{Db, DbError, Utc};
use crate::models::snooze;

const LOOK_EVERY: Duration = Duration::from_secs(1);
/// Small enough that members who write never wait for long.
const BATCH: i64 = 100;

pub(super) async fn run(db: Db, stop: Stop) {
    let trouble = "snoozed conversations could not be woken";
    stop.every(LOOK_EVERY, trouble, || wake(&db, &stop)).await;
}

async fn wake(db: &Db, stop: &Stop) -> Result<(), DbError> {
    while !stop.is_asked() && db.read(|conn| snooze::is_any_due(conn, Utc::now())).await? {
        let woken = db.change(|conn| snooze::wake_due(conn, Utc::now(), BATCH)).await?;
        tracing::info!(count = woken.len(), "snoozes ended");
    }
    Ok(())
}
