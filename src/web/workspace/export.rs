//! The workspace as one JSON file.

use actix_web::{HttpResponse, web};

use crate::App;
use crate::models::export;
use crate::web::download;
use crate::web::error::AppError;
use crate::web::viewer::Viewer;

/// `GET /settings/workspace/export`
///
/// # Errors
/// When the database fails, or the file cannot be written.
pub async fn export(app: web::Data<App>, viewer: Viewer) -> Result<HttpResponse, AppError> {
    let workspace_id = viewer.workspace_id;
    let name = download::name(viewer.workspace_name(), "", "json");
    download::file(&app, "application/json", name, move |conn, out| {
        export::write(conn, workspace_id, out)
    })
    .await
}
