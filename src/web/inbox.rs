//! `/inbox`: the unified inbox, and what leads there.

mod bulk;
pub mod page;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
pub use bulk::{assign, label, not_spam, release, reopen, resolve, snooze, spam};
use page::{FirstRun, InboxPage, MailStep};

use super::list::{self, Chosen, ListData, ListQuery};
use super::list_pane::Selected;
use super::respond;
use super::view::{Area, Flash, Seats};
use super::viewer::Viewer;
use crate::App;
use crate::db::{Conn, QueryResult, Utc};
use crate::models::inbox::{self, Inbox};
use crate::models::{conversation, delivery, workspace};
use crate::policy::Capability;
use crate::web::error::AppError;

/// `GET /`: the inbox, which leads on to signing in where needed; in an empty
/// installation, to creating the first workspace.
pub async fn home(app: web::Data<App>) -> Result<HttpResponse, AppError> {
    let is_founded = app.db.read(workspace::any).await?;
    Ok(respond::see_other(if is_founded { "/inbox" } else { "/register" }))
}

/// `GET /inbox`
pub async fn index(
    app: web::Data<App>,
    viewer: Viewer,
    query: web::Query<ListQuery>,
) -> Result<HttpResponse, AppError> {
    let chosen = query.chosen(&viewer)?;
    show(&app, &viewer, chosen, StatusCode::OK, Selected::default(), None).await
}

/// The page, with what was selected on it and what is to be said.
async fn show(
    app: &App,
    viewer: &Viewer,
    chosen: Chosen,
    status: StatusCode,
    selected: Selected,
    said: Option<Flash>,
) -> Result<HttpResponse, AppError> {
    let is_administrator = viewer.may(Capability::WorkspaceSettings);
    let workspace_id = viewer.workspace_id;
    let (data, steps) = app
        .db
        .read(move |conn| {
            let data = list::load(conn, chosen)?;
            let steps = if is_administrator && is_young(&data) {
                Some(Steps::load(conn, workspace_id)?)
            } else {
                None
            };
            Ok((data, steps))
        })
        .await?;
    let mut chrome = viewer.chrome(app, Area::Inbox).await?;
    let mut pane = data.pane(viewer, None);
    pane.flash = said.or(chrome.flash.take());
    pane.bulk = Some(data.bulk(viewer, selected)).filter(|_| !pane.rows.is_empty());
    let first_run = steps.and_then(|steps| steps.first_run(app, viewer));
    respond::page(status, &InboxPage::new(chrome, pane, first_run))
}

/// A workspace with a page of open conversations has found its way; the steps
/// are not even looked up for it.
fn is_young(data: &ListData) -> bool {
    data.counts.all < 5
}

/// The key of the workspace's first chat that customers can open.
fn first_chat(conn: &mut Conn, workspace_id: i64) -> QueryResult<Option<String>> {
    let inboxes = inbox::list(conn, workspace_id)?.into_iter();
    let is_open = |one: &Inbox| one.kind == inbox::Kind::WebChat && !one.is_archived();
    Ok(inboxes.filter(is_open).map(|one| one.chat_key).next())
}

/// How far a new workspace has come.
struct Steps {
    chat_key: Option<String>,
    has_chat: bool,
    seats: crate::policy::Seats,
    mail_works: bool,
}

impl Steps {
    fn load(conn: &mut Conn, workspace_id: i64) -> QueryResult<Self> {
        Ok(Self {
            chat_key: first_chat(conn, workspace_id)?,
            has_chat: conversation::any(conn, workspace_id)?,
            seats: workspace::seats(conn, workspace_id, Utc::now())?,
            mail_works: delivery::any_sent(conn, workspace_id)?,
        })
    }

    /// What the page lists; `None` when every step is done.
    fn first_run(self, app: &App, viewer: &Viewer) -> Option<FirstRun> {
        let has_team = self.seats.used() > 1;
        let mail = match &app.config.smtp_url {
            None => MailStep::NotConfigured,
            Some(_) if self.mail_works => MailStep::Done,
            Some(_) => MailStep::Ready { address: viewer.email().to_owned() },
        };
        let is_done = self.has_chat && has_team && !matches!(mail, MailStep::Ready { .. });
        if is_done {
            return None;
        }
        Some(FirstRun {
            chat_url: self.chat_key.map(|key| format!("/chat/{key}")),
            has_chat: self.has_chat,
            seats: Seats::from(self.seats),
            has_team,
            mail,
        })
    }
}
