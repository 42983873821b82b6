//! Labels: what conversations are about, in a team's own words.

mod attach;
mod manage;

use std::collections::HashMap;

use diesel::dsl::count_star;
use diesel::prelude::*;

pub use attach::{Change, attach, detach, put};
pub use manage::{Merged, add, change, delete, merge};

use crate::db::schema::{conversation_labels, labels};
use crate::db::{Conn, Utc, typed};

/// The longest name of a label, in characters: it has to fit into a list's row.
pub const NAME_MAX: usize = 40;

/// The colours there are: few, and each a token with enough contrast in the light
/// and in the dark theme.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Colour {
    #[default]
    Grey,
    Red,
    Yellow,
    Green,
    Blue,
    Purple,
}

/// A colour was named that does not exist.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no colour named {0:?}")]
pub struct UnknownColour(pub String);

impl Colour {
    pub const ALL: [Self; 6] =
        [Self::Grey, Self::Red, Self::Yellow, Self::Green, Self::Blue, Self::Purple];

    /// The colour's word in forms and the database.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Grey => "grey",
            Self::Red => "red",
            Self::Yellow => "yellow",
            Self::Green => "green",
            Self::Blue => "blue",
            Self::Purple => "purple",
        }
    }

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

impl std::str::FromStr for Colour {
    type Err = UnknownColour;

    fn from_str(code: &str) -> Result<Self, UnknownColour> {
        Self::ALL
            .into_iter()
            .find(|colour| colour.code() == code)
            .ok_or_else(|| UnknownColour(code.to_owned()))
    }
}

/// A label of a workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    pub id: i64,
    pub name: String,
    pub colour: Colour,
}

/// What a label's form says.
#[derive(Clone, Debug)]
pub struct Details {
    /// Checked by [`super::text::line`].
    pub name: String,
    pub colour: Colour,
}

/// Why a label, or the labels of a conversation, are not changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("Your membership of this workspace has ended.")]
    MembershipEnded,
    #[error("Only Administrators and Managers can change labels.")]
    NotAllowed,
    /// There is no such label, or no such conversation for this member.
    #[error("There is no such label.")]
    NotFound,
    #[error("There is already a label named {0}.")]
    Taken(String),
}

type LabelRow = (i64, String, String);

const COLUMNS: (labels::id, labels::name, labels::colour) =
    (labels::id, labels::name, labels::colour);

fn from_row((id, name, colour): LabelRow) -> QueryResult<Label> {
    // The schema admits the known words alone: anything else is damage.
    let colour = colour
        .parse()
        .map_err(|e: UnknownColour| diesel::result::Error::DeserializationError(Box::new(e)))?;
    Ok(Label { id, name, colour })
}

/// The workspace's labels, in alphabetical order.
///
/// # Errors
/// When the query fails.
pub fn list(conn: &mut Conn, workspace_id: i64) -> QueryResult<Vec<Label>> {
    let query = labels::table
        .filter(labels::workspace_id.eq(workspace_id))
        .order((labels::name_key, labels::id))
        .select(COLUMNS);
    let rows: Vec<LabelRow> = typed!(conn, |c| query.load(c))?;
    rows.into_iter().map(from_row).collect()
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
        .select(COLUMNS)
        .first(conn)
        .optional()?;
    row.map(from_row).transpose()
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
