//! What a page showed, which its form carries along: whoever changes one thing
//! takes back nothing that somebody else changed meanwhile.

use serde::Serialize;
use serde::de::DeserializeOwned;

/// As a form carries what its page showed.
pub fn json(shown: &impl Serialize) -> String {
    serde_json::to_string(shown).unwrap_or_default()
}

/// What a form carries; `None` where that is nothing of ours.
pub fn read<T: DeserializeOwned>(json: &str) -> Option<T> {
    serde_json::from_str(json).ok()
}

/// A field of a form on top of what is stored `now`: one that says what its page showed was
/// not changed, and stays.
pub fn over<T: PartialEq + Clone>(typed: &T, seen: &T, now: &T) -> T {
    if typed == seen { now.clone() } else { typed.clone() }
}

#[cfg(test)]
mod tests {
    use super::over;

    #[test]
    fn what_was_not_changed_stays_as_it_is_now() {
        assert_eq!(over(&"a", &"a", &"b"), "b");
        assert_eq!(over(&"c", &"a", &"b"), "c");
        assert_eq!(over(&"c", &"a", &"a"), "c");
    }
}
