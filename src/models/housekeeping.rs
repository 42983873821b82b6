//! Rows that have served: nothing that a person could still want to see.

use std::convert::Infallible;

use chrono::TimeDelta;
use diesel::prelude::*;

use super::contact::{import, merging};
use super::{attachment, draft, event, push, sending, undo};
use crate::db::schema::{account_links, attempts, deliveries, sessions};
use crate::db::{Conn, Utc, Verb, dialect};

/// Longer than any limit looks back.
const ATTEMPTS_KEPT: TimeDelta = TimeDelta::hours(2);
const LINKS_KEPT: TimeDelta = TimeDelta::days(1);
/// Longer than any invitation lasts, so that its row can tell of its mail.
pub(super) const DELIVERIES_KEPT: TimeDelta = TimeDelta::days(30);

/// Deletes expired sessions, attempts no limit counts any more, account links
/// that were used or have expired, deliveries that left long ago, contacts that
/// have been part of another for too long to undo it, what else cannot be undone any
/// more, what open pages were told, texts that were taken back, drafts that nobody went
/// on with, browsers that no session took over, imports that have served, and files that
/// no message came for. Answers how many rows went. Lets the database learn what is left.
///
/// # Errors
/// When a query fails.
pub fn sweep(conn: &mut Conn, now: Utc) -> Verb<usize, Infallible> {
    let mut gone =
        diesel::delete(sessions::table.filter(sessions::expires_at.le(now))).execute(conn)?;
    gone +=
        diesel::delete(attempts::table.filter(attempts::created_at.le(now.minus(ATTEMPTS_KEPT))))
            .execute(conn)?;
    let used = now.minus(LINKS_KEPT);
    gone += diesel::delete(
        account_links::table
            .filter(account_links::used_at.le(used).or(account_links::expires_at.le(used))),
    )
    .execute(conn)?;
    gone += diesel::delete(
        deliveries::table.filter(deliveries::sent_at.le(now.minus(DELIVERIES_KEPT))),
    )
    .execute(conn)?;
    gone += event::sweep(conn, now)?;
    gone += merging::sweep(conn, now)?;
    gone += undo::sweep(conn, now)?;
    gone += sending::sweep(conn, now)?;
    gone += draft::sweep(conn, now)?;
    gone += push::sweep(conn)?;
    gone += import::sweep(conn, now)?;
    gone += attachment::sweep(conn, now)?;
    dialect::learn(conn)?;
    Ok(gone)
}
