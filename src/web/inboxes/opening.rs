//! When an inbox is open, and what customers are told outside of that.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use serde::Deserialize;

use super::page::{Chosen, Head, OpeningPage, Tab};
use super::{LIST, find_chat, refused};
use crate::App;
use crate::models::inbox::{self, AWAY_MAX, Inbox, Opening};
use crate::models::{seen, text};
use crate::web::error::AppError;
use crate::web::form::Act;
use crate::web::hours::{Hours, Sent};
use crate::web::respond;
use crate::web::view::{Area, Field, Flash};
use crate::web::viewer::Viewer;

/// What the form *Save hours* sends.
#[derive(Debug, Deserialize)]
pub struct OpeningForm {
    #[serde(default)]
    opening: Chosen,
    #[serde(default)]
    day: Vec<String>,
    #[serde(default)]
    from: Vec<String>,
    #[serde(default)]
    to: Vec<String>,
    #[serde(default)]
    away_message: String,
    /// What the page showed, see [`seen`].
    #[serde(default)]
    seen: String,
}

/// `GET /settings/inboxes/{id}/hours`
///
/// # Errors
/// Not found when the workspace has no such inbox; or when the database fails.
pub async fn show(app: Data<App>, viewer: Viewer, id: Path<i64>) -> Result<HttpResponse, AppError> {
    let inbox = find_chat(&app, &viewer, *id).await?;
    let opening = inbox.opening();
    let hours = match &opening {
        Opening::Own(hours) => Hours::of(Some(hours)),
        _ => Hours::of(None),
    };
    let away = Field::new(inbox.away_message());
    let (opening, seen) = (Chosen::of(&opening), seen::json(&inbox.hours()));
    let shown = Shown { opening, hours, away, seen };
    page(&app, &viewer, StatusCode::OK, inbox, shown).await
}

/// `POST /settings/inboxes/{id}/hours`
///
/// # Errors
/// As [`show`], or when the member may not any more.
pub async fn save(
    app: Data<App>,
    act: Act<OpeningForm>,
    id: Path<i64>,
) -> Result<HttpResponse, AppError> {
    let Act { viewer, form } = act;
    let id = *id;
    let inbox = find_chat(&app, &viewer, id).await?;
    let seen = seen::read::<inbox::Hours>(&form.seen);
    let hours = match check(form) {
        Ok(hours) => hours,
        Err(shown) => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            return page(&app, &viewer, status, inbox, *shown).await;
        }
    };
    let caller = viewer.caller();
    app.db
        .write(move |conn| inbox::set_opening(conn, caller, id, (&hours, seen.as_ref())))
        .await?
        .map_err(refused)?;
    let flash = Flash::ok(format!("Saved the hours of {}.", inbox.name));
    Ok(respond::see_other_with(&app, &format!("{LIST}/{id}/hours"), &flash))
}

/// The form as it is shown.
struct Shown {
    opening: Chosen,
    hours: Hours,
    away: Field,
    seen: String,
}

/// The hours and the message as the model takes them, or the form on its way back.
fn check(form: OpeningForm) -> Result<inbox::Hours, Box<Shown>> {
    let sent = Sent { day: &form.day, from: &form.from, to: &form.to };
    let opening = match form.opening {
        Chosen::Own => sent.check().map(Opening::Own),
        Chosen::Always => Ok(Opening::Always),
        Chosen::Workspace => Ok(Opening::Workspace),
    };
    let away = text::optional_paragraph(&form.away_message, AWAY_MAX);
    match (opening, away) {
        (Ok(opening), Ok(away_message)) => Ok(inbox::Hours { opening, away_message }),
        (opening, away) => {
            let hours = match opening {
                Err(hours) => hours,
                Ok(Opening::Own(hours)) => Hours::of(Some(&hours)),
                Ok(_) => Hours::of(None),
            };
            let away = Field::checked(form.away_message, &away);
            Err(Box::new(Shown { opening: form.opening, hours, away, seen: form.seen }))
        }
    }
}

async fn page(
    app: &App,
    viewer: &Viewer,
    status: StatusCode,
    inbox: Inbox,
    shown: Shown,
) -> Result<HttpResponse, AppError> {
    let Shown { opening, hours, away, seen } = shown;
    let page = OpeningPage {
        chrome: viewer.chrome(app, Area::Inboxes).await?,
        head: Head::new(inbox, Tab::Opening),
        zone: viewer.workspace_time_zone.name(),
        opening,
        hours,
        away,
        seen,
    };
    respond::page(status, &page)
}
