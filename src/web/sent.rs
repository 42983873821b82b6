//! `/sent`: whether a form arrived, for a page that never heard an answer to it.

use actix_web::HttpResponse;
use actix_web::web::{Data, Query};
use serde::Deserialize;
use serde_json::json;

use super::form::Submission;
use super::viewer::Viewer;
use crate::App;
use crate::models::repeated;
use crate::web::error::AppError;

/// Which form, and for which workspace it was made.
#[derive(Debug, Deserialize)]
pub struct Asked {
    workspace: i64,
    submission: Submission,
}

/// `GET /sent`
///
/// # Errors
/// Not found in another workspace, where nothing is known of it; or when the database fails.
pub async fn show(
    app: Data<App>,
    viewer: Viewer,
    asked: Query<Asked>,
) -> Result<HttpResponse, AppError> {
    let Asked { workspace, submission: Submission(submission) } = asked.into_inner();
    let (caller, workspace_id) = (viewer.caller(), viewer.workspace_id);
    if workspace != workspace_id {
        return Err(AppError::NotFound);
    }
    let is_sent = app.db.read(move |conn| repeated::is_answered(conn, caller, &submission)).await?;
    Ok(HttpResponse::Ok().json(json!({ "sent": is_sent })))
}
