//! The one clock and the one timestamp type of the database.

use std::fmt;

use chrono::{DateTime, NaiveDateTime, SubsecRound, TimeDelta, Utc as ChronoUtc};
use diesel::backend::Backend;
use diesel::deserialize::FromSqlRow;
use diesel::expression::AsExpression;
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::Timestamp;

/// A moment in UTC, in whole microseconds.
///
/// PostgreSQL keeps microseconds; a finer value would come back different from
/// what was written, and a keyset page would skip or repeat its row. SQLite
/// stores text, and text of one format sorts as time does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Timestamp)]
pub struct Utc(NaiveDateTime);

impl Utc {
    /// The present moment.
    pub fn now() -> Self {
        ChronoUtc::now().into()
    }

    /// The moment as chrono's zoned type, for display and calendar arithmetic.
    pub fn to_chrono(self) -> DateTime<ChronoUtc> {
        self.0.and_utc()
    }

    /// This moment moved by `delta`; unchanged where that leaves the calendar.
    pub fn plus(self, delta: TimeDelta) -> Self {
        Self(self.0.checked_add_signed(delta).unwrap_or(self.0))
    }

    /// This moment moved back by `delta`; unchanged where that leaves the calendar.
    pub fn minus(self, delta: TimeDelta) -> Self {
        Self(self.0.checked_sub_signed(delta).unwrap_or(self.0))
    }

    /// How long after `earlier` this moment is; negative when it is before.
    pub fn since(self, earlier: Self) -> TimeDelta {
        self.0 - earlier.0
    }

    /// Microseconds since 1970, as carried in a keyset cursor.
    pub fn micros(self) -> i64 {
        self.0.and_utc().timestamp_micros()
    }

    /// The moment so many microseconds after 1970; `None` outside the calendar.
    pub fn from_micros(micros: i64) -> Option<Self> {
        DateTime::from_timestamp_micros(micros).map(Self::from)
    }
}

impl From<DateTime<ChronoUtc>> for Utc {
    fn from(moment: DateTime<ChronoUtc>) -> Self {
        Self(moment.naive_utc().trunc_subsecs(6))
    }
}

impl fmt::Display for Utc {
    /// RFC 3339, as an HTML `datetime` attribute takes it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.format("%Y-%m-%dT%H:%M:%SZ"))
    }
}

impl<DB> ToSql<Timestamp, DB> for Utc
where
    DB: Backend,
    NaiveDateTime: ToSql<Timestamp, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        self.0.to_sql(out)
    }
}
