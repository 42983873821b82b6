//! The times of a list's rows, written straight into the page.

use std::fmt::{self, Write};

use askama::{FastWritable, Values};
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
    /// `at` as seen at `now` in this time zone.
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
    pub fn iso(self) -> Words {
        Words(self, Self::write_iso)
    }

    /// The full local time, shown on hover.
    pub fn title(self) -> Words {
        Words(self, Self::write_title)
    }

    /// `4 min`, `22 Nov`; `Wed 25 Nov, 09:00` for what is to come.
    pub fn short(self) -> Words {
        Words(self, Self::write_short)
    }

    /// As long ago as it is: `4 min`, `3 h`, `12 days`.
    pub fn wait(self) -> Words {
        Words(self, Self::write_wait)
    }

    fn write_iso(self, f: &mut dyn Write) -> fmt::Result {
        let Self { local, offset_minutes, .. } = self;
        let offset = offset_minutes.unsigned_abs();
        let mut text = *b"0000-00-00T00:00+00:00";
        put(&mut text[0..4], local.year().unsigned_abs());
        put(&mut text[5..7], local.month());
        put(&mut text[8..10], local.day());
        put(&mut text[11..13], local.hour());
        put(&mut text[14..16], local.minute());
        if offset_minutes < 0 {
            text[16] = b'-';
        }
        put(&mut text[17..19], offset / 60);
        put(&mut text[20..22], offset % 60);
        f.write_str(ascii(&text))
    }

    fn write_title(self, f: &mut dyn Write) -> fmt::Result {
        let local = self.local;
        f.write_str(day_name(local))?;
        f.write_char(' ')?;
        write_day(f, local)?;
        f.write_char(' ')?;
        f.write_str(month_name(local))?;
        let mut rest = *b" 0000, 00:00";
        put(&mut rest[1..5], local.year().unsigned_abs());
        put(&mut rest[7..9], local.hour());
        put(&mut rest[10..12], local.minute());
        f.write_str(ascii(&rest))
    }

    fn write_short(self, f: &mut dyn Write) -> fmt::Result {
        let Self { local, minutes_ago, is_this_year, .. } = self;
        let month = &month_name(local)[..3];
        match minutes_ago {
            0 => f.write_str("just now")?,
            ..0 => {
                write!(f, "{} {} {month}", &day_name(local)[..3], local.day())?;
                if !is_this_year {
                    write!(f, " {}", local.year())?;
                }
                write!(f, ", {:02}:{:02}", local.hour(), local.minute())?;
            }
            1..60 => write!(f, "{minutes_ago} min")?,
            60..1440 => write!(f, "{} h", minutes_ago / 60)?,
            _ => {
                write_day(f, local)?;
                f.write_char(' ')?;
                f.write_str(month)?;
                if !is_this_year {
                    write!(f, " {}", local.year())?;
                }
            }
        }
        Ok(())
    }

    fn write_wait(self, f: &mut dyn Write) -> fmt::Result {
        match self.minutes_ago {
            // The clock of another node may be a little ahead.
            ..=0 => f.write_str("just now"),
            1..1440 => self.write_short(f),
            1440..2880 => f.write_str("1 day"),
            minutes => write!(f, "{} days", minutes / 1440),
        }
    }
}

/// A moment, and which of its words is written.
pub struct Words(Moment, fn(Moment, &mut dyn Write) -> fmt::Result);

impl FastWritable for Words {
    fn write_into(&self, f: &mut dyn Write, _: &dyn Values) -> askama::Result<()> {
        Ok((self.1)(self.0, f)?)
    }
}

impl fmt::Display for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (self.1)(self.0, f)
    }
}

/// Fills `digits` with a number. What `{:02}` does took a tenth of the page's time.
fn put(digits: &mut [u8], mut number: u32) {
    for digit in digits.iter_mut().rev() {
        *digit = b'0' + (number % 10) as u8;
        number /= 10;
    }
}

fn ascii(text: &[u8]) -> &str {
    str::from_utf8(text).unwrap_or_default()
}

/// The day of the month, without a leading zero.
fn write_day(f: &mut dyn Write, at: NaiveDateTime) -> fmt::Result {
    let mut text = *b"00";
    put(&mut text, at.day());
    f.write_str(ascii(&text).trim_start_matches('0'))
}

fn day_name(at: NaiveDateTime) -> &'static str {
    DAYS[at.weekday().num_days_from_monday() as usize]
}

fn month_name(at: NaiveDateTime) -> &'static str {
    MONTHS[at.month0() as usize]
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
            for minutes in [
                -400 * 1440,
                -90 * 1440,
                -1440,
                -2,
                -1,
                0,
                1,
                59,
                60,
                125,
                1439,
                1440,
                9 * 1440,
                400 * 1440,
            ] {
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
