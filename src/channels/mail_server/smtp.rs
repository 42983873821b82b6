//! SMTP: whether a server would take mail from us.

use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::extension::ClientId;
use secrecy::ExposeSecret;

use super::dial::certificate_problem;
use super::{Dialer, Problem, STEP_TIMEOUT, Step, answer, within};
use crate::models::mailbox::{NewServer, Security};

/// Signs in and says goodbye: no mail is sent.
///
/// # Errors
/// [`Problem`].
pub(super) async fn try_server(dialer: &Dialer, server: &NewServer) -> Result<(), Problem> {
    let NewServer { host, port, user, password, security } = server;
    let plain = dialer.reach(host, *port).await?;
    // The address that was found allowed, and no other one.
    let address = plain.peer_addr().map_err(|_| stranger())?;
    if *security == Security::Tls {
        // Only to tell well what is wrong with it: lettre makes a connection of its own.
        drop(dialer.secure(host, plain).await?);
    } else {
        drop(plain);
    }
    let hello = ClientId::default();
    let tls = dialer.smtp_tls(host)?;
    let wrapped = (*security == Security::Tls).then(|| tls.clone());
    let connecting = async {
        AsyncSmtpConnection::connect_tokio1(address, Some(STEP_TIMEOUT), &hello, wrapped, None)
            .await
            .map_err(|_| stranger())
    };
    let mut connection = within(connecting, stranger).await?;
    if *security == Security::StartTls {
        if !connection.can_starttls() {
            return Err(no_starttls());
        }
        let securing = async {
            connection
                .starttls(tls, &hello)
                .await
                .map_err(|error| certificate_problem(host, &error).unwrap_or_else(no_starttls))
        };
        within(securing, no_starttls).await?;
    }
    if !user.is_empty() {
        let credentials = Credentials::new(user.clone(), password.expose_secret().to_owned());
        let known = [Mechanism::Plain, Mechanism::Login];
        let signing_in =
            async { connection.auth(&known, &credentials).await.map_err(|e| refused(&e)) };
        within(signing_in, silent).await?;
    }
    // Whatever it answers, it has shown what it can.
    let _ = tokio::time::timeout(STEP_TIMEOUT, connection.quit()).await;
    Ok(())
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
