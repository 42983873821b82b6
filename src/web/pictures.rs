//! `/pictures/{key}`: people's pictures and workspaces' logos. The key is
//! unguessable and only pages name it; customers see those of who answers them.

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::{Data, Path};
use serde::Deserialize;
use tempfile::NamedTempFile;
use tokio::sync::Semaphore;

use super::form::{Files, TakesFiles};
use crate::App;
use crate::files::square::{self, PictureProblem};
use crate::models::picture;
use crate::web::error::AppError;

/// Pictures that are drawn at once: each may take a quarter of a gigabyte meanwhile.
static DRAWING: Semaphore = Semaphore::const_new(1);

/// The most that a picture may hold on its way in, in megabytes.
pub const MEGABYTES: u64 = 10;

/// The address of the picture of a key.
pub fn address(key: &str) -> String {
    format!("/pictures/{key}")
}

/// `GET /pictures/{key}`: another picture has another key, so a browser may keep it.
///
/// # Errors
/// Not found when there is no such picture; or when the database fails.
pub async fn show(app: Data<App>, key: Path<String>) -> Result<HttpResponse, AppError> {
    let png = app.db.read(move |conn| picture::find(conn, &key)).await?;
    Ok(HttpResponse::Ok()
        .content_type("image/png")
        .insert_header((header::CACHE_CONTROL, "public, max-age=31536000, immutable"))
        .insert_header((header::CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'"))
        .body(png.ok_or(AppError::NotFound)?))
}

/// What the form of a picture sends besides its file.
#[derive(Deserialize)]
pub struct PictureForm {
    /// The button that removes it was pressed.
    remove: Option<String>,
}

impl TakesFiles for PictureForm {
    const MOST: usize = 1;
    const MEGABYTES: u64 = MEGABYTES;
}

impl PictureForm {
    /// The picture that came with the form, as a PNG, or `None` where it is to go; or why
    /// it was not possible to draw it.
    ///
    /// # Errors
    /// When the file cannot be read back.
    pub async fn chosen(self, files: Files) -> Result<Result<Option<Vec<u8>>, String>, AppError> {
        if self.remove.is_some() {
            return Ok(Ok(None));
        }
        Ok(drawn(files).await?.map(Some))
    }
}

async fn drawn(files: Files) -> Result<Result<Vec<u8>, String>, AppError> {
    if let Some(problem) = files.problem {
        return Ok(Err(problem));
    }
    let Some(sent) = files.taken.into_iter().next() else {
        return Ok(Err("Choose a file first.".to_owned()));
    };
    let turn = DRAWING
        .acquire()
        .await
        .map_err(|_| AppError::Internal("no picture is drawn any more".into()))?;
    // The work goes on when nobody waits for it any more, and keeps its turn.
    let draw = move || {
        let _turn = turn;
        draw(&sent.file)
    };
    let drawn = actix_web::web::block(draw)
        .await
        .map_err(|_| AppError::Internal("drawing a picture broke off".into()))?;
    let drawn =
        drawn.map_err(|error| AppError::Internal(format!("a picture was not read: {error}")))?;
    Ok(drawn.map_err(|problem| problem.to_string()))
}

fn draw(file: &NamedTempFile) -> std::io::Result<Result<Vec<u8>, PictureProblem>> {
    Ok(square::draw(std::io::BufReader::new(file.reopen()?)))
}
