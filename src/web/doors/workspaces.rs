//! The workspaces of someone who is signed in, and the way from one to another.

use actix_session::Session;
use actix_web::web::{Data, Query};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;

use super::page::{WorkspaceChoice, WorkspacesPage};
use crate::App;
use crate::models::identity::{self, JoinedWorkspace};
use crate::web::error::AppError;
use crate::web::form::Form;
use crate::web::respond;
use crate::web::view::Flash;
use crate::web::viewer::{SignedIn, WORKSPACE_ID};

/// Where to go on to, once a workspace is chosen.
#[derive(Deserialize)]
pub struct Next {
    #[serde(default)]
    next: String,
}

/// `GET /workspaces`
pub async fn choose(
    app: Data<App>,
    request: HttpRequest,
    query: Query<Next>,
    user: SignedIn,
) -> Result<HttpResponse, AppError> {
    let user_id = user.user_id;
    let current = user.member.as_ref().map(|member| member.workspace_id);
    let workspaces = app.db.read(move |conn| identity::workspaces_of(conn, user_id)).await?;
    let choice = |workspace: JoinedWorkspace| WorkspaceChoice {
        id: workspace.id,
        role_name: workspace.actor.role.name().to_owned(),
        is_current: current == Some(workspace.id),
        name: workspace.name,
    };
    respond::ok(&WorkspacesPage {
        flash: respond::incoming_flash(&request, &app.cookie_key),
        user_email: user.email.clone(),
        workspaces: workspaces.into_iter().map(choice).collect(),
        next: respond::local_path(&query.next).unwrap_or_default().to_owned(),
        may_create: app.config.signups_open,
    })
}

/// What the switcher and the chooser send.
#[derive(Deserialize)]
pub struct SwitchForm {
    workspace_id: i64,
    #[serde(default)]
    next: String,
    /// What was written where it was refused for the other workspace's sake.
    #[serde(default)]
    kept: String,
}

/// `POST /workspaces/switch`
pub async fn switch(
    app: Data<App>,
    session: Session,
    user: SignedIn,
    Form(form): Form<SwitchForm>,
) -> Result<HttpResponse, AppError> {
    let user_id = user.user_id;
    let workspaces = app.db.read(move |conn| identity::workspaces_of(conn, user_id)).await?;
    // A workspace that one is not in is as absent as one that does not exist.
    let workspace = workspaces
        .into_iter()
        .find(|workspace| workspace.id == form.workspace_id)
        .ok_or(AppError::NotFound)?;
    session
        .insert(WORKSPACE_ID, form.workspace_id)
        .map_err(|error| AppError::Internal(error.to_string()))?;
    let path = respond::local_path(&form.next).unwrap_or("/inbox");
    let told = Flash::unsent("You were in another workspace", &form.kept)
        .unwrap_or_else(|| Flash::ok(format!("You are in {} now.", workspace.name)));
    Ok(respond::see_other_with(&app, path, &told))
}
