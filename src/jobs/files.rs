//! Deletes files from the store whose rows are gone.

use std::time::Duration;

use super::Stop;
use crate::db::{Db, DbError};
use crate::files::Store;
use crate::models::attachment;

const LOOK_EVERY: Duration = Duration::from_secs(60);
/// Files at a time.
const BATCH: i64 = 100;

pub(super) async fn run(db: Db, store: Store, stop: Stop) {
    let trouble = "discarded files could not be read";
    stop.every(LOOK_EVERY, trouble, || delete_discarded(&db, &store)).await;
}

/// Deletes every file whose row is gone. One that the store does not give up now is
/// tried again the next time, and holds up no other.
///
/// # Errors
/// When the database fails.
pub async fn delete_discarded(db: &Db, store: &Store) -> Result<(), DbError> {
    let mut last = String::new();
    loop {
        let after = last.clone();
        let keys = db.read(move |conn| attachment::discarded(conn, &after, BATCH)).await?;
        let Some(end) = keys.last() else { return Ok(()) };
        last.clone_from(end);
        let mut deleted = Vec::with_capacity(keys.len());
        for key in keys {
            let gone = async {
                store.delete(&attachment::small_key(&key)).await?;
                store.delete(&key).await
            };
            match gone.await {
                Ok(()) => deleted.push(key),
                Err(error) => tracing::error!(%error, "a discarded file could not be deleted"),
            }
        }
        db.change(move |conn| attachment::mark_deleted(conn, &deleted)).await?;
    }
}
