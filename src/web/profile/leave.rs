//! Leaving the workspace: one's own removal.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use serde::Deserialize;

use super::page::LeavePage;
use super::{LAST_ADMINISTRATOR, PROFILE};
use crate::App;
use crate::models::invitation;
use crate::models::membership::{self, Refusal};
use crate::models::removal::{self, Remains};
use crate::policy::roles;
use crate::web::away;
use crate::web::error::AppError;
use crate::web::form::Act;
use crate::web::respond;
use crate::web::settings::{after_leaving, successor};
use crate::web::view::{Area, Choice, Flash};
use crate::web::viewer::Viewer;

/// What the form *Leave workspace* sends.
#[derive(Default, Deserialize)]
pub struct LeaveForm {
    /// A membership's id; empty for the queue.
    #[serde(default)]
    successor: String,
    keep_invitations: Option<String>,
}

/// `GET /settings/profile/leave`
pub async fn confirm(app: web::Data<App>, viewer: Viewer) -> Result<HttpResponse, AppError> {
    show(&app, &viewer, StatusCode::OK, &LeaveForm::default(), None).await
}

/// `POST /settings/profile/leave`
pub async fn leave(
    app: web::Data<App>,
    Act { viewer, form }: Act<LeaveForm>,
) -> Result<HttpResponse, AppError> {
    let caller = viewer.caller();
    let ended = match successor(&form.successor) {
        Err(refusal) => Err(refusal),
        Ok(successor_id) => {
            let keep_invitations = form.keep_invitations.is_some();
            let remains = Remains { successor_id, keep_invitations };
            app.db
                .write(move |conn| removal::end(conn, caller, caller.membership_id, remains))
                .await?
        }
    };
    match ended {
        Ok(done) => {
            let flash = Flash::ok(format!("You left {}.", viewer.workspace_name()));
            Ok(respond::see_other_with(&app, after_leaving(&done), &flash))
        }
        Err(Refusal::LastAdministrator(_)) => Err(last_administrator()),
        Err(Refusal::Barred(why)) => Err(AppError::barred(why, "assigning conversations")),
        Err(refusal @ Refusal::NoSuccessor) => {
            let reason = Some(refusal.to_string());
            show(&app, &viewer, StatusCode::UNPROCESSABLE_ENTITY, &form, reason).await
        }
        Err(Refusal::Unknown | Refusal::Gone(_)) => Err(AppError::ChooseWorkspace),
    }
}

fn last_administrator() -> AppError {
    AppError::conflict("You cannot leave yet", LAST_ADMINISTRATOR)
}

async fn show(
    app: &App,
    viewer: &Viewer,
    status: StatusCode,
    form: &LeaveForm,
    error: Option<String>,
) -> Result<HttpResponse, AppError> {
    let (workspace_id, id) = (viewer.workspace_id, viewer.membership_id);
    let (administrators, owned, team, pending_invitations) = app
        .db
        .read(move |conn| {
            Ok((
                membership::administrators(conn, workspace_id)?,
                membership::owned(conn, workspace_id, id)?,
                membership::active_names(conn, workspace_id)?,
                invitation::pending_sent(conn, workspace_id, id)?,
            ))
        })
        .await?;
    if roles::end_membership(viewer.role, administrators).is_err() {
        let flash = Flash::bad(LAST_ADMINISTRATOR);
        return Ok(respond::see_other_with(app, PROFILE, &flash));
    }
    let successors = team
        .into_iter()
        .filter(|other| viewer.actor().may_pass_on() && other.membership_id != id)
        .map(|other| {
            let value = other.membership_id.to_string();
            let is_selected = value == form.successor;
            Choice::new(value, away::label(&other, viewer), is_selected)
        })
        .collect();
    let page = LeavePage {
        chrome: viewer.chrome(app, Area::Profile).await?,
        load: owned.into(),
        successors,
        pending_invitations,
        keep_invitations: form.keep_invitations.is_some(),
        error,
    };
    respond::page(status, &page)
}
