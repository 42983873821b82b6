//! Letters without their accents, for what is searched and sorted.

use std::borrow::Cow;

use icu_normalizer::properties::{CanonicalDecompositionBorrowed, Decomposed};

/// The combining diacritical marks of Unicode's block of that name.
const MARKS: std::ops::RangeInclusive<char> = '\u{300}'..='\u{36f}';

/// A text as it is compared: in lower case, Latin letters without their accents.
pub fn folded(text: &str) -> String {
    unaccented(text).to_lowercase()
}

/// The text with its accented Latin letters as plain ones: what the full text of both
/// databases does (`remove_diacritics 2` of SQLite's FTS5, `unaccented` in PostgreSQL).
/// In other scripts a mark makes another letter, and stays.
fn unaccented(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        let is_on_letter = plain.ends_with(|before: char| before.is_ascii_alphabetic());
        if !(is_on_letter && MARKS.contains(&c)) {
            plain.push(letter(c));
        }
    }
    Cow::Owned(plain)
}

/// The Latin letter under one or several accents; anything else as it is.
fn letter(accented: char) -> char {
    let decomposition = CanonicalDecompositionBorrowed::new();
    let mut base = accented;
    while let Decomposed::Expansion(under, mark) = decomposition.decompose(base)
        && MARKS.contains(&mark)
    {
        base = under;
    }
    if base.is_ascii_alphabetic() { base } else { accented }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_leave_latin_letters_alone() {
        for (text, plain) in [
            ("Külz", "Kulz"),
            ("Ku\u{308}lz", "Kulz"),
            ("Nguyễn Thị Ánh", "Nguyen Thi Anh"),
            ("Łódź, Ørsted, straße", "Łodz, Ørsted, straße"),
            ("Андрей, Ёлка", "Андрей, Ёлка"),
            ("ऑर्डर ที่นี่", "ऑर्डर ที่นี่"),
            ("plain", "plain"),
            ("", ""),
        ] {
            assert_eq!(unaccented(text), plain);
        }
    }

    #[test]
    fn what_was_stored_before_was_changed_in_the_same_way() {
        let migration =
            include_str!("../../migrations/sqlite/2026-11-30-000253_unaccented_search/up.sql");
        let mut texts = migration
            .split('\'')
            .filter(|text| text.chars().count() > 200 && !text.contains(char::is_whitespace));
        let (accented, plain) = (texts.next().unwrap(), texts.next().unwrap());
        assert_eq!(unaccented(accented), plain);
    }
}
