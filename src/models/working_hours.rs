//! The hours at which a team works: on each day of the week from one time to
//! another, as the clock on the wall has it. Pure: no database and no present moment.

use std::fmt::{self, Write};
use std::str::FromStr;

use chrono::Utc;
use chrono::{DateTime, Datelike, Days, LocalResult, NaiveDate, NaiveTime, TimeDelta, TimeZone};
use chrono_tz::Tz;

/// The days of the week as forms and the database have them, Monday first.
pub const DAYS: [(&str, &str); 7] = [
    ("mon", "Monday"),
    ("tue", "Tuesday"),
    ("wed", "Wednesday"),
    ("thu", "Thursday"),
    ("fri", "Friday"),
    ("sat", "Saturday"),
    ("sun", "Sunday"),
];

/// How far ahead an opening is looked for: a week and the day of the change.
const DAYS_AHEAD: u64 = 8;

/// A span that begins on one day. One that does not end later than it begins, as
/// `18:00-02:00`, ends on the next day; midnight at its end is the end of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    pub from: NaiveTime,
    pub to: NaiveTime,
}

/// What is wrong with a day, worded for the person who typed it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HoursProblem {
    #[error("Write both times like 09:00 and 17:30.")]
    NotATime,
    #[error("Write two different times.")]
    SameTime,
    #[error("Choose at least one day.")]
    NoDay,
    #[error("These are not working hours.")]
    Unreadable,
}

impl Span {
    /// Reads what was typed into a day's two fields.
    ///
    /// # Errors
    /// [`HoursProblem`], worded for the person who typed it.
    pub fn parse(from: &str, to: &str) -> Result<Self, HoursProblem> {
        let time = |typed: &str| {
            NaiveTime::parse_from_str(typed.trim(), "%H:%M").map_err(|_| HoursProblem::NotATime)
        };
        let span = Self { from: time(from)?, to: time(to)? };
        // From midnight to midnight is all day.
        if span.from == span.to && !span.lasts_until_midnight() {
            return Err(HoursProblem::SameTime);
        }
        Ok(span)
    }

    fn lasts_until_midnight(self) -> bool {
        self.to == NaiveTime::MIN
    }

    /// When the span begins and ends that begins on this day. Where the clock goes forward
    /// over its edge, the edge is the moment of the change; where it goes back, the span
    /// has both of the hours. The hour after midnight is the next day's both times.
    fn on(self, day: NaiveDate, zone: Tz) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
        let last = if self.to <= self.from { day.succ_opt()? } else { day };
        let from = local(day, self.from, zone, false)?;
        Some((from, local(last, self.to, zone, !self.lasts_until_midnight())?))
    }
}

/// A time on a wall clock as a moment: of two, the earlier or the later; of none, the
/// moment at which the clock leaves it out.
fn local(day: NaiveDate, time: NaiveTime, zone: Tz, later: bool) -> Option<DateTime<Utc>> {
    let wanted = day.and_time(time);
    let moment = match zone.from_local_datetime(&wanted) {
        LocalResult::Single(at) => at,
        LocalResult::Ambiguous(first, second) => {
            if later {
                second
            } else {
                first
            }
        }
        LocalResult::None => {
            // Changes fall on whole quarters of an hour.
            let quarters = (1..=96).map(|n| wanted + TimeDelta::minutes(15 * n));
            let mut after = quarters
                .map(on_the_quarter)
                .filter_map(|at| zone.from_local_datetime(&at).earliest());
            after.next()?
        }
    };
    Some(moment.with_timezone(&Utc))
}

fn on_the_quarter(at: chrono::NaiveDateTime) -> chrono::NaiveDateTime {
    use chrono::Timelike;
    at - TimeDelta::minutes(i64::from(at.minute() % 15))
}

/// The days of a week with their hours; at least one day has some.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkingHours {
    /// Monday first.
    days: [Option<Span>; 7],
}

impl WorkingHours {
    /// Hours of a week, Monday first.
    ///
    /// # Errors
    /// [`HoursProblem::NoDay`] when there is none.
    pub fn new(days: [Option<Span>; 7]) -> Result<Self, HoursProblem> {
        if days.iter().all(Option::is_none) {
            return Err(HoursProblem::NoDay);
        }
        Ok(Self { days })
    }

    /// Monday to Friday, nine to five: what a form begins with.
    pub fn usual() -> Self {
        let at = |hour| NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or_default();
        let day = Some(Span { from: at(9), to: at(17) });
        Self { days: [day, day, day, day, day, None, None] }
    }

    /// The hours of each day, Monday first.
    pub fn days(&self) -> &[Option<Span>; 7] {
        &self.days
    }

    /// Whether the team works at this moment.
    pub fn contain(&self, at: DateTime<Utc>, zone: Tz) -> bool {
        let today = at.with_timezone(&zone).date_naive();
        // That of yesterday may go on.
        let days = today.pred_opt().into_iter().chain([today]);
        days.filter_map(|day| self.on(day, zone)).any(|(from, to)| from <= at && at < to)
    }

    /// When the team works next, from this moment on.
    pub fn next_opening(&self, at: DateTime<Utc>, zone: Tz) -> Option<DateTime<Utc>> {
        if self.contain(at, zone) {
            return Some(at);
        }
        let today = at.with_timezone(&zone).date_naive();
        let days = (0..=DAYS_AHEAD).filter_map(|ahead| today.checked_add_days(Days::new(ahead)));
        days.filter_map(|day| self.on(day, zone)).map(|(from, _)| from).find(|from| *from > at)
    }

    /// The seconds at which the team worked between two moments, as they passed: an
    /// hour that the clock leaves out is none, one that it repeats is two. Where one day's
    /// hours go on into those of the next, they count once.
    pub fn seconds_between(&self, from: DateTime<Utc>, to: DateTime<Utc>, zone: Tz) -> i64 {
        let last = to.with_timezone(&zone).date_naive();
        let first = from.with_timezone(&zone).date_naive();
        // The hours of the day before may go on.
        let mut day = first.pred_opt().unwrap_or(first);
        let (mut seconds, mut counted) = (0, from);
        while day <= last {
            if let Some((begins, ends)) = self.on(day, zone) {
                seconds += (ends.min(to) - begins.max(counted)).num_seconds().max(0);
                counted = counted.max(ends);
            }
            let Some(next) = day.succ_opt() else { break };
            day = next;
        }
        seconds
    }

    fn on(&self, day: NaiveDate, zone: Tz) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
        let index = usize::try_from(day.weekday().num_days_from_monday()).ok()?;
        self.days.get(index).copied().flatten()?.on(day, zone)
    }

    /// The hours in words, equal days together: `Mon–Fri 09:00–17:00`.
    pub fn words(&self) -> String {
        let mut groups: Vec<(usize, usize, Span)> = Vec::new();
        for (index, span) in self.days.iter().enumerate() {
            let Some(span) = span else { continue };
            match groups.last_mut() {
                Some((_, last, same)) if *last + 1 == index && same == span => *last = index,
                _ => groups.push((index, index, *span)),
            }
        }
        let short = |index: usize| DAYS[index].1.chars().take(3).collect::<String>();
        let group = |(first, last, span): &(usize, usize, Span)| {
            let days = match last - first {
                0 => short(*first),
                _ => format!("{}–{}", short(*first), short(*last)),
            };
            match span.from == span.to {
                true => format!("{days} all day"),
                false => {
                    format!("{days} {}–{}", span.from.format("%H:%M"), span.to.format("%H:%M"))
                }
            }
        };
        groups.iter().map(group).collect::<Vec<_>>().join(", ")
    }
}

impl fmt::Display for WorkingHours {
    /// As the database keeps it: `mon 09:00-17:00, sat 10:00-14:00`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        for ((code, _), span) in DAYS.iter().zip(&self.days) {
            let Some(span) = span else { continue };
            let mark = if text.is_empty() { "" } else { ", " };
            let (from, to) = (span.from.format("%H:%M"), span.to.format("%H:%M"));
            write!(text, "{mark}{code} {from}-{to}")?;
        }
        f.write_str(&text)
    }
}

impl FromStr for WorkingHours {
    type Err = HoursProblem;

    fn from_str(text: &str) -> Result<Self, HoursProblem> {
        let mut days = [None; 7];
        for part in text.split(", ") {
            let (code, span) = part.split_once(' ').ok_or(HoursProblem::Unreadable)?;
            let (from, to) = span.split_once('-').ok_or(HoursProblem::Unreadable)?;
            let index = DAYS.iter().position(|(known, _)| *known == code);
            let index = index.ok_or(HoursProblem::Unreadable)?;
            days[index] = Some(Span::parse(from, to)?);
        }
        Self::new(days)
    }
}

#[cfg(test)]
mod tests;
