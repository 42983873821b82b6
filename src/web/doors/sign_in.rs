//! Signing in and out.

use actix_session::Session;
use actix_web::http::{StatusCode, header};
use actix_web::web::{Data, Query};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;

use super::page::{NO_MATCH, SignInPage, too_many_attempts};
use crate::App;
use crate::models::{session, workspace};
use crate::web::client::Client;
use crate::web::credentials::{self, Checked};
use crate::web::error::AppError;
use crate::web::form::Form;
use crate::web::respond;
use crate::web::sessions;
use crate::web::view::{Field, Flash};

/// Why whoever signed in is asked again.
const NO_COOKIES: &str =
    "Your browser does not keep cookies, so you are not signed in. Allow them here and try again.";

/// Where to go on to, as the sign-in page carries it.
#[derive(Deserialize)]
pub struct Next {
    #[serde(default)]
    next: String,
    /// Somebody has just signed in.
    signed_in: Option<String>,
}

/// What the form carries.
#[derive(Deserialize)]
pub struct Fields {
    #[serde(default)]
    email: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    next: String,
    /// What the person had written when their session ended.
    #[serde(default)]
    kept: String,
}

/// `GET /login`
pub async fn show(
    app: Data<App>,
    request: HttpRequest,
    session: Session,
    query: Query<Next>,
) -> Result<HttpResponse, AppError> {
    let next = respond::local_path(&query.next).unwrap_or_default();
    if sessions::user_id(&session).is_some() {
        return Ok(respond::see_other(way_on(next)));
    }
    let mut page = blank(&app, next).await?;
    page.flash = respond::incoming_flash(&request, &app.cookie_key);
    page.error = query.signed_in.as_ref().map(|_| NO_COOKIES.to_owned());
    respond::ok(&page)
}

/// `POST /login`
pub async fn submit(
    app: Data<App>,
    request: HttpRequest,
    session: Session,
    client: Client,
    Form(fields): Form<Fields>,
) -> Result<HttpResponse, AppError> {
    let next = respond::local_path(&fields.next).unwrap_or_default();
    let unsent = Flash::unsent(Flash::SIGNED_OUT, &fields.kept);
    let user = match credentials::check(&app, &client, &fields.email, fields.password).await? {
        Checked::Right(user) => user,
        Checked::Wrong => {
            let page = refused(&app, fields.email, next, NO_MATCH.to_owned()).await?;
            let page = SignInPage { flash: unsent, ..page };
            return respond::page(StatusCode::UNPROCESSABLE_ENTITY, &page);
        }
        Checked::TooMany(after) => {
            let page = refused(&app, fields.email, next, too_many_attempts(after)).await?;
            let page = SignInPage { flash: unsent, ..page };
            return Ok(respond::too_many(
                respond::page(StatusCode::TOO_MANY_REQUESTS, &page)?,
                after,
            ));
        }
    };
    let user_id = user.id;
    let workspace_id = app.db.read(move |conn| session::workspace_to_open(conn, user_id)).await?;
    sessions::begin(&session, &request, user.id, &user.password_hash, workspace_id)?;
    let way = if may_keep_none(&request) {
        // By the page that says so where the session does not come back.
        format!("{}&signed_in=1", respond::by_sign_in(next))
    } else {
        way_on(next).to_owned()
    };
    Ok(match unsent {
        Some(flash) => respond::see_other_with(&app, &way, &flash),
        None => respond::see_other(&way),
    })
}

/// Whether a browser's page was sent without any cookie: perhaps it keeps none.
fn may_keep_none(request: &HttpRequest) -> bool {
    let mode = request.headers().get("sec-fetch-mode");
    mode.is_some_and(|mode| mode == "navigate") && !request.headers().contains_key(header::COOKIE)
}

/// `POST /logout`; `next` where the person wants to come back as somebody else.
pub async fn sign_out(session: Session, Form(form): Form<Next>) -> HttpResponse {
    session.purge();
    respond::see_other(respond::local_path(&form.next).unwrap_or("/login"))
}

fn way_on(next: &str) -> &str {
    if next.is_empty() { "/inbox" } else { next }
}

async fn blank(app: &App, next: &str) -> Result<SignInPage, AppError> {
    let is_first = !app.db.read(workspace::any).await?;
    Ok(SignInPage {
        flash: None,
        email: Field::default(),
        error: None,
        next: next.to_owned(),
        may_register: is_first || app.config.signups_open,
    })
}

async fn refused(
    app: &App,
    email: String,
    next: &str,
    error: String,
) -> Result<SignInPage, AppError> {
    let page = blank(app, next).await?;
    Ok(SignInPage { email: Field::new(email), error: Some(error), ..page })
}
