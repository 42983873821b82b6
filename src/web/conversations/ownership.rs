//! Claim, release, assign, take over.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;

use super::load::{self, Said};
use super::page::{Lost, Notice};
use super::write::{self, Late};
use crate::App;
use crate::error::AppError;
use crate::models::ownership::{self, Holder, Outcome, Refusal, Seen};
use crate::web::form::Act;
use crate::web::respond;
use crate::web::view::{Field, Flash};
use crate::web::viewer::Viewer;

/// A membership's id in a form; empty is nobody.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(try_from = "String")]
struct Member(Option<i64>);

impl TryFrom<String> for Member {
    type Error = std::num::ParseIntError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        if text.is_empty() { Ok(Self(None)) } else { text.parse().map(|id| Self(Some(id))) }
    }
}

/// What the page showed of the owner.
#[derive(Debug, Deserialize)]
pub struct Shown {
    #[serde(default)]
    owner: Member,
    ownership_version: Option<i64>,
}

impl Shown {
    fn seen(&self) -> Option<Seen> {
        let version = self.ownership_version?;
        Some(Seen { owner: self.owner.0, version })
    }
}

/// A form that names a member, or nobody.
#[derive(Debug, Deserialize)]
pub struct Assignment {
    assignee: Member,
    #[serde(default)]
    owner: Member,
    ownership_version: Option<i64>,
}

/// *Take over*, with a text that was refused and comes along.
#[derive(Debug, Deserialize)]
pub struct TakeOver {
    body: Option<String>,
    #[serde(default)]
    owner: Member,
    ownership_version: Option<i64>,
}

/// `POST /conversations/ID/claim`
pub async fn claim(
    app: web::Data<App>,
    act: Act<Shown>,
    request: HttpRequest,
    id: web::Path<i64>,
) -> Result<HttpResponse, AppError> {
    let who = write::act(&act.viewer, *id);
    let version = act.form.ownership_version;
    match app.db.write(move |conn| ownership::claim(conn, who, version)).await? {
        Ok(_) => Ok(write::done(&app, &request, *id, "Claimed. You own this now.")),
        Err(Refusal::Moved(holder)) => {
            write::late(&app, &act.viewer, &request, *id, Late::new(Lost::Claim, holder, "")).await
        }
        Err(refusal) => Err(refused(refusal)),
    }
}

/// `POST /conversations/ID/release`
pub async fn release(
    app: web::Data<App>,
    act: Act<Shown>,
    request: HttpRequest,
    id: web::Path<i64>,
) -> Result<HttpResponse, AppError> {
    let who = write::act(&act.viewer, *id);
    let seen = act.form.seen();
    match app.db.write(move |conn| ownership::release(conn, who, seen)).await? {
        Ok(_) => Ok(write::done(&app, &request, *id, "Released. It is back in the queue.")),
        Err(Refusal::Moved(holder)) => {
            moved(&app, &act.viewer, &request, *id, None, &act.form, holder).await
        }
        Err(refusal) => Err(refused(refusal)),
    }
}

/// `POST /conversations/ID/assign`
pub async fn assign(
    app: web::Data<App>,
    act: Act<Assignment>,
    request: HttpRequest,
    id: web::Path<i64>,
) -> Result<HttpResponse, AppError> {
    let who = write::act(&act.viewer, *id);
    let to = act.form.assignee.0;
    let shown = Shown { owner: act.form.owner, ownership_version: act.form.ownership_version };
    let seen = shown.seen();
    match app.db.write(move |conn| ownership::assign(conn, who, to, seen)).await? {
        Ok(outcome) => Ok(write::done(&app, &request, *id, &assigned(&outcome))),
        Err(Refusal::Moved(holder)) => {
            moved(&app, &act.viewer, &request, *id, to, &shown, holder).await
        }
        Err(Refusal::NoSuchOwner) => {
            let loaded = load::load(&app, &act.viewer, &request, *id).await?;
            let flash = Flash::warn("That member is not in the team any more. Choose another.");
            let said = Said { flash: Some(flash), ..Said::default() };
            respond::page(StatusCode::CONFLICT, &loaded.page(&app, &act.viewer, said).await?)
        }
        Err(refusal) => Err(refused(refusal)),
    }
}

/// `POST /conversations/ID/take-over`
pub async fn take_over(
    app: web::Data<App>,
    act: Act<TakeOver>,
    request: HttpRequest,
    id: web::Path<i64>,
) -> Result<HttpResponse, AppError> {
    let who = write::act(&act.viewer, *id);
    let me = Some(act.viewer.membership_id);
    let shown = Shown { owner: act.form.owner, ownership_version: act.form.ownership_version };
    let seen = shown.seen();
    match app.db.write(move |conn| ownership::assign(conn, who, me, seen)).await? {
        Ok(_) => match act.form.body.filter(|text| !text.is_empty()) {
            None => Ok(write::done(&app, &request, *id, "Taken over. You own this now.")),
            // A redirect would lose what they had written.
            Some(text) => {
                let loaded = load::load(&app, &act.viewer, &request, *id).await?;
                let flash = Flash::ok("Taken over. You own this now; your text is kept below.");
                let said = Said { reply: Field::new(text), flash: Some(flash), ..Said::default() };
                respond::ok(&loaded.page(&app, &act.viewer, said).await?)
            }
        },
        Err(Refusal::Moved(holder)) => {
            moved(&app, &act.viewer, &request, *id, me, &shown, holder).await
        }
        Err(refusal) => Err(refused(refusal)),
    }
}

/// 409: somebody changed the owner since the page was made. Whoever may assign
/// sees what happened and confirms; whoever lost sight is told who has it.
async fn moved(
    app: &App,
    viewer: &Viewer,
    request: &HttpRequest,
    id: i64,
    to: Option<i64>,
    shown: &Shown,
    holder: Holder,
) -> Result<HttpResponse, AppError> {
    if !holder.may_view {
        let late = Late::new(Lost::Claim, holder, "");
        return write::late(app, viewer, request, id, late).await;
    }
    let loaded = load::load(app, viewer, request, id).await?;
    let name_of = |id: i64| {
        let member = loaded.list.members.iter().find(|member| member.membership_id == id);
        member.map(|member| member.name.clone())
    };
    let was = shown.seen().and_then(|seen| seen.owner).and_then(name_of);
    let said = Said {
        notice: Some(Notice::Moved {
            happened: match &holder.owner {
                Some((_, name)) if holder.was_claimed => format!("{name} claimed this meanwhile."),
                Some((_, name)) => format!("This was assigned to {name} meanwhile."),
                None => "This went back to the queue meanwhile.".to_owned(),
            },
            shown: match was {
                Some(name) => format!("You saw it with {name}."),
                None => "You saw it unassigned.".to_owned(),
            },
            assignee: to.map(|id| id.to_string()).unwrap_or_default(),
            assignee_name: to.and_then(name_of),
        }),
        ..Said::default()
    };
    respond::page(StatusCode::CONFLICT, &loaded.page(app, viewer, said).await?)
}

fn assigned(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Changed(Some(name)) => format!("Assigned to {name}."),
        Outcome::Changed(None) => "Unassigned. It is back in the queue.".to_owned(),
        Outcome::Unchanged(Some(name)) => format!("{name} owns this already."),
        Outcome::Unchanged(None) => "It is unassigned already.".to_owned(),
    }
}

fn refused(refusal: Refusal) -> AppError {
    match refusal {
        Refusal::NoMember => AppError::ChooseWorkspace,
        Refusal::NotAllowed => AppError::Forbidden { what: "Saying who owns a conversation" },
        Refusal::NotFound | Refusal::Moved(_) | Refusal::NoSuchOwner => AppError::NotFound,
    }
}
