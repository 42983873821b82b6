//! What leaves: mails from the outbox to a real SMTP server, or into files.

mod content;
mod delivery;
mod files;
mod nodes;
mod tls;

use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use baton::App;
use baton::jobs::Jobs;
use tokio::sync::oneshot;

use crate::support::{Cast, Instance, MailServer, Page};

/// The background jobs of a node, as `baton serve` runs them.
pub struct Runner {
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Runner {
    pub fn start(app: &App) -> Self {
        let app = app.clone();
        let (stop, stopped) = oneshot::channel();
        let thread = std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let jobs = Jobs::start(&app).expect("the jobs start");
                // Either way the test is over.
                let _ = stopped.await;
                jobs.stop().await;
            });
        });
        Self { stop: Some(stop), thread: Some(thread) }
    }
}

impl Drop for Runner {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            // A runner that is gone already needs no telling.
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            // It has told of its panic by itself.
            let _ = thread.join();
        }
    }
}

/// A mail server, and an installation that sends through it. Nothing leaves
/// before a [`Runner`] starts.
fn with_mail_server() -> (MailServer, Instance, Cast) {
    let server = MailServer::start();
    let instance = Instance::start_with(|config| config.smtp_url = Some(server.url().into()));
    let cast = Cast::create(&instance);
    (server, instance, cast)
}

/// Invites somebody through the form.
#[track_caller]
fn invite(cast: &Cast, email: &str) -> Page {
    cast.admin
        .get("/settings/team/invite")
        .form("Send invite")
        .with("Email address", email)
        .submit()
}

/// Waits until a number that SQL asks for is this one.
#[track_caller]
pub fn wait_for_count(instance: &Instance, expected: i64, sql: &str) {
    let started = Instant::now();
    loop {
        let found = instance.count(sql);
        if found == expected {
            return;
        }
        assert!(started.elapsed() < Duration::from_secs(30), "{found}, not {expected}: {sql}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Waits until everything in the outbox was sent, refused or dropped.
#[track_caller]
fn wait_until_empty(instance: &Instance) {
    wait_for_count(
        instance,
        0,
        "SELECT count(*) FROM deliveries WHERE sent_at IS NULL AND failed_at IS NULL",
    );
}

/// Ends the pause before the next try.
fn make_due(instance: &Instance) {
    instance.execute("UPDATE deliveries SET next_attempt_at = '2020-01-01 00:00:00'");
}
