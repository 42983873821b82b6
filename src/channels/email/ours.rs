//! Files of an answer to a mail of Baton's own that hold that mail: programs send along
//! what they answer. It is for its reader alone, as what is quoted of it is.

use std::borrow::Cow;

use mail_parser::{Message, PartType};

use super::letter::{self, Part};
use super::markup;
use crate::models::reply_token::{LINK, quotes_ours};

/// What a file of an answer holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Holds {
    /// A mail: the Message-IDs of it and of those within it, and whether one is surely ours.
    Mail { ids: Vec<String>, is_ours: bool },
    /// Something else that quotes a mail of ours.
    Quote,
    /// Nothing of ours that can be seen.
    Other,
}

/// Looks into a file, as far as it is text in whatever encoding.
pub fn look(part: &Part) -> Holds {
    let raw = letter::prepared(&part.content);
    if let Ok(mail) = letter::message(&raw)
        && (mail.message_id().is_some() || mail.from().is_some())
    {
        let mut ids = Vec::new();
        let is_ours = walk(&mail, &mut ids) || is_quoted(&part.content);
        return Holds::Mail { ids, is_ours };
    }
    if is_quoted(&part.content) { Holds::Quote } else { Holds::Other }
}

/// Collects the Message-IDs, and answers whether any part of it is of ours.
fn walk(mail: &Message<'_>, ids: &mut Vec<String>) -> bool {
    ids.extend(mail.message_id().and_then(letter::message_id));
    let subject = mail.subject().is_some_and(quotes_ours);
    let parts = mail.parts.iter().map(|part| match &part.body {
        PartType::Text(text) => quotes_ours(text),
        PartType::Html(html) => is_quoted(html.as_bytes()),
        PartType::Binary(bytes) | PartType::InlineBinary(bytes) => is_quoted(bytes),
        PartType::Message(inner) => walk(inner, ids),
        PartType::Multipart(_) => false,
    });
    // All of them, for their Message-IDs.
    parts.fold(subject, |found, is_ours| found || is_ours)
}

/// Whether it quotes a mail of ours, as text or as HTML, or as a program keeps mails.
fn is_quoted(content: &[u8]) -> bool {
    let Some(text) = decoded(content) else {
        let wide: Vec<u8> = LINK.encode_utf16().flat_map(u16::to_le_bytes).collect();
        return [LINK.as_bytes(), &wide].iter().any(|link| holds(content, link));
    };
    quotes_ours(&text) || (text.contains('<') && quotes_ours(&markup::text(&text)))
}

/// The text of it; `None` where it is none.
fn decoded(content: &[u8]) -> Option<Cow<'_, str>> {
    if !content.contains(&0) {
        return Some(String::from_utf8_lossy(content));
    }
    // Programs of Windows write text in two bytes for each letter.
    let is_wide = |at: usize| {
        let halves = content.iter().skip(at).step_by(2).take(4096);
        let zeros = halves.clone().filter(|byte| **byte == 0).count();
        zeros * 2 > halves.count()
    };
    match (is_wide(1), is_wide(0)) {
        (true, false) => Some(encoding_rs::UTF_16LE.decode(content).0),
        (false, true) => Some(encoding_rs::UTF_16BE.decode(content).0),
        _ => None,
    }
}

fn holds(content: &[u8], part: &[u8]) -> bool {
    content.windows(part.len()).any(|here| here == part)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::reply_token::ABOVE;

    fn held(content: impl AsRef<[u8]>) -> Holds {
        look(&Part { name: "a file".to_owned(), content: content.as_ref().to_vec() })
    }

    #[test]
    fn a_mail_is_known_by_its_text_however_deep_and_in_whatever_encoding() {
        let head = "Message-ID: <a@b.example>\r\nFrom: Baton <a@b.example>\r\n";
        let ours = |rest: &str| match held(format!("{head}{rest}")) {
            Holds::Mail { ids, is_ours } => (ids.join(" "), is_ours),
            other => panic!("{other:?}"),
        };
        assert_eq!(ours("\r\nHello"), ("a@b.example".to_owned(), false));
        assert!(ours(&format!("\r\n{ABOVE}")).1);
        let word = format!("Reply-To: support+m7-12-{}@x.example\r\n\r\nHello", "0f".repeat(12));
        assert!(ours(&word).1);
        let base64 = "Content-Transfer-Encoding: base64\r\n\r\n\
                      IyMgQW5zd2VyIGFib3ZlIHRoaXMgbGluZSAjIw==";
        assert!(ours(base64).1);
        let html = "Content-Type: text/html\r\n\r\n<a href=\"https://x.example/unsubscribe\
                    &#63;token=7.abc\">Stop</a><p>&#35;&#35; Answer <b>above</b> this line ##";
        assert!(ours(html).1);
        let within = "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\
                      Content-Type: message/rfc822\r\n\r\nMessage-ID: <c@d.example>\r\n\
                      Subject: Hanna replied\r\n\r\nAnswer this mail, and your text\r\n\
                      goes to Hanna\r\n--b--\r\n";
        assert_eq!(ours(within), ("a@b.example c@d.example".to_owned(), true));
    }

    #[test]
    fn another_file_is_known_by_what_it_quotes() {
        assert_eq!(held("Nine o'clock"), Holds::Other);
        assert_eq!(held([0_u8; 64]), Holds::Other);
        assert_eq!(held(format!("I said:\n{ABOVE}")), Holds::Quote);
        assert_eq!(held("<p>See https://x.example/unsubscribe?token=7.abc</p>"), Holds::Quote);
        let wide: Vec<u8> = ABOVE.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(held(wide), Holds::Quote);
        let kept: Vec<u8> = LINK.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(held([&[0xd0_u8; 300][..], &[0], &kept].concat()), Holds::Quote);
    }
}
