//! The question whether the program is well.

use std::time::Duration;

use actix_web::{HttpResponse, web};
use tokio::time::timeout;

use crate::App;
use crate::models::installation;
use crate::web::error::AppError;

/// Shorter than those who ask are likely to wait.
const PATIENCE: Duration = Duration::from_secs(3);

/// `GET /healthz`: 200 when the database answers.
pub async fn healthz(app: web::Data<App>) -> Result<HttpResponse, AppError> {
    let answered = timeout(PATIENCE, app.db.read(installation::ping)).await;
    answered.map_err(|_| AppError::Busy)??;
    Ok(HttpResponse::Ok().content_type("text/plain; charset=utf-8").body("ok\n"))
}
