//! The list of keys: a page, which the key `?` shows in a dialog.

use actix_web::HttpResponse;
use actix_web::web::Data;
use askama::Template;

use super::respond;
use super::view::{Area, Chrome};
use super::viewer::Viewer;
use crate::App;
use crate::web::error::AppError;

#[derive(Template)]
#[template(path = "shortcuts/index.html")]
struct ShortcutsPage {
    chrome: Chrome,
}

/// `GET /shortcuts`
///
/// # Errors
/// When the database fails.
pub async fn show(app: Data<App>, viewer: Viewer) -> Result<HttpResponse, AppError> {
    respond::ok(&ShortcutsPage { chrome: viewer.chrome(&app, Area::Elsewhere).await? })
}
