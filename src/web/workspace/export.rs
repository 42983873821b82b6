//! The workspace as one JSON file: written to disk first, so that neither its
//! size nor a slow client costs memory or holds a connection to the database.

use std::fs::File;
use std::io::{BufWriter, Read, Seek, SeekFrom, Write};

use actix_web::http::header::{self, ContentDisposition, DispositionParam, DispositionType};
use actix_web::{HttpResponse, web};
use futures_util::stream;

use crate::App;
use crate::db::Utc;
use crate::error::AppError;
use crate::models::export;
use crate::web::viewer::Viewer;

const CHUNK: usize = 64 * 1024;

/// `GET /settings/workspace/export`
pub async fn export(app: web::Data<App>, viewer: Viewer) -> Result<HttpResponse, AppError> {
    let workspace_id = viewer.workspace_id;
    let (db, folder) = (app.db.clone(), app.config.data_dir.clone());
    let file = web::block(move || -> Result<File, AppError> {
        // It has no name, and is gone with its last handle.
        let mut out = BufWriter::new(tempfile::tempfile_in(folder).map_err(unwritable)?);
        db.snapshot_now(|conn| export::write(conn, workspace_id, &mut out))?;
        out.flush().map_err(unwritable)?;
        let mut file = out.into_inner().map_err(|e| unwritable(e.into_error()))?;
        file.seek(SeekFrom::Start(0)).map_err(unwritable)?;
        Ok(file)
    })
    .await
    .map_err(|_| AppError::Internal("the export was cancelled".into()))??;
    let size = file.metadata().map_err(unwritable)?.len();
    let disposition = ContentDisposition {
        disposition: DispositionType::Attachment,
        parameters: vec![DispositionParam::Filename(file_name(viewer.workspace_name()))],
    };
    Ok(HttpResponse::Ok()
        .content_type("application/json")
        .insert_header((header::CONTENT_DISPOSITION, disposition))
        .no_chunking(size)
        .streaming(chunks(file)))
}

fn chunks(file: File) -> impl stream::Stream<Item = Result<web::Bytes, std::io::Error>> {
    stream::try_unfold(file, |file| async move {
        web::block(move || {
            let mut chunk = Vec::with_capacity(CHUNK);
            (&file).take(CHUNK as u64).read_to_end(&mut chunk)?;
            Ok((!chunk.is_empty()).then(|| (web::Bytes::from(chunk), file)))
        })
        .await
        .unwrap_or_else(|cancelled| Err(std::io::Error::other(cancelled)))
    })
}

fn unwritable(error: std::io::Error) -> AppError {
    AppError::Internal(format!("the export could not be written: {error}"))
}

/// `baton-sprocket-co-2026-11-24.json`
fn file_name(workspace: &str) -> String {
    let words: Vec<String> = workspace
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase)
        .collect();
    let name: String = words.join("-").chars().take(60).collect();
    let day = Utc::now().to_chrono().format("%Y-%m-%d");
    if name.is_empty() { format!("baton-{day}.json") } else { format!("baton-{name}-{day}.json") }
}

#[cfg(test)]
mod tests {
    use super::file_name;

    #[test]
    fn a_file_name_is_plain_whatever_the_workspace_is_called() {
        assert!(file_name("Sprocket & Co").starts_with("baton-sprocket-co-2"));
        assert!(file_name("../\"x\"\r\n").starts_with("baton-x-2"));
        assert!(file_name("日本").starts_with("baton-2"));
    }
}
