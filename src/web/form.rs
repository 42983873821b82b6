//! Forms on their way in: bounded, parsed into types, and for members also
//! checked to be of the workspace that the session is in.

mod arriving;
mod pace;
mod submission;
mod upload;

use std::future::Future;
use std::pin::{Pin, pin};

use actix_web::dev::Payload;
use actix_web::error::PayloadError;
use actix_web::http::header::{self, HeaderMap};
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use futures_util::TryStreamExt;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::respond;
use super::routes::Needs;
use super::viewer::Viewer;
use crate::App;
use crate::models::{conversation, identity};
use crate::web::error::AppError;

pub use arriving::Arriving;
pub use submission::Submission;
pub use upload::{FileAhead, FileForm, Files, SentFile, TakesFiles, Upload};

/// The most that a form may carry, in bytes: 10,000 characters of four bytes
/// each, percent-encoded, and room for the rest.
pub const BODY_MAX: usize = 160 * 1024;

/// How many bytes more than a form takes are read to their end, and thrown away, so that
/// the page with the reason arrives: a browser shows no answer to a form that it could not
/// finish sending.
const PATIENCE: u64 = 64 * 1024 * 1024;

/// A form that needs no member: signing in, registering, the customer's chat.
pub struct Form<T>(pub T);

/// A member's form: who sends it, and what it says.
pub struct Act<T> {
    pub viewer: Viewer,
    pub form: T,
}

/// A form that says nothing but which button was pressed.
#[derive(Debug, Deserialize)]
pub struct Nothing {}

#[derive(Deserialize)]
struct MadeFor {
    /// The workspace that the page was made for.
    workspace: Option<i64>,
}

/// The fields that many words are written into.
const TEXTS: [&str; 8] = [
    "body",
    "text",
    "message",
    "signature",
    "greeting",
    "away_message",
    "choices",
    "allowed_sites",
];
/// And those for a few.
const WORDS: [&str; 11] = [
    "subject",
    "to",
    "cc",
    "name",
    "public_name",
    "email",
    "phone",
    "company",
    "address",
    "welcome_title",
    "button_label",
];

type Extraction<T> = Pin<Box<dyn Future<Output = Result<T, AppError>>>>;

impl<T: DeserializeOwned + 'static> FromRequest for Form<T> {
    type Error = AppError;
    type Future = Extraction<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let body = body(request, payload);
        Box::pin(async move { Self::parsed(&body.await?) })
    }
}

impl<T: DeserializeOwned> Form<T> {
    fn parsed(body: &[u8]) -> Result<Self, AppError> {
        parse(body).map(Self)
    }
}

impl<T: DeserializeOwned + 'static> FromRequest for Act<T> {
    type Error = AppError;
    type Future = Extraction<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let viewer = Viewer::extract(request);
        let body = body(request, payload);
        let request = request.clone();
        Box::pin(async move {
            let viewer = match viewer.await {
                Err(error) => {
                    return Err(match body.await {
                        Ok(body) => {
                            keep(&request, &body);
                            refused(&request, &body, error).await
                        }
                        Err(_) => error,
                    });
                }
                Ok(viewer) => viewer,
            };
            let body = body.await?;
            keep(&request, &body);
            Self::checked(&request, viewer, &body).await
        })
    }
}

impl<T: DeserializeOwned> Act<T> {
    /// The form, if it was made for the workspace that the viewer is in.
    async fn checked(request: &HttpRequest, viewer: Viewer, body: &[u8]) -> Result<Self, AppError> {
        remember(request, body);
        same_workspace(request, &viewer, body).await?;
        match parse(body) {
            Ok(form) => Ok(Self { viewer, form }),
            Err(malformed) => {
                may_be_told(request, &viewer).await?;
                Err(malformed)
            }
        }
    }
}

/// Why a form is not taken, where `error` says so of who sent it. Whom their role does not
/// allow it may have another one where the form was made, in another workspace.
async fn refused(request: &HttpRequest, body: &[u8], error: AppError) -> AppError {
    remember(request, body);
    if matches!(error, AppError::Forbidden { .. })
        && let Some(viewer) = Viewer::any_member(request).await
        && let Err(other @ AppError::OtherWorkspace { .. }) =
            same_workspace(request, &viewer, body).await
    {
        return other;
    }
    error
}

/// What a person would miss if their form were refused.
#[derive(Clone)]
pub struct Typed {
    pub text: String,
    /// It is a few words, as a name.
    pub is_short: bool,
}

/// Lays the text of a form beside its request, whatever becomes of it; a few words only where
/// there are no more.
fn remember(request: &HttpRequest, body: &[u8]) {
    let fields: Vec<(String, String)> = parse(body).unwrap_or_default();
    let written = |names: &[&str]| {
        let of = |name: &&str| fields.iter().find(|(field, _)| field == name);
        let texts = names.iter().filter_map(of).map(|(_, text)| text.as_str());
        texts.filter(|text| !text.trim().is_empty()).collect::<Vec<_>>().join("\n")
    };
    let typed = [(&TEXTS[..], false), (&WORDS[..], true)]
        .map(|(names, is_short)| Typed { text: written(names), is_short });
    if let Some(typed) = typed.into_iter().find(|typed| !typed.text.is_empty()) {
        request.extensions_mut().insert(typed);
    }
}

/// The text that a form brought, for the page that says why it was refused.
pub fn typed(request: &HttpRequest) -> Option<Typed> {
    request.extensions().get::<Typed>().cloned()
}

/// A member's form as it came, for another try.
struct Sent(web::Bytes);

/// Lays a member's form beside its request, to be sent again as it was.
fn keep(request: &HttpRequest, body: &web::Bytes) {
    request.extensions_mut().insert(Sent(body.clone()));
}

/// The fields of the form that a request brought, for a page that lets it be sent again.
/// `None` where there was none, or one with a password: no page repeats that.
pub fn sent(request: &HttpRequest) -> Option<Vec<(String, String)>> {
    let extensions = request.extensions();
    let fields: Vec<(String, String)> = parse(&extensions.get::<Sent>()?.0).ok()?;
    let is_secret = fields.iter().any(|(name, _)| name.contains("password"));
    (!is_secret).then_some(fields)
}

/// 409 when the form was made for another workspace than the session is in now.
async fn same_workspace(
    request: &HttpRequest,
    viewer: &Viewer,
    body: &[u8],
) -> Result<(), AppError> {
    let made_for: MadeFor = parse(body)?;
    let Some(id) = made_for.workspace.filter(|id| *id != viewer.workspace_id) else {
        return Ok(());
    };
    let user_id = viewer.user_id;
    let workspaces =
        App::of(request)?.db.read(move |conn| identity::workspaces_of(conn, user_id)).await?;
    // A workspace that the user is not in is as absent as any other.
    let workspace =
        workspaces.into_iter().find(|workspace| workspace.id == id).ok_or(AppError::NotFound)?;
    Err(AppError::OtherWorkspace {
        id,
        name: workspace.name,
        next: respond::page_before(request),
        was_form: true,
    })
}

/// What is wrong with a form is told only where it could have been about
/// something: the conversation exists for the viewer, and the role may do this.
/// A form that is well made leaves both to the verb.
async fn may_be_told(request: &HttpRequest, viewer: &Viewer) -> Result<(), AppError> {
    let needs = match request.app_data::<Needs>() {
        Some(
            needs @ (Needs::Conversation
            | Needs::ConversationMay(..)
            | Needs::ConversationReassign(_)),
        ) => *needs,
        _ => return Ok(()),
    };
    let id: i64 = request.match_info().query("id").parse().map_err(|_| AppError::NotFound)?;
    let (workspace_id, actor) = (viewer.workspace_id, viewer.actor());
    let found = App::of(request)?
        .db
        .read(move |conn| conversation::find(conn, workspace_id, actor, id))
        .await?
        .ok_or(AppError::NotFound)?;
    match needs {
        Needs::ConversationMay(capability, what) if !viewer.may(capability) => {
            Err(AppError::Forbidden { what })
        }
        Needs::ConversationReassign(what) if !actor.may_reassign(found.holding) => {
            Err(AppError::Forbidden { what })
        }
        _ => Ok(()),
    }
}

/// Why a body did not come to its end: too slowly, or the connection was cut.
fn broken(error: &PayloadError) -> AppError {
    if pace::was_too_slow(error) {
        AppError::TooSlow
    } else {
        AppError::Malformed(error.to_string())
    }
}

/// The body, of [`BODY_MAX`] bytes at most.
fn body(
    request: &HttpRequest,
    payload: &mut Payload,
) -> impl Future<Output = Result<web::Bytes, AppError>> + use<> {
    let is_form = kind(request.headers())
        .is_none_or(|kind| kind.starts_with("application/x-www-form-urlencoded"));
    let payload = payload.take();
    async move {
        if !is_form {
            return Err(AppError::Malformed("not a form".into()));
        }
        let mut payload = pin!(pace::PACE.of(payload));
        let (mut body, mut left, mut is_too_long) = (web::BytesMut::new(), PATIENCE, false);
        while let Some(chunk) = payload.try_next().await.map_err(|error| broken(&error))? {
            left = left.checked_sub(chunk.len() as u64).ok_or(AppError::TooLong)?;
            is_too_long |= body.len() + chunk.len() > BODY_MAX;
            if !is_too_long {
                body.extend_from_slice(&chunk);
            }
        }
        if is_too_long { Err(AppError::TooLong) } else { Ok(body.freeze()) }
    }
}

fn kind(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::CONTENT_TYPE)?.to_str().ok()
}

/// Whether files may come with this form.
fn is_multipart(headers: &HeaderMap) -> bool {
    kind(headers).is_some_and(|kind| kind.starts_with("multipart/form-data"))
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, AppError> {
    serde_html_form::from_bytes(body).map_err(|error| AppError::Malformed(error.to_string()))
}
