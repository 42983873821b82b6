//! `/register`: with an invitation's token, joining a workspace; without one,
//! founding it.

use actix_session::Session;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Query};
use actix_web::{HttpRequest, HttpResponse};
use chrono_tz::Tz;
use serde::Deserialize;

use super::joining;
use super::page::{RegisterPage, WordsPage, too_many_attempts};
use crate::App;
use crate::db::Conn;
use crate::models::limit::{RetryAfter, WORKSPACES};
use crate::models::password;
use crate::models::text::{self, NAME_MAX};
use crate::models::user::{self, NewUser};
use crate::models::workspace::{self, Founder, FoundingRefusal};
use crate::web::client::Client;
use crate::web::credentials::{self, Checked};
use crate::web::error::AppError;
use crate::web::form::Form;
use crate::web::respond;
use crate::web::sessions;
use crate::web::view::{Field, Flash};
use crate::web::viewer::SignedIn;

/// The link of an invitation, or nothing.
#[derive(Deserialize)]
pub struct Link {
    token: Option<String>,
}

/// What either form sends.
#[derive(Deserialize)]
pub struct RegisterForm {
    /// Of an invitation.
    token: Option<String>,
    #[serde(default)]
    workspace_name: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    email: String,
    #[serde(default)]
    password: String,
    /// A script chooses that of the device; the select stands on UTC before.
    #[serde(default = "utc")]
    timezone: String,
}

fn utc() -> String {
    Tz::UTC.name().to_owned()
}

/// `GET /register`
pub async fn show(
    app: Data<App>,
    request: HttpRequest,
    user: Result<SignedIn, AppError>,
    query: Query<Link>,
) -> Result<HttpResponse, AppError> {
    let user = signed_in(user)?;
    if let Some(token) = &query.token {
        return joining::show(&app, user.as_ref(), token).await;
    }
    if !may_found(&app).await? {
        let mut page = WordsPage::invitation_needed();
        if user.is_some() {
            (page.href, page.label) = ("/inbox", "Open the inbox");
        }
        return respond::page(StatusCode::FORBIDDEN, &page);
    }
    let mut page = blank();
    page.flash = respond::incoming_flash(&request, &app.cookie_key);
    if let Some(user) = user {
        page.name.value.clone_from(&user.user_name);
        page.email.value.clone_from(&user.email);
        page.is_own_address = true;
    }
    respond::ok(&page)
}

/// `POST /register`
pub async fn submit(
    app: Data<App>,
    request: HttpRequest,
    session: Session,
    client: Client,
    user: Result<SignedIn, AppError>,
    Form(form): Form<RegisterForm>,
) -> Result<HttpResponse, AppError> {
    let asker = Asker { app: &app, request: &request, session: &session, client: &client };
    match form.token {
        Some(token) => {
            let typed = joining::Typed { token, name: form.name, password: form.password };
            joining::accept(&asker, signed_in(user)?.as_ref(), typed).await
        }
        None => found(&asker, signed_in(user)?.as_ref(), form).await,
    }
}

/// Who sends a form of this page, and from where.
pub(super) struct Asker<'a> {
    pub app: &'a App,
    pub request: &'a HttpRequest,
    pub session: &'a Session,
    pub client: &'a Client,
}

/// The user of the session, if there is one.
fn signed_in(user: Result<SignedIn, AppError>) -> Result<Option<SignedIn>, AppError> {
    match user {
        Ok(user) => Ok(Some(user)),
        Err(AppError::SignIn { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

async fn may_found(app: &App) -> Result<bool, AppError> {
    Ok(app.config.signups_open || !app.db.read(workspace::any).await?)
}

/// Whether the form has just made its workspace, as after a double click.
async fn is_sent_again(app: &App, form: &RegisterForm) -> Result<bool, AppError> {
    let (Ok(email), Ok(name)) =
        (text::email(&form.email), text::line(&form.workspace_name, NAME_MAX))
    else {
        return Ok(false);
    };
    let found = app.db.read(move |conn| match user::by_email(conn, &email)? {
        Some(user) => workspace::just_founded(conn, user.id, &name),
        None => Ok(None),
    });
    Ok(found.await?.is_some())
}

fn blank() -> RegisterPage {
    RegisterPage {
        flash: None,
        workspace_name: Field::default(),
        name: Field::default(),
        email: Field::default(),
        password: Field::default(),
        is_own_address: false,
        zones: text::time_zone_names().to_vec(),
        zone: Field::new(utc()),
    }
}

/// Counts a workspace against the limit of the client: each may invite strangers.
async fn count(app: &App, client: &Client) -> Result<(), AppError> {
    let (signer, client) = (app.signer.clone(), client.key().to_owned());
    app.db.write(move |conn| WORKSPACES.take::<RetryAfter>(conn, &signer, &[&client])).await??;
    Ok(())
}

async fn found(
    asker: &Asker<'_>,
    user: Option<&SignedIn>,
    form: RegisterForm,
) -> Result<HttpResponse, AppError> {
    let Asker { app, request, session, client } = *asker;
    // Before a password is hashed for nothing; decided again under the lock.
    if !may_found(app).await? && !is_sent_again(app, &form).await? {
        return respond::page(StatusCode::FORBIDDEN, &WordsPage::invitation_needed());
    }
    let workspace_name = text::line(&form.workspace_name, NAME_MAX);
    let name = text::line(&form.name, NAME_MAX);
    let email = text::email(&form.email);
    let zone = text::chosen_time_zone(&form.timezone);
    let is_own_address = user.is_some_and(|user| email.as_ref() == Ok(&user.email));
    // The form as it was typed, but for the password.
    let mut page = RegisterPage {
        workspace_name: Field::checked(&form.workspace_name, &workspace_name),
        name: Field::checked(&form.name, &name),
        email: Field::checked(&form.email, &email),
        zone: Field::checked(&form.timezone, &zone),
        is_own_address,
        ..blank()
    };
    let (Ok(workspace_name), Ok(name), Ok(email), Ok(zone)) = (workspace_name, name, email, zone)
    else {
        // Whoever has a user already has a longer one, too.
        let too_short = password::length(&form.password).err();
        page.password.error = too_short.filter(|_| !is_own_address).map(|why| why.to_string());
        return respond::page(StatusCode::UNPROCESSABLE_ENTITY, &page);
    };
    if app.config.signups_open {
        count(app, client).await?;
    }
    let password = form.password.clone();
    let founder = match founder(asker, is_own_address, &email, name, password).await? {
        Ok(founder) => founder,
        Err(refused) => return refused.show(page),
    };
    let write = async |founder: Founder| {
        let (is_open, named) = (app.config.signups_open, workspace_name.clone());
        let found =
            move |conn: &mut Conn| workspace::found(conn, &named, zone.name(), &founder, is_open);
        app.db.write(found).await
    };
    let mut founded = write(founder).await?;
    // The other half of a double click may have been quicker by a moment.
    if founded.is_err()
        && is_sent_again(app, &form).await?
        && let Checked::Right(user) = credentials::check(app, client, &email, form.password).await?
    {
        founded = write(Founder::User(user.id)).await?;
    }
    match founded {
        Ok(done) => {
            let hash = &done.user.password_hash;
            sessions::begin(session, request, done.user.id, hash, Some(done.workspace_id))?;
            let flash = Flash::ok(format!("Workspace {workspace_name} created."));
            Ok(respond::see_other_with(app, "/inbox", &flash))
        }
        Err(FoundingRefusal::InvitationNeeded) => {
            respond::page(StatusCode::FORBIDDEN, &WordsPage::invitation_needed())
        }
        Err(refusal @ FoundingRefusal::AddressTaken) => {
            Refused::wrong(refusal.to_string()).show(page)
        }
        Err(refusal @ FoundingRefusal::UserGone) => {
            page.email.error = Some(refusal.to_string());
            respond::page(StatusCode::CONFLICT, &page)
        }
    }
}

/// What is wrong with the password field.
struct Refused {
    reason: String,
    retry_after: Option<RetryAfter>,
}

impl Refused {
    fn wrong(reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), retry_after: None }
    }

    fn show(self, mut page: RegisterPage) -> Result<HttpResponse, AppError> {
        page.password.error = Some(self.reason);
        match self.retry_after {
            Some(after) => {
                let response = respond::page(StatusCode::TOO_MANY_REQUESTS, &page)?;
                Ok(respond::too_many(response, after))
            }
            None => respond::page(StatusCode::UNPROCESSABLE_ENTITY, &page),
        }
    }
}

/// A new user, or one there is already, who must give their password: whoever
/// has an address founds with it, and nobody else. A password that nobody may have is
/// refused alike whether or not the address has a user, and one that is not the user's is
/// counted: nobody learns of many addresses which of them have one.
async fn founder(
    &Asker { app, client, .. }: &Asker<'_>,
    is_own_address: bool,
    email: &str,
    name: String,
    password: String,
) -> Result<Result<Founder, Refused>, AppError> {
    match credentials::check(app, client, email, password.clone()).await? {
        Checked::Right(user) => return Ok(Ok(Founder::User(user.id))),
        // Whoever is signed in as them knows that they are there.
        Checked::Wrong if is_own_address => {
            return Ok(Err(Refused::wrong("This is not your password.")));
        }
        Checked::Wrong => {}
        Checked::TooMany(after) => {
            let reason = too_many_attempts(after);
            return Ok(Err(Refused { reason, retry_after: Some(after) }));
        }
    }
    let about = vec![email.to_owned(), name.clone()];
    let password_hash = match app.hasher.choose(password, about).await? {
        Ok(hash) => hash,
        Err(problem) => return Ok(Err(Refused::wrong(problem.to_string()))),
    };
    let email = email.to_owned();
    Ok(Ok(Founder::New(NewUser { email, name, password_hash, is_verified: false })))
}
