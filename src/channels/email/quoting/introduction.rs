//! The line, or the two, before what is quoted that tell who wrote it and when.

use super::words::{BEGUN, WRITES, WROTE};
use crate::models::address::Address;

/// The fewest numbers that tell a moment: a day, a year, an hour and a minute.
const MOMENT: usize = 4;

/// Where it begins in the lines before marked quotes.
pub fn before_quotes(lines: &[&str]) -> Option<usize> {
    let begun = find(lines, |words| is_dated(words) || is_begun(words) && is_told(words));
    // "Hanna wrote:" may stand there without a date, too.
    begun.or_else(|| find(lines, ends_with_wrote))
}

/// The same where what it names is not kept anywhere: only what names us, or is written
/// by programs.
pub fn of_us(lines: &[&str], us: &Address) -> Option<usize> {
    let (email, name) = (us.email.to_lowercase(), us.name.to_lowercase());
    find(lines, |words| {
        let lower = words.to_lowercase();
        let mut rest = lower.replace(&email, "");
        if !name.is_empty() {
            rest = rest.replace(&name, "");
        }
        // A figure of the address or the name is no date.
        let names_us = rest != lower;
        let has_number = rest.contains(char::is_numeric);
        names_us && (has_number || is_begun(words) && is_told(words))
            || is_told(words) && (is_dated(words) || is_begun(words) && has_number)
    })
}

/// Whether a line is one below which what is quoted bears no marks: with an address, and
/// when it was to the minute.
pub fn is_unmarked(line: &str) -> bool {
    is_told(line) && {
        let (words, has_address) = without_addresses(line);
        has_address && numbers(&words).count() >= MOMENT
    }
}

/// The last line, or the last two, in which all is told that `tells` asks for.
fn find(lines: &[&str], tells: impl Fn(&str) -> bool) -> Option<usize> {
    let last = lines.iter().rposition(|line| !line.trim().is_empty())?;
    if !ends_with_colon(lines[last]) {
        return None;
    }
    if tells(lines[last]) {
        return Some(last);
    }
    // Long ones are broken: "On Tue, 24 Nov 2026 at 10:00, Baton" and the rest.
    let before = last.checked_sub(1)?;
    let first = lines[before].trim();
    let is_whole = first.is_empty() || first.ends_with(['.', '!', '?', ':', ';']);
    (!is_whole && tells(&format!("{first} {}", lines[last].trim()))).then_some(before)
}

fn ends_with_colon(line: &str) -> bool {
    line.trim_end().ends_with([':', '：'])
}

/// Whether it tells a date, as programs do.
fn is_dated(words: &str) -> bool {
    let (rest, has_address) = without_addresses(words);
    let numbers: Vec<&str> = numbers(&rest).collect();
    let is_year = |number: &&str| number.len() == 4 && number.starts_with("20");
    let is_moment = numbers.len() >= MOMENT && numbers.iter().any(is_year);
    !numbers.is_empty() && (has_address || is_moment)
}

/// Whether it says that somebody wrote.
fn is_told(words: &str) -> bool {
    ends_with_colon(words) && {
        let lower = words.to_lowercase();
        ends_with_wrote(words) || WRITES.iter().any(|verb| lower.contains(verb))
    }
}

fn ends_with_wrote(words: &str) -> bool {
    // "wrote:" may stand alone where a program has broken the line.
    let words = format!(" {}", words.trim().to_lowercase());
    WROTE.iter().any(|end| words.ends_with(end))
}

fn is_begun(words: &str) -> bool {
    let words = words.trim_start().to_lowercase();
    BEGUN.iter().any(|word| words.starts_with(word))
}

/// The words that are no addresses, and whether there was one.
fn without_addresses(words: &str) -> (String, bool) {
    let (addresses, rest): (Vec<&str>, Vec<&str>) =
        words.split_whitespace().partition(|word| word.contains('@'));
    (rest.join(" "), !addresses.is_empty())
}

fn numbers(words: &str) -> impl Iterator<Item = &str> {
    words.split(|c: char| !c.is_ascii_digit()).filter(|number| !number.is_empty())
}
