//! The server by which a mail leaves: reaching it, and signing in. *Test connection* goes
//! the same way as the mails do.

mod clear;
mod line;

use std::net::SocketAddr;
use std::time::Duration;

use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::extension::ClientId;
use secrecy::{ExposeSecret, SecretString};
use tokio::net::TcpStream;
use tokio::time::timeout;

use self::line::Line;
use super::MailError;
use crate::config::{MailServers, SmtpUrl};
use crate::models::mailbox::{Mailbox, NewServer, Protocol, Security};
use crate::models::token::Signer;
use crate::net::{Dialer, Problem, Step, answer};

/// For one step once the connection is there: some servers let strangers wait.
const STEP_TIMEOUT: Duration = Duration::from_secs(20);

/// A server by which mail leaves.
#[derive(Clone, Debug)]
pub struct Route {
    host: String,
    port: u16,
    security: Security,
    /// STARTTLS where the server offers it.
    is_opportunistic: bool,
    credentials: Option<(String, SecretString)>,
    dialer: Dialer,
}

impl Route {
    /// The server of a mailbox; `None` where it has none of its own.
    ///
    /// # Errors
    /// When its password was sealed with another key.
    pub fn of(
        mailbox: &Mailbox,
        signer: &Signer,
        dialer: &Dialer,
    ) -> Result<Option<Self>, MailError> {
        if !mailbox.smtp.is_set() {
            return Ok(None);
        }
        let server = mailbox.login(signer, Protocol::Smtp).map_err(|_| {
            MailError::NotSignedIn(no_sign_in(
                "The mailbox's password cannot be read.".to_owned(),
                "Enter it again.",
            ))
        })?;
        Ok(Some(Self::of_server(&server, dialer)))
    }

    /// A server that an Administrator has named.
    pub fn of_server(server: &NewServer, dialer: &Dialer) -> Self {
        let NewServer { host, port, user, password, security } = server.clone();
        let credentials = (!user.is_empty()).then_some((user, password));
        let dialer = dialer.clone();
        Self { host, port, security, is_opportunistic: false, credentials, dialer }
    }

    /// The server of this installation.
    pub fn of_url(url: &SmtpUrl, servers: &MailServers) -> Self {
        let SmtpUrl { host, port, security, is_opportunistic, credentials } = url.clone();
        let dialer = Dialer::of_operator(servers);
        Self { host, port, security, is_opportunistic, credentials, dialer }
    }

    /// Signs in and says goodbye: no mail is sent.
    ///
    /// # Errors
    /// [`Problem`].
    pub async fn try_out(&self) -> Result<(), Problem> {
        let mut connection = self.connect().await?;
        // Whatever it answers, it has shown what it can.
        let _ = timeout(STEP_TIMEOUT, connection.quit()).await;
        Ok(())
    }

    /// A connection that has signed in.
    pub(super) async fn connect(&self) -> Result<AsyncSmtpConnection, Problem> {
        let plain = self.dialer.reach(&self.host, self.port).await?;
        let peer = plain.peer_addr().map_err(|_| stranger())?;
        let hello = ClientId::default();
        let line = match self.security {
            Security::Tls => Line::new(self.dialer.secure(&self.host, plain).await?, peer, b""),
            Security::None => Line::new(plain, peer, b""),
            Security::StartTls => self.start_tls(plain, peer, &hello).await?,
        };
        let greeting = AsyncSmtpConnection::connect_with_transport(Box::new(line), &hello);
        let mut connection = in_time(greeting, stranger, |error| ungreeted(&error)).await?;
        if let Err(problem) = self.sign_in(&mut connection).await {
            // Nobody waits for a server that says nothing to this.
            let _ = timeout(STEP_TIMEOUT, connection.abort()).await;
            return Err(problem);
        }
        Ok(connection)
    }

    /// The connection with TLS, where the server has it. What lettre reads next is a greeting.
    async fn start_tls(
        &self,
        mut plain: TcpStream,
        peer: SocketAddr,
        hello: &ClientId,
    ) -> Result<Line, Problem> {
        if clear::ask(&mut plain, hello).await? {
            let stream = self.dialer.secure(&self.host, plain).await?;
            Ok(Line::new(stream, peer, clear::GREETING))
        } else if self.is_opportunistic {
            Ok(Line::new(plain, peer, clear::GREETING))
        } else {
            Err(no_starttls(&self.dialer))
        }
    }

    async fn sign_in(&self, connection: &mut AsyncSmtpConnection) -> Result<(), Problem> {
        let Some((user, password)) = &self.credentials else { return Ok(()) };
        let credentials = Credentials::new(user.clone(), password.expose_secret().to_owned());
        let known = [Mechanism::Plain, Mechanism::Login];
        in_time(connection.auth(&known, &credentials), silent, |error| refused(&error))
            .await
            .map(|_| ())
    }
}

async fn in_time<T>(
    step: impl Future<Output = Result<T, Error>>,
    late: impl FnOnce() -> Problem,
    failed: impl FnOnce(Error) -> Problem,
) -> Result<T, Problem> {
    match timeout(STEP_TIMEOUT, step).await {
        Ok(done) => done.map_err(failed),
        Err(_) => Err(late()),
    }
}

fn ungreeted(error: &Error) -> Problem {
    if !error.is_permanent() && !error.is_transient() {
        return stranger();
    }
    not_let_in(&error.to_string())
}

fn not_let_in(told: &str) -> Problem {
    Problem::new(
        Step::Connect,
        format!("The server does not let us in: “{}”.", answer(told)),
        "Try again later.",
    )
}

fn refused(error: &Error) -> Problem {
    let reason = match error.status() {
        Some(_) => format!("The server refused the sign-in: “{}”.", answer(&error.to_string())),
        None if error.is_client() => {
            "The server does not offer sign-in by password here.".to_owned()
        }
        None => return silent(),
    };
    let advice = "Check the user and the password. Some providers need an app password.";
    match error.is_transient() {
        true => Problem::new(Step::Login, reason, advice),
        false => no_sign_in(reason, advice),
    }
}

/// What goes on until somebody mends the settings.
pub(super) fn no_sign_in(reason: String, advice: &'static str) -> Problem {
    Problem { is_sign_in_refused: true, ..Problem::new(Step::Login, reason, advice) }
}

fn stranger() -> Problem {
    Problem::new(
        Step::Connect,
        "The server does not greet as an SMTP server does.",
        "Check the port and the security: 465 goes with TLS, 587 with STARTTLS.",
    )
}

fn no_starttls(dialer: &Dialer) -> Problem {
    Problem::new(
        Step::Tls,
        "The server does not offer STARTTLS.",
        dialer.advice(
            "Choose TLS with its port, usually 465.",
            "Choose TLS with its port, usually 465 (smtps:// in BATON_SMTP_URL).",
        ),
    )
}

fn silent() -> Problem {
    Problem::new(Step::Login, "The connection to the server was lost.", "Try again.")
}
