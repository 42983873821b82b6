//! What somebody wrote into an answer to a mail of Baton's own. What they quote of it is
//! not for whoever gets the answer: it speaks of notes, and holds links that are theirs.

use super::quoting::{self, headers, introduction};
use crate::models::address::Address;
use crate::models::reply_token::{ABOVE, quotes_ours};

/// The text without what it quotes, wherever that stands, and without the line that tells
/// that it is ours; empty where nothing is left. The rest is kept nowhere, so nothing goes
/// with it that may be their own: only what is marked as quoted, or is ours.
pub fn own_words(text: &str, us: &Address) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let marked = lines.iter().position(|line| !is_quote(line) && line.contains(ABOVE));
    let (lines, is_marked) = (&lines[..marked.unwrap_or(lines.len())], marked.is_some());
    let named = (0..lines.len()).find(|at| names_ours(&lines[*at..], is_marked, us));
    let lines = &lines[..named.unwrap_or(lines.len())];
    let mut above: Vec<&str> = Vec::new();
    let mut is_quoted = false;
    for line in lines.iter().copied() {
        if is_quote(line) && !is_quoted {
            without_introduction(&mut above, us);
        }
        is_quoted = is_quote(line);
        if !is_quoted {
            above.push(line);
        }
    }
    // That of what was cut off.
    without_introduction(&mut above, us);
    if is_marked || named.is_some() {
        let divides = |line: &str| {
            line.trim().is_empty() || quoting::is_ruler(line) || quoting::is_drawn(line)
        };
        let last = above.iter().rposition(|line| !divides(line));
        above.truncate(last.map_or(0, |last| last + 1));
    }
    above.truncate(quoting::certain_signature(&above).unwrap_or(above.len()));
    above.join("\n").trim_end().trim_start_matches('\n').to_owned()
}

fn is_quote(line: &str) -> bool {
    line.trim_start().starts_with('>')
}

/// Whether lines begin with those that name a mail of ours: one of our addresses, or our
/// line right below.
fn names_ours(lines: &[&str], is_marked: bool, us: &Address) -> bool {
    let Some(headers) = headers::at(lines) else { return false };
    let (named, rest) = lines.split_at(headers.length);
    let email = us.email.to_lowercase();
    let is_ours = |line: &&str| line.to_lowercase().contains(&email) || quotes_ours(line);
    let is_last = is_marked && rest.iter().all(|line| line.trim().is_empty());
    let is_by_name = !us.name.is_empty() && headers.from.eq_ignore_ascii_case(&us.name);
    is_by_name || named.iter().any(is_ours) || is_last && headers.are_certain()
}

fn without_introduction(lines: &mut Vec<&str>, us: &Address) {
    if let Some(at) = introduction::of_us(lines, us) {
        lines.truncate(at);
    }
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
    fn what_looks_like_a_quote_stays_where_it_may_be_their_own() {
        for text in [
            "Dear Hanna, your pick-up:\n\nFrom: Hauptstr. 1\nTo: Kiel\nDate: 3 December\n\nThe price is 90 EUR.",
            "Then please deliver.\nFrom: your shop\nTo: Hauptstr. 1\nDate: Friday at 6\nMy phone is 123",
            "One.\n--\nTwo.",
            "One.\n-- \nMia\n\nP.S. Two.",
            "One.\n________________________________\nTwo.",
            // What a third one wrote, which they hand on.
            "The carrier says:\n\nFrom: DHL <help@dhl.example>\nSent: Tuesday\nTo: Mia\nSubject: Parcel\n\nIt is lost.",
        ] {
            assert_eq!(own(text), text);
            assert_eq!(own(&format!("{text}\n\n{ABOVE}\nA note")), text);
            let quoted =
                format!("{text}\n\nOn Tue, 24 Nov 2026, Baton wrote:\n> {ABOVE}\n> A note");
            assert_eq!(own(&quoted), text);
        }
        assert_eq!(own("Yes.\n\n-- \nMia Chen\nSprocket & Co"), "Yes.");
    }

    #[test]
    fn the_lines_that_name_a_mail_of_ours_go_with_what_follows() {
        let rest = "To: Mia\nSubject: Hanna replied";
        for named in [
            format!("From: Baton <baton@mail2.example>\nSent: Tuesday\n{rest}"),
            format!("-----Original Message-----\nFrom: Baton\nSent: Tuesday\n{rest}"),
            "________________________________\nVon: Baton\nGesendet: Dienstag\nAn: Mia".to_owned(),
            "发件人： Mia\n收件人： baton@mail2.example\n主题： Hanna".to_owned(),
            // Their own answer from before, to one of our addresses.
            format!(
                "Gesendet: Dienstag\nVon: Mia\nAn: support+m7-12-{}@x.example\nBetreff: Hanna",
                "0f".repeat(12)
            ),
        ] {
            assert_eq!(own(&format!("Yes.\n\n{named}\n\nA note")), "Yes.", "{named}");
            assert_eq!(own(&format!("Yes.\n\n{named}\n\n{ABOVE}\nA note")), "Yes.", "{named}");
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
