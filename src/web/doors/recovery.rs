//! The ways back by a mailed link: a new password, and the proof of an address.
//! Opening a link uses nothing up; only the button does.

use actix_session::Session;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Query};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;

use super::page::{
    CheckMailPage, ForgotPasswordPage, ResetPasswordPage, SignInFirstPage, VerifyAddressPage,
    WordsPage, too_many_attempts,
};
use crate::App;
use crate::models::account_link::{self, Link, LinkKind, LinkRefusal, Proved};
use crate::models::{limit, session, text, user};
use crate::web::client::Client;
use crate::web::error::AppError;
use crate::web::form::Form;
use crate::web::respond;
use crate::web::sessions;
use crate::web::view::{Field, Flash};

/// The form of `/forgot-password`.
#[derive(Deserialize)]
pub struct Address {
    #[serde(default)]
    email: String,
}

/// The query of a mailed link, and the form of `/verify-address`.
#[derive(Deserialize)]
pub struct Token {
    #[serde(default)]
    token: String,
}

/// The form of `/reset-password`.
#[derive(Deserialize)]
pub struct NewPassword {
    #[serde(default)]
    token: String,
    #[serde(default)]
    password: String,
}

/// `GET /forgot-password`
pub async fn forgot(app: Data<App>, request: HttpRequest) -> Result<HttpResponse, AppError> {
    respond::ok(&ForgotPasswordPage {
        flash: respond::incoming_flash(&request, &app.cookie_key),
        email: Field::default(),
    })
}

/// `POST /forgot-password`: the same answer for an address that nobody has.
pub async fn send_link(
    app: Data<App>,
    client: Client,
    Form(form): Form<Address>,
) -> Result<HttpResponse, AppError> {
    let email = match text::email(&form.email) {
        Ok(email) => email,
        Err(problem) => {
            let email = Field::failing(form.email, problem.to_string());
            let page = ForgotPasswordPage { flash: None, email };
            return respond::page(StatusCode::UNPROCESSABLE_ENTITY, &page);
        }
    };
    let (signer, address) = (app.signer.clone(), email.clone());
    let sent = app
        .db
        .write(move |conn| account_link::request_reset(conn, &signer, &address, client.key()))
        .await?;
    if let Err(after) = sent {
        let words = format!("{} The newest mail still works.", too_many_attempts(after));
        let page = ForgotPasswordPage { flash: None, email: Field::failing(email, words) };
        let response = respond::page(StatusCode::TOO_MANY_REQUESTS, &page)?;
        return Ok(respond::too_many(response, after));
    }
    app.outbox.notify_one();
    let mail_is_set_up = app.config.smtp_url.is_some();
    respond::ok(&CheckMailPage { flash: None, email, mail_is_set_up })
}

/// `GET /reset-password?token=…`
pub async fn choose_password(
    app: Data<App>,
    request: HttpRequest,
    query: Query<Token>,
) -> Result<HttpResponse, AppError> {
    let Some(link) = peek(&app, LinkKind::ResetPassword, &query.token).await? else {
        return dead(&WordsPage::reset_invalid());
    };
    respond::ok(&ResetPasswordPage {
        flash: respond::incoming_flash(&request, &app.cookie_key),
        token: query.into_inner().token,
        email: link.email,
        password: Field::default(),
    })
}

/// `POST /reset-password`: the new password, and signed in with it.
pub async fn reset_password(
    app: Data<App>,
    request: HttpRequest,
    session: Session,
    client: Client,
    Form(form): Form<NewPassword>,
) -> Result<HttpResponse, AppError> {
    let Some(link) = peek(&app, LinkKind::ResetPassword, &form.token).await? else {
        return dead(&WordsPage::reset_invalid());
    };
    let user_id = link.user_id;
    let mut about = vec![link.email.clone()];
    if let Some(user) = app.db.read(move |conn| user::find(conn, user_id)).await? {
        about.extend(user.password_inputs());
    }
    let hash = match app.hasher.choose(form.password, about).await? {
        Ok(hash) => hash,
        Err(problem) => {
            let page = ResetPasswordPage {
                flash: None,
                token: form.token,
                email: link.email,
                password: Field::failing("", problem.to_string()),
            };
            return respond::page(StatusCode::UNPROCESSABLE_ENTITY, &page);
        }
    };
    let signer = app.signer.clone();
    let signed_in_as = sessions::user_id(&session);
    let reset = app
        .db
        .write(move |conn| {
            let token = &form.token;
            let user = account_link::reset_password(conn, &signer, token, &hash, signed_in_as)?;
            limit::forget_passwords(conn, &signer, &user.email, client.key())?;
            let workspace_id = session::workspace_to_open(conn, user.id)?;
            Ok((user, workspace_id))
        })
        .await?;
    let (user, workspace_id) = match reset {
        Ok(done) => done,
        Err(LinkRefusal::Dead | LinkRefusal::SignInFirst) => {
            return dead(&WordsPage::reset_invalid());
        }
        Err(LinkRefusal::User(refusal)) => return Err(taken(&refusal)),
    };
    app.outbox.notify_one();
    sessions::begin(&session, &request, user.id, &user.password_hash, workspace_id)?;
    Ok(respond::see_other_with(&app, "/inbox", &Flash::ok("Your new password is saved.")))
}

/// `GET /verify-address?token=…`
pub async fn confirm_address(
    app: Data<App>,
    request: HttpRequest,
    session: Session,
    query: Query<Token>,
) -> Result<HttpResponse, AppError> {
    let Some(link) = peek(&app, LinkKind::VerifyAddress, &query.token).await? else {
        return dead(&WordsPage::verification_invalid());
    };
    let user_id = link.user_id;
    let user = app.db.read(move |conn| user::find(conn, user_id)).await?;
    let Some(user) = user else { return dead(&WordsPage::verification_invalid()) };
    let signed_in_as = sessions::user_id(&session);
    let token = query.into_inner().token;
    if account_link::needs_sign_in(&user, signed_in_as) {
        return sign_in_first(&token, signed_in_as.is_some());
    }
    respond::ok(&VerifyAddressPage {
        flash: respond::incoming_flash(&request, &app.cookie_key),
        token,
        is_present: user.email == link.email,
        asks_password: !user.is_verified(),
        email: link.email,
    })
}

/// `POST /verify-address`: applied at once for a verified user who is signed in
/// here; anybody else goes on to choose a new password.
pub async fn verify_address(
    app: Data<App>,
    session: Session,
    Form(form): Form<Token>,
) -> Result<HttpResponse, AppError> {
    let signed_in_as = sessions::user_id(&session);
    let (signer, token) = (app.signer.clone(), form.token.clone());
    let proved = app
        .db
        .write(move |conn| account_link::verify_address(conn, &signer, &token, signed_in_as))
        .await?;
    match proved {
        Ok(Proved::Applied(user)) => {
            app.outbox.notify_one();
            let flash = Flash::ok(format!("From now on you sign in as {}.", user.email));
            Ok(respond::see_other_with(&app, "/settings/profile", &flash))
        }
        Ok(Proved::NeedsPassword(link)) => {
            let token = if signed_in_as == Some(link.user_id) {
                session.purge();
                account_link::own_token_of(&app.signer, &link)
            } else {
                account_link::token_of(&app.signer, LinkKind::ResetPassword, &link)
            };
            let flash = Flash::ok("Choose a new password, and your address is confirmed.");
            Ok(respond::see_other_with(&app, &format!("/reset-password?token={token}"), &flash))
        }
        Err(LinkRefusal::Dead) => dead(&WordsPage::verification_invalid()),
        Err(LinkRefusal::SignInFirst) => sign_in_first(&form.token, signed_in_as.is_some()),
        Err(LinkRefusal::User(refusal)) => Err(taken(&refusal)),
    }
}

/// A proof is opened where its user is not signed in.
fn sign_in_first(token: &str, as_another: bool) -> Result<HttpResponse, AppError> {
    let login = respond::by_sign_in(&format!("/verify-address?token={token}"));
    let page = SignInFirstPage { flash: None, login, as_another };
    respond::page(StatusCode::FORBIDDEN, &page)
}

async fn peek(app: &App, kind: LinkKind, token: &str) -> Result<Option<Link>, AppError> {
    let (signer, token) = (app.signer.clone(), token.to_owned());
    Ok(app.db.read(move |conn| account_link::peek(conn, &signer, kind, &token)).await?)
}

fn dead(page: &WordsPage) -> Result<HttpResponse, AppError> {
    respond::page(StatusCode::GONE, page)
}

fn taken(refusal: &user::UserRefusal) -> AppError {
    AppError::conflict("Your address has not changed", refusal.to_string())
}
