//! The workspace's logo: chosen, or taken away.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;

use super::page::WorkspacePage;
use super::{PATH, refused, show_with};
use crate::App;
use crate::models::picture;
use crate::web::error::AppError;
use crate::web::form::Upload;
use crate::web::pictures::PictureForm;
use crate::web::respond;
use crate::web::view::Flash;

/// `POST /settings/workspace/logo`
///
/// # Errors
/// When the member may not any more, or the database fails.
pub async fn save(app: Data<App>, upload: Upload<PictureForm>) -> Result<HttpResponse, AppError> {
    let Upload { viewer, form, files } = upload;
    let png = match form.chosen(files).await? {
        Ok(png) => png,
        Err(problem) => {
            let change = |page: &mut WorkspacePage| page.logo_error = Some(problem);
            return show_with(&app, &viewer, StatusCode::UNPROCESSABLE_ENTITY, change).await;
        }
    };
    let words = if png.is_some() { "Logo saved." } else { "Logo removed." };
    let caller = viewer.caller();
    app.db
        .write(move |conn| picture::set_logo(conn, caller, png.as_deref()))
        .await?
        .map_err(refused)?;
    Ok(respond::see_other_with(&app, PATH, &Flash::ok(words)))
}
