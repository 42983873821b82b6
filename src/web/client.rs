//! Which client a request comes from, for the limits.

use std::future::{Ready, ready};
use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use ipnet::IpNet;

use crate::App;
use crate::web::error::AppError;

/// The client of a request, where a handler wants it as an argument.
#[derive(Clone, Debug)]
pub struct Client(String);

impl Client {
    /// The name under which its attempts are counted, see [`of`].
    pub fn key(&self) -> &str {
        &self.0
    }
}

impl FromRequest for Client {
    type Error = AppError;
    type Future = Ready<Result<Self, AppError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(App::of(request).map(|app| Self(of(request, app))))
    }
}

/// The client as limits tell them apart: an IPv4 address, or the /64 of an IPv6
/// one, since one household has as many of those as it likes.
pub fn of(request: &HttpRequest, app: &App) -> String {
    let Some(peer) = request.peer_addr() else { return "unknown".to_owned() };
    let forwarded = request
        .headers()
        .get_all("x-forwarded-for")
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .collect::<Vec<_>>();
    named(address(peer.ip(), &forwarded, &app.config.trusted_proxies))
}

/// The nearest address that no trusted proxy has. Whoever is farther away wrote
/// that part of the header themselves.
fn address(peer: IpAddr, forwarded: &[&str], trusted: &[IpNet]) -> IpAddr {
    let mut nearest = peer.to_canonical();
    for hop in forwarded.iter().rev() {
        if !trusted.iter().any(|net| net.contains(&nearest)) {
            break;
        }
        match parse(hop.trim()) {
            Some(address) => nearest = address.to_canonical(),
            None => break,
        }
    }
    nearest
}

/// An address as proxies write it: bare, in brackets, or with a port.
fn parse(hop: &str) -> Option<IpAddr> {
    hop.parse()
        .or_else(|_| hop.parse().map(|with_port: SocketAddr| with_port.ip()))
        .or_else(|_| hop.trim_start_matches('[').trim_end_matches(']').parse())
        .ok()
}

fn named(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let network = u128::from(address) >> 64 << 64;
            format!("{}/64", Ipv6Addr::from(network))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn a_header_counts_only_from_a_trusted_proxy() {
        let trusted = ["10.0.0.0/8".parse().unwrap()];
        let of = |peer, forwarded: &[&str]| address(ip(peer), forwarded, &trusted);
        assert_eq!(of("192.0.2.1", &["198.51.100.7"]), ip("192.0.2.1"));
        assert_eq!(of("10.0.0.1", &["198.51.100.7"]), ip("198.51.100.7"));
        assert_eq!(of("10.0.0.1", &["203.0.113.9", " 198.51.100.7"]), ip("198.51.100.7"));
        assert_eq!(of("10.0.0.1", &["198.51.100.7", "10.0.0.2"]), ip("198.51.100.7"));
        assert_eq!(of("::ffff:10.0.0.1", &["198.51.100.7"]), ip("198.51.100.7"));
        assert_eq!(of("10.0.0.1", &["made up"]), ip("10.0.0.1"));
        assert_eq!(of("10.0.0.1", &["198.51.100.7:4711"]), ip("198.51.100.7"));
        assert_eq!(of("10.0.0.1", &["[2001:db8::7]:443"]), ip("2001:db8::7"));
        assert_eq!(of("10.0.0.1", &["[2001:db8::7]"]), ip("2001:db8::7"));
        assert_eq!(of("10.0.0.1", &[]), ip("10.0.0.1"));
    }

    #[test]
    fn an_ipv6_client_is_its_network() {
        assert_eq!(named(ip("2001:db8:1:2:3:4:5:6")), "2001:db8:1:2::/64");
        assert_eq!(named(ip("192.0.2.1")), "192.0.2.1");
    }
}
