//! A conversation that is not in the workspace of the session.

use crate::App;
use crate::models::{conversation, identity};
use crate::web::error::AppError;
use crate::web::viewer::Viewer;

/// Why a conversation is not here: it may be in another workspace of the same user.
pub(super) async fn offered(app: &App, viewer: &Viewer, id: i64) -> AppError {
    let (user_id, here) = (viewer.user_id, viewer.workspace_id);
    let found = app
        .db
        .read(move |conn| {
            for workspace in identity::workspaces_of(conn, user_id)? {
                if workspace.id == here {
                    continue;
                }
                if conversation::find(conn, workspace.id, workspace.actor, id)?.is_some() {
                    return Ok(Some(workspace));
                }
            }
            Ok(None)
        })
        .await;
    match found {
        Ok(Some(workspace)) => AppError::OtherWorkspace {
            id: workspace.id,
            name: workspace.name,
            next: format!("/conversations/{id}"),
            was_form: false,
        },
        Ok(None) => AppError::NotFound,
        Err(error) => error.into(),
    }
}
