//! Who in Cc did not get a mail that left.

use crate::models::text;

/// The longest reason that a row keeps, in characters.
const REASON_MAX: usize = 200;

/// An address in Cc that the mail server refused, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreached {
    pub address: String,
    pub reason: String,
}

impl Unreached {
    /// What a row keeps of them; `None` where everybody was reached.
    pub(in crate::models) fn to_store(all: &[Self]) -> Option<String> {
        // An excerpt is one line.
        let line =
            |one: &Self| format!("{}: {}", one.address, text::excerpt(&one.reason, REASON_MAX));
        let lines: Vec<String> = all.iter().map(line).collect();
        (!lines.is_empty()).then(|| lines.join("\n"))
    }

    /// Those of a row.
    pub(in crate::models) fn stored(lines: &str) -> Vec<Self> {
        let split = |line: &str| {
            let (address, reason) = line.split_once(": ")?;
            Some(Self { address: address.to_owned(), reason: reason.to_owned() })
        };
        lines.lines().filter_map(split).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_stored_comes_back_and_a_server_adds_no_line() {
        let jo = |reason: &str| Unreached { address: "jo@x.example".into(), reason: reason.into() };
        assert_eq!(Unreached::to_store(&[]), None);
        let gil = Unreached { address: "gil@x.example".into(), reason: "550: 5.1.1 No.".into() };
        let stored = Unreached::to_store(&[jo("No\r\neve@x.example: such"), gil.clone()]);
        let stored = stored.expect("two lines");
        assert_eq!(Unreached::stored(&stored), [jo("No eve@x.example: such"), gil]);
    }
}
