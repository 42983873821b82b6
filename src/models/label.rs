//! Labels: what conversations are about, in a team's own words.

mod attach;
mod manage;

use std::collections::HashMap;

use diesel::dsl::{auto_type, count_star};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use strum::{EnumIter, EnumString, IntoStaticStr};

pub use attach::{Change, PutRefusal, attach, detach, put};
pub use manage::{Merged, add, change, delete, merge};

use super::membership::Barred;
use super::seen::over;
use crate::db::schema::{conversation_labels, labels};
use crate::db::{Conn, Utc, typed, words};

/// The longest name of a label, in characters: it has to fit into a list's row.
pub const NAME_MAX: usize = 40;

/// The colours there are: few, and each a token with enough contrast in the light
/// and in the dark theme; a word in forms and the database.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    EnumIter,
    EnumString,
    IntoStaticStr,
    Serialize,
    Deserialize,
)]
#[strum(serialize_all = "snake_case", const_into_str)]
#[serde(rename_all = "snake_case")]
pub enum Colour {
    #[default]
    Grey,
    Red,
    Yellow,
    Green,
    Blue,
    Purple,
}

words!(Colour);

impl Colour {
    /// The colour's name on the screen.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Grey => "Grey",
            Self::Red => "Red",
            Self::Yellow => "Yellow",
            Self::Green => "Green",
            Self::Blue => "Blue",
            Self::Purple => "Purple",
        }
    }
}

/// A label of a workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    pub id: i64,
    pub name: String,
    pub colour: Colour,
}

impl Label {
    /// What its form shows.
    pub fn details(&self) -> Details {
        Details { name: self.name.clone(), colour: self.colour }
    }
}

/// What a label's form says, and what its page showed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Details {
    /// Checked by [`super::text::line`].
    pub name: String,
    pub colour: Colour,
}

impl Details {
    fn over(&self, seen: &Self, now: &Self) -> Self {
        Self {
            name: over(&self.name, &seen.name, &now.name),
            colour: over(&self.colour, &seen.colour, &now.colour),
        }
    }
}

/// Why a label is not changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error(transparent)]
    Barred(#[from] Barred),
    #[error("There is no such label.")]
    NotFound,
    #[error("There is already a label named {0}.")]
    Taken(String),
}

type LabelRow = (i64, String, Colour);

#[auto_type(no_type_alias)]
fn columns() -> _ {
    (labels::id, labels::name, labels::colour)
}

fn from_row((id, name, colour): LabelRow) -> Label {
    Label { id, name, colour }
}

/// The workspace's labels, in alphabetical order.
///
/// # Errors
/// When the query fails.
pub fn list(conn: &mut Conn, workspace_id: i64) -> QueryResult<Vec<Label>> {
    let query = labels::table
        .filter(labels::workspace_id.eq(workspace_id))
        .order((labels::name_key, labels::id))
        .select(columns());
    let rows: Vec<LabelRow> = typed!(conn, |c| query.load(c))?;
    Ok(rows.into_iter().map(from_row).collect())
}

/// As [`list`], each with the number of conversations that have it.
///
/// # Errors
/// When a query fails.
pub fn list_with_counts(conn: &mut Conn, workspace_id: i64) -> QueryResult<Vec<(Label, i64)>> {
    let counts: HashMap<i64, i64> = conversation_labels::table
        .filter(conversation_labels::workspace_id.eq(workspace_id))
        .group_by(conversation_labels::label_id)
        .select((conversation_labels::label_id, count_star()))
        .load::<(i64, i64)>(conn)?
        .into_iter()
        .collect();
    let labels = list(conn, workspace_id)?.into_iter();
    Ok(labels
        .map(|label| {
            let count = counts.get(&label.id).copied().unwrap_or(0);
            (label, count)
        })
        .collect())
}

/// A label of this workspace.
///
/// # Errors
/// When the query fails.
pub fn find(conn: &mut Conn, workspace_id: i64, id: i64) -> QueryResult<Option<Label>> {
    let row: Option<LabelRow> = labels::table
        .filter(labels::workspace_id.eq(workspace_id))
        .filter(labels::id.eq(id))
        .select(columns())
        .first(conn)
        .optional()?;
    Ok(row.map(from_row))
}

/// How many conversations have a label.
///
/// # Errors
/// When the query fails.
pub fn count(conn: &mut Conn, workspace_id: i64, id: i64) -> QueryResult<i64> {
    conversation_labels::table
        .filter(conversation_labels::workspace_id.eq(workspace_id))
        .filter(conversation_labels::label_id.eq(id))
        .count()
        .get_result(conn)
}

/// Which label is on which of these conversations: pairs of conversation and
/// label, by their ids.
///
/// # Errors
/// When the query fails.
pub fn of_conversations(
    conn: &mut Conn,
    workspace_id: i64,
    ids: Vec<i64>,
) -> QueryResult<Vec<(i64, i64)>> {
    conversation_labels::table
        .filter(conversation_labels::workspace_id.eq(workspace_id))
        .filter(conversation_labels::conversation_id.eq_any(ids))
        .order((conversation_labels::conversation_id, conversation_labels::label_id))
        .select((conversation_labels::conversation_id, conversation_labels::label_id))
        .load(conn)
}

/// Since when a conversation has a label; `None` where it has not.
///
/// # Errors
/// When the query fails.
pub fn put_on_at(
    conn: &mut Conn,
    workspace_id: i64,
    conversation_id: i64,
    label_id: i64,
) -> QueryResult<Option<Utc>> {
    conversation_labels::table
        .filter(conversation_labels::workspace_id.eq(workspace_id))
        .filter(conversation_labels::conversation_id.eq(conversation_id))
        .filter(conversation_labels::label_id.eq(label_id))
        .select(conversation_labels::created_at)
        .first(conn)
        .optional()
}

/// Puts a label on a conversation, past every rule; `false` when it was there.
pub(super) fn insert_link(
    conn: &mut Conn,
    workspace_id: i64,
    conversation_id: i64,
    label_id: i64,
) -> QueryResult<bool> {
    use diesel::sql_types::{BigInt, Timestamp};
    diesel::sql_query(
        "INSERT INTO conversation_labels (conversation_id, label_id, workspace_id, created_at)
         VALUES ($1, $2, $3, $4) ON CONFLICT (conversation_id, label_id) DO NOTHING",
    )
    .bind::<BigInt, _>(conversation_id)
    .bind::<BigInt, _>(label_id)
    .bind::<BigInt, _>(workspace_id)
    .bind::<Timestamp, _>(Utc::now())
    .execute(conn)
    .map(|written| written > 0)
}
