//! What a person decides about themselves, in every workspace alike.

use chrono_tz::Tz;
use diesel::prelude::*;
use strum::{EnumIter, EnumString, IntoStaticStr};

use crate::db::dialect::{self, RowLock};
use crate::db::schema::users;
use crate::db::{Conn, Stop, Verb, refuse, words};
use crate::models::membership::{self, Barred, MemberId};
use crate::models::notification::{self, Choices};
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

/// What a member decides about themselves: in every workspace alike, and how they are told
/// of what happens in one.
#[derive(Clone, Debug)]
pub struct Preferences {
    pub profile: Profile,
    pub choices: Choices,
}

/// Why a member's preferences stay as they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unchanged<P> {
    Barred(Barred),
    /// What the form says cannot be taken.
    Unfit(P),
}

/// The preferences of a user and a membership of theirs; `None` when there is no such user.
///
/// # Errors
/// When a query fails.
pub fn preferences(
    conn: &mut Conn,
    user_id: i64,
    membership_id: i64,
) -> QueryResult<Option<Preferences>> {
    let Some(profile) = profile(conn, user_id)? else { return Ok(None) };
    Ok(Some(Preferences { profile, choices: notification::choices(conn, membership_id)? }))
}

/// A member changes their preferences: `change` makes of what is stored now what is to be.
/// What was written under the old names keeps them.
///
/// # Errors
/// [`Unchanged`] when the membership has ended or `change` says why not, or the query's
/// failure.
pub fn change_preferences<P>(
    conn: &mut Conn,
    caller: MemberId,
    change: impl FnOnce(Preferences) -> Result<Preferences, P>,
) -> Verb<(), Unchanged<P>> {
    let membership_id = caller.membership_id;
    let ended = Unchanged::Barred(Barred::MembershipEnded);
    let Some(me) = membership::lock_acting(conn, caller)? else {
        return refuse(ended);
    };
    let user_id = me.actor.user_id;
    // Against another form of theirs; the membership's lock is against a link of a mail.
    dialect::lock(conn, RowLock::User(user_id))?;
    let Some(before) = preferences(conn, user_id, membership_id)? else { return refuse(ended) };
    let after = change(before).map_err(|why| Stop::Refused(Unchanged::Unfit(why)))?;
    write_profile(conn, user_id, &after.profile)?;
    Ok(notification::choose(conn, membership_id, &after.choices)?)
}

fn write_profile(conn: &mut Conn, id: i64, new: &Profile) -> QueryResult<()> {
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
