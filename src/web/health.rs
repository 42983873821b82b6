//! The front door, and the question whether the program is well.

use actix_web::{HttpResponse, web};

use super::respond;
use crate::App;
use crate::error::AppError;

/// `GET /healthz`: 200 when the database answers.
pub async fn healthz(app: web::Data<App>) -> Result<HttpResponse, AppError> {
    app.db.read_long(crate::models::installation::ping).await?;
    Ok(HttpResponse::Ok().content_type("text/plain; charset=utf-8").body("ok\n"))
}

/// `GET /`: the inbox, which leads on to signing in where needed.
pub async fn home() -> HttpResponse {
    respond::see_other("/inbox")
}
