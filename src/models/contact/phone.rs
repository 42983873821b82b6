//! Phone numbers as they are compared, however they were typed.

/// The last digits of a number, by which one is found: all that a national and an
/// international way to write it have in common, and few others have.
const COMPARED: usize = 7;

/// A number as it is dialled: its digits and a plus, without the zero of `+46 (0)70`, which
/// is dialled inside the country alone.
pub fn dialled(typed: &str) -> String {
    let typed = if typed.trim_start().starts_with(['+', '0']) {
        typed.replacen("(0)", "", 1)
    } else {
        typed.to_owned()
    };
    typed.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect()
}

/// What a number that was typed is found by; `None` where it is none, or too short for it.
pub fn last_digits(typed: &str) -> Option<String> {
    let is_of_one = |c: char| c.is_ascii_digit() || c.is_whitespace() || "+-()/.".contains(c);
    if !typed.chars().all(is_of_one) {
        return None;
    }
    let digits: String = dialled(typed).chars().filter(char::is_ascii_digit).collect();
    let digits = digits.trim_start_matches('0');
    let from = digits.len().checked_sub(COMPARED)?;
    Some(digits[from..].to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_the_same_in_and_outside_its_country() {
        for typed in ["+46 70 123 45 67", "0046701234567", "070-123 45 67", "+46 (0)70/123.45.67"] {
            assert_eq!(last_digits(typed).as_deref(), Some("1234567"), "{typed}");
        }
        for typed in ["", "123456", "0000000", "070 1234567 x", "order 701234567"] {
            assert_eq!(last_digits(typed), None, "{typed}");
        }
        assert_eq!(dialled("+46 (0)70 123 45 67"), "+46701234567");
        assert_eq!(dialled("(0)70 1"), "0701");
    }
}
