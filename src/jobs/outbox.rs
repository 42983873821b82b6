//! Sends what is due in the outbox.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::task::{JoinError, JoinSet};
use tokio::time::sleep;

use super::Stop;
use super::pushes::Pushes;
use super::replies::Post;
use crate::db::{Db, DbError, Origin, Utc};
use crate::mail::{MailError, Mailer, without_address};
use crate::models::delivery::{self, Kind, Leased};

/// Another node's deliveries, and those whose pause is over, are found by looking.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// Deliveries sent at once. Each has a place of its own, so that one which the
/// mail server keeps waiting holds up no other.
const AT_ONCE: usize = 8;

pub(super) async fn run(
    mailer: Mailer,
    post: Post,
    pushes: Pushes,
    wake: Arc<Notify>,
    mut stop: Stop,
) {
    let db = post.db.clone();
    let mut sending = JoinSet::new();
    loop {
        match lease_due(&db, AT_ONCE - sending.len()).await {
            Ok(leased) => {
                for one in leased {
                    let one = send(mailer.clone(), post.clone(), pushes.clone(), one);
                    sending.spawn(Origin::Baton.of(one));
                }
            }
            Err(error) => tracing::error!(%error, "the outbox could not be read"),
        }
        let woken = async {
            tokio::select! {
                () = wake.notified() => {}
                () = sleep(LOOK_EVERY) => {}
                Some(ended) = sending.join_next() => note(ended),
            }
        };
        if !stop.or(woken).await {
            break;
        }
    }
    while let Some(ended) = sending.join_next().await {
        note(ended);
    }
}

/// What was sent is noted already; what could not be noted is left to its lease.
fn note(ended: Result<Result<(), DbError>, JoinError>) {
    match ended {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::error!(%error, "the outbox could not be written"),
        Err(error) => tracing::error!(%error, "a delivery broke off"),
    }
}

async fn lease_due(db: &Db, places: usize) -> Result<Vec<Leased>, DbError> {
    if places == 0 || !db.read(|conn| delivery::is_any_due(conn, Utc::now())).await? {
        return Ok(Vec::new());
    }
    let limit = i64::try_from(places).unwrap_or(i64::MAX);
    db.change(move |conn| delivery::lease_due(conn, Utc::now(), limit)).await
}

async fn send(mailer: Mailer, post: Post, pushes: Pushes, leased: Leased) -> Result<(), DbError> {
    match leased.kind {
        Kind::Push => pushes.send(leased).await,
        Kind::Reply => post.send(leased).await,
        Kind::Invitation
        | Kind::ResetPassword
        | Kind::VerifyAddress
        | Kind::AddressChanged
        | Kind::Test
        | Kind::Notifications
        | Kind::ChatAnswers
        | Kind::ReplyRefused => send_mail(mailer, post.db, leased).await,
    }
}

async fn send_mail(mailer: Mailer, db: Db, leased: Leased) -> Result<(), DbError> {
    let (id, kind) = (leased.id, leased.kind.into_str());
    let asked = leased.clone();
    let content = db.read(move |conn| delivery::content(conn, &asked, Utc::now())).await?;
    let Some(content) = content else {
        tracing::info!(delivery = id, kind, "dropped: its cause is gone");
        return db.change(move |conn| delivery::discard(conn, id)).await;
    };
    let logged = |reason: &str| without_address(reason, &leased.recipient);
    match mailer.send(&leased, &content).await {
        Ok(()) => {
            tracing::info!(delivery = id, kind, "sent");
            db.change(move |conn| delivery::mark_sent(conn, id, Utc::now())).await
        }
        Err(MailError::Passing(reason)) => {
            let (attempt, why) = (leased.attempts, logged(&reason));
            tracing::warn!(delivery = id, kind, attempt, why, "not sent, will be tried again");
            db.change(move |conn| delivery::mark_retry(conn, &leased, &reason, Utc::now())).await
        }
        Err(MailError::Permanent(reason)) => {
            tracing::warn!(delivery = id, kind, why = logged(&reason), "refused");
            db.change(move |conn| delivery::mark_failed(conn, &leased, &reason, Utc::now())).await
        }
    }
}
