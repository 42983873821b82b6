//! The store of files: a folder, or a bucket. It knows keys, and nothing of whose
//! they are; that is in the database.

pub mod intake;
pub mod picture;

use std::path::Path as FilePath;
use std::sync::Arc;

use actix_web::web::Bytes;
use futures_util::stream::BoxStream;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{Error, ObjectStore, ObjectStoreExt, PutPayload, WriteMultipart};
use secrecy::ExposeSecret;
use tokio::io::AsyncReadExt;

use crate::config::{FilesPlace, create_private_dir};

/// What is sent at once: the most of a file that is in memory, twice.
const PART: usize = 5 * 1024 * 1024;
/// Parts on their way at the same time.
const AT_ONCE: usize = 2;

/// Where files are kept. Clones share the connections.
#[derive(Clone)]
pub struct Store {
    inner: Arc<dyn ObjectStore>,
    /// The folder in the bucket.
    prefix: Path,
}

/// A file on its way out.
pub struct Stored {
    /// In bytes.
    pub size: u64,
    pub content: BoxStream<'static, Result<Bytes, Error>>,
}

impl Store {
    /// Opens the place that the configuration names.
    ///
    /// # Errors
    /// One line, fit for an operator.
    pub fn open(place: &FilesPlace) -> Result<Self, String> {
        match place {
            FilesPlace::Folder(folder) => {
                create_private_dir(folder)?;
                let store = LocalFileSystem::new_with_prefix(folder)
                    .map_err(|e| format!("Cannot open the folder {}: {e}.", folder.display()))?
                    // What was acknowledged survives a power cut.
                    .with_fsync(true);
                Ok(Self { inner: Arc::new(store), prefix: Path::default() })
            }
            FilesPlace::Bucket { url, options } => {
                let options = options.iter().map(|(name, value)| (name, value.expose_secret()));
                let (store, prefix) = object_store::parse_url_opts(url, options)
                    .map_err(|e| format!("BATON_FILES_URL: {e}."))?;
                Ok(Self { inner: store.into(), prefix })
            }
        }
    }

    fn path(&self, key: &str) -> Path {
        self.prefix.clone().join(key)
    }

    /// Keeps a file under a key, piece by piece.
    ///
    /// # Errors
    /// When the file cannot be read or the store does not take it.
    pub async fn keep(&self, key: &str, file: &FilePath) -> Result<(), Error> {
        let mut file = tokio::fs::File::open(file).await.map_err(unreadable)?;
        let size = file.metadata().await.map_err(unreadable)?.len();
        if size <= PART as u64 {
            let mut content = Vec::new();
            file.read_to_end(&mut content).await.map_err(unreadable)?;
            return self.put(key, content).await;
        }
        let upload = self.inner.put_multipart(&self.path(key)).await?;
        let mut upload = WriteMultipart::new_with_chunk_size(upload, PART);
        let mut chunk = vec![0; 64 * 1024];
        loop {
            let step = async {
                upload.wait_for_capacity(AT_ONCE).await?;
                file.read(&mut chunk).await.map_err(unreadable)
            };
            match step.await {
                Ok(0) => return upload.finish().await.map(|_| ()),
                Ok(length) => upload.write(&chunk[..length]),
                Err(error) => {
                    // The first error is the one to tell.
                    let _ = upload.abort().await;
                    return Err(error);
                }
            }
        }
    }

    /// Keeps a small file that is in memory.
    ///
    /// # Errors
    /// When the store does not take it.
    pub async fn put(&self, key: &str, content: Vec<u8>) -> Result<(), Error> {
        let payload = PutPayload::from(content);
        self.inner.put(&self.path(key), payload).await.map(|_| ())
    }

    /// Opens a file; `None` when there is none under this key.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn read(&self, key: &str) -> Result<Option<Stored>, Error> {
        match self.inner.get(&self.path(key)).await {
            Ok(found) => Ok(Some(Stored { size: found.meta.size, content: found.into_stream() })),
            Err(Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Deletes a file. One that is not there is deleted already.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn delete(&self, key: &str) -> Result<(), Error> {
        match self.inner.delete(&self.path(key)).await {
            Ok(()) | Err(Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }
}

fn unreadable(error: std::io::Error) -> Error {
    Error::Generic { store: "upload", source: error.into() }
}
