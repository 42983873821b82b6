//! Who else is at a conversation. Its open pages say every few seconds that they are
//! there and what is typed in them; the answer says who else is.

use actix_web::HttpResponse;
use askama::Template;
use serde::Deserialize;

use super::place::{Place, Placed};
use crate::live::{Presence, Who, Writing};
use crate::models::{conversation, membership};
use crate::policy::Holding;
use crate::web::error::AppError;
use crate::web::form::Submission;
use crate::web::view::Baton;
use crate::web::{pictures, respond};

/// What a page says of itself.
#[derive(Debug, Deserialize)]
pub struct Here {
    /// The page's own word.
    page: Submission,
    #[serde(default)]
    writing: Writing,
    /// It is about to close.
    #[serde(default)]
    is_gone: bool,
}

/// The part of the page that says who else is there.
#[derive(Template)]
#[template(path = "conversations/_here.html")]
struct HereNow {
    people: Vec<Person>,
    is_customer_writing: bool,
}

/// Another member at the conversation.
struct Person {
    name: String,
    baton: Baton,
    picture: Option<String>,
    writing: Writing,
}

impl Person {
    fn words(&self) -> &'static str {
        match self.writing {
            Writing::Reply => "is writing…",
            Writing::Note => "is writing a note…",
            Writing::Nothing => "is here",
        }
    }
}

/// `POST /conversations/ID/here`: the script on an open page says so. Answers the part
/// of the page that shows who else is there.
pub async fn here(Placed { place, form }: Placed<Here>) -> Result<HttpResponse, AppError> {
    let holding = seen(&place).await?;
    let said = Presence {
        workspace_id: place.viewer.workspace_id,
        conversation_id: place.id,
        who: Who::Member(place.viewer.membership_id),
        page: form.page.0,
        writing: written(form.writing, holding, place.viewer.membership_id),
        is_gone: form.is_gone,
    };
    place.app.live.say(said.clone(), Some(place.viewer.session_id)).await?;
    if form.is_gone {
        return Ok(HttpResponse::NoContent().finish());
    }
    // Whoever lost sight of it meanwhile hears nothing of it from then on.
    if let Err(error) = seen(&place).await {
        let gone = Presence { is_gone: true, ..said };
        place.app.live.say(gone, Some(place.viewer.session_id)).await?;
        return Err(error);
    }
    respond::ok(&now(&place).await?)
}

/// Nobody replies to another's conversation, whatever their page says.
fn written(writing: Writing, holding: Holding, member: i64) -> Writing {
    match writing {
        Writing::Reply if holding.owner.is_some_and(|owner| owner != member) => Writing::Nothing,
        other => other,
    }
}

/// Who holds it, for whoever may see it.
async fn seen(place: &Place) -> Result<Holding, AppError> {
    let (workspace_id, actor, id) = (place.viewer.workspace_id, place.viewer.actor(), place.id);
    let find = move |conn: &mut _| conversation::find(conn, workspace_id, actor, id);
    let found = place.app.db.read(find).await?;
    found.map(|conversation| conversation.holding).ok_or(AppError::NotFound)
}

async fn now(place: &Place) -> Result<HereNow, AppError> {
    let mut people = place.app.live.people(place.id);
    people.remove(&Who::Member(place.viewer.membership_id));
    let is_customer_writing = people.remove(&Who::Customer) == Some(Writing::Reply);
    let workspace_id = place.viewer.workspace_id;
    let names = if people.is_empty() {
        Vec::new()
    } else {
        place.app.db.read(move |conn| membership::active_names(conn, workspace_id)).await?
    };
    let person = |member: membership::MemberName| {
        let writing = *people.get(&Who::Member(member.membership_id))?;
        Some(Person {
            baton: Baton::colleague(&member.name),
            picture: member.picture.as_deref().map(pictures::address),
            name: member.name,
            writing,
        })
    };
    Ok(HereNow { people: names.into_iter().filter_map(person).collect(), is_customer_writing })
}
