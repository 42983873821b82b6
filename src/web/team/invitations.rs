//! Settings → Team: invite, resend, revoke, and the link to copy.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use serde::Deserialize;

use super::LIST;
use super::page::{InvitationLinkPage, InvitePage};
use crate::App;
use crate::db::Utc;
use crate::models::invitation::{self, Refusal, State};
use crate::models::{repeated, token, workspace};
use crate::policy::Role;
use crate::web::error::AppError;
use crate::web::form::{Act, Nothing, Submission};
use crate::web::respond;
use crate::web::routes::TEAM;
use crate::web::settings::date;
use crate::web::view::{Area, Choice, Field, Flash};
use crate::web::viewer::Viewer;
use strum::IntoEnumIterator;

/// What the form *Invite member* sends.
#[derive(Default, Deserialize)]
pub struct InviteForm {
    #[serde(default)]
    email: String,
    #[serde(default)]
    role: String,
    submission: Option<Submission>,
}

/// What is wrong with the form, by field.
#[derive(Default)]
struct Problems {
    email: Option<String>,
    role: Option<String>,
}

/// `GET /settings/team/invite`
pub async fn new(app: web::Data<App>, viewer: Viewer) -> Result<HttpResponse, AppError> {
    let form = InviteForm { role: Role::Agent.into_str().to_owned(), ..InviteForm::default() };
    show(&app, &viewer, StatusCode::OK, form, Problems::default()).await
}

/// `POST /settings/team/invite`
pub async fn invite(
    app: web::Data<App>,
    Act { viewer, form }: Act<InviteForm>,
) -> Result<HttpResponse, AppError> {
    let Ok(role) = form.role.parse::<Role>() else {
        let problems = Problems { role: Some("Choose one of the roles.".into()), email: None };
        return show(&app, &viewer, StatusCode::UNPROCESSABLE_ENTITY, form, problems).await;
    };
    let (signer, typed) = (app.signer.clone(), form.email.clone());
    let caller = viewer.caller();
    let said = format!("invite {typed} {role}");
    let sent_form = Submission::of(form.submission.as_ref(), &viewer, said);
    let invited = app
        .db
        .write(move |conn| {
            repeated::once(conn, sent_form.as_ref(), |conn| {
                invitation::invite(conn, &signer, caller, &typed, role)
            })
        })
        .await?;
    let refusal = match invited {
        Ok(email) => return Ok(sent(&app, &email)),
        Err(refusal) => refusal,
    };
    let reason = refusal.to_string();
    let status = match refusal {
        Refusal::Address(_) | Refusal::AlreadyMember(_) | Refusal::AlreadyInvited(_) => {
            StatusCode::UNPROCESSABLE_ENTITY
        }
        Refusal::NoSeat(_) => StatusCode::CONFLICT,
        Refusal::TooMany(after) => {
            let problems = Problems { email: Some(reason), role: None };
            let status = StatusCode::TOO_MANY_REQUESTS;
            let page = show(&app, &viewer, status, form, problems).await?;
            return Ok(respond::too_many(page, after));
        }
        other => return Err(fatal(other)),
    };
    show(&app, &viewer, status, form, Problems { email: Some(reason), role: None }).await
}

/// `POST /settings/team/invitations/ID/resend`
pub async fn resend(
    app: web::Data<App>,
    path: web::Path<i64>,
    Act { viewer, .. }: Act<Nothing>,
) -> Result<HttpResponse, AppError> {
    let signer = app.signer.clone();
    let (caller, id) = (viewer.caller(), *path);
    let resent = app.db.write(move |conn| invitation::resend(conn, &signer, caller, id)).await?;
    match resent {
        Ok(email) => Ok(sent(&app, &email)),
        Err(refusal) => refused(&app, &viewer, refusal).await,
    }
}

/// `POST /settings/team/invitations/ID/revoke`
pub async fn revoke(
    app: web::Data<App>,
    path: web::Path<i64>,
    Act { viewer, .. }: Act<Nothing>,
) -> Result<HttpResponse, AppError> {
    let (caller, id) = (viewer.caller(), *path);
    let revoked = app.db.write(move |conn| invitation::revoke(conn, caller, id)).await?;
    match revoked {
        Ok(email) => {
            let flash = Flash::ok(format!("Invitation for {email} revoked."));
            Ok(respond::see_other_with(&app, LIST, &flash))
        }
        Err(refusal) => refused(&app, &viewer, refusal).await,
    }
}

/// `GET /settings/team/invitations/ID/link`
pub async fn link(
    app: web::Data<App>,
    path: web::Path<i64>,
    viewer: Viewer,
) -> Result<HttpResponse, AppError> {
    let (workspace_id, id) = (viewer.workspace_id, *path);
    let invitation = app
        .db
        .read(move |conn| invitation::find_open(conn, workspace_id, id, Utc::now()))
        .await?
        .ok_or(AppError::NotFound)?;
    if invitation.state == State::Expired {
        return super::conflict(
            &app,
            &viewer,
            &format!("The invitation for {} has expired. Resend it first.", invitation.email),
        )
        .await;
    }
    let token = invitation.copied_token(&app.signer, viewer.membership_id);
    respond::ok(&InvitationLinkPage {
        chrome: viewer.chrome(&app, Area::Team).await?,
        link: app.config.link(&format!("/register?token={token}")),
        role_name: invitation.role.name().to_owned(),
        valid_until: date(invitation.expires_at, viewer.time_zone),
        email: invitation.email,
    })
}

/// Back to the list; the mail is on its way, or in the data folder.
fn sent(app: &App, email: &str) -> HttpResponse {
    app.outbox.notify_one();
    let flash = if app.config.smtp_url.is_some() {
        Flash::ok(format!("Invitation sent to {email}."))
    } else {
        Flash::warn(format!(
            "Invitation for {email} is ready. No mail server is set up: copy its link and hand it over."
        ))
    };
    respond::see_other_with(app, LIST, &flash)
}

async fn show(
    app: &App,
    viewer: &Viewer,
    status: StatusCode,
    form: InviteForm,
    problems: Problems,
) -> Result<HttpResponse, AppError> {
    let workspace_id = viewer.workspace_id;
    let seats = app.db.read(move |conn| workspace::seats(conn, workspace_id, Utc::now())).await?;
    let page = InvitePage {
        chrome: viewer.chrome(app, Area::Team).await?,
        submission: token::short_nonce(),
        seats: seats.into(),
        mail_is_set_up: app.config.smtp_url.is_some(),
        email: Field { value: form.email, error: problems.email },
        // The least that one can give comes first.
        roles: Role::iter()
            .rev()
            .map(|role| Choice::new(role.into_str(), role.name(), role.into_str() == form.role))
            .collect(),
        role_error: problems.role,
    };
    respond::page(status, &page)
}

/// The list again, with the reason why an invitation was not changed.
async fn refused(app: &App, viewer: &Viewer, refusal: Refusal) -> Result<HttpResponse, AppError> {
    match refusal {
        Refusal::NoSeat(_)
        | Refusal::Accepted(_)
        | Refusal::Revoked(_)
        | Refusal::AlreadyMember(_)
        | Refusal::AlreadyInvited(_)
        | Refusal::Address(_) => super::conflict(app, viewer, &refusal.to_string()).await,
        other => Err(fatal(other)),
    }
}

/// Refusals that no form comes back from.
fn fatal(refusal: Refusal) -> AppError {
    match refusal {
        Refusal::Barred(why) => AppError::barred(why, TEAM),
        Refusal::Unknown => AppError::NotFound,
        Refusal::TooMany(after) => after.into(),
        other => AppError::conflict("The invitation was not changed", other.to_string()),
    }
}
