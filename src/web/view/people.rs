//! Markers: members are batons, customers are round avatars.

/// A member, or nobody: the capsule that says who holds a conversation.
#[derive(Clone, Debug)]
pub enum Baton {
    /// The person who looks.
    Mine {
        initials: String,
        name: String,
    },
    Colleague {
        initials: String,
        name: String,
    },
    /// Unassigned.
    Free,
}

impl Baton {
    /// The person who looks.
    pub fn mine(name: &str) -> Self {
        Self::Mine { initials: initials(name), name: name.to_owned() }
    }

    /// Another member.
    pub fn colleague(name: &str) -> Self {
        Self::Colleague { initials: initials(name), name: name.to_owned() }
    }

    /// Either, for lists that hold both.
    pub fn of(name: &str, is_me: bool) -> Self {
        if is_me { Self::mine(name) } else { Self::colleague(name) }
    }
}

/// A customer: a round marker with initials in one of five tints.
#[derive(Clone, Debug)]
pub struct Avatar {
    pub initials: String,
    pub tint: u8,
}

impl Avatar {
    /// `seed` keeps the tint when the name changes: the contact's id is a good one.
    pub fn new(name: &str, seed: &str) -> Self {
        Self { initials: initials(name), tint: tint(seed) }
    }
}

/// Up to two letters that stand for a name: `Ana Silva` is `AS`.
pub fn initials(name: &str) -> String {
    let mut letters =
        name.split_whitespace().filter_map(|word| word.chars().find(|c| c.is_alphanumeric()));
    let Some(first) = letters.next() else {
        return "?".to_owned();
    };
    // Room for both, since a list has some eighty of them.
    let mut initials = String::with_capacity(8);
    initials.extend(first.to_uppercase());
    initials.extend(letters.next_back().into_iter().flat_map(char::to_uppercase));
    initials
}

/// One of the five tints, always the same for the same seed.
pub fn tint(seed: &str) -> u8 {
    let hash = seed
        .bytes()
        .fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    (hash % 5) as u8 + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_are_the_first_letters_of_the_first_and_last_word() {
        for (name, expected) in [
            ("Ana Silva", "AS"),
            ("Maximiliane-Theodora von Hohenstein", "MH"),
            ("élodie", "É"),
            ("  ", "?"),
            ("“Bo” (workshop)", "BW"),
            ("🚲 🚲", "?"),
        ] {
            assert_eq!(initials(name), expected, "{name}");
        }
    }

    #[test]
    fn a_tint_is_stable_and_exists() {
        assert_eq!(tint("contact 7"), tint("contact 7"));
        assert!((0..100).all(|id| (1..=5).contains(&tint(&id.to_string()))));
    }
}
