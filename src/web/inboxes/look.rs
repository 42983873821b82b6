//! How the chat of an inbox looks.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use serde::Deserialize;

use super::page::{Head, LookPage, Swatch, Tab};
use super::{LIST, find_chat, refused};
use crate::App;
use crate::error::AppError;
use crate::models::inbox::{self, Accent, Inbox, LABEL_MAX, Look, Side, TITLE_MAX};
use crate::models::text::{self, TextProblem};
use crate::web::form::Act;
use crate::web::respond;
use crate::web::view::{Area, Choice, Field, Flash};
use crate::web::viewer::Viewer;
use strum::IntoEnumIterator;

/// What the form *Save appearance* sends.
#[derive(Debug, Deserialize)]
pub struct LookForm {
    #[serde(default)]
    accent: String,
    #[serde(default)]
    side: String,
    #[serde(default)]
    welcome_title: String,
    #[serde(default)]
    button_label: String,
    /// *Preview* was pressed, and not *Save appearance*.
    preview: Option<String>,
    /// What the page showed, see [`Inbox::look_json`].
    #[serde(default)]
    seen: String,
}

/// `GET /settings/inboxes/{id}/look`
///
/// # Errors
/// Not found when the workspace has no such inbox; or when the database fails.
pub async fn show(app: Data<App>, viewer: Viewer, id: Path<i64>) -> Result<HttpResponse, AppError> {
    let inbox = find_chat(&app, &viewer, *id).await?;
    let (look, seen) = (inbox.look.clone(), inbox.look_json());
    page(&app, &viewer, StatusCode::OK, inbox, (&look, seen), Problems::default()).await
}

/// `POST /settings/inboxes/{id}/look`
///
/// # Errors
/// As [`show`], or when the member may not any more.
pub async fn save(
    app: Data<App>,
    act: Act<LookForm>,
    id: Path<i64>,
) -> Result<HttpResponse, AppError> {
    let Act { viewer, form } = act;
    let id = *id;
    let inbox = find_chat(&app, &viewer, id).await?;
    let look = match check(&form) {
        Ok(look) => look,
        Err((look, problems)) => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            return page(&app, &viewer, status, inbox, (&look, form.seen), problems).await;
        }
    };
    if form.preview.is_some() {
        let (status, shown) = (StatusCode::OK, (&look, form.seen));
        return page(&app, &viewer, status, inbox, shown, Problems::default()).await;
    }
    let seen = Look::from_json(&form.seen);
    let (workspace_id, membership_id) = (viewer.workspace_id, viewer.membership_id);
    app.db
        .write(move |conn| {
            inbox::set_look(conn, workspace_id, membership_id, id, (&look, seen.as_ref()))
        })
        .await?
        .map_err(refused)?;
    let flash = Flash::ok(format!("Saved the appearance of {}.", inbox.name));
    Ok(respond::see_other_with(&app, &format!("{LIST}/{id}/look"), &flash))
}

#[derive(Default)]
struct Problems {
    title: Option<String>,
    label: Option<String>,
}

/// The look as the model takes it; or as it was typed, with what is wrong.
fn check(form: &LookForm) -> Result<Look, (Look, Problems)> {
    let line = |typed: &str, max| match text::optional_line(typed, max) {
        Ok(text) => Ok(text.unwrap_or_default()),
        Err(problem) => Err(problem),
    };
    let reason =
        |checked: &Result<String, TextProblem>| checked.as_ref().err().map(ToString::to_string);
    let title = line(&form.welcome_title, TITLE_MAX);
    let label = line(&form.button_label, LABEL_MAX);
    let problems = Problems { title: reason(&title), label: reason(&label) };
    let is_right = title.is_ok() && label.is_ok();
    let look = Look {
        accent: form.accent.parse().unwrap_or_default(),
        side: form.side.parse().unwrap_or_default(),
        title: title.unwrap_or_else(|_| form.welcome_title.clone()),
        label: label.unwrap_or_else(|_| form.button_label.clone()),
    };
    if is_right { Ok(look) } else { Err((look, problems)) }
}

async fn page(
    app: &App,
    viewer: &Viewer,
    status: StatusCode,
    inbox: Inbox,
    (look, seen): (&Look, String),
    problems: Problems,
) -> Result<HttpResponse, AppError> {
    let page = LookPage {
        chrome: viewer.chrome(app, Area::Inboxes).await?,
        seen,
        greeting: inbox.greeting.clone(),
        head: Head::new(inbox, Tab::Look),
        accent: look.accent.into_str(),
        is_left: look.side == Side::Left,
        accents: Accent::iter()
            .map(|accent| Swatch {
                code: accent.into_str(),
                name: accent.name(),
                is_chosen: accent == look.accent,
            })
            .collect(),
        sides: Side::iter()
            .map(|side| Choice::new(side.into_str(), side.name(), side == look.side))
            .collect(),
        welcome_title: Field { value: look.title.clone(), error: problems.title },
        button_label: Field { value: look.label.clone(), error: problems.label },
    };
    respond::page(status, &page)
}
