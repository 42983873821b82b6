//! What is being written: kept as a script sends it, and back in its field on the next
//! page.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use serde::Deserialize;
use serde_json::json;

use super::lost::Lost;
use super::page::Shown;
use super::place::{Act, Place};
use super::said::{Said, Unsent};
use crate::error::AppError;
use crate::models::draft::{self, Draft, Drafts, Kind, Refusal, Seen, Typed};
use crate::models::ownership::Missing;
use crate::models::text::{self, MESSAGE_MAX, TextProblem};
use crate::web::form::Submission;
use crate::web::view::Field;

/// A text as far as it is written.
#[derive(Debug, Deserialize)]
pub struct Typing {
    kind: Kind,
    #[serde(default)]
    text: String,
    /// The version that the page has seen; 0 where it showed no draft.
    version: i64,
    /// The page's own word.
    page: Submission,
}

/// `POST /conversations/ID/draft`: answers the version that the page has seen now, or
/// with 409 what another page wrote.
pub async fn draft(Act { place, form }: Act<Typing>) -> Result<HttpResponse, AppError> {
    let Typing { kind, text, version, page } = form;
    let body = match text::unfinished(&text, MESSAGE_MAX) {
        Ok(body) => body,
        Err(problem) => return unfit(&place, text, &problem).await,
    };
    let (act, seen) = (place.act(), Seen { version, page: page.0 });
    let typed = Typed { kind, body, seen };
    match place.app.db.write(move |conn| draft::save(conn, act, &typed)).await? {
        Ok(version) => Ok(HttpResponse::Ok().json(json!({ "version": version }))),
        Err(Refusal::Changed(Draft { version, body, .. })) => {
            let other = json!({ "version": version, "text": body });
            Ok(HttpResponse::Conflict().json(other))
        }
        Err(Refusal::Missing(missing)) => gone(&place, text, missing).await,
    }
}

/// 422, for whoever may see the conversation.
async fn unfit(
    place: &Place,
    typed: String,
    problem: &TextProblem,
) -> Result<HttpResponse, AppError> {
    match place.in_sight().await? {
        Ok(()) => {
            let mut answer = HttpResponse::build(StatusCode::UNPROCESSABLE_ENTITY);
            Ok(answer.content_type("text/plain; charset=utf-8").body(problem.to_string()))
        }
        Err(missing) => gone(place, typed, missing).await,
    }
}

async fn gone(place: &Place, typed: String, missing: Missing) -> Result<HttpResponse, AppError> {
    place.missing(Lost::Sight, Unsent { typed, ..Unsent::default() }, missing).await
}

/// Puts the drafts into fields that have nothing else to say.
pub(super) fn restored(drafts: &Drafts, said: &mut Said) -> Shown {
    let restore = |field: &mut Field, draft: &Draft| {
        if field.value.is_empty() && field.error.is_none() {
            field.value.clone_from(&draft.body);
        }
        draft.version_of(&field.value)
    };
    Shown {
        reply: restore(&mut said.reply, &drafts.reply),
        note: restore(&mut said.note, &drafts.note),
    }
}
