//! Files in the web chat: what a customer sends, and what they may see.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;

use super::visit::Visit;
use crate::App;
use crate::channels::web_chat;
use crate::models::attachment::{self, Sender};
use crate::models::limit::RetryAfter;
use crate::web::error::AppError;
use crate::web::form::{FileAhead, FileForm, Files, TakesFiles};
use crate::web::view::{AttachedItem, FileField};
use crate::web::{attachments, client, respond};

/// The most megabytes of one client's files that wait for their messages: those of one message.
const WAITING_MEGABYTES: u64 = attachment::MOST as u64 * attachment::MEGABYTES;

/// How a file is asked for.
#[derive(Debug, Deserialize)]
pub struct Asked {
    /// What opens it in a frame, where a link brings no cookie.
    pass: Option<String>,
    #[serde(flatten)]
    file: attachments::Asked,
}

/// Reads a form of a chat, and its files where any are wanted: from who has sent enough
/// for now, or may not write here, none is stored. With the former they are refused.
///
/// # Errors
/// When the form is not one of ours, or when the database fails.
pub async fn read<T: TakesFiles>(
    app: &App,
    client: &str,
    visit: &Visit,
    form: FileForm<T>,
) -> Result<(T, Result<Files, RetryAfter>), AppError> {
    if visit.is_closed() {
        return form.read_text().await.map(|(form, _)| (form, Ok(Files::default())));
    }
    if let Err(after) = web_chat::may_send_a_file(&app.db, &app.signer, client).await? {
        let (form, has_files) = form.read_text().await?;
        return Ok((form, if has_files { Err(after) } else { Ok(Files::default()) }));
    }
    form.read(client.to_owned()).await.map(|(form, files)| (form, Ok(files)))
}

/// Takes in what came with a form: files that came before it, and new ones up to the
/// limit for the client. Beside them, how long to wait where it refuses those.
///
/// # Errors
/// As [`attachments::take`].
pub async fn take(
    app: &App,
    client: &str,
    visit: &Visit,
    words: Vec<String>,
    files: Result<Files, RetryAfter>,
) -> Result<(FileField, Option<RetryAfter>), AppError> {
    let inbox = &visit.chat.inbox;
    let counted = match files {
        Ok(files) if !files.taken.is_empty() => {
            let count = files.taken.len();
            let may = web_chat::may_send_files(&app.db, &app.signer, client, count).await?;
            may.map(|()| files)
        }
        other => other,
    };
    let (mut files, after) = match counted {
        Ok(files) => (files, None),
        Err(after) => (Files::default(), Some(after)),
    };
    let client = app.signer.pseudonym(&["chat-waiting", client]);
    if !files.taken.is_empty() {
        let sent: u64 = files.taken.iter().map(|file| file.size).sum();
        let asked = client.clone();
        let waiting = app.db.read(move |conn| attachment::waiting_of_client(conn, &asked)).await?;
        if u64::try_from(waiting).unwrap_or(0) + sent > WAITING_MEGABYTES * 1024 * 1024 {
            files.taken.clear();
            files.problem = Some(format!(
                "No more than {WAITING_MEGABYTES} MB of files may wait. Send your message first, \
                 or try again in an hour."
            ));
        }
    }
    let (workspace_id, sender) = (inbox.workspace_id, Sender::Visitor(inbox.id));
    let field = attachments::take(app, workspace_id, sender, words, files).await?;
    let words: Vec<String> = field.attached.iter().map(|file| file.word.clone()).collect();
    if !words.is_empty() {
        let noted =
            app.db.change(move |conn| attachment::note_client(conn, workspace_id, &words, &client));
        noted.await?;
    }
    Ok((field, after))
}

/// `POST /chat/{key}/files`: a file that a script sends ahead of its form.
///
/// # Errors
/// Not found when there is no such chat; or when the database fails.
pub async fn file(
    app: Data<App>,
    request: HttpRequest,
    key: Path<String>,
    form: FileForm<FileAhead>,
) -> Result<HttpResponse, AppError> {
    let Some(visit) = Visit::find(&app, &request, &key, false).await? else {
        form.read_text().await?;
        return Err(AppError::NotFound);
    };
    let client = client::of(&request, &app);
    let (_, files) = read(&app, &client, &visit, form).await?;
    match take(&app, &client, &visit, Vec::new(), files).await? {
        (_, Some(after)) => {
            let words = format!("Too many files at once. Try again in {}.", after.in_words());
            Ok(respond::too_many(respond::plain(StatusCode::TOO_MANY_REQUESTS, words), after))
        }
        (_, None) if visit.is_closed() => {
            Ok(respond::plain(StatusCode::UNPROCESSABLE_ENTITY, "This chat is closed.".to_owned()))
        }
        (field, None) => match field.attached.into_iter().next() {
            Some(file) => respond::ok(&AttachedItem { file }),
            None => {
                let reason = field.error.unwrap_or_else(|| "Please choose a file.".to_owned());
                Ok(respond::plain(StatusCode::UNPROCESSABLE_ENTITY, reason))
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
