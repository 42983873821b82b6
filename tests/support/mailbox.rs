//! An inbox that takes mail, and the mails for it.

use std::convert::Infallible;

use baton::db::Verb;
use baton::models::{inbox, mailbox};

use super::{Cast, Instance};

/// An inbox with a mailbox that has no servers: mail comes by [`EmailInbox::takes`],
/// and replies leave by the mail server of the installation.
#[derive(Clone, Debug)]
pub struct EmailInbox {
    pub id: i64,
    pub workspace_id: i64,
    pub address: String,
}

impl Cast {
    /// *Support*, at `support@sprocket.example`.
    pub fn email_inbox(&self, instance: &Instance) -> EmailInbox {
        EmailInbox::create(instance, self.workspace_id, "Support", "support@sprocket.example")
    }
}

impl EmailInbox {
    /// Creates one in any workspace.
    pub fn create(instance: &Instance, workspace_id: i64, name: &str, address: &str) -> Self {
        let signer = instance.app.signer.clone();
        let details =
            mailbox::Details { address: address.to_owned(), ..mailbox::Details::default() };
        let id = instance
            .db()
            .write_now(|conn| -> Verb<i64, Infallible> {
                let id = inbox::create_email(conn, workspace_id, name)?;
                mailbox::create(conn, &signer, workspace_id, id, &details)?;
                Ok(id)
            })
            .expect("the inbox is created")
            .expect("no rule refuses it");
        Self { id, workspace_id, address: address.to_owned() }
    }
}
