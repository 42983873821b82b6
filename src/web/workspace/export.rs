//! The workspace as one JSON file.

use actix_web::{HttpRequest, HttpResponse, web};

use crate::App;
use crate::models::audit::Export;
use crate::models::export;
use crate::web::error::AppError;
use crate::web::viewer::Viewer;
use crate::web::{download, respond};

/// `GET /settings/workspace/export`
///
/// # Errors
/// When the database fails, or the file cannot be written.
pub async fn export(
    app: web::Data<App>,
    viewer: Viewer,
    request: HttpRequest,
) -> Result<HttpResponse, AppError> {
    if respond::is_seen(&request) {
        download::logged(&app, &viewer, Export::Workspace, String::new(), "The export").await?;
    }
    let workspace_id = viewer.workspace_id;
    let name = download::name(&viewer, "", "json");
    download::file(&app, "application/json", name, move |conn, out| {
        export::write(conn, workspace_id, out)
    })
    .await
}
