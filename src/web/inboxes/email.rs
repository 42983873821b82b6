//! Inboxes that take mail: Administrators connect them, Managers see how that goes.

mod form;
mod page;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use secrecy::ExposeSecret;

pub use form::EmailForm;
use form::{Fields, Typist};
use page::{Connection, EmailNamePage, EmailPage, Reading, Tried};

use super::page::Head;
use super::{LIST, Tab, find, is_email};
use crate::App;
use crate::channels::mail_server;
use crate::db::Utc;
use crate::models::inbox::{self, ConnectRefusal, Inbox};
use crate::models::limit::{MAIL_TRIALS, RetryAfter};
use crate::models::mailbox::outage::{self, Outage};
use crate::models::mailbox::reading::{self, State};
use crate::models::mailbox::{self, Details, Mailbox, NewServer, Protocol, Server};
use crate::net::Dialer;
use crate::policy::Capability;
use crate::web::error::AppError;
use crate::web::form::Act;
use crate::web::respond;
use crate::web::routes::CONNECTING;
use crate::web::view::{Area, Field, Flash};
use crate::web::viewer::Viewer;

/// What the server is called from which mail comes, and that by which it leaves.
const IMAP: &str = "IMAP";
const SMTP: &str = "SMTP";

/// `GET /settings/inboxes/new/email`
///
/// # Errors
/// When the database fails.
pub async fn new(app: Data<App>, viewer: Viewer) -> Result<HttpResponse, AppError> {
    let form = EmailForm::default();
    let typist = Typist { signer: &app.signer, membership_id: viewer.membership_id, before: None };
    let (_, _, mut fields, _) = form.check(typist);
    // Nothing is missing yet.
    fields.name.error = None;
    fields.address.error = None;
    form_page(&app, &viewer, StatusCode::OK, None, fields, Vec::new()).await
}

/// `POST /settings/inboxes/new/email`
///
/// # Errors
/// When the member may not any more, or the database fails.
pub async fn add(app: Data<App>, act: Act<EmailForm>) -> Result<HttpResponse, AppError> {
    submit(&app, act, None).await
}

/// `POST /settings/inboxes/{id}/connection`
///
/// # Errors
/// Not found when the workspace has no such inbox that takes mail; as [`add`].
pub async fn change(
    app: Data<App>,
    act: Act<EmailForm>,
    id: Path<i64>,
) -> Result<HttpResponse, AppError> {
    let inbox = find(&app, &act.viewer, *id).await?;
    let known = with_mailbox(&app, inbox).await?;
    submit(&app, act, Some(known)).await
}

/// `GET /settings/inboxes/{id}` of one that takes mail.
///
/// # Errors
/// When the database fails.
pub async fn show(app: &App, viewer: &Viewer, inbox: Inbox) -> Result<HttpResponse, AppError> {
    let known = with_mailbox(app, inbox).await?;
    if !viewer.may(Capability::ConnectChannels) {
        let name = Field::new(known.inbox.name.as_str());
        return name_page(app, viewer, StatusCode::OK, known, name).await;
    }
    let fields = form::stored(&known.inbox, &known.mailbox);
    form_page(app, viewer, StatusCode::OK, Some(known), fields, Vec::new()).await
}

/// The page with a name that cannot be taken.
///
/// # Errors
/// When the database fails.
pub async fn show_name(
    app: &App,
    viewer: &Viewer,
    inbox: Inbox,
    name: Field,
) -> Result<HttpResponse, AppError> {
    let known = with_mailbox(app, inbox).await?;
    name_page(app, viewer, StatusCode::UNPROCESSABLE_ENTITY, known, name).await
}

/// An inbox with its mailbox and how that goes.
struct Known {
    inbox: Inbox,
    mailbox: Mailbox,
    state: State,
    outages: Vec<Outage>,
}

async fn with_mailbox(app: &App, inbox: Inbox) -> Result<Known, AppError> {
    let (workspace_id, id) = (inbox.workspace_id, inbox.id);
    let (mailbox, state, outages) = app
        .db
        .read(move |conn| {
            let mailbox = mailbox::find(conn, workspace_id, id)?;
            let state = reading::state(conn, workspace_id, id)?;
            Ok((mailbox, state, outage::of_workspace(conn, workspace_id)?))
        })
        .await?;
    match (is_email(&inbox), mailbox, state) {
        (true, Some(mailbox), Some(state)) => Ok(Known { inbox, mailbox, state, outages }),
        _ => Err(AppError::NotFound),
    }
}

async fn submit(
    app: &App,
    Act { viewer, form }: Act<EmailForm>,
    known: Option<Known>,
) -> Result<HttpResponse, AppError> {
    let before = known.as_ref().map(|known| &known.mailbox);
    let typist = Typist { signer: &app.signer, membership_id: viewer.membership_id, before };
    let (name, details, mut fields, is_right) = form.check(typist);
    let wrong = StatusCode::UNPROCESSABLE_ENTITY;
    if form.test.is_some() && is_right {
        let tried = try_out(app, &viewer, before, &details).await?;
        let (status, trials) = match tried {
            Ok(trials) if trials.is_empty() => {
                fields.imap.host.error = Some("Type the host of a server to test.".to_owned());
                (wrong, trials)
            }
            Ok(trials) => {
                if let Some(mailbox) = before {
                    note_what_works(app, mailbox, &details, &trials).await?;
                }
                (StatusCode::OK, trials)
            }
            Err(refusal) => {
                fields.tell(refusal).map_err(refused)?;
                (wrong, Vec::new())
            }
        };
        return form_page(app, &viewer, status, known, fields, trials).await;
    }
    if !is_right {
        return form_page(app, &viewer, wrong, known, fields, Vec::new()).await;
    }
    let id = known.as_ref().map(|known| known.inbox.id);
    match save(app, &viewer, id, name.clone(), details).await? {
        Ok(id) => {
            let flash = match known {
                Some(_) => Flash::ok(format!("Saved {name}.")),
                None => Flash::ok(format!("Added {name}. Its connection is shown below.")),
            };
            Ok(respond::see_other_with(app, &format!("{LIST}/{id}"), &flash))
        }
        Err(refusal) => {
            fields.tell(refusal).map_err(refused)?;
            form_page(app, &viewer, wrong, known, fields, Vec::new()).await
        }
    }
}

async fn save(
    app: &App,
    viewer: &Viewer,
    id: Option<i64>,
    name: String,
    details: Details,
) -> Result<Result<i64, ConnectRefusal>, AppError> {
    let caller = viewer.caller();
    let signer = app.signer.clone();
    let saved = app
        .db
        .write(move |conn| match id {
            None => inbox::add_email(conn, &signer, caller, &name, &details),
            Some(id) => {
                inbox::change_email(conn, &signer, caller, id, (&name, &details)).map(|()| id)
            }
        })
        .await?;
    Ok(saved)
}

/// Tries both servers at once. What was typed is tried, so the tries of a member are
/// counted: nobody looks around in networks this way.
async fn try_out(
    app: &App,
    viewer: &Viewer,
    before: Option<&Mailbox>,
    details: &Details,
) -> Result<Result<Vec<Tried>, ConnectRefusal>, AppError> {
    let mut servers = Vec::new();
    for (of, name, typed) in
        [(Protocol::Imap, IMAP, &details.imap), (Protocol::Smtp, SMTP, &details.smtp)]
    {
        match inbox::with_password(&app.signer, before, typed, of) {
            Ok(server) if server.host.is_empty() => {}
            Ok(server) => servers.push((of, name, server)),
            Err(refusal) => return Ok(Err(refusal)),
        }
    }
    let (signer, member) = (app.signer.clone(), viewer.membership_id.to_string());
    app.db.write(move |conn| MAIL_TRIALS.take::<RetryAfter>(conn, &signer, &[&member])).await??;
    let dialer = Dialer::new(&app.config.mail_servers);
    let trials = servers.iter().map(async |(of, name, server)| {
        Tried::new(name, &mail_server::try_out(&dialer, *of, server).await)
    });
    Ok(Ok(futures_util::future::join_all(trials).await))
}

/// Whether what passed is the connection as it is kept: another password says nothing
/// about that one.
fn works_as_kept(kept: &Server, typed: &NewServer, name: &str, trials: &[Tried]) -> bool {
    let is_kept = kept.is_the_same(typed) && typed.password.expose_secret().is_empty();
    is_kept && trials.iter().any(|tried| tried.server == name && tried.works)
}

async fn note_what_works(
    app: &App,
    mailbox: &Mailbox,
    typed: &Details,
    trials: &[Tried],
) -> Result<(), AppError> {
    let (workspace_id, id) = (mailbox.workspace_id, mailbox.inbox_id);
    if works_as_kept(&mailbox.imap, &typed.imap, IMAP, trials) {
        app.db.change(move |conn| reading::try_at_once(conn, workspace_id, id)).await?;
    }
    if works_as_kept(&mailbox.smtp, &typed.smtp, SMTP, trials) {
        app.db.change(move |conn| outage::end(conn, id, Protocol::Smtp)).await?;
    }
    Ok(())
}

async fn form_page(
    app: &App,
    viewer: &Viewer,
    status: StatusCode,
    known: Option<Known>,
    fields: Fields,
    trials: Vec<Tried>,
) -> Result<HttpResponse, AppError> {
    let page = EmailPage {
        chrome: viewer.chrome(app, Area::Inboxes).await?,
        is_archived: known.as_ref().is_some_and(|known| known.inbox.is_archived()),
        connection: known.as_ref().map(|known| connection(app, viewer, known)),
        head: known.map(|known| Head::new(known.inbox, Tab::Inbox)),
        fields,
        sends_for_inboxes: app.config.sends_for_inboxes(),
        trials,
    };
    respond::page(status, &page)
}

async fn name_page(
    app: &App,
    viewer: &Viewer,
    status: StatusCode,
    known: Known,
    name: Field,
) -> Result<HttpResponse, AppError> {
    let page = EmailNamePage {
        chrome: viewer.chrome(app, Area::Inboxes).await?,
        is_archived: known.inbox.is_archived(),
        address: known.mailbox.address.clone(),
        connection: connection(app, viewer, &known),
        head: Head::new(known.inbox, Tab::Inbox),
        name,
    };
    respond::page(status, &page)
}

fn connection(app: &App, viewer: &Viewer, known: &Known) -> Connection {
    let Known { inbox, mailbox, state, outages } = known;
    let outage = |server: Protocol| {
        outages.iter().find(|one| one.inbox_id == inbox.id && one.server == server)
    };
    let now = Utc::now();
    let when = |at: Utc| viewer.when(at);
    let reading = match state.connected_since(now) {
        _ if !mailbox.imap.is_set() => Reading::Piped,
        _ if inbox.is_archived() => Reading::Ended,
        Some(since) => Reading::Connected { since: when(since) },
        None if state.is_failing(now) => Reading::Failing { next: when(state.next_attempt_at) },
        None => Reading::Waiting,
    };
    let error = state.last_error.clone().zip(state.last_error_at);
    Connection {
        reading,
        unread_since: outage(Protocol::Imap).map(|one| viewer.hour(one.since)),
        sends_nothing: outage(Protocol::Smtp)
            .map(|one| (one.reason.clone(), viewer.hour(one.since))),
        sends: mailbox.smtp.is_set() || app.config.sends_for_inboxes(),
        last_mail: state.last_mail_at.map(when),
        last_error: error.map(|(error, at)| (error, when(at))),
    }
}

fn refused(refusal: ConnectRefusal) -> AppError {
    match refusal {
        ConnectRefusal::Barred(why) => AppError::barred(why, CONNECTING),
        _ => AppError::NotFound,
    }
}
