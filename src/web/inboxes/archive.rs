//! Archiving an inbox, and taking it back.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};

use super::{LIST, refused};
use crate::App;
use crate::models::inbox;
use crate::web::error::AppError;
use crate::web::form::{Act, Nothing};
use crate::web::respond;
use crate::web::view::Flash;

/// `POST /settings/inboxes/{id}/archive`
///
/// # Errors
/// Not found when the workspace has no such inbox; or when the database fails.
pub async fn archive(
    app: Data<App>,
    act: Act<Nothing>,
    id: Path<i64>,
) -> Result<HttpResponse, AppError> {
    set(&app, act, *id, true).await
}

/// `POST /settings/inboxes/{id}/unarchive`
///
/// # Errors
/// As [`archive`].
pub async fn unarchive(
    app: Data<App>,
    act: Act<Nothing>,
    id: Path<i64>,
) -> Result<HttpResponse, AppError> {
    set(&app, act, *id, false).await
}

async fn set(
    app: &App,
    Act { viewer, .. }: Act<Nothing>,
    id: i64,
    is_archived: bool,
) -> Result<HttpResponse, AppError> {
    let caller = viewer.caller();
    let name = app
        .db
        .write(move |conn| inbox::set_archived(conn, caller, id, is_archived))
        .await?
        .map_err(refused)?;
    let flash = if is_archived {
        Flash::ok(format!("Archived {name}. Its conversations stay where they are."))
    } else {
        Flash::ok(format!("{name} takes new conversations again."))
    };
    Ok(respond::see_other_with(app, &format!("{LIST}/{id}"), &flash))
}
