//! Deletes rows that have served, and files that never arrived.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use tokio::time::sleep;

use super::Stop;
use crate::config::Config;
use crate::db::{Db, DbError, Utc};
use crate::models::housekeeping;

const EVERY: Duration = Duration::from_secs(60 * 60);
/// Longer than anybody waits for a file to arrive.
const UPLOADS_KEPT: Duration = Duration::from_secs(24 * 60 * 60);

pub(super) async fn run(db: Db, config: Arc<Config>, mut stop: Stop) {
    loop {
        let uploads = config.uploads_dir();
        let swept = tokio::task::spawn_blocking(move || forget_uploads(&uploads, UPLOADS_KEPT));
        match swept.await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::error!(%error, "old uploads could not be deleted"),
            Err(error) => tracing::error!(%error, "deleting old uploads broke off"),
        }
        match sweep(&db, Utc::now()).await {
            Ok(0) => {}
            Ok(rows) => tracing::debug!(rows, "old rows deleted"),
            Err(error) => tracing::error!(%error, "old rows could not be deleted"),
        }
        if !stop.or(sleep(EVERY)).await {
            return;
        }
    }
}

/// Deletes rows that have served, little by little; answers how many went. Lets the
/// database learn what is left.
///
/// # Errors
/// When it fails; what went until then is gone.
pub async fn sweep(db: &Db, now: Utc) -> Result<usize, DbError> {
    let mut gone = 0;
    for sweep in housekeeping::SWEEPS {
        loop {
            let rows = db.change(move |conn| sweep(conn, now)).await?;
            gone += rows;
            if rows == 0 {
                break;
            }
        }
    }
    db.change(housekeeping::learn).await?;
    Ok(gone)
}

/// An upload deletes its file itself, but not where the process was killed.
fn forget_uploads(folder: &Path, kept: Duration) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let written = entry.metadata()?.modified()?;
        if SystemTime::now().duration_since(written).is_ok_and(|age| age > kept) {
            std::fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_killed_process_left_goes_and_what_arrives_stays() {
        let folder = tempfile::tempdir().unwrap();
        let (old, new) = (folder.path().join("old"), folder.path().join("new"));
        std::fs::write(&new, "arriving").unwrap();
        let file = std::fs::File::create(&old).unwrap();
        file.set_modified(SystemTime::now() - Duration::from_secs(2 * 24 * 60 * 60)).unwrap();
        forget_uploads(folder.path(), UPLOADS_KEPT).unwrap();
        assert!(!old.exists() && new.exists());
    }
}
