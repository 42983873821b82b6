//! Baton, a team inbox: every conversation has at most one owner, and only the
//! owner can reply. `docs/` tells how it is built, starting with the layers.

pub mod channels;
pub mod config;
pub mod db;
pub mod error;
pub mod files;
pub mod jobs;
pub mod live;
pub mod mail;
pub mod models;
pub mod policy;
pub mod rich;
pub mod web;

use std::net::TcpListener;
use std::sync::Arc;

use actix_session::SessionMiddleware;
use actix_session::config::{CookieContentSecurity, PersistentSession};
use actix_web::cookie::{Key, SameSite};
use actix_web::dev::Server;
use actix_web::middleware::from_fn;
use actix_web::web::{Data, PayloadConfig};
use actix_web::{App as ActixApp, HttpServer};
use secrecy::ExposeSecret;
use tokio::sync::Notify;
use tracing_actix_web::TracingLogger;

use config::Config;
use db::Db;
use models::password::Hasher;
use models::token::Signer;
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
        let signer = Signer::new(config.secret_key.clone());
        models::installation::check_key(&db, &signer.fingerprint())?;
        Ok(Self {
            cookie_key: Key::derive_from(config.secret_key.expose_secret()),
            live: live::Hub::new(db.clone()),
            db,
            signer,
            files,
            hasher: Hasher::new(),
            outbox: Arc::new(Notify::new()),
            config: Arc::new(config),
        })
    }
}

/// Serves the application on a socket until it is told to stop; requests in
/// flight are finished first.
///
/// # Errors
/// When the socket cannot be used.
pub fn serve(app: App, listener: TcpListener) -> std::io::Result<Server> {
    let data = Data::new(app);
    let server = HttpServer::new(move || {
        let app = data.get_ref();
        let session = SessionMiddleware::builder(
            sessions::Store::new(app.db.clone()),
            app.cookie_key.clone(),
        )
        .cookie_name("baton_session".to_owned())
        .cookie_same_site(SameSite::Lax)
        .cookie_http_only(true)
        .cookie_secure(app.config.is_https())
        .cookie_content_security(CookieContentSecurity::Signed)
        .session_lifecycle(PersistentSession::default().session_ttl(sessions::COOKIE_LIFETIME))
        .build();
        ActixApp::new()
            .app_data(data.clone())
            .app_data(PayloadConfig::new(form::BODY_MAX))
            .configure(routes::configure)
            // The last one wrapped sees the request first.
            .wrap(from_fn(security::guard))
            .wrap(from_fn(errors::render))
            .wrap(session)
            .wrap(from_fn(security::headers))
            .wrap(from_fn(compress::gzip))
            .wrap(TracingLogger::<log::RouteSpan>::new())
    })
    .shutdown_timeout(20)
    // A page that takes several packets must not wait for the first one's receipt.
    .tcp_nodelay(true)
    .disable_signals()
    .listen(listener)?
    .run();
    Ok(server)
}
