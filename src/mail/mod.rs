//! Mails that Baton writes itself: rendered from the outbox's rows when they are
//! sent, and handed to a mail server or written to files.

mod compose;
pub mod page;
mod transport;

use std::sync::Arc;

use lettre::message::Mailbox;

use crate::config::Config;
use crate::models::delivery::{Content, Leased};
use crate::models::token::Signer;
use transport::Transport;
pub use transport::keep_as_file;

/// Why a mail did not leave.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum MailError {
    /// Another try may do better.
    #[error("{0}")]
    Passing(String),
    /// Every other try would end in the same way.
    #[error("{0}")]
    Permanent(String),
}

/// Renders mails and sends them.
#[derive(Clone)]
pub struct Mailer {
    config: Arc<Config>,
    signer: Signer,
    from: Mailbox,
    transport: Transport,
}

impl Mailer {
    /// A mailer for this configuration. Called inside the async runtime, where
    /// the pool of connections to the mail server lives.
    ///
    /// # Errors
    /// One line, fit for an operator.
    pub fn new(config: Arc<Config>, signer: Signer) -> Result<Self, String> {
        let from = config.mail_from.parse().map_err(|e| format!("BATON_MAIL_FROM: {e}."))?;
        let transport = Transport::new(&config)?;
        Ok(Self { config, signer, from, transport })
    }

    /// Sends a delivery once.
    ///
    /// # Errors
    /// [`MailError`], with a reason fit for the team page.
    pub async fn send(&self, delivery: &Leased, content: &Content) -> Result<(), MailError> {
        let mail = compose::Mail::of(content, delivery, &self.config, &self.signer);
        let message = mail.message(delivery, &self.from)?;
        let name = format!("{:06}-{}-{}", delivery.id, delivery.kind, delivery.message_id);
        self.transport.send(message, &name).await
    }
}
