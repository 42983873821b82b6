//! Wakes conversations whose snooze is over.

use std::time::Duration;

use super::Stop;
use crate::db::{Db, DbError, Utc};
use crate::models::snooze;

const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How many are read at a time. Each is a transaction of its own.
const BATCH: i64 = 100;

pub(super) async fn run(db: Db, stop: Stop) {
    let trouble = "looking for conversations to wake failed";
    stop.every(LOOK_EVERY, trouble, || wake(&db, &stop)).await;
}

async fn wake(db: &Db, stop: &Stop) -> Result<(), DbError> {
    loop {
        let due = db.read(|conn| snooze::due(conn, Utc::now(), BATCH)).await?;
        if due.is_empty() {
            return Ok(());
        }
        let mut count = 0;
        for one in due {
            if stop.is_asked() {
                return Ok(());
            }
            let is_awake = db.change(move |conn| snooze::wake(conn, &one, Utc::now())).await?;
            count += usize::from(is_awake);
        }
        tracing::info!(count, "snoozes ended");
    }
}
