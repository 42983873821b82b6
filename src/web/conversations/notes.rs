//! Notes: added, changed, taken back.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use serde::Deserialize;

use super::lost::Lost;
use super::place::{Place, Placed, Sent};
use super::said::{Said, Unsent};
use super::write::{body, gone, unfit};
use crate::models::draft::{self, DraftVersion};
use crate::models::membership;
use crate::models::mention;
use crate::models::message::Written;
use crate::models::message::mentions::Untold;
use crate::models::message::note::{self, ChangeRefusal, Noted, Refusal};
use crate::models::text::{self, MESSAGE_MAX};
use crate::web::error::AppError;
use crate::web::form::{Nothing, Submission, TakesFiles};
use crate::web::view::{Changing, Field, Flash};

/// The note's form.
#[derive(Debug, Deserialize)]
pub struct Note {
    #[serde(default)]
    body: String,
    submission: Submission,
    /// Whom *Mention* names, by membership; empty for nobody.
    #[serde(default)]
    mention: String,
    /// The files that came before this form, by their words.
    #[serde(default)]
    attached: Vec<String>,
    /// The version of the draft that the page had seen.
    #[serde(default)]
    draft: i64,
}

impl TakesFiles for Note {}

/// A note's other text.
#[derive(Debug, Deserialize)]
pub struct NewText {
    #[serde(default)]
    body: String,
}

/// `POST /conversations/ID/notes`
pub async fn note(Sent { mut place, form, files }: Sent<Note>) -> Result<HttpResponse, AppError> {
    let Note { body: typed, submission, mention, attached, draft: version } = form;
    let seen = DraftVersion { version, page: submission.0.clone() };
    place.typing(draft::Kind::Note, &typed, None, &seen);
    let files = place.files(attached, files).await?;
    let mut unsent = Unsent { typed, files, ..Unsent::default() };
    let body = match body(&unsent.typed, &unsent.files) {
        Ok(body) => body,
        Err(reason) => return unfit(&place, Lost::Note, Unsent { reason, ..unsent }).await,
    };
    let act = place.act();
    let body = mentioning(&place, body, &mention).await?;
    let files = unsent.files.words();
    let written = Written { body, submission: submission.0, files, cc: None, resolves: false };
    let added = place.app.db.write(move |conn| {
        let noted = note::add(conn, act, &written)?;
        draft::sent(conn, act, draft::Kind::Note, &seen)?;
        Ok(noted)
    });
    match added.await? {
        Ok(noted) => Ok(place.done_saying(&told("Note added.", &noted))),
        Err(Refusal::Missing(missing)) => place.missing(Lost::Note, unsent, missing).await,
        Err(Refusal::FileGone) => {
            unsent.files = gone(unsent.files);
            unfit(&place, Lost::Note, unsent).await
        }
    }
}

/// `POST /conversations/ID/notes/NOTE`: *Save note*.
pub async fn change_note(
    Placed { place, form }: Placed<NewText>,
) -> Result<HttpResponse, AppError> {
    let (act, id, typed) = (place.act(), place.part("note")?, form.body);
    let body = match text::paragraph(&typed, MESSAGE_MAX) {
        Ok(body) => body,
        Err(problem) => {
            let field = Field::failing(typed, problem.to_string());
            return again(&place, StatusCode::UNPROCESSABLE_ENTITY, id, field).await;
        }
    };
    match place.app.db.write(move |conn| note::change(conn, act, id, &body)).await? {
        Ok(noted) => Ok(place.done_saying(&told("Note saved.", &noted))),
        Err(ChangeRefusal::Missing(missing)) => {
            place.missing(Lost::Note, Unsent { typed, ..Unsent::default() }, missing).await
        }
        Err(ChangeRefusal::NoNote) => {
            Err(no_note("It was deleted in the meantime. Your text is below."))
        }
        Err(ChangeRefusal::Rule(reason)) => {
            let field = Field::failing(typed, reason.to_string());
            again(&place, StatusCode::CONFLICT, id, field).await
        }
    }
}

/// `POST /conversations/ID/notes/NOTE/delete`
pub async fn delete_note(Placed { place, .. }: Placed<Nothing>) -> Result<HttpResponse, AppError> {
    let (act, id) = (place.act(), place.part("note")?);
    match place.app.db.write(move |conn| note::delete(conn, act, id)).await? {
        Ok(()) => Ok(place.done("Note deleted.")),
        Err(ChangeRefusal::Missing(missing)) => {
            place.missing(Lost::Note, Unsent::default(), missing).await
        }
        Err(ChangeRefusal::NoNote) => Err(no_note("It was deleted in the meantime.")),
        Err(ChangeRefusal::Rule(reason)) => {
            let said = Said { flash: Some(Flash::warn(reason.to_string())), ..Said::default() };
            place.page(StatusCode::CONFLICT, said).await
        }
    }
}

fn no_note(words: &str) -> AppError {
    AppError::conflict("That note no longer exists", words)
}

/// The page with the text in the note's place, and the reason beside it.
async fn again(
    place: &Place,
    status: StatusCode,
    id: i64,
    field: Field,
) -> Result<HttpResponse, AppError> {
    let changing = Some(Changing::Edit { id, typed: Some(field) });
    place.page(status, Said { changing, ..Said::default() }).await
}

/// The text with whom *Mention* names, unless it mentions them already.
async fn mentioning(place: &Place, body: String, chosen: &str) -> Result<String, AppError> {
    let Ok(id) = chosen.parse::<i64>() else { return Ok(body) };
    let workspace_id = place.viewer.workspace_id;
    let name = place.app.db.read(move |conn| membership::name_of(conn, workspace_id, id)).await?;
    Ok(match name {
        Some(name) if mention::found(&body, &[&name]).is_empty() => format!("@{name} {body}"),
        _ => body,
    })
}

/// What was done, and who does not know of it.
fn told(done: &str, noted: &Noted) -> Flash {
    let words = |untold: &Untold| match untold {
        Untold::MayNotSee(name) => {
            format!("{name} was not notified: they cannot see this conversation.")
        }
        Untold::Ambiguous(name) => {
            format!("Nobody was notified as {name}: more than one member has that name.")
        }
    };
    if noted.untold.is_empty() {
        return Flash::ok(done);
    }
    let untold: Vec<String> = noted.untold.iter().map(words).collect();
    Flash::warn(format!("{done} {}", untold.join(" ")))
}
