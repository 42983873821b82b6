//! The tables of a report: on the page, and as files for a spreadsheet.

use std::io::Write;

use chrono::NaiveDate;
use chrono_tz::Tz;
use strum::{EnumIter, EnumString, IntoStaticStr};

use super::words;
use crate::db::QueryResult;
use crate::models::report::{BUCKETS, Figures, Group, Held, Present, Report};
use crate::models::spreadsheet::Sheet;
use crate::models::working_hours::DAYS;
use crate::web::away;
use crate::web::view::grouped;

/// The tables there are; a word in URLs and file names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, EnumString, IntoStaticStr)]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum Kind {
    Days,
    Times,
    Hours,
    Inboxes,
    Members,
    Labels,
    Waiting,
    Owners,
}

impl Kind {
    /// Whether it tells of this moment, whatever the days.
    pub const fn is_of_now(self) -> bool {
        matches!(self, Self::Waiting | Self::Owners)
    }
}

/// A value of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    Text(String),
    Day(NaiveDate),
    Count(i64),
    Seconds(Option<i64>),
    /// A member, by whose name one gets to what they own.
    Owner {
        name: String,
        /// The name, and until when they are away.
        shown: String,
        membership_id: i64,
    },
}

impl Cell {
    /// As people read it.
    pub fn words(&self) -> String {
        match self {
            Self::Text(text) | Self::Owner { shown: text, .. } => text.clone(),
            Self::Day(day) => day.format("%a %-d %b %Y").to_string(),
            Self::Count(n) => grouped(*n),
            Self::Seconds(seconds) => words::duration_or_dash(*seconds),
        }
    }

    /// The page that it leads to.
    pub fn href(&self) -> Option<String> {
        match self {
            Self::Owner { membership_id, .. } => {
                Some(format!("/inbox?view=all&owner={membership_id}"))
            }
            _ => None,
        }
    }

    /// As a spreadsheet counts with it.
    fn plain(&self) -> String {
        match self {
            Self::Text(text) | Self::Owner { name: text, .. } => text.clone(),
            Self::Day(day) => day.to_string(),
            Self::Count(n) => n.to_string(),
            Self::Seconds(seconds) => seconds.map(|n| n.to_string()).unwrap_or_default(),
        }
    }
}

/// A column: its heading, and what its values are.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    pub name: &'static str,
    is_time: bool,
}

const fn plain(name: &'static str) -> Column {
    Column { name, is_time: false }
}

const fn time(name: &'static str) -> Column {
    Column { name, is_time: true }
}

/// A table: the first value of a row names it.
#[derive(Clone, Debug)]
pub struct Table {
    pub columns: Vec<Column>,
    pub rows: Vec<Vec<Cell>>,
}

const TIMES: [Column; 4] = [
    time("First response, median"),
    time("First response, 90%"),
    time("To resolve, median"),
    time("To resolve, 90%"),
];

fn times(of: &Figures) -> [Cell; 4] {
    [of.response.median, of.response.p90, of.resolution.median, of.resolution.p90]
        .map(Cell::Seconds)
}

fn counts(of: &Figures) -> [Cell; 3] {
    [of.opened, of.resolved, of.replies].map(Cell::Count)
}

const COUNTS: [Column; 3] = [plain("Opened"), plain("Resolved"), plain("Replies")];

/// A table of a report, with moments in this zone.
pub fn of(kind: Kind, report: &Report, present: &Present, zone: Tz) -> Table {
    match kind {
        Kind::Days => Table {
            columns: [vec![plain("Day")], COUNTS.to_vec()].concat(),
            rows: report
                .days
                .iter()
                .map(|(day, of)| [vec![Cell::Day(*day)], counts(of).to_vec()].concat())
                .collect(),
        },
        Kind::Times => Table {
            columns: [vec![plain("Day")], TIMES.to_vec()].concat(),
            rows: report
                .days
                .iter()
                .map(|(day, of)| [vec![Cell::Day(*day)], times(of).to_vec()].concat())
                .collect(),
        },
        Kind::Hours => hours(report),
        Kind::Inboxes => groups("Inbox", &report.inboxes, true),
        Kind::Members => groups("Member", &report.members, false),
        Kind::Labels => groups("Label", &report.labels, true),
        Kind::Waiting => Table {
            columns: vec![plain("Waiting for"), plain("Conversations")],
            rows: BUCKETS
                .iter()
                .zip(present.queue.buckets)
                .map(|((name, _), n)| vec![Cell::Text((*name).to_owned()), Cell::Count(n)])
                .collect(),
        },
        Kind::Owners => owners(present, zone),
    }
}

/// A row for each member, also for who has nothing and could take something.
fn owners(present: &Present, zone: Tz) -> Table {
    let row = |of: &Held| {
        let longest = of.since.map(|since| present.at.since(since).num_seconds().max(0));
        vec![
            Cell::Owner {
                name: of.name.clone(),
                shown: away::named(&of.name, of.away_until, zone),
                membership_id: of.membership_id,
            },
            Cell::Count(of.open),
            Cell::Count(of.waiting),
            Cell::Seconds(longest),
            Cell::Count(of.snoozed),
        ]
    };
    Table {
        columns: vec![
            plain("Member"),
            plain("Open"),
            plain("Customer waits"),
            time("Longest wait"),
            plain("Snoozed"),
        ],
        rows: present.held.iter().map(row).collect(),
    }
}

/// A row for each hour that anything happened in.
fn hours(report: &Report) -> Table {
    let mut rows = Vec::new();
    for ((_, name), day) in DAYS.iter().zip(&report.hours) {
        for (hour, cell) in day.iter().enumerate() {
            if cell.opened + cell.replies > 0 {
                let hour = format!("{name} {hour:02}:00");
                rows.push(vec![
                    Cell::Text(hour),
                    Cell::Count(cell.opened),
                    Cell::Count(cell.replies),
                ]);
            }
        }
    }
    Table { columns: vec![plain("Hour of the week"), plain("Opened"), plain("Replies")], rows }
}

/// Nobody opens a conversation but customers: members have no such column.
fn groups(name: &'static str, groups: &[Group], with_opened: bool) -> Table {
    let from = usize::from(!with_opened);
    let columns = [&[plain(name)][..], &COUNTS[from..], &TIMES[..]].concat();
    let row = |group: &Group| {
        let name = [Cell::Text(group.name.clone())];
        [&name[..], &counts(&group.figures)[from..], &times(&group.figures)[..]].concat()
    };
    Table { columns, rows: groups.iter().map(row).collect() }
}

impl Table {
    /// Writes it for a spreadsheet: times in seconds.
    ///
    /// # Errors
    /// When `out` cannot be written.
    pub fn write(&self, out: &mut dyn Write) -> QueryResult<()> {
        let heading = |column: &Column| {
            let unit = if column.is_time { " (seconds)" } else { "" };
            format!("{}{unit}", column.name)
        };
        let mut sheet = Sheet::new(out, self.columns.iter().map(heading))?;
        for row in &self.rows {
            sheet.row(row.iter().map(Cell::plain))?;
        }
        sheet.finish()
    }
}
