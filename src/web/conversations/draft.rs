//! What is being written: kept as a script sends it, and back in its field on the next
//! page.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use serde::Deserialize;
use serde_json::json;

use super::lost::Lost;
use super::page::Shown;
use super::place::{Place, Placed};
use super::said::{Said, Unsent};
use crate::models::draft::{self, Draft, DraftVersion, Drafts, Kind, Refusal, Typed};
use crate::models::ownership::Missing;
use crate::models::text::{self, MESSAGE_MAX, TextProblem};
use crate::web::error::AppError;
use crate::web::form::Submission;
use crate::web::respond;
use crate::web::view::Field;

/// A text as far as it is written.
#[derive(Debug, Deserialize)]
pub struct Typing {
    kind: Kind,
    #[serde(default)]
    text: String,
    /// Who else a reply goes to by mail, where that was changed.
    cc: Option<String>,
    /// The version that the page has seen; 0 where it showed no draft.
    version: i64,
    /// The page's own word.
    page: Submission,
}

/// `POST /conversations/ID/draft`: answers the version that the page has seen now, or
/// with 409 what another page wrote.
pub async fn draft(Placed { place, form }: Placed<Typing>) -> Result<HttpResponse, AppError> {
    let Typing { kind, text, cc, version, page } = form;
    let seen = DraftVersion { version, page: page.0 };
    let typed = match unfinished(kind, &text, cc.as_deref(), seen) {
        Ok(typed) => typed,
        Err(problem) => return unfit(&place, text, &problem).await,
    };
    let act = place.act();
    match place.app.db.write(move |conn| draft::save(conn, act, &typed)).await? {
        Ok(version) => Ok(HttpResponse::Ok().json(json!({ "version": version }))),
        Err(Refusal::Changed(Draft { version, body, cc, .. })) => {
            let other = json!({ "version": version, "text": body, "cc": cc });
            Ok(HttpResponse::Conflict().json(other))
        }
        Err(Refusal::Missing(missing)) => gone(&place, text, missing).await,
    }
}

/// What is kept of a text, and of who else it goes to, as far as they are written.
///
/// # Errors
/// What no message could hold.
pub(super) fn unfinished(
    kind: Kind,
    text: &str,
    cc: Option<&str>,
    seen: DraftVersion,
) -> Result<Typed, TextProblem> {
    let body = text::unfinished(text, MESSAGE_MAX)?;
    let cc = cc.map(|cc| text::unfinished(cc, MESSAGE_MAX)).transpose()?;
    Ok(Typed { kind, body, cc, seen })
}

/// What a form says of who else the reply goes to, where that is not what its page took
/// from the last mail.
pub(super) fn changed<'a>(cc: Option<&'a str>, offered: Option<&str>) -> Option<&'a str> {
    cc.filter(|cc| offered != Some(*cc))
}

/// 422, for whoever may see the conversation.
async fn unfit(
    place: &Place,
    typed: String,
    problem: &TextProblem,
) -> Result<HttpResponse, AppError> {
    match place.in_sight().await? {
        Ok(()) => Ok(respond::plain(StatusCode::UNPROCESSABLE_ENTITY, problem.to_string())),
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
    let mut shown = Shown {
        reply: restore(&mut said.reply, &drafts.reply),
        note: restore(&mut said.note, &drafts.note),
    };
    if let Some(cc) = drafts.reply.cc.as_ref().filter(|_| shown.reply > 0) {
        // A page with another Cc has not seen this draft.
        if said.cc.get_or_insert_with(|| Field::new(cc)).value.trim() != cc.trim() {
            shown.reply = 0;
        }
    }
    shown
}
