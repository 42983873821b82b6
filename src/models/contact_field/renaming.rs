//! Choices that are renamed: which new line of the form stands where a former one did.

use crate::models::text::name_key;

/// The choices of `old` that `new` does not have, whatever their case, each with the one
/// that has taken its place: between the same neighbours, of which both lists have as many.
pub fn replaced<'a>(old: &'a [String], new: &'a [String]) -> Vec<(&'a str, Option<&'a str>)> {
    let added = groups(new, old);
    let in_place = |(after, gone): (Option<String>, Vec<&'a str>)| {
        let instead = added.iter().find(|(other, all)| *other == after && all.len() == gone.len());
        let instead = instead.map(|(_, all)| all.clone()).unwrap_or_default();
        let of = move |(at, choice)| (choice, instead.get(at).copied());
        gone.into_iter().enumerate().map(of).collect::<Vec<_>>()
    };
    groups(old, new).into_iter().flat_map(in_place).collect()
}

/// The choices that `others` do not have, by the last one before them that `others` have.
fn groups<'a>(all: &'a [String], others: &[String]) -> Vec<(Option<String>, Vec<&'a str>)> {
    let mut groups = vec![(None, Vec::new())];
    for choice in all {
        let key = name_key(choice);
        if others.iter().any(|other| name_key(other) == key) {
            groups.push((Some(key), Vec::new()));
        } else if let Some((_, group)) = groups.last_mut() {
            group.push(choice.as_str());
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(words: &str) -> Vec<String> {
        words.split_whitespace().map(str::to_owned).collect()
    }

    fn told(old: &str, new: &str) -> String {
        let (old, new) = (list(old), list(new));
        let words = |(gone, instead): (&str, Option<&str>)| {
            format!("{gone}:{}", instead.unwrap_or_default())
        };
        replaced(&old, &new).into_iter().map(words).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_line_in_the_place_of_another_is_its_new_name() {
        assert_eq!(told("shop fleet club", "shop crew club"), "fleet:crew");
        assert_eq!(told("shop fleet club", "store crew team"), "shop:store fleet:crew club:team");
        assert_eq!(told("shop fleet", "store FLEET crew"), "shop:store", "behind it is a new one");
        assert_eq!(told("shop fleet club", "crew club"), "shop: fleet:", "which of the two?");
        assert_eq!(told("shop fleet club", "shop club crew"), "fleet:", "it stands elsewhere");
        assert_eq!(told("shop fleet", "fleet shop"), "");
        assert_eq!(told("shop fleet", "shop"), "fleet:");
    }
}
