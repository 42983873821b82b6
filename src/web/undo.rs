//! *Undo*: offered beside what happened, for ten seconds.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use serde::Deserialize;

use super::form::Act;
use super::respond::{self, local_path};
use super::several;
use super::view::{Flash, FlashAction};
use crate::App;
use crate::models::obstacle::Obstacle;
use crate::models::undo::{self, Id, Refusal, UNDOABLE};
use crate::web::error::AppError;

/// The form behind *Undo*.
#[derive(Debug, Deserialize)]
pub struct Back {
    /// The page that it stood on.
    back: Option<String>,
}

/// What happened, with the button that takes it back where that is possible.
pub fn offered(words: &str, undo: Option<Id>, back: &str) -> Flash {
    let flash = Flash::ok(words);
    match undo {
        None => flash,
        Some(id) => flash.with(FlashAction {
            action: format!("/undo/{id}"),
            label: "Undo".to_owned(),
            fields: vec![("back".to_owned(), back.to_owned())],
            seconds: Some(UNDOABLE.num_seconds()),
        }),
    }
}

/// Says that a mail leaves in a moment, with the button that takes it back until then;
/// `words` as in `Claimed. Sending`, `list` is the query of the list beside it.
pub fn sending(words: &str, conversation_id: i64, message_id: i64, list: &str) -> Flash {
    let seconds = UNDOABLE.num_seconds();
    Flash::ok(format!("{words} in {seconds} seconds.")).with(FlashAction {
        action: format!("/conversations/{conversation_id}/messages/{message_id}/undo{list}"),
        label: "Undo".to_owned(),
        fields: Vec::new(),
        seconds: Some(seconds),
    })
}

/// `POST /undo/ID`
///
/// # Errors
/// Not found when the member has done no such thing; a conflict when it is too late
/// or everything moved on; or when the database fails.
pub async fn undo(app: Data<App>, act: Act<Back>, id: Path<i64>) -> Result<HttpResponse, AppError> {
    let (caller, id) = (act.viewer.caller(), *id);
    let changed =
        app.db.write(move |conn| undo::begin(conn, caller, id)).await?.map_err(refused)?;
    let (mut obstacles, mut untried) = (Vec::new(), 0);
    for (place, conversation) in changed.iter().enumerate() {
        let one = *conversation;
        let undone = app.db.write(move |conn| undo::take_back(conn, caller, id, one)).await;
        let undone = match undone {
            // What was taken back is told; the rest can still be.
            Err(error) if place > obstacles.len() => {
                tracing::error!(%error, "the rest of many conversations was not taken back");
                untried = changed.len() - place;
                break;
            }
            undone => undone?,
        };
        match undone {
            Ok(()) => {}
            Err(Obstacle::NoMember) => return Err(AppError::ChooseWorkspace),
            Err(obstacle) => obstacles.push(obstacle),
        }
    }
    let done = changed.len() - obstacles.len() - untried;
    let flash = match (changed.len(), done) {
        (0, _) => Flash::ok("It has already been undone."),
        (_, 0) => {
            return Err(AppError::conflict("Not undone", several::nothing_else(&obstacles)));
        }
        (1, _) => Flash::ok("Undone."),
        (all, done) if all == done => Flash::ok(format!("{done} undone.")),
        (_, done) => {
            Flash::warn(several::sentence(done, "undone", &obstacles) + &several::untried(untried))
        }
    };
    let back = act.form.back.as_deref().and_then(local_path).unwrap_or("/inbox");
    Ok(respond::see_other_with(&app, back, &flash))
}

fn refused(refusal: Refusal) -> AppError {
    match refusal {
        Refusal::NoMember => AppError::ChooseWorkspace,
        Refusal::NotFound => AppError::NotFound,
        Refusal::Over => AppError::conflict(
            "Too late to undo",
            "A change can be undone for ten seconds, and those have passed. Nothing was changed.",
        ),
    }
}
