//! The mail server of the installation.

use std::net::IpAddr;
use std::str::FromStr;

use lettre::transport::smtp::{SMTP_PORT, SUBMISSION_PORT, SUBMISSIONS_PORT};
use secrecy::SecretString;
use url::Url;

use crate::models::mailbox::Security;

/// A mail server as a URL such as `smtps://user:password@mail.example` names it, read as
/// lettre reads one.
#[derive(Clone, Debug)]
pub struct SmtpUrl {
    pub host: String,
    pub port: u16,
    pub security: Security,
    /// STARTTLS where the server offers it.
    pub is_opportunistic: bool,
    pub credentials: Option<(String, SecretString)>,
}

impl SmtpUrl {
    /// Where it is, as `HOST:PORT`, and how the way there is kept secret; never the
    /// credentials.
    pub fn place(&self) -> String {
        let (host, port) = (&self.host, self.port);
        let host = if host.contains(':') { format!("[{host}]") } else { host.clone() };
        let how = match self.security {
            Security::StartTls if self.is_opportunistic => "STARTTLS where offered",
            Security::None => "no TLS",
            security => security.name(),
        };
        format!("{host}:{port} ({how})")
    }

    /// What an operator should know of a password that others may read on its way; `None`
    /// where they cannot.
    pub(super) fn doubt(&self) -> Option<String> {
        let is_open = self.security == Security::None || self.is_opportunistic;
        let is_here = self.host == "localhost"
            || self.host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
        if self.credentials.is_none() || !is_open || is_here {
            return None;
        }
        let where_not = if self.is_opportunistic { ", where it offers no TLS" } else { "" };
        Some(format!(
            "BATON_SMTP_URL: the password goes to {} unencrypted{where_not}: write smtps:// or ?tls=required.",
            self.host
        ))
    }
}

impl FromStr for SmtpUrl {
    type Err = String;

    fn from_str(url: &str) -> Result<Self, String> {
        // The address holds a password, so that no part of it is repeated.
        read(url).map_err(|why| format!("BATON_SMTP_URL {why}."))
    }
}

const NO_ADDRESS: &str = "is not a mail server's address; write for example smtps://USER:PASSWORD@mail.example.com, with what is special in the password percent-encoded";
const NO_OPTION: &str = "may have one option, of an address that begins with smtp://: ?tls=required or ?tls=opportunistic";
const NO_PATH: &str = "must end after the host or port and its option, without a path; percent-encode what is special in the password";
const NOT_BOTH: &str = "must have both a user and a password, or neither";

fn read(url: &str) -> Result<SmtpUrl, &'static str> {
    let url = Url::parse(url).map_err(|_| NO_ADDRESS)?;
    if !matches!(url.scheme(), "smtp" | "smtps") {
        return Err(NO_ADDRESS);
    }
    let mut options = url.query_pairs();
    let option = options.next();
    let option = option.as_ref().map(|(name, value)| (&**name, &**value));
    // One that is not known would be thought to be heeded.
    let (security, is_opportunistic, port) = match (url.scheme(), option, options.next()) {
        ("smtps", None, None) => (Security::Tls, false, SUBMISSIONS_PORT),
        ("smtp", Some(("tls", "required")), None) => (Security::StartTls, false, SUBMISSION_PORT),
        ("smtp", Some(("tls", "opportunistic")), None) => {
            (Security::StartTls, true, SUBMISSION_PORT)
        }
        ("smtp", None, None) => (Security::None, false, SMTP_PORT),
        _ => return Err(NO_OPTION),
    };
    if !matches!(url.path(), "" | "/") || url.fragment().is_some() {
        return Err(NO_PATH);
    }
    let credentials = match (url.username(), url.password().unwrap_or_default()) {
        ("", "") => None,
        ("", _) | (_, "") => return Err(NOT_BOTH),
        (user, password) => {
            Some((decoded(user).ok_or(NO_ADDRESS)?, decoded(password).ok_or(NO_ADDRESS)?.into()))
        }
    };
    let port = Some(url.port().unwrap_or(port)).filter(|port| *port > 0).ok_or(NO_ADDRESS)?;
    // An IPv6 address stands in brackets.
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    if host.is_empty() {
        return Err(NO_ADDRESS);
    }
    Ok(SmtpUrl { host: host.to_owned(), port, security, is_opportunistic, credentials })
}

/// A part of a URL without its percent signs.
fn decoded(text: &str) -> Option<String> {
    let pairs = format!("x={}", text.replace('+', "%2B"));
    url::form_urlencoded::parse(pairs.as_bytes()).next().map(|(_, value)| value.into_owned())
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    #[test]
    fn a_url_is_read_as_lettre_reads_it() {
        let of = |url: &str| {
            let url: SmtpUrl = url.parse().expect("a server");
            (url.security, url.is_opportunistic, url.port)
        };
        assert_eq!(of("smtp://mail.example"), (Security::None, false, 25));
        assert_eq!(of("smtp://mail.example:2525"), (Security::None, false, 2525));
        assert_eq!(of("smtps://mail.example"), (Security::Tls, false, 465));
        assert_eq!(of("smtp://mail.example?tls=required"), (Security::StartTls, false, 587));
        assert_eq!(of("smtp://mail.example?tls=opportunistic"), (Security::StartTls, true, 587));
        let signed_in = read("smtps://ana%40x.example:a%2Bb+c@mail.example");
        let (user, password) = signed_in.expect("a server").credentials.expect("a password");
        assert_eq!((user.as_str(), password.expose_secret()), ("ana@x.example", "a+b+c"));
        for wrong in ["https://mail.example", "mail.example", "smtp://mail.example:0", "smtp:///"] {
            assert_eq!(read(wrong).err(), Some(NO_ADDRESS), "{wrong}");
        }
    }

    #[test]
    fn what_would_not_be_heeded_is_refused_without_a_word_of_it() {
        for (wrong, why) in [
            ("smtps://mail.example?tls=required", NO_OPTION),
            ("smtp://ana:hunter22@mail.example?Tls=required", NO_OPTION),
            ("smtp://ana:hunter22@mail.example?starttls=true", NO_OPTION),
            ("smtp://ana:hunter22@mail.example?tls=Required", NO_OPTION),
            ("smtp://ana:hunter22@mail.example?tls=required&tls=opportunistic", NO_OPTION),
            ("smtp://mail.example/hunter22", NO_PATH),
            ("smtp://ana:22#hunter22@mail.example", NO_PATH),
            ("smtp://ana@mail.example", NOT_BOTH),
            ("smtp://ana:@mail.example", NOT_BOTH),
            ("smtps://:hunter22@mail.example", NOT_BOTH),
        ] {
            assert_eq!(read(wrong).err(), Some(why), "{wrong}");
            let told = wrong.parse::<SmtpUrl>().expect_err(wrong);
            assert!(told.starts_with("BATON_SMTP_URL ") && !told.contains("hunter22"), "{told}");
            assert_eq!(told.lines().count(), 1, "{told}");
        }
    }

    #[test]
    fn an_address_in_brackets_is_that_of_a_server() {
        let url: SmtpUrl = "smtp://[::1]:25".parse().expect("a server");
        assert_eq!((url.host.as_str(), url.port), ("::1", 25));
    }

    #[test]
    fn a_password_that_others_may_read_on_its_way_is_doubted() {
        let doubt = |url: &str| url.parse::<SmtpUrl>().expect("a server").doubt();
        for open in ["smtp://ana:hunter22@mail.example", "smtp://ana:hunter22@10.0.0.1:2525"] {
            let told = doubt(open).expect(open);
            assert!(told.contains("unencrypted: write") && !told.contains("hunter22"), "{told}");
        }
        let told = doubt("smtp://ana:hunter22@mail.example?tls=opportunistic");
        assert!(told.is_some_and(|told| told.contains("where it offers no TLS")));
        for fine in [
            "smtp://mail.example",
            "smtps://ana:hunter22@mail.example",
            "smtp://ana:hunter22@mail.example?tls=required",
            "smtp://ana:hunter22@localhost",
            "smtp://ana:hunter22@127.0.0.1:1025",
            "smtp://ana:hunter22@[::1]",
        ] {
            assert_eq!(doubt(fine), None, "{fine}");
        }
    }
}
