//! Deletes rows that have served.

use std::time::Duration;

use tokio::time::sleep;

use super::Stop;
use crate::db::{Db, Utc};
use crate::models::housekeeping;

const EVERY: Duration = Duration::from_secs(60 * 60);

pub(super) async fn run(db: Db, mut stop: Stop) {
    loop {
        match db.write(|conn| housekeeping::sweep(conn, Utc::now())).await {
            Ok(Ok(0)) => {}
            Ok(Ok(rows)) => tracing::debug!(rows, "old rows deleted"),
            Ok(Err(never)) => match never {},
            Err(error) => tracing::error!(%error, "old rows could not be deleted"),
        }
        if !stop.or(sleep(EVERY)).await {
            return;
        }
    }
}
