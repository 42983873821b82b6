//! The question whether the program is well.

use std::time::Duration;

use actix_web::{HttpResponse, web};
use tokio::time::timeout;

use crate::App;
use crate::web::error::AppError;

/// Shorter than those who ask are likely to wait.
const PATIENCE: Duration = Duration::from_secs(3);

/// `GET /healthz`: 200 when the database answers, and is the one that this server was
/// started with.
pub async fn healthz(app: web::Data<App>) -> Result<HttpResponse, AppError> {
    let answered = timeout(PATIENCE, app.misfit()).await;
    let (mut answer, text) = match answered.map_err(|_| AppError::Busy)?? {
        None => (HttpResponse::Ok(), "ok\n"),
        // The log says more.
        Some(_) => (HttpResponse::ServiceUnavailable(), "the database is another one\n"),
    };
    Ok(answer.content_type("text/plain; charset=utf-8").body(text))
}
