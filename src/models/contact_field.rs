//! Contact fields: what a team knows of its contacts beside name, email address,
//! phone and company, in its own words.

mod manage;
pub mod renaming;
pub mod value;
pub mod values;

use diesel::dsl::auto_type;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use strum::{EnumIter, EnumString, IntoStaticStr};

pub(super) use manage::insert;
pub use manage::{Order, add, change, delete, reorder};

use super::membership::Barred;
use crate::db::schema::{contact_fields, contact_values};
use crate::db::{Conn, typed, words};

/// The longest name of a field, in characters.
pub const NAME_MAX: usize = 60;
/// Fields that a workspace can have: more than fit into a form that people fill.
pub const MOST: i64 = 30;
/// Choices that a field can have.
pub const CHOICES_MOST: usize = 100;

/// What every contact has: no field of a team's own may be named like one of these.
pub const BUILT_IN: [&str; 8] = [
    "name",
    "email",
    "email address",
    "other email addresses",
    "phone",
    "company",
    "contact since",
    "notes",
];

/// What a field holds; a word in forms and the database.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, EnumIter, EnumString, IntoStaticStr)]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum Kind {
    #[default]
    Text,
    Number,
    Date,
    Choice,
}

words!(Kind);

impl Kind {
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

/// What can be changed of a field.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shown {
    /// Checked by [`super::text::line`].
    pub name: String,
    /// Checked by [`value::choices`].
    pub choices: Vec<String>,
}

/// What the form of a field that is there says.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    pub to: Shown,
    /// What its page showed; `None` where the form does not say.
    pub seen: Option<Shown>,
    /// What contacts get that have a choice which goes: another one, or nothing.
    pub instead: Vec<(String, Option<String>)>,
}

/// Why a field is not changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error(transparent)]
    Barred(#[from] Barred),
    #[error("There is no such contact field.")]
    NotFound,
    #[error("There is already a contact field named {0}.")]
    Taken(String),
    #[error("Every contact already has a field with this name.")]
    BuiltIn,
    #[error("A workspace can have {MOST} contact fields. Delete one to make room.")]
    TooMany,
    /// These choices would go, so many contacts have them, and not of each was said what
    /// they get instead.
    #[error("Some contacts have a choice that is not listed any more.")]
    InUse(Vec<(String, i64)>),
    /// Somebody else changed the same since the page was made: what it is now.
    #[error("Somebody else changed this contact field.")]
    Changed(Shown),
}

type Row = (i64, String, Kind, String);

fn from_row((id, name, kind, choices): Row) -> ContactField {
    let choices = choices.lines().map(str::to_owned).collect();
    ContactField { id, name, kind, choices }
}

#[auto_type(no_type_alias)]
fn columns() -> _ {
    (contact_fields::id, contact_fields::name, contact_fields::kind, contact_fields::choices)
}

/// The workspace's fields, in their order.
///
/// # Errors
/// When the query fails.
pub fn list(conn: &mut Conn, workspace_id: i64) -> QueryResult<Vec<ContactField>> {
    let rows: Vec<Row> = contact_fields::table
        .filter(contact_fields::workspace_id.eq(workspace_id))
        .order((contact_fields::position, contact_fields::id))
        .select(columns())
        .load(conn)?;
    Ok(rows.into_iter().map(from_row).collect())
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
        .select((columns(), contact_values::value.nullable()));
    let rows: Vec<(Row, Option<String>)> = typed!(conn, |c| query.load(c))?;
    Ok(rows.into_iter().map(|(row, value)| (from_row(row), value)).collect())
}

/// A field of this workspace.
///
/// # Errors
/// When the query fails.
pub fn find(conn: &mut Conn, workspace_id: i64, id: i64) -> QueryResult<Option<ContactField>> {
    let row: Option<Row> = contact_fields::table
        .filter(contact_fields::workspace_id.eq(workspace_id))
        .filter(contact_fields::id.eq(id))
        .select(columns())
        .first(conn)
        .optional()?;
    Ok(row.map(from_row))
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
