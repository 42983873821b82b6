//! What a contact can come to: part of another one, or nothing. And the way out
//! for all of them, as a table.

use actix_web::web::{Data, Path, Query};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;

use super::page::{Candidate, DeletePage, MergePage};
use super::show::{address, refused};
use crate::App;
use crate::models::audit::Export;
use crate::models::contact::list::{self, Sort};
use crate::models::contact::merging::{Filled, Filling};
use crate::models::contact::{self, addresses, csv_export, deletion, merging};
use crate::models::text;
use crate::web::error::AppError;
use crate::web::form::{Act, Nothing};
use crate::web::view::{Area, Avatar, Flash, counted};
use crate::web::viewer::Viewer;
use crate::web::{download, respond};

/// Contacts that the search for the other one shows.
const CANDIDATES: i64 = 20;

/// What the page of a merge is asked for: whom to look for, or who it is.
#[derive(Debug, Deserialize)]
pub struct Asked {
    #[serde(default)]
    q: String,
    into: Option<i64>,
}

/// The form of a merge.
#[derive(Debug, Deserialize)]
pub struct MergeForm {
    #[serde(default)]
    into: i64,
}

/// The form that takes a merge apart.
#[derive(Debug, Deserialize)]
pub struct UndoForm {
    #[serde(default)]
    merge: i64,
}

/// `GET /contacts/export`
///
/// # Errors
/// When the database fails, or the file cannot be written.
pub async fn export(
    app: Data<App>,
    viewer: Viewer,
    request: HttpRequest,
) -> Result<HttpResponse, AppError> {
    if respond::is_seen(&request) {
        download::logged(&app, &viewer, Export::Contacts, String::new(), "The export").await?;
    }
    let workspace_id = viewer.workspace_id;
    let name = download::name(&viewer, "contacts", "csv");
    download::file(&app, "text/csv; charset=utf-8", name, move |conn, out| {
        csv_export::write(conn, workspace_id, out)
    })
    .await
}

/// `GET /contacts/{id}/merge`: finds the other one, and says what will happen.
///
/// # Errors
/// Not found when the workspace has no such contact; or when the database fails.
pub async fn choose(
    app: Data<App>,
    viewer: Viewer,
    id: Path<i64>,
    asked: Query<Asked>,
) -> Result<HttpResponse, AppError> {
    let (id, Asked { q, into }) = (*id, asked.into_inner());
    let (workspace_id, actor) = (viewer.workspace_id, viewer.actor());
    let search = text::optional_line(&q, text::NAME_MAX).ok().flatten();
    let (contact, target, found, filling) = app
        .db
        .read_long(move |conn| {
            let contact = contact::find(conn, workspace_id, id)?;
            let target = match into.filter(|into| *into != id) {
                Some(into) => contact::find(conn, workspace_id, into)?,
                None => None,
            };
            let found = match (&target, search) {
                (None, Some(search)) => {
                    let sort = Sort::Name;
                    list::page(conn, workspace_id, actor, &search, sort, None, CANDIDATES)?
                }
                _ => Vec::new(),
            };
            let filling = match (&target, &contact) {
                (Some(target), Some(contact)) => {
                    merging::would_fill(conn, workspace_id, target, contact)?
                }
                _ => Filling::default(),
            };
            Ok((contact, target, found, filling))
        })
        .await?;
    let contact = contact.ok_or(AppError::NotFound)?;
    let is_kept = target.as_ref().is_some_and(|target| addresses::is_kept(target, &contact));
    respond::ok(&MergePage {
        chrome: viewer.chrome(&app, Area::Contacts).await?,
        id,
        is_blocked: filling.built_in.contains(&Filled::Blocked),
        left: text::listed(&filling.left),
        filled: filled(filling),
        target: target.map(|target| candidate(target.id, target.name, target.email)),
        candidates: found
            .into_iter()
            .filter(|row| row.id != id)
            .map(|row| candidate(row.id, row.name, row.email))
            .collect(),
        name: contact.name,
        email: contact.email.filter(|_| is_kept),
        search: q,
    })
}

fn candidate(id: i64, name: String, email: Option<String>) -> Candidate {
    let avatar = Avatar::new(&name, &id.to_string());
    Candidate { id, name, avatar, email: email.unwrap_or_default() }
}

/// What the one that is left lacks: `email address, phone and Frame size`.
fn filled(filling: Filling) -> String {
    let name = |which| match which {
        Filled::Email => Some("email address".to_owned()),
        Filled::Phone => Some("phone".to_owned()),
        Filled::Company => Some("company".to_owned()),
        Filled::Blocked | Filled::Field(_) => None,
    };
    let fields = filling.fields.into_iter().map(|(field, _)| field.name);
    let words: Vec<String> = filling.built_in.into_iter().filter_map(name).chain(fields).collect();
    text::listed(&words)
}

/// `POST /contacts/{id}/merge`
///
/// # Errors
/// Not found when one of them is not in the workspace; or when the database fails.
pub async fn merge(
    app: Data<App>,
    act: Act<MergeForm>,
    id: Path<i64>,
) -> Result<HttpResponse, AppError> {
    let (id, into) = (*id, act.form.into);
    let caller = act.viewer.caller();
    let name = app
        .db
        .write(move |conn| merging::merge(conn, caller, id, into))
        .await?
        .map_err(unmerged)?;
    let flash = Flash::ok(format!("Merged into {name}. It can be undone for a day."));
    Ok(respond::see_other_with(&app, &address(into), &flash))
}

/// `POST /contacts/{id}/unmerge`: *Undo merge*.
///
/// # Errors
/// As [`merge`]; a conflict when it is too late.
pub async fn unmerge(
    app: Data<App>,
    act: Act<UndoForm>,
    id: Path<i64>,
) -> Result<HttpResponse, AppError> {
    let (id, merge) = (*id, act.form.merge);
    let caller = act.viewer.caller();
    let name = app
        .db
        .write(move |conn| merging::undo(conn, caller, id, merge))
        .await?
        .map_err(unmerged)?;
    let flash = Flash::ok(format!("{name} is a separate contact again."));
    Ok(respond::see_other_with(&app, &address(id), &flash))
}

/// `GET /contacts/{id}/delete`
///
/// # Errors
/// Not found when the workspace has no such contact; or when the database fails.
pub async fn confirm(
    app: Data<App>,
    viewer: Viewer,
    id: Path<i64>,
) -> Result<HttpResponse, AppError> {
    let (id, workspace_id) = (*id, viewer.workspace_id);
    let (contact, count) = app
        .db
        .read(move |conn| {
            Ok((contact::find(conn, workspace_id, id)?, deletion::size(conn, workspace_id, id)?))
        })
        .await?;
    respond::ok(&DeletePage {
        chrome: viewer.chrome(&app, Area::Contacts).await?,
        id,
        name: contact.ok_or(AppError::NotFound)?.name,
        count: counted(count, "conversation", "conversations"),
    })
}

/// `POST /contacts/{id}/delete`
///
/// # Errors
/// As [`confirm`], or when the member may not any more.
pub async fn delete(
    app: Data<App>,
    act: Act<Nothing>,
    id: Path<i64>,
) -> Result<HttpResponse, AppError> {
    let id = *id;
    let caller = act.viewer.caller();
    app.db.write(move |conn| deletion::delete(conn, caller, id)).await?.map_err(refused)?;
    let flash = Flash::ok("Deleted the contact and everything that was written.");
    Ok(respond::see_other_with(&app, "/contacts", &flash))
}

fn unmerged(refusal: merging::Refusal) -> AppError {
    match refusal {
        merging::Refusal::Ordinary(refusal) => refused(refusal),
        merging::Refusal::Itself => AppError::Malformed("merged with itself".into()),
        merging::Refusal::Over => AppError::conflict("Too late to undo", refusal.to_string()),
    }
}
