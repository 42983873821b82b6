//! How a message leaves: to a mail server, or into a file when there is none.

use std::fs::File;
use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};

use lettre::Message;

use super::MailError;
use super::route::Route;
use super::smtp::{self, Envelope, Failure, Ready};
use crate::config::{Config, create_private_dir};
use crate::models::delivery::{Gone, Leased};

#[derive(Clone)]
pub(super) enum Transport {
    Smtp(Route),
    /// One `.eml` file per mail in this folder.
    Files(PathBuf),
}

impl Transport {
    pub(super) fn new(config: &Config) -> Result<Self, String> {
        let Some(url) = &config.smtp_url else {
            let dir = folder(config);
            create_private_dir(&dir, "BATON_DATA_DIR")?;
            return Ok(Self::Files(dir));
        };
        Ok(Self::Smtp(Route::of_url(url, &config.mail_servers)))
    }

    /// Says to the mail server whom the message of a delivery is for. Nothing has left then.
    pub(super) async fn prepare(
        &self,
        message: &Message,
        of: &Leased,
    ) -> Result<Prepared, MailError> {
        let raw = message.formatted();
        match self {
            Self::Smtp(route) => {
                let told = message.envelope();
                let from = told.from().cloned();
                let from =
                    from.ok_or_else(|| MailError::Permanent("The mail has no sender.".into()))?;
                let envelope = Envelope { from, to: told.to().to_vec(), cc: Vec::new() };
                let ready = Box::new(smtp::prepare(route, &envelope).await?);
                Ok(Prepared::Smtp { ready, raw })
            }
            Self::Files(dir) => Ok(Prepared::File { dir: dir.clone(), name: file_name(of), raw }),
        }
    }
}

/// A mail that may leave.
pub enum Prepared {
    Smtp { ready: Box<Ready>, raw: Vec<u8> },
    File { dir: PathBuf, name: String, raw: Vec<u8> },
}

impl Prepared {
    /// Lets the mail leave, and answers where it has gone.
    ///
    /// # Errors
    /// [`Failure`], with a reason fit for a page: also where nobody can know whether the
    /// server took it.
    pub async fn hand_over(self) -> Result<Gone, Failure> {
        match self {
            Self::Smtp { ready, raw } => {
                let size = raw.len() as u64;
                ready.hand_over(raw.as_slice(), size).await.map(|()| Gone::Out)
            }
            Self::File { dir, name, raw } => {
                let kept = keep(dir, name, Cursor::new(raw)).await.map_err(Failure::Not);
                kept.map(|()| Gone::IntoFile)
            }
        }
    }
}

/// Where mails are files.
fn folder(config: &Config) -> PathBuf {
    config.data_dir.join("mail")
}

/// Keeps a mail that was put together in a file, where there is no mail server.
///
/// # Errors
/// [`MailError`], with a reason fit for a page.
pub async fn keep_as_file(config: &Config, of: &Leased, mail: File) -> Result<(), MailError> {
    keep(folder(config), file_name(of), mail).await
}

fn file_name(of: &Leased) -> String {
    format!("{:06}-{}-{}", of.id, of.kind.into_str(), of.local_part)
}

/// Writes the mail of a delivery to a file, on a thread that may wait for the disk.
async fn keep(
    dir: PathBuf,
    name: String,
    mut mail: impl Read + Send + 'static,
) -> Result<(), MailError> {
    let written = tokio::task::spawn_blocking(move || write(&dir, &name, &mut mail));
    written.await.map_err(std::io::Error::other).and_then(|written| written).map_err(|error| {
        MailError::Passing(format!("The mail could not be written to a file: {error}."))
    })
}

/// Writes the file beside its place and renames it, so that whoever sees it sees
/// it whole. Made with mode 0600: it holds a link that signs somebody in.
fn write(dir: &Path, name: &str, message: &mut impl Read) -> std::io::Result<()> {
    let mut file = tempfile::NamedTempFile::new_in(dir)?;
    std::io::copy(message, &mut file)?;
    file.as_file().sync_all()?;
    file.persist(dir.join(format!("{name}.eml"))).map_err(|e| e.error)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_mail_file_is_whole_and_private() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        write(dir.path(), "000001-test-abc", &mut &b"Subject: x\r\n\r\n"[..]).expect("written");
        let path = dir.path().join("000001-test-abc.eml");
        let mode = std::fs::metadata(&path).expect("it exists").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(std::fs::read_dir(dir.path()).expect("our folder").count(), 1);
    }
}
