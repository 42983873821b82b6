//! *Block* and *Unblock*.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};

use super::show::{address, refused};
use crate::App;
use crate::models::contact::blocking::{self, Extent};
use crate::web::error::AppError;
use crate::web::form::{Act, Nothing};
use crate::web::respond;
use crate::web::view::Flash;

/// `POST /contacts/{id}/block`
///
/// # Errors
/// Not found when the workspace has no such contact; or when the database fails.
pub async fn block(
    app: Data<App>,
    act: Act<Nothing>,
    id: Path<i64>,
) -> Result<HttpResponse, AppError> {
    let words = match set(&app, act, *id, true).await? {
        Extent::Address => {
            "Blocked. What they write in a chat is refused, and their mails go to Spam."
        }
        Extent::Browser => {
            "Blocked. What they write in a chat is refused. Their address was only typed there, \
             so mail from it is not: it may be somebody else’s."
        }
    };
    Ok(respond::see_other_with(&app, &address(*id), &Flash::ok(words)))
}

/// `POST /contacts/{id}/unblock`
///
/// # Errors
/// As [`block`].
pub async fn unblock(
    app: Data<App>,
    act: Act<Nothing>,
    id: Path<i64>,
) -> Result<HttpResponse, AppError> {
    set(&app, act, *id, false).await?;
    Ok(respond::see_other_with(&app, &address(*id), &Flash::ok("Unblocked.")))
}

async fn set(app: &App, act: Act<Nothing>, id: i64, is_blocked: bool) -> Result<Extent, AppError> {
    let caller = act.viewer.caller();
    app.db.write(move |conn| blocking::set(conn, caller, id, is_blocked)).await?.map_err(refused)
}
