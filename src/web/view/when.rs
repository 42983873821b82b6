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
            ..0 => (day_and_hour(at, now, zone), false),
            1..60 => (format!("{minutes} min"), true),
            60..1440 => (format!("{} h", minutes / 60), true),
            _ => (local.format(&with_year("%-d %b", at, now, zone)).to_string(), false),
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

/// `Wed 25 Nov, 09:00`, with its year where that is another one than at `now`.
pub fn day_and_hour(at: DateTime<Utc>, now: DateTime<Utc>, zone: Tz) -> String {
    let format = with_year("%a %-d %b", at, now, zone) + ", %H:%M";
    at.with_timezone(&zone).format(&format).to_string()
}

/// `14:02` on the day of `now`, else `25 Nov, 14:02`.
pub fn hour(at: DateTime<Utc>, now: DateTime<Utc>, zone: Tz) -> String {
    let (local, now_there) = (at.with_timezone(&zone), now.with_timezone(&zone));
    if local.date_naive() == now_there.date_naive() {
        return local.format("%H:%M").to_string();
    }
    local.format(&(with_year("%-d %b", at, now, zone) + ", %H:%M")).to_string()
}

fn with_year(day: &str, at: DateTime<Utc>, now: DateTime<Utc>, zone: Tz) -> String {
    let is_this_year = at.with_timezone(&zone).year() == now.with_timezone(&zone).year();
    if is_this_year { day.to_owned() } else { format!("{day} %Y") }
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
            (Duration::days(-365), "Wed 24 Nov 2027, 09:45"),
        ] {
            assert_eq!(When::new(now - ago, now, zone).text, text);
        }
        for (ahead, text) in
            [(-3, "in a few seconds"), (5, "in a few seconds"), (60, "Tue 24 Nov, 09:46")]
        {
            assert_eq!(When::soon(now + Duration::seconds(ahead), now, zone).text, text);
        }
        for (ago, text) in [
            (Duration::hours(3), "06:45"),
            (Duration::hours(30), "23 Nov, 03:45"),
            (Duration::days(400), "20 Oct 2025, 10:45"),
        ] {
            assert_eq!(hour(now - ago, now, zone), text);
        }
        let when = When::new(now - Duration::minutes(4), now, zone);
        assert_eq!(when.short, "4 min");
        assert_eq!(when.title, "Tuesday 24 November 2026, 09:41");
        assert_eq!(when.iso, "2026-11-24T09:41:00+01:00");
    }
}
