//! Whether files can be kept where they are to be, tried when a server starts: the first
//! customer who sends one would be the one to find out.

use std::path::Path;
use std::time::Duration;

use object_store::Error;
use tokio::time::timeout;

use super::{FOLDER_BY, Store};
use crate::config::FilesPlace;
use crate::models::text;

/// For each try in a bucket.
const PATIENCE: Duration = Duration::from_secs(10);
/// The same each time, so that of many starts no more than one is left in a bucket that
/// lets nobody delete. Several nodes at once may write and delete it.
const KEY: &str = "baton-probe";
/// The most of a bucket's answer that is repeated, in characters.
const ANSWER_MAX: usize = 300;

/// Tries whether a place takes files and deletes them. Answers what an operator should
/// know and what is no reason not to start: a bucket that is away may be back when the
/// first file comes, and all else works without it. One that says no goes on to.
///
/// # Errors
/// One line, where files cannot be kept there.
pub async fn probe(place: &FilesPlace) -> Result<Option<String>, String> {
    let url = match place {
        FilesPlace::Folder(folder) => {
            return probe_folder(folder, FOLDER_BY).map(|()| None);
        }
        FilesPlace::Bucket { url, .. } => url,
    };
    // One of its own, whose connections end with it.
    let store = Store::open(place)?;
    let told = |what: &str, why: &str| {
        let why: Vec<&str> = why.split_whitespace().collect();
        let why = text::excerpt(why.join(" ").trim_end_matches('.'), ANSWER_MAX);
        format!("BATON_FILES_URL: {url} {what}: {why}.")
    };
    match timeout(PATIENCE, store.put(KEY, b"Baton was here.".to_vec())).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) if is_no(&error) => {
            return Err(told("takes no files", &error.to_string()));
        }
        other => {
            let why = match other {
                Ok(Err(error)) => error.to_string(),
                _ => "it did not answer in time".to_owned(),
            };
            if !place.has_credentials() {
                let what = "takes no files without credentials, and this machine has no role that brings them; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY";
                return Err(told(what, &why));
            }
            return Ok(Some(told("could not be reached, so that no file can be kept", &why)));
        }
    }
    let deleted = timeout(PATIENCE, store.delete(KEY)).await;
    let why = match deleted {
        Ok(Ok(())) => return Ok(None),
        Ok(Err(error)) => error.to_string(),
        Err(_) => "it did not answer in time".to_owned(),
    };
    Ok(Some(told("deletes no files, so that what is deleted in Baton stays there", &why)))
}

/// Tries whether files can be made in a folder, which a variable names.
///
/// # Errors
/// One line with both.
pub fn probe_folder(folder: &Path, variable: &str) -> Result<(), String> {
    tempfile::tempfile_in(folder).map(|_| ()).map_err(|error| {
        let folder = folder.display();
        format!("Cannot write in the folder {folder}: {error}. {variable} says where it is.")
    })
}

/// Whether that is an answer, which another try would not change.
fn is_no(error: &Error) -> bool {
    matches!(
        error,
        Error::NotFound { .. } | Error::PermissionDenied { .. } | Error::Unauthenticated { .. }
    )
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead, BufReader, Read, Write};
    use std::net::TcpListener;

    use super::*;

    const OK: &str = "200 OK";
    const NO: &str = "403 Forbidden";

    /// A bucket that answers files and deletions so, at an address without TLS.
    fn bucket(to_put: &'static str, to_delete: &'static str) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        std::thread::spawn(move || {
            for mut connection in listener.incoming().map_while(Result::ok) {
                let mut reader = BufReader::new(connection.try_clone().unwrap());
                let head: Vec<String> = reader
                    .by_ref()
                    .lines()
                    .map_while(Result::ok)
                    .take_while(|line| !line.is_empty())
                    .map(|line| line.to_ascii_lowercase())
                    .collect();
                let length = head.iter().find_map(|line| line.strip_prefix("content-length: "));
                let mut body = vec![0; length.map_or(0, |length| length.parse().unwrap())];
                reader.read_exact(&mut body).unwrap();
                let status = if head[0].starts_with("put") { to_put } else { to_delete };
                let body = "<DeleteResult><Deleted><Key>x</Key></Deleted>\n</DeleteResult>";
                let length = body.len();
                let head = "Connection: close\r\nETag: \"1\"";
                let answer = format!(
                    "HTTP/1.1 {status}\r\n{head}\r\nContent-Length: {length}\r\n\r\n{body}"
                );
                connection.write_all(answer.as_bytes()).unwrap();
            }
        });
        endpoint
    }

    fn place(endpoint: &str, credentials: &[(&str, &str)]) -> FilesPlace {
        let options = [
            ("aws_region", "us-east-1"),
            ("aws_allow_http", "true"),
            ("aws_endpoint", endpoint),
            // Nobody's, unless this machine is in a cloud.
            ("aws_metadata_endpoint", "http://127.0.0.1:1"),
        ];
        let options = options.iter().chain(credentials);
        FilesPlace::Bucket {
            url: "s3://team/files".parse().unwrap(),
            options: options.map(|(name, value)| ((*name).to_owned(), (*value).into())).collect(),
        }
    }

    const KNOWN: [(&str, &str); 2] =
        [("aws_access_key_id", "key"), ("aws_secret_access_key", "hunter22")];

    #[actix_web::test]
    async fn a_bucket_that_says_no_is_an_error_and_one_that_is_away_a_warning() {
        assert_eq!(probe(&place(&bucket(OK, OK), &KNOWN)).await, Ok(None));
        for no in [NO, "404 Not Found", "401 Unauthorized"] {
            let told = probe(&place(&bucket(no, OK), &KNOWN)).await.unwrap_err();
            assert!(
                told.starts_with("BATON_FILES_URL: s3://team/files takes no files: "),
                "{told}"
            );
            assert!(told.lines().count() == 1 && !told.contains("hunter22"), "{told}");
        }
        let told = probe(&place(&bucket(OK, NO), &KNOWN)).await.unwrap().unwrap();
        assert!(told.contains("deletes no files"), "{told}");
        let told = probe(&place("http://127.0.0.1:1", &KNOWN)).await.unwrap().unwrap();
        assert!(told.contains("could not be reached"), "{told}");
        let told = probe(&place(&bucket(OK, OK), &[])).await.unwrap_err();
        assert!(told.contains("set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"), "{told}");
    }

    #[actix_web::test]
    async fn a_folder_that_takes_no_files_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let kept = FilesPlace::Folder(folder.path().to_owned());
        assert_eq!(probe(&kept).await, Ok(None));
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
        let told = probe(&FilesPlace::Folder("/proc/self".into())).await.unwrap_err();
        assert!(told.starts_with("Cannot write in the folder /proc/self: "), "{told}");
        assert!(told.contains("BATON_FILES_URL"), "{told}");
    }
}
