//! What a field can hold: values in the one form of their kind, and the choices
//! that a field offers. Pure functions over text.

use chrono::{Datelike, NaiveDate};

use super::{CHOICES_MOST, ContactField, Kind};
use crate::models::text::{self, TextProblem, name_key};

/// The longest value, and the longest choice, in characters.
pub const VALUE_MAX: usize = 200;
/// Digits that a number can have before and after its point.
const DIGITS_MAX: usize = 18;
const FRACTION_MAX: usize = 6;

/// What is wrong with a value, worded for the person who typed it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ValueProblem {
    #[error(transparent)]
    Text(#[from] TextProblem),
    #[error("This is not a number. Write it like 1234.5.")]
    NotANumber,
    #[error("This is not a date. Write it like 2026-11-24.")]
    NotADate,
    #[error("This is not one of the choices.")]
    NoChoice,
}

/// What is wrong with the choices of a field.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChoicesProblem {
    #[error("Write the choices, one per line.")]
    None,
    #[error("{0} is listed twice.")]
    Twice(String),
    #[error("These are {0} choices, but a field can have at most {CHOICES_MOST}.")]
    TooMany(usize),
    #[error("“{line}”: {problem}")]
    Line { line: String, problem: TextProblem },
}

impl ContactField {
    /// What was typed, in the form in which it is stored; `None` when nothing was.
    ///
    /// # Errors
    /// [`ValueProblem`], worded for the person who typed it.
    pub fn check(&self, typed: &str) -> Result<Option<String>, ValueProblem> {
        let Some(line) = text::optional_line(typed, VALUE_MAX)? else { return Ok(None) };
        match self.kind {
            Kind::Text => Ok(line),
            Kind::Number => number(&line).ok_or(ValueProblem::NotANumber),
            Kind::Date => date(&line).ok_or(ValueProblem::NotADate),
            Kind::Choice => {
                let key = name_key(&line);
                let known = self.choices.iter().find(|choice| name_key(choice) == key);
                known.cloned().ok_or(ValueProblem::NoChoice)
            }
        }
        .map(Some)
    }
}

/// The choices of a field: the lines that are not empty, each of them once.
///
/// # Errors
/// [`ChoicesProblem`], worded for the person who typed them.
pub fn choices(typed: &str) -> Result<Vec<String>, ChoicesProblem> {
    let mut found: Vec<String> = Vec::new();
    for typed in typed.lines().filter(|line| !line.trim().is_empty()) {
        let line = text::line(typed, VALUE_MAX)
            .map_err(|problem| ChoicesProblem::Line { line: text::excerpt(typed, 40), problem })?;
        if found.iter().any(|other| name_key(other) == name_key(&line)) {
            return Err(ChoicesProblem::Twice(line));
        }
        found.push(line);
    }
    match found.len() {
        0 => Err(ChoicesProblem::None),
        count if count > CHOICES_MOST => Err(ChoicesProblem::TooMany(count)),
        _ => Ok(found),
    }
}

/// Plain digits, with a sign and a point where needed: `-1234.5`. What separates
/// thousands means something else in every country, so it is refused.
fn number(line: &str) -> Option<String> {
    let (sign, digits) = match line.strip_prefix(['-', '−']) {
        Some(digits) => ("-", digits),
        None => ("", line.strip_prefix('+').unwrap_or(line)),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_digits(whole) || !is_digits(fraction) || (whole.is_empty() && fraction.is_empty()) {
        return None;
    }
    let (whole, fraction) = (whole.trim_start_matches('0'), fraction.trim_end_matches('0'));
    if whole.len() > DIGITS_MAX || fraction.len() > FRACTION_MAX {
        return None;
    }
    let whole = if whole.is_empty() { "0" } else { whole };
    Some(match (whole, fraction) {
        ("0", "") => "0".to_owned(),
        (whole, "") => format!("{sign}{whole}"),
        (whole, fraction) => format!("{sign}{whole}.{fraction}"),
    })
}

/// `2026-11-24` as fields of browsers send it, or `24.11.2026`. With slashes it is
/// one day in one country and another one in the next.
fn date(line: &str) -> Option<String> {
    let day = ["%Y-%m-%d", "%d.%m.%Y"]
        .iter()
        .find_map(|format| NaiveDate::parse_from_str(line, format).ok())?;
    // In `1.2.25` the century is missing.
    (1000..=9999).contains(&day.year()).then(|| day.format("%Y-%m-%d").to_string())
}

/// A stored value as people read it: `24 November 2026`.
pub fn shown(kind: Kind, value: &str) -> String {
    match kind {
        Kind::Date => NaiveDate::parse_from_str(value, "%Y-%m-%d")
            .map_or_else(|_| value.to_owned(), |day| day.format("%-d %B %Y").to_string()),
        _ => value.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use strum::IntoEnumIterator;

    use super::*;

    fn of(kind: Kind) -> ContactField {
        let choices = vec!["Shop".to_owned(), "Road crew".to_owned()];
        ContactField { id: 1, name: "Field".to_owned(), kind, choices }
    }

    #[test]
    fn every_kind_has_one_form() {
        for (kind, typed, stored) in [
            (Kind::Text, "  Topstone 3 ", "Topstone 3"),
            (Kind::Number, "0042", "42"),
            (Kind::Number, "+1.50", "1.5"),
            (Kind::Number, "-0.0", "0"),
            (Kind::Number, "−3", "-3"),
            (Kind::Number, ".5", "0.5"),
            (Kind::Number, "123456789012345678.25", "123456789012345678.25"),
            (Kind::Date, "2026-11-24", "2026-11-24"),
            (Kind::Date, "4.1.2026", "2026-01-04"),
            (Kind::Choice, " ROAD  crew", "Road crew"),
        ] {
            assert_eq!(of(kind).check(typed), Ok(Some(stored.to_owned())), "{typed}");
        }
        for kind in Kind::iter() {
            assert_eq!(of(kind).check("  "), Ok(None));
        }
    }

    #[test]
    fn what_could_mean_two_things_is_refused() {
        for typed in ["1,5", "1.234.5", "1e5", "12 000", "-", ".", "NaN", "1234567890123456789"] {
            assert_eq!(of(Kind::Number).check(typed), Err(ValueProblem::NotANumber), "{typed}");
        }
        for typed in [
            "11/24/2026",
            "2026-02-30",
            "soon",
            "20261-01-01",
            "2026-11-24T00:00",
            "1.2.25",
            "0025-02-01",
        ] {
            assert_eq!(of(Kind::Date).check(typed), Err(ValueProblem::NotADate), "{typed}");
        }
        assert_eq!(of(Kind::Choice).check("Road"), Err(ValueProblem::NoChoice));
        let long = "x".repeat(VALUE_MAX + 1);
        assert!(matches!(of(Kind::Text).check(&long), Err(ValueProblem::Text(_))));
    }

    #[test]
    fn choices_are_lines_that_differ() {
        assert_eq!(choices(" Shop \r\n\r\nRoad crew\n").unwrap(), ["Shop", "Road crew"]);
        assert_eq!(choices(" \n"), Err(ChoicesProblem::None));
        assert_eq!(choices("Shop\nSHOP"), Err(ChoicesProblem::Twice("SHOP".to_owned())));
        let many = (0..=CHOICES_MOST).map(|n| n.to_string()).collect::<Vec<_>>().join("\n");
        assert_eq!(choices(&many), Err(ChoicesProblem::TooMany(CHOICES_MOST + 1)));
    }
}
