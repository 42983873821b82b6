//! The words of a search, and where they stand in a text.

use icu_properties::CodePointMapData;
use icu_properties::props::{GeneralCategory, GeneralCategoryGroup};

use super::Terms;
use crate::models::accents::unaccented;

/// More words than anybody types; what follows does not count.
const MOST_WORDS: usize = 12;
/// The longest word that is looked for, in characters.
const LONGEST: usize = 60;

/// What somebody typed as words: those in quotes in a row, the last one as the
/// beginning of one. Anything may be typed, and none of it means anything else.
pub fn parse(typed: &str) -> Terms {
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

/// The text in parts, with the words told apart.
pub fn marked<'a>(text: &'a str, terms: &Terms) -> Vec<Part<'a>> {
    let folded = |word: &str| unaccented(word).to_lowercase();
    let words: Vec<(usize, &str, String)> =
        words_of(text).map(|(at, word)| (at, word, folded(word))).collect();
    let mut is_hit = vec![false; words.len()];
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
                is_hit[start..start + phrase.len()].fill(true);
            }
        }
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
        parse(typed).phrases.iter().map(|words| words.join(" ")).collect()
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
        assert!(parse("rear han").last_begins);
        assert!(!parse("rear \"han\"").last_begins);
        assert!(parse("\"rear\" han").last_begins);
        assert!(!parse("rear h").last_begins);
        assert!(!parse("").last_begins);
    }

    #[test]
    fn nothing_that_is_typed_means_anything_but_words() {
        for typed in ["", " ", "\"", "\"\"", "* - ^ : ( )", "\0", "🚲", "'; DROP TABLE x --"] {
            let terms = parse(typed);
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
            marked(text, &parse(typed))
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
        let cut = snippet(&text, &parse("needle"), 60);
        assert!(cut.starts_with("…hay") && cut.ends_with('…') && cut.contains("needle"), "{cut}");
        assert!(cut.chars().count() <= 62, "{cut}");
        assert_eq!(snippet("a\n\nb", &parse("b"), 60), "a b");
    }
}
