//! Inboxes: the named places customers write to. So far each is a web chat.

use std::collections::HashMap;

use diesel::dsl::count_star;
use diesel::prelude::*;

use super::membership::{self, ActingMember};
use super::{activity, token};
use crate::db::schema::{conversations, inboxes, workspaces};
use crate::db::{Conn, Utc, Verb, refuse, typed};
use crate::policy::Capability;

/// The longest greeting, in characters.
pub const GREETING_MAX: usize = 500;
/// More sites than this would make a header that servers refuse.
const MOST_SITES: usize = 50;

/// An inbox of the kind *web chat*.
#[derive(Clone, Debug, Queryable)]
pub struct Inbox {
    pub id: i64,
    pub workspace_id: i64,
    pub name: String,
    /// What the customer's page says above the form; may be empty.
    pub greeting: String,
    /// Names the customer's page.
    pub chat_key: String,
    allowed_sites: String,
    pub created_at: Utc,
}

impl Inbox {
    /// The origins that may embed the chat.
    pub fn allowed_sites(&self) -> impl Iterator<Item = &str> {
        self.allowed_sites.split_ascii_whitespace()
    }

    /// The origins as the form shows them: one per line.
    pub fn sites_text(&self) -> String {
        self.allowed_sites().collect::<Vec<_>>().join("\n")
    }

    /// The origins as a list of the Content-Security-Policy takes them.
    pub fn sites_policy(&self) -> &str {
        &self.allowed_sites
    }
}

/// An inbox as its customers' page needs it.
#[derive(Clone, Debug)]
pub struct Chat {
    pub inbox: Inbox,
    pub workspace_name: String,
    /// The workspace's time zone by its IANA name.
    pub time_zone: String,
}

/// Why an inbox is not changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("Your membership of this workspace has ended.")]
    MembershipEnded,
    #[error("Only Administrators and Managers can change inboxes.")]
    NotAllowed,
    #[error("There is no such inbox.")]
    NotFound,
}

/// What is wrong with the list of sites, worded for the person who typed it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SiteProblem {
    #[error(
        "“{0}” is not the address of a site. Write it like https://www.example.com, without a path."
    )]
    NotASite(String),
    #[error("“{0}” is not encrypted. Only https:// can be used, or http:// for localhost.")]
    NotEncrypted(String),
    #[error("These are more than {MOST_SITES} sites.")]
    TooMany,
}

/// Origins that may embed a chat, checked: they become part of a header.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sites(String);

impl Sites {
    /// Reads what was typed, one site per line (or separated by spaces).
    ///
    /// # Errors
    /// [`SiteProblem`], worded for the person who typed it.
    pub fn parse(typed: &str) -> Result<Self, SiteProblem> {
        let mut origins: Vec<String> = Vec::new();
        for site in typed.split_whitespace() {
            let origin = origin(site)?;
            if !origins.contains(&origin) {
                origins.push(origin);
            }
        }
        if origins.len() > MOST_SITES {
            return Err(SiteProblem::TooMany);
        }
        Ok(Self(origins.join(" ")))
    }
}

/// `scheme://host[:port]` of a typed site.
fn origin(site: &str) -> Result<String, SiteProblem> {
    let not_a_site = || SiteProblem::NotASite(super::text::excerpt(site, 100));
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
        return Err(SiteProblem::NotEncrypted(super::text::excerpt(site, 100)));
    }
    Ok(url.origin().ascii_serialization())
}

/// What a member decides about an inbox, checked by `models::text` and [`Sites`].
#[derive(Clone, Debug)]
pub struct Details {
    pub name: String,
    pub greeting: String,
    pub sites: Sites,
}

const COLUMNS: (
    inboxes::id,
    inboxes::workspace_id,
    inboxes::name,
    inboxes::greeting,
    inboxes::chat_key,
    inboxes::allowed_sites,
    inboxes::created_at,
) = (
    inboxes::id,
    inboxes::workspace_id,
    inboxes::name,
    inboxes::greeting,
    inboxes::chat_key,
    inboxes::allowed_sites,
    inboxes::created_at,
);

/// Creates a web chat, e.g. the one that every new workspace begins with, and
/// answers its id. For a member's request there is [`add`].
///
/// # Errors
/// When the query fails.
pub fn create_web_chat(
    conn: &mut Conn,
    workspace_id: i64,
    name: &str,
    greeting: &str,
) -> QueryResult<i64> {
    insert(conn, workspace_id, name, greeting, "")
}

fn insert(
    conn: &mut Conn,
    workspace_id: i64,
    name: &str,
    greeting: &str,
    sites: &str,
) -> QueryResult<i64> {
    diesel::insert_into(inboxes::table)
        .values((
            inboxes::workspace_id.eq(workspace_id),
            inboxes::kind.eq("web_chat"),
            inboxes::name.eq(name),
            inboxes::greeting.eq(greeting),
            inboxes::chat_key.eq(token::short_nonce()),
            inboxes::allowed_sites.eq(sites),
            inboxes::created_at.eq(Utc::now()),
        ))
        .returning(inboxes::id)
        .get_result(conn)
}

/// A member adds a web chat.
///
/// # Errors
/// [`Refusal`] when the member may not, or the query's failure.
pub fn add(
    conn: &mut Conn,
    workspace_id: i64,
    membership_id: i64,
    details: &Details,
) -> Verb<i64, Refusal> {
    let member = lock_manager(conn, workspace_id, membership_id)?;
    let Details { name, greeting, sites } = details;
    let id = insert(conn, workspace_id, name, greeting, &sites.0)?;
    record(conn, workspace_id, activity::Kind::InboxAdded, &member, name)?;
    Ok(id)
}

/// A member changes an inbox's name, greeting and allowed sites.
///
/// # Errors
/// [`Refusal`] when the member may not or there is no such inbox here, or the
/// query's failure.
pub fn change(
    conn: &mut Conn,
    workspace_id: i64,
    membership_id: i64,
    id: i64,
    details: &Details,
) -> Verb<(), Refusal> {
    let member = lock_manager(conn, workspace_id, membership_id)?;
    let Details { name, greeting, sites } = details;
    let changed = diesel::update(inboxes::table)
        .filter(inboxes::workspace_id.eq(workspace_id))
        .filter(inboxes::id.eq(id))
        .set((
            inboxes::name.eq(name),
            inboxes::greeting.eq(greeting),
            inboxes::allowed_sites.eq(&sites.0),
        ))
        .execute(conn)?;
    if changed == 0 {
        return refuse(Refusal::NotFound);
    }
    record(conn, workspace_id, activity::Kind::InboxChanged, &member, name)?;
    Ok(())
}

fn lock_manager(
    conn: &mut Conn,
    workspace_id: i64,
    membership_id: i64,
) -> Verb<ActingMember, Refusal> {
    match membership::lock_acting(conn, workspace_id, membership_id)? {
        None => refuse(Refusal::MembershipEnded),
        Some(member) if member.actor.role.may(Capability::ManageInboxes) => Ok(member),
        Some(_) => refuse(Refusal::NotAllowed),
    }
}

fn record(
    conn: &mut Conn,
    workspace_id: i64,
    kind: activity::Kind,
    member: &ActingMember,
    name: &str,
) -> QueryResult<()> {
    activity::record(
        conn,
        &activity::Line {
            workspace_id,
            conversation_id: None,
            kind,
            by: &member.into(),
            subject: None,
            detail: name,
        },
    )
}

/// The workspace's inboxes, the oldest first.
///
/// # Errors
/// When the query fails.
pub fn list(conn: &mut Conn, workspace_id: i64) -> QueryResult<Vec<Inbox>> {
    let query = inboxes::table
        .filter(inboxes::workspace_id.eq(workspace_id))
        .order(inboxes::id)
        .select(COLUMNS);
    typed!(conn, |c| query.load(c))
}

/// As [`list`], each with the number of its conversations.
///
/// # Errors
/// When a query fails.
pub fn list_with_counts(conn: &mut Conn, workspace_id: i64) -> QueryResult<Vec<(Inbox, i64)>> {
    let counts: HashMap<i64, i64> = conversations::table
        .filter(conversations::workspace_id.eq(workspace_id))
        .group_by(conversations::inbox_id)
        .select((conversations::inbox_id, count_star()))
        .load::<(i64, i64)>(conn)?
        .into_iter()
        .collect();
    let inboxes = list(conn, workspace_id)?.into_iter();
    Ok(inboxes
        .map(|inbox| {
            let count = counts.get(&inbox.id).copied().unwrap_or(0);
            (inbox, count)
        })
        .collect())
}

/// An inbox of this workspace.
///
/// # Errors
/// When the query fails.
pub fn find(conn: &mut Conn, workspace_id: i64, id: i64) -> QueryResult<Option<Inbox>> {
    inboxes::table
        .filter(inboxes::workspace_id.eq(workspace_id))
        .filter(inboxes::id.eq(id))
        .select(COLUMNS)
        .first(conn)
        .optional()
}

/// The chat that a customer's page names by its key.
///
/// # Errors
/// When the query fails.
pub fn find_chat(conn: &mut Conn, chat_key: &str) -> QueryResult<Option<Chat>> {
    // Anybody may ask for anything, and PostgreSQL refuses to look for a NUL.
    if !chat_key.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_')) {
        return Ok(None);
    }
    let found: Option<(Inbox, String, String)> = inboxes::table
        .inner_join(workspaces::table)
        .filter(inboxes::chat_key.eq(chat_key))
        .select((COLUMNS, workspaces::name, workspaces::time_zone))
        .first(conn)
        .optional()?;
    Ok(found.map(|(inbox, workspace_name, time_zone)| Chat { inbox, workspace_name, time_zone }))
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
