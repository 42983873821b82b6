//! Reads the mailboxes of inboxes, each on one node at a time.

mod reader;

use std::time::Duration;

use tokio::task::{JoinError, JoinSet};
use tokio::time::sleep;

use super::Stop;
use super::trouble::Trouble;
use crate::App;
use crate::db::{Db, DbError, Origin, Utc};
use crate::models::mailbox::reading::{self, Lease};
use crate::net::Dialer;

/// Other nodes' mailboxes, those with new settings, and those whose pause is over are
/// found by looking.
const LOOK_EVERY: Duration = Duration::from_secs(1);
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
