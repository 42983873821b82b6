//! What an Administrator decides for the whole workspace.

use chrono_tz::Tz;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use super::Refusal;
use crate::db::schema::workspaces;
use crate::db::{Conn, Verb, refuse};
use crate::models::activity::{Kind, record_setting};
use crate::models::audit::Change;
use crate::models::membership::{Barred, MemberId, lock_settings};
use crate::models::seen::over;
use crate::models::session;
use crate::models::text;
use crate::models::working_hours::WorkingHours;
use crate::policy::Capability;

/// How many days a session may live without a visit.
pub const SESSION_DAYS: [i32; 4] = [1, 7, 30, 90];

/// The settings of a workspace, checked by `models::text` and [`WorkingHours`].
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(try_from = "Row", into = "Row")]
pub struct Settings {
    pub name: String,
    pub time_zone: Tz,
    /// None: always.
    pub working_hours: Option<WorkingHours>,
    /// One of [`SESSION_DAYS`].
    pub session_days: i32,
    /// An Agent may assign what they own to another member.
    pub agents_pass_on: bool,
}

/// The settings as their columns hold them, and a form what its page showed.
type Row = (String, String, Option<String>, i32, bool);

impl TryFrom<Row> for Settings {
    type Error = diesel::result::Error;

    fn try_from(row: Row) -> QueryResult<Self> {
        let (name, time_zone, working_hours, session_days, agents_pass_on) = row;
        Ok(Self {
            name,
            time_zone: text::time_zone(&time_zone).unwrap_or(Tz::UTC),
            working_hours: parse_hours(working_hours)?,
            session_days,
            agents_pass_on,
        })
    }
}

impl From<Settings> for Row {
    fn from(settings: Settings) -> Self {
        let zone = settings.time_zone.name().to_owned();
        let hours = settings.working_hours.as_ref().map(ToString::to_string);
        (settings.name, zone, hours, settings.session_days, settings.agents_pass_on)
    }
}

impl Settings {
    fn over(&self, seen: &Self, now: &Self) -> Self {
        Self {
            name: over(&self.name, &seen.name, &now.name),
            time_zone: over(&self.time_zone, &seen.time_zone, &now.time_zone),
            working_hours: over(&self.working_hours, &seen.working_hours, &now.working_hours),
            session_days: over(&self.session_days, &seen.session_days, &now.session_days),
            agents_pass_on: over(&self.agents_pass_on, &seen.agents_pass_on, &now.agents_pass_on),
        }
    }
}

/// The settings as they are; `None` when there is no such workspace.
///
/// # Errors
/// When the query fails.
pub fn settings(conn: &mut Conn, workspace_id: i64) -> QueryResult<Option<Settings>> {
    let found: Option<Row> = workspaces::table
        .find(workspace_id)
        .select((
            workspaces::name,
            workspaces::time_zone,
            workspaces::working_hours,
            workspaces::session_days,
            workspaces::agents_pass_on,
        ))
        .first(conn)
        .optional()?;
    found.map(Settings::try_from).transpose()
}

/// Working hours of a row. They were checked on the way in, so anything else is a
/// damaged database and an error.
fn parse_hours(stored: Option<String>) -> QueryResult<Option<WorkingHours>> {
    let unreadable = |e| diesel::result::Error::DeserializationError(Box::new(e));
    stored.map(|text| text.parse().map_err(unreadable)).transpose()
}

/// An Administrator changes the settings: where it is known what their page showed, only
/// what differs from that is written. A shorter life of sessions counts at once
/// for those that are open. Each change leaves a line with what it was before.
///
/// # Errors
/// [`Refusal`] when they may not, or the query's failure.
pub fn change(
    conn: &mut Conn,
    caller: MemberId,
    typed: &Settings,
    seen: Option<&Settings>,
) -> Verb<(), Refusal> {
    let workspace_id = caller.workspace_id;
    let acting = lock_settings(conn, caller, Capability::WorkspaceSettings)?;
    let Some(old) = settings(conn, workspace_id)? else {
        return refuse(Barred::MembershipEnded.into());
    };
    let new = seen.map_or_else(|| typed.clone(), |seen| typed.over(seen, &old));
    diesel::update(workspaces::table.find(workspace_id))
        .set((
            workspaces::name.eq(&new.name),
            workspaces::time_zone.eq(new.time_zone.name()),
            workspaces::working_hours.eq(new.working_hours.as_ref().map(ToString::to_string)),
            workspaces::session_days.eq(new.session_days),
            workspaces::agents_pass_on.eq(new.agents_pass_on),
        ))
        .execute(conn)?;
    if new.session_days < old.session_days {
        session::shorten(conn, workspace_id)?;
    }
    for (what, from, to) in changes(&old, &new) {
        let change = Change { from: &from, to: &to };
        record_setting(conn, workspace_id, Kind::WorkspaceChanged, &acting, what, change)?;
    }
    Ok(())
}

/// What is different: its name, what it was, and what it is.
fn changes(old: &Settings, new: &Settings) -> Vec<(&'static str, String, String)> {
    let hours = |settings: &Settings| {
        settings.working_hours.as_ref().map_or_else(|| "always".to_owned(), WorkingHours::words)
    };
    let on = |is_on| if is_on { "on" } else { "off" }.to_owned();
    let days = |days| if days == 1 { "1 day".to_owned() } else { format!("{days} days") };
    [
        ("Name", old.name.clone(), new.name.clone()),
        ("Time zone", old.time_zone.name().to_owned(), new.time_zone.name().to_owned()),
        ("Working hours", hours(old), hours(new)),
        ("Session lifetime", days(old.session_days), days(new.session_days)),
        ("Agents may pass on their own", on(old.agents_pass_on), on(new.agents_pass_on)),
    ]
    .into_iter()
    .filter(|(_, before, after)| before != after)
    .collect()
}
