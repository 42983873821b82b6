//! The rows that histories come to, table by table.

use diesel::prelude::*;

use crate::db::Conn;
use crate::db::dialect::many_rows::{self, Cell};
use crate::models::{activity, audit, report};

#[derive(Default)]
pub(super) struct Rows {
    pub(super) conversations: Vec<Vec<Cell>>,
    pub(super) messages: Vec<Vec<Cell>>,
    pub(super) activities: Vec<Vec<Cell>>,
    pub(super) audit_entries: Vec<Vec<Cell>>,
    pub(super) facts: Vec<Vec<Cell>>,
    pub(super) reads: Vec<Vec<Cell>>,
    pub(super) notifications: Vec<Vec<Cell>>,
}

impl Rows {
    /// Inserts them in the order in which they refer to one another.
    pub(super) fn insert(mut self, conn: &mut Conn) -> QueryResult<()> {
        many_rows::insert(conn, "conversations", &CONVERSATION, self.conversations)?;
        many_rows::insert(conn, "messages", &MESSAGE, self.messages)?;
        many_rows::insert(conn, "activities", &activity::COLUMNS, self.activities)?;
        many_rows::insert(conn, "report_facts", &report::COLUMNS, self.facts)?;
        many_rows::insert(conn, "audit_entries", &audit::COLUMNS, self.audit_entries)?;
        many_rows::insert(conn, "conversation_reads", &READ, self.reads)?;
        // Listed by id, so the newest is written last.
        self.notifications.sort_by_key(|row| match row.get(6) {
            Some(Cell::Time(at)) => *at,
            _ => None,
        });
        many_rows::insert(conn, "notifications", &NOTIFICATION, self.notifications)
    }
}

const CONVERSATION: [&str; 17] = [
    "id",
    "workspace_id",
    "inbox_id",
    "contact_id",
    "subject",
    "status",
    "assignee_id",
    "ownership_version",
    "owned_since",
    "snoozed_until",
    "snoozed_by_id",
    "preview",
    "last_message_id",
    "last_customer_message_id",
    "last_activity_at",
    "created_at",
    "waiting_since",
];
const MESSAGE: [&str; 9] = [
    "id",
    "workspace_id",
    "conversation_id",
    "kind",
    "author_id",
    "author_name",
    "public_name",
    "body",
    "created_at",
];
const READ: [&str; 4] = ["conversation_id", "membership_id", "workspace_id", "message_id"];
const NOTIFICATION: [&str; 8] = [
    "workspace_id",
    "membership_id",
    "kind",
    "conversation_id",
    "actor_name",
    "subject_name",
    "created_at",
    "read_at",
];
