//! Placeholders: `{{contact.first_name}}`, or `{{contact.first_name|there}}` with
//! words for when there is none. Pure functions over text.

use strum::{EnumIter, EnumString, IntoStaticStr};

use crate::models::text::listed;

/// What a placeholder stands for, by its word between the braces.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, EnumString, IntoStaticStr)]
#[strum(const_into_str)]
pub enum Field {
    #[strum(serialize = "contact.first_name")]
    ContactFirstName,
    #[strum(serialize = "contact.name")]
    ContactName,
    #[strum(serialize = "agent.name")]
    AgentName,
    #[strum(serialize = "workspace.name")]
    WorkspaceName,
}

impl Field {
    /// What it becomes, in words.
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::ContactFirstName => "the customer’s first name",
            Self::ContactName => "the customer’s whole name",
            Self::AgentName => "your name, as customers see it",
            Self::WorkspaceName => "the workspace’s name",
        }
    }
}

/// What is known when a text is filled. A customer may have no name, or an
/// address in its place.
#[derive(Clone, Debug, Default)]
pub struct Values {
    pub contact_name: String,
    pub agent_name: String,
    pub workspace_name: String,
}

impl Values {
    fn get(&self, field: Field) -> Option<&str> {
        let contact = is_a_name(&self.contact_name).then_some(self.contact_name.trim());
        match field {
            Field::ContactName => contact,
            Field::ContactFirstName => first_name(contact?),
            Field::AgentName => is_a_name(&self.agent_name).then_some(&self.agent_name),
            Field::WorkspaceName => {
                (!self.workspace_name.is_empty()).then_some(&self.workspace_name)
            }
        }
    }
}

fn is_a_name(text: &str) -> bool {
    text.chars().any(char::is_alphabetic) && !text.contains('@')
}

/// The first name in a whole one, also behind the last one and a comma. What stands in
/// brackets, a title and what has no letters is none.
fn first_name(name: &str) -> Option<&str> {
    let in_order = match name.split_once(',') {
        Some((last, first)) => [first, last],
        None => [name, ""],
    };
    in_order.into_iter().find_map(|part| {
        let mut depth = 0_usize;
        part.split_whitespace().find_map(|word| {
            let is_inside = depth > 0 || word.starts_with(['(', '[']);
            depth = (depth + word.matches(['(', '[']).count())
                .saturating_sub(word.matches([')', ']']).count());
            let is_one = word.chars().any(char::is_alphabetic) && !is_title(word);
            let bare = word.trim_matches(is_around);
            (!is_inside && is_one).then(|| if is_initial(word) { word } else { bare })
        })
    })
}

/// `J.` keeps its dot.
fn is_initial(word: &str) -> bool {
    word.strip_suffix('.').is_some_and(|letter| letter.chars().count() == 1)
}

fn is_around(c: char) -> bool {
    matches!(c, '.' | ',' | ';' | ':' | '!' | '?' | '"' | '“' | '”' | '„' | '«' | '»')
}

/// What stands before or behind a name and is none, small and without the dot at its end.
const TITLES: &str = "dr prof mr mrs ms miss mx herr frau hr fr dipl.-ing ing mag med jur phil nat \
                      rer sr sra srta m mme mlle sir madam jr phd ph.d mba";

fn is_title(word: &str) -> bool {
    let word = word.trim_end_matches(is_around);
    TITLES.split(' ').any(|title| title.eq_ignore_ascii_case(word))
}

/// A text taken apart.
enum Piece<'a> {
    Text(&'a str),
    Placeholder { whole: &'a str, path: &'a str, fallback: Option<&'a str> },
}

/// Takes a text apart. Braces around anything but dotted words are text.
fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find("{{") {
        let (before, from) = rest.split_at(start);
        match placeholder(from) {
            Some(piece @ Piece::Placeholder { whole, .. }) => {
                if !before.is_empty() {
                    found.push(Piece::Text(before));
                }
                rest = &from[whole.len()..];
                found.push(piece);
            }
            // One brace on: `{{{agent.name}}` has a placeholder at its second one.
            _ => {
                found.push(Piece::Text(&rest[..=start]));
                rest = &rest[start + 1..];
            }
        }
    }
    if !rest.is_empty() {
        found.push(Piece::Text(rest));
    }
    found
}

/// The placeholder that a text begins with.
fn placeholder(from: &str) -> Option<Piece<'_>> {
    let end = from.find("}}")?;
    let inside = &from[2..end];
    let (path, fallback) = match inside.split_once('|') {
        Some((path, fallback)) => (path.trim(), Some(fallback.trim())),
        None => (inside.trim(), None),
    };
    let is_word = |word: &str| {
        !word.is_empty() && word.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
    };
    let is_clear = fallback.is_none_or(|words| !words.contains(['{', '}', '\n']));
    (is_clear && path.split('.').all(is_word)).then_some(Piece::Placeholder {
        whole: &from[..end + 2],
        path,
        fallback,
    })
}

/// Fills a text: with what is known, else with the fallback. A placeholder with
/// neither stays as it stands.
pub fn fill(text: &str, values: &Values) -> String {
    let mut filled = String::with_capacity(text.len());
    for piece in pieces(text) {
        filled.push_str(match piece {
            Piece::Text(text) => text,
            Piece::Placeholder { whole, path, fallback } => {
                let value = path.parse().ok().and_then(|field| values.get(field));
                value.or(fallback).unwrap_or(whole)
            }
        });
    }
    filled
}

/// The placeholders of a text that nothing stands for, each once, as written.
pub fn unknown(text: &str) -> Vec<&str> {
    placeholders(text, |path| path.parse::<Field>().is_err())
}

/// The placeholders that are left in a text about to be sent, each once. Other
/// words in braces may be what the reply is about: these are the customer's to read.
pub fn left(text: &str) -> Vec<&str> {
    const OURS: [&str; 3] = ["contact", "agent", "workspace"];
    placeholders(text, |path| path.split_once('.').is_some_and(|(of, _)| OURS.contains(&of)))
}

/// Whether a text can be sent: nothing is left in it that was to be filled in.
///
/// # Errors
/// What is left, in words for its author.
pub fn filled(text: &str) -> Result<(), String> {
    match left(text) {
        left if left.is_empty() => Ok(()),
        left => Err(format!("Fill in {} before you send this.", listed(&left))),
    }
}

fn placeholders(text: &str, is_wanted: impl Fn(&str) -> bool) -> Vec<&str> {
    let mut found: Vec<&str> = Vec::new();
    for piece in pieces(text) {
        if let Piece::Placeholder { whole, path, .. } = piece
            && is_wanted(path)
            && !found.contains(&whole)
        {
            found.push(whole);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hanna() -> Values {
        Values {
            contact_name: "Hanna  Lindqvist".into(),
            agent_name: "Mia".into(),
            workspace_name: "Sprocket & Co".into(),
        }
    }

    fn nobody() -> Values {
        Values { contact_name: "desk@harbour.example".into(), ..hanna() }
    }

    #[test]
    fn what_is_known_is_filled_in() {
        let text = "Hello {{contact.first_name}} ({{ contact.name }}), {{agent.name}} of \
                    {{workspace.name}} here. Bye {{contact.first_name|you}}.";
        assert_eq!(
            fill(text, &hanna()),
            "Hello Hanna (Hanna  Lindqvist), Mia of Sprocket & Co here. Bye Hanna."
        );
    }

    #[test]
    fn without_a_name_the_fallback_stands_in_and_without_a_fallback_nothing_does() {
        assert_eq!(fill("Hello {{contact.first_name|there}}!", &nobody()), "Hello there!");
        assert_eq!(fill("Hello{{contact.first_name| }}!", &nobody()), "Hello!");
        assert_eq!(fill("Hello {{contact.name}}!", &nobody()), "Hello {{contact.name}}!");
        let unnamed = Values { contact_name: "123".into(), ..hanna() };
        assert_eq!(fill("{{contact.first_name|you}}", &unnamed), "you");
        assert_eq!(fill("{{contact.name|a}} {{agent.name|b}}", &Values::default()), "a b");
    }

    #[test]
    fn a_title_is_no_first_name() {
        let greet = |name: &str| {
            let values = Values { contact_name: name.into(), ..hanna() };
            fill("Hello {{contact.first_name|there}}", &values)
        };
        for name in ["Dr. Hanna Lindqvist", "frau Prof. DR Hanna", "Dipl.-Ing. Hanna", "M. Hanna"] {
            assert_eq!(greet(name), "Hello Hanna", "{name}");
        }
        for name in ["Dr.", "Herr Prof.", "Mme"] {
            assert_eq!(greet(name), "Hello there", "{name}");
        }
        for name in [
            "Lindqvist, Hanna",
            "Lindqvist, Dr. Hanna Maria",
            "Miss Hanna Lindqvist",
            "Dr. med. Hanna Lindqvist",
            "Ing. Hanna",
            "(Sales) Hanna",
            "[the new one] Hanna",
            "1. Hanna",
            "- Hanna",
            "Hanna, PhD",
            "\"Hanna\" Lindqvist",
            "Hanna.",
        ] {
            assert_eq!(greet(name), "Hello Hanna", "{name}");
        }
        assert_eq!(greet("J. Lindqvist"), "Hello J.");
        // What only begins like one is a name.
        assert_eq!(greet("Drew Mraz"), "Hello Drew");
        assert_eq!(greet("Hanna Frau"), "Hello Hanna");
    }

    #[test]
    fn a_name_that_looks_like_a_placeholder_is_not_filled_again() {
        let sly = Values { contact_name: "{{workspace.name}}".into(), ..hanna() };
        assert_eq!(fill("Hi {{contact.name}}", &sly), "Hi {{workspace.name}}");
    }

    #[test]
    fn braces_around_anything_else_are_text() {
        for text in [
            "{{",
            "}}",
            "{{}}",
            "{{ }}",
            "{ {agent.name} }",
            "{{agent.name}",
            "{{a b}}",
            "{{agent..name}}",
            "{{agent.name|{{x}}",
            "é{{é}}é",
            "{{agent.name|a\nb}}",
        ] {
            assert_eq!(fill(text, &hanna()), text);
        }
        assert_eq!(fill("{{{agent.name}}}", &hanna()), "{Mia}");
        assert_eq!(fill("{{x {{agent.name}}", &hanna()), "{{x Mia");
    }

    #[test]
    fn what_nothing_stands_for_is_named_once() {
        let text = "{{contact.nickname}} {{first_name|you}} {{agent.name}} {{contact.nickname}}";
        assert_eq!(unknown(text), ["{{contact.nickname}}", "{{first_name|you}}"]);
    }

    #[test]
    fn only_ours_are_left_over_in_a_text_to_send() {
        let text = "Use {{product.title}} and {{x}}, {{contact.name}}. {{agent.nick|me}}";
        assert_eq!(left(text), ["{{contact.name}}", "{{agent.nick|me}}"]);
        assert!(left("Nothing to fill.").is_empty());
    }
}
