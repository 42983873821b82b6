//! Loops in the background. Each calls one verb of a model and holds no rule, so
//! any number of nodes may run them at once.

mod deletions;
pub mod files;
mod imports;
mod lease;
mod mailboxes;
mod mails;
mod outbox;
mod pushes;
mod replies;
mod snooze;
mod still_ours;
pub mod sweep;
mod trouble;

use std::future::Future;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::App;
use crate::db::{DbError, Origin};
use crate::mail::Mailer;
use mails::Mails;
use pushes::Pushes;
use replies::Post;
use trouble::Trouble;

/// How long a loop may take to finish what it is doing.
const STOP_TIMEOUT: Duration = Duration::from_secs(5);
/// And a mail in the outbox that has begun to leave: without the server's answer nobody
/// knows whether it was sent. Less than the 90 seconds of systemd.
const OUTBOX_TIMEOUT: Duration = Duration::from_secs(60);

/// The running loops.
pub struct Jobs {
    stop: watch::Sender<bool>,
    loops: JoinSet<Result<(), String>>,
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
        let mails = Mails { db: app.db.clone(), mailer, stop: stop_of() };
        let post = Post::of(app, stop_of());
        let outbox = outbox::run(mails, post, pushes, app.outbox.clone(), stop_of());
        let mut jobs = Self { stop, loops: JoinSet::new() };
        jobs.begin(OUTBOX_TIMEOUT, outbox);
        jobs.begin(STOP_TIMEOUT, files::run(app.db.clone(), app.files.clone(), stop_of()));
        jobs.begin(STOP_TIMEOUT, mailboxes::run(app.clone(), stop_of()));
        jobs.begin(STOP_TIMEOUT, mailboxes::watch(app.db.clone(), stop_of()));
        jobs.begin(STOP_TIMEOUT, imports::run(app.db.clone(), stop_of()));
        jobs.begin(STOP_TIMEOUT, deletions::run(app.db.clone(), stop_of()));
        jobs.begin(STOP_TIMEOUT, snooze::run(app.db.clone(), stop_of()));
        jobs.begin(STOP_TIMEOUT, sweep::run(app.db.clone(), app.config.clone(), stop_of()));
        jobs.begin_for_all(STOP_TIMEOUT, still_ours::run(app.clone(), stop_of()));
        Ok(jobs)
    }

    /// Begins a loop, whose writes are Baton's own. Told to end, it has so long for what it
    /// is doing.
    fn begin(&mut self, patience: Duration, job: impl Future<Output = ()> + Send + 'static) {
        self.begin_for_all(patience, async move {
            job.await;
            Ok(())
        });
    }

    /// [`Self::begin`] for a loop that may find out that the server cannot go on.
    fn begin_for_all(
        &mut self,
        patience: Duration,
        job: impl Future<Output = Result<(), String>> + Send + 'static,
    ) {
        let stop = Stop(self.stop.subscribe());
        let in_time = async move {
            stop.allowing(patience, job).await.unwrap_or_else(|| {
                tracing::warn!("a background job was stopped in the middle");
                Ok(())
            })
        };
        self.loops.spawn(Origin::Baton.of(in_time));
    }

    /// Waits until a loop ends that nobody has stopped, and says why: its work would not
    /// be done any more, or it has found that the server cannot go on.
    pub async fn broken(&mut self) -> String {
        match self.loops.join_next().await {
            Some(Err(error)) => format!("A background job broke off: {error}."),
            Some(Ok(Err(why))) => why,
            Some(Ok(Ok(()))) | None => "A background job ended by itself.".to_owned(),
        }
    }

    /// Stops the loops once they have finished what they are doing. A mail that
    /// takes longer is left to its lease.
    pub async fn stop(mut self) {
        // Without a receiver the loops have ended already.
        let _ = self.stop.send(true);
        while self.loops.join_next().await.is_some() {}
    }
}

/// Tells a loop when to end.
#[derive(Clone)]
struct Stop(watch::Receiver<bool>);

impl Stop {
    fn is_asked(&self) -> bool {
        *self.0.borrow()
    }

    async fn asked(&mut self) {
        // An error means that nobody is left who could ask.
        let _ = self.0.wait_for(|asked| *asked).await;
    }

    /// Waits for `event`; answers `false` when the loop is to end instead.
    async fn or(&mut self, event: impl Future<Output = ()>) -> bool {
        self.unless(event).await.is_some()
    }

    /// Does some work; answers `None` when the loop is to end instead.
    async fn unless<T>(&mut self, work: impl Future<Output = T>) -> Option<T> {
        tokio::select! {
            biased;
            () = self.asked() => None,
            done = work => Some(done),
        }
    }

    /// Does some work, which goes on for so long when the loop is to end; `None` when that
    /// was not enough.
    async fn allowing<T>(mut self, patience: Duration, work: impl Future<Output = T>) -> Option<T> {
        let late = async {
            self.asked().await;
            sleep(patience).await;
        };
        tokio::select! {
            done = work => Some(done),
            () = late => None,
        }
    }

    /// Works again and again until the loop is to end. What fails is told by `what` failed,
    /// and tried the next time.
    async fn every<W>(&self, pause: Duration, what: &'static str, work: impl Fn() -> W)
    where
        W: Future<Output = Result<(), DbError>>,
    {
        let (mut stop, mut trouble) = (self.clone(), Trouble::of(what));
        while stop.or(sleep(pause)).await {
            if let Err(error) = work().await {
                trouble.tell(&error);
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
        jobs.begin(STOP_TIMEOUT, std::future::pending());
        jobs.begin(STOP_TIMEOUT, async { panic!("on purpose") });
        let why = jobs.broken().await;
        assert!(why.contains("broke off"), "{why}");
    }

    #[actix_web::test]
    async fn each_loop_has_its_own_time_to_finish_what_it_is_doing() {
        let (stop, _stopped) = watch::channel(false);
        let mut jobs = Jobs { stop, loops: JoinSet::new() };
        let (done, mut is_done) = watch::channel(0);
        for (patience, takes) in [(10, 400), (20_000, 200), (10, 20_000)] {
            let done = done.clone();
            jobs.begin(Duration::from_millis(patience), async move {
                sleep(Duration::from_millis(takes)).await;
                done.send_modify(|count| *count += 1);
            });
        }
        let begun = std::time::Instant::now();
        jobs.stop().await;
        assert_eq!(*is_done.borrow_and_update(), 1, "the patient one");
        assert!(begun.elapsed() < Duration::from_secs(10));
    }
}
