//! What goes wrong, as pages: one middleware renders every [`AppError`], and
//! logs the cause of those that are ours.

pub mod page;

use actix_web::body::{BoxBody, EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::{Method, StatusCode, header};
use actix_web::middleware::Next;
use actix_web::{HttpRequest, HttpResponse, ResponseError, web};
use page::{Again, ErrorPage, OtherWorkspacePage};
use tracing_actix_web::RequestId;

use super::view::{Area, Chrome, Flash};
use super::viewer::Viewer;
use super::{form, respond, routes, sessions};
use crate::App;
use crate::web::error::AppError;

/// Turns what went wrong into a page; passes every other response through.
pub async fn render<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B, BoxBody>>, actix_web::Error> {
    let response = match next.call(request).await {
        Ok(response) => response,
        // Only what comes before routing fails without a response.
        Err(error) => return Err(error),
    };
    let failed = response.response().error().is_some()
        || (response.status() == StatusCode::NOT_FOUND
            && !response.headers().contains_key(header::CONTENT_TYPE));
    if !failed {
        return Ok(response.map_into_left_body());
    }
    let (request, response) = response.into_parts();
    let page = match response.error() {
        None => of_error(&request, &AppError::NotFound).await,
        Some(error) => match error.as_error::<AppError>() {
            Some(error) => of_error(&request, error).await,
            // actix's own: a path or query that does not parse, a body cut short.
            None if error.as_response_error().status_code().is_client_error() => {
                of_error(&request, &AppError::NotFound).await
            }
            None => of_error(&request, &AppError::Internal(error.to_string())).await,
        },
    };
    Ok(ServiceResponse::new(request, page).map_into_right_body())
}

/// [`render`] around the sessions: one that could not be written fails its request.
///
/// # Errors
/// As `next`.
pub async fn render_unwritten<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B, BoxBody>>, actix_web::Error> {
    let (response, failure) = sessions::noting_failures(next.call(request)).await;
    let response = response?;
    let Some(failure) = failure else { return Ok(response.map_into_left_body()) };
    let (request, _) = response.into_parts();
    let page = of_error(&request, &failure.into()).await;
    Ok(ServiceResponse::new(request, page).map_into_right_body())
}

/// What no route answers. An answer to a form leaves the form's address in the browser,
/// and whoever loads that again gets the page that the form stands on. A slash too many
/// at the end of a page's address means that page.
///
/// # Errors
/// 404, or 405 where the address has routes of other methods.
pub async fn unrouted(request: HttpRequest) -> Result<HttpResponse, AppError> {
    let is_read = [Method::GET, Method::HEAD].contains(request.method());
    let path = request.path();
    let page = routes::page_of_form(path).or_else(|| routes::page_before_slash(path));
    let page = page.filter(|_| is_read).ok_or_else(|| match routes::allowed(path) {
        None => AppError::NotFound,
        Some(allow) => AppError::MethodNotAllowed { allow },
    })?;
    let query = request.query_string();
    let mark = if query.is_empty() { "" } else { "?" };
    Ok(respond::see_other(&format!("{page}{mark}{query}")))
}

async fn of_error(request: &HttpRequest, error: &AppError) -> HttpResponse {
    let page = match error {
        AppError::SignIn { next } => {
            return elsewhere(request, &respond::by_sign_in(next), Flash::SIGNED_OUT);
        }
        AppError::ChooseWorkspace => {
            return elsewhere(request, "/workspaces", "You are no longer in that workspace");
        }
        AppError::OtherWorkspace { .. } => return other_workspace(request, error).await,
        AppError::CrossOrigin => ErrorPage::other_origin(),
        AppError::MethodNotAllowed { .. } => ErrorPage::method_not_allowed(),
        AppError::NotFound => ErrorPage::not_found(request.path().starts_with("/conversations/")),
        AppError::Forbidden { what } => ErrorPage::forbidden(
            format!("Your role does not include {what}"),
            "An Administrator of this workspace can change your role under Settings, Team.",
        ),
        AppError::TooSlow => ErrorPage::too_slow(),
        AppError::TooLong | AppError::TooLarge => {
            let reference = reference(request);
            tracing::info!(reference, "a form was too large");
            let page = match error {
                AppError::TooLong => ErrorPage::too_long(is_from_page(request)),
                _ => ErrorPage::too_large(),
            };
            page.with_reference(reference)
        }
        AppError::Malformed(cause) => {
            tracing::info!(cause, "a form did not parse");
            ErrorPage::malformed()
        }
        AppError::TooMany(after) => ErrorPage::too_many(*after),
        AppError::Conflict { heading, text } => {
            ErrorPage::conflict(heading.as_str(), text.as_str())
        }
        AppError::Busy => ErrorPage::unavailable()
            .with_another_try(again(request))
            .with_way_back(conversation(request)),
        AppError::Database(_) | AppError::Internal(_) => {
            let reference = reference(request);
            tracing::error!(reference, cause = %error, "a request failed");
            let page = if error.status_code() == StatusCode::SERVICE_UNAVAILABLE {
                ErrorPage::unavailable()
            } else {
                ErrorPage::internal()
            };
            page.with_reference(reference)
                .with_another_try(again(request))
                .with_way_back(conversation(request))
        }
    };
    let page = match form::typed(request) {
        Some(typed) => page.with_kept(typed.text),
        None => page,
    };
    let page = if is_chat(request) { page.for_customers() } else { page };
    respond_with(request, error, &page).await
}

/// What was sent, where it can be sent again as it was.
fn again(request: &HttpRequest) -> Option<Again> {
    Some(Again { path: request.uri().to_string(), fields: form::sent(request)? })
}

/// The conversation's page that a form stands on, with the list that it was opened from.
fn conversation(request: &HttpRequest) -> Option<String> {
    let page = routes::page_of_form(request.path())?;
    page.strip_prefix("/conversations/")?.parse::<i64>().ok()?;
    let query = request.uri().query().map(|query| format!("?{query}")).unwrap_or_default();
    Some(format!("{page}{query}"))
}

/// Whether a browser shows the answer as a page, to which it came from the one with the form:
/// it asks for a page in words then, and a script does not.
fn is_from_page(request: &HttpRequest) -> bool {
    let accepted = request.headers().get(header::ACCEPT).and_then(|value| value.to_str().ok());
    accepted.is_some_and(|kinds| kinds.contains("text/html"))
}

/// Whether a customer asks, on the page of a chat.
fn is_chat(request: &HttpRequest) -> bool {
    request.path().starts_with("/chat/")
}

async fn respond_with(request: &HttpRequest, error: &AppError, page: &ErrorPage) -> HttpResponse {
    let frame = frame(request).await;
    let page = match (error, &frame) {
        (AppError::NotFound, None) if !is_chat(request) => &page.clone().for_strangers(),
        _ => page,
    };
    let mut response = HttpResponse::build(error.status_code());
    if error.status_code() == StatusCode::SERVICE_UNAVAILABLE {
        response.insert_header((header::RETRY_AFTER, 2));
    }
    if let AppError::MethodNotAllowed { allow } = error {
        response.insert_header((header::ALLOW, allow.as_str()));
    }
    let response = match page.render(frame) {
        Ok(html) => response.content_type("text/html; charset=utf-8").body(html),
        Err(error) => {
            tracing::error!(%error, "an error page could not be rendered");
            response.content_type("text/plain; charset=utf-8").body(page.heading.clone())
        }
    };
    match error {
        AppError::TooMany(after) => respond::too_many(response, *after),
        _ => response,
    }
}

async fn other_workspace(request: &HttpRequest, error: &AppError) -> HttpResponse {
    let AppError::OtherWorkspace { id, name, next, was_form } = error else {
        return HttpResponse::Conflict().finish();
    };
    let Some(chrome) = frame(request).await else {
        return respond::see_other("/workspaces");
    };
    let page = OtherWorkspacePage {
        chrome,
        other_id: *id,
        other_name: name.clone(),
        next: next.clone(),
        was_form: *was_form,
        kept: form::typed(request).map(|typed| typed.text),
    };
    respond::page(StatusCode::CONFLICT, &page)
        .unwrap_or_else(|_| HttpResponse::InternalServerError().finish())
}

/// The frame, where the request came from a member. What fails here is left out:
/// the page that is being made tells of a failure already.
async fn frame(request: &HttpRequest) -> Option<Chrome> {
    let app = request.app_data::<web::Data<App>>()?;
    if is_chat(request) {
        return None;
    }
    let viewer = Viewer::any_member(request).await?;
    viewer.chrome(app, Area::Elsewhere).await.ok()
}

/// To another page, with what was written on the one that is not theirs any more.
fn elsewhere(request: &HttpRequest, path: &str, because: &str) -> HttpResponse {
    let unsent = form::typed(request)
        .filter(|typed| !typed.is_short)
        .and_then(|typed| Flash::unsent(because, &typed.text))
        .or_else(|| is_pressed(request).then(|| Flash::unsaved(because)));
    match (request.app_data::<web::Data<App>>(), unsent) {
        (Some(app), Some(unsent)) => respond::see_other_with(app, path, &unsent),
        _ => respond::see_other(path),
    }
}

/// Whether somebody pressed a button, and not a script of an open page.
fn is_pressed(request: &HttpRequest) -> bool {
    let mode = request.headers().get("Sec-Fetch-Mode");
    request.method() == Method::POST && mode.is_none_or(|mode| mode == "navigate")
}

/// What a person can read out to whoever runs the server, and what finds the
/// cause in its log.
fn reference(request: &HttpRequest) -> String {
    use actix_web::HttpMessage;
    request
        .extensions()
        .get::<RequestId>()
        .map_or_else(|| "unknown".to_owned(), |id| id.to_string()[..8].to_owned())
}
