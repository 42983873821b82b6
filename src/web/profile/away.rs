//! Saying that one is away, and back.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use super::{PROFILE, load, refused};
use crate::App;
use crate::models::membership::Refusal;
use crate::web::away::{self, AwayForm, Refused};
use crate::web::error::AppError;
use crate::web::form::Act;
use crate::web::respond;
use crate::web::view::{Field, Flash};

/// `POST /settings/profile/away`. The button that ends it stands in the inbox, too, and leads
/// back there.
///
/// # Errors
/// When the database fails.
pub async fn save(
    app: Data<App>,
    request: HttpRequest,
    act: Act<AwayForm>,
) -> Result<HttpResponse, AppError> {
    let Act { viewer, form } = act;
    match away::set(&app, &viewer, viewer.membership_id, &form).await? {
        Ok((_, Some(day))) => {
            let flash = Flash::ok(format!("You are away until {day}."));
            Ok(respond::see_other_with(&app, PROFILE, &flash))
        }
        Ok((_, None)) => {
            let next = respond::page_before(&request);
            Ok(respond::see_other_with(&app, &next, &Flash::ok("Welcome back.")))
        }
        Err(Refused::Day(reason)) => {
            let mut page = load(&app, &viewer).await?;
            page.away.back_on = Field::failing(form.back_on, reason);
            refused(&page)
        }
        Err(Refused::Member(Refusal::Barred(why))) => Err(AppError::barred(why, "Your profile")),
        Err(Refused::Member(_)) => Err(AppError::ChooseWorkspace),
    }
}
