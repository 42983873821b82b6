//! Days of a time zone. One may have 23 or 25 hours, and begin after midnight.

use chrono::{Days, NaiveDate, NaiveTime, TimeDelta, TimeZone};
use chrono_tz::Tz;

use crate::db::Utc;

/// What was typed is no day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("This is not a date. Write it as 2026-11-24.")]
pub struct NoDate;

/// A day as forms and URLs carry it. Years that no database can hold are none.
///
/// # Errors
/// [`NoDate`], worded for the person who typed it.
pub fn parse(typed: &str) -> Result<NaiveDate, NoDate> {
    use chrono::Datelike;
    let day = NaiveDate::parse_from_str(typed.trim(), "%Y-%m-%d").map_err(|_| NoDate)?;
    if (1970..=9000).contains(&day.year()) { Ok(day) } else { Err(NoDate) }
}

/// The first moment of a day. Where the clocks skip midnight, it is the first one
/// after the gap; where midnight comes twice, the first of both.
pub fn begin(day: NaiveDate, zone: Tz) -> Utc {
    let midnight = day.and_time(NaiveTime::MIN);
    // Clocks have been put forward by an hour as a rule, and never by a day.
    let quarters = (0..=96).map(|n| midnight + TimeDelta::minutes(15 * n));
    quarters
        .filter_map(|local| zone.from_local_datetime(&local).earliest())
        .map(|found| found.to_utc().into())
        .next()
        .unwrap_or_else(|| midnight.and_utc().into())
}

/// The first moment after a day.
pub fn end(day: NaiveDate, zone: Tz) -> Utc {
    begin(day.checked_add_days(Days::new(1)).unwrap_or(day), zone)
}

/// The day that a moment falls on.
pub fn day_of(at: Utc, zone: Tz) -> NaiveDate {
    at.to_chrono().with_timezone(&zone).date_naive()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        parse(text).unwrap()
    }

    #[test]
    fn a_day_is_as_long_as_its_clocks_say() {
        let hours = |of: &str, zone: Tz| end(day(of), zone).since(begin(day(of), zone)).num_hours();
        assert_eq!(hours("2026-03-29", Tz::Europe__Berlin), 23);
        assert_eq!(hours("2026-10-25", Tz::Europe__Berlin), 25);
        assert_eq!(hours("2026-11-24", Tz::Europe__Berlin), 24);
        // There the clocks skipped midnight.
        assert_eq!(hours("2018-11-04", Tz::America__Sao_Paulo), 23);
        let first = begin(day("2018-11-04"), Tz::America__Sao_Paulo);
        assert_eq!(first.to_string(), "2018-11-04T03:00:00Z");
        assert_eq!(day_of(first, Tz::America__Sao_Paulo), day("2018-11-04"));
        let before = first.minus(TimeDelta::microseconds(1));
        assert_eq!(day_of(before, Tz::America__Sao_Paulo), day("2018-11-03"));
    }

    #[test]
    fn what_is_no_day_is_refused() {
        for typed in ["", "tomorrow", "2026-02-30", "2026-13-01", "24.11.2026", "99999-01-01"] {
            assert_eq!(parse(typed), Err(NoDate), "{typed}");
        }
        assert_eq!(parse(" 2026-11-24 "), Ok(day("2026-11-24")));
    }
}
