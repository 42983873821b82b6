//! `/notifications`: what a member was told.

pub mod page;

use actix_web::{HttpResponse, web};
use page::{Notice, NotificationsPage};
use serde::Deserialize;

use super::form::Act;
use super::respond;
use super::view::{Area, Flash};
use super::viewer::Viewer;
use crate::App;
use crate::models::conversation::{self, Visible};
use crate::models::inbox;
use crate::models::notification::{self, Kind, Notification, Told};
use crate::models::paging::Page;
use crate::web::error::AppError;

/// Notices on a page.
const PAGE: Page = Page::of(50);

#[derive(Debug, Deserialize)]
pub struct Before {
    before: Option<i64>,
}

/// `GET /notifications`
pub async fn index(
    app: web::Data<App>,
    viewer: Viewer,
    query: web::Query<Before>,
) -> Result<HttpResponse, AppError> {
    let before = query.before;
    let (workspace_id, actor) = (viewer.workspace_id, viewer.actor());
    let (mut found, visible, has_unread) = app
        .db
        .read(move |conn| {
            let (membership_id, limit) = (actor.membership_id, PAGE.limit());
            let found = notification::of_member(conn, workspace_id, membership_id, before, limit)?;
            let ids: Vec<i64> = found.iter().filter_map(|n| n.conversation_id).collect();
            let visible = conversation::visible_among(conn, workspace_id, actor, &ids)?;
            Ok((found, visible, notification::unread(conn, membership_id)? > 0))
        })
        .await?;
    let older = PAGE.cut(&mut found).map(|last| last.id.to_string());
    let notices: Vec<Notice> = found.iter().map(|one| notice(one, &visible, &viewer)).collect();
    mark_closed(&app, actor.membership_id, &found, &notices).await?;
    respond::ok(&NotificationsPage {
        chrome: viewer.chrome(&app, Area::Notifications).await?,
        newest: found.first().map(|one| one.id).filter(|_| has_unread),
        older,
        notices,
        is_first_page: before.is_none(),
    })
}

/// Marks as read what leads nowhere, as of a conversation that left their sight: there is
/// nothing to open, so that this page was the reading.
async fn mark_closed(
    app: &App,
    membership_id: i64,
    found: &[Notification],
    notices: &[Notice],
) -> Result<(), AppError> {
    let closed = found.iter().zip(notices).filter(|(_, one)| one.is_unread && one.href.is_none());
    let ids: Vec<i64> = closed.map(|(of, _)| of.id).collect();
    if ids.is_empty() {
        return Ok(());
    }
    let closed = Told::These(ids);
    app.db.change(move |conn| notification::mark_read(conn, membership_id, closed.clone())).await?;
    Ok(())
}

/// What *Mark all as read* sends.
#[derive(Debug, Deserialize)]
pub struct Shown {
    /// The newest notice that the page showed.
    newest: Option<i64>,
}

/// `POST /notifications/read`: *Mark all as read*, but for what came since.
pub async fn read_all(app: web::Data<App>, act: Act<Shown>) -> Result<HttpResponse, AppError> {
    let membership_id = act.viewer.membership_id;
    let newest = act.form.newest.unwrap_or(i64::MAX);
    let (marked, left) = app
        .db
        .change(move |conn| {
            let marked = notification::mark_read(conn, membership_id, Told::InPageUpTo(newest))?;
            Ok((marked, notification::unread(conn, membership_id)?))
        })
        .await?;
    let words = match (marked, left) {
        (0, 0) => "Nothing was unread.",
        (_, 0) => "All notifications marked as read.",
        _ => "Marked as read. Newer ones are still unread.",
    };
    Ok(respond::see_other_with(&app, "/notifications", &Flash::ok(words)))
}

fn notice(of: &Notification, visible: &[Visible], viewer: &Viewer) -> Notice {
    let conversation = of.conversation_id.and_then(|id| visible.iter().find(|one| one.id == id));
    let (icon, headline) = words(of);
    Notice {
        href: href(of, conversation).filter(|_| of.kind.is_none_or(|it| it.is_for(viewer.role))),
        icon,
        headline,
        detail: match conversation {
            Some(one) => about(of, one),
            // Nothing of a conversation that left their sight, but whose it was.
            None => of.subject_name.clone(),
        },
        is_unread: of.read_at.is_none(),
        when: viewer.when(of.created_at),
    }
}

/// What it leads to.
fn href(of: &Notification, conversation: Option<&Visible>) -> Option<String> {
    match (conversation, of.inbox_id) {
        (Some(one), _) => Some(format!("/conversations/{}", one.id)),
        (None, Some(id)) => Some(format!("/settings/inboxes/{id}")),
        (None, None) if of.kind == Some(Kind::InvitationAccepted) => Some("/settings/team".into()),
        (None, None) => None,
    }
}

/// What it is about. A chat has no subject but its first words: where the customer wrote
/// last, that is the news. Of a notice that was read, later words are not.
fn about(of: &Notification, conversation: &Visible) -> String {
    let is_news = of.kind == Some(Kind::CustomerReplied)
        && conversation.channel == inbox::Kind::WebChat
        && !conversation.is_answered
        && of.read_at.is_none();
    if is_news {
        return conversation.preview.clone();
    }
    format!("{} · {}", conversation.subject, of.subject_name)
}

fn words(of: &Notification) -> (&'static str, String) {
    let Some(kind) = of.kind else { return ("bell", of.actor_name.clone()) };
    let icon = match kind {
        Kind::Assigned => "arrow",
        Kind::Taken | Kind::GivenBack | Kind::WentBack => "undo",
        Kind::CustomerReplied => "chat",
        Kind::ReplyNotSent | Kind::MailboxFailing => "alert",
        Kind::SnoozeEnded => "clock",
        Kind::Mentioned => "note",
        Kind::InvitationAccepted => "team",
    };
    (icon, kind.headline(&of.actor_name, &of.subject_name))
}
