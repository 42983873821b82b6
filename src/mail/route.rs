//! The server by which a mail leaves: reaching it, and signing in. *Test connection* goes
//! the same way as the mails do.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, AsyncTokioStream};
use lettre::transport::smtp::extension::ClientId;
use secrecy::{ExposeSecret, SecretString};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::client::TlsStream;

use super::MailError;
use crate::config::{MailServers, SmtpUrl};
use crate::models::mailbox::{Mailbox, NewServer, Protocol, Security};
use crate::models::token::Signer;
use crate::net::{Dialer, Problem, Step, answer, certificate_problem};

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
            MailError::Passing("The mailbox's password cannot be read. Enter it again.".into())
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
        let line: Box<dyn AsyncTokioStream> = if self.security == Security::Tls {
            Box::new(Secured(self.dialer.secure(&self.host, plain).await?))
        } else {
            Box::new(plain)
        };
        let hello = ClientId::default();
        let greeting = AsyncSmtpConnection::connect_with_transport(line, &hello);
        let mut connection = in_time(greeting, stranger, |error| ungreeted(&error)).await?;
        if self.security == Security::StartTls {
            self.start_tls(&mut connection, &hello).await?;
        }
        if let Err(problem) = self.sign_in(&mut connection).await {
            // Nobody waits for a server that says nothing to this.
            let _ = timeout(STEP_TIMEOUT, connection.abort()).await;
            return Err(problem);
        }
        Ok(connection)
    }

    /// A connection for which this fails is of no use any more, not even to say goodbye.
    async fn start_tls(
        &self,
        connection: &mut AsyncSmtpConnection,
        hello: &ClientId,
    ) -> Result<(), Problem> {
        if !connection.can_starttls() {
            return if self.is_opportunistic { Ok(()) } else { Err(no_starttls()) };
        }
        let tls = self.dialer.smtp_tls(&self.host)?;
        in_time(connection.starttls(tls, hello), no_starttls, |error| {
            certificate_problem(&self.host, &error).unwrap_or_else(no_starttls)
        })
        .await
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

/// TLS from the first byte, as lettre takes a connection.
#[derive(Debug)]
struct Secured(TlsStream<TcpStream>);

impl AsyncTokioStream for Secured {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.0.get_ref().0.peer_addr()
    }
}

impl AsyncRead for Secured {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(cx, buf)
    }
}

impl AsyncWrite for Secured {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(cx)
    }
}

fn ungreeted(error: &Error) -> Problem {
    if !error.is_permanent() && !error.is_transient() {
        return stranger();
    }
    Problem::new(
        Step::Connect,
        format!("The server does not let us in: “{}”.", answer(&error.to_string())),
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
    Problem::new(
        Step::Login,
        reason,
        "Check the user and the password. Some providers need an app password.",
    )
}

fn stranger() -> Problem {
    Problem::new(
        Step::Connect,
        "The server does not greet as an SMTP server does.",
        "Check the port and the security: 465 goes with TLS, 587 with STARTTLS.",
    )
}

fn no_starttls() -> Problem {
    Problem::new(
        Step::Tls,
        "The server does not offer STARTTLS.",
        "Choose TLS with its port, usually 465.",
    )
}

fn silent() -> Problem {
    Problem::new(Step::Login, "The connection to the server was lost.", "Try again.")
}
