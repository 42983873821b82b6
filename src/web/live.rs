//! `GET /live`: the stream that tells open pages what changed.

use actix_web::http::{Method, header};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, rt, web};
use serde::Deserialize;

use super::hijack::Exit;
use super::viewer::Viewer;
use crate::App;
use crate::live::{Listening, NotListening, Position};
use crate::web::error::AppError;

#[derive(Debug, Deserialize)]
pub struct Seen {
    /// What the page had seen when it was made.
    after: Option<String>,
}

/// `GET /live`: server-sent events, for as long as the session and the membership
/// last. `Last-Event-ID`, which a browser sends when it comes back, counts before what
/// the page says.
pub async fn stream(
    app: web::Data<App>,
    viewer: Viewer,
    request: HttpRequest,
    seen: web::Query<Seen>,
) -> Result<HttpResponse, AppError> {
    if request.method() == Method::HEAD {
        return Ok(head());
    }
    let last = request.headers().get("Last-Event-ID").and_then(|value| value.to_str().ok());
    let seen = last.or(seen.after.as_deref());
    let seen = seen.map(|text| text.parse().unwrap_or(Position::UNKNOWN));
    answer(&request, app.live.listen(viewer.session_id, seen).await)
}

/// The answer of a stream, which goes on outside of the HTTP server where it can.
///
/// # Errors
/// When there is none.
pub(super) fn answer(
    request: &HttpRequest,
    stream: Result<Listening, NotListening>,
) -> Result<HttpResponse, AppError> {
    let stream = stream.map_err(|error| match error {
        NotListening::Ended => AppError::SignIn { next: "/inbox".to_owned() },
        NotListening::Stopping | NotListening::NoThread => AppError::Busy,
        NotListening::Database(error) => AppError::Database(error),
    })?;
    let Some(exit) = Exit::of(request) else { return Ok(builder().streaming(stream)) };
    Ok(builder().body(exit.body(|socket| {
        rt::spawn(stream.send(socket));
    })))
}

/// The same to whoever reads no body.
pub(super) fn head() -> HttpResponse {
    builder().finish()
}

fn builder() -> HttpResponseBuilder {
    let mut answer = HttpResponse::Ok();
    answer
        .content_type("text/event-stream")
        .insert_header((header::CACHE_CONTROL, "no-store"))
        // nginx would hold lines back until there are enough of them.
        .insert_header(("X-Accel-Buffering", "no"));
    answer
}
