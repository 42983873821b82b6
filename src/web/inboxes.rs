//! Settings → Inboxes: where customers write.

pub mod archive;
pub mod email;
pub mod look;
pub mod opening;
pub mod page;
pub mod team;

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;

use crate::App;
use crate::db::{Conn, Utc};
use crate::models::identity::JoinedWorkspace;
use crate::models::inbox::{self, Details, Inbox, Kind, Refusal, Sites};
use crate::models::mailbox::outage::{self, Outage};
use crate::models::mailbox::{Protocol, reading};
use crate::models::notification::Told;
use crate::models::{seen, text, token};
use crate::policy::Capability;
use crate::web::error::AppError;
use crate::web::form::{Act, Submission};
use crate::web::view::{Area, Field, Flash, counted};
use crate::web::viewer::Viewer;
use crate::web::{elsewhere, respond, told};
use page::{ChatAddress, Head, InboxFormPage, InboxRow, InboxesPage, Tab};

const LIST: &str = "/settings/inboxes";

/// The form of an inbox.
#[derive(Debug, Deserialize)]
pub struct InboxForm {
    #[serde(default)]
    name: String,
    #[serde(default)]
    greeting: String,
    #[serde(default)]
    allowed_sites: String,
    /// Of a new one alone.
    submission: Option<Submission>,
    /// What the page showed: [`Details`] as JSON.
    #[serde(default)]
    seen: String,
}

/// `GET /settings/inboxes`
///
/// # Errors
/// When the database fails.
pub async fn index(app: Data<App>, viewer: Viewer) -> Result<HttpResponse, AppError> {
    let workspace_id = viewer.workspace_id;
    let (found, failing, outages) = app
        .db
        .read(move |conn| {
            let found = inbox::list_with_counts(conn, workspace_id)?;
            let failing = reading::failing(conn, workspace_id, Utc::now())?;
            Ok((found, failing, outage::of_workspace(conn, workspace_id)?))
        })
        .await?;
    let row = |one| row(one, &failing, &outages);
    let (archived, inboxes): (Vec<_>, Vec<_>) =
        found.into_iter().partition(|(inbox, _)| inbox.is_archived());
    respond::ok(&InboxesPage {
        chrome: viewer.chrome(&app, Area::Inboxes).await?,
        inboxes: inboxes.into_iter().map(row).collect(),
        archived: archived.into_iter().map(row).collect(),
    })
}

fn row((inbox, count): (Inbox, i64), failing: &[i64], outages: &[Outage]) -> InboxRow {
    let is_email = is_email(&inbox);
    InboxRow {
        id: inbox.id,
        is_email,
        chat_path: (!is_email && !inbox.is_archived()).then(|| chat_path(&inbox)),
        is_failing: !inbox.is_archived() && failing.contains(&inbox.id),
        sends_nothing: outages
            .iter()
            .any(|one| one.inbox_id == inbox.id && one.server == Protocol::Smtp),
        name: inbox.name,
        is_restricted: inbox.is_restricted,
        conversations: match count {
            0 => "no conversations yet".to_owned(),
            count => counted(count, "conversation", "conversations"),
        },
    }
}

/// `GET /settings/inboxes/new`
///
/// # Errors
/// When the database fails.
pub async fn new(app: Data<App>, viewer: Viewer) -> Result<HttpResponse, AppError> {
    let fields = Fields::default();
    form_page(&app, &viewer, StatusCode::OK, None, fields).await
}

/// `GET /settings/inboxes/{id}`
///
/// # Errors
/// Not found when the workspace has no such inbox, with the way to another one of the viewer's
/// that has it; or when the database fails.
pub async fn edit(
    app: Data<App>,
    request: HttpRequest,
    viewer: Viewer,
    id: Path<i64>,
) -> Result<HttpResponse, AppError> {
    let id = *id;
    let inbox = match find(&app, &viewer, id).await {
        Err(AppError::NotFound) => {
            let is_there = move |conn: &mut Conn, of: &JoinedWorkspace| {
                let may = of.actor.role.may(Capability::ManageInboxes);
                Ok(may && inbox::find(conn, of.id, id)?.is_some())
            };
            let path = format!("{LIST}/{id}");
            return Err(elsewhere::offered(&app, &viewer, path, is_there).await);
        }
        found => found?,
    };
    let viewer = told::seen(&app, &request, viewer, Told::OfInbox(id)).await?;
    if is_email(&inbox) {
        return email::show(&app, &viewer, inbox).await;
    }
    let fields = Fields {
        name: Field::new(inbox.name.as_str()),
        greeting: Field::new(inbox.greeting.as_str()),
        allowed_sites: Field::new(inbox.sites_text()),
        seen: seen::json(&inbox.details()),
    };
    form_page(&app, &viewer, StatusCode::OK, Some(inbox), fields).await
}

/// `POST /settings/inboxes/new`
///
/// # Errors
/// When the member may not any more, or the database fails.
pub async fn add(app: Data<App>, act: Act<InboxForm>) -> Result<HttpResponse, AppError> {
    let Act { viewer, form } = act;
    let details = match check(&form) {
        Ok(details) => details,
        Err(fields) => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            return form_page(&app, &viewer, status, None, *fields).await;
        }
    };
    let caller = viewer.caller();
    let submission = form.submission.as_ref().map(|id| id.0.clone());
    let flash = Flash::ok(format!("Added {}. Its chat page is below.", details.name));
    let added =
        app.db.write(move |conn| inbox::add(conn, caller, &details, submission.as_deref())).await?;
    match added {
        Ok(id) => Ok(respond::see_other_with(&app, &format!("{LIST}/{id}"), &flash)),
        Err(refusal @ Refusal::NameTaken) => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            form_page(&app, &viewer, status, None, Fields::named_as_another(form, refusal)).await
        }
        Err(refusal) => Err(refused(refusal)),
    }
}

/// `POST /settings/inboxes/{id}`
///
/// # Errors
/// As [`edit`], or when the member may not any more.
pub async fn change(
    app: Data<App>,
    act: Act<InboxForm>,
    id: Path<i64>,
) -> Result<HttpResponse, AppError> {
    let Act { viewer, form } = act;
    let id = *id;
    let details = match check(&form) {
        Ok(details) => details,
        Err(fields) => {
            let inbox = find(&app, &viewer, id).await?;
            return come_back(&app, &viewer, inbox, *fields).await;
        }
    };
    let caller = viewer.caller();
    let flash = Flash::ok(format!("Saved {}.", details.name));
    let seen = seen::read::<Details>(&form.seen);
    let changed = app
        .db
        .write(move |conn| inbox::change(conn, caller, id, (&details, seen.as_ref())))
        .await?;
    match changed {
        Ok(()) => Ok(respond::see_other_with(&app, &format!("{LIST}/{id}"), &flash)),
        Err(refusal @ Refusal::NameTaken) => {
            let fields = Fields::named_as_another(form, refusal);
            let inbox = find(&app, &viewer, id).await?;
            come_back(&app, &viewer, inbox, fields).await
        }
        Err(refusal) => Err(refused(refusal)),
    }
}

/// The form of an inbox with what is wrong with it.
async fn come_back(
    app: &App,
    viewer: &Viewer,
    inbox: Inbox,
    fields: Fields,
) -> Result<HttpResponse, AppError> {
    if is_email(&inbox) {
        return email::show_name(app, viewer, inbox, fields.name).await;
    }
    form_page(app, viewer, StatusCode::UNPROCESSABLE_ENTITY, Some(inbox), fields).await
}

#[derive(Default)]
struct Fields {
    name: Field,
    greeting: Field,
    allowed_sites: Field,
    seen: String,
}

impl Fields {
    fn named_as_another(form: InboxForm, refusal: Refusal) -> Self {
        Self {
            name: Field::failing(form.name, refusal.to_string()),
            greeting: Field::new(form.greeting),
            allowed_sites: Field::new(form.allowed_sites),
            seen: form.seen,
        }
    }
}

/// The form as the model takes it, or its fields with what is wrong.
fn check(form: &InboxForm) -> Result<Details, Box<Fields>> {
    let name = text::line(&form.name, inbox::NAME_MAX);
    let greeting = text::optional_paragraph(&form.greeting, inbox::GREETING_MAX);
    let sites = Sites::parse(&form.allowed_sites);
    match (name, greeting, sites) {
        (Ok(name), Ok(greeting), Ok(sites)) => Ok(Details { name, greeting, sites }),
        (name, greeting, sites) => Err(Box::new(Fields {
            name: Field::checked(&form.name, &name),
            greeting: Field::checked(&form.greeting, &greeting),
            allowed_sites: Field::checked(&form.allowed_sites, &sites),
            seen: form.seen.clone(),
        })),
    }
}

async fn find(app: &App, viewer: &Viewer, id: i64) -> Result<Inbox, AppError> {
    let workspace_id = viewer.workspace_id;
    app.db.read(move |conn| inbox::find(conn, workspace_id, id)).await?.ok_or(AppError::NotFound)
}

/// As [`find`], of chats alone: what is asked for means nothing elsewhere.
async fn find_chat(app: &App, viewer: &Viewer, id: i64) -> Result<Inbox, AppError> {
    let inbox = find(app, viewer, id).await?;
    if is_email(&inbox) { Err(AppError::NotFound) } else { Ok(inbox) }
}

fn is_email(inbox: &Inbox) -> bool {
    inbox.kind == Kind::Email
}

async fn form_page(
    app: &App,
    viewer: &Viewer,
    status: StatusCode,
    inbox: Option<Inbox>,
    fields: Fields,
) -> Result<HttpResponse, AppError> {
    let Fields { name, greeting, allowed_sites, seen } = fields;
    let page = InboxFormPage {
        chrome: viewer.chrome(app, Area::Inboxes).await?,
        address: inbox.as_ref().map(|inbox| chat_address(app, inbox)),
        is_archived: inbox.as_ref().is_some_and(Inbox::is_archived),
        submission: inbox.is_none().then(token::short_nonce),
        head: inbox.map(|inbox| Head::new(inbox, Tab::Inbox)),
        seen,
        name,
        greeting,
        allowed_sites,
        may_connect: viewer.may(Capability::ConnectChannels),
    };
    respond::page(status, &page)
}

fn chat_path(inbox: &Inbox) -> String {
    format!("/chat/{}", inbox.chat_key)
}

fn chat_address(app: &App, inbox: &Inbox) -> ChatAddress {
    let url = app.config.link(&chat_path(inbox));
    ChatAddress { snippet: format!("<script async src=\"{url}/embed.js\"></script>"), url }
}

fn refused(refusal: Refusal) -> AppError {
    match refusal {
        Refusal::Barred(why) => AppError::barred(why, "changing inboxes"),
        Refusal::NotFound | Refusal::NameTaken | Refusal::NoSuchMember => AppError::NotFound,
    }
}
