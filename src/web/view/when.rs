//! Moments as people read them.

use chrono::{DateTime, Datelike, TimeDelta, Utc};
use chrono_tz::Tz;

/// By so much the clocks of nodes may differ.
const AHEAD: TimeDelta = TimeDelta::seconds(10);

/// A moment as people read it: relative up to a day, then a date.
#[derive(Clone, Debug, Default)]
pub struct When {
    /// For the `datetime` attribute.
    pub iso: String,
    /// The full local time, shown on hover.
    pub title: String,
    /// `4 min ago`, `22 Nov`; `Wed 25 Nov, 09:00` for what is to come.
    pub text: String,
    /// As `text` without `ago`, for narrow columns.
    pub short: String,
}

impl When {
    /// `at` as seen at `now` in this time zone.
    pub fn new(at: DateTime<Utc>, now: DateTime<Utc>, zone: Tz) -> Self {
        let local = at.with_timezone(&zone);
        let minutes = minutes_ago(at, now);
        let (short, is_span) = match minutes {
            0 => ("just now".to_owned(), false),
            ..0 => (local.format("%a %-d %b, %H:%M").to_string(), false),
            1..60 => (format!("{minutes} min"), true),
            60..1440 => (format!("{} h", minutes / 60), true),
            _ if local.year() == now.with_timezone(&zone).year() => {
                (local.format("%-d %b").to_string(), false)
            }
            _ => (local.format("%-d %b %Y").to_string(), false),
        };
        Self {
            iso: local.format("%Y-%m-%dT%H:%M:%S%:z").to_string(),
            title: local.format("%A %-d %B %Y, %H:%M").to_string(),
            text: if is_span { format!("{short} ago") } else { short.clone() },
            short,
        }
    }

    /// `at`, at which something is to happen by itself, as seen at `now`: it may be about to.
    pub fn soon(at: DateTime<Utc>, now: DateTime<Utc>, zone: Tz) -> Self {
        let when = Self::new(at, now, zone);
        if at - now >= TimeDelta::minutes(1) {
            return when;
        }
        let text = "in a few seconds".to_owned();
        Self { short: text.clone(), text, ..when }
    }
}

/// Whole minutes from `at` to `now`; less than nought for what is to come.
pub fn minutes_ago(at: DateTime<Utc>, now: DateTime<Utc>) -> i64 {
    // The clock of another node may be a little ahead.
    let seconds = (now - at + AHEAD).num_seconds();
    if seconds < 0 { seconds.div_euclid(60) } else { (now - at).num_minutes() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{Duration, TimeZone};

    #[test]
    fn times_are_relative_up_to_a_day_and_dates_after() {
        let now = Utc.with_ymd_and_hms(2026, 11, 24, 8, 45, 0).unwrap();
        let zone = chrono_tz::Europe::Berlin;
        for (ago, text) in [
            (Duration::seconds(20), "just now"),
            (Duration::seconds(-8), "just now"),
            (Duration::seconds(-50), "Tue 24 Nov, 09:45"),
            (Duration::minutes(4), "4 min ago"),
            (Duration::minutes(125), "2 h ago"),
            (Duration::days(2), "22 Nov"),
            (Duration::days(400), "20 Oct 2025"),
            (Duration::days(-1), "Wed 25 Nov, 09:45"),
        ] {
            assert_eq!(When::new(now - ago, now, zone).text, text);
        }
        for (ahead, text) in
            [(-3, "in a few seconds"), (5, "in a few seconds"), (60, "Tue 24 Nov, 09:46")]
        {
            assert_eq!(When::soon(now + Duration::seconds(ahead), now, zone).text, text);
        }
        let when = When::new(now - Duration::minutes(4), now, zone);
        assert_eq!(when.short, "4 min");
        assert_eq!(when.title, "Tuesday 24 November 2026, 09:41");
        assert_eq!(when.iso, "2026-11-24T09:41:00+01:00");
    }
}
