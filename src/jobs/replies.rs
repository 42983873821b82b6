//! Sends a member's reply, once: when the mail server may have taken it is written
//! before it may, and what happened after that is noted or never tried again.

use std::fs::File;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::{Stop, lease};
use crate::App;
use crate::channels::email::outgoing;
use crate::config::Config;
use crate::db::{Db, DbError, Utc};
use crate::files::{Store, intake};
use crate::mail::route::Route;
use crate::mail::smtp::{self, Failure};
use crate::mail::{MailError, keep_as_file, without_address};
use crate::models::delivery::Leased;
use crate::models::delivery::reply::{self, Ending};
use crate::models::mailbox::{Protocol, outage};
use crate::models::sending::letter::{self, OutgoingMail};
use crate::models::token::Signer;
use crate::net::{Dialer, Problem};

/// What it takes to send a reply.
#[derive(Clone)]
pub(super) struct Post {
    pub db: Db,
    pub config: Arc<Config>,
    pub signer: Signer,
    pub files: Store,
    pub dialer: Dialer,
    /// The mail server of the installation.
    pub ours: Option<Route>,
    /// What has not begun then does not begin any more.
    pub stop: Stop,
}

/// How a try ended.
enum Outcome {
    /// And whether somebody in Cc was not reached.
    Sent {
        misses: bool,
    },
    /// There is no server: it is a file.
    Kept,
    /// It is not ours to send any more.
    Lost,
    Failed(Ending, String),
    /// The mail server does not let us in.
    NotSignedIn(Problem),
}

impl Post {
    pub(super) fn of(app: &App, stop: Stop) -> Self {
        let servers = &app.config.mail_servers;
        Self {
            db: app.db.clone(),
            config: app.config.clone(),
            signer: app.signer.clone(),
            files: app.files.clone(),
            dialer: Dialer::new(servers),
            ours: app.config.smtp_url.as_ref().map(|url| Route::of_url(url, servers)),
            stop,
        }
    }

    /// Makes a try, and notes how it ended.
    ///
    /// # Errors
    /// When the database fails: what could not be noted is left to the lease.
    pub(super) async fn send(&self, leased: Leased) -> Result<(), DbError> {
        let (id, reply_id) = (leased.id, leased.reply_id);
        let read = match reply_id {
            Some(reply_id) => self.db.read(move |conn| letter::read(conn, reply_id)).await?,
            None => None,
        };
        let Some(letter) = read else {
            // The message would have taken its delivery along: it is the mailbox.
            let why = "This inbox no longer has a mailbox.";
            return self
                .db
                .change(move |conn| reply::end(conn, &leased, Ending::Refused, why, Utc::now()))
                .await;
        };
        // Whatever the server does, the lease goes on while we are here.
        let may_have_it = AtomicBool::new(false);
        let outcome = tokio::select! {
            biased;
            outcome = self.try_once(&leased, &letter, &may_have_it) => outcome?,
            () = lease::keep(&self.db, &leased, &may_have_it) => Outcome::Lost,
        };
        let now = Utc::now();
        // Whose failure it is: that of the installation's server is not the mailbox's.
        let own = Some(letter.mailbox.clone()).filter(|mailbox| mailbox.smtp.is_set());
        match outcome {
            Outcome::Sent { misses } => {
                tracing::info!(delivery = id, misses, "a reply left");
                lease::note(&self.db, move |conn| {
                    reply::mark_sent(conn, &leased, misses, now)?;
                    own.iter().try_for_each(|by| outage::end(conn, by.inbox_id, Protocol::Smtp))
                })
                .await
            }
            Outcome::Kept => {
                tracing::warn!(delivery = id, "a reply was written to a file, not sent");
                lease::note(&self.db, move |conn| {
                    reply::end(conn, &leased, Ending::Kept, reply::KEPT, now)
                })
                .await
            }
            Outcome::Lost => {
                tracing::warn!(delivery = id, "a reply was left to whoever has it now");
                Ok(())
            }
            Outcome::Failed(ending, reason) => {
                let why = without_addresses(&reason, &letter);
                tracing::warn!(delivery = id, ?ending, attempt = leased.attempts, why, "not sent");
                lease::note(&self.db, move |conn| reply::end(conn, &leased, ending, &reason, now))
                    .await
            }
            Outcome::NotSignedIn(problem) => {
                let why = without_addresses(&problem.reason, &letter);
                tracing::warn!(delivery = id, attempt = leased.attempts, why, "not signed in");
                lease::note(&self.db, move |conn| {
                    reply::end(conn, &leased, Ending::PutOff, &problem.to_string(), now)?;
                    own.iter()
                        .try_for_each(|by| outage::sends_nothing(conn, by, &problem.reason, now))
                })
                .await
            }
        }
    }

    async fn try_once(
        &self,
        leased: &Leased,
        letter: &OutgoingMail,
        may_have_it: &AtomicBool,
    ) -> Result<Outcome, DbError> {
        let prepared = async {
            let route = self.route(letter)?;
            let envelope = outgoing::envelope(letter)?;
            let out = self.file().await?;
            let mail = outgoing::write(letter, &self.signer, &self.files, out).await?;
            let size = mail.metadata().map_err(|why| unwritten(&why))?.len();
            let ready = match route {
                Some(route) => Some(smtp::prepare(&route, &envelope).await?),
                None => None,
            };
            Ok((mail, size, ready))
        };
        let (mail, size, ready) = match self.stop.clone().unless(prepared).await {
            Some(Ok(prepared)) => prepared,
            Some(Err(error)) => return Ok(failed(error)),
            // The lease ends by itself.
            None => return Ok(Outcome::Lost),
        };
        let ours = leased.clone();
        let unreached = ready.as_ref().map(|ready| ready.unreached.clone()).unwrap_or_default();
        let misses = !unreached.is_empty();
        if !self.db.change(move |conn| reply::begin(conn, &ours, &unreached, Utc::now())).await? {
            if let Some(ready) = ready {
                ready.leave().await;
            }
            return Ok(Outcome::Lost);
        }
        may_have_it.store(true, Ordering::Relaxed);
        let Some(ready) = ready else {
            let kept = keep_as_file(&self.config, leased, mail).await;
            return Ok(kept.map_or_else(failed, |()| Outcome::Kept));
        };
        Ok(match ready.hand_over(mail, size).await {
            Ok(()) => Outcome::Sent { misses },
            Err(Failure::Not(error)) => failed(error),
            Err(Failure::Unknown(reason)) => Outcome::Failed(Ending::Unknown, reason),
        })
    }

    /// The mailbox's own server, or this installation's; `None`: mails are files.
    fn route(&self, letter: &OutgoingMail) -> Result<Option<Route>, MailError> {
        if let Some(own) = Route::of(&letter.mailbox, &self.signer, &self.dialer)? {
            return Ok(Some(own));
        }
        match &self.ours {
            None => Ok(None),
            Some(_) if !self.config.sends_for_inboxes() => Err(MailError::Permanent(
                "This inbox has no SMTP server of its own. Set one under Settings, Inboxes.".into(),
            )),
            Some(ours) => Ok(Some(ours.clone())),
        }
    }

    /// Where a mail is put together: a file without a name, that goes with us.
    async fn file(&self) -> Result<File, MailError> {
        let folder = self.config.uploads_dir();
        let made = tokio::task::spawn_blocking(move || {
            intake::make_in(&folder, |folder| tempfile::tempfile_in(folder))
        });
        let made = made.await.map_err(std::io::Error::other).and_then(|made| made);
        made.map_err(|why| unwritten(&why))
    }
}

fn failed(error: MailError) -> Outcome {
    match error {
        MailError::Passing(reason) => Outcome::Failed(Ending::PutOff, reason),
        MailError::NotSignedIn(problem) => Outcome::NotSignedIn(problem),
        MailError::Permanent(reason) => Outcome::Failed(Ending::Refused, reason),
    }
}

fn unwritten(why: &std::io::Error) -> MailError {
    MailError::Passing(format!("The mail could not be written: {why}."))
}

/// See [`without_address`]: of everybody that a letter names.
fn without_addresses(reason: &str, letter: &OutgoingMail) -> String {
    let everybody = letter.to.iter().chain(&letter.cc).chain([&letter.from]);
    everybody.fold(reason.to_owned(), |reason, one| without_address(&reason, &one.email))
}
