//! `/saved-views`: lists of the inbox and searches, kept by name.

pub mod page;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};
use serde::Deserialize;

use super::form::{Act, Nothing};
use super::respond;
use super::saved_address::{self, Place};
use super::view::{Area, Field, Flash};
use super::viewer::Viewer;
use crate::App;
use crate::models::saved_view::{self, Details, NAME_MAX, Refusal, SavedView};
use crate::models::text;
use crate::policy::Capability;
use crate::web::error::AppError;
use page::{DeletePage, Entry, FormPage, IndexPage};

const VIEWS: &str = "/saved-views";
/// What is refused to whoever may not.
const CHANGING: &str = "changing the team's views";

/// Which page is to be saved.
#[derive(Debug, Deserialize)]
pub struct Asked {
    #[serde(default)]
    address: String,
}

/// The form of a view.
#[derive(Debug, Deserialize)]
pub struct ViewForm {
    #[serde(default)]
    name: String,
    shared: Option<String>,
    #[serde(default)]
    address: String,
}

/// `GET /saved-views`
///
/// # Errors
/// When the database fails.
pub async fn index(app: Data<App>, viewer: Viewer) -> Result<HttpResponse, AppError> {
    let caller = viewer.caller();
    let views = app.db.read(move |conn| saved_view::list(conn, caller)).await?;
    let may_share = viewer.may(Capability::ShareViews);
    respond::ok(&IndexPage {
        chrome: viewer.chrome(&app, Area::Inbox).await?,
        entries: views
            .into_iter()
            .filter(|view| saved_address::is_for(&view.address, &viewer))
            .map(|view| Entry {
                place: Place::of(&view.address),
                can_change: view.is_own || may_share,
                id: view.id,
                name: view.name,
                address: view.address,
                is_shared: view.is_shared,
            })
            .collect(),
    })
}

/// `GET /saved-views/new`
///
/// # Errors
/// When the frame cannot be read.
pub async fn new(
    app: Data<App>,
    viewer: Viewer,
    asked: Query<Asked>,
) -> Result<HttpResponse, AppError> {
    let address = saved_address::of(&asked.address);
    let made = Made { address, ..Made::default() };
    form(&app, &viewer, StatusCode::OK, made).await
}

/// `POST /saved-views/new`
///
/// # Errors
/// When the database fails; what is wrong with the form is told beside the field.
pub async fn add(app: Data<App>, act: Act<ViewForm>) -> Result<HttpResponse, AppError> {
    save(&app, act, None).await
}

/// `GET /saved-views/{id}`
///
/// # Errors
/// Not found when the member has no such view, forbidden when it is the team's and they
/// may not change it; or when the database fails.
pub async fn edit(app: Data<App>, viewer: Viewer, id: Path<i64>) -> Result<HttpResponse, AppError> {
    let view = changeable(&app, &viewer, *id).await?;
    let made = Made {
        id: Some(view.id),
        name: Field::new(view.name),
        is_shared: view.is_shared,
        address: view.address,
    };
    form(&app, &viewer, StatusCode::OK, made).await
}

/// `POST /saved-views/{id}`
///
/// # Errors
/// As [`edit`]; what is wrong with the form is told beside the field.
pub async fn change(
    app: Data<App>,
    act: Act<ViewForm>,
    id: Path<i64>,
) -> Result<HttpResponse, AppError> {
    let view = changeable(&app, &act.viewer, *id).await?;
    save(&app, act, Some(view)).await
}

async fn save(
    app: &App,
    Act { viewer, form: sent }: Act<ViewForm>,
    view: Option<SavedView>,
) -> Result<HttpResponse, AppError> {
    let (id, is_shared) = (view.as_ref().map(|view| view.id), sent.shared.is_some());
    let address = view.map_or_else(|| saved_address::of(&sent.address), |view| view.address);
    let made = |name| Made { id, name, is_shared, address: address.clone() };
    let details = match text::line(&sent.name, NAME_MAX) {
        Ok(name) => Details { name, is_shared },
        Err(problem) => {
            let name = Field::failing(sent.name, problem.to_string());
            return unfit(app, &viewer, made(name)).await;
        }
    };
    let caller = viewer.caller();
    let flash = Flash::ok(format!("Saved the view {}.", details.name));
    let to = address.clone();
    let saved = app
        .db
        .write(move |conn| match id {
            Some(id) => saved_view::change(conn, caller, id, &details),
            None => saved_view::add(conn, caller, &details, &to).map(|_| ()),
        })
        .await?;
    match saved {
        Ok(()) => {
            let path = if id.is_some() { VIEWS } else { &address };
            Ok(respond::see_other_with(app, path, &flash))
        }
        Err(Refusal::Barred(why)) => Err(AppError::barred(why, "sharing views with the team")),
        Err(Refusal::NotFound) => Err(AppError::NotFound),
        Err(refusal @ (Refusal::Taken(_) | Refusal::TooMany)) => {
            unfit(app, &viewer, made(Field::failing(sent.name, refusal.to_string()))).await
        }
    }
}

/// `GET /saved-views/{id}/delete`
///
/// # Errors
/// As [`edit`].
pub async fn confirm(
    app: Data<App>,
    viewer: Viewer,
    id: Path<i64>,
) -> Result<HttpResponse, AppError> {
    let view = changeable(&app, &viewer, *id).await?;
    respond::ok(&DeletePage {
        chrome: viewer.chrome(&app, Area::Inbox).await?,
        id: view.id,
        name: view.name,
        is_shared: view.is_shared,
    })
}

/// `POST /saved-views/{id}/delete`
///
/// # Errors
/// As [`edit`].
pub async fn delete(
    app: Data<App>,
    act: Act<Nothing>,
    id: Path<i64>,
) -> Result<HttpResponse, AppError> {
    let (caller, id) = (act.viewer.caller(), *id);
    let deleted = app.db.write(move |conn| saved_view::delete(conn, caller, id)).await?;
    match deleted {
        Ok(name) => {
            let flash = Flash::ok(format!("Deleted the view {name}."));
            Ok(respond::see_other_with(&app, VIEWS, &flash))
        }
        Err(Refusal::Barred(why)) => Err(AppError::barred(why, CHANGING)),
        Err(_) => Err(AppError::NotFound),
    }
}

/// A view as its form has it.
#[derive(Default)]
struct Made {
    /// None: it is new.
    id: Option<i64>,
    name: Field,
    is_shared: bool,
    address: String,
}

async fn changeable(app: &App, viewer: &Viewer, id: i64) -> Result<SavedView, AppError> {
    let caller = viewer.caller();
    let found = app
        .db
        .read(move |conn| saved_view::find(conn, caller, id))
        .await?
        .ok_or(AppError::NotFound)?;
    if !found.is_own && !viewer.may(Capability::ShareViews) {
        return Err(AppError::Forbidden { what: CHANGING });
    }
    Ok(found)
}

async fn form(
    app: &App,
    viewer: &Viewer,
    status: StatusCode,
    made: Made,
) -> Result<HttpResponse, AppError> {
    let page = FormPage {
        chrome: viewer.chrome(app, Area::Inbox).await?,
        id: made.id,
        name: made.name,
        is_shared: made.is_shared,
        can_share: viewer.may(Capability::ShareViews),
        place: Place::of(&made.address),
        address: made.address,
    };
    respond::page(status, &page)
}

async fn unfit(app: &App, viewer: &Viewer, made: Made) -> Result<HttpResponse, AppError> {
    form(app, viewer, StatusCode::UNPROCESSABLE_ENTITY, made).await
}
