//! The sites that may embed a chat.

use serde::{Deserialize, Serialize};

use crate::models::text;

/// More sites than this would make a header that servers refuse.
const MOST_SITES: usize = 50;

/// What is wrong with the list of sites, worded for the person who typed it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SiteProblem {
    #[error(
        "“{0}” is not the address of a site. Write it like https://www.example.com, without a path."
    )]
    NotASite(String),
    #[error("“{0}” is not encrypted. Only https:// can be used, or http:// for localhost.")]
    NotEncrypted(String),
    #[error("That is more than {MOST_SITES} sites.")]
    TooMany,
}

/// Origins that may embed a chat, checked: they become part of a header.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct Sites(pub(super) String);

impl Sites {
    /// Reads what was typed, one site per line (or separated by spaces).
    ///
    /// # Errors
    /// [`SiteProblem`], worded for the person who typed it.
    pub fn parse(typed: &str) -> Result<Self, SiteProblem> {
        let mut origins: Vec<String> = Vec::new();
        for line in typed.lines() {
            for site in line.split_whitespace() {
                // Of words that were meant for one site the whole line is named.
                let named = if line.contains("://") { site } else { line.trim() };
                let origin = origin(site, named)?;
                if !origins.contains(&origin) {
                    origins.push(origin);
                }
            }
        }
        if origins.len() > MOST_SITES {
            return Err(SiteProblem::TooMany);
        }
        Ok(Self(origins.join(" ")))
    }
}

/// `scheme://host[:port]` of a typed site, which is `named` where it is none.
fn origin(site: &str, named: &str) -> Result<String, SiteProblem> {
    let not_a_site = || SiteProblem::NotASite(text::excerpt(named, 100));
    let url = url::Url::parse(site).map_err(|_| not_a_site())?;
    let host = url.host_str().ok_or_else(not_a_site)?;
    // The URL standard admits `;` and `*` in hosts, which mean something in a
    // Content-Security-Policy; that in turn knows no IPv6 addresses.
    let is_plain = !host.is_empty()
        && host.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_'));
    let is_bare = url.path() == "/"
        && url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty()
        && url.password().is_none();
    if !is_plain || !is_bare || !matches!(url.scheme(), "https" | "http") {
        return Err(not_a_site());
    }
    if url.scheme() == "http" && !matches!(host, "localhost" | "127.0.0.1") {
        return Err(SiteProblem::NotEncrypted(text::excerpt(site, 100)));
    }
    Ok(url.origin().ascii_serialization())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sites_are_kept_as_origins_once_each() {
        let typed = "https://www.Example.com/\r\n  https://shop.example.com:8443\n\
                     https://www.example.com:443 http://localhost:3000";
        assert_eq!(
            Sites::parse(typed).unwrap().0,
            "https://www.example.com https://shop.example.com:8443 http://localhost:3000"
        );
        assert_eq!(Sites::parse("  \n ").unwrap(), Sites::default());
        assert_eq!(
            Sites::parse("https://bücher.example").unwrap().0,
            "https://xn--bcher-kva.example"
        );
    }

    #[test]
    fn what_is_not_an_origin_is_refused_with_its_text() {
        for wrong in [
            "example.com",
            "https://example.com/shop",
            "https://example.com?a=b",
            "https://ana:secret@example.com",
            "https://*.example.com",
            "https://example.com;script-src",
            "https://a,b",
            "'unsafe-inline'",
            "*",
            "https:",
            "javascript:alert(1)",
            "data:text/html,hello",
            "https://[2001:db8::1]",
        ] {
            let problem = Sites::parse(wrong).unwrap_err();
            assert_eq!(problem, SiteProblem::NotASite(wrong.to_owned()));
        }
        let problem = Sites::parse("https://example.com\n not a site \n").unwrap_err();
        assert_eq!(problem, SiteProblem::NotASite("not a site".to_owned()));
        assert_eq!(
            Sites::parse("https://example.com http://example.org"),
            Err(SiteProblem::NotEncrypted("http://example.org".to_owned()))
        );
    }

    #[test]
    fn there_is_an_end_to_the_list() {
        let many: String = (0..=MOST_SITES).map(|n| format!("https://s{n}.example\n")).collect();
        assert_eq!(Sites::parse(&many), Err(SiteProblem::TooMany));
    }
}
