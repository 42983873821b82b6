//! What somebody wrote, apart from the history that their program put below it and
//! from their signature. Both are kept; the page folds them.

/// What begins the history, in a line of its own: written by programs, not by people.
const RULERS: [&str; 12] = [
    "-----original message-----",
    "----- original message -----",
    "-----ursprüngliche nachricht-----",
    "-------- ursprüngliche nachricht --------",
    "-------- original message --------",
    "-------- originalnachricht --------",
    "-----message d'origine-----",
    "-----mensaje original-----",
    "-----messaggio originale-----",
    "-----oorspronkelijk bericht-----",
    "________________________________",
    "-------- message d'origine --------",
];
/// The ends of lines that tell who wrote what follows.
const WROTE: [&str; 14] = [
    " wrote:",
    " schrieb:",
    " a écrit :",
    " a écrit:",
    " escribió:",
    " ha scritto:",
    " schreef:",
    " escreveu:",
    " skrev:",
    " napisał(a):",
    " пишет:",
    "写道：",
    " wrote :",
    " kirjoitti:",
];
/// The first words of the four lines by which Outlook names the mail that it quotes.
const SENDERS: [&str; 7] = ["from:", "von:", "de :", "de:", "da:", "van:", "från:"];
const MOMENTS: [&str; 8] =
    ["sent:", "date:", "gesendet:", "datum:", "envoyé :", "enviado:", "inviato:", "verzonden:"];

/// The first words of a subject by which a mail is handed on.
const FORWARDED: [&str; 8] = ["fwd:", "fw:", "wg:", "tr:", "rv:", "enc:", "doorst:", "vs:"];
/// What stands before a mail that is handed on.
const FORWARDS: [&str; 4] = [
    "---------- forwarded message",
    "begin forwarded message",
    "anfang der weitergeleiteten",
    "-------- weitergeleitete nachricht",
];

/// A text in two: what is new, and what the page folds. What is handed on is new.
pub fn split(text: &str, subject: &str) -> (String, String) {
    let lines: Vec<&str> = text.lines().collect();
    let begins = |line: &str, words: &[&str]| {
        let line = line.trim_start().to_lowercase();
        words.iter().any(|word| line.starts_with(word))
    };
    if begins(subject, &FORWARDED) || lines.iter().any(|line| begins(line, &FORWARDS)) {
        return (joined(&lines), String::new());
    }
    let at = history(&lines).unwrap_or(lines.len());
    let at = signature(&lines[..at]).unwrap_or(at);
    let body = joined(&lines[..at]);
    if body.is_empty() {
        // All of it is quoted: then that is what they sent.
        return (joined(&lines), String::new());
    }
    (body, joined(&lines[at..]))
}

fn joined(lines: &[&str]) -> String {
    lines.join("\n").trim_end().trim_start_matches('\n').to_owned()
}

/// The line at which the history begins.
fn history(lines: &[&str]) -> Option<usize> {
    let ruled = (0..lines.len()).find(|at| is_ruler(lines[*at]) || is_outlook(&lines[*at..]));
    earliest(ruled, quoted(lines))
}

fn earliest(one: Option<usize>, other: Option<usize>) -> Option<usize> {
    one.into_iter().chain(other).min()
}

fn is_ruler(line: &str) -> bool {
    let line = line.trim().to_lowercase();
    RULERS.contains(&&*line)
}

fn is_outlook(lines: &[&str]) -> bool {
    let begins = |line: &str, words: &[&str]| {
        let line = line.trim_start_matches(['*', ' ']).to_lowercase();
        words.iter().any(|word| line.starts_with(word))
    };
    let [first, rest @ ..] = lines else { return false };
    begins(first, &SENDERS) && rest.iter().take(3).any(|line| begins(line, &MOMENTS))
}

/// The line at which quoted lines begin that go on to the end. Where somebody wrote
/// between them, the quotes are part of what they say.
fn quoted(lines: &[&str]) -> Option<usize> {
    let is_quote = |line: &str| line.starts_with('>');
    let last = lines.iter().rposition(|line| !line.trim().is_empty())?;
    // Below the quotes there may be nothing but a signature.
    let end = signature(lines).filter(|at| *at > 0).unwrap_or(last + 1);
    let last = lines[..end].iter().rposition(|line| !line.trim().is_empty())?;
    if !is_quote(lines[last]) {
        return None;
    }
    let others = lines[..=last].iter().rposition(|line| !line.trim().is_empty() && !is_quote(line));
    let mut begin = others.map_or(0, |at| at + 1);
    while begin < last && lines[begin].trim().is_empty() {
        begin += 1;
    }
    Some(introduction(lines, begin).unwrap_or(begin))
}

/// The line, or the two, before the quotes that tell who wrote them and when.
fn introduction(lines: &[&str], begin: usize) -> Option<usize> {
    let last = lines[..begin].iter().rposition(|line| !line.trim().is_empty())?;
    let is_end = |line: &str| {
        // "wrote:" may stand alone where a program has broken the line.
        let line = format!(" {}", line.trim().to_lowercase());
        WROTE.iter().any(|end| line.ends_with(end))
            || (line.ends_with(':')
                && (line.starts_with(" am ") || line.starts_with(" on "))
                && (line.contains(['@', ',']) || line.contains(" schrieb ")))
    };
    if !is_end(lines[last]) {
        return None;
    }
    // Long ones are broken: "On Tue, 24 Nov 2026 at 10:00, Baton" and the rest.
    let is_begun = |line: &str| {
        let line = line.trim_start().to_lowercase();
        ["on ", "am ", "le ", "el ", "il ", "op ", "em ", "den "]
            .iter()
            .any(|word| line.starts_with(word))
    };
    let before = last.checked_sub(1);
    match before {
        Some(before) if !is_begun(lines[last]) && is_begun(lines[before]) => Some(before),
        _ => Some(last),
    }
}

/// The line of two dashes that begins a signature, if little follows.
fn signature(lines: &[&str]) -> Option<usize> {
    const LONGEST: usize = 25;
    let at = lines.iter().rposition(|line| *line == "-- " || *line == "--")?;
    (lines.len() - at <= LONGEST).then_some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> (String, String) {
        split(text, "Re: Rear hanger")
    }

    #[test]
    fn the_history_below_an_answer_is_told_apart() {
        let (body, quoted) = parts(
            "Yes, please.\n\nOn Tue, 24 Nov 2026 at 10:00, Rosa Bikes <support@rosa.example>\nwrote:\n\n> Shall we send it?\n> Ana\n",
        );
        assert_eq!(body, "Yes, please.");
        assert!(quoted.starts_with("On Tue") && quoted.ends_with("> Ana"), "{quoted}");
        let (body, quoted) =
            parts("Ja.\n\nAm 24.11.2026 um 10:00 schrieb Ana Silva:\n> Soll es los?");
        assert_eq!((&*body, quoted.lines().count()), ("Ja.", 2), "{quoted}");
        let (body, _) =
            parts("Danke\n\nVon: Ana\nGesendet: Dienstag\nAn: Hanna\nBetreff: Re\n\nSoll es los?");
        assert_eq!(body, "Danke");
        let (body, _) = parts("Thanks\n\n-----Original Message-----\nFrom: Ana\n\nShall we?");
        assert_eq!(body, "Thanks");
    }

    #[test]
    fn answers_between_the_quotes_stay_with_them() {
        let text = "> Shall we send it?\n\nYes.\n\n> In red?\n\nBlue, please.";
        assert_eq!(parts(text), (text.to_owned(), String::new()));
    }

    #[test]
    fn a_signature_is_told_apart() {
        let (body, quoted) = parts("Hello\n\n-- \nHanna Lindqvist\nRosa Bikes");
        assert_eq!((&*body, &*quoted), ("Hello", "-- \nHanna Lindqvist\nRosa Bikes"));
        let (body, _) = parts("Blue.\n\n> In red?\n\n-- \nHanna");
        assert_eq!(body, "Blue.");
        let long = format!("Steps\n--\n{}", "one more\n".repeat(40));
        assert_eq!(parts(&long).1, "");
    }

    #[test]
    fn what_is_handed_on_is_shown() {
        let text = "See below.\n\nFrom: Piet\nSent: Tuesday\nTo: Hanna\n\nTwo hangers.";
        assert_eq!(split(text, "FW: Order").1, "");
        assert_ne!(split(text, "RE: Order").1, "");
        let text = "See below.\n\n---------- Forwarded message ---------\nFrom: Piet\nDate: Tue";
        assert_eq!(split(text, "Order").1, "");
    }

    #[test]
    fn what_is_nothing_but_quoted_is_shown() {
        let text = "> Only this";
        assert_eq!(parts(text), (text.to_owned(), String::new()));
        assert_eq!(parts(""), (String::new(), String::new()));
    }
}
