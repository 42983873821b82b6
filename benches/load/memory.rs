//! What is possible at all: a server with as many workers as Baton has, that
//! answers the same bytes from memory.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;

use actix_web::dev::ServerHandle;
use actix_web::web::{self, Bytes};
use actix_web::{App, HttpResponse, HttpServer};

use crate::client::{Requests, Target};

pub struct Server {
    address: SocketAddr,
    handle: ServerHandle,
}

impl Server {
    pub fn start(page: Vec<u8>) -> Self {
        let page = Bytes::from(page);
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address");
        let (send, receive) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let server = HttpServer::new(move || {
                    let page = page.clone();
                    App::new().route(
                        "/",
                        web::get().to(move || {
                            let page = page.clone();
                            async {
                                HttpResponse::Ok()
                                    .content_type("text/html; charset=utf-8")
                                    .body(page)
                            }
                        }),
                    )
                })
                .disable_signals()
                .listen(listener)
                .expect("the server listens")
                .run();
                send.send(server.handle()).expect("somebody waits");
                server.await.expect("the server ends well");
            });
        });
        Self { address, handle: receive.recv().expect("the server starts") }
    }

    pub fn target(&self) -> Target {
        let request = format!("GET / HTTP/1.1\r\nHost: {}\r\n\r\n", self.address);
        Target {
            address: self.address,
            requests: Requests {
                each: Arc::new(vec![request.into_bytes()]),
                again: true,
                status: 200,
            },
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        actix_web::rt::System::new().block_on(self.handle.stop(false));
    }
}
