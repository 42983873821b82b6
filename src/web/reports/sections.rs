//! The charts of a report, each with its table.

use chrono::NaiveDate;

use super::chart::{self, Chart, Series};
use super::page::Section;
use super::table::{self, Kind};
use super::words;
use crate::models::report::{BUCKETS, Figures, Group, Held, Period, Present, Report, Waiting};
use crate::models::working_hours::DAYS;
use crate::web::view::grouped;

/// What a chart shows of some figures.
type Count = fn(&Figures) -> i64;

/// Names of a ranking that have room.
const MOST_NAMES: usize = 8;

/// `1 October 2026 to 30 October 2026`
pub fn span(period: &Period) -> String {
    let day = |day: NaiveDate| day.format("%-d %B %Y").to_string();
    if period.first == period.last {
        return day(period.first);
    }
    format!("{} to {}", day(period.first), day(period.last))
}

/// Everything of the page, in its order.
pub fn all(
    report: &Report,
    present: &Present,
    period: &Period,
    is_working_hours: bool,
) -> Vec<Section> {
    let section = |kind: Kind, title, empty| Section {
        code: kind.into_str(),
        title,
        legend: Vec::new(),
        chart: None,
        table: table::of(kind, report, present, period.zone),
        empty,
        is_long: false,
    };
    let nothing = report.now.is_nothing();
    let title = |plain, working| if is_working_hours { working } else { plain };
    let (times, legend) = times(report, period);
    let none = "Nothing happened on these days.";
    let mut all = vec![
        Section {
            chart: (!nothing).then(|| days(report, period)),
            legend: vec!["Opened", "Resolved"],
            is_long: true,
            ..section(Kind::Days, "Opened and resolved, by day", none)
        },
        Section {
            chart: times,
            legend,
            is_long: true,
            ..section(
                Kind::Times,
                title("Time to the first response, by day", "Working time to the first response"),
                none,
            )
        },
        Section {
            chart: (!nothing).then(|| week(report)),
            is_long: true,
            ..section(Kind::Hours, "When customers write, by hour of the week", none)
        },
        Section {
            chart: queue(&present.queue),
            ..section(Kind::Waiting, "Open and unassigned now", "The queue is empty.")
        },
        Section {
            chart: held(&present.held),
            legend: vec!["Open"],
            ..section(Kind::Owners, "Open now, by owner", none)
        },
    ];
    let opened = |of: &Figures| of.opened;
    let replies = |of: &Figures| of.replies;
    all.extend([
        Section {
            chart: ranking("Conversations opened by inbox", &report.inboxes, opened),
            legend: vec!["Opened"],
            ..section(Kind::Inboxes, "By inbox", none)
        },
        Section {
            chart: ranking("Replies by member", &report.members, replies),
            legend: vec!["Replies"],
            ..section(Kind::Members, "By member", "No member replied or resolved on these days.")
        },
        Section {
            chart: ranking("Conversations opened by label", &report.labels, opened),
            legend: vec!["Opened"],
            ..section(Kind::Labels, "By label", "No conversation from these days has a label.")
        },
    ]);
    all
}

/// `24 Nov`
fn short(day: NaiveDate) -> String {
    day.format("%-d %b").to_string()
}

fn names(report: &Report) -> Vec<String> {
    report.days.iter().map(|(day, _)| short(*day)).collect()
}

fn days(report: &Report, period: &Period) -> Chart {
    let series = |of: Count| Series {
        values: report.days.iter().map(|(_, figures)| Some(of(figures) as f64)).collect(),
    };
    let most = |of: Count| {
        let day = report.days.iter().max_by_key(|(_, figures)| of(figures));
        day.map_or_else(String::new, |(day, figures)| {
            format!("most on {} ({})", short(*day), grouped(of(figures)))
        })
    };
    let (opened, resolved): (Count, Count) = (|of| of.opened, |of| of.resolved);
    let alt = format!(
        "Conversations opened and resolved by day, {}. Opened: {}, {}. Resolved: {}, {}. \
         The table has every day.",
        span(period),
        grouped(report.now.opened),
        most(opened),
        grouped(report.now.resolved),
        most(resolved),
    );
    chart::bars(alt, &names(report), &[series(opened), series(resolved)])
}

/// In the unit that makes small numbers; what the colours mean says which.
fn times(report: &Report, period: &Period) -> (Option<Chart>, Vec<&'static str>) {
    let most = report.days.iter().filter_map(|(_, of)| of.response.p90).max();
    let Some(most) = most else { return (None, Vec::new()) };
    let (unit, legend) = match most {
        ..7_200 => (60.0, vec!["Median, minutes", "90%, minutes"]),
        7_200..172_800 => (3_600.0, vec!["Median, hours", "90%, hours"]),
        _ => (86_400.0, vec!["Median, days", "90%, days"]),
    };
    let series = |of: fn(&Figures) -> Option<i64>| Series {
        values: report
            .days
            .iter()
            .map(|(_, figures)| of(figures).map(|seconds| seconds as f64 / unit))
            .collect(),
    };
    let alt = format!(
        "Time to the first response by day, {}. Over all days the median is {}, and 90% \
         were answered within {}. The table has every day.",
        span(period),
        words::duration_or_dash(report.now.response.median),
        words::duration_or_dash(report.now.response.p90),
    );
    let series = [series(|of| of.response.median), series(|of| of.response.p90)];
    (Some(chart::lines(alt, &names(report), &series)), legend)
}

fn week(report: &Report) -> Chart {
    let values = report.hours.map(|day| day.map(|cell| cell.opened));
    let mut busiest = (0, String::from("no hour"));
    for ((_, name), hours) in DAYS.iter().zip(&values) {
        for (hour, n) in hours.iter().enumerate().filter(|(_, n)| **n > 0) {
            if *n > busiest.0 {
                busiest = (*n, format!("{name}, {hour:02}:00"));
            }
        }
    }
    let short = DAYS.map(|(_, name)| name.get(..3).unwrap_or(name));
    let alt = format!(
        "Conversations opened by hour of the week: most on {} ({}). The table has every hour.",
        busiest.1, busiest.0
    );
    chart::week(alt, &short, &values)
}

fn queue(waiting: &Waiting) -> Option<Chart> {
    if waiting.total == 0 {
        return None;
    }
    let rows: Vec<(String, i64)> =
        BUCKETS.iter().zip(waiting.buckets).map(|((name, _), n)| ((*name).to_owned(), n)).collect();
    Some(chart::ranking(
        told("Open and unassigned conversations by how long they wait", &rows),
        &rows,
    ))
}

fn ranking(what: &str, groups: &[Group], of: Count) -> Option<Chart> {
    let mut rows: Vec<(String, i64)> =
        groups.iter().map(|group| (group.name.clone(), of(&group.figures))).collect();
    rows.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
    most(what, rows)
}

fn held(held: &[Held]) -> Option<Chart> {
    most("Open conversations by owner", held.iter().map(|of| (of.name.clone(), of.open)).collect())
}

/// The first of a ranking, as far as there is something to draw.
fn most(what: &str, mut rows: Vec<(String, i64)>) -> Option<Chart> {
    rows.retain(|(_, n)| *n > 0);
    rows.truncate(MOST_NAMES);
    (!rows.is_empty()).then(|| chart::ranking(told(what, &rows), &rows))
}

fn told(what: &str, rows: &[(String, i64)]) -> String {
    let rows: Vec<String> =
        rows.iter().map(|(name, n)| format!("{name} {}", grouped(*n))).collect();
    format!("{what}: {}.", rows.join(", "))
}
