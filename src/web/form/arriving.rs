//! How many files arrive at once from people whom nobody knows: each is on disk before
//! anybody has seen it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Two forms full of files.
const OF_CLIENT: usize = 20;
const OF_ALL: usize = 100;

/// Files on their way, by client. Clones count together.
#[derive(Clone, Debug, Default)]
pub struct Arriving(Arc<Mutex<HashMap<String, usize>>>);

/// The place of one of them, which is free again when this value goes.
#[derive(Debug)]
pub struct Place {
    arriving: Arriving,
    client: String,
}

impl Arriving {
    /// A place for one more of this client; none while they, or all, have too many.
    pub fn begin(&self, client: &str) -> Option<Place> {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let of_client = counts.get(client).copied().unwrap_or_default();
        if of_client >= OF_CLIENT || counts.values().sum::<usize>() >= OF_ALL {
            return None;
        }
        counts.insert(client.to_owned(), of_client + 1);
        Some(Place { arriving: self.clone(), client: client.to_owned() })
    }
}

impl Drop for Place {
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
        let mut places: Vec<_> = (0..OF_CLIENT).filter_map(|_| arriving.begin("a")).collect();
        assert_eq!(places.len(), OF_CLIENT);
        assert!(arriving.begin("a").is_none());
        assert!(arriving.begin("b").is_some(), "another client is not concerned");
        places.pop();
        places.extend(arriving.begin("a"));
        assert_eq!(places.len(), OF_CLIENT);
        let clients = (0..OF_ALL).map(|n| n.to_string());
        places.extend(clients.filter_map(|client| arriving.begin(&client)));
        assert_eq!(places.len(), OF_ALL);
        drop(places);
        assert!(arriving.0.lock().unwrap().is_empty());
    }
}
