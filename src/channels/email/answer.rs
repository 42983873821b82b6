//! What somebody wrote into an answer to a mail of Baton's own. What they quote of it is
//! not for whoever gets the answer: it speaks of notes, and holds links that are theirs.

use super::quoting;
use crate::models::address::Address;
use crate::models::reply_token::ABOVE;

/// Stands for the quoted mail where it was cut off.
const QUOTE: &str = "> quoted";

/// The text without what it quotes, wherever that stands, and without the line that tells
/// that it is ours; empty where nothing is left.
pub fn own_words(text: &str, us: &Address) -> String {
    let mut above: Vec<&str> = Vec::new();
    let mut is_quoted = false;
    for line in text.lines() {
        let is_quote = line.trim_start().starts_with('>');
        if !is_quote && line.contains(ABOVE) {
            break;
        }
        if is_quote && !is_quoted {
            without_introduction(&mut above, us);
        }
        if !is_quote {
            above.push(line);
        }
        is_quoted = is_quote;
    }
    // What it quotes at its end may be cut off already.
    without_introduction(&mut above, us);
    // With a quote below it, the line that tells who wrote it is known as such.
    let (own, _) = quoting::split(&format!("{}\n\n{QUOTE}", above.join("\n").trim_end()), "");
    if own.contains(QUOTE) { String::new() } else { own }
}

fn without_introduction(lines: &mut Vec<&str>, us: &Address) {
    if let Some(at) = introduction(lines, us) {
        lines.truncate(at);
    }
}

/// Where the line begins, or the two, before a quote that name us and when we wrote: in
/// whatever language, with a colon at their end.
fn introduction(lines: &[&str], us: &Address) -> Option<usize> {
    let last = lines.iter().rposition(|line| !line.trim().is_empty())?;
    if !lines[last].trim_end().ends_with([':', '：']) {
        return None;
    }
    let (email, name) = (us.email.to_lowercase(), us.name.to_lowercase());
    let names_us_and_a_date = |from: &usize| {
        let words = lines[*from..=last].join(" ").to_lowercase();
        let mut rest = words.replace(&email, "");
        if !name.is_empty() {
            rest = rest.replace(&name, "");
        }
        // A figure of the address or the name is no date.
        rest != words && rest.contains(char::is_numeric)
    };
    [Some(last), last.checked_sub(1)].into_iter().flatten().find(names_us_and_a_date)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(text: &str) -> String {
        own_words(text, &Address::new("Baton", "baton@mail2.example"))
    }

    #[test]
    fn what_is_quoted_goes_wherever_it_stands() {
        let quoted = format!("On Tue, 24 Nov 2026 at 10:00, Baton wrote:\n> {ABOVE}\n> A note");
        assert_eq!(
            own(&format!("Two are left.\n\nShall I?\n\n{quoted}")),
            "Two are left.\n\nShall I?"
        );
        assert_eq!(own(&quoted), "");
        assert_eq!(own("Yes.\n> A note\nNo.\n> Another note"), "Yes.\nNo.");
        // Programs that mark no line as quoted.
        let bare = format!(
            "Yes.\n\nFrom: Baton <baton@x.example>\nSent: Tuesday\nTo: Mia\n\n{ABOVE}\nA note"
        );
        assert_eq!(own(&bare), "Yes.");
        assert_eq!(own(&format!("Yes.\n{ABOVE}\nA note\n-- \nBaton")), "Yes.");
        assert_eq!(own(""), "");
    }

    #[test]
    fn the_line_that_names_us_goes_with_the_quote_in_any_language() {
        for line in [
            "2026年11月30日(月) 12:39 Baton baton@mail2.example :",
            "Am 30.11.26 um 12:39 schrieb Baton:",
            "2026. 11. 30. 오후 12:39, <baton@mail2.example>님이 작성:",
            "Baton <BATON@mail2.example>, 30 Kas 2026 Pzt, 12:39 tarihinde\nşunu yazdı:",
            "Dne 30. 11. 2026 v 12:39 Baton\n<baton@mail2.example> napsal(a):",
            "在 2026年11月30日，Baton 写道：",
        ] {
            let above = format!("Yes.\n\n{line}\n> {ABOVE}\n> A note");
            assert_eq!(own(&above), "Yes.", "{above}");
            let below = format!("{line}\n\n> {ABOVE}\n> A note\n\nYes.");
            assert_eq!(own(&below).trim(), "Yes.", "{below}");
            assert_eq!(own(&format!("Yes.\n\n{line}")), "Yes.", "the quote is cut already");
            let bare = format!("Yes.\n\n{line}\n\n{ABOVE}\nA note");
            assert_eq!(own(&bare), "Yes.", "{bare}");
        }
    }

    #[test]
    fn what_they_say_of_what_they_quote_stays() {
        for line in ["Of the 2 that Tom has:", "Baton says:", "It opens at 9, so says Baton"] {
            assert_eq!(own(&format!("{line}\n> A note\nYes.")), format!("{line}\nYes."));
        }
        assert_eq!(
            own("See 12:\nAm 30.11.26 schrieb Baton:\n> A note\nYes."),
            "See 12:\nYes.",
            "one line is enough"
        );
    }
}
