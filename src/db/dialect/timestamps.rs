//! Reading moments: as each database keeps them.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::Timestamp;
use diesel::sqlite::Sqlite;

use super::Conn;
use crate::db::Utc;

type Either = <Conn as Connection>::Backend;

/// As text of one format, read digit by digit. chrono, by which diesel reads, takes more
/// than ten times as long to follow a format, which was a fifteenth of the inbox's time.
impl FromSql<Timestamp, Sqlite> for Utc {
    fn from_sql(mut value: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        if let Some(moment) = parse(value.read_text()) {
            return Ok(moment.and_utc().into());
        }
        // Not ours: written by hand.
        by_diesel::<Sqlite>(value)
    }
}

impl FromSql<Timestamp, Pg> for Utc {
    fn from_sql(value: <Pg as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        by_diesel::<Pg>(value)
    }
}

impl FromSql<Timestamp, Either> for Utc {
    fn from_sql(value: <Either as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        by_diesel::<Either>(value)
    }
}

fn by_diesel<DB>(value: DB::RawValue<'_>) -> deserialize::Result<Utc>
where
    DB: Backend,
    NaiveDateTime: FromSql<Timestamp, DB>,
{
    <NaiveDateTime as FromSql<Timestamp, DB>>::from_sql(value).map(|moment| moment.and_utc().into())
}

/// `2026-11-24 09:05:00`, with three or six digits of a second's fraction or none:
/// what diesel writes.
fn parse(text: &str) -> Option<NaiveDateTime> {
    let digits = |range: std::ops::Range<usize>| {
        text.as_bytes().get(range)?.iter().try_fold(0, |number: u32, digit| {
            digit.is_ascii_digit().then(|| number * 10 + u32::from(digit - b'0'))
        })
    };
    let micros = match text.len() {
        19 => 0,
        23 => digits(20..23)? * 1_000,
        26 => digits(20..26)?,
        _ => return None,
    };
    let year = i32::try_from(digits(0..4)?).ok()?;
    NaiveDate::from_ymd_opt(year, digits(5..7)?, digits(8..10)?)?.and_hms_micro_opt(
        digits(11..13)?,
        digits(14..16)?,
        digits(17..19)?,
        micros,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_diesel_writes_is_read_back() {
        for micros in [0, 1, 1_000, 120_000, 999_999] {
            let moment = NaiveDate::from_ymd_opt(2026, 2, 28)
                .and_then(|date| date.and_hms_micro_opt(23, 59, 58, micros))
                .unwrap();
            assert_eq!(parse(&moment.format("%F %T%.f").to_string()), Some(moment));
        }
        for wrong in ["", "2026-02-30 00:00:00", "2026-02-28 24:00:00", "2026-02-28T1:2:3", "now"] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }
}
