//! The application behind a socket: the routes, and what each request passes through.

use std::net::TcpListener;
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
use actix_web::cookie::SameSite;
use actix_web::dev::{AppConfig, Server, ServiceRequest, ServiceResponse};
use actix_web::middleware::from_fn;
use actix_web::rt::net::TcpStream;
use actix_web::web::{Data, ServiceConfig};
use tracing_actix_web::TracingLogger;

use super::error::AppError;
use super::hijack::Connection;
use super::{compress, error_pages, log, routes, security, sessions};
use crate::App;

/// How long a connection that asks for nothing is kept: longer than proxies keep theirs
/// (nginx and AWS's load balancers for one minute, Caddy for two). Whoever lets go first
/// must be the one who asks, or a form that is sent just then meets a closed door.
const KEEP_ALIVE: Duration = Duration::from_secs(130);

impl App {
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
            .keep_alive(KEEP_ALIVE)
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
        .wrap(from_fn(error_pages::render))
        .wrap(session)
        .wrap(from_fn(sessions::where_needed))
        .wrap(from_fn(error_pages::render_unwritten))
        .wrap(from_fn(security::headers))
        .wrap(from_fn(compress::gzip))
        .wrap(TracingLogger::<log::RouteSpan>::new())
}
