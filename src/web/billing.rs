//! Settings → Billing.

pub mod page;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use page::{BillingPage, PlanCard, too_small};
use serde::Deserialize;

use super::form::Act;
use super::respond;
use super::settings::shown;
use super::view::{Area, Flash};
use super::viewer::Viewer;
use crate::App;
use crate::db::Utc;
use crate::models::workspace::{self, Refusal};
use crate::web::error::AppError;

const PATH: &str = "/settings/billing";

/// `GET /settings/billing`
pub async fn index(app: web::Data<App>, viewer: Viewer) -> Result<HttpResponse, AppError> {
    show(&app, &viewer, StatusCode::OK, None).await
}

/// What the form *Change plan* sends.
#[derive(Deserialize)]
pub struct PlanForm {
    #[serde(default)]
    plan: String,
}

/// `POST /settings/billing`
pub async fn change_plan(
    app: web::Data<App>,
    Act { viewer, form }: Act<PlanForm>,
) -> Result<HttpResponse, AppError> {
    let caller = viewer.caller();
    let code = form.plan.clone();
    let changed = app.db.write(move |conn| workspace::change_plan(conn, caller, &code)).await?;
    match changed {
        Ok((plan, is_changed)) => {
            let words = if is_changed { "Plan changed to" } else { "The plan is already" };
            let flash = Flash::ok(format!("{words} {}.", plan.name));
            Ok(respond::see_other_with(&app, PATH, &flash))
        }
        Err(Refusal::Barred(why)) => Err(AppError::barred(why, "Billing")),
        Err(refusal @ Refusal::TooFewSeats(_)) => {
            let refused = Some((form.plan, refusal.to_string()));
            show(&app, &viewer, StatusCode::CONFLICT, refused).await
        }
        Err(refusal) => {
            let refused = Some((form.plan, refusal.to_string()));
            show(&app, &viewer, StatusCode::UNPROCESSABLE_ENTITY, refused).await
        }
    }
}

/// The page; `refused` holds the plan that was asked for, and why not.
async fn show(
    app: &App,
    viewer: &Viewer,
    status: StatusCode,
    refused: Option<(String, String)>,
) -> Result<HttpResponse, AppError> {
    let workspace_id = viewer.workspace_id;
    let (workspace, seats, plans) = app
        .db
        .read(move |conn| {
            Ok((
                workspace::find(conn, workspace_id)?,
                workspace::seats(conn, workspace_id, Utc::now())?,
                workspace::all_plans(conn)?,
            ))
        })
        .await?;
    let current = workspace.ok_or(AppError::ChooseWorkspace)?.plan.code;
    let (asked_for, error) = refused.unzip();
    let selected = asked_for
        .filter(|code| plans.iter().any(|plan| plan.code == *code))
        .unwrap_or_else(|| current.clone());
    let taken = shown(seats.used());
    let page = BillingPage {
        chrome: viewer.chrome(app, Area::Billing).await?,
        seats: seats.into(),
        plans: plans
            .into_iter()
            .map(|plan| PlanCard {
                seats: shown(plan.seats()),
                is_current: plan.code == current,
                is_selected: plan.code == selected,
                refusal: too_small(&plan.name, shown(plan.seats()), taken),
                value: plan.code,
                name: plan.name,
            })
            .collect(),
        error,
    };
    respond::page(status, &page)
}
