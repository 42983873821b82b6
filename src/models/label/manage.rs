//! What Managers do with labels: add, rename, merge, delete.

use diesel::prelude::*;
use diesel::sql_types::BigInt;

use super::{Details, Label, Refusal, count, find};
use crate::db::dialect::{self, RowLock};
use crate::db::schema::labels;
use crate::db::{Conn, Utc, Verb, refuse};
use crate::models::activity::{Kind, record_setting};
use crate::models::audit::Change;
use crate::models::membership::{MemberId, lock_settings};
use crate::models::saved_view;
use crate::models::text::{name_key, names_stand_once};
use crate::policy::Capability;

/// Two labels that are one now.
#[derive(Clone, Debug)]
pub struct Merged {
    pub from: Label,
    pub into: Label,
    /// How many conversations had the one that is gone.
    pub conversations: i64,
}

/// A member adds a label, and learns its id.
///
/// # Errors
/// [`Refusal`] when the member may not or the name is taken, or the query's failure.
pub fn add(conn: &mut Conn, caller: MemberId, details: &Details) -> Verb<i64, Refusal> {
    let workspace_id = caller.workspace_id;
    let member = lock_settings(conn, caller, Capability::ManageLabels)?;
    is_free(conn, workspace_id, &details.name, None)?;
    let id = diesel::insert_into(labels::table)
        .values((
            labels::workspace_id.eq(workspace_id),
            labels::name.eq(&details.name),
            labels::name_key.eq(name_key(&details.name)),
            labels::colour.eq(details.colour),
            labels::created_at.eq(Utc::now()),
        ))
        .returning(labels::id)
        .get_result(conn)?;
    record_setting(
        conn,
        workspace_id,
        Kind::LabelAdded,
        &member,
        &details.name,
        Change::default(),
    )?;
    Ok(id)
}

/// A member renames a label or gives it another colour: what they changed of what their page
/// showed.
///
/// # Errors
/// As [`add`], and when there is no such label here.
pub fn change(
    conn: &mut Conn,
    caller: MemberId,
    id: i64,
    (typed, seen): (&Details, Option<&Details>),
) -> Verb<(), Refusal> {
    let workspace_id = caller.workspace_id;
    let member = lock_settings(conn, caller, Capability::ManageLabels)?;
    let before = locked(conn, workspace_id, id)?.details();
    let details = seen.map_or_else(|| typed.clone(), |seen| typed.over(seen, &before));
    if details == before {
        return Ok(());
    }
    is_free(conn, workspace_id, &details.name, Some(id))?;
    diesel::update(
        labels::table.filter(labels::workspace_id.eq(workspace_id)).filter(labels::id.eq(id)),
    )
    .set((
        labels::name.eq(&details.name),
        labels::name_key.eq(name_key(&details.name)),
        labels::colour.eq(details.colour),
    ))
    .execute(conn)?;
    let words = |of: &Details| format!("{}, {}", of.name, of.colour.name().to_lowercase());
    let change = Change { from: &words(&before), to: &words(&details) };
    record_setting(conn, workspace_id, Kind::LabelChanged, &member, &before.name, change)?;
    Ok(())
}

/// A member makes one label of two: whatever had the first has the second, saved views
/// show the second, and the first is gone.
///
/// # Errors
/// As [`change`]; merging a label with itself finds no other one.
pub fn merge(conn: &mut Conn, caller: MemberId, from: i64, into: i64) -> Verb<Merged, Refusal> {
    let workspace_id = caller.workspace_id;
    let member = lock_settings(conn, caller, Capability::ManageLabels)?;
    if from == into {
        return refuse(Refusal::NotFound);
    }
    let from = locked(conn, workspace_id, from)?;
    let into = locked(conn, workspace_id, into)?;
    let conversations = count(conn, workspace_id, from.id)?;
    diesel::sql_query(
        "INSERT INTO conversation_labels (conversation_id, label_id, workspace_id, created_at)
         SELECT conversation_id, $1, workspace_id, created_at FROM conversation_labels
         WHERE workspace_id = $2 AND label_id = $3
         ON CONFLICT (conversation_id, label_id) DO NOTHING",
    )
    .bind::<BigInt, _>(into.id)
    .bind::<BigInt, _>(workspace_id)
    .bind::<BigInt, _>(from.id)
    .execute(conn)?;
    saved_view::follow_label(conn, workspace_id, from.id, into.id)?;
    remove(conn, workspace_id, from.id)?;
    let change = Change { from: &from.name, to: &into.name };
    record_setting(conn, workspace_id, Kind::LabelMerged, &member, &from.name, change)?;
    Ok(Merged { from, into, conversations })
}

/// A member deletes a label, also from the conversations that have it.
///
/// # Errors
/// As [`change`].
pub fn delete(conn: &mut Conn, caller: MemberId, id: i64) -> Verb<Label, Refusal> {
    let workspace_id = caller.workspace_id;
    let member = lock_settings(conn, caller, Capability::ManageLabels)?;
    let label = locked(conn, workspace_id, id)?;
    remove(conn, workspace_id, id)?;
    record_setting(
        conn,
        workspace_id,
        Kind::LabelDeleted,
        &member,
        &label.name,
        Change::default(),
    )?;
    Ok(label)
}

/// Finds a label under a lock that whoever puts it on a conversation waits for.
fn locked(conn: &mut Conn, workspace_id: i64, id: i64) -> Verb<Label, Refusal> {
    dialect::lock(conn, RowLock::LabelChanges(id))?;
    match find(conn, workspace_id, id)? {
        Some(label) => Ok(label),
        None => refuse(Refusal::NotFound),
    }
}

fn remove(conn: &mut Conn, workspace_id: i64, id: i64) -> QueryResult<()> {
    diesel::delete(
        labels::table.filter(labels::workspace_id.eq(workspace_id)).filter(labels::id.eq(id)),
    )
    .execute(conn)
    .map(|_| ())
}

names_stand_once!(labels);
