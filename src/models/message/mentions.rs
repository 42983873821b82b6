//! Who is mentioned in notes, and told of it.

use diesel::prelude::*;

use crate::db::dialect::{self, RowLock};
use crate::db::schema::{messages, note_mentions};
use crate::db::{Conn, Utc};
use crate::models::conversation::Locked;
use crate::models::membership::{self, ActingMember, MemberName};
use crate::models::mention;
use crate::models::notification::{self, Kind, Notice};
use crate::models::sight::Audience;

/// So many notes of all that mention a member are looked through for the newest one of a
/// conversation, of which they are told minutes later.
const RECENT: i64 = 200;

/// Somebody who is mentioned, and was not told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Untold {
    /// The conversation does not exist for them.
    MayNotSee(String),
    /// More than one member is called so.
    Ambiguous(String),
}

/// Locks whoever a text mentions. What is written below refers to their
/// memberships, and memberships are locked before conversations.
///
/// # Errors
/// When a query fails.
pub(super) fn lock(conn: &mut Conn, workspace_id: i64, body: &str) -> QueryResult<()> {
    if !body.contains('@') {
        return Ok(());
    }
    let members = membership::active_names(conn, workspace_id)?;
    let mut ids: Vec<i64> = in_text(&members, body).map(|member| member.membership_id).collect();
    ids.sort_unstable();
    ids.dedup();
    for id in ids {
        dialect::lock(conn, RowLock::MembershipStays(id))?;
    }
    Ok(())
}

/// Notes who is mentioned in a note and tells them, each once however often the
/// note is changed. Answers who was not told, and why.
///
/// # Errors
/// When a query fails.
pub(super) fn tell(
    conn: &mut Conn,
    me: &ActingMember,
    locked: &Locked,
    message_id: i64,
    body: &str,
) -> QueryResult<Vec<Untold>> {
    if !body.contains('@') {
        return Ok(Vec::new());
    }
    let members = membership::active_names(conn, locked.workspace_id)?;
    let audience =
        Audience::read(conn, locked.workspace_id, me.actor, (locked.id, locked.holding))?;
    let mut untold = Vec::new();
    for member in in_text(&members, body) {
        let is_called_so = |other: &&MemberName| mention::is_same(&other.name, &member.name);
        let problem = if members.iter().filter(is_called_so).count() > 1 {
            Untold::Ambiguous(member.name.clone())
        } else if audience.holds(member) {
            if insert(conn, locked.workspace_id, message_id, member)? {
                send(conn, me, locked, member)?;
            }
            continue;
        } else {
            Untold::MayNotSee(member.name.clone())
        };
        if !untold.contains(&problem) {
            untold.push(problem);
        }
    }
    Ok(untold)
}

/// Takes back what members were told whom a note, as it reads now, mentions no more: all of
/// them where `body` is none. Who has read of it is not told again when it does.
///
/// # Errors
/// When a query fails.
pub(super) fn take_back(
    conn: &mut Conn,
    locked: &Locked,
    message_id: i64,
    body: Option<&str>,
) -> QueryResult<()> {
    let told: Vec<(i64, Utc)> = note_mentions::table
        .filter(note_mentions::message_id.eq(message_id))
        .select((note_mentions::membership_id, note_mentions::created_at))
        .load(conn)?;
    if told.is_empty() {
        return Ok(());
    }
    let members = membership::active_names(conn, locked.workspace_id)?;
    let still: Vec<i64> =
        in_text(&members, body.unwrap_or_default()).map(|member| member.membership_id).collect();
    for (id, since) in told.into_iter().filter(|(id, _)| !still.contains(id)) {
        if notification::take_back_first(conn, id, locked.id, Kind::Mentioned, since)? {
            diesel::delete(
                note_mentions::table
                    .filter(note_mentions::message_id.eq(message_id))
                    .filter(note_mentions::membership_id.eq(id)),
            )
            .execute(conn)?;
        }
    }
    Ok(())
}

/// The newest note of a conversation that mentions a member; nothing where it is gone.
///
/// # Errors
/// When the query fails.
pub fn newest_of(conn: &mut Conn, conversation_id: i64, membership_id: i64) -> QueryResult<String> {
    let mentioning: Vec<i64> = note_mentions::table
        .filter(note_mentions::membership_id.eq(membership_id))
        .order(note_mentions::message_id.desc())
        .limit(RECENT)
        .select(note_mentions::message_id)
        .load(conn)?;
    let body = messages::table
        .filter(messages::conversation_id.eq(conversation_id))
        .filter(messages::id.eq_any(mentioning))
        .filter(messages::deleted_at.is_null())
        .order(messages::id.desc())
        .select(messages::body)
        .first(conn)
        .optional()?;
    Ok(body.unwrap_or_default())
}

fn in_text<'a>(members: &'a [MemberName], body: &str) -> impl Iterator<Item = &'a MemberName> {
    let names: Vec<&str> = members.iter().map(|member| member.name.as_str()).collect();
    mention::found(body, &names).into_iter().filter_map(|(_, index)| members.get(index))
}

/// `false` when the note mentioned them before.
fn insert(
    conn: &mut Conn,
    workspace_id: i64,
    message_id: i64,
    member: &MemberName,
) -> QueryResult<bool> {
    let id = member.membership_id;
    let is_known: bool = diesel::select(diesel::dsl::exists(
        note_mentions::table
            .filter(note_mentions::message_id.eq(message_id))
            .filter(note_mentions::membership_id.eq(id)),
    ))
    .get_result(conn)?;
    if is_known {
        return Ok(false);
    }
    diesel::insert_into(note_mentions::table)
        .values((
            note_mentions::message_id.eq(message_id),
            note_mentions::membership_id.eq(id),
            note_mentions::workspace_id.eq(workspace_id),
            note_mentions::name.eq(&member.name),
            note_mentions::created_at.eq(Utc::now()),
        ))
        .execute(conn)?;
    Ok(true)
}

/// Nobody is told of what they wrote themselves.
fn send(
    conn: &mut Conn,
    me: &ActingMember,
    locked: &Locked,
    member: &MemberName,
) -> QueryResult<()> {
    if member.membership_id == me.actor.membership_id {
        return Ok(());
    }
    notification::send(
        conn,
        &Notice {
            workspace_id: locked.workspace_id,
            membership_id: member.membership_id,
            kind: Kind::Mentioned,
            conversation_id: Some(locked.id),
            outage_id: None,
            actor_name: &me.name,
            subject_name: &locked.contact_name,
        },
    )
}

/// The names that these notes mention, each with its note's id.
///
/// # Errors
/// When the query fails.
pub fn of_notes(
    conn: &mut Conn,
    workspace_id: i64,
    notes: Vec<i64>,
) -> QueryResult<Vec<(i64, String)>> {
    note_mentions::table
        .filter(note_mentions::workspace_id.eq(workspace_id))
        .filter(note_mentions::message_id.eq_any(notes))
        .select((note_mentions::message_id, note_mentions::name))
        .load(conn)
}
