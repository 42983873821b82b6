//! Where a link at the end of our mails leads: whoever reads such a mail ends it,
//! signed in or not.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Query};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;

use super::page::{StopAnswersPage, UnsubscribePage, WordsPage};
use crate::App;
use crate::models::chat::answers;
use crate::models::notification::Kind;
use crate::models::notification::mail;
use crate::web::error::AppError;
use crate::web::form::Form;
use crate::web::respond;
use crate::web::view::Choice;
use strum::IntoEnumIterator;

/// What ends with no kind named.
const EVERYTHING: &str = "";

/// Whose mails a token ends.
enum Reader {
    Member(mail::Reader),
    Customer(answers::Reader),
}

/// What the address says.
#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    token: String,
}

/// What the form says. A mail program that ends mails with one click (RFC 8058) says
/// nothing of this, and means all of them.
#[derive(Default, Deserialize)]
pub struct Stopping {
    #[serde(default)]
    kind: String,
}

/// `GET /unsubscribe?token=…` changes nothing: programs that look for bad links
/// follow it, too.
pub async fn show(app: Data<App>, asked: Query<Asked>) -> Result<HttpResponse, AppError> {
    let (signer, token) = (app.signer.clone(), asked.token.clone());
    let found = app
        .db
        .read(move |conn| {
            Ok(match mail::reader(conn, &signer, &token)? {
                Some(member) => Some(Reader::Member(member)),
                None => answers::reader(conn, &signer, &token)?.map(Reader::Customer),
            })
        })
        .await?;
    match found {
        Some(Reader::Member(reader)) => respond::ok(&page(&asked.token, &reader)),
        Some(Reader::Customer(reader)) => respond::ok(&customers_page(&asked.token, &reader)),
        None => dead(),
    }
}

/// `POST /unsubscribe?token=…`, by the page's button or by a mail program.
pub async fn stop(
    app: Data<App>,
    request: HttpRequest,
    asked: Query<Asked>,
    form: Result<Form<Stopping>, AppError>,
) -> Result<HttpResponse, AppError> {
    // What a mail program sends may be a form of another make: it says nothing.
    let kind = match form {
        Ok(Form(form)) => form.kind,
        Err(AppError::Malformed(_)) if is_by_a_program(&request) => EVERYTHING.to_owned(),
        Err(error) => return Err(error),
    };
    let named: Option<Kind> = kind.parse().ok();
    if named.is_none() && kind != EVERYTHING {
        return Err(AppError::Malformed(format!("there is no kind {kind:?}")));
    }
    let (signer, token) = (app.signer.clone(), asked.token.clone());
    let stopped = app
        .db
        .change(move |conn| {
            Ok(match mail::stop(conn, &signer, &token, named)? {
                Some(member) => Some(Reader::Member(member)),
                None => answers::stop(conn, &signer, &token)?.map(Reader::Customer),
            })
        })
        .await?;
    match stopped {
        Some(Reader::Customer(reader)) => respond::ok(&customers_page(&asked.token, &reader)),
        Some(Reader::Member(reader)) => respond::ok(&UnsubscribePage {
            stopped: Some(named.map_or_else(String::new, |kind| format!("“{}”", kind.occasion()))),
            ..page(&asked.token, &reader)
        }),
        None => dead(),
    }
}

/// Not by a browser, which says where its forms come from.
fn is_by_a_program(request: &HttpRequest) -> bool {
    !request.headers().contains_key("sec-fetch-site")
}

fn page(token: &str, reader: &mail::Reader) -> UnsubscribePage {
    let is_mailed =
        |kind: &Kind| reader.choices.way(*kind).is_by_mail() && kind.is_for(reader.role);
    let mailed = Kind::iter().filter(is_mailed);
    let mut kinds: Vec<Choice> =
        mailed.map(|kind| Choice::new(kind.into_str(), kind.occasion(), false)).collect();
    if !kinds.is_empty() {
        kinds.insert(0, Choice::new(EVERYTHING, "Everything", true));
    }
    UnsubscribePage {
        flash: None,
        token: token.to_owned(),
        email: reader.email.clone(),
        workspace: reader.workspace.clone(),
        kinds,
        stopped: None,
    }
}

fn customers_page(token: &str, reader: &answers::Reader) -> StopAnswersPage {
    StopAnswersPage {
        flash: None,
        token: token.to_owned(),
        email: reader.email.clone(),
        workspace: reader.workspace.clone(),
        is_stopped: reader.is_stopped,
    }
}

fn dead() -> Result<HttpResponse, AppError> {
    respond::page(StatusCode::GONE, &WordsPage::unsubscribe_invalid())
}
