//! What a mail may hold before it is taken apart: its parts and headers cost many times
//! the bytes that they are written with.

use mail_parser::decoders::base64::base64_decode;

/// The most bytes of a mail that is read: 25 MB of files are 34 MB as text.
const LARGEST: usize = 40 * 1024 * 1024;
/// The most mails within mails, and kinds of part: deeper ones are made to do harm.
const DEEPEST: usize = 200;
/// The most lines at which a part may begin.
const PARTS: usize = 100_000;
/// The most lines, and bytes, that may be those of headers.
const HEADER_LINES: usize = 200_000;
const HEADER_BYTES: usize = 4 * 1024 * 1024;
/// How often the parser decodes a mail within one that it decoded.
const DECODED: usize = 3;

/// Whether a mail may be taken apart.
///
/// # Errors
/// What the reader is told in its place.
pub(super) fn check(raw: &[u8]) -> Result<(), String> {
    if raw.len() > LARGEST {
        let megabytes = raw.len() / (1024 * 1024);
        return Err(format!(
            "This mail is too large to show ({megabytes} MB). Download its original to read it."
        ));
    }
    if depth(raw) > DEEPEST {
        return Err("This mail could not be read: too many mails are nested in each other. \
                    Download its original to read it."
            .to_owned());
    }
    let mut counted = Counted::default();
    counted.add(raw, DECODED);
    if counted.is_too_much() {
        return Err("This mail could not be read: it has too many parts or headers. \
                    Download its original to read it."
            .to_owned());
    }
    Ok(())
}

/// What the parser may find, at the most.
#[derive(Default)]
struct Counted {
    parts: usize,
    header_lines: usize,
    header_bytes: usize,
    /// Mails that are decoded, each of which reads on to its end.
    decoded: usize,
}

/// What headers say of the part that comes behind them.
#[derive(Clone, Copy, Default)]
struct Head {
    /// It is a mail.
    is_mail: bool,
    is_base64: bool,
    is_quoted_printable: bool,
}

impl Head {
    /// Notes what a line of headers may say: an encoded word may say either.
    fn note(&mut self, line: &[u8]) {
        let says = |word: &[u8]| line.windows(word.len()).any(|at| at.eq_ignore_ascii_case(word));
        let is_hidden = says(b"=?");
        self.is_mail |= places(line, &[b"message/"]).next().is_some();
        self.is_base64 |= is_hidden || says(b"base64");
        self.is_quoted_printable |= is_hidden || says(b"quoted-printable");
    }
}

impl Counted {
    fn is_too_much(&self) -> bool {
        self.parts > PARTS
            || self.header_lines > HEADER_LINES
            || self.header_bytes > HEADER_BYTES
            || self.decoded > DEEPEST
    }

    /// Adds what is in a mail, in one pass. The parser takes a part's boundary for one
    /// wherever it stands in a line; behind it come headers up to an empty line, as at the
    /// top of a mail within.
    fn add(&mut self, raw: &[u8], decoded: usize) {
        let holds_digest = places(raw, &[b"multipart/digest"]).next().is_some();
        // The headers of the mail come first.
        let (mut is_head, mut head, mut end) = (true, Head::default(), 0);
        // The parser passes over an empty line before the headers of a mail within.
        let mut has_begun = true;
        let mut is_unquoted = false;
        for line in raw.split(|byte| *byte == b'\n') {
            if self.is_too_much() {
                return;
            }
            end += line.len() + 1;
            if line.windows(2).any(|two| two == b"--") {
                self.parts += 1;
                head = Head { is_mail: holds_digest, ..Head::default() };
                (is_head, has_begun) = (true, true);
            }
            if !is_head {
                continue;
            }
            if !matches!(line, b"" | b"\r") {
                has_begun = true;
                self.header_lines += 1;
                self.header_bytes += line.len();
                head.note(line);
            } else if has_begun {
                let rest = raw.get(end..).unwrap_or_default();
                if head.is_mail && decoded > 0 {
                    if head.is_base64 {
                        self.decoded += 1;
                        self.add_base64(rest, decoded - 1);
                    }
                    // To the end of the mail, with all that comes behind: once is enough.
                    if head.is_quoted_printable && !is_unquoted {
                        is_unquoted = true;
                        self.add(&unquoted(rest), decoded - 1);
                    }
                }
                (is_head, head, has_begun) = (head.is_mail, Head::default(), false);
            }
        }
    }

    /// Adds what is in a mail in base64, which ends where a boundary may be.
    fn add_base64(&mut self, rest: &[u8], decoded: usize) {
        let end = rest.windows(2).position(|two| two == b"--").unwrap_or(rest.len());
        if let Some(mail) = base64_decode(&rest[..end]) {
            self.add(&mail, decoded);
        }
    }
}

/// What is written in quoted-printable, whatever of it is not.
fn unquoted(written: &[u8]) -> Vec<u8> {
    let mut read = Vec::with_capacity(written.len());
    let mut rest = written;
    loop {
        rest = match rest {
            [] => return read,
            [b'=', b'\n', rest @ ..] | [b'=', b'\r', b'\n', rest @ ..] => rest,
            [b'=', high, low, rest @ ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                let digit = |byte: &u8| char::from(*byte).to_digit(16).unwrap_or_default() as u8;
                read.push(digit(high) * 16 + digit(low));
                rest
            }
            [byte, rest @ ..] => {
                read.push(*byte);
                rest
            }
        };
    }
}

/// How many mails may lie within each other. Each begins with a header that says so.
fn depth(raw: &[u8]) -> usize {
    places(raw, &[b"message/rfc822", b"message/global", b"multipart/digest"]).count()
}

/// Where one of these words stands, in any case. Each begins with an m.
fn places<'a>(raw: &'a [u8], words: &'a [&'a [u8]]) -> impl Iterator<Item = usize> + 'a {
    let is_word = |from: &[u8]| {
        words
            .iter()
            .any(|word| from.get(..word.len()).is_some_and(|at| at.eq_ignore_ascii_case(word)))
    };
    let at_m = raw.iter().enumerate().filter(|(_, byte)| matches!(byte, b'm' | b'M'));
    at_m.map(|(at, _)| at).filter(move |at| is_word(&raw[*at..]))
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;

    use super::*;

    fn is_refused(parts: &[&str]) -> bool {
        check(parts.concat().as_bytes()).is_err()
    }

    #[test]
    fn what_costs_many_times_its_bytes_is_not_taken_apart() {
        let top = "From: a@b.example\nContent-Type: multipart/mixed; boundary=b\n\n";
        let many = |piece: &str| piece.repeat(400_000);
        assert!(is_refused(&[top, &many("--b\nA:\n\n")]));
        assert!(is_refused(&[top, &many("--b\n\n\n")]));
        assert!(is_refused(&[top, &many("x--b\n\n\n")]), "in the middle of a line");
        assert!(is_refused(&["From: a@b.example\n", &many("a:\n"), "\n"]));
        let ids = "<a>".repeat(2_000_000);
        assert!(is_refused(&["From: a@b.example\nReferences: ", &ids, "\n\n"]));
        assert!(is_refused(&[top, "--b\nReferences: ", &ids, "\n\n"]));
    }

    #[test]
    fn the_headers_of_mails_within_count_too() {
        let many = "a:\n".repeat(400_000);
        for gap in ["\n", "\n\n"] {
            let top = "From: a@b.example\nContent-Type: Message/RFC822\n";
            assert!(is_refused(&[top, gap, &many]));
        }
        let top = "From: a@b.example\nContent-Type: multipart/digest; boundary=b\n\n--b\n\n";
        assert!(is_refused(&[top, &many]));
    }

    #[test]
    fn a_mail_within_is_looked_at_through_its_encoding() {
        let within = format!("From: a@b.example\n{}\n", "a:\n".repeat(400_000));
        let base64 = STANDARD.encode(&within);
        let quoted = within.replace('\n', "=0A").replace("a:=0A", "a:=0A=\n");
        for (encoding, mail) in [
            ("Base64", &base64),
            ("=?utf-8?q?base64?=", &base64),
            ("Quoted-Printable", &quoted),
            ("=?utf-8?q?quoted-printable?=", &quoted),
        ] {
            let head = "From: a@b.example\nContent-Type: message/rfc822\n";
            let encoding = format!("Content-Transfer-Encoding: {encoding}\n\n");
            assert!(is_refused(&[head, &encoding, mail, "\n"]), "{encoding}");
        }
    }

    #[test]
    fn mails_within_that_end_nowhere_are_not_all_decoded() {
        let within = "Content-Type: message/x; base64\n\n".repeat(2_000);
        assert!(is_refused(&["From: a@b.example\n", &within]));
    }

    #[test]
    fn a_large_file_and_a_long_text_are_what_mails_hold() {
        let top = "From: a@b.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n";
        let file = "QUJD".repeat(19) + "\r\n";
        let part = "--b\r\nContent-Transfer-Encoding: base64\r\n\r\n";
        assert!(!is_refused(&[top, part, &file.repeat(300_000), "--b--\r\n"]));
        let lines = "A line of a log, with a time: 10:00\r\n".repeat(300_000);
        assert!(!is_refused(&[top, "--b\r\n\r\n", &lines, "--b--\r\n"]));
    }
}
