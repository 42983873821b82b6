//! One's own picture: chosen, or taken away.

use actix_web::HttpResponse;
use actix_web::web::Data;

use super::{PROFILE, load, refused};
use crate::App;
use crate::models::picture;
use crate::web::error::AppError;
use crate::web::form::Upload;
use crate::web::pictures::PictureForm;
use crate::web::respond;
use crate::web::view::Flash;

/// `POST /settings/profile/picture`
///
/// # Errors
/// When the database fails.
pub async fn save(app: Data<App>, upload: Upload<PictureForm>) -> Result<HttpResponse, AppError> {
    let Upload { viewer, form, files } = upload;
    let png = match form.chosen(files).await? {
        Ok(png) => png,
        Err(problem) => {
            let mut page = load(&app, &viewer).await?;
            page.picture_error = Some(problem);
            return refused(&page);
        }
    };
    let words = if png.is_some() { "Picture saved." } else { "Picture removed." };
    let user_id = viewer.user_id;
    app.db.change(move |conn| picture::set_portrait(conn, user_id, png.as_deref())).await?;
    Ok(respond::see_other_with(&app, PROFILE, &Flash::ok(words)))
}
