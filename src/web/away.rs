//! Who is away: in words, wherever a member is offered or told of as an owner, and the form
//! that says so, of oneself or of another. The day is one of the workspace's time zone, so
//! that it is the same for everybody.

use chrono::{Datelike, NaiveDate};
use chrono_tz::Tz;
use serde::Deserialize;

use super::days;
use super::view::Field;
use super::viewer::Viewer;
use crate::App;
use crate::db::Utc;
use crate::models::away::{self, Refusal};
use crate::models::calendar::{self, NoDate};
use crate::models::membership::{self, MemberName};
use crate::web::error::AppError;

/// A member as a select offers them: `Mia Chen (away until 3 Dec)` while they are away,
/// with their address where another one is called so too, else the name alone.
pub fn label(member: &MemberName, viewer: &Viewer) -> String {
    let zone = viewer.workspace_time_zone;
    if member.is_ambiguous {
        return named(&format!("{} ({})", member.name, member.email), member.away_until, zone);
    }
    named(&member.name, member.away_until, zone)
}

/// The same of a name, in the time zone of its workspace.
pub fn named(name: &str, until: Option<Utc>, zone: Tz) -> String {
    match short(until, zone) {
        Some(day) => format!("{name} (away until {day})"),
        None => name.to_owned(),
    }
}

/// `3 Dec`: until when somebody is away now.
pub fn short(until: Option<Utc>, zone: Tz) -> Option<String> {
    in_words(until, Utc::now(), zone, "%-d %b")
}

/// `Thursday 3 December`: until when somebody is away now.
pub fn long(until: Option<Utc>, zone: Tz) -> Option<String> {
    in_words(until, Utc::now(), zone, "%A %-d %B")
}

/// [`long`] of one of these members.
pub fn of(members: &[MemberName], id: Option<i64>, viewer: &Viewer) -> Option<String> {
    let member = members.iter().find(|member| Some(member.membership_id) == id)?;
    long(member.away_until, viewer.workspace_time_zone)
}

/// The day, with its year where that is another one.
fn in_words(until: Option<Utc>, now: Utc, zone: Tz, format: &str) -> Option<String> {
    let day = calendar::day_of(away::at(until, now)?, zone);
    let is_this_year = day.year() == calendar::day_of(now, zone).year();
    let year = if is_this_year { "" } else { " %Y" };
    Some(day.format(&format!("{format}{year}")).to_string())
}

/// What the form shows.
pub struct Away {
    /// `Thursday 3 December`; `None`: they are here.
    pub until: Option<String>,
    pub back_on: Field,
}

impl Away {
    /// The form before anybody types.
    pub fn new(until: Option<Utc>, zone: Tz) -> Self {
        let day = away::at(until, Utc::now()).map(|until| calendar::day_of(until, zone));
        let back_on = Field::new(day.map(|day| day.to_string()).unwrap_or_default());
        Self { until: long(until, zone), back_on }
    }

    /// What the field is.
    pub fn kind(&self) -> &'static str {
        days::kind_of(&self.back_on)
    }
}

/// What the form sends.
#[derive(Deserialize)]
pub struct AwayForm {
    #[serde(default)]
    pub back_on: String,
    /// There where the button says that they are here again.
    back: Option<String>,
}

impl AwayForm {
    fn day(&self) -> Result<Option<NaiveDate>, NoDate> {
        match self.back {
            Some(_) => Ok(None),
            None => calendar::parse(&self.back_on).map(Some),
        }
    }
}

/// Why it stays as it was.
pub enum Refused {
    /// What stands beside the field.
    Day(String),
    Member(membership::Refusal),
}

/// Who it is said of, and until when they are away in words; `None`: they are here.
pub type Said = (String, Option<String>);

/// Does what the form asks for: for the viewer, or for another member.
///
/// # Errors
/// When the database fails.
pub async fn set(
    app: &App,
    viewer: &Viewer,
    id: i64,
    form: &AwayForm,
) -> Result<Result<Said, Refused>, AppError> {
    let back_on = match form.day() {
        Ok(back_on) => back_on,
        Err(problem) => return Ok(Err(Refused::Day(problem.to_string()))),
    };
    let (caller, zone) = (viewer.caller(), viewer.workspace_time_zone);
    let set = app.db.write(move |conn| away::set(conn, caller, id, back_on, zone)).await?;
    Ok(match set {
        Ok(set) => Ok((set.name, long(set.until, zone))),
        Err(Refusal::Member(refusal)) => Err(Refused::Member(refusal)),
        Err(refusal) => Err(Refused::Day(refusal.to_string())),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_has_its_year_where_that_is_another_one_and_none_once_it_has_come() {
        let zone = chrono_tz::Europe::Berlin;
        let begin = |day: &str| calendar::begin(calendar::parse(day).unwrap(), zone);
        let now = begin("2026-11-30");
        let words = |until: &str, format| in_words(Some(begin(until)), now, zone, format);
        assert_eq!(words("2026-12-03", "%A %-d %B").unwrap(), "Thursday 3 December");
        assert_eq!(words("2027-01-02", "%-d %b").unwrap(), "2 Jan 2027");
        assert_eq!(words("2026-11-30", "%-d %b"), None);
        assert_eq!(in_words(None, now, zone, "%-d %b"), None);
    }
}
