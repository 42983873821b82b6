//! What people type, checked once on the way in.
//!
//! PostgreSQL refuses NUL in text, and other control characters have no place
//! in a name or a message: they are refused with a message, never dropped.

use std::borrow::{Borrow, Cow};
use std::sync::LazyLock;

use icu_properties::CodePointSetData;
use icu_properties::props::DefaultIgnorableCodePoint;

/// The longest message or note, in characters.
pub const MESSAGE_MAX: usize = 10_000;
/// The longest name of a file, in characters.
const FILE_NAME_MAX: usize = 120;
/// The longest name of a person, workspace or company, in characters.
pub const NAME_MAX: usize = 200;

/// What is wrong with a text, worded for the person who typed it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TextProblem {
    #[error("Please fill this in.")]
    Empty,
    #[error("This is longer than {max} characters: it has {length}.")]
    TooLong { max: usize, length: usize },
    #[error("This contains control characters. Please remove them.")]
    ControlCharacters,
    #[error("This is not an email address.")]
    NotAnAddress,
    #[error("Choose a time zone from the list.")]
    NotATimeZone,
}

/// One line: trimmed, with one space between words, as every page shows it; not empty,
/// at most `max` characters. Marks that would turn the text around it go: nobody sees
/// them, and some programs copy them along with a telephone number.
///
/// # Errors
/// [`TextProblem`], worded for the person who typed it.
pub fn line(typed: &str, max: usize) -> Result<String, TextProblem> {
    let text: String = typed.trim().chars().filter(|c| !turns_direction(*c)).collect();
    if text.chars().any(char::is_control) {
        return Err(TextProblem::ControlCharacters);
    }
    bounded(&text.split_whitespace().collect::<Vec<_>>().join(" "), max)
}

/// Embeddings, overrides and isolates of the Unicode Bidirectional Algorithm (UAX #9).
pub const fn turns_direction(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// One line that may be left empty.
///
/// # Errors
/// [`TextProblem`], worded for the person who typed it.
pub fn optional_line(typed: &str, max: usize) -> Result<Option<String>, TextProblem> {
    if typed.trim().is_empty() { Ok(None) } else { line(typed, max).map(Some) }
}

/// Several lines: line ends become `\n`, blank lines around it go, and tabs stay.
///
/// # Errors
/// [`TextProblem`], worded for the person who typed it.
pub fn paragraph(typed: &str, max: usize) -> Result<String, TextProblem> {
    let text = readable(typed)?;
    bounded(text.trim_end().trim_matches('\n'), max)
}

/// Several lines, or none at all.
///
/// # Errors
/// [`TextProblem`], worded for the person who typed it.
pub fn optional_paragraph(typed: &str, max: usize) -> Result<String, TextProblem> {
    if typed.trim().is_empty() { Ok(String::new()) } else { paragraph(typed, max) }
}

/// The text of a message as [`paragraph`], none where its files say it all.
///
/// # Errors
/// [`TextProblem`], worded for the person who typed it.
pub fn message(typed: &str, has_files: bool) -> Result<String, TextProblem> {
    match paragraph(typed, MESSAGE_MAX) {
        Err(TextProblem::Empty) if has_files => Ok(String::new()),
        checked => checked,
    }
}

/// Several lines that are still being written: they stay as they are, but for line
/// ends. Blank ones alone are nothing.
///
/// # Errors
/// [`TextProblem`], worded for the person who typed it.
pub fn unfinished(typed: &str, max: usize) -> Result<String, TextProblem> {
    let text = readable(typed)?;
    if text.trim().is_empty() { Ok(String::new()) } else { bounded(&text, max) }
}

/// A text with `\n` at the end of its lines, whatever a form or a program sent.
pub fn lines(typed: &str) -> String {
    typed.replace("\r\n", "\n").replace('\r', "\n")
}

fn readable(typed: &str) -> Result<String, TextProblem> {
    let text = lines(typed);
    if text.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
        return Err(TextProblem::ControlCharacters);
    }
    Ok(text)
}

/// An email address, trimmed, lower-cased and with its domain in ASCII, since browsers
/// send it so and mail programs do not: the form in which it is stored and compared. The
/// syntax is checked by lettre (RFC 5321); the domain must have a dot, since nobody's
/// customers or colleagues are at a bare host name.
///
/// # Errors
/// [`TextProblem`], worded for the person who typed it.
pub fn email(typed: &str) -> Result<String, TextProblem> {
    let address = line(typed, 254)?.to_lowercase();
    let (local, domain) = address.rsplit_once('@').ok_or(TextProblem::NotAnAddress)?;
    let domain = idna::domain_to_ascii(domain).map_err(|_| TextProblem::NotAnAddress)?;
    let address = format!("{local}@{domain}");
    let parsed: lettre::Address = address.parse().map_err(|_| TextProblem::NotAnAddress)?;
    // Quoted names and bare IPs are in the syntax, and in nobody's address book.
    let is_odd = parsed.user().starts_with('"') || parsed.domain().starts_with('[');
    if is_odd || !parsed.domain().contains('.') || parsed.domain().ends_with('.') {
        return Err(TextProblem::NotAnAddress);
    }
    Ok(address)
}

/// An address with its domain as people write it.
pub fn email_in_words(stored: &str) -> String {
    stored.rsplit_once('@').map_or_else(
        || stored.to_owned(),
        |(local, domain)| format!("{local}@{}", idna::domain_to_unicode(domain).0),
    )
}

/// The beginning of a text in one line, at most `max` characters with a mark
/// where it was cut: for previews and subjects.
pub fn excerpt(text: &str, max: usize) -> String {
    let mut out = String::with_capacity(max.min(text.len()));
    let mut length = 0;
    for word in text.split_whitespace() {
        for c in (length > 0).then_some(' ').into_iter().chain(word.chars()) {
            if length == max - 1 {
                out.push('…');
                return out;
            }
            out.push(c);
            length += 1;
        }
    }
    out
}

/// The beginning of a text with its lines, at most `max` characters with a mark where
/// it was cut.
pub fn shortened(text: &str, max: usize) -> String {
    match text.char_indices().nth(max) {
        None => text.to_owned(),
        Some(_) => text.chars().take(max - 1).chain(['…']).collect(),
    }
}

/// The name of a file as somebody's computer sent it: without its folders, and
/// without what cannot be seen or turns the direction of writing, by which a
/// program could pass for a picture. Its ending stays where it must be cut.
pub fn file_name(sent: &str) -> String {
    let last = sent.rsplit(['/', '\\']).next().unwrap_or_default();
    let is_seen = |c: &char| !c.is_control() && !is_invisible(*c);
    let name: String = last.chars().filter(is_seen).collect();
    let name = name.trim_matches(|c: char| c.is_whitespace() || c == '.');
    if name.is_empty() {
        return "file".to_owned();
    }
    let length = name.chars().count();
    if length <= FILE_NAME_MAX {
        return name.to_owned();
    }
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    let ending = if ending.chars().count() <= 10 { format!(".{ending}") } else { String::new() };
    let stem: String = name.chars().take(FILE_NAME_MAX - ending.chars().count()).collect();
    format!("{stem}{ending}")
}

/// Whether a character is not seen: what Unicode says is ignored where it cannot be drawn, such
/// as marks of direction and joiners, and the empty sign of Braille.
fn is_invisible(c: char) -> bool {
    CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c) || c == '\u{2800}'
}

/// A name within a sentence. One that is written from right to left is kept from turning
/// the words around it.
pub fn isolated(name: &str) -> Cow<'_, str> {
    let is_from_right = |c: char| {
        matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}'
            | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
    };
    if name.chars().any(is_from_right) {
        format!("\u{2068}{name}\u{2069}").into()
    } else {
        name.into()
    }
}

/// What stands before the `@` of an address: the name of whoever has told no other.
pub fn local_part(email: &str) -> &str {
    email.split('@').next().unwrap_or(email)
}

/// A name as it is compared where each may stand once: two that look alike are one,
/// *VIP  customer* and *vip customer*.
pub fn name_key(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// Writes `is_free` for a table in which each name may stand once in a workspace: it refuses
/// a name that another row has. A macro, since every table is a type of its own.
macro_rules! names_stand_once {
    ($table:ident) => {
        fn is_free(
            conn: &mut Conn,
            workspace_id: i64,
            name: &str,
            except: Option<i64>,
        ) -> Verb<(), Refusal> {
            let taken: Option<String> = $table::table
                .filter($table::workspace_id.eq(workspace_id))
                .filter($table::name_key.eq($crate::models::text::name_key(name)))
                .filter($table::id.ne(except.unwrap_or(0)))
                .select($table::name)
                .first(conn)
                .optional()?;
            taken.map_or(Ok(()), |name| refuse(Refusal::Taken(name)))
        }
    };
}
pub(super) use names_stand_once;

/// `one`, `one and two`, `one, two and three`.
pub fn listed<S: Borrow<str>>(words: &[S]) -> String {
    let Some((last, rest)) = words.split_last() else { return String::new() };
    let last: &str = last.borrow();
    match rest {
        [] => last.to_owned(),
        rest => format!("{} and {last}", rest.join(", ")),
    }
}

/// The name of a time zone in the IANA database, as chrono-tz knows it.
pub fn time_zone(name: &str) -> Option<chrono_tz::Tz> {
    name.parse().ok()
}

/// A time zone that was chosen by its name.
///
/// # Errors
/// [`TextProblem`], worded for the person who chose it.
pub fn chosen_time_zone(name: &str) -> Result<chrono_tz::Tz, TextProblem> {
    time_zone(name).ok_or(TextProblem::NotATimeZone)
}

/// Every time zone's name, in alphabetical order.
pub fn time_zone_names() -> &'static [&'static str] {
    static NAMES: LazyLock<Vec<&'static str>> =
        LazyLock::new(|| chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name()).collect());
    &NAMES
}

fn bounded(text: &str, max: usize) -> Result<String, TextProblem> {
    if text.chars().all(|c| c.is_whitespace() || is_invisible(c)) {
        return Err(TextProblem::Empty);
    }
    let length = text.chars().count();
    if length > max {
        return Err(TextProblem::TooLong { max, length });
    }
    Ok(text.to_owned())
}

/// A text as Markdown that shows it as it is (CommonMark 0.31, 2.4).
pub fn as_markdown(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if "\\`*_[]<>#!~".contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_kept_as_pages_show_it() {
        assert_eq!(line("  Beta   Team ", 20), Ok("Beta Team".to_owned()));
        // As a telephone number comes out of an address book.
        assert_eq!(line("\u{202a}+49 30 1234\u{202c}", 20), Ok("+49 30 1234".to_owned()));
        assert_eq!(line("\u{202e}evil", 20), Ok("evil".to_owned()));
        assert_eq!(line("two\nlines", 20), Err(TextProblem::ControlCharacters));
    }

    #[test]
    fn a_line_says_something() {
        assert_eq!(line(" \t ", 20), Err(TextProblem::Empty));
        for unseen in ["\u{200b}\u{202e} ", "\u{ad}", "\u{34f}\u{fe0f}", "\u{2800}"] {
            assert_eq!(line(unseen, 20), Err(TextProblem::Empty));
        }
        assert_eq!(line("\u{3164}\u{115f}\u{1160}\u{ffa0}", 20), Err(TextProblem::Empty));
        assert_eq!(line("\u{2800} \u{e0041}", 20), Err(TextProblem::Empty));
        assert_eq!(line("a\0b", 20), Err(TextProblem::ControlCharacters));
        assert_eq!(line("a\nb", 20), Err(TextProblem::ControlCharacters));
        assert_eq!(line("éééé", 3), Err(TextProblem::TooLong { max: 3, length: 4 }));
    }

    #[test]
    fn names_are_listed_as_people_do() {
        assert_eq!(listed::<&str>(&[]), "");
        assert_eq!(listed(&["a"]), "a");
        assert_eq!(listed(&["a", "b"]), "a and b");
        assert_eq!(listed(&["a", "b", "c"]), "a, b and c");
    }

    #[test]
    fn a_paragraph_keeps_its_lines_and_refuses_what_cannot_be_seen() {
        assert_eq!(paragraph("\r\n  a\r\n\tb \n\n", 20).unwrap(), "  a\n\tb");
        assert_eq!(paragraph("a\u{7}b", 20), Err(TextProblem::ControlCharacters));
        assert_eq!(paragraph(" \n \u{200b}", 20), Err(TextProblem::Empty));
    }

    #[test]
    fn what_is_being_written_keeps_its_blanks() {
        assert_eq!(unfinished("\n Hello \r\n", 20).unwrap(), "\n Hello \n");
        assert_eq!(unfinished(" \r\n", 20).unwrap(), "");
        assert_eq!(unfinished("a\0b", 20), Err(TextProblem::ControlCharacters));
        assert_eq!(unfinished("éééé", 3), Err(TextProblem::TooLong { max: 3, length: 4 }));
    }

    #[test]
    fn an_address_is_lower_cased_beyond_ascii() {
        assert_eq!(email(" Ana@Example.COM ").unwrap(), "ana@example.com");
        assert_eq!(email("ÄNNE@example.com").unwrap(), "änne@example.com");
        let in_ascii = "jürgen@xn--mnchen-3ya.example";
        assert_eq!(email("Jürgen@MÜNCHEN.example").unwrap(), in_ascii);
        assert_eq!(email("jürgen@XN--mnchen-3ya.example").unwrap(), in_ascii);
        assert_eq!(email_in_words(in_ascii), "jürgen@münchen.example");
        for wrong in [
            "ana",
            "ana@",
            "@example.com",
            "ana@host",
            "a b@example.com",
            "a@b@c.de",
            "\"a b\"@example.com",
            "a@[127.0.0.1]",
        ] {
            assert_eq!(email(wrong), Err(TextProblem::NotAnAddress), "{wrong}");
        }
    }

    #[test]
    fn a_file_has_a_name_without_folders_and_tricks() {
        assert_eq!(file_name("../../etc/passwd"), "passwd");
        assert_eq!(file_name("C:\\Users\\Ana\\photo of it.PNG"), "photo of it.PNG");
        assert_eq!(file_name("in\u{202e}gnp.exe\r\n"), "ingnp.exe");
        for empty in ["", "/", "..", ". .", "\u{200b}"] {
            assert_eq!(file_name(empty), "file", "{empty:?}");
        }
        let long = file_name(&format!("{}.jpeg", "é".repeat(300)));
        assert!(long.ends_with("é.jpeg") && long.chars().count() == FILE_NAME_MAX);
    }

    #[test]
    fn a_name_from_right_to_left_stays_apart_in_a_sentence() {
        assert_eq!(isolated("Zoë Keller"), "Zoë Keller");
        assert_eq!(isolated("שרה 2"), "\u{2068}שרה 2\u{2069}");
    }

    #[test]
    fn names_that_look_alike_are_one() {
        assert_eq!(name_key("VIP  Customer"), name_key("vip customer"));
        assert_eq!(name_key("ÜBERGABE"), name_key("Übergabe"));
        assert_ne!(name_key("refund"), name_key("refunds"));
    }

    #[test]
    fn an_excerpt_is_one_line_and_says_that_it_was_cut() {
        assert_eq!(excerpt("one\n two", 20), "one two");
        assert_eq!(excerpt("one two three", 8), "one two…");
    }
}
