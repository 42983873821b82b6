//! Reply, resolve, reopen, snooze.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use serde::Deserialize;

use super::load::Said;
use super::page::{Lost, Notice};
use super::place::{Act, Late, Place};
use crate::db::Utc;
use crate::error::AppError;
use crate::models::message::{self, Refusal, Written};
use crate::models::progress::{self, Step};
use crate::models::quick_reply::{self, placeholder};
use crate::models::text::{self, MESSAGE_MAX};
use crate::web::form::Nothing;
use crate::web::respond;
use crate::web::snooze as times;
use crate::web::view::Field;

/// The random id that a form was made with.
#[derive(Debug, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Submission(pub(super) String);

impl TryFrom<String> for Submission {
    type Error = &'static str;

    fn try_from(id: String) -> Result<Self, Self::Error> {
        if (16..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_graphic()) {
            Ok(Self(id))
        } else {
            Err("not a submission id")
        }
    }
}

/// The reply's form.
#[derive(Debug, Deserialize)]
pub struct Reply {
    #[serde(default)]
    body: String,
    /// The newest message that the page showed.
    last_message: i64,
    submission: Submission,
    /// The quick replies that the text was made with.
    #[serde(default)]
    used: Vec<i64>,
}

/// The snooze's form.
#[derive(Debug, Deserialize)]
pub struct Snooze {
    until: String,
    #[serde(default)]
    time: String,
}

/// `POST /conversations/ID/reply`
pub async fn reply(Act { place, form }: Act<Reply>) -> Result<HttpResponse, AppError> {
    let typed = form.body;
    let body = match text::paragraph(&typed, MESSAGE_MAX) {
        Ok(body) => body,
        Err(problem) => {
            let text = Unfit { typed, used: form.used, reason: problem.to_string() };
            return unfit(&place, Lost::Reply, text).await;
        }
    };
    let left = placeholder::left(&body);
    if !left.is_empty() {
        let reason = format!("Fill in {} before you send this.", placeholder::listed(&left));
        let text = Unfit { typed, used: form.used, reason };
        return unfit(&place, Lost::Reply, text).await;
    }
    let (act, shown, used) = (place.act(), form.last_message, form.used.clone());
    let written = Written { body, submission: form.submission.0 };
    let sent = place.app.db.write(move |conn| {
        let sent = message::reply(conn, act, &written, shown)?;
        if sent.is_new {
            quick_reply::count_use(conn, act.workspace_id, &used)?;
        }
        Ok(sent)
    });
    match sent.await? {
        Ok(sent) => Ok(place.done(if sent.claimed { "Claimed and sent." } else { "Reply sent." })),
        Err(Refusal::NewerMessages) => held(&place, typed, form.used).await,
        Err(refusal) => refused(&place, Lost::Reply, &typed, refusal).await,
    }
}

/// `POST /conversations/ID/resolve`
pub async fn resolve(act: Act<Nothing>) -> Result<HttpResponse, AppError> {
    step(&act.place, Step::Resolve, "Resolved.").await
}

/// `POST /conversations/ID/reopen`
pub async fn reopen(act: Act<Nothing>) -> Result<HttpResponse, AppError> {
    step(&act.place, Step::Reopen, "Reopened.").await
}

/// `POST /conversations/ID/spam`
pub async fn spam(act: Act<Nothing>) -> Result<HttpResponse, AppError> {
    step(&act.place, Step::MarkSpam, "Marked as spam. It is under Spam, beside Resolved.").await
}

/// `POST /conversations/ID/not-spam`
pub async fn not_spam(act: Act<Nothing>) -> Result<HttpResponse, AppError> {
    step(&act.place, Step::NotSpam, "Taken back from spam.").await
}

/// `POST /conversations/ID/snooze`
pub async fn snooze(Act { place, form }: Act<Snooze>) -> Result<HttpResponse, AppError> {
    let (now, zone) = (Utc::now().to_chrono(), place.viewer.time_zone);
    match times::chosen(&form.until, &form.time, now, zone) {
        Ok(until) => {
            let local = until.with_timezone(&zone).format("%A %-d %B, %H:%M");
            let words = format!("Snoozed until {local}.");
            step(&place, Step::Snooze(until.into()), &words).await
        }
        Err(problem) => {
            let snooze_time = Field::failing(form.time, problem.to_string());
            let said = Said { snooze_time, ..Said::default() };
            place.page(StatusCode::UNPROCESSABLE_ENTITY, said).await
        }
    }
}

async fn step(place: &Place, step: Step, words: &str) -> Result<HttpResponse, AppError> {
    let act = place.act();
    match place.app.db.write(move |conn| progress::step(conn, act, step)).await? {
        Ok(undo) => Ok(place.done_undoable(words, undo)),
        Err(progress::Refusal::NoMember) => Err(AppError::ChooseWorkspace),
        Err(progress::Refusal::NotFound) => Err(AppError::NotFound),
        Err(progress::Refusal::Lost(holder)) => {
            place.late(Late { kind: Lost::Change, holder, typed: "" }).await
        }
        Err(progress::Refusal::Past) => Err(AppError::conflict(
            "That time is over",
            "The snooze would have ended before it began. Choose a later time.",
        )),
    }
}

/// What a refused text answers, whatever kind it was.
pub(super) async fn refused(
    place: &Place,
    kind: Lost,
    typed: &str,
    refusal: Refusal,
) -> Result<HttpResponse, AppError> {
    match refusal {
        Refusal::OwnedBy(holder) => place.late(Late { kind, holder, typed }).await,
        Refusal::NoMember => Err(AppError::ChooseWorkspace),
        Refusal::NotFound | Refusal::NewerMessages => Err(AppError::NotFound),
        Refusal::NoNote | Refusal::Note(_) => Err(AppError::Conflict {
            heading: "That note is not there any more".to_owned(),
            text: "It was deleted in the meantime. Your text is below.".to_owned(),
            kept: Some(typed.to_owned()).filter(|typed| !typed.is_empty()),
        }),
    }
}

/// 409: newer messages arrived. The page shows them, and its form carries the
/// newest one now, so that a second press sends.
async fn held(place: &Place, typed: String, used: Vec<i64>) -> Result<HttpResponse, AppError> {
    let loaded = place.load().await?;
    let said = Said {
        reply: Field::new(typed),
        used,
        notice: Some(Notice::Held { happened: loaded.newest_words() }),
        ..Said::default()
    };
    respond::page(StatusCode::CONFLICT, &loaded.page(&place.app, &place.viewer, said).await?)
}

/// A text that cannot be stored as it is.
pub(super) struct Unfit {
    pub(super) typed: String,
    pub(super) used: Vec<i64>,
    pub(super) reason: String,
}

/// 422: the text cannot be stored as it is. The page comes back with it; when the
/// conversation left their sight meanwhile, the page of whoever came too late does.
pub(super) async fn unfit(
    place: &Place,
    kind: Lost,
    text: Unfit,
) -> Result<HttpResponse, AppError> {
    let act = place.act();
    if let Err(Refusal::OwnedBy(holder)) =
        place.app.db.write(move |conn| message::may_write(conn, act)).await?
    {
        return place.late(Late { kind, holder, typed: &text.typed }).await;
    }
    let field = Field::failing(text.typed, text.reason);
    let said = match kind {
        Lost::Note => Said { note: field, ..Said::default() },
        Lost::Reply | Lost::Claim | Lost::Assign | Lost::Change => {
            Said { reply: field, used: text.used, ..Said::default() }
        }
    };
    place.page(StatusCode::UNPROCESSABLE_ENTITY, said).await
}
