//! To see what a notice tells of is to be told.

use actix_web::HttpRequest;

use crate::App;
use crate::db::DbError;
use crate::models::notification::{self, Told};
use crate::web::respond;
use crate::web::viewer::Viewer;

/// Marks as read what a page shows that is about to be made, so that its counter is right:
/// where somebody gets to see it.
///
/// # Errors
/// When the database fails.
pub async fn seen(
    app: &App,
    request: &HttpRequest,
    viewer: Viewer,
    told: Told,
) -> Result<Viewer, DbError> {
    if !respond::is_seen(request) {
        return Ok(viewer);
    }
    let (id, asked) = (viewer.membership_id, told.clone());
    if !app.db.read(move |conn| notification::any_unread(conn, id, asked)).await? {
        return Ok(viewer);
    }
    let unread = app
        .db
        .change(move |conn| {
            notification::mark_read(conn, id, told.clone())?;
            notification::unread(conn, id)
        })
        .await?;
    Ok(viewer.with_unread(unread))
}
