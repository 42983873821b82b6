//! Members who are away: who may say so, where it is seen, and what then becomes of what
//! customers write to them.

mod queue;
mod saying;

use baton::db::Utc;
use baton::models::calendar;
use chrono::{NaiveDate, TimeDelta};

use crate::support::{Member, Page};

const PROFILE: &str = "/settings/profile";

/// A day to come, where the cast is.
pub fn days_ahead(days: i64) -> NaiveDate {
    calendar::day_of(Utc::now().plus(TimeDelta::days(days)), chrono_tz::Europe::Berlin)
}

/// Says on one's own profile when one is back.
#[track_caller]
fn goes_away(member: &Member, days: i64) -> Page {
    let form = member.get(PROFILE).form("I am away");
    let page = form.with("Back on", &days_ahead(days).to_string()).submit();
    page.expect(200, "You are away until ");
    page
}
