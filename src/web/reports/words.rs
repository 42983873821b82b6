//! Figures in words.

use crate::models::report::{Figures, Times};
use crate::web::view::grouped;

/// `45 s`, `6 min`, `2 h 10 min`, `3 d 4 h`, to the nearest.
pub fn duration(seconds: i64) -> String {
    let unit = match seconds {
        ..60 => 1,
        60..86_400 => 60,
        _ => 3_600,
    };
    let seconds = (seconds + unit / 2) / unit * unit;
    let (minutes, hours, days) = (seconds / 60, seconds / 3_600, seconds / 86_400);
    let and = |more: i64, unit: &str| match more {
        0 => String::new(),
        more => format!(" {more} {unit}"),
    };
    match seconds {
        ..60 => format!("{seconds} s"),
        60..3_600 => format!("{minutes} min"),
        3_600..86_400 => format!("{hours} h{}", and(minutes % 60, "min")),
        _ => format!("{days} d{}", and(hours % 24, "h")),
    }
}

/// A duration, or a dash where there is none.
pub fn duration_or_dash(seconds: Option<i64>) -> String {
    seconds.map_or_else(|| "–".to_owned(), duration)
}

/// How a count compares with the one before: `12% more`.
fn compared(now: i64, before: i64) -> String {
    match (now, before) {
        (0, 0) => String::new(),
        (now, before) if now == before => "as many as before".to_owned(),
        (_, 0) => "none before".to_owned(),
        (0, before) => format!("{} before", grouped(before)),
        (now, before) => {
            let percent = (now - before).abs() * 100 / before;
            let more = if now > before { "more" } else { "fewer" };
            match percent {
                0 => format!("a little {more} than before"),
                percent => format!("{}% {more} than before", grouped(percent)),
            }
        }
    }
}

fn quicker(now: Option<i64>, before: Option<i64>) -> String {
    match (now, before) {
        (None, None) => String::new(),
        (Some(_), None) => "none before".to_owned(),
        (None, Some(before)) => format!("{} before", duration(before)),
        (Some(now), Some(before)) if now == before => "as before".to_owned(),
        (Some(now), Some(before)) => {
            let way = if now < before { "quicker" } else { "slower" };
            format!("{} {way} than before", duration((now - before).abs()))
        }
    }
}

/// A figure at the head of the page: its name, itself, and how it compares.
pub struct Headline {
    pub name: &'static str,
    pub value: String,
    /// What nine tenths took at most; empty for counts.
    pub most: String,
    /// Empty where there is nothing to compare.
    pub delta: String,
}

/// The figures at the head of the page.
pub fn headlines(now: &Figures, before: &Figures) -> Vec<Headline> {
    let counted = |name, now, before| Headline {
        name,
        value: grouped(now),
        most: String::new(),
        delta: compared(now, before),
    };
    let timed = |name, now: Times, before: Times| Headline {
        name,
        value: duration_or_dash(now.median),
        most: now.p90.map(|most| format!("90% within {}", duration(most))).unwrap_or_default(),
        delta: quicker(now.median, before.median),
    };
    vec![
        counted("Opened", now.opened, before.opened),
        counted("Resolved", now.resolved, before.resolved),
        counted("Replies sent", now.replies, before.replies),
        timed("First response, median", now.response, before.response),
        timed("To resolve, median", now.resolution, before.resolution),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_told_in_their_two_largest_units() {
        for (seconds, words) in [
            (0, "0 s"),
            (59, "59 s"),
            (60, "1 min"),
            (105, "2 min"),
            (3_569, "59 min"),
            (3_599, "1 h"),
            (3_600, "1 h"),
            (7_800, "2 h 10 min"),
            (86_399, "1 d"),
            (86_400 + 5_400, "1 d 2 h"),
            (86_400 * 3 + 3_600 * 4 + 59, "3 d 4 h"),
        ] {
            assert_eq!(duration(seconds), words);
        }
    }

    #[test]
    fn figures_compare_with_those_before() {
        for (now, before, words) in [
            (0, 0, ""),
            (7, 7, "as many as before"),
            (5, 0, "none before"),
            (0, 1_204, "1,204 before"),
            (112, 100, "12% more than before"),
            (1_001, 1_000, "a little more than before"),
            (50, 100, "50% fewer than before"),
        ] {
            assert_eq!(compared(now, before), words);
        }
        assert_eq!(quicker(Some(60), Some(240)), "3 min quicker than before");
        assert_eq!(quicker(Some(240), Some(60)), "3 min slower than before");
        assert_eq!(quicker(None, Some(60)), "1 min before");
    }
}
