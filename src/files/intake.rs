//! Files on their way in, by whichever way they come: looked at, noted in the database,
//! and only then stored, so that no file is ever stored that nobody knows of.

use object_store::Error;
use tempfile::NamedTempFile;
use tokio::sync::Semaphore;

use super::Store;
use super::picture;
use crate::models::attachment::{self, NewFile};
use crate::models::token;

/// Pictures that are looked at in the same moment: each may take much memory.
static LOOKING: Semaphore = Semaphore::const_new(2);

/// A file that was looked at and has a key, and is not stored yet.
#[derive(Debug)]
pub struct Looked {
    /// The random word that names it until its message takes it.
    pub word: String,
    pub new: NewFile,
    /// The small one of a picture.
    small: Option<Vec<u8>>,
    file: NamedTempFile,
}

/// Looks at a file that has arrived whole.
///
/// # Errors
/// When it cannot be read.
pub async fn look(name: String, file: NamedTempFile) -> std::io::Result<Looked> {
    // The semaphore is never closed.
    let place = LOOKING.acquire().await.map_err(std::io::Error::other)?;
    // The work goes on when nobody waits for it any more, and keeps its place.
    let look = move || {
        let _place = place;
        look_now(name, file)
    };
    tokio::task::spawn_blocking(look).await.map_err(std::io::Error::other)?
}

fn look_now(name: String, file: NamedTempFile) -> std::io::Result<Looked> {
    let kind = picture::look(file.path())?;
    let new = NewFile {
        name,
        content_type: kind.content_type,
        size: i64::try_from(file.as_file().metadata()?.len()).unwrap_or(i64::MAX),
        store_key: token::short_nonce(),
        sides: kind.picture.as_ref().map(|picture| (picture.width, picture.height)),
    };
    let small = kind.picture.map(|picture| picture.small);
    Ok(Looked { word: token::short_nonce(), new, small, file })
}

impl Looked {
    /// Puts the file where its key says, after its row is written.
    ///
    /// # Errors
    /// When the store does not take it.
    pub async fn store(&self, store: &Store) -> Result<(), Error> {
        if let Some(small) = &self.small {
            store.put(&attachment::small_key(&self.new.store_key), small.clone()).await?;
        }
        store.keep(&self.new.store_key, self.file.path()).await
    }
}
