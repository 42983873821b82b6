//! Files that are made on request: written to disk first, so that neither their
//! size nor a slow client costs memory or holds a connection to the database.

use std::fs::File;
use std::io::{BufWriter, Read, Seek, Write};

use actix_web::http::header::{self, ContentDisposition, DispositionParam, DispositionType};
use actix_web::{HttpResponse, web};
use futures_util::stream;

use crate::App;
use crate::db::{Conn, QueryResult, Utc};
use crate::models::accents::folded;
use crate::models::audit::{self, Export};
use crate::models::calendar;
use crate::web::error::AppError;
use crate::web::viewer::Viewer;

/// Tells the audit log of an export that is about to be made; `what` is how a page names
/// it. RFC 9110, 9.2.1: to keep a log of who read something leaves a GET safe.
///
/// # Errors
/// When the member's membership or role is in the way, or the database fails.
pub async fn logged(
    app: &App,
    viewer: &Viewer,
    export: Export,
    which: String,
    what: &'static str,
) -> Result<(), AppError> {
    let caller = viewer.caller();
    app.db
        .write(move |conn| audit::exported(conn, caller, export, &which))
        .await?
        .map_err(|why| AppError::barred(why, what))
}

const CHUNK: usize = 64 * 1024;

/// Answers with a file that `write` fills from one snapshot of the database.
///
/// # Errors
/// When the database fails, or the file cannot be written.
pub async fn file(
    app: &App,
    content_type: &'static str,
    name: String,
    write: impl FnOnce(&mut Conn, &mut dyn Write) -> QueryResult<()> + Send + 'static,
) -> Result<HttpResponse, AppError> {
    let folder = app.config.data_dir.clone();
    let filled = app.db.snapshot_long(move |conn| {
        // It has no name, and is gone with its last handle.
        let mut out = match tempfile::tempfile_in(folder) {
            Ok(empty) => BufWriter::new(empty),
            Err(error) => return Ok(Err(error)),
        };
        write(conn, &mut out)?;
        Ok(from_the_start(out))
    });
    let (file, size) = filled.await?.map_err(unwritable)?;
    let disposition = ContentDisposition {
        disposition: DispositionType::Attachment,
        parameters: vec![DispositionParam::Filename(name)],
    };
    Ok(HttpResponse::Ok()
        .content_type(content_type)
        .insert_header((header::CONTENT_DISPOSITION, disposition))
        .no_chunking(size)
        .streaming(chunks(file)))
}

/// A file that was written, to be read, and its size.
fn from_the_start(out: BufWriter<File>) -> std::io::Result<(File, u64)> {
    let mut file = out.into_inner().map_err(std::io::IntoInnerError::into_error)?;
    let size = file.stream_position()?;
    file.rewind()?;
    Ok((file, size))
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

/// `baton-sprocket-co-2026-11-24.json`, by the day in the workspace; what it holds comes
/// before it.
pub fn name(viewer: &Viewer, what: &str, extension: &str) -> String {
    let day = calendar::day_of(Utc::now(), viewer.workspace_time_zone);
    let what = if what.is_empty() { day.to_string() } else { format!("{what}-{day}") };
    dated(viewer.workspace_name(), &what, extension)
}

/// The same of what names its own days.
pub fn dated(workspace: &str, what: &str, extension: &str) -> String {
    let plain = folded(workspace);
    let words: Vec<&str> =
        plain.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let words: String = words.join("-").chars().take(60).collect();
    let parts = ["baton", &words, what];
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    format!("{}.{extension}", parts.join("-"))
}

#[cfg(test)]
mod tests {
    use super::dated;

    #[test]
    fn a_file_name_is_plain_whatever_the_workspace_is_called() {
        assert_eq!(
            dated("Sprocket & Co", "2026-11-24", "json"),
            "baton-sprocket-co-2026-11-24.json"
        );
        assert_eq!(dated("Möbel Müller", "contacts", "csv"), "baton-mobel-muller-contacts.csv");
        assert_eq!(dated("../\"x\"\r\n", "contacts", "csv"), "baton-x-contacts.csv");
        assert_eq!(dated("日本", "2026-11-24", "json"), "baton-2026-11-24.json");
    }
}
