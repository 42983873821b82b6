use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Europe::Berlin;
use chrono_tz::Tz;

use super::{HoursProblem, Span, WorkingHours};

fn hours(text: &str) -> WorkingHours {
    text.parse().expect("working hours")
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("a moment")
}

const HOUR: i64 = 3600;

#[test]
fn what_is_stored_reads_back() {
    for text in ["mon 09:00-17:00", "tue 00:00-00:00, sun 08:15-23:59", "fri 18:00-02:00"] {
        assert_eq!(hours(text).to_string(), text);
    }
    assert_eq!(
        WorkingHours::usual().to_string(),
        "mon 09:00-17:00, tue 09:00-17:00, wed 09:00-17:00, thu 09:00-17:00, fri 09:00-17:00"
    );
    for wrong in ["", "mon", "mon 09:00", "someday 09:00-17:00", "mon 9-17", "mon 17:00-17:00"] {
        assert!(wrong.parse::<WorkingHours>().is_err(), "{wrong:?}");
    }
}

#[test]
fn a_day_ends_at_another_time_than_it_begins() {
    assert_eq!(Span::parse("09:00", "09:00"), Err(HoursProblem::SameTime));
    assert!(Span::parse("17:00", "09:00").is_ok(), "on the next day");
    assert!(Span::parse("09:00", "00:00").is_ok(), "until midnight");
    assert!(Span::parse("00:00", "00:00").is_ok(), "all day");
    for (from, to) in [("", "17:00"), ("09:00", ""), ("nine", "five"), ("09:00", "24:00")] {
        assert_eq!(Span::parse(from, to), Err(HoursProblem::NotATime), "{from:?} {to:?}");
    }
    assert_eq!(WorkingHours::new([None; 7]), Err(HoursProblem::NoDay));
}

#[test]
fn words_put_equal_days_together() {
    for (text, words) in [
        ("mon 09:00-17:00", "Mon 09:00–17:00"),
        (
            "mon 09:00-17:00, tue 09:00-17:00, wed 09:00-12:00, fri 09:00-12:00",
            "Mon–Tue 09:00–17:00, Wed 09:00–12:00, Fri 09:00–12:00",
        ),
        ("fri 18:00-02:00, sat 18:00-02:00", "Fri–Sat 18:00–02:00"),
    ] {
        assert_eq!(hours(text).words(), words);
    }
    assert_eq!(WorkingHours::usual().words(), "Mon–Fri 09:00–17:00");
}

/// Worked out by hand. Berlin is an hour ahead of UTC in winter, two in summer.
#[test]
fn working_seconds_are_counted_by_the_clock_on_the_wall() {
    let usual = WorkingHours::usual();
    for (from, to, seconds) in [
        // Within a Tuesday: 09:30 to 11:00.
        ("2026-11-24T08:30:00Z", "2026-11-24T10:00:00Z", 90 * 60),
        // From before it opens until after it closes: eight hours.
        ("2026-11-24T03:00:00Z", "2026-11-24T22:00:00Z", 8 * HOUR),
        // Friday 16:00 to Monday 10:00: an hour on each.
        ("2026-11-27T15:00:00Z", "2026-11-30T09:00:00Z", 2 * HOUR),
        // A night, a weekend, an instant, and a span the wrong way round.
        ("2026-11-24T17:00:00Z", "2026-11-25T07:00:00Z", 0),
        ("2026-11-27T16:00:00Z", "2026-11-30T08:00:00Z", 0),
        ("2026-11-24T09:00:00Z", "2026-11-24T09:00:00Z", 0),
        ("2026-11-24T10:00:00Z", "2026-11-24T09:00:00Z", 0),
        // A whole week, and the last second of a day.
        ("2026-11-22T23:00:00Z", "2026-11-29T23:00:00Z", 40 * HOUR),
        ("2026-11-24T15:59:59Z", "2026-11-24T16:00:01Z", 1),
        // Friday 27 March 16:00 (UTC+1) to Monday 30 March 10:00 (UTC+2).
        ("2026-03-27T15:00:00Z", "2026-03-30T08:00:00Z", 2 * HOUR),
        // Friday 23 October 16:00 (UTC+2) to Monday 26 October 10:00 (UTC+1).
        ("2026-10-23T14:00:00Z", "2026-10-26T09:00:00Z", 2 * HOUR),
        // March has 22 days from Monday to Friday.
        ("2026-02-28T23:00:00Z", "2026-03-31T22:00:00Z", 22 * 8 * HOUR),
    ] {
        assert_eq!(usual.seconds_between(at(from), at(to), Berlin), seconds, "{from} to {to}");
    }
}

#[test]
fn the_hour_that_is_left_out_does_not_count_and_the_one_repeated_counts_twice() {
    // On 29 March 2026 the clock goes from 02:00 to 03:00, on 25 October from 03:00
    // back to 02:00; both are Sundays.
    let (spring, autumn) = (at("2026-03-28T23:00:00Z"), at("2026-10-24T22:00:00Z"));
    let day = TimeDelta::hours(26);
    for (text, in_spring, in_autumn) in [
        ("sun 00:00-00:00", 23 * HOUR, 25 * HOUR),
        ("sun 01:00-04:00", 2 * HOUR, 4 * HOUR),
        // An edge that is left out is the moment of the change.
        ("sun 02:30-04:00", HOUR, 5 * HOUR / 2),
        ("sun 01:00-02:30", HOUR, 5 * HOUR / 2),
        ("sun 02:00-03:00", 0, 2 * HOUR),
        ("sun 02:10-02:50", 0, HOUR + 40 * 60),
        ("sun 09:00-17:00", 8 * HOUR, 8 * HOUR),
    ] {
        let hours = hours(text);
        assert_eq!(hours.seconds_between(spring, spring + day, Berlin), in_spring, "{text}");
        assert_eq!(hours.seconds_between(autumn, autumn + day, Berlin), in_autumn, "{text}");
    }
}

#[test]
fn every_moment_is_inside_or_outside_and_the_count_agrees() {
    for text in [
        "thu 22:00-00:00, fri 00:00-06:00, sun 01:30-02:30",
        // Nights, of which some go on into the next day's hours, and one into Monday.
        "thu 22:00-09:00, fri 08:00-04:00, sat 18:00-02:30, sun 02:00-01:30",
    ] {
        inside_or_outside(&hours(text));
    }
}

fn inside_or_outside(hours: &WorkingHours) {
    for (zone, begin) in [
        (Berlin, "2026-03-25T00:00:00Z"),
        (Berlin, "2026-10-21T00:00:00Z"),
        (chrono_tz::America::St_Johns, "2026-03-05T00:00:00Z"),
        (chrono_tz::Australia::Lord_Howe, "2026-10-01T00:00:00Z"),
        (chrono_tz::Pacific::Apia, "2011-12-27T00:00:00Z"),
        // Their clocks go back to midnight.
        (chrono_tz::America::Havana, "2026-10-29T00:00:00Z"),
        (chrono_tz::Atlantic::Azores, "2026-10-21T00:00:00Z"),
        (Tz::UTC, "2026-03-25T00:00:00Z"),
    ] {
        let begin = at(begin);
        let minutes = 7 * 24 * 60;
        let inside =
            (0..minutes).filter(|n| hours.contain(begin + TimeDelta::minutes(*n), zone)).count();
        let end = begin + TimeDelta::minutes(minutes);
        let counted = hours.seconds_between(begin, end, zone);
        assert_eq!(counted, i64::try_from(inside).unwrap() * 60, "{zone} from {begin}");
    }
}

#[test]
fn the_next_opening_is_found_over_a_weekend_and_a_change_of_the_clock() {
    let usual = WorkingHours::usual();
    for (from, next) in [
        ("2026-11-24T10:00:00Z", "2026-11-24T10:00:00Z"),
        ("2026-11-24T05:00:00Z", "2026-11-24T08:00:00Z"),
        ("2026-11-24T16:00:00Z", "2026-11-25T08:00:00Z"),
        ("2026-11-27T16:00:00Z", "2026-11-30T08:00:00Z"),
        ("2026-03-27T20:00:00Z", "2026-03-30T07:00:00Z"),
        ("2026-10-23T20:00:00Z", "2026-10-26T08:00:00Z"),
    ] {
        assert_eq!(usual.next_opening(at(from), Berlin), Some(at(next)), "{from}");
    }
    // A team that works on one day of the week, asked just after it closed.
    let mondays = hours("mon 09:00-17:00");
    let next = mondays.next_opening(at("2026-11-23T16:00:00Z"), Berlin);
    assert_eq!(next, Some(at("2026-11-30T08:00:00Z")));
}

#[test]
fn a_night_belongs_to_the_day_on_which_it_begins() {
    let nights = hours("fri 18:00-02:00, sat 18:00-02:00, sun 20:00-02:00");
    for (moment, is_open) in [
        // Friday 27 November 2026, at 17:59, 18:00, 23:59.
        ("2026-11-27T16:59:59Z", false),
        ("2026-11-27T17:00:00Z", true),
        ("2026-11-27T22:59:59Z", true),
        // Saturday at 00:00, 01:59 and 02:00.
        ("2026-11-27T23:00:00Z", true),
        ("2026-11-28T00:59:59Z", true),
        ("2026-11-28T01:00:00Z", false),
        // Monday at 01:59, after the week has ended, and Friday at 01:00, before its night.
        ("2026-11-30T00:59:59Z", true),
        ("2026-11-30T01:00:00Z", false),
        ("2026-11-27T00:00:00Z", false),
    ] {
        assert_eq!(nights.contain(at(moment), Berlin), is_open, "{moment}");
    }
    for (from, to, seconds) in [
        // A week: two that the Sunday before left, eight, eight, and four until it ends.
        ("2026-11-22T23:00:00Z", "2026-11-29T23:00:00Z", 22 * HOUR),
        // From Saturday 01:00 to Saturday 19:00: an hour of Friday's and one of its own.
        ("2026-11-28T00:00:00Z", "2026-11-28T18:00:00Z", 2 * HOUR),
        // From Monday 01:30 on.
        ("2026-11-30T00:30:00Z", "2026-11-30T12:00:00Z", HOUR / 2),
    ] {
        assert_eq!(nights.seconds_between(at(from), at(to), Berlin), seconds, "{from} to {to}");
    }
    for (from, next) in [
        ("2026-11-28T00:30:00Z", "2026-11-28T00:30:00Z"),
        ("2026-11-28T01:00:00Z", "2026-11-28T17:00:00Z"),
        ("2026-11-30T01:00:00Z", "2026-12-04T17:00:00Z"),
    ] {
        assert_eq!(nights.next_opening(at(from), Berlin), Some(at(next)), "{from}");
    }
    // Where it goes on into the hours of the next day, that counts once.
    let round = hours("mon 20:00-10:00, tue 08:00-12:00");
    let counted =
        round.seconds_between(at("2026-11-23T00:00:00Z"), at("2026-11-25T00:00:00Z"), Berlin);
    assert_eq!(counted, 16 * HOUR);
}

#[test]
fn a_night_is_an_hour_shorter_or_longer_where_the_clock_changes() {
    // From Saturday to Sunday 29 March 2026, and 25 October.
    let (spring, autumn) = (at("2026-03-28T12:00:00Z"), at("2026-10-24T12:00:00Z"));
    let day = TimeDelta::hours(24);
    for (text, in_spring, in_autumn) in [
        ("sat 22:00-06:00", 7 * HOUR, 9 * HOUR),
        ("sat 22:00-02:30", 4 * HOUR, 11 * HOUR / 2),
        ("sat 22:00-00:00", 2 * HOUR, 2 * HOUR),
    ] {
        let hours = hours(text);
        assert_eq!(hours.seconds_between(spring, spring + day, Berlin), in_spring, "{text}");
        assert_eq!(hours.seconds_between(autumn, autumn + day, Berlin), in_autumn, "{text}");
    }
    // It closes at 02:30 the second time, and opens again a week later.
    let hours = hours("sat 22:00-02:30");
    assert!(hours.contain(at("2026-10-25T01:29:59Z"), Berlin));
    let next = hours.next_opening(at("2026-10-25T01:30:00Z"), Berlin);
    assert_eq!(next, Some(at("2026-10-31T21:00:00Z")));
}
