//! The background of a node that a test starts and stops by itself.

use std::thread::JoinHandle;

use baton::App;
use baton::jobs::Jobs;
use tokio::sync::oneshot;

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
