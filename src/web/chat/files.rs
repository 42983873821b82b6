//! Files in the web chat: what a customer sends, and what they may see.

use actix_web::http::{StatusCode, header};
use actix_web::web::{Data, Path, Query};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;

use super::visit::Visit;
use crate::App;
use crate::channels::web_chat;
use crate::error::AppError;
use crate::models::attachment::{self, MEGABYTES, Sender};
use crate::models::limit::RetryAfter;
use crate::web::form::{FileForm, Files, TakesFiles};
use crate::web::view::{AttachedItem, FileField};
use crate::web::{attachments, client, respond};

/// A form that is nothing but a file.
#[derive(Debug, Deserialize)]
pub struct Ahead {}

impl TakesFiles for Ahead {
    const MOST: usize = 1;
    const MEGABYTES: u64 = MEGABYTES;
}

/// How a file is asked for.
#[derive(Debug, Deserialize)]
pub struct Asked {
    /// What opens it in a frame, where a link brings no cookie.
    pass: Option<String>,
    #[serde(flatten)]
    file: attachments::Asked,
}

/// Takes in what came with a form, up to the limit for the client.
///
/// # Errors
/// As [`attachments::take`].
pub async fn take(
    app: &App,
    request: &HttpRequest,
    visit: &Visit,
    words: Vec<String>,
    files: Files,
) -> Result<Result<FileField, RetryAfter>, AppError> {
    let inbox = &visit.chat.inbox;
    let count = files.taken.len();
    if count > 0 {
        let client = client::of(request, app);
        if let Err(after) = web_chat::may_send_files(&app.db, &app.signer, &client, count).await? {
            return Ok(Err(after));
        }
    }
    let sender = Sender::Visitor(inbox.id);
    attachments::take(app, inbox.workspace_id, sender, words, files).await.map(Ok)
}

/// `POST /chat/{key}/files`: a file that a script sends ahead of its form.
///
/// # Errors
/// Not found when there is no such chat; or when the database fails.
pub async fn file(
    app: Data<App>,
    request: HttpRequest,
    key: Path<String>,
    FileForm { files, .. }: FileForm<Ahead>,
) -> Result<HttpResponse, AppError> {
    let visit = Visit::find(&app, &request, &key, false).await?.ok_or(AppError::NotFound)?;
    let refused = |status, reason: String| {
        let mut answer = HttpResponse::build(status);
        answer.content_type("text/plain; charset=utf-8").body(reason)
    };
    match take(&app, &request, &visit, Vec::new(), files).await? {
        Err(after) => {
            let words = format!("Too many files at once. Try again in {}.", after.in_words());
            let mut answer = refused(StatusCode::TOO_MANY_REQUESTS, words);
            answer.headers_mut().insert(header::RETRY_AFTER, after.0.into());
            Ok(answer)
        }
        Ok(field) => match field.attached.into_iter().next() {
            Some(file) => respond::ok(&AttachedItem { file }),
            None => {
                let reason = field.error.unwrap_or_else(|| "Please choose a file.".to_owned());
                Ok(refused(StatusCode::UNPROCESSABLE_ENTITY, reason))
            }
        },
    }
}

/// `GET /chat/{key}/files/{id}/{name}`: for the visitor who began the conversation, and
/// never a file of a note.
///
/// # Errors
/// Not found when it is not theirs to see; or when a part of it fails.
pub async fn show_file(
    app: Data<App>,
    request: HttpRequest,
    path: Path<(String, i64, String)>,
    asked: Query<Asked>,
) -> Result<HttpResponse, AppError> {
    let (key, id, _) = path.into_inner();
    let visit = Visit::find(&app, &request, &key, false).await?.ok_or(AppError::NotFound)?;
    let place = (visit.chat.inbox.workspace_id, visit.chat.inbox.id);
    let found = app.db.read(move |conn| attachment::find_in_chat(conn, place, id)).await?;
    let (file, owner) = found.ok_or(AppError::NotFound)?;
    let is_theirs = visit.visitor.as_ref().is_some_and(|visitor| visitor.id == owner.id)
        || asked.pass.as_ref().is_some_and(|pass| owner.accepts(&app.signer, pass, id));
    if !is_theirs {
        return Err(AppError::NotFound);
    }
    attachments::serve(&app, &request, &file, &asked.file).await
}
