//! Contact fields: what a team knows of its contacts beside name, email address,
//! phone and company, in its own words.

mod manage;
pub mod value;
pub mod values;

use diesel::prelude::*;

pub(super) use manage::insert;
pub use manage::{Order, add, change, delete, reorder};

use crate::db::schema::{contact_fields, contact_values};
use crate::db::{Conn, typed};

/// The longest name of a field, in characters.
pub const NAME_MAX: usize = 60;
/// Fields that a workspace can have: more than fit into a form that people fill.
pub const MOST: i64 = 30;
/// Choices that a field can have.
pub const CHOICES_MOST: usize = 100;

/// What every contact has: no field of a team's own may be named like one of these.
pub const BUILT_IN: [&str; 7] =
    ["name", "email", "email address", "phone", "company", "contact since", "notes"];

/// What a field holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    #[default]
    Text,
    Number,
    Date,
    Choice,
}

/// A kind was named that does not exist.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no kind of field named {0:?}")]
pub struct UnknownKind(pub String);

impl Kind {
    pub const ALL: [Self; 4] = [Self::Text, Self::Number, Self::Date, Self::Choice];

    /// The kind's word in forms and the database.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Number => "number",
            Self::Date => "date",
            Self::Choice => "choice",
        }
    }

    /// The kind's name on the screen.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text => "Text",
            Self::Number => "Number",
            Self::Date => "Date",
            Self::Choice => "Choice",
        }
    }
}

impl std::str::FromStr for Kind {
    type Err = UnknownKind;

    fn from_str(code: &str) -> Result<Self, UnknownKind> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.code() == code)
            .ok_or_else(|| UnknownKind(code.to_owned()))
    }
}

/// A field of a workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContactField {
    pub id: i64,
    pub name: String,
    pub kind: Kind,
    /// In the order in which they are offered; empty for the other kinds.
    pub choices: Vec<String>,
}

/// What the form of a field says.
#[derive(Clone, Debug)]
pub struct Details {
    /// Checked by [`super::text::line`].
    pub name: String,
    /// Decided once: contacts have values of it.
    pub kind: Kind,
    /// Checked by [`value::choices`].
    pub choices: Vec<String>,
}

/// Why a field is not changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("Your membership of this workspace has ended.")]
    MembershipEnded,
    #[error("Only Administrators and Managers can change contact fields.")]
    NotAllowed,
    #[error("There is no such contact field.")]
    NotFound,
    #[error("There is already a contact field named {0}.")]
    Taken(String),
    #[error("Every contact already has a field with this name.")]
    BuiltIn,
    #[error("A workspace can have {MOST} contact fields. Delete one to make room.")]
    TooMany,
    /// These choices would go, and so many contacts have them.
    #[error("Some contacts have a choice that you are removing.")]
    InUse(Vec<(String, i64)>),
}

type Row = (i64, String, String, String);

fn from_row((id, name, kind, choices): Row) -> QueryResult<ContactField> {
    // The schema admits the known words alone: anything else is damage.
    let kind = kind
        .parse()
        .map_err(|e: UnknownKind| diesel::result::Error::DeserializationError(Box::new(e)))?;
    let choices = choices.lines().map(str::to_owned).collect();
    Ok(ContactField { id, name, kind, choices })
}

const COLUMNS: (
    contact_fields::id,
    contact_fields::name,
    contact_fields::kind,
    contact_fields::choices,
) = (contact_fields::id, contact_fields::name, contact_fields::kind, contact_fields::choices);

/// The workspace's fields, in their order.
///
/// # Errors
/// When the query fails.
pub fn list(conn: &mut Conn, workspace_id: i64) -> QueryResult<Vec<ContactField>> {
    let rows: Vec<Row> = contact_fields::table
        .filter(contact_fields::workspace_id.eq(workspace_id))
        .order((contact_fields::position, contact_fields::id))
        .select(COLUMNS)
        .load(conn)?;
    rows.into_iter().map(from_row).collect()
}

/// The workspace's fields, in their order, each with a contact's value. One query,
/// since every page of a conversation asks.
///
/// # Errors
/// When the query fails.
pub fn of_contact(
    conn: &mut Conn,
    workspace_id: i64,
    contact_id: i64,
) -> QueryResult<Vec<(ContactField, Option<String>)>> {
    let query = contact_fields::table
        .left_join(
            contact_values::table.on(contact_values::workspace_id
                .eq(contact_fields::workspace_id)
                .and(contact_values::field_id.eq(contact_fields::id))
                .and(contact_values::contact_id.eq(contact_id))),
        )
        .filter(contact_fields::workspace_id.eq(workspace_id))
        .order((contact_fields::position, contact_fields::id))
        .select((COLUMNS, contact_values::value.nullable()));
    let rows: Vec<(Row, Option<String>)> = typed!(conn, |c| query.load(c))?;
    rows.into_iter().map(|(row, value)| Ok((from_row(row)?, value))).collect()
}

/// A field of this workspace.
///
/// # Errors
/// When the query fails.
pub fn find(conn: &mut Conn, workspace_id: i64, id: i64) -> QueryResult<Option<ContactField>> {
    let row: Option<Row> = contact_fields::table
        .filter(contact_fields::workspace_id.eq(workspace_id))
        .filter(contact_fields::id.eq(id))
        .select(COLUMNS)
        .first(conn)
        .optional()?;
    row.map(from_row).transpose()
}

/// How many contacts have a value of a field.
///
/// # Errors
/// When the query fails.
pub fn count(conn: &mut Conn, workspace_id: i64, id: i64) -> QueryResult<i64> {
    contact_values::table
        .filter(contact_values::workspace_id.eq(workspace_id))
        .filter(contact_values::field_id.eq(id))
        .count()
        .get_result(conn)
}
