//! Another address, other servers.

use diesel::prelude::*;

use super::{Details, Mailbox, NewServer, Protocol, Security, Server, Settings};
use crate::db::schema::mailboxes;
use crate::db::{Conn, Utc};
use crate::models::seal;
use crate::models::token::Signer;

impl Server {
    /// Whether a password for this server may go to that one.
    pub fn is_the_same(&self, typed: &NewServer) -> bool {
        (self.host.as_str(), self.port(), self.user.as_str(), self.security)
            == (typed.host.as_str(), typed.port, typed.user.as_str(), typed.security)
    }

    /// All but the password, for the audit log.
    pub fn words(&self) -> String {
        server_words(&self.host, self.port(), &self.user, self.security)
    }
}

/// A server in words: all but the password.
pub fn server_words(host: &str, port: u16, user: &str, security: Security) -> String {
    match (host, user) {
        ("", _) => String::new(),
        (host, "") => format!("{host}, port {port}, {}", security.name()),
        (host, user) => format!("{host}, port {port}, {}, as {user}", security.name()),
    }
}

impl Mailbox {
    /// One of its servers.
    pub fn server(&self, of: Protocol) -> &Server {
        match of {
            Protocol::Imap => &self.imap,
            Protocol::Smtp => &self.smtp,
        }
    }

    /// A server as a connection to it needs it, with its password.
    ///
    /// # Errors
    /// [`seal::Broken`].
    pub fn login(&self, signer: &Signer, of: Protocol) -> Result<NewServer, seal::Broken> {
        let server = self.server(of);
        Ok(NewServer {
            host: server.host.clone(),
            port: server.port(),
            user: server.user.clone(),
            password: self.password(signer, of)?,
            security: server.security,
        })
    }
}

/// Changes a mailbox; its connection ends, and the next one is made at once. The
/// caller checks who may ask for this.
///
/// # Errors
/// When the query fails, e.g. since another inbox of the workspace has the address.
pub fn change(
    conn: &mut Conn,
    signer: &Signer,
    before: &Mailbox,
    details: &Details,
) -> QueryResult<()> {
    let inbox_id = before.inbox_id;
    diesel::update(mailboxes::table.find(inbox_id))
        .set((
            Settings::of(signer, inbox_id, details),
            mailboxes::version.eq(before.version + 1),
            mailboxes::failures.eq(0),
            mailboxes::last_error.eq(None::<&str>),
            mailboxes::last_error_at.eq(None::<Utc>),
            mailboxes::next_attempt_at.eq(Utc::now()),
        ))
        .execute(conn)?;
    if (before.imap.host.as_str(), before.imap.user.as_str())
        != (&details.imap.host, &details.imap.user)
    {
        // The numbers of another mailbox say nothing about this one, and what was written
        // there years ago is no news here.
        diesel::update(mailboxes::table.find(inbox_id))
            .set((
                mailboxes::uid_validity.eq(None::<i64>),
                mailboxes::last_uid.eq(0),
                mailboxes::taken_since.eq(Utc::now()),
            ))
            .execute(conn)?;
    }
    Ok(())
}
