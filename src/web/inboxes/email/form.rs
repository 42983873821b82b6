//! The form of an inbox that takes mail, on its way in and back.

use secrecy::{ExposeSecret, SecretString};
use serde::de::Error;
use serde::{Deserialize, Deserializer};
use url::Host;

use crate::models::inbox::{ConnectRefusal, Inbox, NAME_MAX};
use crate::models::mailbox::{Details, Mailbox, NewServer, Protocol, Security, Server};
use crate::models::seal::{self, Context};
use crate::models::text;
use crate::models::token::Signer;
use crate::web::view::{Choice, Field};
use strum::IntoEnumIterator;

/// The longest name that customers see, in characters.
pub(super) const SENDER_MAX: usize = 100;
/// The longest signature, in characters.
pub(super) const SIGNATURE_MAX: usize = 1000;
/// The longest user and password, in characters.
pub(super) const CREDENTIAL_MAX: usize = 500;

/// What *Test connection* and *Save inbox* send.
#[derive(Debug, Deserialize)]
#[serde(default)]
pub struct EmailForm {
    pub name: String,
    address: String,
    sender_name: String,
    signature: String,
    imap_host: String,
    imap_port: String,
    imap_user: String,
    imap_password: SecretString,
    imap_typed: String,
    #[serde(deserialize_with = "security")]
    imap_security: String,
    smtp_host: String,
    smtp_port: String,
    smtp_user: String,
    smtp_password: SecretString,
    smtp_typed: String,
    #[serde(deserialize_with = "security")]
    smtp_security: String,
    has_plus_addresses: Option<String>,
    /// *Test connection* was pressed, and not *Save inbox*.
    pub test: Option<String>,
}

/// One of the words of the select: another one names no security at all.
fn security<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    let code = String::deserialize(from)?;
    match code.parse::<Security>() {
        Ok(_) => Ok(code),
        Err(_) => Err(D::Error::custom("no such security")),
    }
}

impl Default for EmailForm {
    fn default() -> Self {
        let (name, port) = (String::new, |port: u16| port.to_string());
        Self {
            name: name(),
            address: name(),
            sender_name: name(),
            signature: name(),
            imap_host: name(),
            imap_port: port(993),
            imap_user: name(),
            imap_password: SecretString::default(),
            imap_typed: name(),
            imap_security: Security::Tls.into_str().to_owned(),
            smtp_host: name(),
            smtp_port: port(587),
            smtp_user: name(),
            smtp_password: SecretString::default(),
            smtp_typed: name(),
            smtp_security: Security::StartTls.into_str().to_owned(),
            has_plus_addresses: None,
            test: None,
        }
    }
}

/// A server's fields as they are shown.
#[derive(Default)]
pub struct ServerFields {
    pub host: Field,
    pub port: Field,
    pub user: Field,
    pub password: Field,
    /// The password that was typed a moment ago, sealed; empty: none.
    pub typed: String,
    /// A password is kept in the database.
    pub has_password: bool,
    pub securities: Vec<Choice>,
}

impl ServerFields {
    /// What is said about the password.
    pub fn password_hint(&self) -> &'static str {
        match (self.typed.is_empty(), self.has_password) {
            (false, _) => "As you typed it. Type again only to change it.",
            (true, true) => "A password is saved and never shown. Leave this empty to keep it.",
            (true, false) => "It is stored encrypted and never shown again.",
        }
    }
}

/// The fields of the form as they are shown.
#[derive(Default)]
pub struct Fields {
    pub name: Field,
    pub address: Field,
    pub sender_name: Field,
    pub signature: Field,
    pub imap: ServerFields,
    pub smtp: ServerFields,
    pub has_plus_addresses: bool,
}

impl Fields {
    /// Puts a refusal beside its field; one that has none is given back.
    pub fn tell(&mut self, refusal: ConnectRefusal) -> Result<(), ConnectRefusal> {
        let field = match refusal {
            ConnectRefusal::NameTaken => &mut self.name,
            ConnectRefusal::AddressTaken => &mut self.address,
            ConnectRefusal::PasswordMissing(of)
            | ConnectRefusal::PasswordAgain(of)
            | ConnectRefusal::PasswordBroken(of) => match of {
                Protocol::Imap => &mut self.imap.password,
                Protocol::Smtp => &mut self.smtp.password,
            },
            other => return Err(other),
        };
        field.error = Some(refusal.to_string());
        Ok(())
    }
}

/// The fields of an inbox as it is stored.
pub fn stored(inbox: &Inbox, mailbox: &Mailbox) -> Fields {
    let server = |server: &Server, new: (u16, Security)| {
        let (port, security) = if server.is_set() { (server.port(), server.security) } else { new };
        ServerFields {
            host: Field::new(server.host.as_str()),
            port: Field::new(port.to_string()),
            user: Field::new(server.user.as_str()),
            has_password: server.has_password(),
            securities: securities(security.into_str()),
            ..ServerFields::default()
        }
    };
    Fields {
        name: Field::new(inbox.name.as_str()),
        address: Field::new(mailbox.address.as_str()),
        sender_name: Field::new(mailbox.sender_name.as_str()),
        signature: Field::new(mailbox.signature.as_str()),
        imap: server(&mailbox.imap, (993, Security::Tls)),
        smtp: server(&mailbox.smtp, (587, Security::StartTls)),
        has_plus_addresses: mailbox.has_plus_addresses,
    }
}

fn securities(chosen: &str) -> Vec<Choice> {
    Security::iter()
        .map(|one| Choice::new(one.into_str(), one.name(), one.into_str() == chosen))
        .collect()
}

/// Who types, and what was stored before: a password that was typed comes back
/// sealed, and opens for the same member and the same server alone.
#[derive(Clone, Copy)]
pub struct Typist<'a> {
    pub signer: &'a Signer,
    pub membership_id: i64,
    pub before: Option<&'a Mailbox>,
}

impl Typist<'_> {
    fn what(self, of: Protocol, server: &NewServer) -> String {
        let NewServer { host, port, user, security, .. } = server;
        format!("typed {} {host} {port} {} {user}", of.into_str(), security.into_str())
    }

    fn seal(self, of: Protocol, server: &NewServer) -> String {
        let what = self.what(of, server);
        seal::seal(self.signer, Context { id: self.membership_id, what: &what }, &server.password)
    }

    fn open(self, of: Protocol, server: &NewServer, sealed: &str) -> SecretString {
        let what = self.what(of, server);
        let context = Context { id: self.membership_id, what: &what };
        // For another server it is as if nothing had been typed.
        seal::open(self.signer, context, sealed).unwrap_or_default()
    }
}

/// A server's part of the form.
struct Sent<'a> {
    of: Protocol,
    host: &'a str,
    port: &'a str,
    user: &'a str,
    password: &'a SecretString,
    typed: &'a str,
    security: &'a str,
}

impl EmailForm {
    /// The form as the model takes it, with its fields; whether every one is in order.
    pub fn check(&self, typist: Typist<'_>) -> (String, Details, Fields, bool) {
        let name = text::line(&self.name, NAME_MAX);
        let address = text::email(&self.address);
        let sender = text::optional_line(&self.sender_name, SENDER_MAX);
        let signature = text::optional_paragraph(&self.signature, SIGNATURE_MAX);
        let (imap, imap_fields) = Sent {
            of: Protocol::Imap,
            host: &self.imap_host,
            port: &self.imap_port,
            user: &self.imap_user,
            password: &self.imap_password,
            typed: &self.imap_typed,
            security: &self.imap_security,
        }
        .check(typist);
        let (smtp, smtp_fields) = Sent {
            of: Protocol::Smtp,
            host: &self.smtp_host,
            port: &self.smtp_port,
            user: &self.smtp_user,
            password: &self.smtp_password,
            typed: &self.smtp_typed,
            security: &self.smtp_security,
        }
        .check(typist);
        let is_right = name.is_ok()
            && address.is_ok()
            && sender.is_ok()
            && signature.is_ok()
            && imap.is_some()
            && smtp.is_some();
        let has_plus_addresses = self.has_plus_addresses.is_some();
        let fields = Fields {
            name: Field::checked(&self.name, &name),
            address: Field::checked(&self.address, &address),
            sender_name: Field::checked(&self.sender_name, &sender),
            signature: Field::checked(&self.signature, &signature),
            imap: imap_fields,
            smtp: smtp_fields,
            has_plus_addresses,
        };
        let details = Details {
            address: address.unwrap_or_default(),
            sender_name: sender.ok().flatten().unwrap_or_default(),
            signature: signature.unwrap_or_default(),
            imap: imap.unwrap_or_default(),
            smtp: smtp.unwrap_or_default(),
            has_plus_addresses,
        };
        (name.unwrap_or_default(), details, fields, is_right)
    }
}

impl Sent<'_> {
    /// The server, `None` where something is wrong, and its fields.
    fn check(&self, typist: Typist<'_>) -> (Option<NewServer>, ServerFields) {
        let is_set = !self.host.trim().is_empty();
        let host = host(self.host);
        let port = match self.port.trim().parse::<u16>() {
            Ok(port) if port > 0 => Ok(port),
            _ if is_set => Err("Type a number from 1 to 65535."),
            port => Ok(port.unwrap_or_default()),
        };
        let user = text::optional_line(self.user, CREDENTIAL_MAX);
        let (is_imap, password) = (self.of == Protocol::Imap, self.password.expose_secret());
        let user = match user {
            Ok(None) if is_set && is_imap => Err("Please fill this in.".to_owned()),
            Ok(user) => Ok(user.unwrap_or_default()),
            Err(problem) => Err(problem.to_string()),
        };
        let fit = if password.chars().any(char::is_control) {
            Err("This contains control characters. Please remove them.".to_owned())
        } else if password.chars().count() > CREDENTIAL_MAX {
            Err(format!("This is longer than {CREDENTIAL_MAX} characters."))
        } else {
            Ok(())
        };
        let security: Security = self.security.parse().unwrap_or_default();
        let mut fields = ServerFields {
            host: Field::checked(self.host, &host),
            port: Field::checked(self.port, &port),
            user: Field::checked(self.user, &user),
            // It goes back sealed alone.
            password: Field::checked("", &fit),
            has_password: typist
                .before
                .is_some_and(|mailbox| mailbox.server(self.of).has_password()),
            securities: securities(security.into_str()),
            typed: String::new(),
        };
        let (Ok(host), Ok(port), Ok(user), Ok(())) = (host, port, user, fit) else {
            return (None, fields);
        };
        let mut server = NewServer { host, port, user, security, ..NewServer::default() };
        server.password = if password.is_empty() {
            typist.open(self.of, &server, self.typed)
        } else {
            self.password.clone()
        };
        fields.typed = typist.seal(self.of, &server);
        (Some(server), fields)
    }
}

/// The host in the form in which it is looked up; empty where there is to be none.
fn host(typed: &str) -> Result<String, &'static str> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(String::new());
    }
    let bracketed;
    let read = if typed.contains(':') && !typed.starts_with('[') {
        bracketed = format!("[{typed}]");
        &bracketed
    } else {
        typed
    };
    match Host::parse(read) {
        Ok(Host::Domain(name)) if name.len() <= 253 => Ok(name),
        Ok(Host::Ipv4(address)) => Ok(address.to_string()),
        Ok(Host::Ipv6(address)) => Ok(address.to_string()),
        _ => Err("This is not the name of a server. Write it like mail.example.com."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_names_or_addresses_and_nothing_else() {
        assert_eq!(host(" Mail.Example.com "), Ok("mail.example.com".to_owned()));
        assert_eq!(host("bücher.example"), Ok("xn--bcher-kva.example".to_owned()));
        assert_eq!(host("::1"), Ok("::1".to_owned()));
        assert_eq!(host("[::1]"), Ok("::1".to_owned()));
        assert_eq!(host("127.0.0.1"), Ok("127.0.0.1".to_owned()));
        assert_eq!(host(""), Ok(String::new()));
        for wrong in ["imaps://mail.example.com", "mail.example.com:993", "a b", "a\r\nb", "a/b"] {
            assert!(host(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_typed_password_comes_back_for_its_member_and_its_server_alone() {
        let signer = Signer::new(vec![7; 32].into());
        let typist = Typist { signer: &signer, membership_id: 3, before: None };
        let form = EmailForm {
            imap_host: "mail.example.com".to_owned(),
            imap_user: "ana".to_owned(),
            imap_password: "open sesame".into(),
            ..EmailForm::default()
        };
        let (_, _, fields, _) = form.check(typist);
        assert!(!fields.imap.typed.is_empty() && !fields.imap.typed.contains("sesame"));
        assert!(fields.imap.password.value.is_empty());
        let again = |host: &str, typist| {
            let form = EmailForm {
                imap_host: host.to_owned(),
                imap_user: "ana".to_owned(),
                imap_typed: fields.imap.typed.clone(),
                ..EmailForm::default()
            };
            form.check(typist).1.imap.password.expose_secret().to_owned()
        };
        assert_eq!(again("mail.example.com", typist), "open sesame");
        assert_eq!(again("evil.example.com", typist), "");
        assert_eq!(again("mail.example.com", Typist { membership_id: 4, ..typist }), "");
    }
}
