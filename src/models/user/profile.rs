//! What a person decides about themselves, in every workspace alike.

use chrono_tz::Tz;
use diesel::prelude::*;
use strum::{EnumIter, EnumString, IntoStaticStr};

use crate::db::schema::users;
use crate::db::{Conn, words};
use crate::models::{picture, text};

use super::User;

/// The longest signature, in characters.
pub const SIGNATURE_MAX: usize = 1000;

/// In which light a person works; a word in forms and the database.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, EnumIter, EnumString, IntoStaticStr)]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum Theme {
    /// As the device has it.
    #[default]
    System,
    Light,
    Dark,
}

words!(Theme);

impl Theme {
    /// The theme's name on the screen.
    pub const fn name(self) -> &'static str {
        match self {
            Self::System => "As the device",
            Self::Light => "Light",
            Self::Dark => "Dark",
        }
    }
}

/// A profile, checked by `models::text`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    pub name: String,
    /// The name customers see; the whole name when absent.
    pub public_name: Option<String>,
    /// None: that of the workspace.
    pub time_zone: Option<Tz>,
    pub theme: Theme,
    /// For channels that end letters with one; perhaps empty.
    pub signature: String,
    /// Whether single keys do something.
    pub shortcuts: bool,
}

/// The profile of a user; `None` when there is no such user.
///
/// # Errors
/// When the query fails.
pub fn profile(conn: &mut Conn, id: i64) -> QueryResult<Option<Profile>> {
    type Row = (String, Option<String>, Option<String>, Theme, String, bool);
    let found: Option<Row> = users::table
        .find(id)
        .select((
            users::name,
            users::public_name,
            users::time_zone,
            users::theme,
            users::signature,
            users::shortcuts,
        ))
        .first(conn)
        .optional()?;
    Ok(found.map(|(name, public_name, time_zone, theme, signature, shortcuts)| Profile {
        name,
        public_name,
        time_zone: time_zone.as_deref().and_then(text::time_zone),
        theme,
        signature,
        shortcuts,
    }))
}

/// Changes a person's profile. What was written under the old names keeps them.
///
/// # Errors
/// When the query fails.
pub fn change_profile(conn: &mut Conn, id: i64, new: &Profile) -> QueryResult<()> {
    diesel::update(users::table.find(id))
        .set((
            users::name.eq(&new.name),
            users::public_name.eq(&new.public_name),
            users::time_zone.eq(new.time_zone.map(|zone| zone.name())),
            users::theme.eq(new.theme),
            users::signature.eq(&new.signature),
            users::shortcuts.eq(new.shortcuts),
        ))
        .execute(conn)
        .map(|_| ())
}

/// Leaves of the profile of a user, locked by the caller, this name alone for customers
/// and colleagues to see.
///
/// # Errors
/// When a query fails.
pub fn begin_profile(conn: &mut Conn, user: User) -> QueryResult<User> {
    diesel::update(users::table.find(user.id))
        .set((
            users::name.eq(&user.name),
            users::public_name.eq(None::<String>),
            users::signature.eq(""),
        ))
        .execute(conn)?;
    picture::set_portrait(conn, user.id, None)?;
    Ok(User { public_name: None, ..user })
}
