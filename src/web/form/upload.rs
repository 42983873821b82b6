//! Forms that files come with. A file goes to disk as it arrives, so that its
//! size costs no memory, and is gone again unless somebody keeps it.

use std::future::{Ready, ready};
use std::marker::PhantomData;
use std::path::PathBuf;

use actix_multipart::{Field, Multipart, MultipartError};
use actix_web::dev::Payload;
use actix_web::http::header::HeaderMap;
use actix_web::{FromRequest, HttpRequest, web};
use futures_util::TryStreamExt;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use tempfile::NamedTempFile;
use tokio::io::AsyncWriteExt;

use super::arriving::{Arriving, Permit};
use super::pace::PACE;
use super::{Act, BODY_MAX, Extraction, Form, PATIENCE, is_multipart};
use crate::App;
use crate::files::intake;
use crate::models::{attachment, text};
use crate::web::error::AppError;
use crate::web::viewer::Viewer;

const MEGABYTE: u64 = 1024 * 1024;

/// A file of a stranger is not counted among those that arrive before it is larger, so that
/// whoever holds their places does not hold up what is here at once.
const UNCOUNTED: u64 = 64 * 1024;

/// What a form takes besides its text: what a message may have, unless it says otherwise.
pub trait TakesFiles: DeserializeOwned + 'static {
    /// The most files.
    const MOST: usize = attachment::MOST;
    /// The most that one of them may hold, in megabytes.
    const MEGABYTES: u64 = attachment::MEGABYTES;
}

/// A form that is nothing but a file, sent by a script ahead of the message.
#[derive(Debug, Deserialize)]
pub struct FileAhead {}

impl TakesFiles for FileAhead {
    const MOST: usize = 1;
}

/// A member's form with files: checked as [`Act`] is, and refused as it is.
pub struct Upload<T> {
    pub viewer: Viewer,
    pub form: T,
    pub files: Files,
}

/// A form with files that needs no member, as [`Form`], not read yet: whoever takes it in
/// looks first whether its files are wanted, and how much of the disk is theirs.
pub struct FileForm<T> {
    request: HttpRequest,
    payload: Payload,
    form: PhantomData<T>,
}

/// The files of a form.
#[derive(Debug, Default)]
pub struct Files {
    /// Those that the form takes.
    pub taken: Vec<SentFile>,
    /// Why another was not taken, for the person who chose it.
    pub problem: Option<String>,
}

/// A file that has arrived whole. It goes with this value, unless it is kept.
#[derive(Debug)]
pub struct SentFile {
    /// The field it was chosen in.
    pub field: String,
    /// Its name as sent, without folders and what cannot be seen.
    pub name: String,
    /// In bytes.
    pub size: u64,
    pub file: NamedTempFile,
    _permit: Option<Permit>,
}

impl<T: TakesFiles> FromRequest for Upload<T> {
    type Error = AppError;
    type Future = Extraction<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let viewer = Viewer::extract(request);
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let viewer = match viewer.await {
                Err(error) => {
                    // Of whoever may not do this nothing is stored.
                    let read = received::<T>(&request, payload, Taking::Nothing).await;
                    return Err(match read {
                        Ok((body, files)) => {
                            keep(&request, &body, &files);
                            super::refused(&request, &body, error).await
                        }
                        Err(_) => error,
                    });
                }
                Ok(viewer) => viewer,
            };
            let (body, files) = received::<T>(&request, payload, Taking::All).await?;
            keep(&request, &body, &files);
            let Act { viewer, form } = Act::checked(&request, viewer, &body).await?;
            Ok(Self { viewer, form, files })
        })
    }
}

impl<T> FromRequest for FileForm<T> {
    type Error = AppError;
    type Future = Ready<Result<Self, AppError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        ready(Ok(Self { request, payload, form: PhantomData }))
    }
}

impl<T: TakesFiles> FileForm<T> {
    /// Reads the form and stores its files, so many at once of this client.
    ///
    /// # Errors
    /// When it is too large, or not made as a page of ours makes it.
    pub async fn read(self, client: String) -> Result<(T, Files), AppError> {
        let arriving = App::of(&self.request)?.arriving.clone();
        self.taken(Taking::Strangers(arriving, client)).await
    }

    /// Reads the form alone, and whether files came with it: none of them is stored.
    ///
    /// # Errors
    /// As [`FileForm::read`].
    pub async fn read_text(self) -> Result<(T, bool), AppError> {
        self.taken(Taking::Nothing).await.map(|(form, files)| (form, files.problem.is_some()))
    }

    async fn taken(self, taking: Taking) -> Result<(T, Files), AppError> {
        let (body, files) = received::<T>(&self.request, self.payload, taking).await?;
        super::remember(&self.request, &body);
        let Form(form) = Form::parsed(&body)?;
        Ok((form, files))
    }
}

/// Keeps a form for another try where no file came with it: none would come again.
fn keep(request: &HttpRequest, body: &web::Bytes, files: &Files) {
    if files.taken.is_empty() && files.problem.is_none() {
        super::keep(request, body);
    }
}

/// Whose files are stored while they arrive.
enum Taking {
    /// A member's.
    All,
    /// Those of a client whom nobody knows, while there is room.
    Strangers(Arriving, String),
    Nothing,
}

/// The text of a form, as a form without files carries it, and its files.
async fn received<T: TakesFiles>(
    request: &HttpRequest,
    mut payload: Payload,
    taking: Taking,
) -> Result<(web::Bytes, Files), AppError> {
    let (most, largest) = (T::MOST, T::MEGABYTES);
    if !is_multipart(request.headers()) {
        return Ok((super::body(request, &mut payload).await?, Files::default()));
    }
    let mut reader = Reader {
        folder: App::of(request)?.config.uploads_dir(),
        taking,
        most,
        largest,
        left: u64::try_from(most).unwrap_or(1) * largest * MEGABYTE + PATIENCE,
        text: url::form_urlencoded::Serializer::new(String::new()),
        text_length: 0,
        is_too_long: false,
        files: Files::default(),
    };
    let outcome = reader.read(request.headers(), payload).await;
    let text = web::Bytes::from(reader.text.finish());
    if outcome.is_err() {
        // A text comes before its files, which may have no room.
        super::remember(request, &text);
    }
    outcome.map(|()| (text, reader.files))
}

/// Reads a form part by part.
struct Reader<'a> {
    folder: PathBuf,
    taking: Taking,
    most: usize,
    largest: u64,
    /// How many bytes may still come.
    left: u64,
    text: url::form_urlencoded::Serializer<'a, String>,
    text_length: usize,
    /// More text came than a form may carry: the rest is not kept.
    is_too_long: bool,
    files: Files,
}

impl Reader<'_> {
    async fn read(&mut self, headers: &HeaderMap, payload: Payload) -> Result<(), AppError> {
        let mut parts = Multipart::new(headers, PACE.of(payload));
        while let Some(part) = parts.try_next().await.map_err(broken)? {
            let Some(disposition) = part.content_disposition() else { continue };
            let name = disposition.get_name().unwrap_or_default().to_owned();
            match disposition.get_filename().map(str::to_owned) {
                _ if self.is_too_long => self.skip(part).await?,
                None => self.text(name, part).await?,
                // A field in which nothing was chosen.
                Some(file_name) if file_name.is_empty() => self.skip(part).await?,
                Some(file_name) => self.file(name, &file_name, part).await?,
            }
        }
        if self.is_too_long { Err(AppError::TooLong) } else { Ok(()) }
    }

    async fn text(&mut self, name: String, mut part: Field) -> Result<(), AppError> {
        let mut value = Vec::new();
        while let Some(chunk) = part.try_next().await.map_err(broken)? {
            self.count(chunk.len())?;
            value.extend_from_slice(&chunk);
            if self.text_length + name.len() + value.len() > BODY_MAX {
                self.is_too_long = true;
                return self.skip(part).await;
            }
        }
        // What stands between two values counts too: a form is not endless.
        self.text_length += name.len() + value.len() + 2;
        let value = String::from_utf8(value)
            .map_err(|_| AppError::Malformed("a field is not UTF-8".into()))?;
        self.text.append_pair(&name, &value);
        Ok(())
    }

    async fn file(&mut self, field: String, name: &str, part: Field) -> Result<(), AppError> {
        // Browsers write a quotation mark in a name like this, and nothing else.
        let name = text::file_name(&name.replace("%22", "\""));
        if self.files.taken.len() == self.most {
            self.files.problem = Some(match self.most {
                1 => "Please choose one file.".to_owned(),
                most => format!("Please choose {most} files at most."),
            });
            return self.skip(part).await;
        }
        if matches!(self.taking, Taking::Nothing) {
            self.files.problem = Some("Files are not taken here.".to_owned());
            return self.skip(part).await;
        }
        match self.store(part).await? {
            Ok((file, size, permit)) => {
                let sent = SentFile { field, name, size, file, _permit: permit };
                self.files.taken.push(sent);
            }
            Err(NotStored::TooLarge) => {
                let largest = self.largest;
                self.files.problem = Some(format!("{name} is larger than {largest} MB."));
            }
            Err(NotStored::NoPlace) => {
                let words = "Too many files arrive at once. Try again in a moment.";
                self.files.problem = Some(words.to_owned());
            }
        }
        Ok(())
    }

    /// Writes a part to disk, with its place among those that arrive.
    async fn store(&mut self, mut part: Field) -> Result<Result<Stored, NotStored>, AppError> {
        let (file, handle) = create(self.folder.clone()).await?;
        let mut out = tokio::fs::File::from_std(handle);
        let (mut size, mut permit) = (0, None);
        while let Some(chunk) = part.try_next().await.map_err(broken)? {
            self.count(chunk.len())?;
            size += chunk.len() as u64;
            let refused = match &self.taking {
                _ if size > self.largest * MEGABYTE => Some(NotStored::TooLarge),
                Taking::Strangers(arriving, client) if size > UNCOUNTED && permit.is_none() => {
                    permit = arriving.begin(client);
                    permit.is_none().then_some(NotStored::NoPlace)
                }
                _ => None,
            };
            if let Some(refused) = refused {
                drop((out, file, permit));
                self.skip(part).await?;
                return Ok(Err(refused));
            }
            out.write_all(&chunk).await.map_err(unwritable)?;
        }
        out.flush().await.map_err(unwritable)?;
        Ok(Ok((file, size, permit)))
    }

    async fn skip(&mut self, mut part: Field) -> Result<(), AppError> {
        while let Some(chunk) = part.try_next().await.map_err(broken)? {
            self.count(chunk.len())?;
        }
        Ok(())
    }

    fn count(&mut self, bytes: usize) -> Result<(), AppError> {
        self.left = self.left.checked_sub(bytes as u64).ok_or(AppError::TooLarge)?;
        Ok(())
    }
}

/// A file on disk, its size, and its place.
type Stored = (NamedTempFile, u64, Option<Permit>);

/// Why a file was not stored.
enum NotStored {
    TooLarge,
    /// Too many arrive at once.
    NoPlace,
}

async fn create(folder: PathBuf) -> Result<(NamedTempFile, std::fs::File), AppError> {
    web::block(move || {
        let file =
            intake::make_in(&folder, |folder| NamedTempFile::new_in(folder)).map_err(unwritable)?;
        let handle = file.reopen().map_err(unwritable)?;
        Ok((file, handle))
    })
    .await
    .map_err(|_| AppError::Internal("an upload was cancelled".into()))?
}

/// The connection ended in the middle, or no browser sent this.
fn broken(error: MultipartError) -> AppError {
    match error {
        MultipartError::Payload(error) => super::broken(&error),
        other => AppError::Malformed(other.to_string()),
    }
}

fn unwritable(error: std::io::Error) -> AppError {
    AppError::Internal(format!("an upload could not be written: {error}"))
}

#[cfg(test)]
mod tests;
