//! Takes tables of contacts, batch by batch.

use std::sync::Arc;
use std::time::Duration;

use super::Stop;
use crate::db::{Db, DbError, Utc};
use crate::models::contact::import::job::{self, Lease, Step};

const LOOK_EVERY: Duration = Duration::from_secs(1);

pub(super) async fn run(db: Db, stop: Stop) {
    stop.every(LOOK_EVERY, "looking for imports to take failed", || take_due(&db, &stop)).await;
}

async fn take_due(db: &Db, stop: &Stop) -> Result<(), DbError> {
    while !stop.is_asked() && db.read(|conn| job::is_any_due(conn, Utc::now())).await? {
        let Some(lease) = db.change(|conn| job::lease(conn, Utc::now())).await? else { break };
        let import = lease.id;
        // Its lease is left to run out before it is tried again: the others go on.
        if let Err(error) = take(db, lease, stop).await {
            tracing::error!(import, %error, "an import broke off");
        }
    }
    Ok(())
}

async fn take(db: &Db, mut lease: Lease, stop: &Stop) -> Result<(), DbError> {
    let begun = lease.clone();
    let mut seen = Arc::new(db.read_long(move |conn| job::seen_before(conn, &begun)).await?);
    while !stop.is_asked() {
        let (held, known) = (lease.clone(), seen.clone());
        let step = db.change(move |conn| job::step(conn, &held, &known)).await?;
        match step {
            Step::More(next, found) => {
                lease = next;
                // Nobody else has it any more, so that nothing is copied.
                Arc::make_mut(&mut seen).extend(found);
            }
            Step::Over => {
                tracing::info!(import = lease.id, "an import ended");
                return Ok(());
            }
        }
    }
    db.change(move |conn| job::give_back(conn, &lease)).await
}
