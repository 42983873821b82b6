//! What a person decides about themselves, in every workspace alike.

use chrono_tz::Tz;
use diesel::prelude::*;

use crate::db::Conn;
use crate::db::schema::users;
use crate::models::text;

/// The longest signature, in characters.
pub const SIGNATURE_MAX: usize = 1000;

/// In which light a person works.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the device has it.
    #[default]
    System,
    Light,
    Dark,
}

impl Theme {
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// The theme's word in forms and the database.
    pub const fn code(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The theme's name on the screen.
    pub const fn name(self) -> &'static str {
        match self {
            Self::System => "As the device",
            Self::Light => "Light",
            Self::Dark => "Dark",
        }
    }

    /// The theme of a word; `None` where there is none of that name.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.code() == code)
    }

    /// The theme of a row. The schema admits the known words alone.
    pub(in crate::models) fn of(code: &str) -> Self {
        Self::parse(code).unwrap_or_default()
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
    type Row = (String, Option<String>, Option<String>, String, String, bool);
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
        theme: Theme::of(&theme),
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
            users::theme.eq(new.theme.code()),
            users::signature.eq(&new.signature),
            users::shortcuts.eq(new.shortcuts),
        ))
        .execute(conn)
        .map(|_| ())
}
