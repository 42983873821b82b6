//! How a label ends: in another one, or altogether.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use serde::Deserialize;

use super::page::{DeletePage, MergePage};
use super::{LIST, conversations, refused};
use crate::App;
use crate::models::label::{self, Label, Refusal};
use crate::models::saved_view;
use crate::web::chips::chip;
use crate::web::error::AppError;
use crate::web::form::{Act, Nothing};
use crate::web::respond;
use crate::web::view::{Area, Choice, Flash, counted};
use crate::web::viewer::Viewer;

/// The label that two become.
#[derive(Debug, Deserialize)]
pub struct MergeForm {
    #[serde(default)]
    into: i64,
}

/// `GET /settings/labels/{id}/merge`
///
/// # Errors
/// Not found when the workspace has no such label; or when the database fails.
pub async fn choose(
    app: Data<App>,
    viewer: Viewer,
    id: Path<i64>,
) -> Result<HttpResponse, AppError> {
    merge_page(&app, &viewer, StatusCode::OK, *id, None).await
}

/// `POST /settings/labels/{id}/merge`
///
/// # Errors
/// As [`choose`], or when the member may not any more.
pub async fn merge(
    app: Data<App>,
    act: Act<MergeForm>,
    id: Path<i64>,
) -> Result<HttpResponse, AppError> {
    let Act { viewer, form } = act;
    let (from, into) = (*id, form.into);
    let caller = viewer.caller();
    let merged = app.db.write(move |conn| label::merge(conn, caller, from, into)).await?;
    match merged {
        Ok(merged) => {
            let moved = counted(merged.conversations, "conversation", "conversations");
            let (from, into) = (merged.from.name, merged.into.name);
            let flash = Flash::ok(format!("Merged {from} into {into}, with {moved}."));
            Ok(respond::see_other_with(&app, LIST, &flash))
        }
        // The page itself is not there when the first label is the missing one.
        Err(Refusal::NotFound) => {
            let reason = "Choose a label that still exists.".to_owned();
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            merge_page(&app, &viewer, status, from, Some(reason)).await
        }
        Err(refusal) => Err(refused(&refusal)),
    }
}

/// `GET /settings/labels/{id}/delete`
///
/// # Errors
/// As [`choose`].
pub async fn confirm(
    app: Data<App>,
    viewer: Viewer,
    id: Path<i64>,
) -> Result<HttpResponse, AppError> {
    let (label, count) = with_count(&app, &viewer, *id).await?;
    let (workspace_id, id) = (viewer.workspace_id, label.id);
    let views =
        app.db.read(move |conn| saved_view::count_with_label(conn, workspace_id, id)).await?;
    let page = DeletePage {
        chrome: viewer.chrome(&app, Area::Labels).await?,
        id: label.id,
        chip: chip(&label),
        conversations: conversations(count),
        views: match views {
            0 => None,
            1 => Some("1 saved view uses".to_owned()),
            views => Some(format!("{views} saved views use")),
        },
    };
    respond::ok(&page)
}

/// `POST /settings/labels/{id}/delete`
///
/// # Errors
/// As [`choose`], or when the member may not any more.
pub async fn delete(
    app: Data<App>,
    act: Act<Nothing>,
    id: Path<i64>,
) -> Result<HttpResponse, AppError> {
    let (id, viewer) = (*id, act.viewer);
    let caller = viewer.caller();
    let label = app
        .db
        .write(move |conn| label::delete(conn, caller, id))
        .await?
        .map_err(|refusal| refused(&refusal))?;
    let flash = Flash::ok(format!("Deleted the label {}.", label.name));
    Ok(respond::see_other_with(&app, LIST, &flash))
}

async fn with_count(app: &App, viewer: &Viewer, id: i64) -> Result<(Label, i64), AppError> {
    let workspace_id = viewer.workspace_id;
    let found = app
        .db
        .read(move |conn| match label::find(conn, workspace_id, id)? {
            Some(label) => Ok(Some((label, label::count(conn, workspace_id, id)?))),
            None => Ok(None),
        })
        .await?;
    found.ok_or(AppError::NotFound)
}

async fn merge_page(
    app: &App,
    viewer: &Viewer,
    status: StatusCode,
    id: i64,
    error: Option<String>,
) -> Result<HttpResponse, AppError> {
    let (label, count) = with_count(app, viewer, id).await?;
    let workspace_id = viewer.workspace_id;
    let all = app.db.read(move |conn| label::list(conn, workspace_id)).await?;
    let page = MergePage {
        chrome: viewer.chrome(app, Area::Labels).await?,
        id,
        chip: chip(&label),
        conversations: conversations(count),
        others: all
            .into_iter()
            .filter(|other| other.id != id)
            .map(|other| Choice::new(other.id.to_string(), other.name, false))
            .collect(),
        error,
    };
    respond::page(status, &page)
}
