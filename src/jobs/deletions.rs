//! Erases workspaces that were deleted, bit by bit.

use std::time::Duration;

use super::Stop;
use crate::db::{Db, DbError};
use crate::models::workspace;

const LOOK_EVERY: Duration = Duration::from_secs(1);

pub(super) async fn run(db: Db, stop: Stop) {
    let trouble = "looking for deleted workspaces to erase failed";
    stop.every(LOOK_EVERY, trouble, || erase(&db, &stop)).await;
}

async fn erase(db: &Db, stop: &Stop) -> Result<(), DbError> {
    while !stop.is_asked() && db.read(workspace::is_any_to_erase).await? {
        if let Some(id) = db.change(workspace::erase_next).await? {
            tracing::info!(workspace = id, "a deleted workspace was erased");
        }
    }
    Ok(())
}
