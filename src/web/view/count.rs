//! Counts in words.

/// `1,204`
pub fn grouped(count: i64) -> String {
    let digits = count.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// `5 members`, `1 member`, `1,204 conversations`.
pub fn counted(count: i64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(count), if count == 1 { one } else { many })
}

/// A count as the navigation shows it: nothing for zero, at most `99+`.
pub fn capped(count: i64) -> Option<String> {
    match count {
        ..=0 => None,
        1..100 => Some(count.to_string()),
        _ => Some("99+".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_grouped_and_agree_with_their_noun() {
        for (count, words) in [
            (0, "0 members"),
            (1, "1 member"),
            (999, "999 members"),
            (1204, "1,204 members"),
            (1_000_000, "1,000,000 members"),
        ] {
            assert_eq!(counted(count, "member", "members"), words);
        }
    }

    #[test]
    fn counts_stop_at_99_plus() {
        assert_eq!(capped(0), None);
        assert_eq!(capped(99).as_deref(), Some("99"));
        assert_eq!(capped(100).as_deref(), Some("99+"));
    }
}
