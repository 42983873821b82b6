//! Settings → Contact fields: what the team knows of its contacts beside name,
//! address, phone and company.

mod ending;
pub mod page;
mod renaming;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use serde::Deserialize;

use crate::App;
use crate::models::contact::keys;
use crate::models::contact_field::value::{self, ChoicesProblem};
use crate::models::contact_field::{
    self, Changes, ContactField, Details, Kind, MOST, NAME_MAX, Order, Refusal, Shown,
};
use crate::models::seen;
use crate::models::text::{self, TextProblem};
use crate::web::error::AppError;
use crate::web::form::Act;
use crate::web::respond;
use crate::web::view::{Area, Choice, Field, Flash, counted};
use crate::web::viewer::Viewer;
use page::{FieldFormPage, FieldRow, FieldsPage};
use strum::IntoEnumIterator;

pub use ending::{confirm, delete};

const LIST: &str = "/settings/contact-fields";
/// The word for no other choice in the place of one that goes.
const NOTHING: &str = "nothing";
/// What stands before the other choice.
const INSTEAD: &str = "to:";

/// The form of a field.
#[derive(Debug, Default, Deserialize)]
pub struct FieldForm {
    #[serde(default)]
    name: String,
    /// Of a new one; it stays as it is.
    #[serde(default)]
    kind: String,
    #[serde(default)]
    choices: String,
    /// What the page showed, see [`seen`].
    #[serde(default)]
    seen: String,
    /// Choices that contacts have and that go, and what was chosen for each: [`NOTHING`], or
    /// a choice behind [`INSTEAD`].
    #[serde(default)]
    gone: Vec<String>,
    #[serde(default)]
    instead: Vec<String>,
}

/// One place up or down.
#[derive(Debug, Deserialize)]
pub struct MoveForm {
    to: String,
}

/// What is wrong with a field's form.
#[derive(Default)]
struct Problems {
    name: Option<String>,
    choices: Option<String>,
    in_use: Vec<(String, i64)>,
    /// What somebody else made of it since the page was made.
    changed: Option<Shown>,
}

/// `GET /settings/contact-fields`
///
/// # Errors
/// When the database fails.
pub async fn index(app: Data<App>, viewer: Viewer) -> Result<HttpResponse, AppError> {
    let workspace_id = viewer.workspace_id;
    let found = app.db.read(move |conn| contact_field::list(conn, workspace_id)).await?;
    let last = found.len();
    let fields: Vec<FieldRow> = found
        .into_iter()
        .zip(1..)
        .map(|(field, place)| FieldRow {
            id: field.id,
            about: match field.kind {
                Kind::Choice => format!("Choice: {}", field.choices.join(", ")),
                kind => kind.name().to_owned(),
            },
            name: field.name,
            can_go_up: place > 1,
            can_go_down: place < last,
        })
        .collect();
    respond::ok(&FieldsPage {
        chrome: viewer.chrome(&app, Area::ContactFields).await?,
        is_full: i64::try_from(fields.len()).is_ok_and(|count| count >= MOST),
        most: MOST,
        fields,
    })
}

/// `GET /settings/contact-fields/new`
///
/// # Errors
/// When the database fails.
pub async fn new(app: Data<App>, viewer: Viewer) -> Result<HttpResponse, AppError> {
    let form = FieldForm::default();
    form_page(&app, &viewer, StatusCode::OK, None, form, Problems::default()).await
}

/// `GET /settings/contact-fields/{id}`
///
/// # Errors
/// Not found when the workspace has no such field; or when the database fails.
pub async fn edit(app: Data<App>, viewer: Viewer, id: Path<i64>) -> Result<HttpResponse, AppError> {
    let field = find(&app, &viewer, *id).await?;
    let form = FieldForm::of(&field);
    form_page(&app, &viewer, StatusCode::OK, Some(field), form, Problems::default()).await
}

/// `POST /settings/contact-fields/new`
///
/// # Errors
/// When the kind does not exist, the member may not any more, or the database fails.
pub async fn add(app: Data<App>, act: Act<FieldForm>) -> Result<HttpResponse, AppError> {
    let Ok(kind) = act.form.kind.parse() else {
        return Err(AppError::Malformed(format!("there is no kind of field {:?}", act.form.kind)));
    };
    save(&app, act, kind, None).await
}

/// `POST /settings/contact-fields/{id}`
///
/// # Errors
/// As [`edit`] and [`add`].
pub async fn change(
    app: Data<App>,
    act: Act<FieldForm>,
    id: Path<i64>,
) -> Result<HttpResponse, AppError> {
    let field = find(&app, &act.viewer, *id).await?;
    save(&app, act, field.kind, Some(field)).await
}

async fn save(
    app: &App,
    Act { viewer, form }: Act<FieldForm>,
    kind: Kind,
    field: Option<ContactField>,
) -> Result<HttpResponse, AppError> {
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    let details = match check(&form, kind) {
        Ok(details) => details,
        Err(problems) => return form_page(app, &viewer, status, field, form, problems).await,
    };
    let (caller, workspace_id) = (viewer.caller(), viewer.workspace_id);
    let words = if field.is_some() { "Saved" } else { "Added" };
    let (id, changes) = (field.as_ref().map(|field| field.id), form.changes(&details));
    let saved = app
        .db
        .write(move |conn| match id {
            Some(id) => contact_field::change(conn, caller, id, &changes),
            None => {
                contact_field::add(conn, caller, &details)?;
                Ok(details.name.clone())
            }
        })
        .await?;
    match saved {
        Ok(name) => {
            catch_up(app, workspace_id).await;
            let flash = Flash::ok(format!("{words} the contact field {name}."));
            Ok(respond::see_other_with(app, LIST, &flash))
        }
        Err(refusal) => {
            let problems = told(refusal)?;
            let is_changed = problems.changed.is_some();
            let status = if is_changed { StatusCode::CONFLICT } else { status };
            form_page(app, &viewer, status, field, form, problems).await
        }
    }
}

/// Lets the search know of what changed with a field, little by little. The field is changed
/// all the same where that breaks off: the hourly sweep goes on with it.
async fn catch_up(app: &App, workspace_id: i64) {
    loop {
        match app.db.change(move |conn| keys::refresh_stale(conn, workspace_id)).await {
            Ok(0) => return,
            Ok(_) => {}
            Err(error) => {
                tracing::error!(%error, "the search could not be told of a contact field");
                return;
            }
        }
    }
}

/// `POST /settings/contact-fields/{id}/move`
///
/// # Errors
/// As [`change`].
pub async fn reorder(
    app: Data<App>,
    act: Act<MoveForm>,
    id: Path<i64>,
) -> Result<HttpResponse, AppError> {
    let order = match act.form.to.as_str() {
        "up" => Order::Up,
        "down" => Order::Down,
        other => return Err(AppError::Malformed(format!("there is no way {other:?}"))),
    };
    let id = *id;
    let (caller, workspace_id) = (act.viewer.caller(), act.viewer.workspace_id);
    let field = app
        .db
        .write(move |conn| contact_field::reorder(conn, caller, id, order))
        .await?
        .map_err(refused)?;
    let flash = Flash::ok(format!("Moved the contact field {}.", field.name));
    let fields = app.db.read(move |conn| contact_field::list(conn, workspace_id)).await?;
    Ok(respond::see_other_with(&app, &after_move(&fields, id, order), &flash))
}

/// The list at the button that moved a field, or at its other one where the field can go no
/// further.
fn after_move(fields: &[ContactField], id: i64, order: Order) -> String {
    let end = match order {
        Order::Up => fields.first(),
        Order::Down => fields.last(),
    };
    let is_at_end = end.is_some_and(|field| field.id == id);
    let button = if (order == Order::Up) == is_at_end { "down" } else { "up" };
    format!("{LIST}#move-{id}-{button}")
}

impl FieldForm {
    /// The form of one that exists.
    fn of(field: &ContactField) -> Self {
        let shown = Shown { name: field.name.clone(), choices: field.choices.clone() };
        Self {
            name: field.name.clone(),
            kind: field.kind.into_str().to_owned(),
            choices: field.choices.join("\n"),
            seen: seen::json(&shown),
            ..Self::default()
        }
    }

    /// What is to become of one that exists.
    fn changes(&self, details: &Details) -> Changes {
        let decided = |(gone, instead): (&String, &String)| match instead.strip_prefix(INSTEAD) {
            Some(choice) => Some((gone.clone(), Some(choice.to_owned()))),
            None => (instead == NOTHING).then(|| (gone.clone(), None)),
        };
        Changes {
            to: Shown { name: details.name.clone(), choices: details.choices.clone() },
            seen: seen::read(&self.seen),
            instead: self.gone.iter().zip(&self.instead).filter_map(decided).collect(),
        }
    }
}

/// The form as the model takes it, or what is wrong. Only one kind has choices.
fn check(form: &FieldForm, kind: Kind) -> Result<Details, Problems> {
    let name = text::line(&form.name, NAME_MAX);
    let choices = match kind {
        Kind::Choice => value::choices(&form.choices),
        _ => Ok(Vec::new()),
    };
    match (name, choices) {
        (Ok(name), Ok(choices)) => Ok(Details { name, kind, choices }),
        (name, choices) => Err(Problems {
            name: name.err().map(|problem: TextProblem| problem.to_string()),
            choices: choices.err().map(|problem: ChoicesProblem| problem.to_string()),
            ..Problems::default()
        }),
    }
}

/// A refusal that belongs beside a field of the form.
fn told(refusal: Refusal) -> Result<Problems, AppError> {
    match refusal {
        Refusal::InUse(in_use) => Ok(Problems { in_use, ..Problems::default() }),
        Refusal::Changed(now) => Ok(Problems { changed: Some(now), ..Problems::default() }),
        Refusal::Taken(_) | Refusal::BuiltIn | Refusal::TooMany => {
            Ok(Problems { name: Some(refusal.to_string()), ..Problems::default() })
        }
        other => Err(refused(other)),
    }
}

async fn find(app: &App, viewer: &Viewer, id: i64) -> Result<ContactField, AppError> {
    let workspace_id = viewer.workspace_id;
    app.db
        .read(move |conn| contact_field::find(conn, workspace_id, id))
        .await?
        .ok_or(AppError::NotFound)
}

async fn form_page(
    app: &App,
    viewer: &Viewer,
    status: StatusCode,
    field: Option<ContactField>,
    mut form: FieldForm,
    mut problems: Problems,
) -> Result<HttpResponse, AppError> {
    let kind = field.as_ref().map_or_else(|| form.kind.parse().unwrap_or_default(), |f| f.kind);
    let mut chrome = viewer.chrome(app, Area::ContactFields).await?;
    if let Some(now) = problems.changed.take() {
        let words =
            "Somebody else changed this contact field while you had it open. Nothing is saved yet.";
        chrome.flash = Some(Flash::warn(words));
        form.put_over(&now, &mut problems);
    }
    let page = FieldFormPage {
        chrome,
        id: field.as_ref().map(|field| field.id),
        saved_name: field.map_or_else(String::new, |field| field.name),
        kinds: Kind::iter()
            .map(|one| Choice::new(one.into_str(), one.name(), one == kind))
            .collect(),
        is_choice: kind == Kind::Choice,
        gone: renaming::asked(&form, problems.in_use),
        seen: form.seen,
        name: Field { value: form.name, error: problems.name },
        choices: Field { value: form.choices, error: problems.choices },
    };
    respond::page(status, &page)
}

fn contacts(count: i64) -> String {
    counted(count, "contact", "contacts")
}

fn refused(refusal: Refusal) -> AppError {
    match refusal {
        Refusal::Barred(why) => AppError::barred(why, "changing contact fields"),
        _ => AppError::NotFound,
    }
}
