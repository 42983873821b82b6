//! Quick replies in the composer.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Query;
use serde::Deserialize;

use super::draft as drafting;
use super::lost::Lost;
use super::place::{Late, Place, Sent};
use super::said::{Said, Unsent};
use crate::models::draft::{self, DraftVersion};
use crate::models::{conversation, quick_reply};
use crate::web::error::AppError;
use crate::web::form::{Submission, TakesFiles};
use crate::web::respond;
use crate::web::view::{Field, Flash};

/// Which text a script asks for.
#[derive(Debug, Deserialize)]
struct Asked {
    reply: i64,
}

/// The reply's form, sent by *Insert*.
#[derive(Debug, Deserialize)]
pub struct Insert {
    #[serde(default)]
    body: String,
    #[serde(default)]
    quick_reply: String,
    #[serde(default)]
    used: Vec<i64>,
    #[serde(default)]
    attached: Vec<String>,
    cc: Option<String>,
    /// The same as of the last mail, when the page was made.
    cc_offered: Option<String>,
    submission: Option<Submission>,
    /// The version of the draft that the page had seen.
    #[serde(default)]
    draft: i64,
}

impl TakesFiles for Insert {}

/// `GET /conversations/ID/quick-reply?reply=ID`: the text, filled for this
/// conversation, for the script that puts it where the cursor is.
pub async fn quick_reply(place: Place) -> Result<HttpResponse, AppError> {
    let asked = Query::<Asked>::from_query(place.query()).map_err(|_| AppError::NotFound)?;
    let (act, actor, id) = (place.act(), place.viewer.actor(), asked.reply);
    let text = place
        .app
        .db
        .read(move |conn| {
            let (workspace_id, of) = (act.workspace_id, act.conversation_id);
            if conversation::find(conn, workspace_id, actor, of)?.is_none() {
                return Ok(None);
            }
            quick_reply::filled(conn, act.caller(), of, id)
        })
        .await?
        .ok_or(AppError::NotFound)?;
    Ok(respond::plain(StatusCode::OK, text))
}

/// `POST /conversations/ID/insert`: the page again, with the text after what was
/// typed. Nothing is sent; it is a draft.
pub async fn insert(
    Sent { mut place, form, files }: Sent<Insert>,
) -> Result<HttpResponse, AppError> {
    let act = place.act();
    let page = form.submission.as_ref().map(|id| id.0.clone()).unwrap_or_default();
    let seen = DraftVersion { version: form.draft, page };
    let cc = drafting::changed(form.cc.as_deref(), form.cc_offered.as_deref()).map(str::to_owned);
    place.typing(draft::Kind::Reply, &form.body, cc.as_deref(), &seen);
    let current = place.lost_to().await?;
    let mut unsent = Unsent {
        typed: form.body,
        used: form.used,
        cc: form.cc.map(Field::new),
        reason: None,
        files: place.files(form.attached, files).await?,
    };
    if let Some(current) = current {
        return place.late(Late { kind: Lost::Reply, current, unsent }).await;
    }
    let Ok(id) = form.quick_reply.parse::<i64>() else {
        return kept(&place, unsent, "Choose a quick reply to insert.").await;
    };
    let found = place
        .app
        .db
        .read(move |conn| quick_reply::filled(conn, act.caller(), act.conversation_id, id))
        .await?;
    let Some(text) = found else {
        let reason = "That quick reply no longer exists. Choose another.";
        return kept(&place, unsent, reason).await;
    };
    if !unsent.used.contains(&id) {
        unsent.used.push(id);
    }
    unsent.typed = after(&unsent.typed, &text);
    place.typing(draft::Kind::Reply, &unsent.typed, cc.as_deref(), &seen);
    place.page(StatusCode::OK, Said::again(Lost::Reply, unsent)).await
}

/// 422: there is nothing to insert; what was typed stays.
async fn kept(place: &Place, unsent: Unsent, reason: &str) -> Result<HttpResponse, AppError> {
    let flash = Some(Flash::warn(reason));
    let said = Said { flash, ..Said::again(Lost::Reply, unsent) };
    place.page(StatusCode::UNPROCESSABLE_ENTITY, said).await
}

/// A text after what was typed, on a line of its own.
fn after(typed: &str, text: &str) -> String {
    let gap = if typed.trim().is_empty() || typed.ends_with('\n') { "" } else { "\n" };
    let typed = if typed.trim().is_empty() { "" } else { typed };
    format!("{typed}{gap}{text}")
}

#[cfg(test)]
mod tests {
    use super::after;

    #[test]
    fn a_text_comes_after_what_was_typed() {
        assert_eq!(after("", "Hello"), "Hello");
        assert_eq!(after(" \r\n", "Hello"), "Hello");
        assert_eq!(after("Hi Hanna,", "we are open."), "Hi Hanna,\nwe are open.");
        assert_eq!(after("Hi Hanna,\r\n\r\n", "we are open."), "Hi Hanna,\r\n\r\nwe are open.");
    }
}
