//! Who is mentioned in a text: `@` and a name, as people type it.

use std::ops::Range;

/// The mentions of these names in a text, from its beginning, each with the index of
/// the name. Of two names that begin alike the longer one counts, large and
/// small letters do not.
pub fn found<N: AsRef<str>>(text: &str, names: &[N]) -> Vec<(Range<usize>, usize)> {
    let mut mentions = Vec::new();
    let mut from = 0;
    while let Some(at) = text[from..].find('@').map(|at| from + at) {
        let after = at + 1;
        from = after;
        // `ana@sprocket.example` mentions nobody.
        if text[..at].chars().next_back().is_some_and(char::is_alphanumeric) {
            continue;
        }
        let longest = names
            .iter()
            .enumerate()
            .filter_map(|(index, name)| Some((length_of(&text[after..], name.as_ref())?, index)))
            .max_by_key(|(length, index)| (*length, std::cmp::Reverse(*index)));
        if let Some((length, index)) = longest {
            from = after + length;
            mentions.push((at..from, index));
        }
    }
    mentions
}

/// Whether two names cannot be told apart by who types them.
pub fn is_same(one: &str, other: &str) -> bool {
    length_of(one, other) == Some(one.len())
}

/// How long this name is at the beginning of a text, where it is there whole.
fn length_of(text: &str, name: &str) -> Option<usize> {
    if name.is_empty() {
        return None;
    }
    let mut typed = text.char_indices();
    for letter in name.chars() {
        let (_, other) = typed.next()?;
        if other != letter && !other.to_lowercase().eq(letter.to_lowercase()) {
            return None;
        }
    }
    let rest = typed.as_str();
    let goes_on = rest.chars().next().is_some_and(char::is_alphanumeric);
    (!goes_on).then(|| text.len() - rest.len())
}

#[cfg(test)]
mod tests {
    use super::found;

    #[track_caller]
    fn finds(text: &str, names: &[&str], expected: &[&str]) {
        let found = found(text, names);
        let words: Vec<&str> = found.iter().map(|(range, _)| &text[range.clone()]).collect();
        assert_eq!(words, expected, "{text:?}");
    }

    #[test]
    fn the_longest_name_counts() {
        let names = ["Ana", "Ana Costa", "Gil Roth"];
        finds("@Ana Costa, @ana and @GIL ROTH!", &names, &["@Ana Costa", "@ana", "@GIL ROTH"]);
        finds("@Ana Costabel", &names, &["@Ana"]);
        assert_eq!(found("@Ana Costa", &names)[0].1, 1);
    }

    #[test]
    fn an_address_and_the_beginning_of_a_name_are_no_mentions() {
        finds("mail gil@Ana or @Anabel or @ Ana or @", &["Ana", ""], &[]);
        finds("(@Ana)@Ana @@Ana", &["Ana"], &["@Ana", "@Ana", "@Ana"]);
        finds("@Élodie İ", &["élodie", "ß"], &["@Élodie"]);
    }
}
