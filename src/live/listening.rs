//! One stream, as the server sends it.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use actix_web::rt::net::TcpStream;
use actix_web::web::Bytes;
use futures_util::{Stream, StreamExt};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::mpsc;
use tokio::time::{Interval, MissedTickBehavior, interval, timeout};

use super::Hub;

/// How often a stream says that it is there: for proxies that end what is silent, and
/// since only what is written finds out that nobody reads any more.
const HEARTBEAT: Duration = Duration::from_secs(5);

/// How long a reader may take nothing at all, with everything full that lies between.
const PATIENCE: Duration = Duration::from_secs(15);

/// A stream of lines. Dropping it, as the server does when the connection is gone,
/// ends it.
pub struct Listening {
    hub: Hub,
    workspace_id: i64,
    id: u64,
    first: std::vec::IntoIter<Bytes>,
    lines: mpsc::Receiver<Bytes>,
    heartbeat: Interval,
}

impl Listening {
    pub(super) fn new(hub: Hub, workspace_id: i64, id: u64, lines: mpsc::Receiver<Bytes>) -> Self {
        let mut heartbeat = interval(HEARTBEAT);
        heartbeat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        heartbeat.reset();
        Self { hub, workspace_id, id, first: Vec::new().into_iter(), lines, heartbeat }
    }

    /// The stream with lines that come before all others.
    pub(super) fn after(mut self, first: Vec<Bytes>) -> Self {
        self.first = first.into_iter();
        self
    }

    /// Sends the stream on a socket that has left the HTTP server, in chunks (RFC 9112,
    /// 7.1), until it ends or nobody reads it any more.
    pub async fn send(mut self, mut socket: TcpStream) {
        let (mut reader, mut writer) = socket.split();
        let mut nothing = [0; 32];
        loop {
            let chunk = tokio::select! {
                line = self.next() => line.map(|Ok(line)| line),
                // Whoever has asked for a stream says nothing more, but goes.
                read = reader.read(&mut nothing) => match read {
                    Ok(0) | Err(_) => return,
                    Ok(_) => continue,
                },
            };
            let is_over = chunk.is_none();
            let bytes = chunked(&chunk.unwrap_or_default());
            let is_sent = matches!(timeout(PATIENCE, writer.write_all(&bytes)).await, Ok(Ok(())));
            if is_over || !is_sent {
                return;
            }
        }
    }
}

/// A chunk; an empty one is the last.
fn chunked(line: &[u8]) -> Vec<u8> {
    let mut chunk = format!("{:x}\r\n", line.len()).into_bytes();
    chunk.extend_from_slice(line);
    chunk.extend_from_slice(b"\r\n");
    chunk
}

impl Stream for Listening {
    type Item = Result<Bytes, std::convert::Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if let Some(line) = self.first.next() {
            return Poll::Ready(Some(Ok(line)));
        }
        match self.lines.poll_recv(cx) {
            Poll::Ready(line) => Poll::Ready(line.map(Ok)),
            Poll::Pending => {
                self.heartbeat.poll_tick(cx).map(|_| Some(Ok(Bytes::from_static(b": here\n\n"))))
            }
        }
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.hub.leave(self.workspace_id, self.id);
    }
}
