//! Settings → Team: the list, and the members' roles.

pub mod away;
pub mod invitations;
pub mod page;
pub mod removal;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use page::{InvitationRow, MailProblem, MemberRow, TeamPage};
use serde::Deserialize;

use super::form::Act;
use super::view::{Area, Baton, Choice, Flash, counted};
use super::viewer::Viewer;
use super::{pictures, respond, told};
use crate::App;
use crate::db::Utc;
use crate::models::delivery::State as MailState;
use crate::models::invitation::{self, Invitation, State};
use crate::models::membership::{self, Member, Refusal};
use crate::models::notification::{Kind, Told};
use crate::models::workspace;
use crate::policy::{Role, Seats, roles};
use crate::web::error::AppError;
use crate::web::routes::TEAM;
use strum::IntoEnumIterator;

const LIST: &str = "/settings/team";

/// `GET /settings/team`
pub async fn index(
    app: web::Data<App>,
    request: HttpRequest,
    viewer: Viewer,
) -> Result<HttpResponse, AppError> {
    // Who accepted an invitation stands in the list.
    let told = Told::Of(Kind::InvitationAccepted);
    let viewer = told::seen(&app, &request, viewer, told).await?;
    list(&app, &viewer, StatusCode::OK, None).await
}

/// What the select of a member's row sends.
#[derive(Deserialize)]
pub struct RoleForm {
    #[serde(default)]
    role: String,
}

/// `POST /settings/team/members/ID/role`
pub async fn change_role(
    app: web::Data<App>,
    path: web::Path<i64>,
    Act { viewer, form }: Act<RoleForm>,
) -> Result<HttpResponse, AppError> {
    let (caller, id) = (viewer.caller(), *path);
    known(&app, &viewer, id).await?;
    let role: Role =
        form.role.parse().map_err(|_| AppError::Malformed("there is no such role".into()))?;
    let changed = app.db.write(move |conn| membership::change_role(conn, caller, id, role)).await?;
    match changed {
        Ok(done) => {
            let flash = Flash::ok(if done.from == done.to {
                format!("The role of {} is {} already.", done.name, done.to)
            } else {
                let revoked = match done.revoked {
                    0 => String::new(),
                    1 => " Their pending invitation was revoked.".to_owned(),
                    many => format!(" Their {many} pending invitations were revoked."),
                };
                format!("Role of {} changed to {}.{revoked}", done.name, done.to)
            });
            // Who is no longer an Administrator may not see the list again.
            let stays = id != caller.membership_id || done.to == Role::Administrator;
            let next = if stays { LIST } else { "/settings/profile" };
            Ok(respond::see_other_with(&app, next, &flash))
        }
        Err(refusal) => refused(&app, &viewer, refusal).await,
    }
}

/// 404 for a member that was never in the viewer's workspace.
async fn known(app: &App, viewer: &Viewer, id: i64) -> Result<String, AppError> {
    let workspace_id = viewer.workspace_id;
    app.db
        .read(move |conn| membership::name_of(conn, workspace_id, id))
        .await?
        .ok_or(AppError::NotFound)
}

/// The list again, with the reason why a member was not changed.
async fn refused(app: &App, viewer: &Viewer, refusal: Refusal) -> Result<HttpResponse, AppError> {
    match refusal {
        Refusal::Barred(why) => Err(AppError::barred(why, TEAM)),
        Refusal::Unknown => Err(AppError::NotFound),
        Refusal::Gone(_) | Refusal::NoSuccessor | Refusal::LastAdministrator(_) => {
            conflict(app, viewer, &refusal.to_string()).await
        }
    }
}

async fn conflict(app: &App, viewer: &Viewer, reason: &str) -> Result<HttpResponse, AppError> {
    list(app, viewer, StatusCode::CONFLICT, Some(Flash::bad(reason))).await
}

/// What the list is made of, read at one moment.
struct Team {
    plan_name: String,
    seats: Seats,
    members: Vec<Member>,
    invitations: Vec<Invitation>,
}

async fn list(
    app: &App,
    viewer: &Viewer,
    status: StatusCode,
    flash: Option<Flash>,
) -> Result<HttpResponse, AppError> {
    let workspace_id = viewer.workspace_id;
    let now = Utc::now();
    let team = app
        .db
        .read(move |conn| {
            let Some(workspace) = workspace::find(conn, workspace_id)? else { return Ok(None) };
            Ok(Some(Team {
                plan_name: workspace.plan.name,
                seats: workspace::seats(conn, workspace_id, now)?,
                members: membership::team(conn, workspace_id)?,
                invitations: invitation::open(conn, workspace_id, now)?,
            }))
        })
        .await?
        .ok_or(AppError::ChooseWorkspace)?;
    let mut chrome = viewer.chrome(app, Area::Team).await?;
    chrome.flash = flash.or(chrome.flash);
    let administrators = team.members.iter().filter(|m| m.role == Role::Administrator).count();
    let administrators = i64::try_from(administrators).unwrap_or(i64::MAX);
    let page = TeamPage {
        chrome,
        seats: team.seats.into(),
        plan_name: team.plan_name,
        mail_is_set_up: app.config.smtp_url.is_some(),
        members: team
            .members
            .into_iter()
            .map(|member| member_row(member, viewer, administrators))
            .collect(),
        invitations: team
            .invitations
            .into_iter()
            .map(|invitation| invitation_row(invitation, viewer, now))
            .collect(),
    };
    respond::page(status, &page)
}

fn member_row(member: Member, viewer: &Viewer, administrators: i64) -> MemberRow {
    let is_me = member.membership_id == viewer.membership_id;
    let may_become = |to: Role| roles::change_role(member.role, to, administrators).is_ok();
    let roles: Vec<Choice> = Role::iter()
        .filter(|role| *role == member.role || may_become(*role))
        .map(|role| Choice::new(role.into_str(), role.name(), role == member.role))
        .collect();
    let is_last_administrator = member.role == Role::Administrator && administrators == 1;
    MemberRow {
        id: member.membership_id,
        baton: Baton::of(&member.name, is_me),
        picture: member.picture.as_deref().map(pictures::address),
        is_me,
        away: crate::web::away::short(member.away_until, viewer.workspace_time_zone),
        last_seen: member.last_seen_at.map(|at| viewer.when(at)),
        role_name: member.role.name().to_owned(),
        can_change_role: roles.len() > 1,
        roles,
        can_remove: roles::end_membership(member.role, administrators).is_ok(),
        note: is_last_administrator.then(|| "the last one".to_owned()),
        name: member.name,
        email: member.email,
    }
}

fn invitation_row(invitation: Invitation, viewer: &Viewer, now: Utc) -> InvitationRow {
    let (inviter_id, inviter_name) = &invitation.invited_by;
    let inviter = if *inviter_id == viewer.membership_id { "you" } else { inviter_name };
    let invited = viewer.when(invitation.created_at).text;
    let is_expired = invitation.state == State::Expired;
    let validity = if is_expired {
        format!("expired {}", viewer.when(invitation.expires_at).text)
    } else {
        match invitation.expires_at.since(now).num_hours() {
            ..24 => "valid for less than a day".to_owned(),
            hours => format!("valid for {}", counted((hours + 12) / 24, "day", "days")),
        }
    };
    InvitationRow {
        id: invitation.id,
        role_name: invitation.role.name().to_owned(),
        detail: format!("Invited by {inviter} {invited}, {validity}."),
        is_expired,
        mail_problem: invitation.mail.and_then(mail_problem),
        email: invitation.email,
    }
}

fn mail_problem(mail: MailState) -> Option<MailProblem> {
    let (badge, is_lost, reason, goes_on) = match mail {
        MailState::NotDelivered { reason, retried } => {
            ("Mail not delivered", true, reason, retried.then_some("Baton will keep trying."))
        }
        MailState::MayHaveArrived { reason, retried } => {
            ("Mail may have arrived", false, reason, retried.then_some("Baton will try once more."))
        }
        MailState::Kept => {
            let reason = "No mail server was set up, so its mail is a file in the data folder";
            ("Not mailed", false, reason.to_owned(), Some("Copy the link, or resend it."))
        }
        MailState::Pending | MailState::Sent => return None,
    };
    let reason = format!("{}.", reason.trim_end_matches('.'));
    let text = goes_on.map_or(reason.clone(), |goes_on| format!("{reason} {goes_on}"));
    Some(MailProblem { badge, is_lost, text })
}
