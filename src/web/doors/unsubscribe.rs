//! Where a link at the end of our mails leads: whoever reads such a mail ends it,
//! signed in or not.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Query};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;

use super::page::{UnsubscribePage, WordsPage};
use crate::App;
use crate::db::Verb;
use crate::error::AppError;
use crate::models::notification::Kind;
use crate::models::notification::mail::{self, Reader};
use crate::web::form::Form;
use crate::web::respond;
use crate::web::view::Choice;

/// What ends with no kind named.
const EVERYTHING: &str = "";

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
    let found = app.db.read(move |conn| mail::reader(conn, &signer, &token)).await?;
    match found {
        Some(reader) => respond::ok(&page(&asked.token, &reader)),
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
    let named = Kind::parse(&kind);
    if named.is_none() && kind != EVERYTHING {
        return Err(AppError::Malformed(format!("there is no kind {kind:?}")));
    }
    let (signer, token) = (app.signer.clone(), asked.token.clone());
    let Ok(stopped) = app
        .db
        .write(move |conn| -> Verb<_, std::convert::Infallible> {
            Ok(mail::stop(conn, &signer, &token, named)?)
        })
        .await?;
    match stopped {
        Some(reader) => respond::ok(&UnsubscribePage {
            stopped: Some(match named {
                Some(kind) => format!("“{}”", kind.occasion()),
                None => "anything".to_owned(),
            }),
            ..page(&asked.token, &reader)
        }),
        None => dead(),
    }
}

/// Not by a browser, which says where its forms come from.
fn is_by_a_program(request: &HttpRequest) -> bool {
    !request.headers().contains_key("sec-fetch-site")
}

fn page(token: &str, reader: &Reader) -> UnsubscribePage {
    let mailed = Kind::ALL.into_iter().filter(|kind| reader.choices.way(*kind).is_by_mail());
    let mut kinds: Vec<Choice> =
        mailed.map(|kind| Choice::new(kind.code(), kind.occasion(), false)).collect();
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

fn dead() -> Result<HttpResponse, AppError> {
    respond::page(StatusCode::GONE, &WordsPage::unsubscribe_invalid())
}
