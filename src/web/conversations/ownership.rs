//! Claim, release, assign, take over.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use serde::Deserialize;

use super::lost::Lost;
use super::page::Notice;
use super::place::{Late, Place, Placed};
use super::said::{Said, Unsent};
use crate::models::ownership::{self, CurrentOwner, Outcome, Refusal, Seen};
use crate::models::undo;
use crate::web::error::AppError;
use crate::web::form::Files;
use crate::web::respond;
use crate::web::routes::OWNER;
use crate::web::view::{Field, Flash};

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

/// *Take over*, with a reply that was refused and comes along.
#[derive(Debug, Deserialize)]
pub struct TakeOver {
    #[serde(default)]
    body: String,
    #[serde(default)]
    used: Vec<i64>,
    cc: Option<String>,
    #[serde(default)]
    attached: Vec<String>,
    #[serde(default)]
    owner: Member,
    ownership_version: Option<i64>,
}

/// `POST /conversations/ID/claim`
pub async fn claim(Placed { place, form }: Placed<Shown>) -> Result<HttpResponse, AppError> {
    let (act, version) = (place.act(), form.ownership_version);
    match place.app.db.write(move |conn| ownership::claim(conn, act, version)).await? {
        Ok(outcome) => Ok(place.done_undoable("Claimed. You own this now.", undo_of(&outcome))),
        Err(Refusal::Moved(current)) => {
            place.late(Late { kind: Lost::Claim, current, unsent: Unsent::default() }).await
        }
        Err(refusal) => refused(&place, Lost::Claim, Unsent::default(), refusal).await,
    }
}

/// `POST /conversations/ID/release`
pub async fn release(Placed { place, form }: Placed<Shown>) -> Result<HttpResponse, AppError> {
    let (act, seen) = (place.act(), form.seen());
    match place.app.db.write(move |conn| ownership::release(conn, act, seen)).await? {
        Ok(outcome) => {
            let words = format!("Released. {}", without_owner(&outcome));
            place.done_with(&words, undo_of(&outcome)).await
        }
        Err(Refusal::Moved(current)) => moved(&place, None, seen, current, Unsent::default()).await,
        Err(refusal) => refused(&place, Lost::Change, Unsent::default(), refusal).await,
    }
}

/// `POST /conversations/ID/assign`
pub async fn assign(Placed { place, form }: Placed<Assignment>) -> Result<HttpResponse, AppError> {
    let (act, to) = (place.act(), form.assignee.0);
    let seen = Shown { owner: form.owner, ownership_version: form.ownership_version }.seen();
    match place.app.db.write(move |conn| ownership::assign(conn, act, to, seen)).await? {
        Ok(outcome) => place.done_with(&assigned(&outcome), undo_of(&outcome)).await,
        Err(Refusal::Moved(current)) => moved(&place, to, seen, current, Unsent::default()).await,
        Err(Refusal::NoSuchOwner) => {
            let flash = Flash::warn("That member is no longer in the team. Choose another.");
            let said = Said { flash: Some(flash), ..Said::default() };
            place.page(StatusCode::CONFLICT, said).await
        }
        Err(refusal) => refused(&place, Lost::Assign, Unsent::default(), refusal).await,
    }
}

/// `POST /conversations/ID/take-over`
pub async fn take_over(Placed { place, form }: Placed<TakeOver>) -> Result<HttpResponse, AppError> {
    let (act, me) = (place.act(), Some(place.viewer.membership_id));
    let seen = Shown { owner: form.owner, ownership_version: form.ownership_version }.seen();
    let unsent = Unsent {
        typed: form.body,
        used: form.used,
        cc: form.cc.map(Field::new),
        reason: None,
        files: place.files(form.attached, Files::default()).await?,
    };
    match place.app.db.write(move |conn| ownership::assign(conn, act, me, seen)).await? {
        Ok(outcome) if unsent.is_nothing() => {
            Ok(place.done_undoable("Taken over. You own this now.", undo_of(&outcome)))
        }
        // A redirect would lose what they had written.
        Ok(_) => {
            let flash = Flash::ok("Taken over. You own this now; your text is kept below.");
            let said = Said { flash: Some(flash), ..Said::again(Lost::Reply, unsent) };
            place.page(StatusCode::OK, said).await
        }
        Err(Refusal::Moved(current)) => moved(&place, me, seen, current, unsent).await,
        Err(refusal) => refused(&place, Lost::Change, unsent, refusal).await,
    }
}

/// 409: somebody changed the owner since the page was made. Whoever may assign
/// sees what happened and confirms.
async fn moved(
    place: &Place,
    to: Option<i64>,
    seen: Option<Seen>,
    current: CurrentOwner,
    unsent: Unsent,
) -> Result<HttpResponse, AppError> {
    let loaded = place.load().await?;
    let me = place.viewer.membership_id;
    let name_of = |id: i64| {
        let member = loaded.list.members.iter().find(|member| member.membership_id == id);
        member.map(|member| member.name.clone())
    };
    let (question, button) = match to {
        None => ("Put it back in the queue anyway?".to_owned(), "Release anyway"),
        Some(id) if id == me => ("Take it over anyway?".to_owned(), "Take over anyway"),
        Some(id) => {
            let name = name_of(id).unwrap_or_else(|| "this member".to_owned());
            (format!("Assign it to {name} anyway?"), "Assign anyway")
        }
    };
    let said = Said {
        notice: Some(Notice::Moved {
            happened: match &current.owner {
                Some((id, _)) if *id == me => "This was assigned to you meanwhile.".to_owned(),
                Some((_, name)) => format!("{} meanwhile.", current.gained.words(name)),
                None => "This went back to the queue meanwhile.".to_owned(),
            },
            shown: match seen.and_then(|seen| seen.owner) {
                Some(id) if id == me => "You owned it when you opened it.".to_owned(),
                Some(id) => match name_of(id) {
                    Some(name) => format!("{name} owned it when you opened it."),
                    None => "Somebody else owned it when you opened it.".to_owned(),
                },
                None => "It was unassigned when you opened it.".to_owned(),
            },
            assignee: to.map(|id| id.to_string()).unwrap_or_default(),
            question,
            button,
        }),
        ..Said::again(Lost::Reply, unsent)
    };
    respond::page(StatusCode::CONFLICT, &loaded.page(&place.app, &place.viewer, said).await?)
}

fn assigned(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Changed { owner: Some(name), .. } => format!("Assigned to {name}."),
        Outcome::Changed { owner: None, .. } => format!("Unassigned. {}", without_owner(outcome)),
        Outcome::Unchanged(Some(name)) => format!("{name} already owns this."),
        Outcome::Unchanged(None) => "It is already unassigned.".to_owned(),
    }
}

/// Where it is now that it has no owner. The queue is of what is open.
fn without_owner(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Changed { is_open: true, .. } => "It is back in the queue.",
        _ => "Nobody owns it now.",
    }
}

/// What takes it back, where anything changed.
fn undo_of(outcome: &Outcome) -> Option<undo::Id> {
    match outcome {
        Outcome::Changed { undo, .. } => Some(*undo),
        Outcome::Unchanged(_) => None,
    }
}

async fn refused(
    place: &Place,
    kind: Lost,
    unsent: Unsent,
    refusal: Refusal,
) -> Result<HttpResponse, AppError> {
    match refusal {
        Refusal::Missing(missing) => place.missing(kind, unsent, missing).await,
        Refusal::NotAllowed => Err(AppError::Forbidden { what: OWNER }),
        Refusal::Moved(_) | Refusal::NoSuchOwner => Err(AppError::NotFound),
    }
}
