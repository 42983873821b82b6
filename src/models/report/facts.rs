//! What reports count, written in the transaction of what happens.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text};

use crate::db::dialect::bulk::Cell;
use crate::db::{Conn, QueryResult, Utc};
use crate::models::activity::{Kind, Line};

/// What a member takes back so soon, a resolution or a reopening, was none: in seconds.
const TAKEN_BACK: i64 = 60;
/// A quarter of an hour, in seconds: the clocks of every zone differ by whole ones.
pub(super) const SLOT: i64 = 900;

/// The facts that say whether a conversation is resolved.
const STEPS: [Fact; 3] = [Fact::Opened, Fact::Reopened, Fact::Resolved];

/// The kinds of fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fact {
    Opened,
    Reopened,
    /// The first reply.
    Answered,
    Resolved,
    Reply,
}

impl Fact {
    /// The kind's word in the database.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Opened => "opened",
            Self::Reopened => "reopened",
            Self::Answered => "answered",
            Self::Resolved => "resolved",
            Self::Reply => "reply",
        }
    }
}

/// Counts what a line of a timeline tells of. Only [`crate::models::activity`] calls
/// this, so that nothing is told that is not counted.
pub fn happened(conn: &mut Conn, line: &Line<'_>, conversation_id: i64) -> QueryResult<()> {
    let at = Place { workspace_id: line.workspace_id, conversation_id };
    match line.kind {
        Kind::Created => at.insert(conn, Fact::Opened, None, None),
        Kind::Resolved => at.resolve(conn, line.by.id),
        // What was resolved is snoozed only after it is open again.
        Kind::Reopened | Kind::Snoozed | Kind::NotSpam => {
            at.refresh(conn)?;
            at.reopen(conn, line.by.id)
        }
        Kind::MarkedSpam => at.refresh(conn),
        _ => Ok(()),
    }
}

/// Counts a reply, and the first one as the first response.
pub fn replied(
    conn: &mut Conn,
    workspace_id: i64,
    conversation_id: i64,
    member_id: i64,
) -> QueryResult<()> {
    let at = Place { workspace_id, conversation_id };
    at.insert(conn, Fact::Reply, None, Some(member_id))?;
    if at.newest(conn, &[Fact::Answered])?.is_none()
        && let Some(opened) = at.newest(conn, &[Fact::Opened])?
    {
        at.insert(conn, Fact::Answered, Some(opened.happened), Some(member_id))?;
    }
    Ok(())
}

/// Hides or shows what is counted of a contact that was blocked, unblocked or merged.
///
/// # Errors
/// When the query fails.
pub fn refresh_contact(conn: &mut Conn, workspace_id: i64, contact_id: i64) -> QueryResult<()> {
    refresh(conn, workspace_id, "contact_id", contact_id)
}

/// The columns that [`cells`] fills.
pub const COLUMNS: [&str; 9] = [
    "workspace_id",
    "conversation_id",
    "kind",
    "happened",
    "since",
    "slot",
    "inbox_id",
    "member_id",
    "hidden",
];

/// A fact as a row of many.
pub fn cells(
    (workspace_id, inbox_id, conversation_id): (i64, i64, i64),
    fact: Fact,
    (since, at): (Utc, Utc),
    member_id: Option<i64>,
) -> Vec<Cell> {
    let (since, at) = (seconds(since), seconds(at));
    vec![
        workspace_id.into(),
        conversation_id.into(),
        fact.code().into(),
        at.into(),
        since.min(at).into(),
        at.div_euclid(SLOT).into(),
        inbox_id.into(),
        member_id.into(),
        0.into(),
    ]
}

/// A conversation of a workspace.
#[derive(Clone, Copy)]
struct Place {
    workspace_id: i64,
    conversation_id: i64,
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = BigInt)]
    happened: i64,
    #[diesel(sql_type = Nullable<BigInt>)]
    member_id: Option<i64>,
}

impl Found {
    fn is_recent(&self) -> bool {
        seconds(Utc::now()) - self.happened <= TAKEN_BACK
    }

    fn delete(self, conn: &mut Conn) -> QueryResult<()> {
        diesel::sql_query("DELETE FROM report_facts WHERE id = $1")
            .bind::<BigInt, _>(self.id)
            .execute(conn)
            .map(|_| ())
    }
}

impl Place {
    /// From the opening, or the last reopening. Where a member reopened it a moment
    /// ago, that is taken back, and the resolution before it stands.
    fn resolve(self, conn: &mut Conn, member_id: Option<i64>) -> QueryResult<()> {
        let Some(last) = self.newest(conn, &STEPS)? else { return Ok(()) };
        if last.kind == Fact::Resolved.code() {
            return Ok(());
        }
        if last.kind == Fact::Reopened.code() && last.member_id.is_some() && last.is_recent() {
            return last.delete(conn);
        }
        self.insert(conn, Fact::Resolved, Some(last.happened), member_id)
    }

    /// Only what was resolved is reopened; what was snoozed was open all the time.
    fn reopen(self, conn: &mut Conn, member_id: Option<i64>) -> QueryResult<()> {
        let Some(last) = self.newest(conn, &STEPS)? else { return Ok(()) };
        if last.kind != Fact::Resolved.code() {
            return Ok(());
        }
        if member_id.is_some() && last.is_recent() {
            return last.delete(conn);
        }
        self.insert(conn, Fact::Reopened, None, member_id)
    }

    fn newest(self, conn: &mut Conn, kinds: &[Fact]) -> QueryResult<Option<Found>> {
        let kinds: Vec<String> = kinds.iter().map(|kind| format!("'{}'", kind.code())).collect();
        diesel::sql_query(format!(
            "SELECT id, kind, happened, member_id FROM report_facts
             WHERE workspace_id = $1 AND conversation_id = $2 AND kind IN ({})
             ORDER BY happened DESC, id DESC LIMIT 1",
            kinds.join(", ")
        ))
        .bind::<BigInt, _>(self.workspace_id)
        .bind::<BigInt, _>(self.conversation_id)
        .get_result(conn)
        .optional()
    }

    fn insert(
        self,
        conn: &mut Conn,
        fact: Fact,
        since: Option<i64>,
        member_id: Option<i64>,
    ) -> QueryResult<()> {
        let now = seconds(Utc::now());
        diesel::sql_query(format!(
            "INSERT INTO report_facts (workspace_id, conversation_id, kind, happened, since,
                                       slot, inbox_id, member_id, hidden)
             SELECT c.workspace_id, c.id, '{}', $1, $2, $3, c.inbox_id, $4, {HIDDEN}
             FROM conversations c
             JOIN contacts p ON p.workspace_id = c.workspace_id AND p.id = c.contact_id
             WHERE c.workspace_id = $5 AND c.id = $6",
            fact.code()
        ))
        .bind::<BigInt, _>(now)
        // The clock of another node may be a little behind.
        .bind::<BigInt, _>(since.unwrap_or(now).min(now))
        .bind::<BigInt, _>(now.div_euclid(SLOT))
        .bind::<Nullable<BigInt>, _>(member_id)
        .bind::<BigInt, _>(self.workspace_id)
        .bind::<BigInt, _>(self.conversation_id)
        .execute(conn)
        .map(|_| ())
    }

    fn refresh(self, conn: &mut Conn) -> QueryResult<()> {
        refresh(conn, self.workspace_id, "id", self.conversation_id)
    }
}

/// Whether a conversation `c` with a contact `p` is left out.
const HIDDEN: &str = "CASE WHEN c.spam_at IS NULL AND p.blocked_at IS NULL THEN 0 ELSE 1 END";

fn refresh(conn: &mut Conn, workspace_id: i64, column: &str, id: i64) -> QueryResult<()> {
    diesel::sql_query(format!(
        "UPDATE report_facts SET hidden = (
             SELECT {HIDDEN} FROM conversations c
             JOIN contacts p ON p.workspace_id = c.workspace_id AND p.id = c.contact_id
             WHERE c.workspace_id = report_facts.workspace_id
               AND c.id = report_facts.conversation_id)
         WHERE workspace_id = $1 AND conversation_id IN (
             SELECT id FROM conversations WHERE workspace_id = $1 AND {column} = $2)"
    ))
    .bind::<BigInt, _>(workspace_id)
    .bind::<BigInt, _>(id)
    .execute(conn)
    .map(|_| ())
}

fn seconds(at: Utc) -> i64 {
    at.to_chrono().timestamp()
}
