//! What open pages are told: that something changed, not what it looks like now.
//!
//! Triggers write the rows with whatever changes, in its transaction, so that no verb
//! can forget to. They are numbered in the order of the commits, without a gap.

mod audience;

use std::collections::HashMap;

use chrono::TimeDelta;
use diesel::prelude::*;

use super::housekeeping::delete_some;
use crate::db::schema::{live_counters, live_events};
use crate::db::{Conn, Utc};
use crate::policy::{Holding, Status};

pub use audience::{Access, Told, access_of};

/// How long a page may have been away and still be told what it missed.
const KEPT: TimeDelta = TimeDelta::hours(1);

/// The kind of [`About::Access`].
const ACCESS: &str = "access";

/// Something that changed.
#[derive(Clone, Debug)]
pub struct Event {
    pub number: i64,
    pub about: About,
}

/// What an event speaks of.
#[derive(Clone, Debug)]
pub enum About {
    Conversation {
        id: i64,
        inbox_id: i64,
        /// `opened`, `message`, `note`, `delivery`, `owner`, `status`, `labels`, `changed`
        /// or `deleted`.
        kind: String,
        /// Who held it until then; `None`: it is new.
        before: Option<Holding>,
        /// Who holds it now; `None`: it is gone.
        after: Option<Holding>,
    },
    /// What somebody may see may have changed, or a session has ended.
    Access,
    /// A member's notices: a new one, or they were read.
    Notification { membership_id: i64 },
    /// Too much at once to speak of each.
    Everything,
}

/// The number of a workspace's newest event.
///
/// # Errors
/// When the query fails.
pub fn newest(conn: &mut Conn, workspace_id: i64) -> QueryResult<i64> {
    live_counters::table.find(workspace_id).select(live_counters::number).first(conn)
}

/// The numbers of the newest events of several workspaces.
///
/// # Errors
/// When the query fails.
pub fn newest_of(conn: &mut Conn, workspaces: &[i64]) -> QueryResult<HashMap<i64, i64>> {
    let found: Vec<(i64, i64)> =
        live_counters::table.filter(live_counters::workspace_id.eq_any(workspaces)).load(conn)?;
    Ok(found.into_iter().collect())
}

type HoldingRow = (Option<Status>, Option<i64>, Option<i64>);
type Row = (Option<i64>, String, Option<i64>, Option<i64>, Option<i64>, HoldingRow, HoldingRow);

/// The events of a workspace after `after`, in order, at most `limit`.
///
/// # Errors
/// When the query fails, or a row makes no sense.
pub fn after(
    conn: &mut Conn,
    workspace_id: i64,
    after: i64,
    limit: i64,
) -> QueryResult<Vec<Event>> {
    let rows: Vec<Row> = live_events::table
        .filter(live_events::workspace_id.eq(workspace_id))
        .filter(live_events::number.gt(after))
        .order(live_events::number)
        .limit(limit)
        .select((
            live_events::number,
            live_events::kind,
            live_events::conversation_id,
            live_events::membership_id,
            live_events::inbox_id,
            (
                live_events::old_status,
                live_events::old_owner_id,
                live_events::old_last_owner_user_id,
            ),
            (
                live_events::new_status,
                live_events::new_owner_id,
                live_events::new_last_owner_user_id,
            ),
        ))
        .load(conn)?;
    Ok(rows.into_iter().map(event).collect())
}

fn event((number, kind, conversation, membership, inbox, old, new): Row) -> Event {
    let about = match (conversation, membership, inbox) {
        (_, Some(membership_id), _) => About::Notification { membership_id },
        (Some(id), None, Some(inbox_id)) => {
            About::Conversation { id, inbox_id, kind, before: holding(old), after: holding(new) }
        }
        _ if kind == ACCESS => About::Access,
        _ => About::Everything,
    };
    Event { number: number.unwrap_or_default(), about }
}

fn holding((status, owner, last_owner_user): HoldingRow) -> Option<Holding> {
    // For whom its inbox is, each reader's `Access` knows.
    Some(Holding { status: status?, owner, last_owner_user, is_inbox_hidden: false })
}

/// Deletes what no page comes back for any more, some of it.
///
/// # Errors
/// When the query fails.
pub fn sweep(conn: &mut Conn, now: Utc) -> QueryResult<usize> {
    delete_some!(conn, live_events::id, live_events::created_at.le(now.minus(KEPT)))
}
