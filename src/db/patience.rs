//! How long somebody waits for the database.

use std::time::Duration;

use tokio::time::timeout;

use super::{DbError, Origin};

/// How long a request waits for a query. A server that hangs and closes no connection would
/// keep it for good; the thread that asks goes on.
const PATIENCE: Duration = Duration::from_secs(30);

/// Waits for an answer of the database, but not for good where somebody waits for ours:
/// Baton's own work may as well go on waiting.
pub(super) async fn in_time<T>(
    asked: impl Future<Output = Result<T, DbError>>,
) -> Result<T, DbError> {
    within(PATIENCE, asked).await
}

async fn within<T>(
    patience: Duration,
    asked: impl Future<Output = Result<T, DbError>>,
) -> Result<T, DbError> {
    if Origin::of_task() == Origin::Baton {
        return asked.await;
    }
    timeout(patience, asked).await.unwrap_or(Err(DbError::Silent))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_request_does_not_wait_for_a_database_that_hangs_and_a_job_does() {
        let patience = Duration::from_millis(20);
        let hangs = || async {
            tokio::time::sleep(Duration::from_millis(200)).await;
            Ok(())
        };
        let request = Origin::Client("192.0.2.7".into()).of(within(patience, hangs()));
        let told = request.await.unwrap_err();
        assert!(told.is_unreachable(), "{told}");
        Origin::Baton.of(within(patience, hangs())).await.unwrap();
        // Before it is known who asks, while the session is looked up.
        assert!(within(patience, hangs()).await.is_err());
        within(patience, async { Ok(()) }).await.unwrap();
    }
}
