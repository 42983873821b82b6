//! `baton serve`: until SIGTERM or SIGINT, which finish what is in flight.

use std::future::Future;
use std::net::TcpListener;

use baton::App;
use baton::jobs::Jobs;
use baton::models::workspace;
use tokio::signal::unix::{SignalKind, signal};

pub fn run(app: App) -> Result<(), String> {
    let hint = if super::read(&app.db, workspace::any)? {
        String::new()
    } else {
        format!("\nCreate the first workspace at {}", app.config.link("/register"))
    };
    let ready = format!("Baton is ready: open {}{hint}", app.config.link(""));
    until_stopped(app, &ready)
}

/// Serves, and says `ready` once people can come in.
pub fn until_stopped(app: App, ready: &str) -> Result<(), String> {
    let listen = &app.config.listen;
    let listener = TcpListener::bind(listen).map_err(|error| match error.kind() {
        std::io::ErrorKind::AddrInUse => format!(
            "Another program listens on {listen} already: stop it, or choose another port with --listen."
        ),
        _ => format!("Cannot listen on {listen}: {error}."),
    })?;
    actix_web::rt::System::new().block_on(async {
        // Before anything is served: a signal from now on ends in an orderly way.
        let stopped = stop_signal()?;
        let jobs = Jobs::start(&app)?;
        let server =
            baton::serve(app.clone(), listener).map_err(|e| format!("Cannot serve: {e}."))?;
        let handle = server.handle();
        let serving = actix_web::rt::spawn(server);
        println!("{ready}");
        stopped.await;
        tracing::info!("stopping: requests in flight are finished first");
        // These would go on for ever.
        app.live.close();
        // A second signal does not wait for them.
        let again = stop_signal()?;
        tokio::select! {
            () = handle.stop(true) => {}
            () = again => handle.stop(false).await,
        }
        jobs.stop().await;
        match serving.await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(format!("The server stopped: {error}.")),
            Err(error) => Err(format!("The server stopped: {error}.")),
        }
    })
}

fn stop_signal() -> Result<impl Future<Output = ()>, String> {
    let listen = |kind| signal(kind).map_err(|e| format!("Cannot listen for signals: {e}."));
    let mut terminate = listen(SignalKind::terminate())?;
    let mut interrupt = listen(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}
