//! A conversation that is not in the workspace of the session.

use crate::App;
use crate::error::AppError;
use crate::models::{conversation, standing};
use crate::web::viewer::Viewer;

/// The conversation may be in another workspace of the same user.
pub(super) async fn offered(app: &App, viewer: &Viewer, id: i64) -> Result<AppError, AppError> {
    let (user_id, here) = (viewer.user_id, viewer.workspace_id);
    let found = app
        .db
        .read(move |conn| {
            for place in standing::places_of(conn, user_id)? {
                if place.workspace_id == here {
                    continue;
                }
                if conversation::find(conn, place.workspace_id, place.actor, id)?.is_some() {
                    return Ok(Some(place));
                }
            }
            Ok(None)
        })
        .await?;
    Ok(found.map_or(AppError::NotFound, |place| AppError::OtherWorkspace {
        id: place.workspace_id,
        name: place.name,
        next: format!("/conversations/{id}"),
        was_form: false,
    }))
}
