//! How many files arrive at once from people whom nobody knows: each is on disk before
//! anybody has seen it.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

/// Two forms full of files.
const OF_CLIENT: usize = 20;
/// Of all clients with neighbouring addresses, which one party may have all of.
const OF_NETWORK: usize = 40;
const OF_ALL: usize = 100;

/// Files on their way, by client. Clones count together.
#[derive(Clone, Debug, Default)]
pub struct Arriving(Arc<Mutex<HashMap<String, usize>>>);

/// Lets one of them in; another may come when this value goes.
#[derive(Debug)]
pub struct Permit {
    arriving: Arriving,
    client: String,
}

impl Arriving {
    /// A permit for one more of this client; none while they, or all, have too many.
    pub fn begin(&self, client: &str) -> Option<Permit> {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let of_client = counts.get(client).copied().unwrap_or_default();
        let theirs = network(client);
        let near = counts.iter().filter(|(other, _)| network(other) == theirs);
        if of_client >= OF_CLIENT
            || near.map(|(_, count)| count).sum::<usize>() >= OF_NETWORK
            || counts.values().sum::<usize>() >= OF_ALL
        {
            return None;
        }
        counts.insert(client.to_owned(), of_client + 1);
        Some(Permit { arriving: self.clone(), client: client.to_owned() })
    }
}

/// The network of a client: the /24 of an IPv4 address, the /48 of an IPv6 one. Whoever has
/// no address is alone.
fn network(client: &str) -> String {
    let address = client.split('/').next().unwrap_or_default();
    match address.parse() {
        Ok(IpAddr::V4(address)) => (u32::from(address) >> 8).to_string(),
        Ok(IpAddr::V6(address)) => format!("{}/48", u128::from(address) >> 80),
        Err(_) => client.to_owned(),
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let mut counts = self.arriving.0.lock().unwrap_or_else(PoisonError::into_inner);
        match counts.get_mut(&self.client) {
            Some(count) if *count > 1 => *count -= 1,
            _ => {
                counts.remove(&self.client);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_has_so_many_places_and_all_together_have_more() {
        let arriving = Arriving::default();
        let mut permits: Vec<_> = (0..OF_CLIENT).filter_map(|_| arriving.begin("a")).collect();
        assert_eq!(permits.len(), OF_CLIENT);
        assert!(arriving.begin("a").is_none());
        assert!(arriving.begin("b").is_some(), "another client is not concerned");
        permits.pop();
        permits.extend(arriving.begin("a"));
        assert_eq!(permits.len(), OF_CLIENT);
        let clients = (0..OF_ALL).map(|n| n.to_string());
        permits.extend(clients.filter_map(|client| arriving.begin(&client)));
        assert_eq!(permits.len(), OF_ALL);
        drop(permits);
        assert!(arriving.0.lock().unwrap().is_empty());
    }

    #[test]
    fn no_network_has_all_the_places() {
        let of = |client: fn(usize) -> String| {
            let arriving = Arriving::default();
            let permits: Vec<_> = (0..200).map_while(|n| arriving.begin(&client(n))).collect();
            permits.len()
        };
        assert_eq!(of(|n| format!("192.0.2.{n}")), OF_NETWORK);
        assert_eq!(of(|n| format!("2001:db8:1:{n}::/64")), OF_NETWORK);
        assert_eq!(of(|n| format!("192.0.{n}.1")), OF_ALL);
        assert_eq!(of(|n| format!("2001:db8:{n}::/64")), OF_ALL);
    }
}
