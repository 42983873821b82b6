//! Mail addresses with the names before them: as members type them, and as the rows
//! of mails keep them.

use std::fmt;

use super::text;

/// The most addresses of a field.
pub const MOST: usize = 20;
/// The longest name before an address, in characters.
const NAME_MAX: usize = 100;

/// Whom a mail is for, or from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// May be empty.
    pub name: String,
    /// Lower-cased, as everywhere.
    pub email: String,
}

/// What is wrong with a list of addresses, worded for the person who typed it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    #[error("“{0}” is not an email address.")]
    NotAnAddress(String),
    #[error("That is more than {MOST} addresses.")]
    TooMany,
}

impl Address {
    /// An address with a name, of which what no header may hold is left out.
    pub fn new(name: &str, email: impl Into<String>) -> Self {
        let seen = name.chars().filter(|c| !text::turns_direction(*c));
        let name: String = seen.map(|c| if c.is_control() { ' ' } else { c }).collect();
        Self { name: text::excerpt(name.trim_matches('"'), NAME_MAX), email: email.into() }
    }

    /// One address, with a name or without: `Ana <ana@example.com>`.
    fn parse(typed: &str) -> Option<Self> {
        let typed = typed.trim();
        let (name, email) = match typed.rsplit_once('<') {
            Some((name, rest)) => (name.trim(), rest.trim().strip_suffix('>')?),
            None => ("", typed),
        };
        Some(Self::new(name, text::email(email).ok()?))
    }

    /// The address without what stands behind a `+`.
    pub fn without_plus(&self) -> String {
        match self.email.rsplit_once('@') {
            Some((local, domain)) => {
                format!("{}@{domain}", local.split_once('+').map_or(local, |(name, _)| name))
            }
            None => self.email.clone(),
        }
    }

    /// Whether it is one of these mailboxes, with something behind a `+` or without.
    pub fn is_among(&self, own: &[String]) -> bool {
        own.contains(&self.email) || own.contains(&self.without_plus())
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_special = |c| matches!(c, ',' | ';' | '<' | '>' | '"' | '@');
        match &self.name {
            name if name.is_empty() || name.eq_ignore_ascii_case(&self.email) => {
                f.write_str(&self.email)
            }
            name if name.contains(is_special) => {
                write!(f, "\"{}\" <{}>", name.replace(['"', '<', '>'], ""), self.email)
            }
            name => write!(f, "{name} <{}>", self.email),
        }
    }
}

/// A list as it is typed: separated by commas, semicolons or line breaks. Nobody is
/// in it twice.
///
/// # Errors
/// [`Problem`], worded for the person who typed it.
pub fn typed(list: &str) -> Result<Vec<Address>, Problem> {
    let mut found: Vec<Address> = Vec::new();
    for part in parts(list) {
        let address = Address::parse(part)
            .ok_or_else(|| Problem::NotAnAddress(text::excerpt(part, NAME_MAX)))?;
        if found.iter().all(|one| one.email != address.email) {
            found.push(address);
        }
    }
    if found.len() > MOST { Err(Problem::TooMany) } else { Ok(found) }
}

/// A list as a form shows it.
pub fn shown(list: &[Address]) -> String {
    list.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// A list as a row keeps it: a line each. What came in may hold what is no address:
/// that is left out.
pub fn stored(list: &str) -> Vec<Address> {
    list.lines().filter_map(Address::parse).collect()
}

/// A list on its way into a row.
pub fn to_store(list: &[Address]) -> String {
    list.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

/// The parts of a list; what stands in quotes is one.
fn parts(list: &str) -> impl Iterator<Item = &str> {
    let mut is_quoted = false;
    list.split(move |c| {
        is_quoted ^= c == '"';
        c == '\n' || (!is_quoted && matches!(c, ',' | ';'))
    })
    .map(str::trim)
    .filter(|part| !part.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_read_as_people_type_it() {
        let list = typed("Ana@Example.com; \"Doe, Jo\" <jo@example.com>,\n Gil <gil@x.example>, ");
        let list = list.expect("a list");
        assert_eq!(
            list,
            [
                Address::new("", "ana@example.com"),
                Address::new("Doe, Jo", "jo@example.com"),
                Address::new("Gil", "gil@x.example"),
            ]
        );
        assert_eq!(typed(&shown(&list)), Ok(list.clone()));
        assert_eq!(stored(&to_store(&list)), list);
        assert_eq!(typed(" , ;"), Ok(Vec::new()));
        assert_eq!(typed("a@b.example, A@B.example").expect("a list").len(), 1);
    }

    #[test]
    fn what_is_no_address_is_named() {
        for (list, wrong) in [
            ("ana@example.com, jo", "jo"),
            ("Ana <ana>", "Ana <ana>"),
            ("a@b.example\r\nBcc: eve@x.example", "Bcc: eve@x.example"),
            ("a@b.example>", "a@b.example>"),
        ] {
            assert_eq!(typed(list), Err(Problem::NotAnAddress(wrong.into())), "{list}");
        }
        let many: Vec<String> = (0..=MOST).map(|n| format!("a{n}@b.example")).collect();
        assert_eq!(typed(&many.join(",")), Err(Problem::TooMany));
    }

    #[test]
    fn an_address_without_its_plus_is_the_mailbox() {
        assert_eq!(Address::new("", "help+12-ab@x.example").without_plus(), "help@x.example");
        assert_eq!(Address::new("", "help@x.example").without_plus(), "help@x.example");
    }
}
