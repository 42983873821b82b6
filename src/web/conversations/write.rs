//! Reply, note, resolve, reopen, snooze; and what all writes of a conversation
//! share: the way back, and the page of whoever came too late.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;

use super::load::{self, Said};
use super::page::{Lost, LostPage, Notice};
use super::snooze as times;
use crate::App;
use crate::db::Utc;
use crate::error::AppError;
use crate::models::conversation_list::View;
use crate::models::message::{self, Refusal, Written};
use crate::models::ownership::{self, Holder};
use crate::models::progress::{self, Step};
use crate::models::text::{self, MESSAGE_MAX};
use crate::web::form::{Act, Nothing};
use crate::web::list::{self, ListQuery};
use crate::web::respond;
use crate::web::view::{Area, Baton, Field, Flash};
use crate::web::viewer::Viewer;

/// The random id that a form was made with.
#[derive(Debug, Deserialize)]
#[serde(try_from = "String")]
struct Submission(String);

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
}

/// The note's form.
#[derive(Debug, Deserialize)]
pub struct Note {
    #[serde(default)]
    body: String,
    submission: Submission,
}

/// The snooze's form.
#[derive(Debug, Deserialize)]
pub struct Snooze {
    until: String,
    #[serde(default)]
    time: String,
}

/// `POST /conversations/ID/reply`
pub async fn reply(
    app: web::Data<App>,
    act: Act<Reply>,
    request: HttpRequest,
    id: web::Path<i64>,
) -> Result<HttpResponse, AppError> {
    let Act { viewer, form } = act;
    let typed = form.body;
    let body = match text::paragraph(&typed, MESSAGE_MAX) {
        Ok(body) => body,
        Err(problem) => {
            let reply = Field::failing(&*typed, problem.to_string());
            let said = Said { reply, ..Said::default() };
            return unfit(&app, &viewer, &request, *id, (Lost::Reply, &typed), said).await;
        }
    };
    let who = self::act(&viewer, *id);
    let written = Written { body, submission: form.submission.0 };
    let shown = form.last_message;
    match app.db.write(move |conn| message::reply(conn, who, &written, shown)).await? {
        Ok(sent) => {
            let words = if sent.claimed { "Claimed and sent." } else { "Reply sent." };
            Ok(done(&app, &request, *id, words))
        }
        Err(Refusal::OwnedBy(holder)) => {
            let lost = Late::new(Lost::Reply, holder, &typed);
            late(&app, &viewer, &request, *id, lost).await
        }
        Err(Refusal::NewerMessages) => {
            let said = Said { reply: Field::new(typed), ..Said::default() };
            held(&app, &viewer, &request, *id, said).await
        }
        Err(Refusal::NotFound) => Err(AppError::NotFound),
        Err(Refusal::NoMember) => Err(AppError::ChooseWorkspace),
    }
}

/// `POST /conversations/ID/notes`
pub async fn note(
    app: web::Data<App>,
    act: Act<Note>,
    request: HttpRequest,
    id: web::Path<i64>,
) -> Result<HttpResponse, AppError> {
    let Act { viewer, form } = act;
    let typed = form.body;
    let body = match text::paragraph(&typed, MESSAGE_MAX) {
        Ok(body) => body,
        Err(problem) => {
            let note = Field::failing(&*typed, problem.to_string());
            let said = Said { note, ..Said::default() };
            return unfit(&app, &viewer, &request, *id, (Lost::Note, &typed), said).await;
        }
    };
    let who = self::act(&viewer, *id);
    let written = Written { body, submission: form.submission.0 };
    match app.db.write(move |conn| message::note(conn, who, &written)).await? {
        Ok(()) => Ok(done(&app, &request, *id, "Note added.")),
        Err(Refusal::OwnedBy(holder)) => {
            late(&app, &viewer, &request, *id, Late::new(Lost::Note, holder, &typed)).await
        }
        Err(Refusal::NoMember) => Err(AppError::ChooseWorkspace),
        Err(Refusal::NotFound | Refusal::NewerMessages) => Err(AppError::NotFound),
    }
}

/// `POST /conversations/ID/resolve`
pub async fn resolve(
    app: web::Data<App>,
    act: Act<Nothing>,
    request: HttpRequest,
    id: web::Path<i64>,
) -> Result<HttpResponse, AppError> {
    step(&app, &act.viewer, &request, *id, Step::Resolve, "Resolved.").await
}

/// `POST /conversations/ID/reopen`
pub async fn reopen(
    app: web::Data<App>,
    act: Act<Nothing>,
    request: HttpRequest,
    id: web::Path<i64>,
) -> Result<HttpResponse, AppError> {
    step(&app, &act.viewer, &request, *id, Step::Reopen, "Reopened.").await
}

/// `POST /conversations/ID/snooze`
pub async fn snooze(
    app: web::Data<App>,
    act: Act<Snooze>,
    request: HttpRequest,
    id: web::Path<i64>,
) -> Result<HttpResponse, AppError> {
    let Act { viewer, form } = act;
    let now = Utc::now().to_chrono();
    match times::chosen(&form.until, &form.time, now, viewer.time_zone) {
        Ok(until) => {
            let local = until.with_timezone(&viewer.time_zone);
            let words = format!("Snoozed until {}.", local.format("%A %-d %B, %H:%M"));
            step(&app, &viewer, &request, *id, Step::Snooze(until.into()), &words).await
        }
        Err(problem) => {
            let snooze_time = Field::failing(form.time, problem.to_string());
            let said = Said { snooze_time, ..Said::default() };
            again(&app, &viewer, &request, *id, StatusCode::UNPROCESSABLE_ENTITY, said).await
        }
    }
}

async fn step(
    app: &App,
    viewer: &Viewer,
    request: &HttpRequest,
    id: i64,
    step: Step,
    words: &str,
) -> Result<HttpResponse, AppError> {
    let who = act(viewer, id);
    match app.db.write(move |conn| progress::step(conn, who, step)).await? {
        Ok(_) => Ok(done(app, request, id, words)),
        Err(progress::Refusal::NoMember) => Err(AppError::ChooseWorkspace),
        Err(progress::Refusal::NotFound) => Err(AppError::NotFound),
        Err(progress::Refusal::Past) => Err(AppError::conflict(
            "That time is over",
            "The snooze would have ended before it began. Choose a later time.",
        )),
    }
}

/// Who acts on what.
pub fn act(viewer: &Viewer, conversation_id: i64) -> ownership::Act {
    ownership::Act {
        workspace_id: viewer.workspace_id,
        membership_id: viewer.membership_id,
        conversation_id,
    }
}

/// Back to the conversation beside the same list, with what happened.
pub fn done(app: &App, request: &HttpRequest, id: i64, words: &str) -> HttpResponse {
    let query = request.query_string();
    let mark = if query.is_empty() { "" } else { "?" };
    respond::see_other_with(app, &format!("/conversations/{id}{mark}{query}"), &Flash::ok(words))
}

/// Somebody else holds it now.
pub struct Late {
    kind: Lost,
    holder: Holder,
    /// What had been typed; empty after a mere claim.
    typed: String,
}

impl Late {
    pub fn new(kind: Lost, holder: Holder, typed: &str) -> Self {
        Self { kind, holder, typed: typed.to_owned() }
    }
}

/// 409 for whoever came too late: the conversation as it is now, with their text
/// kept; or, when they may not see it any more, who has it and their own text.
pub async fn late(
    app: &App,
    viewer: &Viewer,
    request: &HttpRequest,
    id: i64,
    late: Late,
) -> Result<HttpResponse, AppError> {
    if !late.holder.may_view {
        return lost(app, viewer, request, late).await;
    }
    let owner = late.holder.owner.map(|(_, name)| name);
    let mut said = Said::default();
    match (owner, late.kind) {
        (Some(owner), Lost::Claim) => said.notice = Some(Notice::ClaimLost { owner }),
        (Some(owner), _) => said.notice = Some(Notice::ReplyLost { owner }),
        (None, _) => {
            said.flash = Some(Flash::warn(
                "It changed hands meanwhile and is back in the queue. You can claim it now.",
            ));
        }
    }
    if !late.typed.is_empty() {
        said.reply = Field::new(late.typed);
    }
    again(app, viewer, request, id, StatusCode::CONFLICT, said).await
}

async fn lost(
    app: &App,
    viewer: &Viewer,
    request: &HttpRequest,
    late: Late,
) -> Result<HttpResponse, AppError> {
    let query = web::Query::<ListQuery>::from_query(request.query_string())
        .map(web::Query::into_inner)
        .unwrap_or_default();
    let chosen = query.beside(viewer);
    let waiting = chosen.in_view(View::Unassigned);
    let (data, waiting) = app
        .db
        .read(move |conn| Ok((list::load(conn, chosen)?, list::load(conn, waiting)?)))
        .await?;
    let Holder { owner, since, was_claimed, contact_name, .. } = late.holder;
    let since = since.map_or_else(String::new, |at| {
        at.to_chrono().with_timezone(&viewer.time_zone).format("%H:%M:%S").to_string()
    });
    let page = LostPage {
        chrome: viewer.chrome(app, Area::Inbox).await?,
        list: data.pane(viewer, None),
        contact_name,
        kind: late.kind,
        owner: owner.map_or(Baton::Free, |(_, name)| Baton::colleague(&name)),
        was_claimed,
        since,
        text: late.typed,
        next_unassigned: waiting.rows.first().map(|row| row.id),
    };
    respond::page(StatusCode::CONFLICT, &page)
}

/// 409: newer messages arrived. The page shows them, and its form carries the
/// newest one now, so that a second press sends.
async fn held(
    app: &App,
    viewer: &Viewer,
    request: &HttpRequest,
    id: i64,
    mut said: Said,
) -> Result<HttpResponse, AppError> {
    let loaded = load::load(app, viewer, request, id).await?;
    said.notice = Some(Notice::Held { happened: loaded.newest_words() });
    respond::page(StatusCode::CONFLICT, &loaded.page(app, viewer, said).await?)
}

/// 422: the text cannot be stored as it is. The page comes back with it; when the
/// conversation left their sight meanwhile, the page of whoever came too late does.
async fn unfit(
    app: &App,
    viewer: &Viewer,
    request: &HttpRequest,
    id: i64,
    (kind, typed): (Lost, &str),
    said: Said,
) -> Result<HttpResponse, AppError> {
    let who = act(viewer, id);
    match app.db.write(move |conn| message::may_write(conn, who)).await? {
        Err(Refusal::OwnedBy(holder)) => {
            late(app, viewer, request, id, Late::new(kind, holder, typed)).await
        }
        _ => again(app, viewer, request, id, StatusCode::UNPROCESSABLE_ENTITY, said).await,
    }
}

/// The conversation's page again, with what the person had typed.
async fn again(
    app: &App,
    viewer: &Viewer,
    request: &HttpRequest,
    id: i64,
    status: StatusCode,
    said: Said,
) -> Result<HttpResponse, AppError> {
    let loaded = load::load(app, viewer, request, id).await?;
    respond::page(status, &loaded.page(app, viewer, said).await?)
}
