//! What somebody wrote, apart from the history that their program put below it and
//! from their signature. Both are kept; the page folds them. What may be their own words
//! is shown: a history that is not known as such does less harm than a request that is
//! hidden.

pub mod headers;
pub mod introduction;
#[cfg(test)]
mod tests;
mod words;

use words::{AFTERTHOUGHTS, EITHER, FORWARDED, FORWARDS, ORIGINALS};

use crate::models::sending::subject::ANSWERED;

/// The most lines of a signature whose dashes a program wrote.
const LONGEST: usize = 25;
/// The most lines of any other end that is taken for one, and the longest of them in
/// characters.
const FEW: usize = 6;
const SHORT: usize = 60;
/// So many words with a full stop are a sentence; fewer may be a company's name.
const SENTENCE: usize = 5;
/// The fewest underscores that Outlook draws a line with.
const UNDERSCORES: usize = 32;

/// A text in two: what is new, and what the page folds. What is handed on is new.
/// `is_answer` says that the mail names another one; one that answers nothing has no
/// history, however a form that was filled in looks.
pub fn split(text: &str, subject: &str, is_answer: bool) -> (String, String) {
    let lines: Vec<&str> = text.lines().collect();
    let is_forwarded = begins(subject, FORWARDED) || begins(subject, EITHER) && !is_answer;
    if is_forwarded || lines.iter().any(|line| begins(line, FORWARDS)) {
        return (joined(&lines), String::new());
    }
    let is_answer = is_answer || begins(subject, ANSWERED);
    let at = history(&lines, is_answer).unwrap_or(lines.len());
    let at = signature(&lines[..at]).unwrap_or(at);
    let body = joined(&lines[..at]);
    if body.is_empty() {
        // All of it is quoted: then that is what they sent.
        return (joined(&lines), String::new());
    }
    (body, joined(&lines[at..]))
}

/// What of a text with quotes in it is the writer's own, for a list to show: without them and
/// the lines that introduce them. All of it where nothing else is left.
pub fn unquoted(text: &str) -> String {
    let mut own: Vec<&str> = Vec::new();
    let mut is_quoted = false;
    for line in text.lines() {
        let is_quote = line.starts_with('>');
        if is_quote && !is_quoted {
            own.truncate(introduction::before_quotes(&own).unwrap_or(own.len()));
        }
        is_quoted = is_quote;
        if !is_quote && !line.trim().is_empty() {
            own.push(line);
        }
    }
    if own.is_empty() { text.to_owned() } else { own.join("\n") }
}

fn begins(line: &str, words: &[&str]) -> bool {
    let line = line.trim_start().to_lowercase();
    words.iter().any(|word| line.starts_with(word))
}

fn joined(lines: &[&str]) -> String {
    lines.join("\n").trim_end().trim_start_matches('\n').to_owned()
}

/// The line at which the history begins.
fn history(lines: &[&str], is_answer: bool) -> Option<usize> {
    let begins = |at: &usize| {
        is_ruler(lines[*at])
            || is_answer && (has_headers(&lines[*at..]) || is_unmarked(&lines[*at..]))
    };
    let unmarked = (0..lines.len()).find(begins);
    unmarked.into_iter().chain(quoted(lines)).min()
}

fn has_headers(lines: &[&str]) -> bool {
    headers::at(lines).is_some_and(|headers| headers.are_certain())
}

/// Whether a line tells who wrote what follows, which bears no marks, as Yahoo does it.
fn is_unmarked(lines: &[&str]) -> bool {
    let [first, rest @ ..] = lines else { return false };
    let mut rest = rest.iter().filter(|line| !line.trim().is_empty());
    introduction::is_unmarked(first) && rest.next().is_some_and(|line| !line.starts_with('>'))
}

/// Whether a line does nothing but divide a mail from the one that it quotes.
pub fn is_ruler(line: &str) -> bool {
    let line = line.trim();
    let words = line.trim_matches('-');
    line.len() - words.len() >= 4 && ORIGINALS.contains(&&*words.trim().to_lowercase())
}

/// Whether a line is drawn as Outlook draws one; so do people.
pub fn is_drawn(line: &str) -> bool {
    let line = line.trim();
    line.len() >= UNDERSCORES && line.bytes().all(|byte| byte == b'_')
}

/// The line at which quoted lines begin that go on to the end. Where somebody wrote
/// between them, the quotes are part of what they say.
fn quoted(lines: &[&str]) -> Option<usize> {
    let is_quote = |line: &str| line.starts_with('>');
    let last = lines.iter().rposition(|line| !line.trim().is_empty())?;
    // Below the quotes there may be nothing but a signature.
    let end = signature(lines).filter(|at| *at > 0).unwrap_or(last + 1);
    let last = lines[..end].iter().rposition(|line| !line.trim().is_empty())?;
    if !is_quote(lines[last]) {
        return None;
    }
    let others = lines[..=last].iter().rposition(|line| !line.trim().is_empty() && !is_quote(line));
    let mut begin = others.map_or(0, |at| at + 1);
    while begin < last && lines[begin].trim().is_empty() {
        begin += 1;
    }
    Some(introduction::before_quotes(&lines[..begin]).unwrap_or(begin))
}

/// The line that begins a signature.
fn signature(lines: &[&str]) -> Option<usize> {
    let is_begin = |at: &usize| match lines[*at] {
        "-- " => !lines[*at..].iter().any(|line| begins(line, AFTERTHOUGHTS)),
        // People divide paragraphs so.
        line if line == "--" || is_drawn(line) => is_short(&lines[*at + 1..]),
        _ => false,
    };
    (0..lines.len()).rev().take(LONGEST).find(is_begin)
}

/// The line that begins a signature which is nothing else for certain: with the two dashes
/// and the space that programs write, and a few short lines.
pub fn certain_signature(lines: &[&str]) -> Option<usize> {
    let at = lines.iter().rposition(|line| *line == "-- ")?;
    is_short(&lines[at + 1..]).then_some(at)
}

/// Whether lines are a few short ones, of which none is a sentence, and no more.
fn is_short(lines: &[&str]) -> bool {
    let is_blank = |line: &str| line.trim().is_empty();
    let Some(first) = lines.iter().position(|line| !is_blank(line)) else { return true };
    let last = lines.iter().rposition(|line| !is_blank(line)).unwrap_or(first);
    let lines = &lines[first..=last];
    let is_words = |line: &str| {
        let line = line.trim();
        let is_long = line.chars().count() > SHORT;
        let is_sentence = line.ends_with(['?', '!'])
            || line.ends_with('.') && line.split_whitespace().count() >= SENTENCE;
        is_long || is_sentence || begins(line, AFTERTHOUGHTS)
    };
    lines.len() <= FEW && !lines.iter().any(|line| is_blank(line) || is_words(line))
}
