//! What a member has read of what they were told.

use diesel::expression::BoxableExpression;
use diesel::prelude::*;
use diesel::sql_types::Bool;

use super::Kind;
use crate::db::schema::{mailbox_outages, notifications};
use crate::db::{Conn, Utc, capped};

/// Some of what a member was told.
#[derive(Clone, Debug)]
pub enum Told {
    OfConversation(i64),
    /// Of the mailbox of an inbox.
    OfInbox(i64),
    Of(Kind),
    These(Vec<i64>),
    /// What the page shows, up to the newest that it showed. What waits for a mail alone
    /// still goes there.
    InPageUpTo(i64),
}

type Condition =
    Box<dyn BoxableExpression<notifications::table, <Conn as Connection>::Backend, SqlType = Bool>>;

/// What is unread of it.
fn unread_of(membership_id: i64, told: Told) -> Condition {
    let unread =
        notifications::membership_id.eq(membership_id).and(notifications::read_at.is_null());
    match told {
        Told::OfConversation(id) => {
            Box::new(unread.and(notifications::conversation_id.assume_not_null().eq(id)))
        }
        Told::OfInbox(id) => {
            let outages = mailbox_outages::table
                .filter(mailbox_outages::inbox_id.eq(id))
                .select(mailbox_outages::id);
            Box::new(unread.and(notifications::outage_id.assume_not_null().eq_any(outages)))
        }
        Told::Of(kind) => Box::new(unread.and(notifications::kind.eq(kind))),
        Told::These(ids) => Box::new(unread.and(notifications::id.eq_any(ids))),
        Told::InPageUpTo(newest) => {
            Box::new(unread.and(notifications::in_page).and(notifications::id.le(newest)))
        }
    }
}

/// How many of the page are unread, counted up to 100: the page shows `99+` beyond.
///
/// # Errors
/// When the query fails.
pub fn unread(conn: &mut Conn, membership_id: i64) -> QueryResult<i64> {
    let of_member = notifications::table
        .filter(notifications::membership_id.eq(membership_id))
        .filter(notifications::in_page)
        .filter(notifications::read_at.is_null())
        .select(notifications::id);
    diesel::select(capped(of_member)).get_result(conn)
}

/// Whether a member has something unread of it.
///
/// # Errors
/// When the query fails.
pub fn any_unread(conn: &mut Conn, membership_id: i64, told: Told) -> QueryResult<bool> {
    let unread = notifications::table.filter(unread_of(membership_id, told));
    let first: Option<i64> = unread.select(notifications::id).first(conn).optional()?;
    Ok(first.is_some())
}

/// Marks it as read; answers how much of it was not.
///
/// # Errors
/// When the query fails.
pub fn mark_read(conn: &mut Conn, membership_id: i64, told: Told) -> QueryResult<usize> {
    diesel::update(notifications::table.filter(unread_of(membership_id, told)))
        .set(notifications::read_at.eq(Some(Utc::now())))
        .execute(conn)
}
