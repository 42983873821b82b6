//! How the chat of an inbox looks.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use serde::Deserialize;

use super::page::{Head, LookPage, Swatch, Tab};
use super::{LIST, find_chat, refused};
use crate::App;
use crate::models::inbox::{self, Accent, Inbox, LABEL_MAX, Look, Side, TITLE_MAX};
use crate::models::{seen, text};
use crate::web::error::AppError;
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
    /// What the page showed, see [`seen`].
    #[serde(default)]
    seen: String,
}

/// `GET /settings/inboxes/{id}/look`
///
/// # Errors
/// Not found when the workspace has no such inbox; or when the database fails.
pub async fn show(app: Data<App>, viewer: Viewer, id: Path<i64>) -> Result<HttpResponse, AppError> {
    let inbox = find_chat(&app, &viewer, *id).await?;
    let shown = Shown::of(inbox.look.clone(), seen::json(&inbox.look));
    page(&app, &viewer, StatusCode::OK, inbox, shown).await
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
        Err(shown) => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            return page(&app, &viewer, status, inbox, *shown).await;
        }
    };
    if form.preview.is_some() {
        let shown = Shown::of(look, form.seen);
        return page(&app, &viewer, StatusCode::OK, inbox, shown).await;
    }
    let seen = seen::read::<Look>(&form.seen);
    let caller = viewer.caller();
    app.db
        .write(move |conn| inbox::set_look(conn, caller, id, (&look, seen.as_ref())))
        .await?
        .map_err(refused)?;
    let flash = Flash::ok(format!("Saved the appearance of {}.", inbox.name));
    Ok(respond::see_other_with(&app, &format!("{LIST}/{id}/look"), &flash))
}

/// The form as it is shown.
struct Shown {
    accent: Accent,
    side: Side,
    title: Field,
    label: Field,
    seen: String,
}

impl Shown {
    fn of(Look { accent, side, title, label }: Look, seen: String) -> Self {
        Self { accent, side, title: Field::new(title), label: Field::new(label), seen }
    }
}

/// The look as the model takes it, or the form on its way back.
fn check(form: &LookForm) -> Result<Look, Box<Shown>> {
    let accent = form.accent.parse().unwrap_or_default();
    let side = form.side.parse().unwrap_or_default();
    let title = text::optional_line(&form.welcome_title, TITLE_MAX);
    let label = text::optional_line(&form.button_label, LABEL_MAX);
    match (title, label) {
        (Ok(title), Ok(label)) => {
            let (title, label) = (title.unwrap_or_default(), label.unwrap_or_default());
            Ok(Look { accent, side, title, label })
        }
        (title, label) => Err(Box::new(Shown {
            accent,
            side,
            title: Field::checked(&form.welcome_title, &title),
            label: Field::checked(&form.button_label, &label),
            seen: form.seen.clone(),
        })),
    }
}

async fn page(
    app: &App,
    viewer: &Viewer,
    status: StatusCode,
    inbox: Inbox,
    shown: Shown,
) -> Result<HttpResponse, AppError> {
    let page = LookPage {
        chrome: viewer.chrome(app, Area::Inboxes).await?,
        seen: shown.seen,
        greeting: inbox.greeting.clone(),
        head: Head::new(inbox, Tab::Look),
        accent: shown.accent.into_str(),
        is_left: shown.side == Side::Left,
        accents: Accent::iter()
            .map(|accent| Swatch {
                code: accent.into_str(),
                name: accent.name(),
                is_chosen: accent == shown.accent,
            })
            .collect(),
        sides: Side::iter()
            .map(|side| Choice::new(side.into_str(), side.name(), side == shown.side))
            .collect(),
        welcome_title: shown.title,
        button_label: shown.label,
    };
    respond::page(status, &page)
}
