//! How a mail to a customer fares, as its message tells it.

use diesel::prelude::*;

use super::Unreached;
use crate::db::schema::{deliveries, mails};
use crate::db::{Conn, Utc};
use crate::models::address::{self, Address};

/// How far a mail got.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It leaves at this moment, and can be taken back until then.
    Waits {
        until: Utc,
    },
    /// A try is under way.
    Leaving,
    /// A try went wrong; the next one is at this moment.
    PutOff {
        reason: String,
        again: Utc,
    },
    /// It did not leave, and is not tried again by itself.
    NotSent {
        reason: String,
        since: Utc,
    },
    /// No server took it: it is a file.
    Kept {
        reason: String,
        since: Utc,
    },
    /// It left or not: nobody knows.
    Unknown {
        since: Utc,
    },
    Sent,
    /// Its receiver's server sent it back.
    Bounced {
        reason: String,
    },
}

impl Fate {
    /// What *Try again* names, so that a page which is out of date tries nothing.
    pub fn seen(&self) -> Option<Utc> {
        match self {
            Self::PutOff { again, .. } => Some(*again),
            Self::NotSent { since, .. } | Self::Kept { since, .. } | Self::Unknown { since } => {
                Some(*since)
            }
            Self::Waits { .. } | Self::Leaving | Self::Sent | Self::Bounced { .. } => None,
        }
    }
}

/// A message that goes out as a mail.
#[derive(Clone, Debug)]
pub struct Outgoing {
    pub message_id: i64,
    pub to: Vec<Address>,
    pub cc: Vec<Address>,
    pub fate: Fate,
    /// Who in Cc is known not to get it, whatever became of the rest.
    pub unreached: Vec<Unreached>,
}

/// A delivery: what has become of it, and what comes next.
type Columns = (Ended, Option<Utc>, Option<String>, Option<i32>, Option<Utc>);
/// `sent_at`, `failed_at`, `began_at`, `is_file`
type Ended = (Option<Utc>, Option<Utc>, Option<Utc>, Option<bool>);

/// The mails among these messages of a workspace, but for those that came in.
///
/// # Errors
/// When the query fails.
pub fn of_messages(
    conn: &mut Conn,
    workspace_id: i64,
    messages: Vec<i64>,
) -> QueryResult<Vec<Outgoing>> {
    if messages.is_empty() {
        return Ok(Vec::new());
    }
    type Row = (i64, String, String, (Option<Utc>, Option<String>, Option<String>), Columns);
    let rows: Vec<Row> = mails::table
        .left_join(deliveries::table.on(deliveries::reply_id.eq(mails::message_id.nullable())))
        .filter(mails::workspace_id.eq(workspace_id))
        .filter(mails::message_id.eq_any(messages))
        .select((
            mails::message_id,
            mails::to_list,
            mails::cc_list,
            (mails::bounced_at, mails::bounce_reason, mails::unreached),
            (
                (
                    deliveries::sent_at.nullable(),
                    deliveries::failed_at.nullable(),
                    deliveries::began_at.nullable(),
                    deliveries::is_file.nullable(),
                ),
                deliveries::leased_until.nullable(),
                deliveries::last_error.nullable(),
                deliveries::attempts.nullable(),
                deliveries::next_attempt_at.nullable(),
            ),
        ))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(message_id, to, cc, (bounced_at, bounce, unreached), delivery)| Outgoing {
            message_id,
            to: address::stored(&to),
            cc: address::stored(&cc),
            fate: match bounced_at {
                Some(_) => Fate::Bounced { reason: bounce.unwrap_or_default() },
                None => fate(delivery),
            },
            unreached: unreached.as_deref().map(Unreached::stored).unwrap_or_default(),
        })
        .collect())
}

fn fate((ended, leased_until, error, attempts, next): Columns) -> Fate {
    let (sent_at, failed_at, began_at, is_file) = ended;
    match (sent_at, failed_at, began_at) {
        (Some(_), _, _) => return Fate::Sent,
        (None, Some(since), Some(_)) => return Fate::Unknown { since },
        (None, Some(since), None) => {
            let reason = error.unwrap_or_default();
            return match is_file {
                Some(true) => Fate::Kept { reason, since },
                _ => Fate::NotSent { reason, since },
            };
        }
        (None, None, _) => {}
    }
    match (next, error) {
        // What left long ago has no delivery any more.
        (None, _) => Fate::Sent,
        _ if leased_until.is_some() => Fate::Leaving,
        (Some(until), None) if attempts == Some(0) => Fate::Waits { until },
        (Some(again), Some(reason)) if attempts != Some(0) => Fate::PutOff { reason, again },
        _ => Fate::Leaving,
    }
}
