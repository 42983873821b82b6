//! Loops in the background. Each calls one verb of a model and holds no rule, so
//! any number of nodes may run them at once.

mod deletions;
pub mod files;
mod imports;
mod mailboxes;
mod outbox;
mod pushes;
mod replies;
mod snooze;
pub mod sweep;

use std::future::Future;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::App;
use crate::db::{DbError, Origin};
use crate::mail::Mailer;
use pushes::Pushes;
use replies::Post;

/// How long a loop may take to finish what it is doing.
const STOP_TIMEOUT: Duration = Duration::from_secs(5);

/// The running loops.
pub struct Jobs {
    stop: watch::Sender<bool>,
    loops: JoinSet<()>,
}

impl Jobs {
    /// Starts the loops. Called inside the async runtime.
    ///
    /// # Errors
    /// One line, fit for an operator.
    pub fn start(app: &App) -> Result<Self, String> {
        let mailer = Mailer::new(app.config.clone(), app.signer.clone())?;
        let pushes = Pushes::of(app)?;
        let (stop, stopped) = watch::channel(false);
        let stop_of = || Stop(stopped.clone());
        let mut jobs = Self { stop, loops: JoinSet::new() };
        jobs.begin(files::run(app.db.clone(), app.files.clone(), stop_of()));
        jobs.begin(outbox::run(mailer, Post::of(app), pushes, app.outbox.clone(), stop_of()));
        jobs.begin(mailboxes::run(app.clone(), stop_of()));
        jobs.begin(imports::run(app.db.clone(), stop_of()));
        jobs.begin(deletions::run(app.db.clone(), stop_of()));
        jobs.begin(snooze::run(app.db.clone(), stop_of()));
        jobs.begin(sweep::run(app.db.clone(), app.config.clone(), stop_of()));
        Ok(jobs)
    }

    /// Begins a loop, whose writes are Baton's own.
    fn begin(&mut self, job: impl Future<Output = ()> + Send + 'static) {
        self.loops.spawn(Origin::Baton.of(job));
    }

    /// Waits until a loop ends that nobody has stopped, and says why: its work would not
    /// be done any more.
    pub async fn broken(&mut self) -> String {
        match self.loops.join_next().await {
            Some(Err(error)) => format!("A background job broke off: {error}."),
            Some(Ok(())) | None => "A background job ended by itself.".to_owned(),
        }
    }

    /// Stops the loops once they have finished what they are doing. A mail that
    /// takes longer is left to its lease.
    pub async fn stop(mut self) {
        // Without a receiver the loops have ended already.
        let _ = self.stop.send(true);
        let ended = async { while self.loops.join_next().await.is_some() {} };
        if tokio::time::timeout(STOP_TIMEOUT, ended).await.is_err() {
            tracing::warn!("a background job was stopped in the middle");
        }
    }
}

/// Tells a loop when to end.
#[derive(Clone)]
struct Stop(watch::Receiver<bool>);

impl Stop {
    fn is_asked(&self) -> bool {
        *self.0.borrow()
    }

    /// Waits for `event`; answers `false` when the loop is to end instead.
    async fn or(&mut self, event: impl Future<Output = ()>) -> bool {
        tokio::select! {
            // An error means that nobody is left who could ask.
            _ = self.0.wait_for(|asked| *asked) => false,
            () = event => true,
        }
    }

    /// Works again and again until the loop is to end. What fails is told, and tried the
    /// next time.
    async fn every<W>(&self, pause: Duration, trouble: &str, work: impl Fn() -> W)
    where
        W: Future<Output = Result<(), DbError>>,
    {
        let mut stop = self.clone();
        while stop.or(sleep(pause)).await {
            if let Err(error) = work().await {
                tracing::error!(%error, "{trouble}");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[actix_web::test]
    async fn a_loop_that_breaks_off_is_told_while_the_others_go_on() {
        let (stop, _stopped) = watch::channel(false);
        let mut jobs = Jobs { stop, loops: JoinSet::new() };
        jobs.begin(std::future::pending());
        jobs.begin(async { panic!("on purpose") });
        let why = jobs.broken().await;
        assert!(why.contains("broke off"), "{why}");
    }
}
