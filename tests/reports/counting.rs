//! Every figure of fixed days, worked out by hand.

use baton::models::report::{self, Figures, Group, HourCell, Report, Times};
use baton::models::working_hours::WorkingHours;

use super::{figures, fill, period, times};
use crate::support::{Cast, Instance};

fn report(instance: &Instance, cast: &Cast, first: &str, last: &str, working: bool) -> Report {
    let hours = WorkingHours::usual();
    let hours = working.then_some(&hours);
    let days = period(first, last);
    instance.read(|conn| report::of(conn, cast.workspace_id, days, hours))
}

/// The hours of the week in which anything happened: weekday, hour, opened, replies.
fn hours(report: &Report) -> Vec<(usize, usize, i64, i64)> {
    let mut found = Vec::new();
    for (weekday, day) in report.hours.iter().enumerate() {
        for (hour, cell) in day.iter().enumerate() {
            if *cell != HourCell::default() {
                found.push((weekday, hour, cell.opened, cell.replies));
            }
        }
    }
    found
}

fn group(name: &str, figures: Figures) -> Group {
    Group { name: name.to_owned(), figures }
}

const NONE: Times = Times { count: 0, median: None, p90: None };
const FRI: usize = 4;
const SAT: usize = 5;
const SUN: usize = 6;

#[test]
fn days_over_the_change_in_march_are_counted_exactly() {
    let (instance, cast) = Instance::with_cast();
    fill(&instance, &cast);
    let found = report(&instance, &cast, "03-28", "03-30", false);
    // Responses: A and B 2 h, D 9 h and a second. Resolutions: D half an hour from its
    // reopening, D 10 h and a second, B 23 h less a second, A 24 h.
    assert_eq!(found.now, figures((3, 4, 4), times(3, 7_200, 32_401), times(4, 59_400, 86_400)));
    assert_eq!(found.before, figures((1, 0, 0), NONE, NONE), "D, on Friday");
    let days: Vec<Figures> = found.days.iter().map(|(_, of)| *of).collect();
    assert_eq!(
        days,
        [
            figures((1, 2, 1), times(1, 32_401, 32_401), times(2, 18_900, 36_001)),
            figures((1, 1, 3), times(2, 7_200, 7_200), times(1, 82_799, 82_799)),
            figures((1, 1, 0), NONE, times(1, 86_400, 86_400)),
        ]
    );
    // On Sunday the clock went from 02:00 to 03:00: nothing can be at two.
    assert_eq!(
        hours(&found),
        [
            (0, 0, 1, 0),
            (SAT, 9, 0, 1),
            (SAT, 23, 1, 0),
            (SUN, 0, 1, 0),
            (SUN, 1, 0, 1),
            (SUN, 3, 0, 2)
        ]
    );
    assert_eq!(
        found.inboxes,
        [
            group(
                "Website chat",
                figures((1, 3, 2), times(2, 19_800, 32_401), times(3, 36_001, 86_400))
            ),
            group("Workshop", figures((2, 1, 2), times(1, 7_200, 7_200), times(1, 82_799, 82_799))),
        ]
    );
    assert_eq!(
        found.members,
        [
            group("Gil Roth", figures((0, 2, 2), times(1, 7_200, 7_200), times(2, 42_299, 82_799))),
            group(
                "Mia Chen",
                figures((0, 2, 2), times(2, 19_800, 32_401), times(2, 61_200, 86_400))
            ),
        ]
    );
    // A and C; E is spam.
    let refund = figures((2, 1, 1), times(1, 7_200, 7_200), times(1, 86_400, 86_400));
    assert_eq!(found.labels, [group("Refund", refund)]);
}

#[test]
fn days_over_the_change_in_october_are_counted_exactly() {
    let (instance, cast) = Instance::with_cast();
    fill(&instance, &cast);
    let found = report(&instance, &cast, "10-24", "10-26", false);
    // Responses: F an hour, G 25 h, H from Friday on 67 h.
    assert_eq!(found.now, figures((2, 1, 3), times(3, 90_000, 241_200), times(1, 80_999, 80_999)));
    assert_eq!(found.before, figures((1, 0, 0), NONE, NONE), "H");
    let days: Vec<Figures> = found.days.iter().map(|(_, of)| *of).collect();
    assert_eq!(
        days,
        [
            Figures::default(),
            figures((2, 1, 1), times(1, 3_600, 3_600), times(1, 80_999, 80_999)),
            figures((0, 0, 2), times(2, 165_600, 241_200), NONE),
        ]
    );
    // Half past two came twice on Sunday: F was opened and answered in that hour.
    assert_eq!(hours(&found), [(0, 0, 0, 1), (0, 10, 0, 1), (SUN, 0, 1, 0), (SUN, 2, 1, 1)]);
    let friday = report(&instance, &cast, "10-23", "10-23", false);
    assert_eq!(hours(&friday), [(FRI, 16, 1, 0)]);
}

#[test]
fn only_working_hours_count_where_that_is_asked_for() {
    let (instance, cast) = Instance::with_cast();
    fill(&instance, &cast);
    // Weekends are nobody's time. H: an hour on Friday and an hour on Monday.
    let found = report(&instance, &cast, "10-24", "10-26", true);
    assert_eq!(found.now, figures((2, 1, 3), times(3, 0, 7_200), times(1, 0, 0)));
    let found = report(&instance, &cast, "03-28", "03-30", true);
    assert_eq!(found.now, figures((3, 4, 4), times(3, 0, 0), times(4, 0, 0)));
}

#[test]
fn a_workspace_s_report_is_of_that_workspace() {
    let (instance, cast) = Instance::with_cast();
    fill(&instance, &cast);
    let days = period("03-28", "03-30");
    let theirs = instance.read(|conn| report::of(conn, cast.other_workspace_id, days, None));
    assert!(theirs.now.is_nothing() && theirs.before.is_nothing());
    assert!(theirs.inboxes.is_empty() && theirs.members.is_empty() && theirs.labels.is_empty());
}

#[test]
fn the_migration_counts_what_happened_before_it_as_the_verbs_do() {
    let (instance, cast) = Instance::with_cast();
    fill(&instance, &cast);
    let before = report(&instance, &cast, "03-28", "03-30", false);
    instance.execute("DELETE FROM report_facts");
    let database = if crate::support::is_postgres() { "postgres" } else { "sqlite" };
    let folder = format!("migrations/{database}/2026-11-26-000310_report_facts/up.sql");
    let sql = std::fs::read_to_string(folder).expect("the migration");
    let from = sql.find("INSERT INTO").expect("it fills the table");
    for statement in sql[from..].split(";\n").filter(|text| !text.trim().is_empty()) {
        instance.execute(statement);
    }
    let after = report(&instance, &cast, "03-28", "03-30", false);
    assert_eq!(after.now, before.now);
    assert_eq!(after.days, before.days);
    assert_eq!(after.members, before.members);
    assert_eq!(after.labels, before.labels);
    assert_eq!(hours(&after), hours(&before));
}
