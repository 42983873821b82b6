//! Labels on conversations.

use diesel::prelude::*;

use super::{Label, find, insert_link};
use crate::db::dialect::{self, RowLock};
use crate::db::schema::conversation_labels;
use crate::db::{Conn, Verb, refuse};
use crate::models::activity;
use crate::models::conversation::Locked;
use crate::models::membership::ActingMember;
use crate::models::ownership::{Acting, Missing, lock_seen, may_be_missing};
use crate::models::undo;

/// What came of it: the label, and whether anything is different now.
#[derive(Clone, Debug)]
pub struct Change {
    pub label: Label,
    /// What takes it back; `None` where nothing changed, e.g. after a double click.
    pub undo: Option<undo::Id>,
}

/// Why the labels of a conversation are not changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PutRefusal {
    Missing(Missing),
    /// There is no such label (any more).
    NoLabel,
}

may_be_missing!(PutRefusal);

/// A member puts a label on a conversation. Whoever may tend it may.
///
/// # Errors
/// [`PutRefusal`], or the query's failure.
pub fn attach(conn: &mut Conn, act: Acting, label_id: i64) -> Verb<Change, PutRefusal> {
    change(conn, act, label_id, true)
}

/// A member takes a label off a conversation.
///
/// # Errors
/// As [`attach`].
pub fn detach(conn: &mut Conn, act: Acting, label_id: i64) -> Verb<Change, PutRefusal> {
    change(conn, act, label_id, false)
}

fn change(conn: &mut Conn, act: Acting, label_id: i64, on: bool) -> Verb<Change, PutRefusal> {
    let (me, locked) = lock_seen(conn, act)?;
    dialect::lock(conn, RowLock::LabelStays(label_id))?;
    let Some(label) = find(conn, act.workspace_id, label_id)? else {
        return refuse(PutRefusal::NoLabel);
    };
    let undo = if put(conn, &me, &locked, &label, on)? {
        Some(undo::offer(conn, &me, undo::Kind::Label(label.id), &locked)?)
    } else {
        None
    };
    Ok(Change { label, undo })
}

/// Puts a label on, or takes it off, with its line in the timeline; `false` when it
/// was so already. The caller holds the member, the conversation and the label,
/// and has asked whether the member may.
///
/// # Errors
/// When a query fails.
pub fn put(
    conn: &mut Conn,
    me: &ActingMember,
    locked: &Locked,
    label: &Label,
    on: bool,
) -> QueryResult<bool> {
    let changed = if on {
        insert_link(conn, locked.workspace_id, locked.id, label.id)?
    } else {
        let removed = diesel::delete(
            conversation_labels::table
                .filter(conversation_labels::workspace_id.eq(locked.workspace_id))
                .filter(conversation_labels::conversation_id.eq(locked.id))
                .filter(conversation_labels::label_id.eq(label.id)),
        )
        .execute(conn)?;
        removed > 0
    };
    if changed {
        let kind = if on { activity::Kind::Labelled } else { activity::Kind::Unlabelled };
        activity::record_in(conn, (locked.workspace_id, locked.id), kind, me, &label.name)?;
    }
    Ok(changed)
}
