//! Settings → Team: saying that a member is away.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};

use super::page::AwayPage;
use super::{LIST, known, refused};
use crate::App;
use crate::models::membership::{self, Refusal};
use crate::web::away::{self, Away, AwayForm, Refused};
use crate::web::error::AppError;
use crate::web::form::Act;
use crate::web::respond;
use crate::web::view::{Area, Field, Flash};
use crate::web::viewer::Viewer;

/// `GET /settings/team/members/ID/away`
pub async fn show(
    app: web::Data<App>,
    path: web::Path<i64>,
    viewer: Viewer,
) -> Result<HttpResponse, AppError> {
    page(&app, &viewer, *path, None).await
}

/// `POST /settings/team/members/ID/away`
pub async fn save(
    app: web::Data<App>,
    path: web::Path<i64>,
    Act { viewer, form }: Act<AwayForm>,
) -> Result<HttpResponse, AppError> {
    let id = *path;
    known(&app, &viewer, id).await?;
    match away::set(&app, &viewer, id, &form).await? {
        Ok((name, until)) => {
            let words = match until {
                Some(day) => format!("{name} is away until {day}."),
                None => format!("{name} is back."),
            };
            Ok(respond::see_other_with(&app, LIST, &Flash::ok(words)))
        }
        Err(Refused::Day(reason)) => {
            page(&app, &viewer, id, Some(Field::failing(form.back_on, reason))).await
        }
        Err(Refused::Member(refusal)) => refused(&app, &viewer, refusal).await,
    }
}

/// The page, with what was typed where that was refused.
async fn page(
    app: &App,
    viewer: &Viewer,
    id: i64,
    typed: Option<Field>,
) -> Result<HttpResponse, AppError> {
    let workspace_id = viewer.workspace_id;
    let found = app.db.read(move |conn| membership::find(conn, workspace_id, id)).await?;
    let Some(member) = found else {
        let name = known(app, viewer, id).await?;
        return refused(app, viewer, Refusal::Gone(name)).await;
    };
    let status = if typed.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let mut away = Away::new(member.away_until, viewer.workspace_time_zone);
    away.back_on = typed.unwrap_or(away.back_on);
    let page = AwayPage {
        chrome: viewer.chrome(app, Area::Team).await?,
        member_id: id,
        role_name: member.role.name().to_owned(),
        away,
        name: member.name,
        email: member.email,
    };
    respond::page(status, &page)
}
