//! The page of a conversation that changed hands while somebody wrote there.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use serde::Deserialize;

use super::lost::Lost;
use super::place::{Late, Sent};
use super::said::{Said, Unsent};
use crate::web::error::AppError;
use crate::web::form::TakesFiles;
use crate::web::view::Field;

/// What is typed on the page.
#[derive(Debug, Deserialize)]
pub struct Typed {
    #[serde(default)]
    body: String,
    #[serde(default)]
    note: String,
    #[serde(default)]
    used: Vec<i64>,
    #[serde(default)]
    attached: Vec<String>,
    cc: Option<String>,
}

impl TakesFiles for Typed {}

/// `POST /conversations/ID/now`: the page as it is now, with what was typed, for the
/// script on a page whose conversation changed hands meanwhile. Nothing is sent or stored.
pub async fn now(Sent { place, form, files }: Sent<Typed>) -> Result<HttpResponse, AppError> {
    if let Some(current) = place.lost_to().await? {
        let (kind, typed) = match (form.body.trim(), form.note.trim()) {
            ("", "") => (Lost::Sight, String::new()),
            ("", _) => (Lost::Note, form.note),
            (_, "") => (Lost::Reply, form.body),
            _ => (Lost::Reply, format!("{}\n\nNote:\n{}", form.body, form.note)),
        };
        let unsent = Unsent { typed, ..Unsent::default() };
        return place.late(Late { kind, current, unsent }).await;
    }
    let said = Said {
        reply_files: place.files(form.attached, files).await?,
        reply: Field::new(form.body),
        used: form.used,
        cc: form.cc.map(Field::new),
        ..Said::default()
    };
    place.page(StatusCode::OK, said).await
}
