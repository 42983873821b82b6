//! Opening a conversation: shows it, and counts it as read.

use std::convert::Infallible;

use actix_web::HttpResponse;

use super::load::{Loaded, Said};
use super::place::Place;
use crate::App;
use crate::db::{DbError, Verb};
use crate::error::AppError;
use crate::models::{conversation, notification};
use crate::web::respond;
use crate::web::viewer::Viewer;

/// `GET /conversations/ID`
pub async fn show(place: Place) -> Result<HttpResponse, AppError> {
    let loaded = place.load().await?;
    let Place { app, viewer, .. } = place;
    let told = if loaded.is_newest() { mark_read(&app, &viewer, &loaded).await? } else { 0 };
    let viewer = viewer.having_read(told);
    respond::ok(&loaded.page(&app, &viewer, Said::default()).await?)
}

/// Writes only where there is something to mark; answers how many
/// notifications are read now.
async fn mark_read(app: &App, viewer: &Viewer, loaded: &Loaded) -> Result<usize, DbError> {
    let (workspace_id, member) = (viewer.workspace_id, viewer.membership_id);
    let (id, newest) = (loaded.conversation.id, loaded.newest_shown());
    let is_news = app
        .db
        .read(move |conn| {
            Ok(conversation::read_up_to(conn, member, id)? < newest
                || notification::any_unread_of(conn, member, id)?)
        })
        .await?;
    if !is_news {
        return Ok(0);
    }
    let marked = app
        .db
        .write(move |conn| -> Verb<usize, Infallible> {
            conversation::mark_read(conn, workspace_id, member, id, newest)?;
            Ok(notification::mark_conversation_read(conn, member, id)?)
        })
        .await?;
    Ok(match marked {
        Ok(marked) => marked,
        Err(never) => match never {},
    })
}
