//! Where files of messages are kept.

use std::path::{Path, PathBuf};

use object_store::ObjectStoreScheme;
use secrecy::SecretString;
use url::Url;

/// A folder, or a bucket that several nodes share.
#[derive(Clone)]
pub enum FilesPlace {
    Folder(PathBuf),
    /// The address, and what the `AWS_…` variables say of the way there.
    Bucket {
        url: Url,
        options: Vec<(String, SecretString)>,
    },
}

impl FilesPlace {
    /// The default: a folder in the data folder.
    pub fn in_data_folder(data_dir: &Path) -> Self {
        Self::Folder(data_dir.join("files"))
    }

    pub(super) fn resolve(given: Option<&str>, data_dir: &Path) -> Result<Self, String> {
        let Some(given) = given else { return Ok(Self::in_data_folder(data_dir)) };
        let wrong = || {
            format!(
                "BATON_FILES_URL: {given:?} is no place for files; write for example s3://BUCKET/FOLDER or file:///var/lib/baton/files."
            )
        };
        let url = Url::parse(given).map_err(|_| wrong())?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err("BATON_FILES_URL must not hold a user name or password: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.".into());
        }
        match ObjectStoreScheme::parse(&url) {
            Ok((ObjectStoreScheme::Local, _)) => {
                url.to_file_path().map(Self::Folder).map_err(|()| wrong())
            }
            Ok((ObjectStoreScheme::AmazonS3, _)) => {
                let options = std::env::vars_os()
                    // One that is no text is none of these, and no reason to end.
                    .filter_map(|(name, value)| {
                        Some((name.into_string().ok()?, value.into_string().ok()?))
                    })
                    .filter(|(name, _)| name.starts_with("AWS_"))
                    .map(|(name, value)| (name.to_ascii_lowercase(), SecretString::from(value)))
                    .collect();
                Ok(Self::Bucket { url, options })
            }
            _ => Err(wrong()),
        }
    }
}
