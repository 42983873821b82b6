//! IMAP: from a connection to an open folder.

use std::future::Future;
use std::time::Duration;

use async_imap::error::Error;
use async_imap::imap_proto::{Response, Status};
use async_imap::types::Mailbox as Folder;
use async_imap::{Authenticator, Client};
use secrecy::ExposeSecret;

use crate::models::mailbox::{NewServer, Security};
use crate::net::{Dialer, Metered, Problem, STEP_TIMEOUT, Step, answer, within};

/// A signed-in connection.
pub type Session = async_imap::Session<Metered>;

/// What a server may send before it is asked for mails, in bytes.
const TALK_MAX: usize = 256 * 1024;
/// The folder where mail arrives (RFC 3501, 5.1).
const FOLDER: &str = "INBOX";

/// A mailbox whose folder is open.
#[derive(Debug)]
pub struct Opened {
    pub session: Session,
    /// Whether it tells of new mail (RFC 2177).
    pub has_idle: bool,
    /// Names the numbering of the mails: another one means that they were numbered anew.
    pub uid_validity: u32,
    /// The number that the next mail will have at least.
    pub uid_next: Option<u32>,
}

/// Signs in and opens the folder for reading: nothing in it is changed, no mail
/// becomes a seen one.
///
/// # Errors
/// [`Problem`].
pub async fn open(dialer: &Dialer, server: &NewServer) -> Result<Opened, Problem> {
    let client = connect(dialer, server).await?;
    let mut session = within(login(client, server), || silent(Step::Login)).await?;
    let opening = async {
        let capabilities = session.capabilities().await?;
        Ok((capabilities.has_str("IDLE"), session.examine(FOLDER).await?))
    };
    let (has_idle, folder) =
        within(async { opening.await.map_err(|error| folder_problem(&error)) }, || {
            silent(Step::Folder)
        })
        .await?;
    let Folder { uid_validity, uid_next, .. } = folder;
    let uid_validity = uid_validity.ok_or_else(|| {
        Problem::new(
            Step::Folder,
            "The server does not give its mails lasting numbers.",
            "Use another server: Baton could not tell the mails of this one apart.",
        )
    })?;
    Ok(Opened { session, has_idle, uid_validity, uid_next })
}

/// The connection as the security asks for it, greeted.
async fn connect(dialer: &Dialer, server: &NewServer) -> Result<Client<Metered>, Problem> {
    let host = &server.host;
    let plain = dialer.reach(host, server.port).await?;
    match server.security {
        Security::Tls => {
            let stream = dialer.secure(host, plain).await?;
            greeted(Client::new(Metered::new(stream, TALK_MAX))).await
        }
        Security::None => greeted(Client::new(Metered::new(plain, TALK_MAX))).await,
        Security::StartTls => {
            // What was sent in the clear behind the answer is thrown away with the client.
            let mut client = greeted(Client::new(Metered::of(plain, TALK_MAX))).await?;
            let asked = async {
                client.run_command_and_check_ok("STARTTLS", None).await.map_err(|_| no_starttls())
            };
            within(asked, no_starttls).await?;
            let stream = dialer.secure(host, client.into_inner().into_inner()).await?;
            Ok(Client::new(Metered::new(stream, TALK_MAX)))
        }
    }
}

async fn greeted<T>(mut client: Client<T>) -> Result<Client<T>, Problem>
where
    T: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + std::fmt::Debug + Send,
{
    let stranger = || {
        Problem::new(
            Step::Connect,
            "The server does not greet as an IMAP server does.",
            "Check the port and the security: 993 goes with TLS, 143 with STARTTLS.",
        )
    };
    let greeting = async {
        let said = client.read_response().await.ok().flatten().ok_or_else(stranger)?;
        match said.parsed() {
            Response::Data { status: Status::Ok, .. } => Ok(()),
            Response::Data { status: Status::Bye, outcome } => Err(Problem::new(
                Step::Connect,
                format!(
                    "The server accepts nobody at the moment: “{}”.",
                    answer(outcome.information.as_deref().unwrap_or_default())
                ),
                "Try again later.",
            )),
            _ => Err(stranger()),
        }
    };
    within(greeting, stranger).await?;
    Ok(client)
}

/// The answer of a client that signs in by PLAIN (RFC 4616).
struct Plain<'a>(&'a NewServer);

impl Authenticator for Plain<'_> {
    type Response = String;

    fn process(&mut self, _: &[u8]) -> String {
        format!("\0{}\0{}", self.0.user, self.0.password.expose_secret())
    }
}

async fn login(client: Client<Metered>, server: &NewServer) -> Result<Session, Problem> {
    let NewServer { user, password, .. } = server;
    let password = password.expose_secret();
    // LOGIN knows ASCII alone; every server that has other letters knows PLAIN.
    let signed_in = if user.is_ascii() && password.is_ascii() {
        client.login(user, password).await
    } else {
        client.authenticate("PLAIN", Plain(server)).await
    };
    signed_in.map_err(|(error, _)| match &error {
        Error::No(told) | Error::Bad(told) => Problem {
            // Some servers say so where they cannot look up anybody now (RFC 5530).
            is_sign_in_refused: !told.contains("[UNAVAILABLE]"),
            ..Problem::new(
                Step::Login,
                refusal("The server refused the sign-in", &error),
                "Check the user and the password. Some providers need an app password.",
            )
        },
        _ => silent(Step::Login),
    })
}

fn folder_problem(error: &Error) -> Problem {
    match error {
        Error::No(_) | Error::Bad(_) => Problem::new(
            Step::Folder,
            refusal("The server did not open the folder INBOX", error),
            "Check that this user has a mailbox.",
        ),
        _ => silent(Step::Folder),
    }
}

fn no_starttls() -> Problem {
    Problem::new(
        Step::Tls,
        "The server does not offer STARTTLS.",
        "Choose TLS with its port, usually 993.",
    )
}

fn silent(step: Step) -> Problem {
    Problem::new(
        step,
        "The connection to the server was lost.",
        "Baton will try again. If this goes on, ask whoever runs the mail server.",
    )
}

/// What broke a connection that worked.
pub fn problem_of(error: &Error) -> Problem {
    match error {
        Error::No(_) | Error::Bad(_) => Problem::new(
            Step::Folder,
            refusal("The server did not hand over a mail", error),
            "If this goes on, ask whoever runs the mail server.",
        ),
        _ => silent(Step::Connect),
    }
}

/// A command with its time.
///
/// # Errors
/// The command's, or [`Error::ConnectionLost`] when the server takes too long.
pub async fn timed<T>(
    extra: Duration,
    command: impl Future<Output = Result<T, Error>>,
) -> Result<T, Error> {
    tokio::time::timeout(STEP_TIMEOUT + extra, command).await.unwrap_or(Err(Error::ConnectionLost))
}

/// A refusal with the one line that the server gave for it.
fn refusal(what: &str, error: &Error) -> String {
    let (Error::No(told) | Error::Bad(told)) = error else { return format!("{what}.") };
    // The library tells `code: None, info: Some("No such user")`.
    let line = told.split_once("info: Some(\"").and_then(|(_, rest)| rest.strip_suffix("\")"));
    match line {
        Some(line) => format!("{what}: “{}”.", answer(line)),
        None => format!("{what}."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_refusal_one_line_is_told() {
        let told =
            refusal("Refused", &Error::No(r#"code: None, info: Some("Try\u{7}  later")"#.into()));
        assert!(told.starts_with("Refused: “Try"), "{told}");
        assert_eq!(refusal("Refused", &Error::No("code: None, info: None".into())), "Refused.");
        let long = format!("code: None, info: Some(\"{}\")", "x".repeat(5000));
        assert!(refusal("Refused", &Error::Bad(long)).chars().count() < 250);
    }
}
