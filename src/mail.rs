//! Mails that Baton writes itself: rendered from the outbox's rows when they are
//! sent, and handed to a mail server or written to files.

mod compose;
pub mod page;
pub mod route;
pub mod smtp;
mod transport;

use std::sync::Arc;

use lettre::Address;

use crate::config::Config;
use crate::models::delivery::{Content, Leased};
use crate::models::token::Signer;
use crate::net::Problem;
use transport::Transport;
pub use transport::{Prepared, keep_as_file};

/// Why a mail did not leave.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum MailError {
    /// Another try may do better.
    #[error("{0}")]
    Passing(String),
    /// The mail server does not let us send until somebody has mended user or password.
    #[error("{0}")]
    NotSignedIn(Problem),
    /// Every other try would end in the same way.
    #[error("{0}")]
    Permanent(String),
}

/// A text as a header takes it: where it looks like an encoded word (RFC 2047), which a program
/// would decode into what nobody typed, a character without width breaks the mark.
pub fn header_text(text: &str) -> String {
    text.replace("=?", "=\u{200b}?")
}

/// An address as it travels: with its domain in ASCII, which every server takes.
pub fn with_ascii_domain(email: &str) -> String {
    let in_ascii =
        |(local, domain)| Some(format!("{local}@{}", idna::domain_to_ascii(domain).ok()?));
    email.rsplit_once('@').and_then(in_ascii).unwrap_or_else(|| email.to_owned())
}

/// What a mail server said, fit for a log: it often repeats the address, as it was told it.
pub fn without_address(said: &str, email: &str) -> String {
    said.replace(email, "(the address)").replace(&with_ascii_domain(email), "(the address)")
}

/// An address as a mail server is told it.
///
/// # Errors
/// [`MailError::Permanent`] for what is none.
pub fn address(email: &str) -> Result<Address, MailError> {
    with_ascii_domain(email).parse().map_err(|_| {
        MailError::Permanent(format!("{email} is not an address that mail can go to."))
    })
}

/// Renders mails and sends them.
#[derive(Clone)]
pub struct Mailer {
    config: Arc<Config>,
    signer: Signer,
    transport: Transport,
}

impl Mailer {
    /// A mailer for this configuration.
    ///
    /// # Errors
    /// One line, fit for an operator.
    pub fn new(config: Arc<Config>, signer: Signer) -> Result<Self, String> {
        let transport = Transport::new(&config)?;
        Ok(Self { config, signer, transport })
    }

    /// Writes the mail of a delivery, and says to the mail server whom it is for. Nothing has
    /// left then.
    ///
    /// # Errors
    /// [`MailError`], with a reason fit for the team page.
    pub async fn prepare(
        &self,
        delivery: &Leased,
        content: &Content,
    ) -> Result<Prepared, MailError> {
        let mail = compose::Mail::of(content, delivery, &self.config, &self.signer);
        let message = mail.message(delivery, &self.config.mail_from)?;
        self.transport.prepare(&message, delivery).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_domain_of_an_address_is_written_in_other_letters() {
        for (typed, travels) in [
            ("nora@bücher.example", "nora@xn--bcher-kva.example"),
            ("jörg@x.example", "jörg@x.example"),
            ("nora@x.example", "nora@x.example"),
            ("nora", "nora"),
        ] {
            assert_eq!(with_ascii_domain(typed), travels);
        }
        assert!(matches!(address("nora"), Err(MailError::Permanent(_))));
        let said = "nora@bücher.example: no nora@xn--bcher-kva.example here";
        let logged = "(the address): no (the address) here";
        assert_eq!(without_address(said, "nora@bücher.example"), logged);
    }
}
