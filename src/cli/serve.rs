//! `baton serve`: until SIGTERM or SIGINT, which finish what is in flight. A second one
//! does not wait for that.

use std::future::{Future, poll_fn};
use std::net::TcpListener;
use std::task::Poll;
use std::time::Duration;

use baton::App;
use baton::config::{Args, Config};
use baton::db::Db;
use baton::files;
use baton::jobs::Jobs;
use baton::models::workspace;
use baton::web::server;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::signal::unix::{SignalKind, signal};

/// What ends a server. Not SIGHUP: whoever starts one by `nohup` means it to stay.
pub const STOP: [SignalKind; 2] = [SignalKind::terminate(), SignalKind::interrupt()];

/// How long threads that still work are waited for in the end.
const PATIENCE: Duration = Duration::from_secs(3);

pub fn run(args: &Args) -> Result<(), String> {
    let config = super::configure(args)?;
    // Before the database is brought up to date: a start that fails leaves it to the program
    // that serves it. Who comes meanwhile waits.
    let listener = bind(&config)?;
    let app = super::open(config)?;
    for doubt in app.config.doubts(args) {
        tracing::warn!("{doubt}");
    }
    if let Some(hint) = app.config.hint(args) {
        tracing::info!("{hint}");
    }
    open_many_files();
    try_places(&app.config)?;
    let hint = if super::read(&app.db, workspace::any)? {
        String::new()
    } else {
        format!("\nCreate the first workspace at {}", app.config.link("/register"))
    };
    let ready = format!("Baton is ready: open {}{hint}", app.config.link(""));
    until_stopped(app, listener, &ready, &STOP)
}

/// As many open files as the system allows this process: each connection is one, and so is
/// each file that arrives.
fn open_many_files() {
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    if let Err(error) = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum }) {
        tracing::warn!(%error, "the limit of open files could not be raised");
    }
}

/// Tries whether files can arrive and be kept.
fn try_places(config: &Config) -> Result<(), String> {
    files::probe_folder(&config.uploads_dir(), "BATON_DATA_DIR")?;
    let probed = actix_web::rt::System::new().block_on(files::probe(&config.files))?;
    if let Some(trouble) = probed {
        tracing::warn!("{trouble}");
    }
    Ok(())
}

/// Takes the address to listen on.
pub fn bind(config: &Config) -> Result<TcpListener, String> {
    let listen = &config.listen;
    TcpListener::bind(listen).map_err(|error| match error.kind() {
        std::io::ErrorKind::AddrInUse => format!(
            "Another program listens on {listen} already: stop it, or choose another port with --listen."
        ),
        _ => format!("Cannot listen on {listen}: {error}."),
    })
}

/// Serves until one of these signals, and says `ready` once people can come in.
pub fn until_stopped(
    app: App,
    listener: TcpListener,
    ready: &str,
    signals: &[SignalKind],
) -> Result<(), String> {
    let system = actix_web::rt::System::new();
    let outcome = system.block_on(async {
        // Before anything is served: a signal from now on ends in an orderly way.
        let stopped = any_of(signals)?;
        let jobs = Jobs::start(&app)?;
        serve_beside(jobs, &app, listener, ready, (stopped, signals)).await
    });
    let outcome = outcome.and(leave(&app.db));
    // The end of the system waits for every thread that still works, and one that asks a
    // database which does not answer never ends. What was to be finished has had its time.
    let code = i32::from(outcome.is_err());
    std::thread::spawn(move || {
        std::thread::sleep(PATIENCE);
        std::process::exit(code);
    });
    drop(system);
    outcome
}

/// Leaves nothing of a database beside a file that took its place.
fn leave(db: &Db) -> Result<(), String> {
    let Err(moved) = db.in_place() else { return Ok(()) };
    if let Err(error) = db.let_go() {
        tracing::error!(%error, "remove the files -wal and -shm beside the database");
    }
    Err(moved.to_string())
}

/// Serves until it is told to stop, or cannot go on: without one of the jobs, what it
/// does would be left undone, and whoever watches over the process starts it again.
async fn serve_beside(
    mut jobs: Jobs,
    app: &App,
    listener: TcpListener,
    ready: &str,
    (stopped, signals): (impl Future<Output = ()>, &[SignalKind]),
) -> Result<(), String> {
    let server = server::serve(app.clone(), listener).map_err(|e| format!("Cannot serve: {e}."))?;
    let handle = server.handle();
    let mut serving = actix_web::rt::spawn(server);
    super::out::mention(ready);
    let ended = tokio::select! {
        () = stopped => Ok(()),
        why = jobs.broken() => Err(why),
        served = &mut serving => {
            jobs.stop().await;
            return Err(match served {
                Ok(Ok(())) => "The server stopped by itself.".to_owned(),
                Ok(Err(error)) => format!("The server stopped: {error}."),
                Err(error) => format!("The server stopped: {error}."),
            });
        }
    };
    match &ended {
        Ok(()) => tracing::info!("stopping: requests and mails on their way are finished first"),
        Err(why) => tracing::error!(why, "stopping: this cannot go on"),
    }
    // These would go on for ever.
    app.live.close();
    // A second signal does not wait for them.
    let again = any_of(signals)?;
    let finished = async { tokio::join!(handle.stop(true), jobs.stop()) };
    tokio::select! {
        _ = finished => {}
        () = again => {
            tracing::warn!("stopping at once: what is on its way is broken off");
            handle.stop(false).await;
        }
    }
    match serving.await {
        Ok(Ok(())) => ended,
        Ok(Err(error)) => Err(format!("The server stopped: {error}.")),
        Err(error) => Err(format!("The server stopped: {error}.")),
    }
}

fn any_of(signals: &[SignalKind]) -> Result<impl Future<Output = ()>, String> {
    let listening: Result<Vec<_>, _> = signals.iter().map(|kind| signal(*kind)).collect();
    let mut listening = listening.map_err(|e| format!("Cannot listen for signals: {e}."))?;
    Ok(poll_fn(move |context| {
        let has_come = listening.iter_mut().any(|one| one.poll_recv(context).is_ready());
        if has_come { Poll::Ready(()) } else { Poll::Pending }
    }))
}
