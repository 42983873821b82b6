//! What a member is told: a row each, shown in the page and marked read by opening,
//! or carried by a mail.

mod choices;
mod kind;
pub mod mail;
mod reading;

use chrono::TimeDelta;
use diesel::dsl::not;
use diesel::prelude::*;

use crate::db::schema::{mailbox_outages, notifications};
use crate::db::{Conn, Known, Utc};
use crate::models::housekeeping::delete_some;
use crate::models::push;

pub use choices::{Choices, Way, choices, choose};
pub use kind::Kind;
pub use reading::{Told, any_unread, mark_read, unread};

/// How long a notification is kept after it was read.
const READ_KEPT: TimeDelta = TimeDelta::days(90);

/// A notification to be written.
#[derive(Debug)]
pub struct Notice<'a> {
    pub workspace_id: i64,
    pub membership_id: i64,
    pub kind: Kind,
    pub conversation_id: Option<i64>,
    /// The outage of a mailbox.
    pub outage_id: Option<i64>,
    /// Who did it; of an outage, what does not work.
    pub actor_name: &'a str,
    /// What it is about, in words: the contact's name, the new member's name, why a mailbox
    /// does not work.
    pub subject_name: &'a str,
}

/// By which ways one notification reaches its member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ways {
    pub in_page: bool,
    /// The mail that carries it.
    pub delivery_id: Option<i64>,
}

/// How a member is told of this kind, and the mail that waits for it; `None` when
/// they do without.
///
/// # Errors
/// When a query fails.
pub(super) fn ways(
    conn: &mut Conn,
    workspace_id: i64,
    membership_id: i64,
    kind: Kind,
) -> QueryResult<Option<Ways>> {
    let way = choices(conn, membership_id)?.way(kind);
    if way == Way::None {
        return Ok(None);
    }
    let delivery_id = match way.is_by_mail() {
        true => mail::join(conn, workspace_id, membership_id)?,
        false => None,
    };
    // Who has not proved an address gets no mail, and is told all the same.
    let in_page = way.is_in_page() || delivery_id.is_none();
    Ok(Some(Ways { in_page, delivery_id }))
}

/// Writes a notification, in the transaction of what it tells of, unless the member
/// does without this kind.
///
/// # Errors
/// When a query fails.
pub fn send(conn: &mut Conn, notice: &Notice<'_>) -> QueryResult<()> {
    match ways(conn, notice.workspace_id, notice.membership_id, notice.kind)? {
        Some(ways) => insert(conn, notice, ways),
        None => Ok(()),
    }
}

/// Tells a member of what may happen many times in a row, as a customer's lines do:
/// one unread notice of it is enough in the page, which is of the last time, and one in
/// each mail. Browsers are told each time.
///
/// # Errors
/// When a query fails.
pub fn send_once(conn: &mut Conn, notice: &Notice<'_>) -> QueryResult<()> {
    let Some(ways) = ways(conn, notice.workspace_id, notice.membership_id, notice.kind)? else {
        return Ok(());
    };
    let in_mail = notifications::table
        .filter(notifications::membership_id.eq(notice.membership_id))
        .filter(notifications::conversation_id.eq(notice.conversation_id))
        .filter(notifications::kind.eq(notice.kind))
        .filter(notifications::read_at.is_null())
        .filter(notifications::delivery_id.eq(ways.delivery_id));
    let is_in_mail = ways.delivery_id.is_some()
        && diesel::select(diesel::dsl::exists(in_mail)).get_result(conn)?;
    let ways = Ways { delivery_id: ways.delivery_id.filter(|_| !is_in_mail), ..ways };
    if ways.in_page {
        leave_the_page(conn, notice)?;
    }
    if ways.in_page || ways.delivery_id.is_some() { insert(conn, notice, ways) } else { Ok(()) }
}

/// Makes room for a newer notice of the same: what is unread of it in the page goes, but for
/// its mail. The newer one has a number of its own, by which pages know what they showed.
fn leave_the_page(conn: &mut Conn, notice: &Notice<'_>) -> QueryResult<()> {
    let older = notifications::table
        .filter(notifications::membership_id.eq(notice.membership_id))
        .filter(notifications::conversation_id.eq(notice.conversation_id))
        .filter(notifications::kind.eq(notice.kind))
        .filter(notifications::in_page)
        .filter(notifications::read_at.is_null());
    diesel::delete(older.filter(notifications::delivery_id.is_null())).execute(conn)?;
    diesel::update(older).set(notifications::in_page.eq(false)).execute(conn).map(|_| ())
}

fn insert(conn: &mut Conn, notice: &Notice<'_>, ways: Ways) -> QueryResult<()> {
    let id: i64 = diesel::insert_into(notifications::table)
        .values((
            notifications::workspace_id.eq(notice.workspace_id),
            notifications::membership_id.eq(notice.membership_id),
            notifications::kind.eq(notice.kind),
            notifications::conversation_id.eq(notice.conversation_id),
            notifications::outage_id.eq(notice.outage_id),
            notifications::actor_name.eq(notice.actor_name),
            notifications::subject_name.eq(notice.subject_name),
            notifications::created_at.eq(Utc::now()),
            notifications::in_page.eq(ways.in_page),
            notifications::delivery_id.eq(ways.delivery_id),
        ))
        .returning(notifications::id)
        .get_result(conn)?;
    push::enqueue(conn, notice, (id, id))
}

/// Takes back what a member was told of a conversation since `since`, where it is
/// unread.
///
/// # Errors
/// When the query fails.
pub fn take_back(
    conn: &mut Conn,
    membership_id: i64,
    conversation_id: i64,
    kind: Kind,
    since: Utc,
) -> QueryResult<()> {
    diesel::delete(
        notifications::table
            .filter(notifications::membership_id.eq(membership_id))
            .filter(notifications::conversation_id.eq(conversation_id))
            .filter(notifications::read_at.is_null())
            .filter(notifications::kind.eq(kind))
            .filter(notifications::created_at.ge(since)),
    )
    .execute(conn)
    .map(|_| ())
}

/// Whether a member has read what they were told of a conversation since `since`.
///
/// # Errors
/// When the query fails.
pub(super) fn was_read(
    conn: &mut Conn,
    membership_id: i64,
    conversation_id: i64,
    kind: Kind,
    since: Utc,
) -> QueryResult<bool> {
    diesel::select(diesel::dsl::exists(
        notifications::table
            .filter(notifications::membership_id.eq(membership_id))
            .filter(notifications::conversation_id.eq(conversation_id))
            .filter(notifications::read_at.is_not_null())
            .filter(notifications::kind.eq(kind))
            .filter(notifications::created_at.ge(since)),
    ))
    .get_result(conn)
}

/// Takes back the first thing of a kind that a member was told of a conversation since
/// `since`, unless they have read it; `false` when there is nothing to take back.
///
/// # Errors
/// When a query fails.
pub(super) fn take_back_first(
    conn: &mut Conn,
    membership_id: i64,
    conversation_id: i64,
    kind: Kind,
    since: Utc,
) -> QueryResult<bool> {
    let first: Option<i64> = notifications::table
        .filter(notifications::membership_id.eq(membership_id))
        .filter(notifications::conversation_id.eq(conversation_id))
        .filter(notifications::kind.eq(kind))
        .filter(notifications::created_at.ge(since))
        .order(notifications::id)
        .select(notifications::id)
        .first(conn)
        .optional()?;
    let told = notifications::table.filter(notifications::read_at.is_null());
    match first {
        Some(id) => {
            diesel::delete(told.filter(notifications::id.eq(id))).execute(conn).map(|one| one == 1)
        }
        None => Ok(false),
    }
}

/// A notification as it is read back.
#[derive(Clone, Debug, Queryable)]
pub struct Notification {
    pub id: i64,
    #[diesel(deserialize_as = Known<Kind>)]
    pub kind: Option<Kind>,
    pub conversation_id: Option<i64>,
    /// Whose mailbox it is about.
    pub inbox_id: Option<i64>,
    pub actor_name: String,
    pub subject_name: String,
    pub created_at: Utc,
    pub read_at: Option<Utc>,
}

/// What the page shows of a member's notifications before `before` (all when `None`), newest first.
///
/// # Errors
/// When the query fails.
pub fn of_member(
    conn: &mut Conn,
    workspace_id: i64,
    membership_id: i64,
    before: Option<i64>,
    limit: i64,
) -> QueryResult<Vec<Notification>> {
    notifications::table
        .left_join(mailbox_outages::table)
        .filter(notifications::workspace_id.eq(workspace_id))
        .filter(notifications::membership_id.eq(membership_id))
        .filter(notifications::in_page)
        .filter(notifications::id.lt(before.unwrap_or(i64::MAX)))
        .order(notifications::id.desc())
        .limit(limit)
        .select((
            notifications::id,
            notifications::kind,
            notifications::conversation_id,
            mailbox_outages::inbox_id.nullable(),
            notifications::actor_name,
            notifications::subject_name,
            notifications::created_at,
            notifications::read_at,
        ))
        .load(conn)
}

/// Deletes what was read so long ago that nobody looks it up any more, some of it.
///
/// # Errors
/// When the query fails.
pub(super) fn sweep(conn: &mut Conn, now: Utc) -> QueryResult<usize> {
    delete_some!(conn, notifications::id, notifications::read_at.le(now.minus(READ_KEPT)))
}

/// As [`sweep`]: what went by mail alone, which nobody marks as read.
///
/// # Errors
/// When the query fails.
pub(super) fn sweep_mailed(conn: &mut Conn, now: Utc) -> QueryResult<usize> {
    let is_old = notifications::created_at.le(now.minus(READ_KEPT));
    delete_some!(conn, notifications::id, not(notifications::in_page).and(is_old))
}
