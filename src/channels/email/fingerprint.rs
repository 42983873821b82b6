//! By what a mail is known again: what its writer made of it, and nothing of its way.

use sha2::{Digest, Sha256};

/// The headers that belong to the writer. Those that servers add on the way differ
/// where a mail comes twice, e.g. by a pipe and by IMAP.
const OWN: [&str; 6] = ["message-id:", "date:", "from:", "to:", "subject:", "in-reply-to:"];

/// The fingerprint of a mail as it came. A Message-ID alone would not do: whoever
/// guessed one could keep a mail away by sending theirs first.
pub fn fingerprint(raw: &[u8]) -> String {
    let mut hash = Sha256::new();
    let is_end = |byte: &u8| *byte == b'\n';
    let mut lines = raw.split_inclusive(is_end);
    let mut is_own = false;
    let mut has_own = false;
    for line in lines.by_ref() {
        let line = bare(line);
        if line.is_empty() {
            break;
        }
        // A line that begins with a space goes on with the header before it.
        if !matches!(line.first(), Some(b' ' | b'\t')) {
            is_own = OWN.iter().any(|name| begins_with(line, name));
        }
        has_own |= is_own;
        if is_own {
            hash.update(line.trim_ascii());
            hash.update(b"\n");
        }
    }
    if !has_own {
        // No mail at all: then it is what it is.
        lines = raw.split_inclusive(is_end);
    }
    hash.update(b"\n");
    for line in lines {
        hash.update(bare(line));
        hash.update(b"\n");
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Without its end: the same mail comes with `\r\n` or `\n`.
fn bare(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}

fn begins_with(line: &[u8], name: &str) -> bool {
    line.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAIL: &str = "From: Hanna <hanna@example.com>\r\nMessage-ID: <1@example.com>\r\n\
        Subject: A long\r\n one\r\n\r\nHello\r\n";

    #[test]
    fn the_way_of_a_mail_does_not_matter() {
        let by_pipe = format!("Received: from a by b\nReturn-Path: <x@y>\n{MAIL}");
        assert_eq!(fingerprint(MAIL.as_bytes()), fingerprint(by_pipe.as_bytes()));
        let unix = MAIL.replace("\r\n", "\n");
        assert_eq!(fingerprint(MAIL.as_bytes()), fingerprint(unix.as_bytes()));
    }

    #[test]
    fn what_is_no_mail_is_known_by_all_of_it() {
        assert_ne!(fingerprint(b""), fingerprint(b"no mail"));
        assert_ne!(fingerprint(b"one"), fingerprint(b"other"));
    }

    #[test]
    fn what_its_writer_made_of_it_does() {
        for (from, to) in [
            ("Hello", "Hullo"),
            ("<1@", "<2@"),
            ("Hanna", "Anna"),
            (" one", " two"),
            ("\r\n\r\n", "\r\n\r\n\r\n"),
        ] {
            let other = MAIL.replacen(from, to, 1);
            assert_ne!(fingerprint(MAIL.as_bytes()), fingerprint(other.as_bytes()), "{to:?}");
        }
    }
}
