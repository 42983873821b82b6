//! Settings → Labels: what conversations are about, in the team's own words.

pub mod ending;
pub mod page;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use serde::Deserialize;

use crate::App;
use crate::models::label::{self, Colour, Details, Label, NAME_MAX, Refusal};
use crate::models::{repeated, seen, text, token};
use crate::web::chips::{self, chip};
use crate::web::error::AppError;
use crate::web::form::{Act, Submission};
use crate::web::respond;
use crate::web::view::{Area, Field, Flash, counted};
use crate::web::viewer::Viewer;
use page::{ColourChoice, LabelFormPage, LabelRow, LabelsPage};
use strum::IntoEnumIterator;

const LIST: &str = "/settings/labels";

/// The form of a label.
#[derive(Debug, Default, Deserialize)]
pub struct LabelForm {
    #[serde(default)]
    name: String,
    #[serde(default)]
    colour: String,
    submission: Option<Submission>,
    /// What the page showed of a stored one.
    #[serde(default)]
    seen: String,
}

impl LabelForm {
    /// The form of one that exists.
    fn of(label: &Label) -> Self {
        Self {
            name: label.name.clone(),
            colour: label.colour.into_str().to_owned(),
            seen: seen::json(&label.details()),
            ..Self::default()
        }
    }
}

/// `GET /settings/labels`
///
/// # Errors
/// When the database fails.
pub async fn index(app: Data<App>, viewer: Viewer) -> Result<HttpResponse, AppError> {
    let workspace_id = viewer.workspace_id;
    let found = app.db.read(move |conn| label::list_with_counts(conn, workspace_id)).await?;
    let labels = found
        .into_iter()
        .map(|(label, count)| LabelRow {
            id: label.id,
            chip: chip(&label),
            conversations: conversations(count),
        })
        .collect();
    respond::ok(&LabelsPage { chrome: viewer.chrome(&app, Area::Labels).await?, labels })
}

/// `GET /settings/labels/new`
///
/// # Errors
/// When the database fails.
pub async fn new(app: Data<App>, viewer: Viewer) -> Result<HttpResponse, AppError> {
    form_page(&app, &viewer, StatusCode::OK, None, LabelForm::default(), None).await
}

/// `GET /settings/labels/{id}`
///
/// # Errors
/// Not found when the workspace has no such label; or when the database fails.
pub async fn edit(app: Data<App>, viewer: Viewer, id: Path<i64>) -> Result<HttpResponse, AppError> {
    let label = find(&app, &viewer, *id).await?;
    let stored = LabelForm::of(&label);
    form_page(&app, &viewer, StatusCode::OK, Some(label), stored, None).await
}

/// `POST /settings/labels/new`
///
/// # Errors
/// When the colour does not exist, the member may not any more, or the database fails.
pub async fn add(app: Data<App>, act: Act<LabelForm>) -> Result<HttpResponse, AppError> {
    save(&app, act, None).await
}

/// `POST /settings/labels/{id}`
///
/// # Errors
/// As [`edit`] and [`add`].
pub async fn change(
    app: Data<App>,
    act: Act<LabelForm>,
    id: Path<i64>,
) -> Result<HttpResponse, AppError> {
    let label = find(&app, &act.viewer, *id).await?;
    save(&app, act, Some(label)).await
}

async fn save(
    app: &App,
    Act { viewer, form }: Act<LabelForm>,
    label: Option<Label>,
) -> Result<HttpResponse, AppError> {
    let colour = colour(&form)?;
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    let details = match text::line(&form.name, NAME_MAX) {
        Ok(name) => Details { name, colour },
        Err(problem) => {
            let problem = Some(problem.to_string());
            return form_page(app, &viewer, status, label, form, problem).await;
        }
    };
    let caller = viewer.caller();
    let words = if label.is_some() { "Saved" } else { "Added" };
    let flash = Flash::ok(format!("{words} the label {}.", details.name));
    let id = label.as_ref().map(|label| label.id);
    let said = token::mark(&["label", &format!("{:?}", (id, &form.name, colour))]);
    let sent = Submission::of(form.submission.as_ref(), &viewer, said);
    let seen = seen::read::<Details>(&form.seen);
    let saved = app
        .db
        .write(move |conn| {
            repeated::once(conn, sent.as_ref(), |conn| {
                match id {
                    Some(id) => label::change(conn, caller, id, (&details, seen.as_ref()))?,
                    None => {
                        label::add(conn, caller, &details)?;
                    }
                }
                Ok(String::new())
            })
        })
        .await?;
    match saved {
        Ok(_) => Ok(respond::see_other_with(app, LIST, &flash)),
        Err(refusal @ Refusal::Taken(_)) => {
            let way_out = if id.is_some() { " To combine the two, merge them." } else { "" };
            let problem = Some(format!("{refusal}{way_out}"));
            form_page(app, &viewer, status, label, form, problem).await
        }
        Err(refusal) => Err(refused(&refusal)),
    }
}

/// A form with a colour that no page offers was not made by a page.
fn colour(form: &LabelForm) -> Result<Colour, AppError> {
    let colour = form.colour.parse();
    colour.map_err(|_| AppError::Malformed(format!("there is no colour {:?}", form.colour)))
}

async fn find(app: &App, viewer: &Viewer, id: i64) -> Result<Label, AppError> {
    let workspace_id = viewer.workspace_id;
    app.db.read(move |conn| label::find(conn, workspace_id, id)).await?.ok_or(AppError::NotFound)
}

async fn form_page(
    app: &App,
    viewer: &Viewer,
    status: StatusCode,
    label: Option<Label>,
    form: LabelForm,
    problem: Option<String>,
) -> Result<HttpResponse, AppError> {
    let colour: Colour = form.colour.parse().unwrap_or_default();
    let page = LabelFormPage {
        chrome: viewer.chrome(app, Area::Labels).await?,
        id: label.as_ref().map(|label| label.id),
        saved_name: label.map_or_else(String::new, |label| label.name),
        submission: token::short_nonce(),
        seen: form.seen,
        name: Field { value: form.name, error: problem },
        colours: Colour::iter()
            .map(|one| ColourChoice {
                value: one.into_str(),
                chip: chips::named(one.name(), one),
                is_selected: one == colour,
            })
            .collect(),
    };
    respond::page(status, &page)
}

/// How many conversations have a label.
fn conversations(count: i64) -> String {
    match count {
        0 => "on no conversation yet".to_owned(),
        count => format!("on {}", counted(count, "conversation", "conversations")),
    }
}

fn refused(refusal: &Refusal) -> AppError {
    match refusal {
        Refusal::Barred(why) => AppError::barred(*why, "changing labels"),
        Refusal::NotFound | Refusal::Taken(_) => AppError::NotFound,
    }
}
