//! Mailboxes: an inbox that takes mail, with the servers from which it comes and by
//! which replies leave.

mod change;
pub mod outage;
pub mod reading;

use diesel::dsl::auto_type;
use diesel::prelude::*;
use secrecy::SecretString;
use strum::{EnumIter, EnumString, IntoStaticStr};

use super::seal::{self, Broken, Context};
use super::text;
use super::token::Signer;
use crate::db::schema::{inboxes, mailboxes};
use crate::db::{Conn, Utc, words};

pub use change::{change, server_words};

/// How the connection to a mail server is kept secret; a word in forms and the database.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, EnumIter, EnumString, IntoStaticStr)]
#[strum(serialize_all = "lowercase", const_into_str)]
pub enum Security {
    /// TLS from the first byte.
    #[default]
    Tls,
    /// TLS after asking for it; a server without it is refused.
    StartTls,
    /// In the clear: for a server on the same machine.
    None,
}

words!(Security);

impl Security {
    /// The name on the screen.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Tls => "TLS",
            Self::StartTls => "STARTTLS",
            Self::None => "None",
        }
    }
}

/// Which of a mailbox's two servers; a word where a password is sealed, and in the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, IntoStaticStr)]
#[strum(serialize_all = "lowercase", const_into_str)]
pub enum Protocol {
    Imap,
    Smtp,
}

words!(Protocol);

/// A mail server and how to sign in to it. Without a host there is none.
#[derive(Clone, Debug, Default, Queryable)]
pub struct Server {
    pub host: String,
    port: i32,
    pub user: String,
    /// See [`Mailbox::password`].
    sealed_password: String,
    pub security: Security,
}

impl Server {
    /// Whether there is one.
    pub fn is_set(&self) -> bool {
        !self.host.is_empty()
    }

    /// The port; the schema's own are never out of range.
    pub fn port(&self) -> u16 {
        u16::try_from(self.port).unwrap_or_default()
    }

    /// Whether a password is kept.
    pub fn has_password(&self) -> bool {
        !self.sealed_password.is_empty()
    }
}

/// A mailbox as it is stored.
#[derive(Clone, Debug, Queryable)]
pub struct Mailbox {
    pub inbox_id: i64,
    pub workspace_id: i64,
    /// Lower-cased.
    pub address: String,
    /// The name that customers see; empty: the inbox's.
    pub sender_name: String,
    /// At the end of every reply; may be empty.
    pub signature: String,
    pub imap: Server,
    pub smtp: Server,
    /// Whether mail to `address+something` arrives too, so that the token of a
    /// conversation stands there instead of in the subject.
    pub has_plus_addresses: bool,
    /// Grows with every change of the settings.
    pub version: i64,
}

impl Mailbox {
    /// The password of one of its servers.
    ///
    /// # Errors
    /// [`Broken`].
    pub fn password(&self, signer: &Signer, of: Protocol) -> Result<SecretString, Broken> {
        let context = Context { id: self.inbox_id, what: of.into_str() };
        seal::open(signer, context, &self.server(of).sealed_password)
    }
}

/// A server as it is typed, checked by the form.
#[derive(Clone, Debug, Default)]
pub struct NewServer {
    pub host: String,
    pub port: u16,
    pub user: String,
    pub password: SecretString,
    pub security: Security,
}

/// A mailbox as it is typed, checked by the form.
#[derive(Clone, Debug, Default)]
pub struct Details {
    /// Lower-cased.
    pub address: String,
    pub sender_name: String,
    pub signature: String,
    pub imap: NewServer,
    pub smtp: NewServer,
    pub has_plus_addresses: bool,
}

#[auto_type(no_type_alias)]
fn columns() -> _ {
    (
        mailboxes::inbox_id,
        mailboxes::workspace_id,
        mailboxes::address,
        mailboxes::sender_name,
        mailboxes::signature,
        (
            mailboxes::imap_host,
            mailboxes::imap_port,
            mailboxes::imap_user,
            mailboxes::imap_password,
            mailboxes::imap_security,
        ),
        (
            mailboxes::smtp_host,
            mailboxes::smtp_port,
            mailboxes::smtp_user,
            mailboxes::smtp_password,
            mailboxes::smtp_security,
        ),
        mailboxes::has_plus_addresses,
        mailboxes::version,
    )
}

/// The mailbox of an inbox; `None` when it takes no mail.
///
/// # Errors
/// When the query fails.
pub fn find(conn: &mut Conn, workspace_id: i64, inbox_id: i64) -> QueryResult<Option<Mailbox>> {
    mailboxes::table
        .filter(mailboxes::workspace_id.eq(workspace_id))
        .filter(mailboxes::inbox_id.eq(inbox_id))
        .select(columns())
        .first(conn)
        .optional()
}

/// An inbox that takes mail, as a command names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Queryable)]
pub struct Named {
    pub workspace_id: i64,
    pub inbox_id: i64,
}

/// The inboxes that take mail and are called so: by their number, their address in any
/// case, or their very name; of one workspace, or of all.
///
/// # Errors
/// When the query fails.
pub fn named(conn: &mut Conn, called: &str, workspace_id: Option<i64>) -> QueryResult<Vec<Named>> {
    type Row = (Named, String, String);
    let rows: Vec<Row> = mailboxes::table
        .inner_join(inboxes::table)
        .order(mailboxes::inbox_id)
        .select(((mailboxes::workspace_id, mailboxes::inbox_id), mailboxes::address, inboxes::name))
        .load(conn)?;
    let here = |row: &&Row| workspace_id.is_none_or(|id| row.0.workspace_id == id);
    let by = |is: &dyn Fn(&Row) -> bool| -> Vec<Named> {
        rows.iter().filter(here).filter(|row| is(row)).map(|row| row.0).collect()
    };
    // An address says more than a number, and a number more than a name.
    let address = text::email(called).unwrap_or_default();
    let by_address = by(&|row| row.1 == address);
    if !by_address.is_empty() {
        return Ok(by_address);
    }
    let number: Option<i64> = called.parse().ok();
    let by_number = by(&|row| number == Some(row.0.inbox_id));
    Ok(if by_number.is_empty() { by(&|row| row.2 == called) } else { by_number })
}

/// The mailbox to which answers to a mail of ours about a conversation of this inbox
/// may go: its own, else the oldest of the workspace. None of an inbox that is archived.
///
/// # Errors
/// When the query fails.
pub fn for_answers(
    conn: &mut Conn,
    workspace_id: i64,
    inbox_id: i64,
) -> QueryResult<Option<Mailbox>> {
    mailboxes::table
        .inner_join(inboxes::table)
        .filter(mailboxes::workspace_id.eq(workspace_id))
        .filter(inboxes::archived_at.is_null())
        .order((mailboxes::inbox_id.eq(inbox_id).desc(), mailboxes::inbox_id))
        .select(columns())
        .first(conn)
        .optional()
}

/// What is typed, as it is stored.
#[derive(Insertable, AsChangeset)]
#[diesel(table_name = mailboxes)]
struct Settings<'a> {
    address: &'a str,
    sender_name: &'a str,
    signature: &'a str,
    imap_host: &'a str,
    imap_port: i32,
    imap_user: &'a str,
    imap_password: String,
    imap_security: &'static str,
    smtp_host: &'a str,
    smtp_port: i32,
    smtp_user: &'a str,
    smtp_password: String,
    smtp_security: &'static str,
    has_plus_addresses: bool,
}

impl<'a> Settings<'a> {
    fn of(signer: &Signer, inbox_id: i64, details: &'a Details) -> Self {
        let Details { address, sender_name, signature, imap, smtp, has_plus_addresses } = details;
        let sealed = |of: Protocol, server: &NewServer| {
            seal::seal(signer, Context { id: inbox_id, what: of.into_str() }, &server.password)
        };
        Self {
            address,
            sender_name,
            signature,
            imap_host: &imap.host,
            imap_port: imap.port.into(),
            imap_user: &imap.user,
            imap_password: sealed(Protocol::Imap, imap),
            imap_security: imap.security.into_str(),
            smtp_host: &smtp.host,
            smtp_port: smtp.port.into(),
            smtp_user: &smtp.user,
            smtp_password: sealed(Protocol::Smtp, smtp),
            smtp_security: smtp.security.into_str(),
            has_plus_addresses: *has_plus_addresses,
        }
    }
}

/// Gives an inbox of kind `email` its mailbox. The caller checks who may ask for this.
///
/// # Errors
/// When the query fails, e.g. since another inbox of the workspace has the address.
pub fn create(
    conn: &mut Conn,
    signer: &Signer,
    workspace_id: i64,
    inbox_id: i64,
    details: &Details,
) -> QueryResult<()> {
    let now = Utc::now();
    diesel::insert_into(mailboxes::table)
        .values((
            mailboxes::inbox_id.eq(inbox_id),
            mailboxes::workspace_id.eq(workspace_id),
            Settings::of(signer, inbox_id, details),
            mailboxes::version.eq(1),
            mailboxes::last_uid.eq(0),
            mailboxes::failures.eq(0),
            mailboxes::next_attempt_at.eq(now),
            mailboxes::created_at.eq(now),
            mailboxes::taken_since.eq(now),
        ))
        .execute(conn)
        .map(|_| ())
}
