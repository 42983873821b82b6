//! Deletes rows that have served, and files that never arrived.

use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use chrono::TimeDelta;
use tokio::time::sleep;

use super::Stop;
use crate::config::Config;
use crate::db::{Db, DbError, Utc, dialect};
use crate::models::housekeeping::Sweep;
use crate::models::{housekeeping, installation};

const EVERY: Duration = Duration::from_secs(60 * 60);
/// How far apart clocks may be before it is told.
const CLOCKS_APART: TimeDelta = TimeDelta::seconds(2);
/// Longer than anybody waits for a file to arrive.
const UPLOADS_KEPT: Duration = Duration::from_secs(24 * 60 * 60);

pub(super) async fn run(db: Db, config: Arc<Config>, mut stop: Stop) {
    loop {
        match db.read(installation::clock_ahead).await {
            Ok(ahead) => {
                if let Some(warning) = ahead.and_then(clocks_differ) {
                    tracing::warn!("{warning}");
                }
            }
            Err(error) => tracing::error!(%error, "the database's clock could not be read"),
        }
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
/// The first failure; it holds up none of the others.
pub async fn sweep(db: &Db, now: Utc) -> Result<usize, DbError> {
    let mut gone = Ok(0);
    for sweep in housekeeping::SWEEPS {
        let rows = sweep_all(db, now, sweep).await;
        gone = gone.and_then(|gone| Ok(gone + rows?));
    }
    let learned = db.change(dialect::learn).await;
    gone.and_then(|gone| learned.map(|()| gone))
}

async fn sweep_all(db: &Db, now: Utc, sweep: Sweep) -> Result<usize, DbError> {
    let mut gone = 0;
    loop {
        match db.change(move |conn| sweep(conn, now)).await? {
            0 => return Ok(gone),
            rows => gone += rows,
        }
    }
}

/// What an operator is told of a clock that is so much ahead of the database's.
fn clocks_differ(ahead: TimeDelta) -> Option<String> {
    let tenths = ahead.num_milliseconds().abs() / 100;
    let direction = if ahead > TimeDelta::zero() { "ahead of" } else { "behind" };
    (ahead.abs() > CLOCKS_APART).then(|| {
        format!(
            "This machine's clock is {}.{} seconds {direction} the database's. Let NTP set both: \
             what is due, and how long something can be undone, is off by that.",
            tenths / 10,
            tenths % 10
        )
    })
}

/// An upload deletes its file itself, but not where the process was killed.
fn forget_uploads(folder: &Path, kept: Duration) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        unless_gone(forget_upload(&entry?.path(), kept))?;
    }
    Ok(())
}

/// A file that was deleted since the folder was read is as good as forgotten.
fn unless_gone(done: std::io::Result<()>) -> std::io::Result<()> {
    match done {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        done => done,
    }
}

fn forget_upload(file: &Path, kept: Duration) -> std::io::Result<()> {
    let written = file.symlink_metadata()?.modified()?;
    if SystemTime::now().duration_since(written).is_ok_and(|age| age > kept) {
        std::fs::remove_file(file)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_that_differ_are_told_with_the_number() {
        let told = |millis| clocks_differ(TimeDelta::milliseconds(millis));
        assert_eq!([told(0), told(2000), told(-2000)], [None, None, None]);
        let ahead = told(2050).unwrap();
        assert!(ahead.contains("2.0 seconds ahead of the database's"), "{ahead}");
        let behind = told(-75_390).unwrap();
        assert!(behind.contains("75.3 seconds behind the database's"), "{behind}");
    }

    #[test]
    fn what_a_killed_process_left_goes_and_what_arrives_stays() {
        let folder = tempfile::tempdir().unwrap();
        let (old, new) = (folder.path().join("old"), folder.path().join("new"));
        std::fs::write(&new, "arriving").unwrap();
        let file = std::fs::File::create(&old).unwrap();
        file.set_modified(SystemTime::now() - Duration::from_secs(2 * 24 * 60 * 60)).unwrap();
        forget_uploads(folder.path(), UPLOADS_KEPT).unwrap();
        assert!(!old.exists() && new.exists());
        // What goes by itself meanwhile holds up nothing.
        unless_gone(forget_upload(&old, UPLOADS_KEPT)).unwrap();
    }
}
