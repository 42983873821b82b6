//! What reports count, written in the transaction of what happens.

use diesel::dsl::{exists, not};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text};
use strum::{EnumString, IntoStaticStr};

use crate::db::dialect::many_rows::Cell;
use crate::db::schema::{mails, messages};
use crate::db::{Conn, QueryResult, Utc, words};
use crate::models::activity::{Kind, Line};
use crate::models::message;

/// A resolution or a reopening that its member takes back so soon was none: in seconds.
const TAKEN_BACK: i64 = 60;
/// A quarter of an hour, in seconds: the clocks of every zone differ by whole ones.
pub(super) const SLOT: i64 = 900;

/// The facts that say whether a conversation is resolved.
const STEPS: [Fact; 3] = [Fact::Opened, Fact::Reopened, Fact::Resolved];

/// The kinds of fact; a word in the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, IntoStaticStr)]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum Fact {
    /// Of a member where they began the conversation. Then it is where the time to the
    /// resolution begins, and no report counts it.
    Opened,
    Reopened,
    /// The first reply.
    Answered,
    Resolved,
    Reply,
}

words!(Fact);

/// Counts what a line of a timeline tells of. Only [`crate::models::activity`] calls
/// this, so that nothing is told that is not counted.
///
/// # Errors
/// When a query fails.
pub fn happened(conn: &mut Conn, line: &Line<'_>, conversation_id: i64) -> QueryResult<()> {
    let at = ConversationId { workspace_id: line.workspace_id, conversation_id };
    match line.kind {
        Kind::Created => at.insert(conn, Fact::Opened, None, line.by.id),
        // Also what comes back from spam, by *Undo*.
        Kind::Resolved => {
            at.refresh(conn)?;
            at.resolve(conn, line.by.id)
        }
        // What was resolved is snoozed only after it is open again.
        Kind::Reopened | Kind::Snoozed | Kind::NotSpam => {
            at.refresh(conn)?;
            at.reopen(conn, line.by.id)
        }
        Kind::MarkedSpam => at.refresh(conn),
        _ => Ok(()),
    }
}

/// Counts a reply, and the first one after the customer wrote as the first response:
/// to what a member began there is none before the customer has answered.
///
/// # Errors
/// When a query fails.
pub fn replied(
    conn: &mut Conn,
    workspace_id: i64,
    conversation_id: i64,
    member_id: i64,
) -> QueryResult<()> {
    let at = ConversationId { workspace_id, conversation_id };
    at.insert(conn, Fact::Reply, None, Some(member_id))?;
    at.answer(conn, member_id, seconds(Utc::now()))
}

/// Uncounts a reply of that moment, which was taken back before it left.
///
/// # Errors
/// When a query fails.
pub fn unreplied(
    conn: &mut Conn,
    workspace_id: i64,
    conversation_id: i64,
    (member_id, at): (i64, Utc),
) -> QueryResult<()> {
    let of = ConversationId { workspace_id, conversation_id };
    for fact in [Fact::Reply, Fact::Answered] {
        let found = of.first_since(conn, fact, Some(member_id), seconds(at))?;
        if let Some(found) = found {
            found.delete(conn)?;
        }
    }
    // The next one after it is the first one now.
    match of.first_since(conn, Fact::Reply, None, seconds(at))? {
        Some(Found { happened, member_id: Some(member), .. }) => of.answer(conn, member, happened),
        _ => Ok(()),
    }
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
        fact.into_str().into(),
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
struct ConversationId {
    workspace_id: i64,
    conversation_id: i64,
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = Text)]
    kind: Fact,
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

impl ConversationId {
    /// From the opening, or the last reopening. Where the same member reopened it a moment
    /// ago and nobody has replied since, that is taken back, and the resolution before it
    /// stands.
    fn resolve(self, conn: &mut Conn, member_id: Option<i64>) -> QueryResult<()> {
        let Some(last) = self.newest(conn, &STEPS)? else { return Ok(()) };
        if last.kind == Fact::Resolved {
            return Ok(());
        }
        let is_theirs = member_id.is_some() && last.member_id == member_id;
        if last.kind == Fact::Reopened && is_theirs && last.is_recent() {
            let replied = self.newest(conn, &[Fact::Reply])?;
            if replied.is_none_or(|reply| (reply.happened, reply.id) < (last.happened, last.id)) {
                return last.delete(conn);
            }
        }
        self.insert(conn, Fact::Resolved, Some(last.happened), member_id)
    }

    /// Only what was resolved is reopened; what was snoozed was open all the time. Who
    /// resolved it a moment ago takes that back.
    fn reopen(self, conn: &mut Conn, member_id: Option<i64>) -> QueryResult<()> {
        let Some(last) = self.newest(conn, &STEPS)? else { return Ok(()) };
        if last.kind != Fact::Resolved {
            return Ok(());
        }
        if member_id.is_some() && last.member_id == member_id && last.is_recent() {
            return last.delete(conn);
        }
        self.insert(conn, Fact::Reopened, None, member_id)
    }

    /// Counts a first response of a moment, unless there is one, or nothing to respond to:
    /// what answers by itself (RFC 3834), and what a colleague wrote, asks for none.
    fn answer(self, conn: &mut Conn, member_id: i64, at: i64) -> QueryResult<()> {
        if self.newest(conn, &[Fact::Answered])?.is_some() {
            return Ok(());
        }
        let said = || {
            messages::table
                .filter(messages::workspace_id.eq(self.workspace_id))
                .filter(messages::conversation_id.eq(self.conversation_id))
        };
        let by_itself = mails::table
            .filter(mails::message_id.eq(messages::id))
            .filter(mails::is_auto_reply.or(mails::is_colleague));
        let asked: Option<(i64, Utc)> = said()
            .filter(messages::kind.eq(message::Kind::Customer))
            .filter(not(exists(by_itself)))
            .order(messages::id)
            .select((messages::id, messages::created_at))
            .first(conn)
            .optional()?;
        let Some((first, asked_at)) = asked else { return Ok(()) };
        let Some(opened) = self.newest(conn, &[Fact::Opened])? else { return Ok(()) };
        let before =
            said().filter(messages::kind.eq(message::Kind::Reply)).filter(messages::id.lt(first));
        let is_begun_by_us: bool = diesel::select(exists(before)).get_result(conn)?;
        let since = if is_begun_by_us { seconds(asked_at) } else { opened.happened };
        self.insert_at(conn, Fact::Answered, (Some(since), at), Some(member_id))
    }

    /// The first fact since a moment, of a member or of anybody.
    fn first_since(
        self,
        conn: &mut Conn,
        kind: Fact,
        member_id: Option<i64>,
        since: i64,
    ) -> QueryResult<Option<Found>> {
        diesel::sql_query(format!(
            "SELECT id, kind, happened, member_id FROM report_facts
             WHERE workspace_id = $1 AND conversation_id = $2
               AND member_id = coalesce($3, member_id) AND happened >= $4 AND kind = '{}'
             ORDER BY happened, id LIMIT 1",
            kind.into_str()
        ))
        .bind::<BigInt, _>(self.workspace_id)
        .bind::<BigInt, _>(self.conversation_id)
        .bind::<Nullable<BigInt>, _>(member_id)
        .bind::<BigInt, _>(since)
        .get_result(conn)
        .optional()
    }

    fn newest(self, conn: &mut Conn, kinds: &[Fact]) -> QueryResult<Option<Found>> {
        let kinds: Vec<String> =
            kinds.iter().map(|kind| format!("'{}'", kind.into_str())).collect();
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
        self.insert_at(conn, fact, (since, seconds(Utc::now())), member_id)
    }

    fn insert_at(
        self,
        conn: &mut Conn,
        fact: Fact,
        (since, at): (Option<i64>, i64),
        member_id: Option<i64>,
    ) -> QueryResult<()> {
        diesel::sql_query(format!(
            "INSERT INTO report_facts (workspace_id, conversation_id, kind, happened, since,
                                       slot, inbox_id, member_id, hidden)
             SELECT c.workspace_id, c.id, '{}', $1, $2, $3, c.inbox_id, $4, {HIDDEN}
             FROM conversations c
             JOIN contacts p ON p.workspace_id = c.workspace_id AND p.id = c.contact_id
             WHERE c.workspace_id = $5 AND c.id = $6",
            fact.into_str()
        ))
        .bind::<BigInt, _>(at)
        // The clock of another node may be a little behind.
        .bind::<BigInt, _>(since.unwrap_or(at).min(at))
        .bind::<BigInt, _>(at.div_euclid(SLOT))
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
