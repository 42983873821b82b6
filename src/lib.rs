//! Baton, a team inbox: every conversation has at most one owner, and only the
//! owner can reply. `docs/` tells how it is built, starting with the layers.

// No input may make a thread panic. Where a panic is impossible, the `allow` says why.
#![cfg_attr(
    not(test),
    warn(
        clippy::expect_used,
        clippy::panic,
        clippy::unimplemented,
        clippy::unreachable,
        clippy::unwrap_used
    )
)]

pub mod channels;
pub mod config;
pub mod db;
pub mod error;
pub mod files;
pub mod jobs;
pub mod live;
pub mod mail;
pub mod models;
pub mod net;
pub mod policy;
pub mod rich;
pub mod web;

use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use actix_http::HttpService;
use actix_service::{
    IntoServiceFactory, ServiceFactory, ServiceFactoryExt, fn_service, map_config,
};
use actix_session::SessionMiddleware;
use actix_session::config::{CookieContentSecurity, PersistentSession};
use actix_web::App as ActixApp;
use actix_web::HttpRequest;
use actix_web::body::MessageBody;
use actix_web::cookie::{Key, SameSite};
use actix_web::dev::{AppConfig, Server, ServiceRequest, ServiceResponse};
use actix_web::middleware::from_fn;
use actix_web::rt::net::TcpStream;
use actix_web::web::{Data, ServiceConfig};
use secrecy::ExposeSecret;
use tokio::sync::Notify;
use tracing_actix_web::TracingLogger;

use config::Config;
use db::Db;
use error::AppError;
use models::installation;
use models::password::Hasher;
use models::token::Signer;
use web::hijack::Connection;
use web::{compress, errors, form, log, routes, security, sessions};

/// Everything that requests and jobs share.
#[derive(Clone)]
pub struct App {
    pub db: Db,
    pub config: Arc<Config>,
    pub signer: Signer,
    pub hasher: Hasher,
    /// Wakes the outbox: told after a commit that wrote a delivery.
    pub outbox: Arc<Notify>,
    /// Where the files of messages are.
    pub files: files::Store,
    /// Files that customers are sending.
    pub arriving: form::Arriving,
    /// The streams of open pages.
    pub live: live::Hub,
    /// Signs the cookies of sessions and flashes.
    pub cookie_key: Key,
}

impl App {
    /// Connects to the database, brings it up to date, and checks that the
    /// secret key is the one it was made with.
    ///
    /// # Errors
    /// One line, fit for an operator.
    pub fn open(config: Config) -> Result<Self, String> {
        let db = Db::open(config.location.clone())?;
        let files = files::Store::open(&config.files)?;
        // Before anything arrives: a command of another user's would make it theirs.
        config::create_private_dir(&config.uploads_dir())?;
        let signer = Signer::new(config.secret_key.clone());
        let is_known = db.write_now(|conn| installation::claim_key(conn, &signer.fingerprint()));
        is_known.map_err(|error| error.to_string())?.map_err(|refusal| {
            // A key that opens nothing would pass for the one that is missing.
            match config.new_key_file.as_deref().map(std::fs::remove_file) {
                Some(Ok(())) => installation::Refusal::KeyIsMissing.to_string(),
                _ => refusal.to_string(),
            }
        })?;
        Ok(Self {
            cookie_key: Key::derive_from(config.secret_key.expose_secret()),
            live: live::Hub::new(db.clone()),
            db,
            signer,
            files,
            arriving: form::Arriving::default(),
            hasher: Hasher::new(),
            outbox: Arc::new(Notify::new()),
            config: Arc::new(config),
        })
    }

    /// The application that a request came to.
    ///
    /// # Errors
    /// When it was not given to the server, which is a defect.
    pub fn of(request: &HttpRequest) -> Result<&Data<Self>, AppError> {
        request
            .app_data()
            .ok_or_else(|| AppError::Internal("the application's state is missing".into()))
    }
}

/// Serves the application on a socket until it is told to stop; requests in
/// flight are finished first.
///
/// # Errors
/// When the socket cannot be used.
pub fn serve(app: App, listener: TcpListener) -> std::io::Result<Server> {
    serve_routes(app, listener, routes::configure)
}

/// [`serve`] with other routes behind the same sessions, guards and log: how the
/// benchmarks tell what those take.
///
/// # Errors
/// As [`serve`].
pub fn serve_routes(
    app: App,
    listener: TcpListener,
    routes: impl Fn(&mut ServiceConfig) + Clone + Send + 'static,
) -> std::io::Result<Server> {
    let data = Data::new(app);
    // What `HttpServer` does, with connections that a stream can leave.
    let server = Server::build().disable_signals().shutdown_timeout(20);
    let stopping = server.graceful_shutdown_signal();
    let listening = server.listen("baton", listener, move || {
        let stopping = stopping.clone();
        let service = application(data.clone(), routes.clone())
            .into_factory()
            .map_err(|error: actix_web::Error| error.error_response());
        let http = HttpService::build()
            .client_disconnect_timeout(Duration::from_secs(1))
            .graceful_shutdown_signal(move || {
                let stopping = stopping.clone();
                async move { stopping.notified().await }
            })
            .on_connect_ext(|connection: &Connection, data| {
                data.insert(connection.exit());
            })
            .h1(map_config(service, |()| AppConfig::default()));
        fn_service(async |socket: TcpStream| {
            // A page that takes several packets must not wait for the first one's receipt.
            socket.set_nodelay(true)?;
            let peer = socket.peer_addr().ok();
            Ok((Connection::new(socket), peer))
        })
        .and_then(http)
    })?;
    Ok(listening.run())
}

/// The routes, and what each request passes through.
fn application(
    data: Data<App>,
    routes: impl Fn(&mut ServiceConfig),
) -> ActixApp<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody>,
        Error = actix_web::Error,
        InitError = (),
    >,
> {
    let app = data.get_ref();
    let session =
        SessionMiddleware::builder(sessions::Store::new(app.db.clone()), app.cookie_key.clone())
            .cookie_name("baton_session".to_owned())
            .cookie_same_site(SameSite::Lax)
            .cookie_http_only(true)
            .cookie_secure(app.config.is_https())
            .cookie_content_security(CookieContentSecurity::Signed)
            .session_lifecycle(PersistentSession::default().session_ttl(sessions::COOKIE_LIFETIME))
            .build();
    ActixApp::new()
        .app_data(data.clone())
        .configure(routes)
        // The last one wrapped sees the request first.
        .wrap(from_fn(security::guard))
        .wrap(from_fn(errors::render))
        .wrap(session)
        .wrap(from_fn(errors::render_unwritten))
        .wrap(from_fn(security::headers))
        .wrap(from_fn(compress::gzip))
        .wrap(TracingLogger::<log::RouteSpan>::new())
}
