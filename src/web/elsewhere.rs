//! What is not in the workspace of the session.

use crate::App;
use crate::db::{Conn, QueryResult};
use crate::models::identity::{self, JoinedWorkspace};
use crate::web::error::AppError;
use crate::web::viewer::Viewer;

/// Why the page at a path is not here: it may be in another workspace of the same user, the
/// first that `is_there` says so of.
pub async fn offered(
    app: &App,
    viewer: &Viewer,
    path: String,
    is_there: impl Fn(&mut Conn, &JoinedWorkspace) -> QueryResult<bool> + Send + 'static,
) -> AppError {
    let (user_id, here) = (viewer.user_id, viewer.workspace_id);
    let found = app
        .db
        .read(move |conn| {
            for workspace in identity::workspaces_of(conn, user_id)? {
                if workspace.id != here && is_there(conn, &workspace)? {
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
            next: path,
            was_form: false,
        },
        Ok(None) => AppError::NotFound,
        Err(error) => error.into(),
    }
}
