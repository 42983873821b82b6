//! Whether the database is still the one that this server was started with.

use std::time::Duration;

use tokio::time::sleep;

use super::Stop;
use super::trouble::Trouble;
use crate::App;

const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Looks until the loop is to end.
///
/// # Errors
/// Why the server cannot go on.
pub(super) async fn run(app: App, mut stop: Stop) -> Result<(), String> {
    let mut trouble = Trouble::of("looking whether the database is still ours failed");
    while stop.or(sleep(LOOK_EVERY)).await {
        match app.misfit().await {
            Ok(None) => {}
            Ok(Some(why)) => return Err(why),
            Err(error) => trouble.tell(&error),
        }
    }
    Ok(())
}
