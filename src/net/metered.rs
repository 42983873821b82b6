//! A connection from which no more is read than was allowed.

use std::fmt::Debug;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// A connection, with TLS or without.
pub trait Wire: AsyncRead + AsyncWrite + Unpin + Send + Sync + Debug {}

impl<T: AsyncRead + AsyncWrite + Unpin + Send + Sync + Debug> Wire for T {}

/// A connection that breaks off where the other side sends more than it may.
#[derive(Debug)]
pub struct Metered<T = Box<dyn Wire>> {
    inner: T,
    left: usize,
}

impl Metered {
    /// One of whatever kind.
    pub fn new(inner: impl Wire + 'static, allowed: usize) -> Self {
        Self::of(Box::new(inner), allowed)
    }
}

impl<T> Metered<T> {
    /// One whose kind is still asked for.
    pub const fn of(inner: T, allowed: usize) -> Self {
        Self { inner, left: allowed }
    }

    /// The connection without its meter.
    pub fn into_inner(self) -> T {
        self.inner
    }

    /// How much may be read from now on, in bytes.
    pub fn allow(&mut self, bytes: usize) {
        self.left = bytes;
    }
}

impl<T: AsyncRead + Unpin> AsyncRead for Metered<T> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        ready!(Pin::new(&mut self.inner).poll_read(cx, buf))?;
        let Some(left) = self.left.checked_sub(buf.filled().len() - before) else {
            return Poll::Ready(Err(io::Error::other("the server sends more than it may")));
        };
        self.left = left;
        Poll::Ready(Ok(()))
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for Metered<T> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}
