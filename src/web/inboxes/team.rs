//! Who of the team sees an inbox.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use serde::Deserialize;

use super::page::{Head, Tab, TeamPage};
use super::{LIST, refused};
use crate::App;
use crate::models::inbox::{self, Candidate, Inbox, Refusal, SeenBy};
use crate::web::error::AppError;
use crate::web::form::Act;
use crate::web::respond;
use crate::web::view::{Area, Choice, Flash};
use crate::web::viewer::Viewer;

/// *Everybody*, or *Only chosen members* with their memberships.
#[derive(Debug, Deserialize)]
pub struct SeenByForm {
    #[serde(default)]
    seen_by: String,
    #[serde(default)]
    member: Vec<i64>,
}

impl SeenByForm {
    fn read(&self) -> Result<SeenBy, AppError> {
        match self.seen_by.as_str() {
            "everybody" => Ok(SeenBy::Everybody),
            "chosen" => Ok(SeenBy::Chosen(self.member.clone())),
            other => Err(AppError::Malformed(format!("nobody is named {other:?}"))),
        }
    }
}

/// `GET /settings/inboxes/{id}/team`
///
/// # Errors
/// Not found when the workspace has no such inbox; or when the database fails.
pub async fn show(app: Data<App>, viewer: Viewer, id: Path<i64>) -> Result<HttpResponse, AppError> {
    let (inbox, team) = load(&app, &viewer, *id).await?;
    let seen_by = if inbox.is_restricted {
        let chosen = team.iter().filter(|agent| agent.is_chosen);
        SeenBy::Chosen(chosen.map(|agent| agent.membership_id).collect())
    } else {
        SeenBy::Everybody
    };
    page(&app, &viewer, StatusCode::OK, (inbox, team), &seen_by, None).await
}

/// `POST /settings/inboxes/{id}/team`
///
/// # Errors
/// As [`show`], or when the member may not any more.
pub async fn save(
    app: Data<App>,
    act: Act<SeenByForm>,
    id: Path<i64>,
) -> Result<HttpResponse, AppError> {
    let Act { viewer, form } = act;
    let id = *id;
    let caller = viewer.caller();
    let (inbox, team) = load(&app, &viewer, id).await?;
    let seen_by = form.read()?;
    let chosen = seen_by.clone();
    let saved = app.db.write(move |conn| inbox::set_seen_by(conn, caller, id, &chosen)).await?;
    match saved {
        Ok(_) => {
            let flash = Flash::ok(format!("Saved who sees {}.", inbox.name));
            Ok(respond::see_other_with(&app, &format!("{LIST}/{id}/team"), &flash))
        }
        Err(refusal @ Refusal::NoSuchMember) => {
            let error = Some(refusal.to_string());
            page(&app, &viewer, StatusCode::CONFLICT, (inbox, team), &seen_by, error).await
        }
        Err(refusal) => Err(refused(refusal)),
    }
}

async fn load(app: &App, viewer: &Viewer, id: i64) -> Result<(Inbox, Vec<Candidate>), AppError> {
    let workspace_id = viewer.workspace_id;
    app.db
        .read(move |conn| {
            let Some(inbox) = inbox::find(conn, workspace_id, id)? else { return Ok(None) };
            Ok(Some((inbox, inbox::candidates(conn, workspace_id, id)?)))
        })
        .await?
        .ok_or(AppError::NotFound)
}

async fn page(
    app: &App,
    viewer: &Viewer,
    status: StatusCode,
    (inbox, team): (Inbox, Vec<Candidate>),
    seen_by: &SeenBy,
    error: Option<String>,
) -> Result<HttpResponse, AppError> {
    let is_chosen = |id| matches!(seen_by, SeenBy::Chosen(chosen) if chosen.contains(&id));
    let page = TeamPage {
        chrome: viewer.chrome(app, Area::Inboxes).await?,
        head: Head::new(inbox, Tab::Team),
        is_restricted: *seen_by != SeenBy::Everybody,
        agents: team
            .into_iter()
            .map(|agent| {
                let id = agent.membership_id;
                Choice::new(id.to_string(), agent.name, is_chosen(id))
            })
            .collect(),
        error,
    };
    respond::page(status, &page)
}
