//! The customer's page as it moves by itself: what is new, and who writes.

use actix_web::http::Method;
use actix_web::web::{Data, Path, Query};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde::Deserialize;

use super::visit::Visit;
use crate::App;
use crate::live::{self, Presence, Who, Writing};
use crate::models::visitor;
use crate::web::error::AppError;
use crate::web::form::{Form, Submission};
use crate::web::{live as streams, respond};

/// Which conversation a page listens to.
#[derive(Debug, Deserialize)]
pub struct Asked {
    conversation: i64,
    /// What opens it in a frame, where no cookie comes along.
    pass: Option<String>,
}

/// What a page says of itself.
#[derive(Debug, Deserialize)]
pub struct Here {
    conversation: i64,
    /// The page's own word.
    page: Submission,
    #[serde(default)]
    writing: Writing,
    #[serde(default)]
    is_gone: bool,
}

/// Who writes to the customer at this moment.
#[derive(Template)]
#[template(path = "chat/_here.html")]
struct HereNow {
    names: Vec<String>,
}

/// `GET /chat/{key}/live`: a stream that says when there is something new in the
/// conversation of a visitor, and when somebody begins or ceases to write to them.
///
/// # Errors
/// Not found when the conversation is not the visitor's; or when the database fails.
pub async fn stream(
    app: Data<App>,
    request: HttpRequest,
    key: Path<String>,
    asked: Query<Asked>,
) -> Result<HttpResponse, AppError> {
    let visit = Visit::find(&app, &request, &key, false).await?.ok_or(AppError::NotFound)?;
    let place = (visit.chat.inbox.workspace_id, visit.chat.inbox.id);
    let id = asked.conversation;
    let find = move |conn: &mut _| visitor::of_conversation(conn, place, id);
    let owner = app.db.read(find).await?.ok_or(AppError::NotFound)?;
    let is_theirs = visit.visitor.as_ref().is_some_and(|visitor| visitor.id == owner.id)
        || asked.pass.as_ref().is_some_and(|pass| owner.accepts_stream(&app.signer, pass, id));
    if !is_theirs {
        return Err(AppError::NotFound);
    }
    if request.method() == Method::HEAD {
        return Ok(streams::head());
    }
    streams::answer(&request, app.live.listen_as_customer(place.0, id).await)
}

/// `POST /chat/{key}/here`: the script on a page says whether its customer types. Answers
/// who writes to them.
///
/// # Errors
/// Not found when the conversation is not the visitor's; or when the database fails.
pub async fn here(
    app: Data<App>,
    request: HttpRequest,
    key: Path<String>,
    Form(said): Form<Here>,
) -> Result<HttpResponse, AppError> {
    let visit = Visit::find(&app, &request, &key, false).await?.ok_or(AppError::NotFound)?;
    let visitor = visit.visitor.ok_or(AppError::NotFound)?;
    let (workspace_id, conversation_id) = (visitor.workspace_id, said.conversation);
    let find = move |conn: &mut _| visitor::find_conversation(conn, &visitor, conversation_id);
    app.db.read(find).await?.ok_or(AppError::NotFound)?;
    let told = Presence {
        workspace_id,
        conversation_id,
        who: Who::Customer,
        page: said.page.0,
        // Their one field is a message to the team.
        writing: if said.writing == Writing::Nothing { Writing::Nothing } else { Writing::Reply },
        is_gone: said.is_gone,
    };
    app.live.say(told, None).await?;
    let writers: Vec<i64> = live::writers(&app.live.people(conversation_id)).collect();
    let names = if writers.is_empty() {
        Vec::new()
    } else {
        app.db.read(move |conn| visitor::public_names(conn, workspace_id, &writers)).await?
    };
    respond::ok(&HereNow { names })
}
