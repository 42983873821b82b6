//! The list of conversations: views, counts, keyset pages.

use diesel::dsl::case_when;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Nullable};
use strum::{EnumIter, EnumString, IntoStaticStr};

use super::bulk::Pick;
use super::sight;
use crate::db::schema::{
    contacts, conversation_labels, conversation_reads, conversations, messages,
};
use crate::db::{CAP, Conn, One, Utc, capped, limited, typed};
use crate::policy::{Actor, Capability, Status};

/// Whose conversations a list shows; a word in URLs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, EnumString, IntoStaticStr)]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum View {
    Mine,
    Unassigned,
    /// For those who may see what others own.
    All,
}

impl View {
    /// The view's name on the screen.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Mine => "Mine",
            Self::Unassigned => "Unassigned",
            Self::All => "All",
        }
    }
}

/// What a list is sorted by; a word in URLs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, EnumIter, EnumString, IntoStaticStr)]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum Sort {
    /// The newest activity first.
    #[default]
    Newest,
    /// Only those in which a customer waits for an answer, the longest wait first.
    Waiting,
}

/// What a list shows.
#[derive(Clone, Copy, Debug)]
pub struct Filter {
    pub view: View,
    pub status: Status,
    /// Spam, which is resolved, instead of the rest of what is.
    pub is_spam: bool,
    pub inbox_id: Option<i64>,
    pub label_id: Option<i64>,
    /// By membership, in *All*; the other views say themselves who owns what they show.
    pub owner_id: Option<i64>,
    pub sort: Sort,
}

impl Filter {
    /// Whether it shows who waits. Nobody does in what is resolved, and there the order
    /// means nothing.
    pub fn is_of_waiting(&self) -> bool {
        self.sort == Sort::Waiting && self.status != Status::Resolved
    }
}

/// The place between two rows of a list: what it is sorted by, id where equal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    pub at: Utc,
    pub id: i64,
}

impl Cursor {
    /// The cursor as a URL carries it.
    pub fn encode(self) -> String {
        format!("{}-{}", self.at.micros(), self.id)
    }

    /// Reads a cursor back; `None` when a URL carries something else.
    pub fn decode(text: &str) -> Option<Self> {
        let (at, id) = text.split_once('-')?;
        Some(Self { at: Utc::from_micros(at.parse().ok()?)?, id: id.parse().ok()? })
    }
}

/// One row of the list. Names of inboxes and owners are few and looked up by
/// the page, which has them already.
#[derive(Clone, Debug, Queryable)]
pub struct ListRow {
    pub id: i64,
    pub inbox_id: i64,
    pub contact_id: i64,
    pub contact_name: String,
    pub subject: String,
    pub preview: String,
    pub owner: Option<i64>,
    pub ownership_version: i64,
    /// What the list is sorted by: the last activity, or since when the customer waits.
    pub at: Utc,
    pub snoozed_until: Option<Utc>,
    /// The team wrote last; notes do not count.
    pub is_answered: bool,
    /// Null where its last message is gone.
    is_unread: Option<bool>,
}

impl ListRow {
    /// Whether the customer wrote something that the member has not seen.
    pub fn is_unread(&self) -> bool {
        self.is_unread.unwrap_or(false)
    }
}

/// A query of conversations, narrowed to what a list shows. A macro, since the
/// query has another type on each database and for each use.
macro_rules! narrowed {
    ($query:expr, $workspace_id:expr, $actor:expr, $filter:expr) => {{
        let (actor, filter): (Actor, Filter) = ($actor, $filter);
        let mut query = $query.filter(conversations::workspace_id.eq($workspace_id)).into_boxed();
        if filter.is_spam {
            // Its status goes without saying, see the schema; said, it would lead the
            // database through all that is resolved.
            query = query.filter(conversations::spam_at.is_not_null());
        } else {
            query = query.filter(conversations::status.eq(filter.status));
            if filter.status == Status::Resolved {
                query = query.filter(conversations::spam_at.is_null());
            }
        }
        query = match filter.view {
            View::Mine => query.filter(conversations::assignee_id.eq(actor.membership_id)),
            View::Unassigned => query.filter(conversations::assignee_id.is_null()),
            View::All => match filter.owner_id {
                Some(owner) => query.filter(conversations::assignee_id.eq(owner)),
                None => query,
            },
        };
        if filter.is_of_waiting() {
            query = query.filter(conversations::waiting_since.is_not_null());
        }
        if hides_left_ones(actor, filter) {
            let last_owner_user = conversations::last_owner_user_id;
            query = query.filter(last_owner_user.is_null().or(last_owner_user.eq(actor.user_id)));
        }
        // What a member owns they see wherever it is.
        if filter.view != View::Mine && !actor.sees_every_inbox() {
            let hidden = sight::hidden_inboxes($workspace_id, actor.membership_id);
            query = query.filter(conversations::inbox_id.ne_all(hidden));
        }
        if let Some(inbox_id) = filter.inbox_id {
            query = query.filter(conversations::inbox_id.eq(inbox_id));
        }
        if let Some(label_id) = filter.label_id {
            let labelled = conversation_labels::table
                .filter(conversation_labels::workspace_id.eq($workspace_id))
                .filter(conversation_labels::label_id.eq(label_id))
                .select(conversation_labels::conversation_id);
            query = query.filter(conversations::id.eq_any(labelled));
        }
        query
    }};
}

/// The columns of a row of a list that is sorted by `$at`.
macro_rules! columns {
    ($at:expr, $is_unread:expr) => {
        (
            conversations::id,
            conversations::inbox_id,
            contacts::id,
            contacts::name,
            conversations::subject,
            conversations::preview,
            conversations::assignee_id,
            conversations::ownership_version,
            $at,
            conversations::snoozed_until,
            conversations::last_message_id.gt(conversations::last_customer_message_id),
            $is_unread,
        )
    };
}

/// A page of the list in its order: `limit` rows after `before`, for somebody who is a
/// member since `member_since`. What customers wrote before that day is never unread to
/// them. The last message itself is looked at only where it decides: in a conversation
/// that is older than the membership, that something happened to since, and that the
/// member never opened.
///
/// # Errors
/// When the query fails.
pub fn page(
    conn: &mut Conn,
    workspace_id: i64,
    actor: Actor,
    member_since: Utc,
    filter: Filter,
    before: Option<Cursor>,
    limit: i64,
) -> QueryResult<Vec<ListRow>> {
    let read_by_me = conversation_reads::conversation_id
        .eq(conversations::id)
        .and(conversation_reads::membership_id.eq(actor.membership_id));
    // By id alone, which the rows of this workspace name: with the workspace beside it,
    // SQLite would read all messages of one that was small when it planned this. A value
    // and not an `EXISTS`, which PostgreSQL may answer by reading all messages first.
    let last_written_at = messages::table
        .filter(messages::id.eq(conversations::last_customer_message_id))
        .select(messages::created_at)
        .single_value();
    // A `CASE` stops at the first condition that holds; SQLite reads both sides of an
    // `OR`, and so the last message of every row.
    let answer = |is_unread: bool| is_unread.into_sql::<Nullable<Bool>>();
    let last_message = conversations::last_customer_message_id;
    let read_up_to = conversation_reads::message_id.nullable();
    let nothing_since = last_message.eq(0).or(conversations::last_activity_at.le(member_since));
    let is_unread = case_when(read_up_to.is_not_null(), read_up_to.lt(last_message.nullable()))
        .when(nothing_since, answer(false))
        .when(conversations::created_at.gt(member_since), answer(true))
        .otherwise(last_written_at.gt(member_since));
    typed!(conn, |c| {
        let mut query = narrowed!(
            conversations::table
                .inner_join(contacts::table)
                .left_join(conversation_reads::table.on(read_by_me))
                .select(columns!(conversations::last_activity_at, is_unread)),
            workspace_id,
            actor,
            filter
        );
        // The first condition on the place alone bounds the index; the second is exact.
        if filter.is_of_waiting() {
            let since = conversations::waiting_since.assume_not_null();
            query = query.select(columns!(since, is_unread)).order((since, conversations::id));
            if let Some(Cursor { at, id }) = before {
                let is_after = since.gt(at).or(since.eq(at).and(conversations::id.gt(id)));
                query = query.filter(since.ge(at)).filter(is_after);
            }
        } else {
            let at_last = conversations::last_activity_at;
            query = query.order((at_last.desc(), conversations::id.desc()));
            if let Some(Cursor { at, id }) = before {
                let is_after = at_last.lt(at).or(at_last.eq(at).and(conversations::id.lt(id)));
                query = query.filter(at_last.le(at)).filter(is_after);
            }
        }
        limited(query, limit).load(c)
    })
}

/// The first `limit` conversations of a list, less those that something happened to
/// after `made`, when the page that lists them was made.
///
/// # Errors
/// When the query fails.
pub fn as_of(
    conn: &mut Conn,
    workspace_id: i64,
    actor: Actor,
    filter: Filter,
    made: Utc,
    limit: i64,
) -> QueryResult<Vec<Pick>> {
    let since = conversations::owned_since;
    let found: Vec<(i64, i64)> = typed!(conn, |c| {
        let query = narrowed!(
            conversations::table
                .select((conversations::id, conversations::ownership_version))
                .limit(limit),
            workspace_id,
            actor,
            filter
        );
        let query = if filter.is_of_waiting() {
            query.order((conversations::waiting_since, conversations::id))
        } else {
            query.order((conversations::last_activity_at.desc(), conversations::id.desc()))
        };
        query
            .filter(conversations::last_activity_at.le(made))
            .filter(since.is_null().or(since.le(made)))
            .load(c)
    })?;
    Ok(found.into_iter().map(|(id, version)| Pick { id, version }).collect())
}

/// How many conversations each view has, counted up to 100: a page shows `99+`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counts {
    pub mine: i64,
    pub unassigned: i64,
    /// 0 for those who do not have that view.
    pub all: i64,
}

/// Counts the views of one status (and inbox). Each stops at [`CAP`] rows of an
/// index, so that the cost does not grow with the data.
///
/// # Errors
/// When the query fails.
pub fn counts(
    conn: &mut Conn,
    workspace_id: i64,
    actor: Actor,
    filter: Filter,
) -> QueryResult<Counts> {
    typed!(conn, |c| {
        let count = |view| {
            capped(narrowed!(
                conversations::table.select(One),
                workspace_id,
                actor,
                Filter { view, ..filter }
            ))
        };
        let query = diesel::select((count(View::Mine), count(View::Unassigned)));
        let (mine, unassigned): (i64, i64) = query.get_result(c)?;
        let all = if !actor.role.may(Capability::SeeAll) {
            0
        } else if actor.sees_every_inbox() && filter.owner_id.is_none() && mine + unassigned >= CAP
        {
            // Both are part of it.
            CAP
        } else {
            diesel::select(count(View::All)).get_result(c)?
        };
        Ok(Counts { mine, unassigned, all })
    })
}

/// The rule of [`Actor::may_view`] for resolved ones whose owner left.
fn hides_left_ones(actor: Actor, filter: Filter) -> bool {
    filter.view == View::Unassigned
        && filter.status == Status::Resolved
        && !actor.role.may(Capability::SeeAll)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_back_and_refuses_anything_else() {
        let cursor = Cursor { at: Utc::now(), id: 7 };
        assert_eq!(Cursor::decode(&cursor.encode()), Some(cursor));
        for wrong in ["", "7", "a-b", "1-", "-", "99999999999999999999-1"] {
            assert_eq!(Cursor::decode(wrong), None, "{wrong}");
        }
    }
}
