//! Plain text as mails carry it.

use crate::models::text::turns_direction;

/// The longest text that is kept of a mail, in characters: more is in its original.
const LONGEST: usize = 100_000;
/// What says that a text was cut.
const CUT: &str = "\n\n[The rest of this text is in the original.]";

/// Text as the database and a page can hold it: one kind of line end, and nothing that
/// cannot be seen.
pub fn clean(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n").replace('\u{a0}', " ");
    text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect()
}

/// A name or a subject, which stands among words of ours: without what would turn those
/// around too.
pub fn clean_line(text: &str) -> String {
    clean(text).chars().filter(|c| !turns_direction(*c)).collect()
}

/// Cuts a text that is longer than anybody reads.
pub fn bounded(text: String) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}{CUT}", &text[..end]),
        None => text,
    }
}

/// Puts lines that flow together again (RFC 3676). With `is_spaceless` the space at a
/// line's end is no part of the text.
pub fn unflow(text: &str, is_spaceless: bool) -> String {
    let mut lines: Vec<String> = Vec::new();
    // How deeply the line is quoted that the next one goes on with.
    let mut open: Option<usize> = None;
    for line in text.lines() {
        let depth = line.bytes().take_while(|byte| *byte == b'>').count();
        let words = &line[depth..];
        let words = words.strip_prefix(' ').unwrap_or(words);
        let flows = words.ends_with(' ') && words != "-- ";
        let kept = if flows && is_spaceless { &words[..words.len() - 1] } else { words };
        match lines.last_mut() {
            Some(last) if open == Some(depth) && words != "-- " => last.push_str(kept),
            _ if depth > 0 => lines.push(format!("{} {kept}", ">".repeat(depth))),
            _ => lines.push(kept.to_owned()),
        }
        open = flows.then_some(depth);
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_seen_is_left_out() {
        assert_eq!(clean("a\0b\u{7}\r\nc\rd\u{a0}e\t"), "ab\nc\nd e\t");
    }

    #[test]
    fn a_line_turns_nothing_around() {
        assert_eq!(clean_line("Good\u{202e}exe.elif\u{2066}\u{2069}"), "Goodexe.elif");
        // What is written from right to left needs no marks for it.
        assert_eq!(clean_line("أحمد\u{200f} خليل"), "أحمد\u{200f} خليل");
    }

    #[test]
    fn lines_that_flow_are_one() {
        assert_eq!(unflow("A long \nline.\n\nNext", false), "A long line.\n\nNext");
        assert_eq!(
            unflow("> A quoted \n> line\n>> deeper\nmine", false),
            "> A quoted line\n>> deeper\nmine"
        );
        assert_eq!(unflow(" From here\n  indented", false), "From here\n indented");
        assert_eq!(unflow("Hanna \n-- \nRosa Bikes", false), "Hanna \n-- \nRosa Bikes");
        assert_eq!(unflow("zusammen \nschreiben", true), "zusammenschreiben");
        assert_eq!(unflow("\n\na", false), "\n\na");
    }

    #[test]
    fn a_text_without_end_is_cut_and_says_so() {
        let text = bounded("é".repeat(LONGEST + 1));
        assert!(text.ends_with(CUT) && text.chars().count() == LONGEST + CUT.chars().count());
        assert_eq!(bounded("short".to_owned()), "short");
    }
}
