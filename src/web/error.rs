//! What can go wrong with a request, and the status it answers.
//!
//! A handler returns early with an [`AppError`]; `error_pages::render` turns it
//! into a page, inside the frame where someone is signed in. Models and policy
//! know nothing of this: their refusals are values, and a handler either shows
//! the form again with the reason or maps them to one of these, once.
//! The order in which a request is checked is the order of the variants.

use std::fmt;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError};

use crate::db::DbError;
use crate::models::limit::RetryAfter;
use crate::models::membership::Barred;

/// Why a request has no ordinary answer.
#[derive(Debug)]
pub enum AppError {
    /// 403: an unsafe request that another site's page sent.
    CrossOrigin,
    /// 429: a limit is reached.
    TooMany(RetryAfter),
    /// Not signed in: to the sign-in page, then on to this local path.
    SignIn { next: String },
    /// Signed in, but without a workspace: to the chooser.
    ChooseWorkspace,
    /// 409: made for another workspace of the same user; offers the switch.
    OtherWorkspace { id: i64, name: String, next: String, was_form: bool },
    /// 404: does not exist, or not for this viewer.
    NotFound,
    /// 405: the address takes other methods, these (RFC 9110, 15.5.6).
    MethodNotAllowed { allow: String },
    /// 403: known, but not allowed; `what` completes "Your role does not include …".
    Forbidden { what: &'static str },
    /// 408: a form that came too slowly to wait for its end.
    TooSlow,
    /// 413: more text than a form may carry.
    TooLong,
    /// 413: more in files than a form may carry.
    TooLarge,
    /// 422: a form or an address that no page of ours makes.
    Malformed(String),
    /// 409: the state does not allow it any more.
    Conflict { heading: String, text: String },
    /// 503: too much at once; try again.
    Busy,
    /// 500: the database failed.
    Database(DbError),
    /// 500: something that should not happen did.
    Internal(String),
}

impl AppError {
    /// For a member whose membership or role is in the way; `what` as for
    /// [`AppError::Forbidden`].
    pub fn barred(why: Barred, what: &'static str) -> Self {
        match why {
            Barred::MembershipEnded => Self::ChooseWorkspace,
            Barred::NotAllowed => Self::Forbidden { what },
        }
    }

    /// 409 with words of its own.
    pub fn conflict(heading: impl Into<String>, text: impl Into<String>) -> Self {
        Self::Conflict { heading: heading.into(), text: text.into() }
    }
}

impl fmt::Display for AppError {
    /// For the log: the cause, and nothing that a person typed.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Database(error) => write!(f, "{error}"),
            Self::Internal(cause) => f.write_str(cause),
            Self::Malformed(cause) => write!(f, "malformed: {cause}"),
            Self::Forbidden { what } => write!(f, "forbidden: {what}"),
            other => f.write_str(other.status_code().canonical_reason().unwrap_or("error")),
        }
    }
}

impl std::error::Error for AppError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Database(error) => Some(error),
            _ => None,
        }
    }
}

impl ResponseError for AppError {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::CrossOrigin | Self::Forbidden { .. } => StatusCode::FORBIDDEN,
            Self::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::SignIn { .. } | Self::ChooseWorkspace => StatusCode::SEE_OTHER,
            Self::OtherWorkspace { .. } | Self::Conflict { .. } => StatusCode::CONFLICT,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed { .. } => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::TooLong | Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Malformed(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Busy => StatusCode::SERVICE_UNAVAILABLE,
            Self::Database(error) if error.is_unreachable() => StatusCode::SERVICE_UNAVAILABLE,
            Self::Database(_) | Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// Bare; the page is made by `error_pages::render`, which knows the request.
    fn error_response(&self) -> HttpResponse {
        HttpResponse::build(self.status_code()).finish()
    }
}

impl From<DbError> for AppError {
    fn from(error: DbError) -> Self {
        Self::Database(error)
    }
}

impl From<RetryAfter> for AppError {
    fn from(after: RetryAfter) -> Self {
        Self::TooMany(after)
    }
}

impl From<askama::Error> for AppError {
    fn from(error: askama::Error) -> Self {
        Self::Internal(format!("a page could not be rendered: {error}"))
    }
}
