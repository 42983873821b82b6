//! Settings → Profile: the person themselves, in every workspace alike.

pub mod away;
mod browser;
pub mod devices;
pub mod leave;
pub mod page;
pub mod password;
pub mod picture;
mod save;

use actix_session::Session;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use serde::Deserialize;

use self::page::{ProfilePage, SessionRow};
pub use self::save::save;
use super::away::Away;
use super::client::Client;
use super::credentials::{self, Checked};
use super::form::{Act, Nothing};
use super::respond;
use super::view::{Area, Field, Flash};
use super::viewer::Viewer;
use crate::App;
use crate::db::Utc;
use crate::models::account_link::{self, RequestRefusal};
use crate::models::notification::mail::{self as notification_mail, Undelivered};
use crate::models::user::{self, User};
use crate::models::{membership, session, text, token};
use crate::policy::roles;
use crate::web::error::AppError;

const PROFILE: &str = "/settings/profile";
const WRONG_PASSWORD: &str = "This is not your current password.";
const LAST_ADMINISTRATOR: &str =
    "You are the last Administrator. Give a colleague that role first, then you can leave.";

/// The form *Change address*.
#[derive(Deserialize)]
pub struct NewAddress {
    #[serde(default)]
    new_email: String,
    #[serde(default)]
    password: String,
}

/// `GET /settings/profile`
pub async fn show(app: Data<App>, viewer: Viewer) -> Result<HttpResponse, AppError> {
    respond::ok(&load(&app, &viewer).await?)
}

/// `POST /settings/profile/email`: mails a link to the new address, which counts
/// when it is opened.
pub async fn change_address(
    app: Data<App>,
    client: Client,
    act: Act<NewAddress>,
) -> Result<HttpResponse, AppError> {
    let Act { viewer, form } = act;
    let email = match text::email(&form.new_email) {
        Ok(email) => email,
        Err(problem) => {
            let mut page = load(&app, &viewer).await?;
            page.new_email = Field::failing(form.new_email, problem.to_string());
            return refused(&page);
        }
    };
    if current(&app, &client, &viewer, form.password).await?.is_none() {
        let mut page = load(&app, &viewer).await?;
        page.new_email = Field::new(form.new_email);
        page.email_password = Field::failing("", WRONG_PASSWORD);
        return refused(&page);
    }
    match mail_proof(&app, &client, &viewer, &email).await? {
        Ok(()) => Ok(link_sent(&app, &email)),
        Err(RequestRefusal::TooMany(retry_after)) => Err(retry_after.into()),
        Err(refusal) => {
            let mut page = load(&app, &viewer).await?;
            page.new_email = Field::failing(form.new_email, refusal.to_string());
            refused(&page)
        }
    }
}

/// `POST /settings/profile/verify`: mails the proof of the present address.
pub async fn send_proof(
    app: Data<App>,
    client: Client,
    act: Act<Nothing>,
) -> Result<HttpResponse, AppError> {
    let email = act.viewer.email().to_owned();
    match mail_proof(&app, &client, &act.viewer, &email).await? {
        Ok(()) => Ok(link_sent(&app, &email)),
        Err(RequestRefusal::TooMany(retry_after)) => Err(retry_after.into()),
        Err(refusal) => {
            Ok(respond::see_other_with(&app, PROFILE, &Flash::warn(refusal.to_string())))
        }
    }
}

/// `POST /settings/profile/sign-out-everywhere`, here too.
pub async fn sign_out_everywhere(
    app: Data<App>,
    session: Session,
    act: Act<Nothing>,
) -> Result<HttpResponse, AppError> {
    let user_id = act.viewer.user_id;
    app.db.change(move |conn| session::end_all(conn, user_id)).await?;
    session.purge();
    Ok(respond::see_other_with(&app, "/login", &Flash::ok("You are signed out everywhere.")))
}

/// The viewer as a user, if this is their password.
async fn current(
    app: &App,
    client: &Client,
    viewer: &Viewer,
    password: String,
) -> Result<Option<User>, AppError> {
    match credentials::check(app, client, viewer.email(), password).await? {
        Checked::Right(user) => Ok(Some(user).filter(|user| user.id == viewer.user_id)),
        Checked::Wrong => Ok(None),
        Checked::TooMany(retry_after) => Err(retry_after.into()),
    }
}

async fn mail_proof(
    app: &App,
    client: &Client,
    viewer: &Viewer,
    email: &str,
) -> Result<Result<(), RequestRefusal>, AppError> {
    let (signer, user_id) = (app.signer.clone(), viewer.user_id);
    let (email, client) = (email.to_owned(), client.key().to_owned());
    let mailed = app
        .db
        .write(move |conn| account_link::request_proof(conn, &signer, user_id, &email, &client))
        .await?;
    app.outbox.notify_one();
    Ok(mailed)
}

fn link_sent(app: &App, email: &str) -> HttpResponse {
    respond::see_other_with(app, PROFILE, &Flash::ok(format!("A link is on its way to {email}.")))
}

fn refused(page: &ProfilePage) -> Result<HttpResponse, AppError> {
    respond::page(StatusCode::UNPROCESSABLE_ENTITY, page)
}

/// The page as it is before anybody types.
async fn load(app: &App, viewer: &Viewer) -> Result<ProfilePage, AppError> {
    let chrome = viewer.chrome(app, Area::Profile).await?;
    let (user_id, workspace_id) = (viewer.user_id, viewer.workspace_id);
    let now = Utc::now();
    let membership_id = viewer.membership_id;
    let devices = devices::load(app, viewer, now).await?;
    let (user, member, listed, pending_email, administrators, stored, undelivered) = app
        .db
        .read(move |conn| {
            Ok((
                user::find(conn, user_id)?,
                membership::find(conn, workspace_id, membership_id)?,
                session::of_user(conn, user_id, now)?,
                account_link::pending_address(conn, user_id)?,
                membership::administrators(conn, workspace_id)?,
                user::preferences(conn, user_id, membership_id)?,
                notification_mail::undelivered(conn, membership_id, now)?,
            ))
        })
        .await?;
    let stored = stored.ok_or(AppError::NotFound)?;
    let user = user.ok_or(AppError::NotFound)?;
    let may_leave = roles::end_membership(viewer.role, administrators);
    Ok(ProfilePage {
        chrome,
        submission: token::short_nonce(),
        name: Field::new(&stored.profile.name),
        public_name: Field::new(stored.profile.public_name.as_deref().unwrap_or_default()),
        zones: save::zones(viewer, stored.profile.time_zone.map(|zone| zone.name())),
        zone_error: None,
        themes: save::themes(stored.profile.theme),
        shortcuts: save::shortcuts(stored.profile.shortcuts),
        signature: Field::new(&stored.profile.signature),
        notify: save::kinds(viewer, &stored.choices),
        notify_error: undelivered.map(|Undelivered { recipient, reason }| {
            format!("The last mail to {recipient} could not be delivered: {reason}")
        }),
        devices,
        away: Away::new(member.and_then(|member| member.away_until), viewer.workspace_time_zone),
        picture_error: None,
        email_is_proved: user.is_verified(),
        email: user.email,
        pending_email,
        new_email: Field::default(),
        email_password: Field::default(),
        current_password: Field::default(),
        new_password: Field::default(),
        sessions: listed
            .into_iter()
            .map(|row| SessionRow {
                browser: browser::name(&row.user_agent),
                last_seen: viewer.when(row.last_seen_at),
                is_current: row.id == viewer.session_id,
            })
            .collect(),
        cannot_leave: may_leave.is_err().then(|| LAST_ADMINISTRATOR.to_owned()),
    })
}
