//! How a message leaves: to a mail server, or into a file when there is none.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::Duration;

use lettre::transport::smtp;
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use secrecy::ExposeSecret;

use super::MailError;
use crate::config::{Config, create_private_dir};

/// For one step of the conversation with the mail server.
const STEP_TIMEOUT: Duration = Duration::from_secs(10);
/// For the whole of it: shorter than the lease, so that no other node sends the
/// mail while this one still tries.
const TIMEOUT: Duration = Duration::from_secs(12);

#[derive(Clone)]
pub(super) enum Transport {
    Smtp(AsyncSmtpTransport<Tokio1Executor>),
    /// One `.eml` file per mail in this folder.
    Files(PathBuf),
}

impl Transport {
    pub(super) fn new(config: &Config) -> Result<Self, String> {
        let Some(url) = &config.smtp_url else {
            let dir = folder(config);
            create_private_dir(&dir)?;
            return Ok(Self::Files(dir));
        };
        let server = AsyncSmtpTransport::<Tokio1Executor>::from_url(url.expose_secret())
            .map_err(|_| "BATON_SMTP_URL is not a mail server's address.")?
            .timeout(Some(STEP_TIMEOUT))
            .pool_config(smtp::PoolConfig::new().max_size(8).idle_timeout(Duration::from_secs(30)))
            .build();
        Ok(Self::Smtp(server))
    }

    /// Sends a message; `name` names its file.
    pub(super) async fn send(&self, message: Message, name: &str) -> Result<(), MailError> {
        match self {
            Self::Smtp(server) => match tokio::time::timeout(TIMEOUT, server.send(message)).await {
                Ok(Ok(_)) => Ok(()),
                Ok(Err(error)) => Err(told(&error)),
                Err(_) => Err(MailError::Passing("The mail server did not answer in time.".into())),
            },
            Self::Files(dir) => {
                write(dir, name, &mut message.formatted().as_slice()).map_err(|e| unwritable(&e))
            }
        }
    }
}

/// A refusal for good (5xx), or something that may pass. A refused sign-in to
/// the mail server (530, 534, 535, 538) speaks of the configuration, not of this
/// mail, so it passes once an operator has mended that.
fn told(error: &smtp::Error) -> MailError {
    let is_sign_in =
        error.status().is_some_and(|code| matches!(u16::from(code), 530 | 534 | 535 | 538));
    if error.is_permanent() && !is_sign_in {
        MailError::Permanent(format!("The mail server refused it: {error}."))
    } else if error.is_permanent() || error.is_transient() {
        MailError::Passing(format!("The mail server put it off: {error}."))
    } else {
        MailError::Passing(format!("The mail server could not be reached: {error}."))
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
pub fn keep_as_file(config: &Config, name: &str, mut mail: File) -> Result<(), MailError> {
    write(&folder(config), name, &mut mail).map_err(|error| unwritable(&error))
}

fn unwritable(error: &std::io::Error) -> MailError {
    MailError::Passing(format!("The mail could not be written to a file: {error}."))
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
