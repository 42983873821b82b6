//! The mail server of the installation.

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

impl FromStr for SmtpUrl {
    type Err = String;

    fn from_str(url: &str) -> Result<Self, String> {
        // The address holds a password, so it is not repeated.
        read(url).ok_or_else(|| "BATON_SMTP_URL is not a mail server's address; write for example smtps://USER:PASSWORD@mail.example.com.".to_owned())
    }
}

fn read(url: &str) -> Option<SmtpUrl> {
    let url = Url::parse(url).ok()?;
    let tls = url.query_pairs().find(|(name, _)| name == "tls").map(|(_, value)| value);
    let (security, is_opportunistic, port) = match (url.scheme(), tls.as_deref()) {
        ("smtps", None) => (Security::Tls, false, SUBMISSIONS_PORT),
        ("smtp", Some("required")) => (Security::StartTls, false, SUBMISSION_PORT),
        ("smtp", Some("opportunistic")) => (Security::StartTls, true, SUBMISSION_PORT),
        ("smtp", None) => (Security::None, false, SMTP_PORT),
        _ => return None,
    };
    let decoded = |text: &str| {
        let pairs = format!("x={}", text.replace('+', "%2B"));
        url::form_urlencoded::parse(pairs.as_bytes()).next().map(|(_, value)| value.into_owned())
    };
    let credentials = match url.password() {
        Some(password) => Some((decoded(url.username())?, decoded(password)?.into())),
        None => None,
    };
    let port = Some(url.port().unwrap_or(port)).filter(|port| *port > 0)?;
    Some(SmtpUrl {
        host: url.host_str()?.to_owned(),
        port,
        security,
        is_opportunistic,
        credentials,
    })
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
        for wrong in [
            "https://mail.example",
            "smtps://mail.example?tls=required",
            "mail.example",
            "smtp://mail.example:0",
        ] {
            assert!(read(wrong).is_none(), "{wrong}");
        }
    }
}
