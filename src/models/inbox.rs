//! Inboxes: the named places customers write to, a web chat or an address.

mod connect;
mod look;
mod manage;
mod members;
mod opening;
mod sites;

use std::collections::HashMap;

use diesel::dsl::{auto_type, count_star};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr};

use super::membership::Barred;
use super::seen::over;
use super::text::name_key;
use super::token;
use crate::db::dialect::{self, RowLock};
use crate::db::schema::{conversations, inboxes, workspaces};
use crate::db::{Conn, Utc, typed, words};

pub use connect::{ConnectRefusal, add_email, change_email, with_password};
pub use look::{Accent, LABEL_MAX, Look, Side, TITLE_MAX};
pub use manage::{add, change, set_archived, set_look, set_opening};
pub use members::{Candidate, SeenBy, candidates, chosen, forget_member, set_seen_by};
pub use opening::{AWAY_MAX, Hours, Opening};
pub use sites::{SiteProblem, Sites};

/// The longest name, in characters.
pub const NAME_MAX: usize = 100;
/// The longest greeting, in characters.
pub const GREETING_MAX: usize = 500;

/// How customers write to an inbox; a word in the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, IntoStaticStr)]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum Kind {
    WebChat,
    /// Has a [`super::mailbox::Mailbox`].
    Email,
}

words!(Kind);

impl Kind {
    /// `Email`, as people read it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::WebChat => "Web chat",
            Self::Email => "Email",
        }
    }

    /// How a reply travels: `to Hanna by email`.
    pub const fn way(self) -> &'static str {
        match self {
            Self::WebChat => "in chat",
            Self::Email => "by email",
        }
    }
}

/// A named place where customers write.
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
    /// Only chosen Agents see its queue.
    pub is_restricted: bool,
    archived_at: Option<Utc>,
    /// How its chat looks.
    pub look: Look,
    hours: opening::Stored,
    /// How customers write to it.
    pub kind: Kind,
}

impl Inbox {
    /// Whether it takes no new conversations.
    pub fn is_archived(&self) -> bool {
        self.archived_at.is_some()
    }

    /// When it is open.
    pub fn opening(&self) -> Opening {
        self.hours.read()
    }

    /// What a customer is told outside of its hours; empty: nothing.
    pub fn away_message(&self) -> &str {
        &self.hours.away_message
    }

    /// When it is open, and what is told outside of that.
    pub fn hours(&self) -> Hours {
        self.hours.clone().into()
    }

    /// What a member decided about it.
    pub fn details(&self) -> Details {
        let sites = Sites(self.allowed_sites.clone());
        Details { name: self.name.clone(), greeting: self.greeting.clone(), sites }
    }

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
    /// The key of the workspace's logo.
    pub logo: Option<String>,
    /// The workspace's time zone by its IANA name.
    pub time_zone: String,
    /// The workspace's working hours as they are stored.
    working_hours: Option<String>,
}

/// Why an inbox is not changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error(transparent)]
    Barred(#[from] Barred),
    #[error("There is no such inbox.")]
    NotFound,
    #[error("Another inbox has this name.")]
    NameTaken,
    #[error("Somebody you chose is no longer in the team. Choose again.")]
    NoSuchMember,
}

/// What a member decides about an inbox, checked by `models::text` and [`Sites`]; as JSON,
/// what a page showed of it.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Details {
    pub name: String,
    pub greeting: String,
    pub sites: Sites,
}

impl Details {
    fn over(&self, seen: &Self, now: &Self) -> Self {
        Self {
            name: over(&self.name, &seen.name, &now.name),
            greeting: over(&self.greeting, &seen.greeting, &now.greeting),
            sites: over(&self.sites, &seen.sites, &now.sites),
        }
    }
}

#[auto_type(no_type_alias)]
fn columns() -> _ {
    (
        inboxes::id,
        inboxes::workspace_id,
        inboxes::name,
        inboxes::greeting,
        inboxes::chat_key,
        inboxes::allowed_sites,
        inboxes::created_at,
        inboxes::is_restricted,
        inboxes::archived_at,
        (inboxes::accent, inboxes::side, inboxes::welcome_title, inboxes::button_label),
        (inboxes::opening, inboxes::working_hours, inboxes::away_message),
        inboxes::kind,
    )
}

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
    insert(conn, workspace_id, Kind::WebChat, name, (greeting, ""), None)
}

/// Creates an inbox that takes mail, and answers its id. Its mailbox is for
/// [`super::mailbox::create`].
///
/// # Errors
/// When the query fails.
pub fn create_email(conn: &mut Conn, workspace_id: i64, name: &str) -> QueryResult<i64> {
    insert(conn, workspace_id, Kind::Email, name, ("", ""), None)
}

fn insert(
    conn: &mut Conn,
    workspace_id: i64,
    kind: Kind,
    name: &str,
    (greeting, sites): (&str, &str),
    submission: Option<&str>,
) -> QueryResult<i64> {
    diesel::insert_into(inboxes::table)
        .values((
            inboxes::workspace_id.eq(workspace_id),
            inboxes::kind.eq(kind),
            inboxes::name.eq(name),
            inboxes::greeting.eq(greeting),
            inboxes::chat_key.eq(token::short_nonce()),
            inboxes::allowed_sites.eq(sites),
            inboxes::created_at.eq(Utc::now()),
            inboxes::submission.eq(submission),
        ))
        .returning(inboxes::id)
        .get_result(conn)
}

/// The workspace's inboxes, the oldest first.
///
/// # Errors
/// When the query fails.
pub fn list(conn: &mut Conn, workspace_id: i64) -> QueryResult<Vec<Inbox>> {
    let query = inboxes::table
        .filter(inboxes::workspace_id.eq(workspace_id))
        .order(inboxes::id)
        .select(columns());
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

/// Whether another inbox of a workspace has this name. Ask under the workspace's lock.
///
/// # Errors
/// When the query fails.
fn is_taken(conn: &mut Conn, workspace_id: i64, name: &str, id: i64) -> QueryResult<bool> {
    let names: Vec<String> = inboxes::table
        .filter(inboxes::workspace_id.eq(workspace_id))
        .filter(inboxes::id.ne(id))
        .select(inboxes::name)
        .load(conn)?;
    Ok(names.iter().any(|other| name_key(other) == name_key(name)))
}

/// An inbox of this workspace.
///
/// # Errors
/// When the query fails.
pub fn find(conn: &mut Conn, workspace_id: i64, id: i64) -> QueryResult<Option<Inbox>> {
    inboxes::table
        .filter(inboxes::workspace_id.eq(workspace_id))
        .filter(inboxes::id.eq(id))
        .select(columns())
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
    type Row = (Inbox, String, String, Option<String>, Option<String>);
    let found: Option<Row> = inboxes::table
        .inner_join(workspaces::table)
        .filter(inboxes::chat_key.eq(chat_key))
        .filter(inboxes::kind.eq(Kind::WebChat))
        .filter(workspaces::deleted_at.is_null())
        .select((
            columns(),
            workspaces::name,
            workspaces::time_zone,
            workspaces::logo,
            workspaces::working_hours,
        ))
        .first(conn)
        .optional()?;
    Ok(found.map(|(inbox, workspace_name, time_zone, logo, working_hours)| Chat {
        inbox,
        workspace_name,
        logo,
        time_zone,
        working_hours,
    }))
}

/// Whether an inbox takes no new conversations, under a lock that keeps it so until
/// the transaction ends.
///
/// # Errors
/// When a query fails.
pub fn lock_archived(conn: &mut Conn, inbox: &Inbox) -> QueryResult<bool> {
    dialect::lock(conn, RowLock::InboxStays(inbox.id))?;
    let now = find(conn, inbox.workspace_id, inbox.id)?;
    Ok(now.is_none_or(|inbox| inbox.is_archived()))
}
