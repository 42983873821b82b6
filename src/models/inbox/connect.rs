//! What Administrators do with inboxes that take mail: connect them to their servers.

use diesel::prelude::*;
use secrecy::{ExposeSecret, SecretString};

use super::manage::record_changes;
use super::{create_email, find, is_taken};
use crate::db::schema::{inboxes, mailboxes};
use crate::db::{Conn, Verb, allowed, refuse};
use crate::models::activity::{self, record_setting};
use crate::models::audit::Change;
use crate::models::mailbox::{self, Details, Mailbox, NewServer, Protocol, Server, outage};
use crate::models::membership::{Barred, MemberId, lock_settings};
use crate::models::seal::Broken;
use crate::models::token::Signer;
use crate::policy::Capability;

/// Why a mailbox is not connected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConnectRefusal {
    #[error(transparent)]
    Barred(#[from] Barred),
    #[error("There is no such inbox.")]
    NotFound,
    #[error("Another inbox has this name.")]
    NameTaken,
    #[error("Another inbox has this address.")]
    AddressTaken,
    #[error("Type the password.")]
    PasswordMissing(Protocol),
    /// It was typed for another server, and goes to that one alone.
    #[error("The server, user or security has changed: type the password again.")]
    PasswordAgain(Protocol),
    #[error("The stored password cannot be read with this secret key: type it again.")]
    PasswordBroken(Protocol),
}

/// Where the password for a server comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Source {
    Typed,
    Kept,
    None,
}

/// A password that is kept goes to the server and the user that it was typed for, over
/// a connection as secret as then: whoever can only change the host does not get it.
fn source(
    before: Option<&Server>,
    typed: &NewServer,
    of: Protocol,
) -> Result<Source, ConnectRefusal> {
    let kept = before.filter(|server| server.has_password());
    if typed.host.is_empty() {
        return Ok(Source::None);
    }
    if !typed.password.expose_secret().is_empty() {
        return Ok(Source::Typed);
    }
    match kept {
        Some(server) if server.is_the_same(typed) => Ok(Source::Kept),
        Some(_) if !typed.user.is_empty() => Err(ConnectRefusal::PasswordAgain(of)),
        // Some servers on private networks take mail from everybody.
        _ if typed.user.is_empty() && of == Protocol::Smtp => Ok(Source::None),
        _ => Err(ConnectRefusal::PasswordMissing(of)),
    }
}

/// A server as it is typed, with the password that it would be used with: to try it
/// before it is saved.
///
/// # Errors
/// [`ConnectRefusal`] about the password.
pub fn with_password(
    signer: &Signer,
    before: Option<&Mailbox>,
    typed: &NewServer,
    of: Protocol,
) -> Result<NewServer, ConnectRefusal> {
    let password = match source(before.map(|mailbox| mailbox.server(of)), typed, of)? {
        Source::Typed => typed.password.clone(),
        Source::Kept => kept(signer, before, of)?,
        Source::None => SecretString::default(),
    };
    Ok(NewServer { password, ..typed.clone() })
}

fn kept(
    signer: &Signer,
    before: Option<&Mailbox>,
    of: Protocol,
) -> Result<SecretString, ConnectRefusal> {
    before
        .map_or(Ok(SecretString::default()), |mailbox| mailbox.password(signer, of))
        .map_err(|Broken| ConnectRefusal::PasswordBroken(of))
}

/// The servers of a mailbox with the passwords that are used from now on.
fn complete(
    signer: &Signer,
    before: Option<&Mailbox>,
    details: &Details,
) -> Result<Details, ConnectRefusal> {
    let mut details = details.clone();
    for (of, server) in [(Protocol::Imap, &mut details.imap), (Protocol::Smtp, &mut details.smtp)] {
        *server = with_password(signer, before, server, of)?;
        if server.host.is_empty() {
            // What belongs to no server is not kept.
            *server = NewServer::default();
        }
    }
    Ok(details)
}

/// An Administrator adds an inbox that takes mail.
///
/// # Errors
/// [`ConnectRefusal`], or the query's failure.
pub fn add_email(
    conn: &mut Conn,
    signer: &Signer,
    caller: MemberId,
    name: &str,
    details: &Details,
) -> Verb<i64, ConnectRefusal> {
    let workspace_id = caller.workspace_id;
    let member = lock_settings(conn, caller, Capability::ConnectChannels)?;
    let details = allowed(complete(signer, None, details))?;
    is_free(conn, workspace_id, 0, &details.address)?;
    if is_taken(conn, workspace_id, name, 0)? {
        return refuse(ConnectRefusal::NameTaken);
    }
    let id = create_email(conn, workspace_id, name)?;
    mailbox::create(conn, signer, workspace_id, id, &details)?;
    let change = Change { from: "", to: &details.address };
    record_setting(conn, workspace_id, activity::Kind::InboxAdded, &member, name, change)?;
    Ok(id)
}

/// An Administrator changes an inbox that takes mail, and how it is connected.
///
/// # Errors
/// [`ConnectRefusal`], or the query's failure.
pub fn change_email(
    conn: &mut Conn,
    signer: &Signer,
    caller: MemberId,
    id: i64,
    (name, details): (&str, &Details),
) -> Verb<(), ConnectRefusal> {
    let workspace_id = caller.workspace_id;
    let member = lock_settings(conn, caller, Capability::ConnectChannels)?;
    let (Some(inbox), Some(before)) =
        (find(conn, workspace_id, id)?, mailbox::find(conn, workspace_id, id)?)
    else {
        return refuse(ConnectRefusal::NotFound);
    };
    let completed = allowed(complete(signer, Some(&before), details))?;
    is_free(conn, workspace_id, id, &completed.address)?;
    if name != inbox.name && is_taken(conn, workspace_id, name, id)? {
        return refuse(ConnectRefusal::NameTaken);
    }
    diesel::update(inboxes::table.find(id)).set(inboxes::name.eq(name)).execute(conn)?;
    mailbox::change(conn, signer, &before, &completed)?;
    for (of, typed) in [(Protocol::Imap, &details.imap), (Protocol::Smtp, &details.smtp)] {
        let is_kept = typed.password.expose_secret().is_empty();
        if !(is_kept && before.server(of).is_the_same(typed)) {
            outage::end(conn, id, of)?;
        }
    }
    let replaced = |typed: &NewServer| {
        if typed.password.expose_secret().is_empty() { "" } else { "a new one" }
    };
    let (plus_was, plus_is) =
        (yes_no(before.has_plus_addresses), yes_no(details.has_plus_addresses));
    let changes = [
        ("name", inbox.name.as_str(), name),
        ("email address", &before.address, &details.address),
        ("sender name", &before.sender_name, &details.sender_name),
        ("signature", &before.signature, &details.signature),
        ("IMAP server", &before.imap.words(), &words(&details.imap)),
        ("IMAP password", "", replaced(&details.imap)),
        ("SMTP server", &before.smtp.words(), &words(&details.smtp)),
        ("SMTP password", "", replaced(&details.smtp)),
        ("plus addresses", plus_was, plus_is),
    ];
    record_changes(conn, &member, &inbox, &changes)?;
    Ok(())
}

const fn yes_no(is: bool) -> &'static str {
    if is { "yes" } else { "no" }
}

/// A server in the audit log: all but the password.
fn words(server: &NewServer) -> String {
    let NewServer { host, port, user, security, .. } = server;
    mailbox::server_words(host, *port, user, *security)
}

/// Under the workspace's lock, so that two inboxes cannot get one address at once.
fn is_free(conn: &mut Conn, workspace_id: i64, id: i64, address: &str) -> Verb<(), ConnectRefusal> {
    let taken: bool = diesel::select(diesel::dsl::exists(
        mailboxes::table
            .filter(mailboxes::workspace_id.eq(workspace_id))
            .filter(mailboxes::address.eq(address))
            .filter(mailboxes::inbox_id.ne(id)),
    ))
    .get_result(conn)?;
    if taken { refuse(ConnectRefusal::AddressTaken) } else { Ok(()) }
}
