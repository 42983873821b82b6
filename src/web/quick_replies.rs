//! Settings → Quick replies: texts that the team sends often.

mod form;
pub mod page;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};

use crate::App;
use crate::models::inbox::{self, Inbox};
use crate::models::quick_reply::{self, Details, QuickReply, Refusal, Scope};
use crate::models::{repeated, seen, text};
use crate::web::error::AppError;
use crate::web::form::{Act, Nothing, Submission};
use crate::web::respond;
use crate::web::view::{Area, Flash, counted};
use crate::web::viewer::Viewer;
use form::{Problems, QuickReplyForm, check};
use page::{DeletePage, QuickRepliesPage, ReplyRow};

const LIST: &str = "/settings/quick-replies";
/// How much of a text the list shows, in characters.
const EXCERPT: usize = 120;

/// `GET /settings/quick-replies`
///
/// # Errors
/// When the database fails.
pub async fn index(app: Data<App>, viewer: Viewer) -> Result<HttpResponse, AppError> {
    let workspace_id = viewer.workspace_id;
    let (replies, inboxes) = app
        .db
        .read(move |conn| {
            Ok((quick_reply::list(conn, workspace_id)?, inbox::list(conn, workspace_id)?))
        })
        .await?;
    let replies = replies
        .into_iter()
        .map(|reply| ReplyRow {
            id: reply.id,
            excerpt: text::excerpt(&reply.body, EXCERPT),
            inboxes: offered_in(&reply.scope, &inboxes),
            used: used(reply.times_used),
            name: reply.name,
        })
        .collect();
    respond::ok(&QuickRepliesPage {
        chrome: viewer.chrome(&app, Area::QuickReplies).await?,
        replies,
    })
}

/// `GET /settings/quick-replies/new`
///
/// # Errors
/// When the database fails.
pub async fn new(app: Data<App>, viewer: Viewer) -> Result<HttpResponse, AppError> {
    let empty = QuickReplyForm::default();
    form::page(&app, &viewer, StatusCode::OK, None, empty, Problems::default()).await
}

/// `GET /settings/quick-replies/{id}`
///
/// # Errors
/// Not found when the workspace has no such quick reply; or when the database fails.
pub async fn edit(app: Data<App>, viewer: Viewer, id: Path<i64>) -> Result<HttpResponse, AppError> {
    let reply = find(&app, &viewer, *id).await?;
    let stored = QuickReplyForm::of(&reply);
    form::page(&app, &viewer, StatusCode::OK, Some(reply), stored, Problems::default()).await
}

/// `POST /settings/quick-replies/new`
///
/// # Errors
/// When the member may not any more, or the database fails.
pub async fn add(app: Data<App>, act: Act<QuickReplyForm>) -> Result<HttpResponse, AppError> {
    save(&app, act, None).await
}

/// `POST /settings/quick-replies/{id}`
///
/// # Errors
/// As [`edit`] and [`add`].
pub async fn change(
    app: Data<App>,
    act: Act<QuickReplyForm>,
    id: Path<i64>,
) -> Result<HttpResponse, AppError> {
    let reply = find(&app, &act.viewer, *id).await?;
    save(&app, act, Some(reply)).await
}

/// Previews, or adds or changes.
async fn save(
    app: &App,
    act: Act<QuickReplyForm>,
    reply: Option<QuickReply>,
) -> Result<HttpResponse, AppError> {
    let Act { viewer, form } = act;
    let details = match check(&form) {
        Ok(details) => details,
        Err(problems) => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            return form::page(app, &viewer, status, reply, form, problems).await;
        }
    };
    if form.preview.is_some() {
        let fine = Problems::default();
        return form::page(app, &viewer, StatusCode::OK, reply, form, fine).await;
    }
    let caller = viewer.caller();
    let words = if reply.is_some() { "Saved" } else { "Added" };
    let id = reply.as_ref().map(|reply| reply.id);
    let sent = Submission::of(form.submission.as_ref(), &viewer, form.said(id));
    let seen = seen::read::<Details>(&form.seen);
    let saved = app
        .db
        .write(move |conn| {
            repeated::once(conn, sent.as_ref(), |conn| {
                match id {
                    Some(id) => {
                        quick_reply::change(conn, caller, id, (&details, seen.as_ref()))?;
                    }
                    None => {
                        quick_reply::add(conn, caller, &details)?;
                    }
                }
                Ok(details.name.clone())
            })
        })
        .await?;
    match saved {
        Ok(name) => {
            let flash = Flash::ok(format!("{words} the quick reply {name}."));
            Ok(respond::see_other_with(app, LIST, &flash))
        }
        Err(refusal) => match Problems::of(&refusal) {
            Some(problems) => {
                let status = StatusCode::UNPROCESSABLE_ENTITY;
                form::page(app, &viewer, status, reply, form, problems).await
            }
            None => Err(refused(&refusal)),
        },
    }
}

/// `GET /settings/quick-replies/{id}/delete`
///
/// # Errors
/// As [`edit`].
pub async fn confirm(
    app: Data<App>,
    viewer: Viewer,
    id: Path<i64>,
) -> Result<HttpResponse, AppError> {
    let reply = find(&app, &viewer, *id).await?;
    let chrome = viewer.chrome(&app, Area::QuickReplies).await?;
    let used = used(reply.times_used);
    respond::ok(&DeletePage { chrome, id: reply.id, name: reply.name, used })
}

/// `POST /settings/quick-replies/{id}/delete`
///
/// # Errors
/// As [`edit`], or when the member may not any more.
pub async fn delete(
    app: Data<App>,
    act: Act<Nothing>,
    id: Path<i64>,
) -> Result<HttpResponse, AppError> {
    let (id, viewer) = (*id, act.viewer);
    let caller = viewer.caller();
    let name = app
        .db
        .write(move |conn| quick_reply::delete(conn, caller, id))
        .await?
        .map_err(|refusal| refused(&refusal))?;
    let flash = Flash::ok(format!("Deleted the quick reply {name}."));
    Ok(respond::see_other_with(&app, LIST, &flash))
}

async fn find(app: &App, viewer: &Viewer, id: i64) -> Result<QuickReply, AppError> {
    let workspace_id = viewer.workspace_id;
    let found = app.db.read(move |conn| quick_reply::find(conn, workspace_id, id)).await?;
    found.ok_or(AppError::NotFound)
}

fn offered_in(scope: &Scope, inboxes: &[Inbox]) -> String {
    match scope {
        Scope::AllInboxes => "All inboxes".to_owned(),
        Scope::Some(chosen) => {
            let named = inboxes.iter().filter(|inbox| chosen.contains(&inbox.id));
            let names: Vec<&str> = named.map(|inbox| inbox.name.as_str()).collect();
            names.join(", ")
        }
    }
}

fn used(times: i64) -> String {
    match times {
        0 => "not used yet".to_owned(),
        times => format!("used {}", counted(times, "time", "times")),
    }
}

fn refused(refusal: &Refusal) -> AppError {
    match refusal {
        Refusal::Barred(why) => AppError::barred(*why, "changing quick replies"),
        Refusal::NotFound | Refusal::Taken(_) | Refusal::NoSuchInbox => AppError::NotFound,
    }
}
