//! How the mail servers of inboxes may be reached.

use std::time::Duration;

use tokio_rustls::rustls::RootCertStore;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::pki_types::pem::PemObject;

/// How often a server that does not tell of new mail is asked for it.
const POLL_EVERY: Duration = Duration::from_secs(30);

/// What the connections to the servers of email inboxes go by.
#[derive(Clone, Debug)]
pub struct MailServers {
    /// Whether they may be in private networks or on this machine.
    pub may_be_private: bool,
    /// Whether a push service on this machine may do without TLS, as one that is tried out:
    /// where the operator has said so, since any member's browser may name one.
    pub push_in_clear: bool,
    /// Whose certificates are believed beside the public authorities', also of the
    /// installation's own server.
    pub authorities: Vec<CertificateDer<'static>>,
    /// How often a server that does not tell of new mail is asked for it.
    pub poll_every: Duration,
}

impl Default for MailServers {
    fn default() -> Self {
        Self {
            may_be_private: true,
            push_in_clear: false,
            authorities: Vec::new(),
            poll_every: POLL_EVERY,
        }
    }
}

impl MailServers {
    /// Reads what was given. Where strangers may create workspaces, a stranger is an
    /// Administrator, and must not look around in the network of this machine.
    pub(super) fn resolve(
        private_hosts: Option<&str>,
        ca_file: Option<&str>,
        signups_open: bool,
    ) -> Result<Self, String> {
        let may_be_private = match private_hosts {
            None => !signups_open,
            Some("allowed") => true,
            Some("refused") => false,
            Some(other) => {
                return Err(format!(
                    "BATON_MAIL_PRIVATE_HOSTS: {other:?} is neither allowed nor refused."
                ));
            }
        };
        let authorities = ca_file.map(read_authorities).transpose()?.unwrap_or_default();
        let push_in_clear = private_hosts == Some("allowed");
        Ok(Self { may_be_private, push_in_clear, authorities, ..Self::default() })
    }
}

fn read_authorities(path: &str) -> Result<Vec<CertificateDer<'static>>, String> {
    let read = |e| format!("BATON_MAIL_CA_FILE: cannot read certificates from {path}: {e}.");
    let found: Vec<_> = CertificateDer::pem_file_iter(path)
        .map_err(read)?
        .collect::<Result<_, _>>()
        .map_err(read)?;
    if found.is_empty() {
        return Err(format!("BATON_MAIL_CA_FILE: there is no PEM certificate in {path}."));
    }
    for (at, certificate) in found.iter().enumerate() {
        RootCertStore::empty().add(certificate.clone()).map_err(|why| {
            let at = at + 1;
            format!("BATON_MAIL_CA_FILE: certificate {at} of {path} cannot be used: {why}.")
        })?;
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_strangers_may_sign_up_private_networks_are_closed_unless_the_operator_opens_them() {
        let private = |word, open| {
            MailServers::resolve(word, None, open).map(|servers| servers.may_be_private)
        };
        assert_eq!(private(None, false), Ok(true));
        assert_eq!(private(None, true), Ok(false));
        assert_eq!(private(Some("allowed"), true), Ok(true));
        assert_eq!(private(Some("refused"), false), Ok(false));
        assert!(private(Some("maybe"), false).is_err());
        let in_clear = |word| MailServers::resolve(word, None, false).map(|it| it.push_in_clear);
        assert_eq!((in_clear(None), in_clear(Some("allowed"))), (Ok(false), Ok(true)));
    }

    #[test]
    fn a_file_without_certificates_is_a_mistake_that_names_it() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        let path = file.path().to_str().expect("a path");
        let told = MailServers::resolve(None, Some(path), false).expect_err("it is empty");
        assert!(told.contains("BATON_MAIL_CA_FILE") && told.contains(path), "{told}");
        assert!(MailServers::resolve(None, Some("/nowhere.pem"), false).is_err());
        let no_certificate = "-----BEGIN CERTIFICATE-----\naGVsbG8=\n-----END CERTIFICATE-----\n";
        std::fs::write(path, no_certificate).expect("our file");
        let told = MailServers::resolve(None, Some(path), false).expect_err("it is no certificate");
        assert!(told.contains("BATON_MAIL_CA_FILE: certificate 1 of ") && told.contains(path));
    }
}
