//! Deletes files from the store whose rows are gone.

use std::time::Duration;

use tokio::sync::Mutex;

use super::Stop;
use crate::db::{Db, DbError};
use crate::files::Store;
use crate::models::attachment;

const LOOK_EVERY: Duration = Duration::from_secs(60);
/// Files at a time.
const BATCH: i64 = 100;
/// After so many failures in a row it is the store that has trouble, and not the files.
const ENOUGH: usize = 10;

pub(super) async fn run(db: Db, store: Store, stop: Stop) {
    let place = Mutex::new(String::new());
    let delete = || async {
        let mut place = place.lock().await;
        *place = delete_discarded(&db, &store, std::mem::take(&mut *place)).await?;
        Ok(())
    };
    stop.every(LOOK_EVERY, "looking for discarded files failed", delete).await;
}

/// Deletes files whose rows are gone, those behind a place, to the end or until the store
/// gives up none of many in a row. Answers the place to begin at the next time, so that those
/// hold up no others; they are tried again when their turn comes.
///
/// # Errors
/// When the database fails.
pub async fn delete_discarded(db: &Db, store: &Store, place: String) -> Result<String, DbError> {
    let (mut place, mut failed, mut in_a_row, mut why) = (place, 0, 0, None);
    while in_a_row < ENOUGH {
        let after = place.clone();
        let keys = db.read(move |conn| attachment::discarded(conn, &after, BATCH)).await?;
        if keys.is_empty() {
            place.clear();
            break;
        }
        let mut deleted = Vec::with_capacity(keys.len());
        for key in keys {
            place.clone_from(&key);
            let gone = async {
                store.delete(&attachment::small_key(&key)).await?;
                store.delete(&key).await
            };
            match gone.await {
                Ok(()) => {
                    in_a_row = 0;
                    deleted.push(key);
                }
                Err(error) => {
                    (failed, in_a_row) = (failed + 1, in_a_row + 1);
                    why.get_or_insert(error);
                }
            }
            if in_a_row == ENOUGH {
                break;
            }
        }
        db.change(move |conn| attachment::mark_deleted(conn, &deleted)).await?;
    }
    if let Some(error) = why {
        tracing::error!(failed, %error, "discarded files could not be deleted now");
    }
    Ok(place)
}
