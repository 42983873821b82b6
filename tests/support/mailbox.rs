//! An inbox that takes mail, and the mails for it.

use std::sync::atomic::{AtomicU32, Ordering};

use baton::channels::email::{NotReceived, Received, receive};
use baton::db::Utc;
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
        let id = instance.write(|conn| {
            let id = inbox::create_email(conn, workspace_id, name)?;
            mailbox::create(conn, &signer, workspace_id, id, &details)?;
            Ok(id)
        });
        Self { id, workspace_id, address: address.to_owned() }
    }

    /// Brings a mail, whatever becomes of it.
    pub fn tries(
        &self,
        instance: &Instance,
        raw: impl AsRef<[u8]>,
    ) -> Result<Received, NotReceived> {
        self.brings(instance, raw, None)
    }

    fn brings(
        &self,
        instance: &Instance,
        raw: impl AsRef<[u8]>,
        came_at: Option<Utc>,
    ) -> Result<Received, NotReceived> {
        let (app, raw) = (&instance.app, raw.as_ref());
        let taking = receive(app, self.workspace_id, self.id, raw, came_at);
        actix_web::rt::System::new().block_on(taking)
    }

    /// Brings a mail that a server has had since a moment; the id of its conversation.
    #[track_caller]
    pub fn takes_late(&self, instance: &Instance, raw: impl AsRef<[u8]>, came_at: Utc) -> i64 {
        match self.brings(instance, raw, Some(came_at)).expect("the mail is taken") {
            Received::Stored { conversation_id, .. } => conversation_id,
            other => panic!("the mail is new: {other:?}"),
        }
    }

    /// Brings a mail that is new; answers the ids of its conversation and message.
    #[track_caller]
    pub fn takes(&self, instance: &Instance, raw: impl AsRef<[u8]>) -> (i64, i64) {
        match self.tries(instance, raw).expect("the mail is taken") {
            Received::Stored { conversation_id, message_id } => (conversation_id, message_id),
            other => panic!("the mail is new: {other:?}"),
        }
    }

    /// A mail for this inbox, with a Message-ID of its own.
    pub fn mail(&self, from: &str, subject: &str, text: &str) -> TestMail {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        let n = NEXT.fetch_add(1, Ordering::Relaxed);
        TestMail {
            headers: vec![
                ("From".to_owned(), from.to_owned()),
                ("To".to_owned(), self.address.clone()),
                ("Subject".to_owned(), subject.to_owned()),
                ("Date".to_owned(), "Tue, 24 Nov 2026 10:00:00 +0000".to_owned()),
                ("Message-ID".to_owned(), format!("<{n}.mail@customer.example>")),
            ],
            text: text.to_owned(),
        }
    }
}

/// A mail as a customer writes it; `as_ref` or `to_string` make it what travels.
#[derive(Clone, Debug)]
pub struct TestMail {
    headers: Vec<(String, String)>,
    text: String,
}

impl TestMail {
    /// Sets a header, in place of the one it had.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map_or("", |(_, value)| value)
    }

    /// Answers the mail with this Message-ID, which has no brackets.
    pub fn answering(self, id: &str) -> Self {
        self.with("In-Reply-To", &format!("<{id}>")).with("References", &format!("<{id}>"))
    }

    /// The mail as it travels.
    pub fn raw(&self) -> String {
        let headers: String =
            self.headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        format!("{headers}\r\n{}\r\n", self.text.replace('\n', "\r\n"))
    }
}
