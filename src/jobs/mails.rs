//! Sends Baton's own mails. Nobody minds to be told twice, but to be told all day: where the
//! mail server may have one, it is sent once more at most.

use std::sync::atomic::{AtomicBool, Ordering};

use super::{STOP_TIMEOUT, Stop, lease};
use crate::db::{Db, DbError, Utc};
use crate::mail::smtp::Failure;
use crate::mail::{MailError, Mailer, without_address};
use crate::models::delivery::{self, Content, Gone, Leased};

/// What it takes to send a mail of Baton's own.
#[derive(Clone)]
pub(super) struct Mails {
    pub db: Db,
    pub mailer: Mailer,
    /// What has not begun then does not begin any more.
    pub stop: Stop,
}

impl Mails {
    /// Makes a try, and notes how it ended.
    ///
    /// # Errors
    /// When the database fails: what could not be noted is left to the lease.
    pub(super) async fn send(&self, leased: Leased) -> Result<(), DbError> {
        let (id, kind, attempt) = (leased.id, leased.kind.into_str(), leased.attempts);
        let asked = leased.clone();
        // A mail of many notices takes many reads.
        let content =
            self.db.read_long(move |conn| delivery::content(conn, &asked, Utc::now())).await?;
        let Some(content) = content else {
            tracing::info!(delivery = id, kind, "dropped: its cause is gone");
            return self.db.change(move |conn| delivery::discard(conn, id)).await;
        };
        let may_have_it = AtomicBool::new(false);
        // Whatever the server does, the lease goes on while we are here.
        let outcome = tokio::select! {
            biased;
            outcome = self.try_once(&leased, &content, &may_have_it) => outcome,
            () = lease::keep(&self.db, &leased, &may_have_it) => None,
        };
        let now = Utc::now();
        let logged = |reason: &str| without_address(reason, &leased.recipient);
        match outcome {
            None => {
                tracing::warn!(delivery = id, kind, "left to whoever has it now");
                Ok(())
            }
            Some(Ok(gone)) => {
                let done = if gone == Gone::Out { "sent" } else { "written to a file" };
                tracing::info!(delivery = id, kind, done);
                lease::note(&self.db, move |conn| delivery::mark_sent(conn, id, gone, now)).await
            }
            Some(Err(Failure::Not(MailError::Permanent(reason)))) => {
                tracing::warn!(delivery = id, kind, why = logged(&reason), "refused");
                lease::note(&self.db, move |conn| {
                    delivery::mark_failed(conn, &leased, &reason, now)
                })
                .await
            }
            Some(Err(Failure::Not(error))) => {
                let reason = error.to_string();
                let why = logged(&reason);
                tracing::warn!(delivery = id, kind, attempt, why, "not sent, will be tried again");
                lease::note(&self.db, move |conn| delivery::mark_retry(conn, &leased, &reason, now))
                    .await
            }
            Some(Err(Failure::Unknown(reason))) => {
                let why = logged(&reason);
                tracing::warn!(delivery = id, kind, attempt, why, "may have been sent");
                lease::note(&self.db, move |conn| {
                    delivery::mark_unknown(conn, &leased, &reason, now)
                })
                .await
            }
        }
    }

    /// `None` where the process is to end before the mail server may have the mail.
    async fn try_once(
        &self,
        leased: &Leased,
        content: &Content,
        may_have_it: &AtomicBool,
    ) -> Option<Result<Gone, Failure>> {
        let preparing = self.mailer.prepare(leased, content);
        match self.stop.clone().allowing(STOP_TIMEOUT, preparing).await? {
            Ok(prepared) => {
                may_have_it.store(true, Ordering::Relaxed);
                Some(prepared.hand_over().await)
            }
            Err(error) => Some(Err(Failure::Not(error))),
        }
    }
}
