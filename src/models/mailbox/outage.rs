//! Outages of a mailbox: since when it cannot be read, or its server signs us in to send
//! nothing any more, and that those are told who can mend it.
//!
//! There is a row for as long as one lasts. What was told of it goes with the row.

use chrono::TimeDelta;
use chrono_tz::Tz;
use diesel::dsl::exists;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text, Timestamp};

use super::{Mailbox, Protocol};
use crate::db::dialect::{self, RowLock};
use crate::db::schema::{inboxes, mailbox_outages, mailboxes, memberships, users, workspaces};
use crate::db::{Conn, Utc};
use crate::models::notification::{self, Kind, Notice};
use crate::models::text;

/// How long one lasts before somebody is told: mail servers are restarted, too.
const PATIENCE: TimeDelta = TimeDelta::minutes(15);

/// A mailbox that does not work.
#[derive(Clone, Debug, Queryable)]
pub struct Outage {
    pub inbox_id: i64,
    /// Reading from it, or sending by it.
    pub server: Protocol,
    pub since: Utc,
    /// A sentence, of the last try.
    pub reason: String,
}

/// The outages of a workspace's mailboxes.
///
/// # Errors
/// When the query fails.
pub fn of_workspace(conn: &mut Conn, workspace_id: i64) -> QueryResult<Vec<Outage>> {
    mailbox_outages::table
        .filter(mailbox_outages::workspace_id.eq(workspace_id))
        .select((
            mailbox_outages::inbox_id,
            mailbox_outages::server,
            mailbox_outages::since,
            mailbox_outages::reason,
        ))
        .load(conn)
}

/// A try failed: an outage begins, or goes on.
///
/// # Errors
/// When the query fails.
pub(super) fn go_on(
    conn: &mut Conn,
    (workspace_id, inbox_id): (i64, i64),
    server: Protocol,
    reason: &str,
    now: Utc,
) -> QueryResult<()> {
    // In words, since Diesel has no `ON CONFLICT` for two databases.
    diesel::sql_query(
        "INSERT INTO mailbox_outages (workspace_id, inbox_id, server, since, reason)
         VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (inbox_id, server) DO UPDATE SET reason = excluded.reason",
    )
    .bind::<BigInt, _>(workspace_id)
    .bind::<BigInt, _>(inbox_id)
    .bind::<Text, _>(server.into_str())
    .bind::<Timestamp, _>(now)
    .bind::<Text, _>(reason)
    .execute(conn)
    .map(|_| ())
}

/// The server of a mailbox did not sign us in to send, with the settings that it had then:
/// of others that says nothing.
///
/// # Errors
/// When a query fails.
pub fn sends_nothing(conn: &mut Conn, by: &Mailbox, reason: &str, now: Utc) -> QueryResult<()> {
    let same = mailboxes::table.find(by.inbox_id).filter(mailboxes::version.eq(by.version));
    if !diesel::select(exists(same)).get_result(conn)? {
        return Ok(());
    }
    go_on(conn, (by.workspace_id, by.inbox_id), Protocol::Smtp, reason, now)
}

/// It works, or is not used any more, or by other settings.
///
/// # Errors
/// When the query fails.
pub fn end(conn: &mut Conn, inbox_id: i64, server: Protocol) -> QueryResult<()> {
    diesel::delete(
        mailbox_outages::table
            .filter(mailbox_outages::inbox_id.eq(inbox_id))
            .filter(mailbox_outages::server.eq(server)),
    )
    .execute(conn)
    .map(|_| ())
}

/// Those that have lasted and of which nobody was told. One that could not be read is about
/// to be tried once the pause is over, and is waited for: Baton itself may have been away.
macro_rules! untold {
    ($now:expr) => {
        mailbox_outages::table
            .inner_join(inboxes::table)
            .inner_join(mailboxes::table.on(mailboxes::inbox_id.eq(mailbox_outages::inbox_id)))
            .filter(mailbox_outages::told_at.is_null())
            .filter(mailbox_outages::since.le($now.minus(PATIENCE)))
            .filter(
                mailbox_outages::server.eq(Protocol::Smtp).or(inboxes::archived_at
                    .is_null()
                    .and(mailboxes::next_attempt_at.gt($now))
                    .and(mailboxes::leased_until.is_null())),
            )
    };
}

/// Whether there is somebody to tell of an outage: a look by index, so that an idle clock
/// never writes.
///
/// # Errors
/// When the query fails.
pub fn is_any_untold(conn: &mut Conn, now: Utc) -> QueryResult<bool> {
    diesel::select(exists(untold!(now))).get_result(conn)
}

/// An outage of which somebody is to be told.
#[derive(Debug, Queryable)]
struct Untold {
    id: i64,
    workspace_id: i64,
    inbox: String,
    server: Protocol,
    since: Utc,
    reason: String,
}

/// Tells the Administrators of outages that have lasted, of each of them once: they alone
/// can mend it.
///
/// # Errors
/// When a query fails.
pub fn tell(conn: &mut Conn, now: Utc) -> QueryResult<()> {
    let found: Vec<Untold> = untold!(now)
        .order(mailbox_outages::id)
        .select((
            mailbox_outages::id,
            mailbox_outages::workspace_id,
            inboxes::name,
            mailbox_outages::server,
            mailbox_outages::since,
            mailbox_outages::reason,
        ))
        .load(conn)?;
    for outage in found {
        let told = able(conn, outage.workspace_id)?;
        // Before what is changed, as the notices refer to them.
        for (membership_id, _) in &told {
            dialect::lock(conn, RowLock::MembershipStays(*membership_id))?;
        }
        let untold =
            mailbox_outages::table.find(outage.id).filter(mailbox_outages::told_at.is_null());
        let is_ours =
            diesel::update(untold).set(mailbox_outages::told_at.eq(Some(now))).execute(conn)?;
        // Another node was quicker, or it is over.
        if is_ours == 0 {
            continue;
        }
        for (membership_id, zone) in told {
            let notice = Notice {
                workspace_id: outage.workspace_id,
                membership_id,
                kind: Kind::MailboxFailing,
                conversation_id: None,
                outage_id: Some(outage.id),
                actor_name: &outage.headline(zone),
                subject_name: &outage.reason,
            };
            notification::send(conn, &notice)?;
        }
    }
    Ok(())
}

impl Untold {
    /// In words of somebody in this time zone.
    fn headline(&self, zone: Tz) -> String {
        let since = self.since.to_chrono().with_timezone(&zone).format("%-d %b, %H:%M");
        match self.server {
            Protocol::Imap => format!("{} cannot be read since {since}", self.inbox),
            Protocol::Smtp => format!("Replies from {} cannot be sent since {since}", self.inbox),
        }
    }
}

/// Who can mend a mailbox, with their time zones.
fn able(conn: &mut Conn, workspace_id: i64) -> QueryResult<Vec<(i64, Tz)>> {
    let found: Vec<(i64, Option<String>, String)> = memberships::table
        .inner_join(users::table)
        .inner_join(workspaces::table)
        .filter(memberships::workspace_id.eq(workspace_id))
        .filter(memberships::ended_at.is_null())
        .filter(memberships::role.eq_any(Kind::MailboxFailing.roles()))
        .order(memberships::id)
        .select((memberships::id, users::time_zone, workspaces::time_zone))
        .load(conn)?;
    let zone = |own: Option<String>, shared: String| {
        let own = own.as_deref().and_then(text::time_zone);
        own.or_else(|| text::time_zone(&shared)).unwrap_or(Tz::UTC)
    };
    Ok(found.into_iter().map(|(id, own, shared)| (id, zone(own, shared))).collect())
}
