//! *Remove*, at an address that a contact has beside its own.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use serde::Deserialize;

use super::show::{address, refused};
use crate::App;
use crate::models::contact::addresses;
use crate::web::error::AppError;
use crate::web::form::Act;
use crate::web::respond;
use crate::web::view::Flash;

/// Which address.
#[derive(Debug, Deserialize)]
pub struct AddressForm {
    #[serde(default)]
    email: String,
}

/// `POST /contacts/{id}/addresses/remove`
///
/// # Errors
/// Not found when the workspace has no such contact; or when the database fails.
pub async fn remove(
    app: Data<App>,
    act: Act<AddressForm>,
    id: Path<i64>,
) -> Result<HttpResponse, AppError> {
    let (id, email) = (*id, act.form.email);
    let caller = act.viewer.caller();
    let flash = Flash::ok(format!("Removed {email}."));
    app.db
        .write(move |conn| addresses::remove(conn, caller, id, &email))
        .await?
        .map_err(refused)?;
    Ok(respond::see_other_with(&app, &address(id), &flash))
}
