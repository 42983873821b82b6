//! The audit log: who changed what, when, from where, and what it was before.
//! The schema lets nobody change or take away an entry; all of them come from
//! [`super::activity::record`]. None holds a contact's personal data.

mod csv_export;
mod list;

use diesel::prelude::*;

pub use csv_export::{export, write};
pub use list::{Actor, Entry, Filter, actors, page};

use super::activity::Line;
use crate::db::dialect::bulk::Cell;
use crate::db::schema::audit_entries;
use crate::db::{Conn, Origin, QueryResult, Utc};

/// What a change is about: what the log can be filtered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Topic {
    Owner,
    Team,
    Plan,
    Workspace,
    Inboxes,
    Labels,
    QuickReplies,
    Contacts,
    ContactFields,
    AuditLog,
}

impl Topic {
    /// Every topic, in the order in which they are offered.
    pub const ALL: [Self; 10] = [
        Self::Owner,
        Self::Team,
        Self::Plan,
        Self::Workspace,
        Self::Inboxes,
        Self::Labels,
        Self::QuickReplies,
        Self::Contacts,
        Self::ContactFields,
        Self::AuditLog,
    ];

    /// The topic's word in URLs and the database.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Team => "team",
            Self::Plan => "plan",
            Self::Workspace => "workspace",
            Self::Inboxes => "inboxes",
            Self::Labels => "labels",
            Self::QuickReplies => "quick_replies",
            Self::Contacts => "contacts",
            Self::ContactFields => "contact_fields",
            Self::AuditLog => "audit_log",
        }
    }

    /// The topic's name on the screen.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Owner => "Owners of conversations",
            Self::Team => "Team and roles",
            Self::Plan => "Plan",
            Self::Workspace => "Workspace",
            Self::Inboxes => "Inboxes",
            Self::Labels => "Labels",
            Self::QuickReplies => "Quick replies",
            Self::Contacts => "Contacts",
            Self::ContactFields => "Contact fields",
            Self::AuditLog => "Audit log",
        }
    }

    /// The topic of a URL's word; `None` where there is none of that name.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|topic| topic.code() == code)
    }
}

/// What the log says of a kind of activity that it keeps.
#[derive(Clone, Copy, Debug)]
pub struct Audited {
    pub topic: Topic,
    /// What was done, after the name of whoever did it.
    pub title: &'static str,
}

/// What something was, and what it is now; empty where there is nothing to say.
#[derive(Clone, Copy, Debug, Default)]
pub struct Change<'a> {
    pub from: &'a str,
    pub to: &'a str,
}

/// Appends an entry. Only [`super::activity`] calls this, so that no change of an
/// audited kind is told in one place and not in the other.
pub(super) fn append(
    conn: &mut Conn,
    line: &Line<'_>,
    topic: Topic,
    change: Change<'_>,
) -> QueryResult<()> {
    diesel::insert_into(audit_entries::table)
        .values((
            audit_entries::workspace_id.eq(line.workspace_id),
            audit_entries::conversation_id.eq(line.conversation_id),
            audit_entries::topic.eq(topic.code()),
            audit_entries::kind.eq(line.kind.code()),
            audit_entries::actor_id.eq(line.by.id),
            audit_entries::actor_name.eq(&line.by.name),
            audit_entries::about.eq(about(line)),
            audit_entries::old_value.eq(change.from),
            audit_entries::new_value.eq(change.to),
            audit_entries::origin.eq(Origin::current().words()),
            audit_entries::created_at.eq(Utc::now()),
        ))
        .execute(conn)
        .map(|_| ())
}

/// The columns that [`cells`] fills.
pub(super) const COLUMNS: [&str; 11] = [
    "workspace_id",
    "conversation_id",
    "topic",
    "kind",
    "actor_id",
    "actor_name",
    "about",
    "old_value",
    "new_value",
    "origin",
    "created_at",
];

/// An entry as a row of many.
pub(super) fn cells(line: &Line<'_>, topic: Topic, change: Change<'_>, at: Utc) -> Vec<Cell> {
    vec![
        line.workspace_id.into(),
        line.conversation_id.into(),
        topic.code().into(),
        line.kind.code().into(),
        line.by.id.into(),
        line.by.name.as_str().into(),
        about(line).into(),
        change.from.into(),
        change.to.into(),
        Origin::current().words().into(),
        at.into(),
    ]
}

/// What was changed, by its name. A conversation has its number for that.
fn about(line: &Line<'_>) -> String {
    match line.subject.filter(|_| line.conversation_id.is_none()) {
        Some((_, name)) if line.detail.is_empty() => name.to_owned(),
        Some((_, name)) => format!("{name}: {}", line.detail),
        None => line.detail.to_owned(),
    }
}
