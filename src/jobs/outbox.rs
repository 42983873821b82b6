//! Sends what is due in the outbox.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use tokio::sync::Notify;
use tokio::time::sleep;

use super::Stop;
use crate::db::{Conn, Db, DbError, Utc, Verb};
use crate::mail::{MailError, Mailer};
use crate::models::delivery::{self, Leased};

/// Another node's deliveries, and those whose pause is over, are found by looking.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// Deliveries sent at once.
const BATCH: i64 = 8;

pub(super) async fn run(db: Db, mailer: Mailer, wake: Arc<Notify>, mut stop: Stop) {
    loop {
        match send_due(&db, &mailer).await {
            // A full batch: more may wait.
            Ok(sent) if sent == BATCH as usize && !stop.is_asked() => continue,
            Ok(_) => {}
            Err(error) => tracing::error!(%error, "the outbox could not be read"),
        }
        let woken = async {
            tokio::select! {
                () = wake.notified() => {}
                () = sleep(LOOK_EVERY) => {}
            }
        };
        if !stop.or(woken).await {
            return;
        }
    }
}

async fn send_due(db: &Db, mailer: &Mailer) -> Result<usize, DbError> {
    if !db.read(|conn| delivery::is_any_due(conn, Utc::now())).await? {
        return Ok(0);
    }
    let leased = write(db, |conn| delivery::lease_due(conn, Utc::now(), BATCH)).await?;
    let count = leased.len();
    let outcomes = join_all(leased.into_iter().map(|one| send(db, mailer, one))).await;
    outcomes.into_iter().collect::<Result<(), DbError>>()?;
    Ok(count)
}

async fn send(db: &Db, mailer: &Mailer, leased: Leased) -> Result<(), DbError> {
    let id = leased.id;
    let asked = leased.clone();
    let content = db.read(move |conn| delivery::content(conn, &asked, Utc::now())).await?;
    let Some(content) = content else {
        tracing::info!(delivery = id, kind = leased.kind, "dropped: its cause is gone");
        return write(db, move |conn| delivery::discard(conn, id)).await;
    };
    // Neither the address nor the link is anybody's business in a log.
    match mailer.send(&leased, &content).await {
        Ok(()) => {
            tracing::info!(delivery = id, kind = leased.kind, "sent");
            write(db, move |conn| delivery::mark_sent(conn, id, Utc::now())).await
        }
        Err(MailError::Passing(reason)) => {
            tracing::warn!(delivery = id, kind = leased.kind, attempt = leased.attempts, reason, "not sent, will be tried again");
            write(db, move |conn| delivery::mark_retry(conn, &leased, &reason, Utc::now())).await
        }
        Err(MailError::Permanent(reason)) => {
            tracing::warn!(delivery = id, kind = leased.kind, reason, "refused");
            write(db, move |conn| delivery::mark_failed(conn, &leased, &reason, Utc::now())).await
        }
    }
}

/// A write that no rule can refuse.
async fn write<T: Send + 'static>(
    db: &Db,
    mut work: impl FnMut(&mut Conn) -> diesel::QueryResult<T> + Send + 'static,
) -> Result<T, DbError> {
    let verb = move |conn: &mut Conn| -> Verb<T, Infallible> { Ok(work(conn)?) };
    match db.write(verb).await? {
        Ok(done) => Ok(done),
        Err(never) => match never {},
    }
}
