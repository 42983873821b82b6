//! The way to a server: its name, the connection, TLS.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Arc, LazyLock};

use ipnet::IpNet;
use tokio::net::{TcpStream, lookup_host};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{CertificateError, ClientConfig, Error as TlsError, RootCertStore};
use url::Url;

use super::{Problem, Step, within};
use crate::config::MailServers;

/// Nobody's mail server: other machines' own addresses, and where clouds keep secrets.
static NEVER: LazyLock<Vec<IpNet>> = LazyLock::new(|| {
    nets(&[
        "0.0.0.0/8",
        "100.100.100.200/32",
        "169.254.0.0/16",
        "224.0.0.0/3",
        "::/128",
        "fd00:ec2::254/128",
        "fe80::/10",
        "ff00::/8",
    ])
});
/// Private networks and this machine, with what only passes addresses on.
static PRIVATE: LazyLock<Vec<IpNet>> = LazyLock::new(|| {
    nets(&[
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "::/96",
        "64:ff9b::/96",
        "64:ff9b:1::/48",
        "2001::/32",
        "2002::/16",
        "fc00::/7",
    ])
});

#[allow(clippy::expect_used, reason = "the lists above are all that comes here")]
fn nets(written: &[&str]) -> Vec<IpNet> {
    written.iter().map(|net| net.parse().expect("a network")).collect()
}

/// Where servers may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Networks {
    /// Wherever their operator says.
    Any,
    /// Where other people's servers are, in private networks too.
    Usual,
    Public,
}

/// Reaches servers, as the configuration allows.
#[derive(Clone, Debug)]
pub struct Dialer {
    networks: Networks,
    tls: Arc<ClientConfig>,
}

impl Dialer {
    /// One that goes by this configuration.
    pub fn new(servers: &MailServers) -> Self {
        let networks = if servers.may_be_private { Networks::Usual } else { Networks::Public };
        Self::within(networks, &servers.authorities)
    }

    /// One for the installation's own server: where that is, is its operator's affair, and
    /// whose certificates are believed is the same.
    pub fn of_operator(servers: &MailServers) -> Self {
        Self::within(Networks::Any, &servers.authorities)
    }

    #[allow(clippy::expect_used, reason = "ring has every version that rustls takes for safe")]
    fn within(networks: Networks, authorities: &[CertificateDer<'static>]) -> Self {
        let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        roots.add_parsable_certificates(authorities.iter().cloned());
        let tls = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("the provider knows the usual versions")
            .with_root_certificates(roots)
            .with_no_client_auth();
        Self { networks, tls: Arc::new(tls) }
    }

    /// Where a server is, as far as it may be connected to. What is looked at here is
    /// what is connected to: a name cannot answer differently in between.
    ///
    /// # Errors
    /// [`Problem`] of the step *Name* or *Connect*.
    pub async fn find(&self, host: &str, port: u16) -> Result<Vec<SocketAddr>, Problem> {
        let unknown = || {
            Problem::new(
                Step::Name,
                format!("There is no server named {host}."),
                "Check how the host is spelled.",
            )
        };
        let lookup = async {
            let found = lookup_host((host, port)).await.map_err(|_| unknown())?;
            Ok(found.collect::<Vec<_>>())
        };
        let found = within(lookup, unknown).await?;
        if found.is_empty() {
            return Err(unknown());
        }
        let allowed: Vec<SocketAddr> =
            found.into_iter().filter(|address| self.may_reach(address.ip())).collect();
        if allowed.is_empty() {
            return Err(Problem::new(
                Step::Connect,
                format!("{host} is in a private network."),
                "This installation connects only to public mail servers. Whoever runs it can change that (BATON_MAIL_PRIVATE_HOSTS).",
            ));
        }
        Ok(allowed)
    }

    /// Where the server of an address on the web is, by the same rules.
    ///
    /// # Errors
    /// As [`Self::find`].
    pub async fn find_web(&self, url: &Url) -> Result<Vec<SocketAddr>, Problem> {
        // An IPv6 address stands in brackets.
        let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
        self.find(host, url.port_or_known_default().unwrap_or(443)).await
    }

    /// A connection without TLS.
    ///
    /// # Errors
    /// [`Problem`] of the step *Name* or *Connect*.
    pub async fn reach(&self, host: &str, port: u16) -> Result<TcpStream, Problem> {
        let found = self.find(host, port).await?;
        let silent = || {
            Problem::new(
                Step::Connect,
                format!("{host} did not answer on port {port}."),
                "Check the port, and that no firewall blocks it.",
            )
        };
        let connect = async {
            TcpStream::connect(&found[..]).await.map_err(|error| match error.kind() {
                std::io::ErrorKind::ConnectionRefused => Problem::new(
                    Step::Connect,
                    format!("{host} does not accept connections on port {port}."),
                    "Check the port.",
                ),
                _ => silent(),
            })
        };
        within(connect, silent).await
    }

    /// What somebody is told to set otherwise: in a form, or in the URL of the
    /// installation's own server.
    pub fn advice(&self, by_form: &'static str, by_url: &'static str) -> &'static str {
        if self.networks == Networks::Any { by_url } else { by_form }
    }

    /// TLS on a connection, with a certificate that is good for this host.
    ///
    /// # Errors
    /// [`Problem`] of the step *TLS*.
    pub async fn secure(
        &self,
        host: &str,
        plain: TcpStream,
    ) -> Result<TlsStream<TcpStream>, Problem> {
        let no_tls = || {
            Problem::new(
                Step::Tls,
                format!("{host} does not answer with TLS on this port."),
                self.advice(
                    "Choose the other security, or the port that goes with this one.",
                    "Choose the other security, or the port that goes with this one (smtps:// or ?tls= in BATON_SMTP_URL).",
                ),
            )
        };
        let name = ServerName::try_from(host.to_owned()).map_err(|_| no_tls())?;
        let handshake = async {
            TlsConnector::from(self.tls.clone())
                .connect(name, plain)
                .await
                .map_err(|error| certificate_problem(host, &error).unwrap_or_else(no_tls))
        };
        within(handshake, no_tls).await
    }

    fn may_reach(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        let reached = [address, carried(address).map_or(address, IpAddr::V4)];
        let is_in = |nets: &[IpNet]| nets.iter().any(|net| reached.iter().any(|a| net.contains(a)));
        match self.networks {
            Networks::Any => true,
            Networks::Usual => !is_in(&NEVER),
            Networks::Public => !is_in(&NEVER) && !is_in(&PRIVATE),
        }
    }
}

/// The IPv4 address to which one of NAT64 or 6to4 leads.
fn carried(address: IpAddr) -> Option<Ipv4Addr> {
    let IpAddr::V6(address) = address else { return None };
    match address.octets() {
        [0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0, a, b, c, d]
        | [0x20, 0x02, a, b, c, d, ..] => Some(Ipv4Addr::new(a, b, c, d)),
        _ => None,
    }
}

/// What is wrong with a certificate, where that is the reason.
fn certificate_problem(host: &str, error: &(dyn std::error::Error + 'static)) -> Option<Problem> {
    let problem = match tls_error(error)? {
        TlsError::InvalidCertificate(problem) => problem,
        _ => return None,
    };
    let (reason, advice) = match problem {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => (
            format!("The certificate of {host} has expired."),
            "Whoever runs the mail server has to renew it.",
        ),
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => (
            format!("The certificate is not for {host}."),
            "Type the host as the certificate names it.",
        ),
        CertificateError::UnknownIssuer => (
            format!("The certificate of {host} is from an authority that Baton does not trust."),
            "For your own authority, whoever runs Baton can set BATON_MAIL_CA_FILE.",
        ),
        CertificateError::Other(other) if other.to_string() == "CaUsedAsEndEntity" => (
            format!("The certificate of {host} is that of an authority, not of a server."),
            "Whoever runs the mail server can make one with CA:FALSE.",
        ),
        _ => (
            format!("The certificate of {host} is not valid."),
            "Whoever runs the mail server has to replace it.",
        ),
    };
    Some(Problem::new(Step::Tls, reason, advice))
}

/// The error of TLS behind another one.
fn tls_error<'a>(error: &'a (dyn std::error::Error + 'static)) -> Option<&'a TlsError> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref::<TlsError>() {
            return Some(found);
        }
        // An io::Error hides what it wraps from `source`.
        let wrapped = error.downcast_ref::<std::io::Error>().and_then(|io| io.get_ref());
        next = match wrapped {
            Some(inner) => Some(inner),
            None => error.source(),
        };
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dialer(may_be_private: bool) -> Dialer {
        Dialer::new(&MailServers { may_be_private, ..MailServers::default() })
    }

    #[test]
    fn private_networks_are_reached_only_where_the_configuration_allows_them() {
        let (open, closed) = (dialer(true), dialer(false));
        for private in [
            "127.0.0.1",
            "10.1.2.3",
            "192.168.1.1",
            "172.31.0.1",
            "100.64.0.1",
            "::1",
            "fd00::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "64:ff9b::a00:1",
        ] {
            let address = private.parse().expect("an address");
            assert!(open.may_reach(address), "{private}");
            assert!(!closed.may_reach(address), "{private}");
        }
        for never in [
            "169.254.169.254",
            "::ffff:169.254.169.254",
            "64:ff9b::a9fe:a9fe",
            "2002:a9fe:a9fe::1",
            "100.100.100.200",
            "fd00:ec2::254",
            "0.0.0.0",
            "224.0.0.1",
            "255.255.255.255",
            "fe80::1",
            "::",
        ] {
            assert!(!open.may_reach(never.parse().expect("an address")), "{never}");
        }
        for public in ["1.1.1.1", "2606:4700::1111"] {
            assert!(closed.may_reach(public.parse().expect("an address")), "{public}");
        }
    }

    #[actix_web::test]
    async fn a_name_that_leads_into_a_private_network_is_not_connected_to() {
        let problem = dialer(false).reach("localhost", 1).await.expect_err("it is refused");
        assert_eq!(problem.step, Step::Connect);
        assert!(problem.reason.contains("private network"), "{problem}");
    }
}
