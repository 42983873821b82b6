//! When a snoozed conversation comes back, in the time zone of whoever snoozes it.

use chrono::{
    DateTime, Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Utc,
    Weekday,
};
use chrono_tz::Tz;
use strum::{EnumIter, EnumString, IntoEnumIterator, IntoStaticStr};

use super::view;

/// The furthest that a snooze may reach.
const LONGEST: TimeDelta = TimeDelta::days(366);

/// The choices of the select; a word as its option's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, EnumString, IntoStaticStr)]
#[strum(serialize_all = "kebab-case", const_into_str)]
pub enum Choice {
    #[strum(serialize = "evening")]
    ThisEvening,
    Tomorrow,
    NextWeek,
}

impl Choice {
    /// The option's words.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ThisEvening => "This evening",
            Self::Tomorrow => "Tomorrow",
            Self::NextWeek => "Next week",
        }
    }

    /// The moment it means at `now`; `None` when there is none such any more,
    /// as for *this evening* at night.
    pub fn moment(self, now: DateTime<Utc>, zone: Tz) -> Option<DateTime<Utc>> {
        let today = now.with_timezone(&zone).date_naive();
        let moment = match self {
            Self::ThisEvening => at(today, 18, zone)?,
            Self::Tomorrow => at(today.checked_add_days(Days::new(1))?, 9, zone)?,
            Self::NextWeek => at(next(today, Weekday::Mon)?, 9, zone)?,
        };
        (moment > now).then_some(moment)
    }

    /// What the select offers at `now`. On Sundays two of them are one moment.
    pub fn offered(now: DateTime<Utc>, zone: Tz) -> Vec<(Self, DateTime<Utc>)> {
        let moment = |choice: Self| Some((choice, choice.moment(now, zone)?));
        let mut all: Vec<_> = Self::iter().filter_map(moment).collect();
        all.dedup_by_key(|(_, at)| *at);
        all
    }
}

/// The options of a select that is made `now`, with their times: `Tomorrow, Wed 09:00`.
pub fn choices(now: DateTime<Utc>, zone: Tz, selected: &str) -> Vec<view::Choice> {
    Choice::offered(now, zone)
        .into_iter()
        .map(|(choice, at)| {
            let label =
                format!("{}, {}", choice.name(), at.with_timezone(&zone).format("%a %H:%M"));
            view::Choice::new(choice.into_str(), label, choice.into_str() == selected)
        })
        .collect()
}

/// A moment to come, with its year where that is another one.
pub fn in_words(moment: DateTime<Utc>, now: DateTime<Utc>, zone: Tz) -> String {
    let local = moment.with_timezone(&zone);
    let is_this_year = local.year() == now.with_timezone(&zone).year();
    let format = if is_this_year { "%A %-d %B, %H:%M" } else { "%A %-d %B %Y, %H:%M" };
    local.format(format).to_string()
}

/// Why a time was not taken, worded for the person who chose it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    #[error("Choose a date and a time.")]
    NoTime,
    #[error("That time has passed. Choose one in the future.")]
    Past,
    #[error("That is more than a year away. Choose an earlier time.")]
    TooFar,
    #[error("The clocks go forward then, so that time does not exist. Choose another.")]
    Skipped,
}

/// The moment that the form asks for. `offered` is when its choices were made, in
/// microseconds: what was *Tomorrow* then is not the day after by now.
///
/// # Errors
/// [`Problem`], worded for the person who chose it.
pub fn chosen(
    until: &str,
    time: &str,
    offered: Option<i64>,
    now: DateTime<Utc>,
    zone: Tz,
) -> Result<DateTime<Utc>, Problem> {
    if let Ok(choice) = until.parse::<Choice>() {
        let offered = offered.and_then(DateTime::from_timestamp_micros);
        let offered = offered.filter(|at| *at < now).unwrap_or(now);
        return choice.moment(offered, zone).filter(|at| *at > now).ok_or(Problem::Past);
    }
    let local = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
        .iter()
        .find_map(|format| NaiveDateTime::parse_from_str(time, format).ok())
        .ok_or(Problem::NoTime)?;
    // The earlier one of an hour that comes twice, while that is to come.
    let meant = zone.from_local_datetime(&local);
    let moment = meant.earliest().filter(|at| *at > now).or(meant.latest());
    let moment = moment.ok_or(Problem::Skipped)?.with_timezone(&Utc);
    if moment <= now {
        Err(Problem::Past)
    } else if moment - now > LONGEST {
        Err(Problem::TooFar)
    } else {
        Ok(moment)
    }
}

fn at(day: NaiveDate, hour: u32, zone: Tz) -> Option<DateTime<Utc>> {
    let local = day.and_time(NaiveTime::from_hms_opt(hour, 0, 0)?);
    // An hour that a zone skips is at its end.
    let moment = zone
        .from_local_datetime(&local)
        .earliest()
        .or_else(|| zone.from_local_datetime(&(local + TimeDelta::hours(1))).earliest())?;
    Some(moment.with_timezone(&Utc))
}

fn next(day: NaiveDate, weekday: Weekday) -> Option<NaiveDate> {
    let ahead = (7 + weekday.num_days_from_monday() - day.weekday().num_days_from_monday()) % 7;
    day.checked_add_days(Days::new(u64::from(if ahead == 0 { 7 } else { ahead })))
}

#[cfg(test)]
mod tests {
    use super::*;

    const BERLIN: Tz = chrono_tz::Europe::Berlin;

    fn utc(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn the_choices_are_moments_of_the_workspace() {
        // A Tuesday, 10:00 in Berlin.
        let now = utc("2026-11-24T09:00:00Z");
        assert_eq!(Choice::ThisEvening.moment(now, BERLIN), Some(utc("2026-11-24T17:00:00Z")));
        assert_eq!(Choice::Tomorrow.moment(now, BERLIN), Some(utc("2026-11-25T08:00:00Z")));
        assert_eq!(Choice::NextWeek.moment(now, BERLIN), Some(utc("2026-11-30T08:00:00Z")));
    }

    #[test]
    fn a_monday_snoozes_to_the_monday_after() {
        let now = utc("2026-11-23T09:00:00Z");
        assert_eq!(Choice::NextWeek.moment(now, BERLIN), Some(utc("2026-11-30T08:00:00Z")));
    }

    #[test]
    fn this_evening_is_not_offered_at_night() {
        let now = utc("2026-11-24T18:00:00Z");
        let offered: Vec<_> = Choice::offered(now, BERLIN).into_iter().map(|(c, _)| c).collect();
        assert_eq!(offered, [Choice::Tomorrow, Choice::NextWeek]);
    }

    #[test]
    fn on_a_sunday_the_same_moment_is_not_offered_twice() {
        let now = utc("2026-11-29T18:00:00Z");
        let offered: Vec<_> = Choice::offered(now, BERLIN).into_iter().map(|(c, _)| c).collect();
        assert_eq!(offered, [Choice::Tomorrow]);
    }

    #[test]
    fn a_choice_means_what_its_page_said() {
        // Shown at 23:59 on a Sunday in Berlin.
        let shown = utc("2026-11-29T22:59:00Z");
        let choose =
            |until, now| chosen(until, "", Some(shown.timestamp_micros()), utc(now), BERLIN);
        let monday = utc("2026-11-30T08:00:00Z");
        assert_eq!(choose("tomorrow", "2026-11-29T23:01:00Z"), Ok(monday));
        assert_eq!(choose("next-week", "2026-11-29T23:01:00Z"), Ok(monday));
        assert_eq!(choose("tomorrow", "2026-11-30T08:00:00Z"), Err(Problem::Past));
        // A page of tomorrow is none, and a form may leave it out.
        let now = utc("2026-11-28T09:00:00Z");
        let sunday = Ok(utc("2026-11-29T08:00:00Z"));
        assert_eq!(choose("tomorrow", "2026-11-28T09:00:00Z"), sunday);
        assert_eq!(chosen("tomorrow", "", None, now, BERLIN), sunday);
    }

    #[test]
    fn of_an_hour_that_comes_twice_the_one_to_come_is_meant() {
        let pick = |now| chosen("time", "2026-10-25T02:30", None, utc(now), BERLIN);
        assert_eq!(pick("2026-10-24T12:00:00Z"), Ok(utc("2026-10-25T00:30:00Z")));
        assert_eq!(pick("2026-10-25T00:45:00Z"), Ok(utc("2026-10-25T01:30:00Z")));
        assert_eq!(pick("2026-10-25T01:45:00Z"), Err(Problem::Past));
    }

    #[test]
    fn tomorrow_is_nine_o_clock_across_a_daylight_change() {
        // Clocks go back in the night to 25 October 2026.
        let now = utc("2026-10-24T08:00:00Z");
        assert_eq!(Choice::Tomorrow.moment(now, BERLIN), Some(utc("2026-10-25T08:00:00Z")));
    }

    #[test]
    fn a_moment_of_another_year_is_told_with_its_year() {
        let now = utc("2026-12-31T12:00:00Z");
        let words = |moment| in_words(utc(moment), now, BERLIN);
        assert_eq!(words("2026-12-31T17:00:00Z"), "Thursday 31 December, 18:00");
        assert_eq!(words("2026-12-31T23:00:00Z"), "Friday 1 January 2027, 00:00");
    }

    #[test]
    fn a_picked_time_is_local_and_in_the_future() {
        let now = utc("2026-11-24T09:00:00Z");
        let pick = |time| chosen("time", time, None, now, BERLIN);
        assert_eq!(pick("2026-11-24T10:30"), Ok(utc("2026-11-24T09:30:00Z")));
        assert_eq!(pick("2026-11-24T10:00"), Err(Problem::Past));
        assert_eq!(pick("2028-01-01T10:00"), Err(Problem::TooFar));
        assert_eq!(pick(""), Err(Problem::NoTime));
        assert_eq!(pick("soon"), Err(Problem::NoTime));
        assert_eq!(pick("2027-03-28T02:30"), Err(Problem::Skipped));
    }
}
