//! The pages that can be saved by name: a list of the inbox, or a search.

use url::form_urlencoded;

use super::viewer::Viewer;
use crate::policy::Capability;

/// The longest address that is kept.
const LONGEST: usize = 1000;

/// The address of a list or a search, with nothing else in it; of anything else,
/// the inbox. The place in a list is not part of it.
pub fn of(typed: &str) -> String {
    let (path, query) = typed.split_once('?').unwrap_or((typed, ""));
    let (path, known): (_, &[&str]) = match path {
        "/search" => (path, &["q", "owner", "label", "inbox", "status", "from", "to"]),
        _ => ("/inbox", &["view", "status", "inbox", "label", "owner", "order"]),
    };
    let mut kept = form_urlencoded::Serializer::new(String::new());
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        let is_text = !value.is_empty() && !value.contains('\0');
        if known.contains(&&*name) && is_text {
            kept.append_pair(&name, &value);
        }
    }
    let kept = kept.finish();
    if kept.is_empty() || kept.len() > LONGEST {
        return path.to_owned();
    }
    format!("{path}?{kept}")
}

/// Where an address leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Inbox,
    Search,
}

impl Place {
    /// Where this one leads.
    pub fn of(address: &str) -> Self {
        if address.starts_with("/search") { Self::Search } else { Self::Inbox }
    }

    /// The place's name on the screen.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Inbox => "Inbox",
            Self::Search => "Search",
        }
    }

    /// Whether it leads to a search.
    pub const fn is_search(self) -> bool {
        matches!(self, Self::Search)
    }
}

/// Whether the viewer's role has the page: an Agent has no view *All*.
pub fn is_for(address: &str, viewer: &Viewer) -> bool {
    let is_all = address.starts_with("/inbox?") && address.contains("view=all");
    !is_all || viewer.may(Capability::SeeAll)
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn an_address_leads_to_a_list_or_a_search_and_nowhere_else() {
        for (typed, kept) in [
            ("/inbox?view=mine&status=open&before=1-2", "/inbox?view=mine&status=open"),
            ("/search?q=rear+hanger&owner=&label=3", "/search?q=rear+hanger&label=3"),
            ("/inbox", "/inbox"),
            ("/inbox?view=all&owner=3&order=waiting", "/inbox?view=all&owner=3&order=waiting"),
            ("https://evil.example/inbox?view=mine", "/inbox?view=mine"),
            ("//evil.example", "/inbox"),
            ("/settings?x=1", "/inbox"),
            ("", "/inbox"),
        ] {
            assert_eq!(of(typed), kept, "{typed}");
        }
        assert_eq!(of(&format!("/search?q={}", "x".repeat(2000))), "/search");
    }
}
