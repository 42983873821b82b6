//! Files that a script sends ahead of their form, each with its progress.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;

use super::place::Sent;
use crate::web::error::AppError;
use crate::web::form::FileAhead;
use crate::web::respond;
use crate::web::view::AttachedItem;

/// `POST /conversations/ID/files`: the file's line of the form, or the reason in words.
pub async fn file(Sent { place, files, .. }: Sent<FileAhead>) -> Result<HttpResponse, AppError> {
    if place.lost_to().await?.is_some() {
        return Err(AppError::NotFound);
    }
    let field = place.files(Vec::new(), files).await?;
    match field.attached.into_iter().next() {
        Some(file) => respond::ok(&AttachedItem { file }),
        None => {
            let reason = field.error.unwrap_or_else(|| "Please choose a file.".to_owned());
            Ok(respond::plain(StatusCode::UNPROCESSABLE_ENTITY, reason))
        }
    }
}
