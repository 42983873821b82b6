//! How slowly a form may come. Nobody holds a connection, a file on disk or a place among
//! those that arrive by sending next to nothing.

use std::io::ErrorKind;
use std::time::{Duration, Instant};

use actix_web::dev::Payload;
use actix_web::error::PayloadError;
use actix_web::web::Bytes;
use futures_util::{Stream, StreamExt, stream};
use tokio::time::timeout;

/// How much time a form gets.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// How long nothing at all may come.
    pub silence: Duration,
    /// How long it may be as slow as it likes.
    pub grace: Duration,
    /// Bytes a second that must have come on average after that: a telephone with a bad
    /// connection sends more.
    pub rate: u64,
}

/// What a form of ours gets.
pub const PACE: Pace =
    Pace { silence: Duration::from_secs(15), grace: Duration::from_secs(30), rate: 8 * 1024 };

impl Pace {
    /// The body, which ends with an error where it comes too slowly.
    pub fn of(self, payload: Payload) -> impl Stream<Item = Result<Bytes, PayloadError>> {
        let begun = Instant::now();
        stream::try_unfold((payload, 0), move |(mut payload, came)| async move {
            let Ok(next) = timeout(self.silence, payload.next()).await else { return Err(slow()) };
            let Some(chunk) = next.transpose()? else { return Ok(None) };
            let came = came + chunk.len() as u64;
            if !self.is_kept(begun.elapsed(), came) {
                return Err(slow());
            }
            Ok(Some((chunk, (payload, came))))
        })
    }

    fn is_kept(self, passed: Duration, came: u64) -> bool {
        passed <= self.grace || came >= self.rate.saturating_mul(passed.as_secs())
    }
}

fn slow() -> PayloadError {
    PayloadError::Io(ErrorKind::TimedOut.into())
}

/// Whether a body ended for its slowness, and not since the connection did.
pub fn was_too_slow(error: &PayloadError) -> bool {
    matches!(error, PayloadError::Io(error) if error.kind() == ErrorKind::TimedOut)
}

#[cfg(test)]
mod tests {
    use actix_web::error::PayloadError;
    use futures_util::TryStreamExt;

    use super::*;

    const QUICK: Pace =
        Pace { silence: Duration::from_millis(200), grace: Duration::from_secs(1), rate: 1000 };

    /// So many chunks of this size, with a pause before each.
    fn body(chunks: usize, size: usize, pause: u64) -> Payload {
        let chunks = stream::iter(0..chunks).then(move |_| async move {
            tokio::time::sleep(Duration::from_millis(pause)).await;
            Ok::<_, PayloadError>(Bytes::from(vec![b'x'; size]))
        });
        Payload::Stream { payload: Box::pin(chunks) }
    }

    async fn read(body: Payload) -> Result<usize, PayloadError> {
        let chunks: Vec<Bytes> = QUICK.of(body).try_collect().await?;
        Ok(chunks.iter().map(Bytes::len).sum())
    }

    #[actix_web::test]
    async fn who_stops_or_drips_is_cut_off_and_who_goes_on_is_not() {
        assert_eq!(read(body(30, 500, 100)).await.unwrap(), 15_000, "5000 a second");
        assert_eq!(read(body(5, 1, 100)).await.unwrap(), 5, "slow, and soon over");
        assert!(was_too_slow(&read(body(1, 500, 400)).await.unwrap_err()), "silent");
        let drip = Instant::now();
        assert!(was_too_slow(&read(body(100, 1, 100)).await.unwrap_err()));
        assert!(drip.elapsed() < Duration::from_secs(3));
    }
}
