//! The days of a report, in a zone.

use chrono::{DateTime, Datelike, Days, NaiveDate, TimeZone, Timelike};
use chrono_tz::Tz;

use super::facts::SLOT;
use crate::models::calendar;

/// Whole days of a zone, from the first to the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    pub first: NaiveDate,
    pub last: NaiveDate,
    pub zone: Tz,
}

impl Period {
    /// How many days they are; at least one.
    pub fn days(&self) -> u64 {
        u64::try_from((self.last - self.first).num_days() + 1).unwrap_or(1)
    }

    /// As many days, just before.
    pub fn before(&self) -> Self {
        let days = Days::new(self.days());
        let back = |day: NaiveDate| day.checked_sub_days(days).unwrap_or(day);
        Self { first: back(self.first), last: back(self.last), ..*self }
    }

    /// Each of the days.
    pub fn each_day(&self) -> impl Iterator<Item = NaiveDate> + use<> {
        let last = self.last;
        self.first.iter_days().take_while(move |day| *day <= last)
    }

    /// The quarters of an hour from the first to before the last, since 1970. Days
    /// begin at whole ones: no zone is at another offset any more.
    pub(super) fn slots(&self) -> (i64, i64) {
        let slot = |at: crate::db::Utc| at.to_chrono().timestamp().div_euclid(SLOT);
        (slot(calendar::begin(self.first, self.zone)), slot(calendar::end(self.last, self.zone)))
    }

    /// Which of the days a quarter falls on, and which hour of the week.
    pub(super) fn place(&self, slot: i64) -> (usize, usize, usize) {
        let at = DateTime::from_timestamp(slot * SLOT, 0).unwrap_or_default();
        let local = self.zone.from_utc_datetime(&at.naive_utc());
        let day = (local.date_naive() - self.first).num_days();
        let weekday = local.weekday().num_days_from_monday();
        let index = |n: i64| usize::try_from(n).unwrap_or(usize::MAX);
        (index(day), index(i64::from(weekday)), index(i64::from(local.hour())))
    }
}
