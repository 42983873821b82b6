//! The times of a list's rows, written straight into the page.

use std::fmt;

use chrono::{DateTime, Datelike, NaiveDateTime, Offset, TimeZone, Timelike, Utc};
use chrono_tz::Tz;

use crate::web::view::minutes_ago;

/// A moment of a list row, as [`crate::web::view::When`] would word it, but written
/// only where the page needs it.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    local: NaiveDateTime,
    offset_minutes: i32,
    minutes_ago: i64,
    is_this_year: bool,
}

const DAYS: [&str; 7] =
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

impl Moment {
    /// `at` as seen at `now` in the workspace's time zone.
    pub fn new(at: DateTime<Utc>, now: DateTime<Utc>, zone: Tz) -> Self {
        let offset = zone.offset_from_utc_datetime(&at.naive_utc()).fix();
        let local = at.naive_utc() + offset;
        Self {
            local,
            offset_minutes: offset.local_minus_utc() / 60,
            minutes_ago: minutes_ago(at, now),
            is_this_year: local.year() == (now.naive_utc() + offset).year(),
        }
    }

    /// For the `datetime` attribute.
    pub fn iso(&self) -> impl fmt::Display {
        let Self { local, offset_minutes, .. } = *self;
        written(move |f| {
            let sign = if offset_minutes < 0 { '-' } else { '+' };
            let (hours, minutes) = (offset_minutes.abs() / 60, offset_minutes.abs() % 60);
            write!(
                f,
                "{:04}-{:02}-{:02}T{:02}:{:02}",
                local.year(),
                local.month(),
                local.day(),
                local.hour(),
                local.minute()
            )?;
            write!(f, "{sign}{hours:02}:{minutes:02}")
        })
    }

    /// The full local time, shown on hover.
    pub fn title(&self) -> impl fmt::Display {
        let local = self.local;
        written(move |f| {
            f.write_str(day_name(local))?;
            write!(
                f,
                " {} {} {}, {:02}:{:02}",
                local.day(),
                month_name(local),
                local.year(),
                local.hour(),
                local.minute()
            )
        })
    }

    /// `4 min`, `22 Nov`; `Wed 25 Nov, 09:00` for what is to come.
    pub fn short(&self) -> impl fmt::Display {
        let Self { local, minutes_ago, is_this_year, .. } = *self;
        let month = &month_name(local)[..3];
        written(move |f| match minutes_ago {
            0 => f.write_str("just now"),
            ..0 => write!(
                f,
                "{} {} {month}, {:02}:{:02}",
                &day_name(local)[..3],
                local.day(),
                local.hour(),
                local.minute()
            ),
            1..60 => write!(f, "{minutes_ago} min"),
            60..1440 => write!(f, "{} h", minutes_ago / 60),
            _ if is_this_year => write!(f, "{} {month}", local.day()),
            _ => write!(f, "{} {month} {}", local.day(), local.year()),
        })
    }
}

fn day_name(at: NaiveDateTime) -> &'static str {
    DAYS[at.weekday().num_days_from_monday() as usize]
}

fn month_name(at: NaiveDateTime) -> &'static str {
    MONTHS[at.month0() as usize]
}

fn written(write: impl Fn(&mut fmt::Formatter<'_>) -> fmt::Result) -> impl fmt::Display {
    fmt::from_fn(write)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::view::When;
    use chrono::Duration;

    #[test]
    fn a_row_words_its_time_as_every_other_page_does() {
        let now = Utc.with_ymd_and_hms(2026, 11, 24, 8, 45, 0).unwrap();
        for zone in
            [chrono_tz::Europe::Berlin, chrono_tz::America::St_Johns, chrono_tz::Asia::Kolkata]
        {
            for minutes in
                [-90 * 1440, -1440, -2, -1, 0, 1, 59, 60, 125, 1439, 1440, 9 * 1440, 400 * 1440]
            {
                let at = now - Duration::minutes(minutes);
                let (row, when) = (Moment::new(at, now, zone), When::new(at, now, zone));
                assert_eq!(row.short().to_string(), when.short);
                assert_eq!(row.title().to_string(), when.title);
                assert_eq!(
                    row.iso().to_string().parse::<DateTime<Utc>>().ok(),
                    None,
                    "no seconds in rows"
                );
                assert_eq!(
                    row.iso().to_string(),
                    format!("{}{}", &when.iso[..16], &when.iso[19..])
                );
            }
        }
    }
}
