//! What somebody wrote into an answer to a mail of Baton's own. What they quote of it is
//! not for whoever gets the answer: it speaks of notes, and holds links that are theirs.

use super::quoting;
use crate::models::reply_token::ABOVE;

/// Stands for the quoted mail where it was cut off.
const QUOTE: &str = "> quoted";

/// The text without what it quotes, wherever that stands; empty where nothing is left.
pub fn own_words(text: &str) -> String {
    let is_whole = |line: &&str| !line.contains(ABOVE);
    let is_own = |line: &&str| !line.trim_start().starts_with('>');
    let above: Vec<&str> = text.lines().filter(is_own).take_while(is_whole).collect();
    // With a quote below it, the line that tells who wrote it is known as such.
    let (own, _) = quoting::split(&format!("{}\n\n{QUOTE}", above.join("\n").trim_end()), "");
    if own.contains(QUOTE) { String::new() } else { own }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_quoted_goes_wherever_it_stands() {
        let quoted = format!("On Tue, 24 Nov 2026 at 10:00, Baton wrote:\n> {ABOVE}\n> A note");
        assert_eq!(
            own_words(&format!("Two are left.\n\nShall I?\n\n{quoted}")),
            "Two are left.\n\nShall I?"
        );
        assert_eq!(own_words(&quoted), "");
        assert_eq!(own_words("Yes.\n> A note\nNo.\n> Another note"), "Yes.\nNo.");
        // Programs that mark no line as quoted.
        let bare = format!(
            "Yes.\n\nFrom: Baton <baton@x.example>\nSent: Tuesday\nTo: Mia\n\n{ABOVE}\nA note"
        );
        assert_eq!(own_words(&bare), "Yes.");
        assert_eq!(own_words(&format!("Yes.\n{ABOVE}\nA note\n-- \nBaton")), "Yes.");
        assert_eq!(own_words(""), "");
    }
}
