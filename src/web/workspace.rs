//! Settings → Workspace: what holds for everybody in it, mail, and deleting it.

pub mod export;
pub mod logo;
pub mod page;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use page::{DeleteWorkspacePage, MailState, WorkspacePage};
use serde::Deserialize;

use super::form::{Act, Nothing};
use super::hours::{Hours, Sent};
use super::respond;
use super::routes::WORKSPACE;
use super::view::{Area, Choice, Field, Flash, counted};
use super::viewer::Viewer;
use crate::App;
use crate::config::SmtpUrl;
use crate::db::Conn;
use crate::models::delivery::State;
use crate::models::text::{self, NAME_MAX};
use crate::models::workspace::{self, Refusal, SESSION_DAYS, Settings};
use crate::models::{identity, seen};
use crate::web::error::AppError;

const PATH: &str = "/settings/workspace";

/// What the form *Save workspace* sends.
#[derive(Deserialize)]
pub struct WorkspaceForm {
    #[serde(default)]
    workspace_name: String,
    #[serde(default)]
    timezone: String,
    /// `always`, or `set` to the hours that follow.
    hours: Option<String>,
    #[serde(default)]
    day: Vec<String>,
    #[serde(default)]
    from: Vec<String>,
    #[serde(default)]
    to: Vec<String>,
    session_days: Option<i32>,
    agents_pass_on: Option<String>,
    /// What the page showed, see [`seen`].
    #[serde(default)]
    seen: String,
}

/// `GET /settings/workspace`
pub async fn index(app: web::Data<App>, viewer: Viewer) -> Result<HttpResponse, AppError> {
    show_with(&app, &viewer, StatusCode::OK, |_| {}).await
}

/// `POST /settings/workspace`
pub async fn save(
    app: web::Data<App>,
    Act { viewer, form }: Act<WorkspaceForm>,
) -> Result<HttpResponse, AppError> {
    if form.has_unknown_choice() {
        return Err(AppError::Malformed("a choice that no page offers".into()));
    }
    let old = settings(&app, &viewer).await?;
    let new = match check(&form, old) {
        Ok(new) => new,
        Err(problems) => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            return show_with(&app, &viewer, status, |page| problems.put_on(page, form)).await;
        }
    };
    let caller = viewer.caller();
    let seen = seen::read::<Settings>(&form.seen);
    app.db
        .write(move |conn| workspace::change(conn, caller, &new, seen.as_ref()))
        .await?
        .map_err(refused)?;
    Ok(respond::see_other_with(&app, PATH, &Flash::ok("Workspace saved.")))
}

impl WorkspaceForm {
    /// Whether something was chosen that the page does not offer.
    fn has_unknown_choice(&self) -> bool {
        self.hours.as_deref().is_some_and(|word| !["always", "set"].contains(&word))
            || self.session_days.is_some_and(|days| !SESSION_DAYS.contains(&days))
    }
}

/// What is wrong with the form, by field.
struct Problems {
    name: Option<String>,
    zone: Option<String>,
    hours: Option<Hours>,
}

impl Problems {
    /// Puts the form back on the page as it was sent.
    fn put_on(self, page: &mut WorkspacePage, form: WorkspaceForm) {
        let sent = Sent { day: &form.day, from: &form.from, to: &form.to };
        if form.hours.is_some() {
            page.is_always = form.hours.as_deref() == Some("always");
            page.hours = self
                .hours
                .or_else(|| sent.check().ok().map(|hours| Hours::of(Some(&hours))))
                .unwrap_or_else(|| Hours::of(None));
        }
        page.seen = form.seen;
        page.name = Field { value: form.workspace_name, error: self.name };
        page.zone = Field { value: form.timezone, error: self.zone };
        page.agents_pass_on = form.agents_pass_on.is_some();
        if let Some(days) = form.session_days {
            page.session_days = session_choices(days);
        }
    }
}

/// The settings as the model takes them. What a form does not name stays as it is.
fn check(form: &WorkspaceForm, old: Settings) -> Result<Settings, Problems> {
    let words = |problem: text::TextProblem| problem.to_string();
    let name = text::line(&form.workspace_name, NAME_MAX).map_err(words);
    let zone = text::chosen_time_zone(&form.timezone).map_err(words);
    let sent = Sent { day: &form.day, from: &form.from, to: &form.to };
    let hours = match form.hours.as_deref() {
        Some("always") => Ok(None),
        Some(_) => sent.check().map(Some),
        None => Ok(old.working_hours.clone()),
    };
    match (name, zone, hours) {
        (Ok(name), Ok(time_zone), Ok(working_hours)) => Ok(Settings {
            name,
            time_zone,
            working_hours,
            session_days: form.session_days.unwrap_or(old.session_days),
            agents_pass_on: match form.session_days {
                Some(_) => form.agents_pass_on.is_some(),
                None => old.agents_pass_on,
            },
        }),
        (name, zone, hours) => {
            Err(Problems { name: name.err(), zone: zone.err(), hours: hours.err() })
        }
    }
}

async fn settings(app: &App, viewer: &Viewer) -> Result<Settings, AppError> {
    let workspace_id = viewer.workspace_id;
    app.db
        .read(move |conn| workspace::settings(conn, workspace_id))
        .await?
        .ok_or(AppError::ChooseWorkspace)
}

fn session_choices(chosen: i32) -> Vec<Choice> {
    let choice = |days: i32| {
        Choice::new(days.to_string(), counted(days.into(), "day", "days"), days == chosen)
    };
    SESSION_DAYS.map(choice).to_vec()
}

/// `POST /settings/workspace/test-mail`
pub async fn send_test_mail(
    app: web::Data<App>,
    Act { viewer, .. }: Act<Nothing>,
) -> Result<HttpResponse, AppError> {
    let caller = viewer.caller();
    let (signer, recipient) = (app.signer.clone(), viewer.email().to_owned());
    app.db
        .write(move |conn| workspace::send_test_mail(conn, &signer, caller, &recipient))
        .await?
        .map_err(refused)?;
    app.outbox.notify_one();
    let flash = if app.config.smtp_url.is_some() {
        Flash::ok(format!(
            "A test mail to {} is on its way. Reload this page to see the result.",
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
    let caller = viewer.caller();
    let typed = form.confirmation.clone();
    let deleted = app.db.write(move |conn| workspace::delete(conn, caller, &typed)).await?;
    match deleted {
        Ok(name) => {
            let user_id = viewer.user_id;
            let left = app.db.read(move |conn| identity::workspaces_of(conn, user_id)).await?;
            if left.is_empty() {
                let words = format!("Workspace {name} deleted. Your sign-in went with it.");
                return Ok(respond::see_other_with(&app, "/login", &Flash::ok(words)));
            }
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
        Refusal::Barred(why) => AppError::barred(why, WORKSPACE),
        Refusal::TooMany(after) => after.into(),
        other => AppError::conflict("The workspace was not changed", other.to_string()),
    }
}

/// The page as it is stored, after `change` has put on it what was sent.
async fn show_with(
    app: &App,
    viewer: &Viewer,
    status: StatusCode,
    change: impl FnOnce(&mut WorkspacePage),
) -> Result<HttpResponse, AppError> {
    let settings = settings(app, viewer).await?;
    let mut page = WorkspacePage {
        chrome: viewer.chrome(app, Area::Workspace).await?,
        seen: seen::json(&settings),
        name: Field::new(settings.name),
        zones: text::time_zone_names().to_vec(),
        zone: Field::new(settings.time_zone.name()),
        is_always: settings.working_hours.is_none(),
        hours: Hours::of(settings.working_hours.as_ref()),
        session_days: session_choices(settings.session_days),
        agents_pass_on: settings.agents_pass_on,
        logo_error: None,
        mail: mail_state(app, viewer).await?,
    };
    change(&mut page);
    respond::page(status, &page)
}

async fn mail_state(app: &App, viewer: &Viewer) -> Result<MailState, AppError> {
    let workspace_id = viewer.workspace_id;
    let last_test =
        app.db.read(move |conn: &mut Conn| workspace::last_test_mail(conn, workspace_id)).await?;
    let server = app.config.smtp_url.as_ref().map(SmtpUrl::place);
    Ok(MailState {
        is_set_up: app.config.smtp_url.is_some(),
        server: server.unwrap_or_default(),
        from: app.config.mail_from.to_string(),
        test_address: viewer.email().to_owned(),
        last_test: last_test.map(|(at, state)| {
            let when = viewer.when(at).text;
            match state {
                State::Pending => format!("Test mail sent {when}: on its way."),
                State::Sent => format!("Test mail sent {when}: accepted by the mail server."),
                State::Kept => format!(
                    "Test mail written to the data folder {when}: no mail server was set up."
                ),
                State::NotDelivered { reason, .. } => {
                    format!("Test mail sent {when}: not delivered: {reason}")
                }
                State::MayHaveArrived { reason, .. } => {
                    format!("Test mail sent {when}: may have arrived: {reason}")
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
        users: match size.users {
            0 => String::new(),
            1 => "1 person who is in this one alone loses it.".to_owned(),
            users => format!("{users} people who are in this one alone lose it."),
        },
        confirmation,
    };
    respond::page(status, &page)
}
