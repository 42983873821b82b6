//! Conversations: the row, and how a viewer finds one.

use diesel::dsl::auto_type;
use diesel::prelude::*;

use super::contact::{self, Contact};
use super::ownership::Acting;
use super::{inbox, sight};
use crate::db::dialect::{self, RowLock};
use crate::db::schema::{contacts, conversation_reads, conversations, inboxes};
use crate::db::{Conn, Utc, words};
use crate::models::membership::MemberId;
use crate::policy::{Actor, Holding, Status};

words!(Status);

/// The longest subject that is given to one, in characters.
pub const SUBJECT_MAX: usize = 200;

/// A conversation with what its page says of it.
#[derive(Clone, Debug)]
pub struct Conversation {
    pub id: i64,
    pub subject: String,
    pub holding: Holding,
    pub ownership_version: i64,
    pub owned_since: Option<Utc>,
    pub snoozed_until: Option<Utc>,
    pub is_spam: bool,
    pub last_message_id: i64,
    pub last_activity_at: Utc,
    pub waiting_since: Option<Utc>,
    pub created_at: Utc,
    pub contact: Contact,
    /// Where the answers of this chat are mailed; none: it is no chat, or they are not.
    pub answers_to: Option<String>,
    pub inbox_name: String,
    /// How the customer writes to it.
    pub channel: inbox::Kind,
}

type FoundRow = (i64, String, Holding, State, i64, Times, Contact, Place);
type Times = (Utc, Option<Utc>, Utc);
/// Its inbox, and `answers_to`.
type Place = (String, inbox::Kind, Option<String>);
/// Its `ownership_version`, since when it is owned, until when snoozed, since when spam.
type State = (i64, Option<Utc>, Option<Utc>, Option<Utc>);

#[auto_type(no_type_alias)]
fn state() -> _ {
    (
        conversations::ownership_version,
        conversations::owned_since,
        conversations::snoozed_until,
        conversations::spam_at,
    )
}

/// Finds a conversation as far as it exists for this member: one of another
/// workspace, or that the member may not see, is absent.
///
/// # Errors
/// When the query fails.
pub fn find(
    conn: &mut Conn,
    workspace_id: i64,
    actor: Actor,
    id: i64,
) -> QueryResult<Option<Conversation>> {
    let row: Option<FoundRow> = conversations::table
        .inner_join(contacts::table)
        .inner_join(inboxes::table)
        .filter(conversations::workspace_id.eq(workspace_id))
        .filter(conversations::id.eq(id))
        .select((
            conversations::id,
            conversations::subject,
            sight::holding(actor.membership_id),
            state(),
            conversations::last_message_id,
            (
                conversations::last_activity_at,
                conversations::waiting_since,
                conversations::created_at,
            ),
            contact::columns(),
            (inboxes::name, inboxes::kind, conversations::visitor_email),
        ))
        .first(conn)
        .optional()?;
    let Some((id, subject, holding, state, last_message_id, at, contact, place)) = row else {
        return Ok(None);
    };
    let (inbox_name, channel, answers_to) = place;
    let (last_activity_at, waiting_since, created_at) = at;
    let (ownership_version, owned_since, snoozed_until, spam_at) = state;
    Ok(actor.may_view(holding).then_some(Conversation {
        id,
        subject,
        holding,
        ownership_version,
        owned_since,
        snoozed_until,
        is_spam: spam_at.is_some(),
        last_message_id,
        last_activity_at,
        waiting_since,
        created_at,
        contact,
        answers_to,
        inbox_name,
        channel,
    }))
}

/// A conversation that a verb has locked: what it needs to know before it changes it.
#[derive(Clone, Debug)]
pub struct Locked {
    pub id: i64,
    pub workspace_id: i64,
    pub holding: Holding,
    pub version: i64,
    pub owned_since: Option<Utc>,
    pub progress: Progress,
    pub last_message_id: i64,
    pub contact_name: String,
    /// When this was read: what changes under the lock changes after it.
    pub read_at: Utc,
}

/// Where a conversation stands, with everything that belongs to its status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    pub status: Status,
    pub snoozed_until: Option<Utc>,
    pub snoozed_by: Option<i64>,
    pub spam_at: Option<Utc>,
    /// What lists are sorted by.
    pub last_activity_at: Utc,
}

/// Locks a conversation and reads who holds it, as the acting member stands to it;
/// `None` when the workspace has none of that id. Memberships are locked before this.
///
/// # Errors
/// When a query fails.
pub fn lock(conn: &mut Conn, act: Acting) -> QueryResult<Option<Locked>> {
    dialect::lock(conn, RowLock::Conversation(act.conversation_id))?;
    locked(conn, act.caller(), act.conversation_id)
}

/// What [`lock`] reads, for whoever has locked it.
pub(super) fn locked(conn: &mut Conn, member: MemberId, id: i64) -> QueryResult<Option<Locked>> {
    let MemberId { workspace_id, membership_id } = member;
    type Found = (Holding, State, Option<i64>, Utc, i64, String);
    let read_at = Utc::now();
    let row: Option<Found> = conversations::table
        .inner_join(contacts::table)
        .inner_join(inboxes::table)
        .filter(conversations::workspace_id.eq(workspace_id))
        .filter(conversations::id.eq(id))
        .select((
            sight::holding(membership_id),
            state(),
            conversations::snoozed_by_id,
            conversations::last_activity_at,
            conversations::last_message_id,
            contacts::name,
        ))
        .first(conn)
        .optional()?;
    Ok(row.map(|(holding, state, snoozed_by, last_activity_at, last_message_id, contact_name)| {
        let (version, owned_since, snoozed_until, spam_at) = state;
        let status = holding.status;
        Locked {
            id,
            workspace_id,
            holding,
            version,
            owned_since,
            progress: Progress { status, snoozed_until, snoozed_by, spam_at, last_activity_at },
            last_message_id,
            contact_name,
            read_at,
        }
    }))
}

/// The newest message of a conversation that a member has seen; 0: none.
///
/// # Errors
/// When the query fails.
pub fn read_up_to(conn: &mut Conn, membership_id: i64, id: i64) -> QueryResult<i64> {
    let read: Option<i64> = conversation_reads::table
        .filter(conversation_reads::conversation_id.eq(id))
        .filter(conversation_reads::membership_id.eq(membership_id))
        .select(conversation_reads::message_id)
        .first(conn)
        .optional()?;
    Ok(read.unwrap_or(0))
}

/// Notes that a member has seen a conversation up to a message. Never moves
/// back, so that an older tab does not make it unread again. A conversation that is
/// deleted meanwhile is not noted.
///
/// # Errors
/// When the query fails.
pub fn mark_read(conn: &mut Conn, caller: MemberId, id: i64, message_id: i64) -> QueryResult<()> {
    let MemberId { workspace_id, membership_id } = caller;
    use diesel::sql_types::BigInt;
    dialect::lock(conn, RowLock::ConversationStays(id))?;
    diesel::sql_query(
        "INSERT INTO conversation_reads (conversation_id, membership_id, workspace_id, message_id)
         SELECT id, $1, workspace_id, $2 FROM conversations WHERE id = $3 AND workspace_id = $4
         ON CONFLICT (conversation_id, membership_id) DO UPDATE SET message_id = excluded.message_id
         WHERE conversation_reads.message_id < excluded.message_id",
    )
    // SQLite counts these in the order in which they stand.
    .bind::<BigInt, _>(membership_id)
    .bind::<BigInt, _>(message_id)
    .bind::<BigInt, _>(id)
    .bind::<BigInt, _>(workspace_id)
    .execute(conn)
    .map(|_| ())
}

/// Whether the workspace has any conversation.
///
/// # Errors
/// When the query fails.
pub fn any(conn: &mut Conn, workspace_id: i64) -> QueryResult<bool> {
    diesel::select(diesel::dsl::exists(
        conversations::table.filter(conversations::workspace_id.eq(workspace_id)),
    ))
    .get_result(conn)
}

/// A conversation that exists for a member, as they are told of it.
#[derive(Clone, Debug)]
pub struct Visible {
    pub id: i64,
    pub subject: String,
    /// The beginning of the last message.
    pub preview: String,
    /// The team wrote it.
    pub is_answered: bool,
    pub inbox_id: i64,
    pub channel: inbox::Kind,
    pub holding: Holding,
    pub is_spam: bool,
}

/// Which of these conversations exist for this member.
///
/// # Errors
/// When the query fails.
pub fn visible_among(
    conn: &mut Conn,
    workspace_id: i64,
    actor: Actor,
    ids: &[i64],
) -> QueryResult<Vec<Visible>> {
    type Row = ((i64, String, String, bool), Holding, (i64, inbox::Kind, Option<Utc>));
    let rows: Vec<Row> = conversations::table
        .inner_join(inboxes::table)
        .filter(conversations::workspace_id.eq(workspace_id))
        .filter(conversations::id.eq_any(ids.to_vec()))
        .select((
            (
                conversations::id,
                conversations::subject,
                conversations::preview,
                conversations::last_message_id.gt(conversations::last_customer_message_id),
            ),
            sight::holding(actor.membership_id),
            (inboxes::id, inboxes::kind, conversations::spam_at),
        ))
        .load(conn)?;
    let mut visible = Vec::with_capacity(rows.len());
    for ((id, subject, preview, is_answered), holding, (inbox_id, channel, spam_at)) in rows {
        if actor.may_view(holding) {
            let is_spam = spam_at.is_some();
            visible.push(Visible {
                id,
                subject,
                preview,
                is_answered,
                inbox_id,
                channel,
                holding,
                is_spam,
            });
        }
    }
    Ok(visible)
}
