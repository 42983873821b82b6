//! Where files of messages are kept.

use std::path::{Path, PathBuf};

use object_store::ObjectStoreScheme;
use secrecy::{ExposeSecret, SecretString};
use url::Url;

/// By any of these a bucket is told who asks, unless the machine has a role of its own.
const CREDENTIALS: [&str; 6] = [
    "aws_access_key_id",
    "aws_secret_access_key",
    "aws_web_identity_token_file",
    "aws_container_credentials_relative_uri",
    "aws_container_credentials_full_uri",
    "aws_skip_signature",
];

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

    /// Whether somebody has said as whom a bucket is asked; a folder asks nobody.
    pub fn has_credentials(&self) -> bool {
        match self {
            Self::Folder(_) => true,
            Self::Bucket { options, .. } => {
                options.iter().any(|(name, _)| CREDENTIALS.contains(&name.as_str()))
            }
        }
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
        // They would not be heeded.
        if url.query().is_some() || url.fragment().is_some() {
            return Err(format!(
                "BATON_FILES_URL: {given:?} has something behind the folder; write ? and # in its name as %3F and %23."
            ));
        }
        match ObjectStoreScheme::parse(&url) {
            Ok((ObjectStoreScheme::Local, _)) => {
                url.to_file_path().map(Self::Folder).map_err(|()| wrong())
            }
            Ok((ObjectStoreScheme::AmazonS3, _)) => {
                let options: Vec<(String, SecretString)> = std::env::vars_os()
                    // One that is no text is none of these, and no reason to end.
                    .filter_map(|(name, value)| {
                        Some((name.into_string().ok()?, value.into_string().ok()?))
                    })
                    .filter(|(name, _)| name.starts_with("AWS_"))
                    .map(|(name, value)| (name.to_ascii_lowercase(), SecretString::from(value)))
                    .collect();
                check_http(&options)?;
                Ok(Self::Bucket { url, options })
            }
            _ => Err(wrong()),
        }
    }
}

/// An address without TLS is not used before somebody says that it may be, which would be
/// told when the first file comes.
fn check_http(options: &[(String, SecretString)]) -> Result<(), String> {
    let is_http = |(name, value): &&(String, SecretString)| {
        name.starts_with("aws_endpoint") && value.expose_secret().starts_with("http://")
    };
    let is_allowed = options.iter().any(|(name, _)| name == "aws_allow_http");
    match options.iter().find(is_http) {
        Some((name, _)) if !is_allowed => {
            let name = name.to_ascii_uppercase();
            Err(format!("{name} is an http:// address: set AWS_ALLOW_HTTP=true as well."))
        }
        _ => Ok(()),
    }
}
