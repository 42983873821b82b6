//! The audit log: who changed what, when, from where, and what it was before.
//! The schema lets nobody change or take away an entry; all of them come from
//! [`super::activity::record`]. None holds a contact's personal data.

mod csv_export;
mod list;

use diesel::prelude::*;
use strum::{EnumIter, EnumString, IntoStaticStr};

pub use csv_export::write;
pub use list::{Actor, Entry, Filter, actors, page};

use super::activity::{Kind, Line, record_setting};
use super::membership::{Barred, MemberId, lock_capable};
use crate::db::dialect::many_rows::Cell;
use crate::db::schema::audit_entries;
use crate::db::{Conn, Origin, QueryResult, Utc, Verb, words};
use crate::policy::Capability;

/// What a change is about: what the log can be filtered by, in the order in which it is
/// offered; a word in URLs and the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, EnumString, IntoStaticStr)]
#[strum(serialize_all = "snake_case", const_into_str)]
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

words!(Topic);

impl Topic {
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

/// What a member can take with them as a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Export {
    Workspace,
    Contacts,
    AuditLog,
}

impl Export {
    const fn capability(self) -> Capability {
        match self {
            Self::Workspace => Capability::WorkspaceSettings,
            Self::Contacts => Capability::Contacts,
            Self::AuditLog => Capability::AuditLog,
        }
    }

    const fn kind(self) -> Kind {
        match self {
            Self::Workspace => Kind::WorkspaceExported,
            Self::Contacts => Kind::ContactsExported,
            Self::AuditLog => Kind::AuditLogExported,
        }
    }
}

/// A member is about to export something, which the log keeps; `which` says which part.
///
/// # Errors
/// [`Barred`] when they may not, or the query's failure.
pub fn exported(conn: &mut Conn, caller: MemberId, what: Export, which: &str) -> Verb<(), Barred> {
    let member = lock_capable(conn, caller, what.capability())?;
    record_setting(conn, caller.workspace_id, what.kind(), &member, which, Change::default())?;
    Ok(())
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
            audit_entries::topic.eq(topic),
            audit_entries::kind.eq(line.kind),
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
        topic.into_str().into(),
        line.kind.into_str().into(),
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
