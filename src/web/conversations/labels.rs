//! Labels on a conversation.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use serde::Deserialize;

use super::lost::Lost;
use super::place::{Place, Placed};
use super::said::{Said, Unsent};
use crate::models::label::{self, PutRefusal};
use crate::web::error::AppError;
use crate::web::view::Flash;

/// A form that names a label.
#[derive(Debug, Deserialize)]
pub struct Named {
    label: i64,
}

/// `POST /conversations/ID/label`
pub async fn label(Placed { place, form }: Placed<Named>) -> Result<HttpResponse, AppError> {
    let (act, id) = (place.act(), form.label);
    match place.app.db.write(move |conn| label::attach(conn, act, id)).await? {
        Ok(change) => {
            let words = format!("Added the label {}.", change.label.name);
            Ok(place.done_undoable(&words, change.undo))
        }
        Err(refusal) => refused(&place, refusal).await,
    }
}

/// `POST /conversations/ID/unlabel`
pub async fn unlabel(Placed { place, form }: Placed<Named>) -> Result<HttpResponse, AppError> {
    let (act, id) = (place.act(), form.label);
    match place.app.db.write(move |conn| label::detach(conn, act, id)).await? {
        Ok(change) => {
            let words = format!("Removed the label {}.", change.label.name);
            Ok(place.done_undoable(&words, change.undo))
        }
        Err(refusal) => refused(&place, refusal).await,
    }
}

async fn refused(place: &Place, refusal: PutRefusal) -> Result<HttpResponse, AppError> {
    match refusal {
        PutRefusal::Missing(missing) => {
            place.missing(Lost::Change, Unsent::default(), missing).await
        }
        PutRefusal::NoLabel => {
            let flash = Flash::warn("That label no longer exists. Choose another.");
            let said = Said { flash: Some(flash), ..Said::default() };
            place.page(StatusCode::CONFLICT, said).await
        }
    }
}
