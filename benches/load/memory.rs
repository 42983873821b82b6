//! What is possible at all: servers with as many workers as Baton has, that
//! answer the same bytes from memory.

use std::future::ready;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;

use actix_web::dev::{Server as Running, ServerHandle};
use actix_web::web::{self, Bytes, ServiceConfig};
use actix_web::{App, HttpResponse, HttpServer};
use baton::web::server;
use baton::web::viewer::Viewer;

use crate::client::{Requests, Target};
use crate::installation::Installation;

pub struct Server {
    request: String,
    address: SocketAddr,
    handle: ServerHandle,
}

impl Server {
    /// To everybody, behind nothing.
    pub fn start(page: Vec<u8>) -> Self {
        let answer = answer(page);
        let route = move |config: &mut ServiceConfig| {
            let answer = answer.clone();
            config.route("/", web::get().to(move || ready(answer())));
        };
        Self::run(listener(), "", move |listener| {
            let server = HttpServer::new(move || App::new().configure(route.clone()));
            Ok(server.disable_signals().listen(listener)?.run())
        })
    }

    /// To whoever is signed in to an installation, behind all that its pages are behind:
    /// sessions, guards, headers, log.
    pub fn start_guarded(page: Vec<u8>, installation: &Installation) -> Self {
        let answer = answer(page);
        let route = move |config: &mut ServiceConfig| {
            let answer = answer.clone();
            config.route("/", web::get().to(move |_: Viewer| ready(answer())));
        };
        let cookie = format!("Cookie: {}\r\n", installation.cookie());
        let listener = listener();
        let app = installation.app(listener.local_addr().ok());
        Self::run(listener, &cookie, move |listener| server::serve_routes(app, listener, route))
    }

    fn run(
        listener: TcpListener,
        headers: &str,
        serve: impl FnOnce(TcpListener) -> std::io::Result<Running> + Send + 'static,
    ) -> Self {
        let address = listener.local_addr().expect("an address");
        let (send, receive) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let server = serve(listener).expect("the server listens");
                send.send(server.handle()).expect("somebody waits");
                server.await.expect("the server ends well");
            });
        });
        Self {
            request: format!("GET / HTTP/1.1\r\nHost: {address}\r\n{headers}\r\n"),
            address,
            handle: receive.recv().expect("the server starts"),
        }
    }

    pub fn target(&self) -> Target {
        Target {
            address: self.address,
            requests: Requests {
                each: Arc::new(vec![self.request.clone().into_bytes()]),
                again: true,
                status: 200,
            },
        }
    }
}

fn listener() -> TcpListener {
    TcpListener::bind("127.0.0.1:0").expect("a free port")
}

fn answer(page: Vec<u8>) -> impl Fn() -> HttpResponse + Clone + Send + 'static {
    let page = Bytes::from(page);
    move || HttpResponse::Ok().content_type("text/html; charset=utf-8").body(page.clone())
}

impl Drop for Server {
    fn drop(&mut self) {
        actix_web::rt::System::new().block_on(self.handle.stop(false));
    }
}
