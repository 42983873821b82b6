//! The lines by which Outlook, and others after it, name the mail that they quote: who it
//! is from, when it was sent, to whom, and its subject, in whatever order. People write
//! such lines too, of what they have brought from here to there, and so do forms.

use super::words::{LANGUAGES, Labels, OTHERS};

/// The longest label, in characters, and the most words of it.
const LABEL_MAX: usize = 20;
const WORDS_MAX: usize = 3;
/// The most lines that name a mail: there may be many recipients.
const LINES_MAX: usize = 60;

/// Lines that name a mail, with at least three of what they tell.
pub struct Headers<'a> {
    /// How many lines they are.
    pub length: usize,
    pub from: &'a str,
    has_subject: bool,
}

/// The lines that name a mail and begin here. Where another label follows, a form was
/// filled in.
pub fn at<'a>(lines: &[&'a str]) -> Option<Headers<'a>> {
    let (name, _) = header(lines.first()?)?;
    let mut of_it = LANGUAGES.iter().filter(|language| told(language, &name).is_some());
    of_it.find_map(|language| in_language(lines, language))
}

impl Headers<'_> {
    /// Whether nobody but a program writes them so.
    pub fn are_certain(&self) -> bool {
        self.has_subject || self.from.contains('@')
    }
}

/// What a label tells, by its place in a language: who it is from, when, to whom, of what.
fn told(language: &Labels, name: &str) -> Option<usize> {
    let all = [language.from, language.date, language.to, language.subject];
    all.iter().position(|labels| labels.contains(&name))
}

fn in_language<'a>(lines: &[&'a str], language: &Labels) -> Option<Headers<'a>> {
    let mut values: [Option<&str>; 4] = [None; 4];
    let mut length = 0;
    for line in lines.iter().take(LINES_MAX) {
        let Some((name, value)) = header(line) else {
            if !goes_on(line) {
                break;
            }
            length += 1;
            continue;
        };
        match told(language, &name) {
            // A mail has each but once.
            Some(of) if values[of].is_none() => values[of] = Some(value),
            None if OTHERS.contains(&&*name) => {}
            _ => break,
        }
        length += 1;
    }
    let [from, .., subject] = values;
    let next = lines.get(length).and_then(|line| header(line));
    let is_form = next.is_some_and(|(_, value)| !value.is_empty());
    let is_mail = !is_form && values.iter().flatten().count() >= 3;
    from.filter(|_| is_mail).map(|from| Headers { length, from, has_subject: subject.is_some() })
}

/// Whether a line is the rest of a long list of recipients.
fn goes_on(line: &str) -> bool {
    !line.trim().is_empty() && (line.starts_with([' ', '\t']) || line.contains('@'))
}

/// A line's label, in lower case, and what follows it. Some programs write it bold.
fn header(line: &str) -> Option<(String, &str)> {
    let (name, value) = line.trim_matches(['*', ' ', '\t']).split_once([':', '：'])?;
    let name = name.trim_matches(['*', ' ']);
    let is_label = name.starts_with(char::is_alphabetic)
        && name.chars().count() <= LABEL_MAX
        && name.chars().all(|c| c.is_alphabetic() || matches!(c, ' ' | '-' | '(' | ')' | '/'))
        && name.split(' ').count() <= WORDS_MAX
        && !value.starts_with("//");
    is_label.then(|| (name.to_lowercase(), value.trim_matches(['*', ' ', '\t'])))
}
