//! When an inbox is open, and what a customer is told outside of that.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use strum::IntoStaticStr;

use super::Chat;
use crate::models::seen::over;
use crate::models::text;
use crate::models::working_hours::WorkingHours;

/// The longest message outside of the hours, in characters.
pub const AWAY_MAX: usize = 500;

/// At which hours an inbox is open; a word in forms and the database.
#[derive(Clone, Debug, PartialEq, Eq, IntoStaticStr)]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum Opening {
    /// At those of the workspace.
    Workspace,
    Always,
    Own(WorkingHours),
}

impl Opening {
    /// The hours where they are its own.
    pub fn own(&self) -> Option<&WorkingHours> {
        match self {
            Self::Own(hours) => Some(hours),
            _ => None,
        }
    }

    /// The hours in words, for the trail of changes.
    pub(super) fn words(&self) -> String {
        match self {
            Self::Workspace => "as the workspace".to_owned(),
            Self::Always => "always".to_owned(),
            Self::Own(hours) => hours.words(),
        }
    }
}

/// The hours of an inbox, and what a customer is told outside of them.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(from = "Stored", into = "Stored")]
pub struct Hours {
    pub opening: Opening,
    /// Checked by `models::text`; empty: nothing.
    pub away_message: String,
}

impl Hours {
    pub(super) fn over(&self, seen: &Self, now: &Self) -> Self {
        Self {
            opening: over(&self.opening, &seen.opening, &now.opening),
            away_message: over(&self.away_message, &seen.away_message, &now.away_message),
        }
    }
}

/// The hours as a row keeps them, and a form what its page showed.
#[derive(Clone, Debug, Queryable, Deserialize, Serialize)]
pub struct Stored {
    opening: String,
    working_hours: Option<String>,
    pub(super) away_message: String,
}

impl Stored {
    /// Hours that cannot be read, which the verb never stores, are as good as none.
    pub(super) fn read(&self) -> Opening {
        let own = || self.working_hours.as_deref().and_then(|text| text.parse().ok());
        match self.opening.as_str() {
            "workspace" => Opening::Workspace,
            "own" => own().map_or(Opening::Always, Opening::Own),
            _ => Opening::Always,
        }
    }
}

impl From<Stored> for Hours {
    fn from(stored: Stored) -> Self {
        Self { opening: stored.read(), away_message: stored.away_message }
    }
}

impl From<Hours> for Stored {
    fn from(hours: Hours) -> Self {
        Self {
            opening: hours.opening.into_str().to_owned(),
            working_hours: hours.opening.own().map(ToString::to_string),
            away_message: hours.away_message,
        }
    }
}

impl Chat {
    /// The hours that count; none: it is always open.
    fn hours(&self) -> Option<WorkingHours> {
        match self.inbox.opening() {
            Opening::Workspace => self.working_hours.as_deref()?.parse().ok(),
            Opening::Always => None,
            Opening::Own(hours) => Some(hours),
        }
    }

    /// Until when it is closed, if it is now; `Some(None)`: nobody knows.
    pub fn closed_until(&self, now: DateTime<Utc>) -> Option<Option<DateTime<Utc>>> {
        let zone = text::time_zone(&self.time_zone).unwrap_or(chrono_tz::UTC);
        let hours = self.hours()?;
        (!hours.contain(now, zone)).then(|| hours.next_opening(now, zone))
    }

    /// What a customer who comes now is told, where they find nobody.
    pub fn away_message(&self, now: DateTime<Utc>) -> Option<&str> {
        let message = self.inbox.away_message();
        (!message.is_empty() && self.closed_until(now).is_some()).then_some(message)
    }
}
