//! The words of a search, and where they stand in a text.

use std::ops::Range;

use icu_properties::CodePointMapData;
use icu_properties::props::{GeneralCategory, GeneralCategoryGroup};

use super::Terms;
use crate::models::accents::folded;
use crate::models::contact::phone;
use crate::models::thread_token;

/// More words than anybody types; what follows does not count.
const MOST_WORDS: usize = 12;
/// The longest word that is looked for, in characters.
const LONGEST: usize = 60;

/// What somebody typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Typed {
    pub terms: Terms,
    /// The number of a conversation.
    pub number: Option<i64>,
    /// The last digits of a phone number, where nothing else was typed.
    pub phone: Option<String>,
}

impl Typed {
    /// Nothing is looked for.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty() && self.number.is_none()
    }
}

/// What somebody typed: words, and the conversation that is named by the reference in the
/// subject of its mails, or by `#12` alone. That one may also be a word of a customer's.
pub fn parse(typed: &str) -> Typed {
    let alone = typed.trim().trim_start_matches('[').trim_end_matches(']');
    let alone = alone.strip_prefix('#').and_then(thread_token::number);
    let mut words = String::with_capacity(typed.len());
    let mut number = alone;
    let mut rest = typed;
    while let Some(at) = rest.find('#') {
        let after = &rest[at + 1..];
        let end =
            after.find(|c: char| !c.is_ascii_alphanumeric() && c != '-').unwrap_or(after.len());
        if let Some(id) = thread_token::shown_in(&after[..end]) {
            number = number.or(Some(id));
            words.push_str(&rest[..at]);
            words.push(' ');
        } else {
            words.push_str(&rest[..=at]);
            words.push_str(&after[..end]);
        }
        rest = &after[end..];
    }
    words.push_str(rest);
    Typed { terms: terms(&words), number, phone: phone::last_digits(typed) }
}

/// What somebody typed as words: those in quotes in a row, the last one as the
/// beginning of one. Anything may be typed, and none of it means anything else.
fn terms(typed: &str) -> Terms {
    let mut terms = Terms { phrases: Vec::new(), last_begins: true };
    let mut count = 0;
    // Between the first and the second quote, the third and the fourth, and so on.
    let parts: Vec<&str> = typed.split(['"', '“', '”', '„']).collect();
    for (at, part) in parts.iter().enumerate() {
        let is_quoted = at % 2 == 1 && at + 1 < parts.len();
        let words: Vec<String> = words_of(part)
            .map(|(_, word)| word.chars().take(LONGEST).collect())
            .take(MOST_WORDS - count)
            .collect();
        count += words.len();
        if words.is_empty() {
            continue;
        }
        terms.last_begins = !is_quoted;
        if is_quoted {
            terms.phrases.push(words);
        } else {
            terms.phrases.extend(words.into_iter().map(|word| vec![word]));
        }
    }
    // A single letter begins nearly everything.
    let is_long = |word: &String| word.chars().count() > 1;
    let last = terms.phrases.last().and_then(|words| words.last());
    terms.last_begins = terms.last_begins && last.is_some_and(is_long);
    terms
}

/// The runs of letters, with the marks on them, and digits, each with its place.
fn words_of(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let kinds = CodePointMapData::<GeneralCategory>::new();
    text.split(move |c: char| {
        !c.is_alphanumeric() && !GeneralCategoryGroup::Mark.contains(kinds.get(c))
    })
    .filter(|word| !word.is_empty())
    .map(|word| (word.as_ptr() as usize - text.as_ptr() as usize, word))
}

/// A part of a text, and whether it is one of the words.
pub type Part<'a> = (&'a str, bool);

/// One bit for each of the phrases.
pub(super) type Bits = u16;
const _: () = assert!(MOST_WORDS <= Bits::BITS as usize);

/// The bits of all phrases.
pub(super) fn all(terms: &Terms) -> Bits {
    terms.phrases.iter().enumerate().fold(0, |bits, (at, _)| bits | 1 << at)
}

/// Which of the phrases stand in a text.
pub(super) fn bits(text: &str, terms: &Terms) -> Bits {
    let found = places(&folded_words(text), terms);
    found.into_iter().fold(0, |bits, (at, _)| bits | 1 << at)
}

type Word<'a> = (usize, &'a str, String);

/// The words of a text as they are compared, each with its place and as it is written.
fn folded_words(text: &str) -> Vec<Word<'_>> {
    words_of(text).map(|(at, word)| (at, word, folded(word))).collect()
}

/// Where the phrases stand among these words: the number of each, and of its words.
fn places(words: &[Word<'_>], terms: &Terms) -> Vec<(usize, Range<usize>)> {
    let mut found = Vec::new();
    let last = terms.phrases.len().saturating_sub(1);
    for (number, phrase) in terms.phrases.iter().enumerate() {
        let phrase: Vec<String> = phrase.iter().map(|word| folded(word)).collect();
        let begins = terms.last_begins && number == last;
        for start in 0..(words.len() + 1).saturating_sub(phrase.len()) {
            let stands_here = phrase.iter().enumerate().all(|(n, wanted)| {
                let found = &words[start + n].2;
                found == wanted
                    || (begins && n + 1 == phrase.len() && found.starts_with(wanted.as_str()))
            });
            if stands_here {
                found.push((number, start..start + phrase.len()));
            }
        }
    }
    found
}

/// The text in parts, with the words told apart.
pub fn marked<'a>(text: &'a str, terms: &Terms) -> Vec<Part<'a>> {
    let words = folded_words(text);
    let mut is_hit = vec![false; words.len()];
    for (_, place) in places(&words, terms) {
        is_hit[place].fill(true);
    }
    let mut parts = Vec::new();
    let mut done = 0;
    for ((at, word, _), _) in words.iter().zip(is_hit).filter(|(_, is_hit)| *is_hit) {
        if *at > done {
            parts.push((&text[done..*at], false));
        }
        parts.push((*word, true));
        done = at + word.len();
    }
    if done < text.len() {
        parts.push((&text[done..], false));
    }
    parts
}

/// The part of a text around the first of the words, at most about `max` characters, in
/// one line.
pub fn snippet(text: &str, terms: &Terms, max: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let first: usize = match marked(&line, terms).as_slice() {
        [(before, false), (_, true), ..] => before.chars().count(),
        _ => 0,
    };
    let length = line.chars().count();
    if length <= max {
        return line;
    }
    // A third of it goes before, from the beginning of a word on.
    let from = first.saturating_sub(max / 3).min(length - max);
    let begin = if from == 0 {
        0
    } else {
        line.chars().skip(from).position(|c| c == ' ').map_or(from, |space| from + space + 1)
    };
    let mut cut: String = line.chars().skip(begin).take(max).collect();
    if begin + max < length {
        cut.push('…');
    }
    if begin > 0 { format!("…{cut}") } else { cut }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phrases(typed: &str) -> Vec<String> {
        terms(typed).phrases.iter().map(|words| words.join(" ")).collect()
    }

    #[test]
    fn words_are_all_looked_for_and_quotes_keep_them_in_a_row() {
        assert_eq!(phrases("rear hanger"), ["rear", "hanger"]);
        assert_eq!(phrases("\"rear hanger\" in stock"), ["rear hanger", "in", "stock"]);
        assert_eq!(phrases("“rear hanger”"), ["rear hanger"]);
        assert_eq!(phrases("a \"b c"), ["a", "b", "c"], "a quote that is not closed");
        assert_eq!(phrases("hanna@customer.example"), ["hanna", "customer", "example"]);
        assert_eq!(phrases("don’t 11–34"), ["don", "t", "11", "34"]);
    }

    #[test]
    fn marks_belong_to_their_letters() {
        for word in ["ऑर्डर", "ஆர்டர்", "সংক্রান্ত", "ที่นี่", "e\u{301}lodie"]
        {
            assert_eq!(phrases(word), [word]);
        }
    }

    #[test]
    fn the_last_word_is_a_beginning_unless_it_is_quoted_or_a_letter() {
        assert!(terms("rear han").last_begins);
        assert!(!terms("rear \"han\"").last_begins);
        assert!(terms("\"rear\" han").last_begins);
        assert!(!terms("rear h").last_begins);
        assert!(!terms("").last_begins);
    }

    #[test]
    fn nothing_that_is_typed_means_anything_but_words() {
        for typed in ["", " ", "\"", "\"\"", "* - ^ : ( )", "\0", "🚲", "'; DROP TABLE x --"] {
            let terms = terms(typed);
            let plain = |word: &String| word.chars().all(char::is_alphanumeric);
            assert!(terms.phrases.iter().flatten().all(plain), "{typed}");
        }
        let long = "word ".repeat(2000);
        assert_eq!(phrases(&long).len(), MOST_WORDS);
        assert_eq!(phrases(&"x".repeat(10_000))[0].len(), LONGEST);
    }

    #[test]
    fn the_words_are_told_apart_in_a_text() {
        let shown = |text: &str, typed: &str| {
            marked(text, &terms(typed))
                .into_iter()
                .map(|(part, is_hit)| if is_hit { format!("[{part}]") } else { part.to_owned() })
                .collect::<String>()
        };
        assert_eq!(shown("Is the Rear hanger in?", "rear han"), "Is the [Rear] [hanger] in?");
        assert_eq!(shown("rear hanger, hanger", "\"rear hanger\""), "[rear] [hanger], hanger");
        assert_eq!(shown("ÄRGER", "ärger"), "[ÄRGER]");
        assert_eq!(shown("Anton Külz", "kul"), "Anton [Külz]");
        assert_eq!(shown("Anton Kulz", "külz"), "Anton [Kulz]");
        assert_eq!(shown("nothing", "else"), "nothing");
        assert_eq!(shown("", "else"), "");
    }

    #[test]
    fn a_snippet_is_around_the_first_of_the_words() {
        let text = format!("{} needle {}", "hay ".repeat(60), "straw ".repeat(60));
        let cut = snippet(&text, &terms("needle"), 60);
        assert!(cut.starts_with("…hay") && cut.ends_with('…') && cut.contains("needle"), "{cut}");
        assert!(cut.chars().count() <= 62, "{cut}");
        assert_eq!(snippet("a\n\nb", &terms("b"), 60), "a b");
    }

    #[test]
    fn a_reference_is_no_word_and_names_its_conversation() {
        let read = |typed: &str| {
            let Typed { terms, number, .. } = parse(typed);
            let words: Vec<String> = terms.phrases.iter().map(|words| words.join(" ")).collect();
            (words.join(" "), number)
        };
        let reference = "[#12-dd5176042ab8]";
        assert_eq!(read(reference), (String::new(), Some(12)));
        assert_eq!(read("#12-DD5176042AB8"), (String::new(), Some(12)));
        assert_eq!(
            read(&format!("Re: Order {reference} late")),
            ("Re Order late".into(), Some(12))
        );
        assert_eq!(read("#12"), ("12".into(), Some(12)));
        assert_eq!(read(" [#12] "), ("12".into(), Some(12)));
        assert_eq!(read("order #12"), ("order 12".into(), None));
        for other in ["#12-dd51", "#0", "#12a", "#99999999999999999999", "#", "[#]"] {
            assert_eq!(parse(other).number, None, "{other}");
        }
    }

    #[test]
    fn it_is_told_which_of_the_words_stand_in_a_text() {
        let wanted = terms("hanna \"rear hanger\" ord");
        assert_eq!(bits("Hanna Lindqvist", &wanted), 0b001);
        assert_eq!(bits("The rear hanger of my order", &wanted), 0b110);
        assert_eq!(bits("A hanger, rear", &wanted), 0);
        assert_eq!(all(&wanted), 0b111);
    }
}
