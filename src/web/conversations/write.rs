//! Reply, resolve, reopen, snooze.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use serde::Deserialize;

use super::draft as drafting;
use super::lost::Lost;
use super::page::Notice;
use super::place::{Late, Place, Placed, Sent};
use super::said::{Said, Unsent};
use crate::db::Utc;
use crate::models::address;
use crate::models::draft::{self, DraftVersion};
use crate::models::message::{self, Refusal, Written};
use crate::models::ownership::Missing;
use crate::models::progress::{self, Step};
use crate::models::quick_reply::{self, placeholder};
use crate::models::sending::MEGABYTES;
use crate::models::text;
use crate::web::attachments::GONE;
use crate::web::error::AppError;
use crate::web::form::{Nothing, Submission, TakesFiles};
use crate::web::respond;
use crate::web::snooze as times;
use crate::web::undo::sending;
use crate::web::view::{Field, FileField, Flash};

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
    /// The files that came before this form, by their words.
    #[serde(default)]
    attached: Vec<String>,
    /// Who else it goes to, where it goes by mail.
    cc: Option<String>,
    /// The same as of the last mail, when the page was made.
    cc_offered: Option<String>,
    /// The version of the draft that the page had seen.
    #[serde(default)]
    draft: i64,
    /// *Send and resolve*.
    #[serde(default)]
    and_resolve: bool,
    /// What comes after it in the list.
    next: Option<i64>,
}

impl TakesFiles for Reply {}

/// The form of what puts a conversation away.
#[derive(Debug, Default, Deserialize)]
pub struct PutAway {
    /// The newest message that the page showed.
    last_message: Option<i64>,
    /// What came after it in the list.
    next: Option<i64>,
}

/// The snooze's form.
#[derive(Debug, Deserialize)]
pub struct Snooze {
    last_message: Option<i64>,
    next: Option<i64>,
    until: String,
    #[serde(default)]
    time: String,
    /// When the choices were made, in microseconds.
    offered: Option<i64>,
}

/// `POST /conversations/ID/reply`
pub async fn reply(Sent { mut place, form, files }: Sent<Reply>) -> Result<HttpResponse, AppError> {
    let Reply { body: typed, last_message: shown, submission, used, attached, cc, .. } = form;
    let seen = DraftVersion { version: form.draft, page: submission.0.clone() };
    let changed = drafting::changed(cc.as_deref(), form.cc_offered.as_deref());
    place.typing(draft::Kind::Reply, &typed, changed, &seen);
    let files = place.files(attached, files).await?;
    let mut unsent = Unsent { typed, used, cc: cc.map(Field::new), reason: None, files };
    let body = match check(&unsent) {
        Ok(body) => body,
        Err(reason) => return unfit(&place, Lost::Reply, Unsent { reason, ..unsent }).await,
    };
    let cc = match unsent.cc.as_ref().map(|cc| address::typed(&cc.value)).transpose() {
        Ok(cc) => cc,
        Err(problem) => {
            unsent.cc = unsent.cc.map(|cc| Field::failing(cc.value, problem.to_string()));
            return unfit(&place, Lost::Reply, unsent).await;
        }
    };
    let (act, counted) = (place.act(), unsent.used.clone());
    let (files, resolves) = (unsent.files.words(), form.and_resolve);
    let written = Written { body, submission: submission.0, files, cc, resolves };
    let sent = place.app.db.write(move |conn| {
        let sent = message::reply(conn, act, &written, shown)?;
        if sent.is_new {
            quick_reply::count_use(conn, act.workspace_id, &counted)?;
            draft::sent(conn, act, draft::Kind::Reply, &seen)?;
        }
        Ok(sent)
    });
    match sent.await? {
        Ok(sent) => Ok(told(&place, sent, resolves && sent.is_new, form.next)),
        Err(Refusal::Missing(missing)) => place.missing(Lost::Reply, unsent, missing).await,
        Err(Refusal::NewerMessages) => held(&place, unsent).await,
        Err(Refusal::FileGone) => {
            unsent.files = gone(unsent.files);
            unfit(&place, Lost::Reply, unsent).await
        }
        Err(Refusal::FilesTooLarge) => {
            let error = Some(format!("A mail takes {MEGABYTES} MB of files at most."));
            unsent.files = FileField { error, ..unsent.files };
            unfit(&place, Lost::Reply, unsent).await
        }
        Err(Refusal::NoAddress) => {
            let reason = "Nobody knows where to reply to this contact. Add an email address under Edit contact.";
            unsent.reason = Some(reason.to_owned());
            unfit(&place, Lost::Reply, unsent).await
        }
    }
}

/// What is stored of a reply that can be sent as it is.
///
/// # Errors
/// What is wrong with the text in words; `None` where it is the files.
fn check(unsent: &Unsent) -> Result<String, Option<String>> {
    let body = body(&unsent.typed, &unsent.files)?;
    placeholder::filled(&body).map_err(Some)?;
    Ok(body)
}

/// Back to the conversation; a mail can be taken back for a moment.
fn told(place: &Place, sent: message::Sent, is_resolved: bool, next: Option<i64>) -> HttpResponse {
    let next = next.filter(|_| is_resolved);
    let Some(id) = sent.leaves else {
        let words = match (sent.claimed, is_resolved) {
            (false, false) => "Reply sent.",
            (true, false) => "Claimed and sent.",
            (false, true) => "Sent and resolved.",
            (true, true) => "Claimed, sent and resolved.",
        };
        return place.done_saying(&Flash::ok(words).followed_by(next));
    };
    let words = match (sent.claimed, is_resolved) {
        (false, false) => "Sending",
        (true, false) => "Claimed. Sending",
        (false, true) => "Resolved. Sending",
        (true, true) => "Claimed and resolved. Sending",
    };
    place.done_saying(&sending(words, place.id, id, &place.list()).followed_by(next))
}

/// What is stored of a text beside these files.
///
/// # Errors
/// What is wrong with the text in words; `None` where it is the files.
pub(super) fn body(typed: &str, files: &FileField) -> Result<String, Option<String>> {
    if files.error.is_some() {
        return Err(None);
    }
    text::message(typed, !files.is_empty()).map_err(|problem| Some(problem.to_string()))
}

/// A file that the form named went with another message in the meantime.
pub(super) fn gone(files: FileField) -> FileField {
    FileField { error: Some(GONE.to_owned()), ..files }
}

/// `POST /conversations/ID/resolve`
pub async fn resolve(Placed { place, form }: Placed<PutAway>) -> Result<HttpResponse, AppError> {
    step(&place, Step::Resolve, form, "Resolved.").await
}

/// `POST /conversations/ID/reopen`
pub async fn reopen(act: Placed<Nothing>) -> Result<HttpResponse, AppError> {
    step(&act.place, Step::Reopen, PutAway::default(), "Reopened.").await
}

/// `POST /conversations/ID/spam`
pub async fn spam(Placed { place, form }: Placed<PutAway>) -> Result<HttpResponse, AppError> {
    let words = "Marked as spam. It is under Spam, beside Resolved.";
    step(&place, Step::MarkSpam, form, words).await
}

/// `POST /conversations/ID/not-spam`
pub async fn not_spam(act: Placed<Nothing>) -> Result<HttpResponse, AppError> {
    step(&act.place, Step::NotSpam, PutAway::default(), "Marked as not spam.").await
}

/// `POST /conversations/ID/snooze`
pub async fn snooze(Placed { place, form }: Placed<Snooze>) -> Result<HttpResponse, AppError> {
    let (now, zone) = (Utc::now().to_chrono(), place.viewer.time_zone);
    match times::chosen(&form.until, &form.time, form.offered, now, zone) {
        Ok(until) => {
            let words = format!("Snoozed until {}.", times::in_words(until, now, zone));
            let put_away = PutAway { last_message: form.last_message, next: form.next };
            step(&place, Step::Snooze(until.into()), put_away, &words).await
        }
        Err(problem) => {
            let snooze_time = Field::failing(form.time, problem.to_string());
            let said = Said { snooze_time, ..Said::default() };
            place.page(StatusCode::UNPROCESSABLE_ENTITY, said).await
        }
    }
}

async fn step(
    place: &Place,
    step: Step,
    PutAway { last_message: shown, next }: PutAway,
    words: &str,
) -> Result<HttpResponse, AppError> {
    let act = place.act();
    match place.app.db.write(move |conn| progress::step(conn, act, step, shown)).await? {
        Ok(undo) => Ok(place.done_saying(&place.undoable(words, undo).followed_by(next))),
        Err(progress::Refusal::Missing(missing)) => {
            place.missing(Lost::Change, Unsent::default(), missing).await
        }
        Err(progress::Refusal::NewerMessages) => {
            let loaded = place.load().await?;
            let words = format!(
                "{} before you pressed the button, so nothing was changed. Read it first.",
                loaded.newest_words(&place.viewer)
            );
            let said = Said { flash: Some(Flash::warn(words)), ..Said::default() };
            let page = loaded.page(&place.app, &place.viewer, said).await?;
            respond::page(StatusCode::CONFLICT, &page)
        }
        Err(progress::Refusal::Resolved) => {
            let words = "This was resolved meanwhile, so it was not snoozed. Reopen it first.";
            let said = Said { flash: Some(Flash::warn(words)), ..Said::default() };
            place.page(StatusCode::CONFLICT, said).await
        }
        Err(progress::Refusal::Spam) => {
            let words = "This was marked as spam meanwhile, so it was not resolved.";
            let said = Said { flash: Some(Flash::warn(words)), ..Said::default() };
            place.page(StatusCode::CONFLICT, said).await
        }
        Err(progress::Refusal::Past) => Err(AppError::conflict(
            "That time has passed",
            "The snooze would have ended before it began. Choose a later time.",
        )),
    }
}

/// 409: newer messages arrived. The page shows them, and its form carries the
/// newest one now, so that a second press sends.
async fn held(place: &Place, unsent: Unsent) -> Result<HttpResponse, AppError> {
    let loaded = place.load().await?;
    let said = Said {
        notice: Some(Notice::Held { happened: loaded.newest_words(&place.viewer) }),
        ..Said::again(Lost::Reply, unsent)
    };
    respond::page(StatusCode::CONFLICT, &loaded.page(&place.app, &place.viewer, said).await?)
}

/// 422: the text cannot be stored as it is. The page comes back with it; when the
/// conversation left their sight meanwhile, the page of whoever came too late does.
pub(super) async fn unfit(
    place: &Place,
    kind: Lost,
    unsent: Unsent,
) -> Result<HttpResponse, AppError> {
    if let Err(Missing::Lost(current)) = place.in_sight().await? {
        let unsent = Unsent { reason: None, ..unsent };
        return place.late(Late { kind, current, unsent }).await;
    }
    place.page(StatusCode::UNPROCESSABLE_ENTITY, Said::again(kind, unsent)).await
}
