//! The end of a contact field, with the values that contacts have of it.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};

use super::page::DeletePage;
use super::{LIST, catch_up, contacts, refused};
use crate::App;
use crate::models::contact_field;
use crate::web::error::AppError;
use crate::web::form::{Act, Nothing};
use crate::web::respond;
use crate::web::view::{Area, Flash};
use crate::web::viewer::Viewer;

/// `GET /settings/contact-fields/{id}/delete`
///
/// # Errors
/// Not found when the workspace has no such field; or when the database fails.
pub async fn confirm(
    app: Data<App>,
    viewer: Viewer,
    id: Path<i64>,
) -> Result<HttpResponse, AppError> {
    let (id, workspace_id) = (*id, viewer.workspace_id);
    let found = app
        .db
        .read(move |conn| match contact_field::find(conn, workspace_id, id)? {
            Some(field) => Ok(Some((field, contact_field::count(conn, workspace_id, id)?))),
            None => Ok(None),
        })
        .await?;
    let (field, count) = found.ok_or(AppError::NotFound)?;
    respond::ok(&DeletePage {
        chrome: viewer.chrome(&app, Area::ContactFields).await?,
        id,
        name: field.name,
        has_values: count > 0,
        contacts: match count {
            0 => "No contact has".to_owned(),
            1 => "1 contact has".to_owned(),
            count => format!("{} have", contacts(count)),
        },
    })
}

/// `POST /settings/contact-fields/{id}/delete`
///
/// # Errors
/// As [`confirm`], or when the member may not any more.
pub async fn delete(
    app: Data<App>,
    act: Act<Nothing>,
    id: Path<i64>,
) -> Result<HttpResponse, AppError> {
    let id = *id;
    let (caller, workspace_id) = (act.viewer.caller(), act.viewer.workspace_id);
    let field = app
        .db
        .write(move |conn| contact_field::delete(conn, caller, id))
        .await?
        .map_err(refused)?;
    catch_up(&app, workspace_id).await;
    let flash = Flash::ok(format!("Deleted the contact field {}.", field.name));
    Ok(respond::see_other_with(&app, LIST, &flash))
}
