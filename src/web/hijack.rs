//! How a stream leaves the HTTP server, as with Go's `http.Hijacker`. It lasts for hours
//! and says little; inside it would keep two buffers of 8 KB and whatever else a
//! connection may need, outside it is a socket and a queue.
//!
//! The server writes the head, as of every answer. Once that is on its way the socket is
//! taken out, and the server sees a connection that its client has closed.

use std::cell::Cell;
use std::convert::Infallible;
use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

use actix_web::body::{BodySize, MessageBody};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, rt::net::TcpStream};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// A connection of the server, whose socket an answer may take out.
pub struct Connection {
    socket: Option<TcpStream>,
    exit: Exit,
}

/// The way out of a connection.
#[derive(Clone, Default)]
pub struct Exit(Rc<State>);

#[derive(Default)]
struct State {
    is_asked_for: Cell<bool>,
    /// Between the connection, which has let it go, and the answer that asked for it.
    socket: Cell<Option<TcpStream>>,
}

impl Connection {
    pub fn new(socket: TcpStream) -> Self {
        Self { socket: Some(socket), exit: Exit::default() }
    }

    pub fn exit(&self) -> Exit {
        self.exit.clone()
    }
}

impl Exit {
    /// The way out of a request's connection; `None` where the server has none.
    pub fn of(request: &HttpRequest) -> Option<Self> {
        request.conn_data::<Self>().cloned()
    }

    /// The body of an answer that goes on outside, in chunks (RFC 9112, 7.1): `go_on` is
    /// handed the socket when all that was said before is written.
    pub fn body(self, go_on: impl FnOnce(TcpStream) + Unpin + 'static) -> impl MessageBody {
        Leaving { exit: self, go_on: Some(go_on) }
    }
}

struct Leaving<F> {
    exit: Exit,
    go_on: Option<F>,
}

impl<F: FnOnce(TcpStream) + Unpin> MessageBody for Leaving<F> {
    type Error = Infallible;

    fn size(&self) -> BodySize {
        BodySize::Stream
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Infallible>>> {
        let Some(socket) = self.exit.0.socket.take() else {
            // The next flush lets it go, and wakes whoever polls this.
            self.exit.0.is_asked_for.set(true);
            return Poll::Pending;
        };
        if let Some(go_on) = self.go_on.take() {
            go_on(socket);
        }
        Poll::Ready(None)
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match &mut self.socket {
            Some(socket) => Pin::new(socket).poll_read(cx, buffer),
            None => Poll::Ready(Ok(())),
        }
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match &mut self.socket {
            Some(socket) => Pin::new(socket).poll_write(cx, bytes),
            // The end of the body, which is not over.
            None => Poll::Ready(Ok(bytes.len())),
        }
    }

    /// Is called when everything before is written.
    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let Some(socket) = &mut self.socket else { return Poll::Ready(Ok(())) };
        ready!(Pin::new(socket).poll_flush(cx))?;
        if self.exit.0.is_asked_for.get() {
            let socket = self.socket.take();
            self.exit.0.socket.set(socket);
            cx.waker().wake_by_ref();
        }
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.socket {
            Some(socket) => Pin::new(socket).poll_shutdown(cx),
            None => Poll::Ready(Ok(())),
        }
    }
}
