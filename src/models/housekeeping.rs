//! Rows that have served: nothing that a person could still want to see. And work that was
//! left behind where it broke off.

use chrono::TimeDelta;
use diesel::prelude::*;

use super::contact::{import, keys, merging};
use super::delivery::Kind;
use super::{attachment, draft, event, notification, push, repeated, sending, undo};
use crate::db::schema::{account_links, attempts, deliveries, sessions};
use crate::db::{Conn, Utc, dialect};

/// Longer than any limit looks back.
const ATTEMPTS_KEPT: TimeDelta = TimeDelta::hours(2);
const LINKS_KEPT: TimeDelta = TimeDelta::days(1);
/// Longer than any invitation lasts, so that its row can tell of its mail.
pub(super) const DELIVERIES_KEPT: TimeDelta = TimeDelta::days(30);
/// Rows at a time: few enough that whoever writes meanwhile does not notice.
pub(super) const AT_ONCE: i64 = 500;

/// Deletes some rows that have served, as of a moment; answers how many went.
pub type Sweep = fn(&mut Conn, Utc) -> QueryResult<usize>;

/// All there is to sweep. Each is a transaction of its own, and is repeated until it finds
/// nothing more.
pub const SWEEPS: [Sweep; 18] = [
    sessions,
    attempts,
    account_links,
    sent_deliveries,
    failed_deliveries,
    event::sweep,
    merging::sweep,
    undo::sweep,
    sending::sweep,
    draft::sweep,
    notification::sweep,
    notification::sweep_mailed,
    repeated::sweep,
    push::sweep,
    import::sweep,
    attachment::sweep,
    keys::sweep,
    words,
];

/// Deletes some of the rows that fit a condition, by their key:
/// `delete_some!(conn, table::key, condition)`. What does not fit any more when it is to
/// go stays.
macro_rules! delete_some {
    ($conn:expr, $table:ident::$key:ident, $old:expr) => {{
        let keys: Vec<i64> = $table::table
            .filter($old)
            .select($table::$key)
            .limit($crate::models::housekeeping::AT_ONCE)
            .load($conn)?;
        diesel::delete($table::table.filter($table::$key.eq_any(keys)).filter($old)).execute($conn)
    }};
}
pub(super) use delete_some;

/// The words of contacts who were deleted.
fn words(conn: &mut Conn, _: Utc) -> QueryResult<usize> {
    dialect::search::forget_some(conn).map(usize::from)
}

fn sessions(conn: &mut Conn, now: Utc) -> QueryResult<usize> {
    delete_some!(conn, sessions::id, sessions::expires_at.le(now))
}

fn attempts(conn: &mut Conn, now: Utc) -> QueryResult<usize> {
    delete_some!(conn, attempts::id, attempts::created_at.le(now.minus(ATTEMPTS_KEPT)))
}

/// Links that were used or have expired.
fn account_links(conn: &mut Conn, now: Utc) -> QueryResult<usize> {
    let used = now.minus(LINKS_KEPT);
    delete_some!(
        conn,
        account_links::id,
        account_links::used_at.le(used).or(account_links::expires_at.le(used))
    )
}

fn sent_deliveries(conn: &mut Conn, now: Utc) -> QueryResult<usize> {
    delete_some!(conn, deliveries::id, deliveries::sent_at.le(now.minus(DELIVERIES_KEPT)))
}

/// Mails that never left. A reply that did not says so at its message for as long as that
/// is there.
fn failed_deliveries(conn: &mut Conn, now: Utc) -> QueryResult<usize> {
    delete_some!(
        conn,
        deliveries::id,
        deliveries::failed_at.le(now.minus(DELIVERIES_KEPT)).and(deliveries::kind.ne(Kind::Reply))
    )
}
