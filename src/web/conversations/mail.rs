//! Replies that go by mail: *Undo* before they leave, *Try again* where they did not.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use serde::Deserialize;

use super::lost::Lost;
use super::place::{Late, Place, Placed};
use super::said::Unsent;
use crate::db::Utc;
use crate::models::sending::{self, Refusal, retrying};
use crate::web::error::AppError;
use crate::web::form::Nothing;
use crate::web::respond;
use crate::web::view::Flash;

/// The form of *Try again*.
#[derive(Debug, Deserialize)]
pub struct Again {
    /// When it failed, or would be tried again, as the page showed it.
    seen: i64,
}

/// `POST /conversations/ID/messages/ID/undo`: the text goes back into the composer; whoever
/// does not see the conversation any more gets the text alone.
pub async fn undo(act: Placed<Nothing>) -> Result<HttpResponse, AppError> {
    let place = act.place;
    let (of, id) = (place.act(), place.part("message")?);
    match place.app.db.write(move |conn| sending::take_back(conn, of, id)).await? {
        Ok(draft) => {
            let path = if draft.conversation_id.is_none() {
                format!("/conversations/new?draft={id}")
            } else if let Some(current) = place.lost_to().await?.filter(|now| !now.may_view) {
                let unsent = Unsent { typed: draft.body, ..Unsent::default() };
                let late = Late { kind: Lost::Undone, current, unsent };
                return place.lost(StatusCode::OK, late).await;
            } else {
                place.address_with(&format!("draft={id}"))
            };
            let flash = Flash::ok("Not sent. Your text is back in the composer.");
            Ok(respond::see_other_with(&place.app, &path, &flash))
        }
        Err(refusal) => refused(&place, refusal).await,
    }
}

/// `POST /conversations/ID/messages/ID/send`
pub async fn send_again(Placed { place, form }: Placed<Again>) -> Result<HttpResponse, AppError> {
    let (of, id) = (place.act(), place.part("message")?);
    let Some(seen) = Utc::from_micros(form.seen) else {
        return Err(AppError::Malformed("not a moment".to_owned()));
    };
    match place.app.db.write(move |conn| retrying::try_again(conn, of, id, seen)).await? {
        Ok(true) => {
            place.app.outbox.notify_one();
            Ok(place.done("Sending again."))
        }
        Ok(false) => Ok(place.done("It is already on its way, or was sent.")),
        Err(refusal) => refused(&place, refusal).await,
    }
}

async fn refused(place: &Place, refusal: Refusal) -> Result<HttpResponse, AppError> {
    match refusal {
        Refusal::Missing(missing) => place.missing(Lost::Change, Unsent::default(), missing).await,
        Refusal::TooLate => Err(AppError::conflict(
            "Too late to undo",
            "It is already on its way. What you wrote is in the conversation.",
        )),
    }
}
