//! The store of files: a folder, or a bucket. It knows keys, and nothing of whose
//! they are; that is in the database.

pub mod intake;
mod jpeg;
pub mod picture;
mod probe;
pub mod square;

use std::path::Path as FilePath;
use std::sync::Arc;

use actix_web::web::Bytes;
use futures_util::stream::BoxStream;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{Error, ObjectStore, ObjectStoreExt, PutPayload, WriteMultipart};
use secrecy::ExposeSecret;
use tokio::io::AsyncReadExt;
use tokio_rustls::rustls::crypto::ring;

use crate::config::{FilesPlace, create_private_dir};

pub use probe::{probe, probe_folder};

/// What is sent at once: the most of a file that is in memory, twice.
const PART: usize = 5 * 1024 * 1024;
/// Parts on their way at the same time.
const AT_ONCE: usize = 2;

/// What says where a folder of files is.
const FOLDER_BY: &str = "BATON_FILES_URL, or else BATON_DATA_DIR,";

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
                create_private_dir(folder, FOLDER_BY)?;
                let store = LocalFileSystem::new_with_prefix(folder)
                    .map_err(|e| format!("Cannot open the folder {}: {e}.", folder.display()))?
                    // What was acknowledged survives a power cut.
                    .with_fsync(true);
                Ok(Self { inner: Arc::new(store), prefix: Path::default() })
            }
            FilesPlace::Bucket { url, options } => {
                // What speaks TLS to the bucket asks for the process's provider. It is an
                // error where there is one already, which is as good.
                let _ = ring::default_provider().install_default();
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

#[cfg(test)]
mod tests {
    use std::collections::HashMap;
    use std::io::{BufRead, BufReader, Read, Write};
    use std::net::{TcpListener, TcpStream};
    use std::sync::{Arc, Mutex};

    use futures_util::TryStreamExt;

    use super::*;

    type Objects = Arc<Mutex<HashMap<String, Vec<u8>>>>;

    /// A bucket that keeps, gives and deletes objects, and speaks no TLS.
    fn bucket() -> (String, Objects) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let objects = Objects::default();
        let kept = objects.clone();
        std::thread::spawn(move || {
            for connection in listener.incoming().map_while(Result::ok) {
                answer(connection, &kept);
            }
        });
        (endpoint, objects)
    }

    fn answer(mut connection: TcpStream, objects: &Objects) {
        let mut reader = BufReader::new(connection.try_clone().unwrap());
        let mut head = Vec::new();
        for line in reader.by_ref().lines().map_while(Result::ok) {
            if line.is_empty() {
                break;
            }
            head.push(line.to_ascii_lowercase());
        }
        let length = head.iter().find_map(|line| line.strip_prefix("content-length: "));
        let mut body = vec![0; length.map_or(0, |length| length.parse().unwrap())];
        reader.read_exact(&mut body).unwrap();
        let mut words = head[0].split(' ');
        let (method, path) = (words.next().unwrap(), words.next().unwrap().to_owned());
        let mut objects = objects.lock().unwrap();
        let found = match method {
            "put" => {
                objects.insert(path, body);
                Some(Vec::new())
            }
            "get" => objects.get(&path).cloned(),
            // DeleteObjects: a list of keys in XML.
            _ => {
                let asked = String::from_utf8(body).unwrap();
                let key = asked.split("<Key>").nth(1).unwrap().split("</Key>").next().unwrap();
                objects.remove(&format!("/team/{key}"));
                let deleted = format!("<Deleted><Key>{key}</Key></Deleted>");
                let result = format!("<DeleteResult>{deleted}</DeleteResult>");
                Some(result.into_bytes())
            }
        };
        let status = if found.is_some() { "200 OK" } else { "404 Not Found" };
        let body = found.unwrap_or_default();
        write!(
            connection,
            "HTTP/1.1 {status}\r\nConnection: close\r\nETag: \"1\"\r\n\
             Last-Modified: Tue, 24 Nov 2026 10:00:00 GMT\r\nContent-Length: {}\r\n\r\n",
            body.len()
        )
        .unwrap();
        connection.write_all(&body).unwrap();
    }

    #[actix_web::test]
    async fn a_bucket_keeps_gives_and_forgets_files() {
        let (endpoint, objects) = bucket();
        let options = [
            ("aws_access_key_id", "key"),
            ("aws_secret_access_key", "secret"),
            ("aws_region", "us-east-1"),
            ("aws_allow_http", "true"),
            ("aws_endpoint", &endpoint),
        ];
        let place = FilesPlace::Bucket {
            url: "s3://team/files".parse().unwrap(),
            options: options.map(|(name, value)| (name.to_owned(), value.into())).to_vec(),
        };
        let store = Store::open(&place).unwrap();
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "the plan").unwrap();
        store.keep("a-key", file.path()).await.unwrap();
        assert_eq!(objects.lock().unwrap()["/team/files/a-key"], b"the plan");
        let stored = store.read("a-key").await.unwrap().unwrap();
        let content: Vec<Bytes> = stored.content.try_collect().await.unwrap();
        assert_eq!(content.concat(), b"the plan");
        store.delete("a-key").await.unwrap();
        assert!(store.read("a-key").await.unwrap().is_none());
        assert!(objects.lock().unwrap().is_empty());
    }
}
