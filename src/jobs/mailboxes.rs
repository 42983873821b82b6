//! Reads the mailboxes of inboxes, each on one node at a time, and tells of those that do not
//! work.

mod reader;

use std::time::Duration;

use tokio::task::{JoinError, JoinSet};
use tokio::time::sleep;

use super::Stop;
use super::trouble::Trouble;
use crate::App;
use crate::db::{Db, DbError, Origin, Utc};
use crate::models::mailbox::outage;
use crate::models::mailbox::reading::{self, Lease};
use crate::net::Dialer;

/// Other nodes' mailboxes, those with new settings, and those whose pause is over are
/// found by looking.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How often it is looked whether one has not worked for long.
const WATCH_EVERY: Duration = Duration::from_secs(5);
/// Mailboxes taken at a time, so that several nodes share them.
const AT_ONCE: i64 = 8;

pub(super) async fn run(app: App, mut stop: Stop) {
    let dialer = Dialer::new(&app.config.mail_servers);
    let mut readers = JoinSet::new();
    let mut trouble = Trouble::of("looking for mailboxes to read failed");
    while stop.or(sleep(LOOK_EVERY)).await {
        while let Some(ended) = readers.try_join_next() {
            note(ended);
        }
        match lease_due(&app.db).await {
            Ok(leases) => {
                for lease in leases {
                    let reader = reader::read(app.clone(), dialer.clone(), lease, stop.clone());
                    readers.spawn(Origin::Baton.of(reader));
                }
            }
            Err(error) => trouble.tell(&error),
        }
    }
    while let Some(ended) = readers.join_next().await {
        note(ended);
    }
}

pub(super) async fn watch(db: Db, stop: Stop) {
    let trouble = "looking for mailboxes that do not work failed";
    stop.every(WATCH_EVERY, trouble, || tell(&db)).await;
}

async fn tell(db: &Db) -> Result<(), DbError> {
    if db.read(|conn| outage::is_any_untold(conn, Utc::now())).await? {
        db.change(|conn| outage::tell(conn, Utc::now())).await?;
    }
    Ok(())
}

fn note(ended: Result<Result<(), DbError>, JoinError>) {
    match ended {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::error!(%error, "a mailbox could not be given back"),
        Err(error) => tracing::error!(%error, "reading a mailbox broke off"),
    }
}

async fn lease_due(db: &Db) -> Result<Vec<Lease>, DbError> {
    if !db.read(|conn| reading::is_any_due(conn, Utc::now())).await? {
        return Ok(Vec::new());
    }
    db.change(|conn| reading::lease_due(conn, Utc::now(), AT_ONCE)).await
}
