//! Files on their way in, by whichever way they come: looked at, noted in the database,
//! and only then stored, so that no file is ever stored that nobody knows of.

use std::io::{self, ErrorKind};
use std::path::Path;

use object_store::Error;
use tempfile::NamedTempFile;
use tokio::sync::Semaphore;

use super::Store;
use super::picture::{self, Picture};
use crate::config::make_private_dir;
use crate::models::attachment::{self, NewFile};
use crate::models::token;

/// Pictures that are looked at in the same moment, and the large ones among them, of which
/// each may take much memory.
static LOOKING: Semaphore = Semaphore::const_new(2);
static LOOKING_AT_LARGE: Semaphore = Semaphore::const_new(1);
/// The bytes from which on one is large: what a phone sends by itself is smaller.
const LARGE: u64 = 48 * 1024 * 1024;

/// Makes a file in the folder where files are while they arrive, and the folder anew where
/// somebody has removed it: all that comes from now on would fail otherwise.
///
/// # Errors
/// When either cannot be made.
pub fn make_in<T>(folder: &Path, make: impl Fn(&Path) -> io::Result<T>) -> io::Result<T> {
    match make(folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            make_private_dir(folder)?;
            make(folder)
        }
        made => made,
    }
}

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

/// Looks at a file that has arrived whole. One that is no picture waits for none.
///
/// # Errors
/// When it cannot be read.
pub async fn look(name: String, file: NamedTempFile) -> std::io::Result<Looked> {
    let (file, content_type) = aside(move || {
        let content_type = picture::content_type(file.path())?;
        Ok((file, content_type))
    })
    .await?;
    let (file, picture) = if picture::is_shown(content_type) {
        look_at_picture(file, content_type).await?
    } else {
        (file, None)
    };
    let new = NewFile {
        name,
        content_type,
        size: i64::try_from(file.as_file().metadata()?.len()).unwrap_or(i64::MAX),
        store_key: token::short_nonce(),
        sides: picture.as_ref().map(|picture| (picture.width, picture.height)),
    };
    let small = picture.map(|picture| picture.small);
    Ok(Looked { word: token::short_nonce(), new, small, file })
}

async fn look_at_picture(
    file: NamedTempFile,
    content_type: &'static str,
) -> std::io::Result<(NamedTempFile, Option<Picture>)> {
    // The semaphores are never closed. The work goes on when nobody waits for it any more,
    // and keeps its place.
    let place = LOOKING.acquire().await.map_err(std::io::Error::other)?;
    let (file, needs, place) = aside(move || {
        let needs = picture::needs(file.path(), content_type)?;
        Ok((file, needs, place))
    })
    .await?;
    let place = match needs {
        None => return Ok((file, None)),
        Some(needs) if needs <= LARGE => place,
        Some(_) => {
            drop(place);
            LOOKING_AT_LARGE.acquire().await.map_err(std::io::Error::other)?
        }
    };
    aside(move || {
        let picture = picture::look(file.path(), content_type)?;
        drop(place);
        Ok((file, picture))
    })
    .await
}

/// Does what takes a while on a thread that may.
async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> std::io::Result<T> + Send + 'static,
) -> std::io::Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(std::io::Error::other)?
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

#[cfg(test)]
mod tests {
    use super::super::jpeg;
    use super::*;

    async fn looked_at(content: &[u8]) -> Looked {
        let file = NamedTempFile::new().unwrap();
        std::fs::write(file.path(), content).unwrap();
        look("a file".to_owned(), file).await.unwrap()
    }

    #[actix_web::test]
    async fn a_large_picture_holds_up_neither_small_ones_nor_other_files() {
        let large = LOOKING_AT_LARGE.acquire().await.unwrap();
        let small = looked_at(&jpeg::of_nothing(0xc0, (64, 64), 3)).await;
        assert_eq!(small.new.sides, Some((64, 64)));
        let both = LOOKING.acquire_many(2).await.unwrap();
        assert_eq!(looked_at(b"hello").await.new.sides, None);
        drop(both);
        let waits = tokio::spawn(async {
            looked_at(&jpeg::of_nothing(0xc0, (6000, 4000), 3)).await.new.sides
        });
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        assert!(!waits.is_finished());
        drop(large);
        assert_eq!(waits.await.unwrap(), Some((6000, 4000)));
    }
}
