//! A mail as it came: its HTML in a page of its own that may open links alone, and the
//! original to download, for whoever may see its conversation.

use actix_web::http::header;
use actix_web::web::{Data, Path, Query};
use actix_web::{HttpRequest, HttpResponse};
use futures_util::TryStreamExt;
use serde::Deserialize;
use tokio::sync::Semaphore;

use super::attachments::{self, Asked};
use super::viewer::Viewer;
use crate::App;
use crate::channels::email;
use crate::models::attachment::Attachment;
use crate::models::mail::{self, Original};
use crate::models::{conversation, text};
use crate::web::error::AppError;

/// Of a page that strangers wrote: it stands in a frame of ours, and does nothing but open
/// what its links lead to, in a window that has no more to do with it.
const POLICY: &str = "sandbox allow-popups allow-popups-to-escape-sandbox; \
    default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; \
    form-action 'none'; frame-ancestors 'self'";
/// The same where the reader asked for the pictures that it names.
const POLICY_WITH_PICTURES: &str = "sandbox allow-popups allow-popups-to-escape-sandbox; \
    default-src 'none'; style-src 'unsafe-inline'; img-src data: https: http:; base-uri 'none'; \
    form-action 'none'; frame-ancestors 'self'";

/// Mails that are read again in the same moment: each may take much memory.
static READING: Semaphore = Semaphore::const_new(4);

/// How a mail is asked for.
#[derive(Clone, Debug, Deserialize)]
pub struct Shown {
    /// Also the pictures from elsewhere; counts by being there.
    images: Option<String>,
}

/// `GET /mails/ID`
///
/// # Errors
/// 404 when there is no such mail with HTML for this member; or when a part of it fails.
pub async fn show(
    app: Data<App>,
    viewer: Viewer,
    id: Path<i64>,
    shown: Query<Shown>,
) -> Result<HttpResponse, AppError> {
    let found = find(&app, &viewer, *id).await?;
    let key = found.store_key.filter(|_| found.has_html).ok_or(AppError::NotFound)?;
    let stored = app.files.read(&key).await.map_err(broken)?.ok_or(AppError::NotFound)?;
    // The semaphore is never closed.
    let place = READING.acquire().await.map_err(|_| AppError::Busy)?;
    let mut raw = Vec::new();
    let mut content = stored.content;
    while let Some(piece) = content.try_next().await.map_err(broken)? {
        raw.extend_from_slice(&piece);
    }
    let shows_pictures = shown.images.is_some();
    // The work goes on when nobody waits for it any more, and keeps its place.
    let read = move || {
        let _place = place;
        email::page(&raw, shows_pictures)
    };
    let page = tokio::task::spawn_blocking(read)
        .await
        .map_err(|_| AppError::Internal("reading a mail was cancelled".into()))?;
    let policy = if shows_pictures { POLICY_WITH_PICTURES } else { POLICY };
    Ok(HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .insert_header((header::CONTENT_SECURITY_POLICY, policy))
        .insert_header((header::REFERRER_POLICY, "no-referrer"))
        .insert_header(("cross-origin-resource-policy", "same-origin"))
        .body(page.ok_or(AppError::NotFound)?))
}

/// `GET /mails/ID/original`
///
/// # Errors
/// As [`show`].
pub async fn original(
    app: Data<App>,
    viewer: Viewer,
    request: HttpRequest,
    id: Path<i64>,
) -> Result<HttpResponse, AppError> {
    let found = find(&app, &viewer, *id).await?;
    let store_key = found.store_key.ok_or(AppError::NotFound)?;
    let stem = if found.subject.is_empty() { "mail" } else { &found.subject };
    let name = format!("{}.eml", text::excerpt(stem, 80).replace(['/', '\\'], "-"));
    // Served as every file that came from outside: a download that does nothing.
    let file = Attachment {
        id: *id,
        message_id: Some(*id),
        name: text::file_name(&name),
        content_type: "message/rfc822".to_owned(),
        size: 0,
        store_key,
        width: None,
        height: None,
    };
    attachments::serve(&app, &request, &file, &Asked::default()).await
}

async fn find(app: &App, viewer: &Viewer, id: i64) -> Result<Original, AppError> {
    let (workspace_id, actor) = (viewer.workspace_id, viewer.actor());
    let found = app.db.read(move |conn| {
        let Some(found) = mail::original(conn, workspace_id, id)? else { return Ok(None) };
        let of = conversation::find(conn, workspace_id, actor, found.conversation_id)?;
        Ok(of.map(|_| found))
    });
    found.await?.ok_or(AppError::NotFound)
}

fn broken(error: object_store::Error) -> AppError {
    AppError::Internal(format!("the store of files failed: {error}"))
}
