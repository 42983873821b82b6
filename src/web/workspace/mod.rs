//! Settings → Workspace: name, time zone, mail, and deleting it.

pub mod export;
pub mod page;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use page::{DeleteWorkspacePage, MailState, WorkspacePage};
use secrecy::ExposeSecret;
use serde::Deserialize;

use super::form::{Act, Nothing};
use super::respond;
use super::settings::counted;
use super::view::{Area, Field, Flash, When};
use super::viewer::Viewer;
use crate::App;
use crate::db::{Conn, Utc};
use crate::error::AppError;
use crate::models::delivery::State;
use crate::models::text::{self, NAME_MAX};
use crate::models::workspace::{self, Refusal};

const PATH: &str = "/settings/workspace";

/// What the form *Save workspace* sends.
#[derive(Deserialize)]
pub struct WorkspaceForm {
    #[serde(default)]
    workspace_name: String,
    #[serde(default)]
    timezone: String,
}

/// `GET /settings/workspace`
pub async fn index(app: web::Data<App>, viewer: Viewer) -> Result<HttpResponse, AppError> {
    let name = Field::new(viewer.workspace_name());
    let zone = viewer.time_zone.name().to_owned();
    show(&app, &viewer, StatusCode::OK, name, zone, None).await
}

/// `POST /settings/workspace`
pub async fn save(
    app: web::Data<App>,
    Act { viewer, form }: Act<WorkspaceForm>,
) -> Result<HttpResponse, AppError> {
    let zone = text::time_zone(&form.timezone);
    let (name, zone) = match (text::line(&form.workspace_name, NAME_MAX), zone) {
        (Ok(name), Some(zone)) => (name, zone),
        (name, zone) => {
            let error = name.err().map(|problem| problem.to_string());
            let name = Field { value: form.workspace_name, error };
            let zone_error = zone.is_none().then(|| "Choose a time zone of the list.".to_owned());
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            return show(&app, &viewer, status, name, form.timezone, zone_error).await;
        }
    };
    let (workspace_id, acting_id) = (viewer.workspace_id, viewer.membership_id);
    app.db
        .write(move |conn| workspace::change(conn, workspace_id, acting_id, &name, zone))
        .await?
        .map_err(refused)?;
    Ok(respond::see_other_with(&app, PATH, &Flash::ok("Workspace saved.")))
}

/// `POST /settings/workspace/test-mail`
pub async fn send_test_mail(
    app: web::Data<App>,
    Act { viewer, .. }: Act<Nothing>,
) -> Result<HttpResponse, AppError> {
    let (workspace_id, acting_id) = (viewer.workspace_id, viewer.membership_id);
    let recipient = viewer.email().to_owned();
    app.db
        .write(move |conn| workspace::send_test_mail(conn, workspace_id, acting_id, &recipient))
        .await?
        .map_err(refused)?;
    app.outbox.notify_one();
    let flash = if app.config.smtp_url.is_some() {
        Flash::ok(format!(
            "Test mail sent to {}. Load this page again to see how it went.",
            viewer.email()
        ))
    } else {
        Flash::warn("Test mail written to the data folder, since no mail server is set up.")
    };
    Ok(respond::see_other_with(&app, PATH, &flash))
}

/// `GET /settings/workspace/delete`
pub async fn confirm_delete(app: web::Data<App>, viewer: Viewer) -> Result<HttpResponse, AppError> {
    show_delete(&app, &viewer, StatusCode::OK, Field::default()).await
}

/// What the form *Delete workspace* sends.
#[derive(Deserialize)]
pub struct DeleteForm {
    #[serde(default)]
    confirmation: String,
}

/// `POST /settings/workspace/delete`
pub async fn delete(
    app: web::Data<App>,
    Act { viewer, form }: Act<DeleteForm>,
) -> Result<HttpResponse, AppError> {
    let (workspace_id, acting_id) = (viewer.workspace_id, viewer.membership_id);
    let typed = form.confirmation.clone();
    let deleted =
        app.db.write(move |conn| workspace::delete(conn, workspace_id, acting_id, &typed)).await?;
    match deleted {
        Ok(name) => {
            let flash = Flash::ok(format!("Workspace {name} deleted."));
            Ok(respond::see_other_with(&app, "/workspaces", &flash))
        }
        Err(refusal @ Refusal::OtherName) => {
            let field = Field::failing(form.confirmation, refusal.to_string());
            show_delete(&app, &viewer, StatusCode::UNPROCESSABLE_ENTITY, field).await
        }
        Err(refusal) => Err(refused(refusal)),
    }
}

fn refused(refusal: Refusal) -> AppError {
    match refusal {
        Refusal::Ended => AppError::ChooseWorkspace,
        Refusal::NotAllowed => AppError::Forbidden { what: "Changing the workspace" },
        other => AppError::conflict("The workspace was not changed", other.to_string()),
    }
}

async fn show(
    app: &App,
    viewer: &Viewer,
    status: StatusCode,
    name: Field,
    zone: String,
    zone_error: Option<String>,
) -> Result<HttpResponse, AppError> {
    let page = WorkspacePage {
        chrome: viewer.chrome(app, Area::Workspace).await?,
        name,
        zones: text::time_zone_names().to_vec(),
        zone,
        zone_error,
        error: None,
        mail: mail_state(app, viewer).await?,
    };
    respond::page(status, &page)
}

async fn mail_state(app: &App, viewer: &Viewer) -> Result<MailState, AppError> {
    let workspace_id = viewer.workspace_id;
    let last_test =
        app.db.read(move |conn: &mut Conn| workspace::last_test_mail(conn, workspace_id)).await?;
    let server = app
        .config
        .smtp_url
        .as_ref()
        .and_then(|url| url::Url::parse(url.expose_secret()).ok())
        .and_then(|url| url.host_str().map(str::to_owned));
    Ok(MailState {
        is_set_up: app.config.smtp_url.is_some(),
        server: server.unwrap_or_default(),
        from: app.config.mail_from.clone(),
        test_address: viewer.email().to_owned(),
        last_test: last_test.map(|(at, state)| {
            let when = When::new(at.to_chrono(), Utc::now().to_chrono(), viewer.time_zone).text;
            match state {
                State::Pending => format!("The test mail of {when} is on its way."),
                State::Sent => format!("The test mail of {when} was taken."),
                State::NotDelivered { reason, .. } => {
                    format!("The test mail of {when} was not delivered: {reason}")
                }
            }
        }),
    })
}

async fn show_delete(
    app: &App,
    viewer: &Viewer,
    status: StatusCode,
    confirmation: Field,
) -> Result<HttpResponse, AppError> {
    let workspace_id = viewer.workspace_id;
    let size = app.db.read_long(move |conn| workspace::size(conn, workspace_id)).await?;
    let page = DeleteWorkspacePage {
        chrome: viewer.chrome(app, Area::Workspace).await?,
        members: counted(size.members, "member", "members"),
        conversations: counted(size.conversations, "conversation", "conversations"),
        confirmation,
    };
    respond::page(status, &page)
}
