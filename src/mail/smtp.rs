//! A mail on its way to the server by which it leaves, in steps: up to the server's
//! yes to everybody it is for nothing has left, and after the first byte of it nobody
//! can know but by the server's answer.

use std::io::Read;
use std::time::Duration;

use lettre::Address;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::{Extension, MailParameter};
use tokio::time::timeout;

use super::MailError;
use super::route::{Route, no_sign_in};
use crate::models::sending::Unreached;
use crate::net::answer;

/// Up to the moment at which the mail itself is sent.
const GREETING_TIMEOUT: Duration = Duration::from_secs(60);
/// For one step of that.
const STEP_TIMEOUT: Duration = Duration::from_secs(20);
/// For the mail itself and the answer to it, and more where it is large: a slow line
/// takes its time, and so does a server that looks into what it is given.
const MAIL_TIMEOUT: Duration = Duration::from_secs(120);
const BYTES_PER_SECOND: u64 = 50_000;
/// What is read of the mail at once.
const CHUNK: usize = 64 * 1024;

/// Who sends a mail, and whom it is for, as the server is told.
#[derive(Clone, Debug)]
pub struct Envelope {
    pub from: Address,
    /// Without one of these nothing leaves.
    pub to: Vec<Address>,
    /// Who gets a copy, where their server takes it.
    pub cc: Vec<Address>,
}

impl Envelope {
    fn everybody(&self) -> impl Iterator<Item = &Address> {
        self.to.iter().chain(&self.cc).chain([&self.from])
    }
}

/// How the server took the mail itself, unless it took it.
#[derive(Debug, PartialEq, Eq)]
pub enum Failure {
    /// It did not.
    Not(MailError),
    /// It may have.
    Unknown(String),
}

/// A server that has said yes to whom the mail is for.
pub struct Ready {
    connection: AsyncSmtpConnection,
    /// Those in Cc to whom it has said no for good.
    pub unreached: Vec<Unreached>,
}

/// Connects, and names sender and recipients. Nothing has left then.
///
/// # Errors
/// [`MailError`], with a reason fit for the message's page.
pub async fn prepare(route: &Route, envelope: &Envelope) -> Result<Ready, MailError> {
    match timeout(GREETING_TIMEOUT, introduce(route, envelope)).await {
        Ok(ready) => ready,
        Err(_) => Err(MailError::Passing("The mail server did not answer in time.".into())),
    }
}

async fn introduce(route: &Route, envelope: &Envelope) -> Result<Ready, MailError> {
    let connected = route.connect().await;
    // Once somebody has mended that, the mail goes out.
    let mut connection = connected.map_err(|why| match why.is_sign_in_refused {
        true => MailError::NotSignedIn(why),
        false => MailError::Passing(why.to_string()),
    })?;
    let mut options = Vec::new();
    if envelope.everybody().any(|one| !AsRef::<str>::as_ref(one).is_ascii()) {
        if !connection.server_info().supports_feature(Extension::SmtpUtfEight) {
            connection.abort().await;
            let reason = "The mail server does not take addresses with letters such as ä.";
            return Err(MailError::Permanent(reason.into()));
        }
        options.push(MailParameter::SmtpUtfEight);
    }
    let from = Mail::new(Some(envelope.from.clone()), options);
    if let Err(error) = connection.command(from).await {
        connection.abort().await;
        return Err(told(&error, None));
    }
    let mut unreached = Vec::new();
    let copies = envelope.cc.iter().map(|cc| (cc, true));
    for (one, is_copy) in envelope.to.iter().map(|to| (to, false)).chain(copies) {
        let Err(error) = connection.command(Rcpt::new(one.clone(), Vec::new())).await else {
            continue;
        };
        match told(&error, Some(one)) {
            // One copy keeps nobody else from the mail.
            MailError::Permanent(_) if is_copy => {
                unreached.push(Unreached { address: one.to_string(), reason: format!("{error}.") })
            }
            failed => {
                connection.abort().await;
                return Err(failed);
            }
        }
    }
    Ok(Ready { connection, unreached })
}

impl Ready {
    /// Ends the connection without a mail.
    pub async fn leave(mut self) {
        // Nobody waits for a server that says nothing to this.
        let _ = timeout(STEP_TIMEOUT, self.connection.abort()).await;
    }

    /// Hands over the mail itself, of so many bytes.
    ///
    /// # Errors
    /// [`Failure`]: also where nobody can know whether the server took it.
    pub async fn hand_over(mut self, mail: impl Read, size: u64) -> Result<(), Failure> {
        let allowed = MAIL_TIMEOUT + Duration::from_secs(size / BYTES_PER_SECOND);
        match timeout(STEP_TIMEOUT, self.connection.command(Data)).await {
            Ok(Ok(_)) => {}
            // Without its yes the server has heard nothing of the mail.
            Ok(Err(error)) => {
                self.connection.abort().await;
                return Err(Failure::Not(told(&error, None)));
            }
            Err(_) => {
                let reason = "The mail server did not answer in time.";
                return Err(Failure::Not(MailError::Passing(reason.into())));
            }
        }
        let answer = timeout(allowed, self.connection.message_iter(Chunks(mail))).await;
        match answer {
            Ok(Ok(_)) => {
                // It has it: whether it says goodbye is its own affair.
                let _ = timeout(Duration::from_secs(2), self.connection.quit()).await;
                Ok(())
            }
            Ok(Err(error)) if error.is_permanent() || error.is_transient() => {
                self.connection.abort().await;
                Err(Failure::Not(told(&error, None)))
            }
            Ok(Err(error)) => Err(Failure::Unknown(format!("The connection broke: {error}."))),
            Err(_) => {
                Err(Failure::Unknown("The mail server did not say whether it took it.".into()))
            }
        }
    }
}

/// The mail, piece by piece, so that its size costs no memory.
struct Chunks<R>(R);

impl<R: Read> Iterator for Chunks<R> {
    type Item = Vec<u8>;

    #[allow(clippy::panic, reason = "half a mail must not pass for the whole one")]
    fn next(&mut self) -> Option<Vec<u8>> {
        let mut chunk = Vec::with_capacity(CHUNK);
        // A file of ours that cannot be read any more would leave half a mail: the
        // server must not take that for the whole one. An iterator has no other way to
        // say so; the panic ends this one try, whose outcome is then not known.
        self.0
            .by_ref()
            .take(CHUNK as u64)
            .read_to_end(&mut chunk)
            .unwrap_or_else(|error| panic!("a mail of ours cannot be read: {error}"));
        Some(chunk).filter(|chunk| !chunk.is_empty())
    }
}

/// A refusal for good (5xx), or something that may pass.
fn told(error: &Error, about: Option<&Address>) -> MailError {
    let about = about.map_or_else(|| "it".to_owned(), ToString::to_string);
    // 530: it wants us to sign in, which is about the settings.
    if error.status().is_some_and(|code| u16::from(code) == 530) {
        MailError::NotSignedIn(no_sign_in(
            format!("The server wants us to sign in first: “{}”.", answer(&error.to_string())),
            "Check the security, the user and the password.",
        ))
    } else if error.is_permanent() {
        MailError::Permanent(format!("The mail server refused {about}: {error}."))
    } else if error.is_transient() {
        MailError::Passing(format!("The mail server put {about} off: {error}."))
    } else {
        MailError::Passing(format!("The connection to the mail server broke: {error}."))
    }
}
