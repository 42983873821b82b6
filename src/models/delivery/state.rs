//! How a mail of Baton's own fares.

use std::collections::HashMap;

use diesel::prelude::*;

use super::Kind;
use crate::db::schema::{deliveries, invitations};
use crate::db::{Conn, Utc};
use crate::models::invitation::is_open;

/// Where a mail has gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gone {
    /// A mail server took it.
    Out,
    /// There was none: it is a file in the data folder.
    IntoFile,
}

/// How a delivery fares, as the team page tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// Not tried yet.
    Pending,
    Sent,
    /// There was no mail server: it is a file in the data folder.
    Kept,
    /// At least one try went wrong.
    NotDelivered {
        reason: String,
        /// Whether it will be tried again by itself.
        retried: bool,
    },
    /// Nobody knows whether the mail server took it.
    MayHaveArrived {
        reason: String,
        /// Whether it will be tried again by itself.
        retried: bool,
    },
}

/// How the newest mail of each open invitation fares, by the invitation's id.
///
/// # Errors
/// When the query fails.
pub fn states_of_invitations(
    conn: &mut Conn,
    workspace_id: i64,
) -> QueryResult<HashMap<i64, State>> {
    let rows: Vec<(i64, Columns)> = deliveries::table
        .inner_join(invitations::table)
        .filter(deliveries::workspace_id.eq(workspace_id))
        .filter(is_open())
        .order(deliveries::id)
        .select((invitations::id, COLUMNS))
        .load(conn)?;
    // In the order of their ids: the newest one stays.
    Ok(rows.into_iter().map(|(id, columns)| (id, state(columns))).collect())
}

/// How one of a workspace's deliveries fares; `None` when there is none of that id.
///
/// # Errors
/// When the query fails.
pub fn state_of(conn: &mut Conn, workspace_id: i64, id: i64) -> QueryResult<Option<State>> {
    let row: Option<Columns> = deliveries::table
        .filter(deliveries::workspace_id.eq(workspace_id))
        .filter(deliveries::id.eq(id))
        .select(COLUMNS)
        .first(conn)
        .optional()?;
    Ok(row.map(state))
}

/// Whether any of Baton's own mails of a workspace was taken by the installation's mail
/// server: it works. Replies may have left by another.
///
/// # Errors
/// When the query fails.
pub fn any_sent(conn: &mut Conn, workspace_id: i64) -> QueryResult<bool> {
    diesel::select(diesel::dsl::exists(
        deliveries::table
            .filter(deliveries::workspace_id.eq(workspace_id))
            .filter(deliveries::kind.ne_all([Kind::Reply, Kind::Push]))
            .filter(deliveries::is_file.eq(false))
            .filter(deliveries::sent_at.is_not_null()),
    ))
    .get_result(conn)
}

/// What a row says of it: `sent_at`, `failed_at`, `began_at`, `last_error`, `is_file`.
type Columns = (Option<Utc>, Option<Utc>, Option<Utc>, Option<String>, bool);

const COLUMNS: (
    deliveries::sent_at,
    deliveries::failed_at,
    deliveries::began_at,
    deliveries::last_error,
    deliveries::is_file,
) = (
    deliveries::sent_at,
    deliveries::failed_at,
    deliveries::began_at,
    deliveries::last_error,
    deliveries::is_file,
);

fn state((sent_at, failed_at, began_at, error, is_file): Columns) -> State {
    let retried = failed_at.is_none();
    match (sent_at, error) {
        (Some(_), _) if is_file => State::Kept,
        (Some(_), _) => State::Sent,
        (None, Some(reason)) if began_at.is_some() => State::MayHaveArrived { reason, retried },
        (None, Some(reason)) => State::NotDelivered { reason, retried },
        (None, None) => State::Pending,
    }
}
