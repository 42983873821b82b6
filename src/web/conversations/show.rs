//! Opening a conversation: shows it, and counts it as read.

use actix_web::{HttpRequest, HttpResponse};

use super::load::Loaded;
use super::place::Place;
use super::said::Said;
use crate::App;
use crate::db::DbError;
use crate::models::attachment::Sender;
use crate::models::notification::Told;
use crate::models::{address, conversation, notification, sending};
use crate::web::error::AppError;
use crate::web::form::Files;
use crate::web::view::Field;
use crate::web::viewer::Viewer;
use crate::web::{attachments, respond};

/// `GET /conversations/ID`
pub async fn show(request: HttpRequest, place: Place) -> Result<HttpResponse, AppError> {
    let loaded = place.load().await?;
    let Place { app, viewer, .. } = place;
    let is_read = loaded.is_newest() && respond::is_seen(&request) && !is_below(&request);
    let unread = if is_read { mark_read(&app, &viewer, &loaded).await } else { Ok(None) };
    // On a full disk it can still be read.
    let unread = unread.unwrap_or_else(|error| {
        tracing::error!(%error, "a conversation that is shown could not be marked as read");
        None
    });
    let viewer = match unread {
        Some(unread) => viewer.with_unread(unread),
        None => viewer,
    };
    let said = match loaded.draft() {
        Some(id) => taken_back(&app, &viewer, &loaded, id).await?,
        None => Said::default(),
    };
    respond::ok(&loaded.page(&app, &viewer, said).await?)
}

/// Whether the page that asks is scrolled up, so that what came is not in view so far: it asks
/// again once it is.
fn is_below(request: &HttpRequest) -> bool {
    request.headers().contains_key("baton-unread")
}

/// The composer with a reply that the member took back a moment ago. Its text is in the
/// draft, with who else it goes to, where they go on with it; its files are not.
async fn taken_back(
    app: &App,
    viewer: &Viewer,
    loaded: &Loaded,
    id: i64,
) -> Result<Said, AppError> {
    let of = loaded.conversation.id;
    let (caller, workspace_id) = (viewer.caller(), viewer.workspace_id);
    let found = app
        .db
        .read(move |conn| sending::find_taken_back(conn, caller, id))
        .await?
        .filter(|draft| draft.conversation_id == Some(of));
    let Some(draft) = found else { return Ok(Said::default()) };
    let (sender, words) = (Sender::Member(caller.membership_id), draft.files());
    let files = attachments::take(app, workspace_id, sender, words, Files::default()).await?;
    let said = Said { reply_files: files, ..Said::default() };
    if !loaded.drafts.reply.body.is_empty() {
        return Ok(said);
    }
    let cc = address::shown(&address::stored(&draft.cc_list));
    Ok(Said { cc: Some(Field::new(cc)), reply: Field::new(draft.body), ..said })
}

/// Writes only where there is something to mark; answers how many notifications are unread
/// now, where that changed.
async fn mark_read(app: &App, viewer: &Viewer, loaded: &Loaded) -> Result<Option<i64>, DbError> {
    let (caller, member) = (viewer.caller(), viewer.membership_id);
    let (id, newest) = (loaded.conversation.id, loaded.newest_shown());
    let is_news = app
        .db
        .read(move |conn| {
            Ok(conversation::read_up_to(conn, member, id)? < newest
                || notification::any_unread(conn, member, Told::OfConversation(id))?)
        })
        .await?;
    if !is_news {
        return Ok(None);
    }
    app.db
        .change(move |conn| {
            conversation::mark_read(conn, caller, id, newest)?;
            match notification::mark_read(conn, member, Told::OfConversation(id))? {
                0 => Ok(None),
                _ => notification::unread(conn, member).map(Some),
            }
        })
        .await
}
