//! What a mail holds: its words and its files.

use std::borrow::Cow;
use std::collections::HashSet;

use encoding_rs::{Encoding as Encoded, WINDOWS_1252};
use mail_parser::decoders::base64::base64_decode;
use mail_parser::decoders::quoted_printable::quoted_printable_decode;
use mail_parser::{Encoding, Message, MessagePart, MimeHeaders, PartType};

use super::letter::{Part, is_type};
use super::{markup, text};
use crate::models::text::{excerpt, file_name};

/// The most files of one mail: the others are in its original.
const FILES: usize = 100;
/// How a file begins within what Outlook writes for itself (MS-OXTNEF, attAttachData).
const TNEF_FILE: [u8; 5] = [0x02, 0x0f, 0x80, 0x06, 0x00];

/// The text as it is read, and the HTML where there is some.
pub fn words(message: &Message<'_>) -> (String, Option<String>) {
    if let Some(whole) = undivided(message) {
        return (text::clean(&whole), None);
    }
    let strays = || message.attachments().filter(|part| is_stray(message, part));
    let html: Vec<_> =
        message.html_bodies().chain(strays()).filter_map(|part| html_of(message, part)).collect();
    let html = (!html.is_empty()).then(|| html.join("\n"));
    let is_text = |part: &&MessagePart<'_>| matches!(part.body, PartType::Text(_));
    let plain = message.text_bodies().chain(strays().filter(is_text));
    let plain = plain.filter_map(|part| plain_of(message, part));
    let plain = plain.map(|text| text.trim_end().to_owned()).collect::<Vec<_>>().join("\n\n");
    let is_blank = plain.trim().is_empty();
    let written = match &html {
        Some(html) if is_blank => markup::text(html),
        _ => plain,
    };
    (text::clean(&written), html)
}

/// Whether a part is the mail's text although the parser takes it for a file: of a mail
/// that was cut off, whose last part never ends.
fn is_stray(message: &Message<'_>, part: &MessagePart<'_>) -> bool {
    let is_file = part.attachment_name().is_some()
        || part.content_disposition().is_some_and(|how| how.is_attachment());
    !is_file
        && match part.body {
            PartType::Text(_) => message.text_body.is_empty() && is_type(part, "text", "plain"),
            PartType::Html(_) => {
                !message.html_bodies().any(|body| matches!(body.body, PartType::Html(_)))
            }
            _ => false,
        }
}

/// The whole of a mail that says it has parts, and has none.
fn undivided(message: &Message<'_>) -> Option<String> {
    let root = message.root_part();
    match &root.body {
        PartType::Text(text) if root.content_type()?.ctype() == "multipart" => {
            Some(text.to_string())
        }
        _ => None,
    }
}

fn html_of<'a>(message: &Message<'_>, part: &'a MessagePart<'_>) -> Option<Cow<'a, str>> {
    match &part.body {
        PartType::Html(html) => Some(repaired(message, part, html)),
        _ => None,
    }
}

fn plain_of(message: &Message<'_>, part: &MessagePart<'_>) -> Option<String> {
    match &part.body {
        PartType::Text(plain) => {
            let plain = repaired(message, part, plain);
            let parameter = |name| part.content_type().and_then(|kind| kind.attribute(name));
            let is = |name, value: &str| {
                parameter(name).is_some_and(|found| found.eq_ignore_ascii_case(value))
            };
            let is_flowed = is("format", "flowed");
            Some(if is_flowed { text::unflow(&plain, is("delsp", "yes")) } else { plain.into() })
        }
        PartType::Html(html) => Some(markup::text(&repaired(message, part, html))),
        _ => None,
    }
}

/// The text of a part that does not say truly which charset it is in.
fn repaired<'a>(message: &Message<'_>, part: &MessagePart<'_>, text: &'a str) -> Cow<'a, str> {
    if text.is_ascii() {
        return text.into();
    }
    let named = part.content_type().and_then(|kind| kind.attribute("charset"));
    let said = named.and_then(|name| Encoded::for_label(name.as_bytes()));
    // What says Latin, as us-ascii does, may be anything.
    let is_doubtful = said == Some(WINDOWS_1252) || is_damaged(text);
    let Some(bytes) = is_doubtful.then(|| undecoded(message, part)).flatten() else {
        return text.into();
    };
    match String::from_utf8(bytes) {
        Ok(text) => text.into(),
        Err(_) if !is_damaged(text) && named.is_some_and(|name| !is_ascii(name)) => text.into(),
        Err(error) => {
            let bytes = error.as_bytes();
            let of_page = meta_charset(bytes).filter(|_| matches!(part.body, PartType::Html(_)));
            of_page.unwrap_or(WINDOWS_1252).decode(bytes).0.into_owned().into()
        }
    }
}

fn is_ascii(name: &str) -> bool {
    name.eq_ignore_ascii_case("us-ascii")
}

/// Whether a text was read in the wrong charset: more of its letters were none than were. One
/// that is cut in the middle of a letter, or has lost one, was not.
fn is_damaged(text: &str) -> bool {
    let (mut lost, mut read) = (0, 0);
    for c in text.chars().filter(|c| !c.is_ascii()) {
        if c == char::REPLACEMENT_CHARACTER { lost += 1 } else { read += 1 }
    }
    lost > read
}

/// The charset that a page names itself, near its beginning.
fn meta_charset(page: &[u8]) -> Option<&'static Encoded> {
    let head = String::from_utf8_lossy(&page[..page.len().min(1024)]).to_ascii_lowercase();
    let (_, after) = head.split_once("charset=")?;
    let name = after.trim_start_matches(['"', '\'', ' ']);
    let end = name.find(|c: char| !(c.is_ascii_alphanumeric() || "-_.:".contains(c)));
    Encoded::for_label(&name.as_bytes()[..end.unwrap_or(name.len())])
}

/// The files, in their order. What only repeats the mail for one program is left out, and
/// so is a date that came twice.
pub fn files(message: &Message<'_>) -> Vec<Part> {
    if undivided(message).is_some() {
        return Vec::new();
    }
    let repeated = alternatives(message);
    let parts = message
        .attachments
        .iter()
        .filter(|id| !repeated.contains(*id))
        .filter_map(|id| message.part(*id))
        .filter(|part| !is_outlooks_own(part) && !is_stray(message, part));
    let mut files: Vec<Part> = parts.take(FILES).filter_map(|part| file(message, part)).collect();
    let mut dates = HashSet::new();
    files.retain(|file| !file.name.ends_with(".ics") || dates.insert(bare(&file.content)));
    files
}

/// A text whose lines end in one way.
fn bare(text: &[u8]) -> Vec<u8> {
    text.trim_ascii_end().iter().copied().filter(|byte| *byte != b'\r').collect()
}

/// Whether a part is what Outlook writes for itself beside a mail, with no file in it.
fn is_outlooks_own(part: &MessagePart<'_>) -> bool {
    let has_file = || part.contents().windows(TNEF_FILE.len()).any(|at| at == TNEF_FILE);
    is_type(part, "application", "ms-tnef") && !has_file()
}

/// The parts that say once more what the text says, for programs that know their kind: they
/// have no name. A date says something else.
fn alternatives(message: &Message<'_>) -> HashSet<u32> {
    if message.text_body.is_empty() && message.html_body.is_empty() {
        return HashSet::new();
    }
    let of = |part: &MessagePart<'_>| match &part.body {
        PartType::Multipart(ids) if is_type(part, "multipart", "alternative") => ids.clone(),
        _ => Vec::new(),
    };
    let repeats = |id: &u32| {
        message.part(*id).is_some_and(|part| {
            matches!(part.body, PartType::Text(_))
                && part.attachment_name().is_none()
                && !is_type(part, "text", "calendar")
        })
    };
    message.parts.iter().flat_map(of).filter(repeats).collect()
}

fn file(message: &Message<'_>, part: &MessagePart<'_>) -> Option<Part> {
    let content = match &part.body {
        PartType::Text(text) | PartType::Html(text) => {
            undecoded_file(message, part).unwrap_or_else(|| text.as_bytes().to_vec())
        }
        PartType::Binary(bytes) | PartType::InlineBinary(bytes) => bytes.to_vec(),
        PartType::Message(inner) => inner_mail(message, part, inner),
        PartType::Multipart(_) => return None,
    };
    Some(Part { name: name(part), content })
}

/// A file of text stays in the charset that it was sent in.
fn undecoded_file(message: &Message<'_>, part: &MessagePart<'_>) -> Option<Vec<u8>> {
    let charset = part.content_type()?.attribute("charset")?;
    (!charset.eq_ignore_ascii_case("utf-8")).then(|| undecoded(message, part)).flatten()
}

/// The bytes of a text, in its charset.
fn undecoded(message: &Message<'_>, part: &MessagePart<'_>) -> Option<Vec<u8>> {
    let raw = raw_body(message, part)?;
    match part.encoding {
        Encoding::None => Some(raw.to_vec()),
        Encoding::Base64 => base64_decode(raw),
        Encoding::QuotedPrintable => quoted_printable_decode(raw),
    }
}

fn raw_body<'a>(message: &'a Message<'_>, part: &MessagePart<'_>) -> Option<&'a [u8]> {
    let (start, end) = (part.raw_body_offset() as usize, part.raw_end_offset() as usize);
    message.raw_message().get(start..end)
}

/// A mail within the mail, as it was forwarded.
fn inner_mail(message: &Message<'_>, part: &MessagePart<'_>, inner: &Message<'_>) -> Vec<u8> {
    if part.encoding == Encoding::None {
        raw_body(message, part).unwrap_or_default().to_vec()
    } else {
        inner.raw_message().to_vec()
    }
}

fn name(part: &MessagePart<'_>) -> String {
    if let Some(sent) = part.attachment_name() {
        let decoded = decoded(sent);
        return file_name(&decoded);
    }
    if let PartType::Message(inner) = &part.body {
        let subject = excerpt(&text::clean(inner.subject().unwrap_or_default()), 80);
        let stem = if subject.is_empty() { "Forwarded mail".to_owned() } else { subject };
        return file_name(&format!("{}.eml", stem.replace(['/', '\\'], "-")));
    }
    let kind = part.content_type();
    let main = kind.map_or("text", |kind| kind.ctype());
    let sub = kind.and_then(|kind| kind.subtype()).unwrap_or("plain");
    let (stem, ending) = match (&*main.to_ascii_lowercase(), &*sub.to_ascii_lowercase()) {
        ("text", "plain") => ("text", "txt"),
        ("text", "html") => ("page", "html"),
        ("text", "calendar") => ("invite", "ics"),
        ("image", "jpeg") => ("image", "jpg"),
        ("image", "svg+xml") => ("image", "svg"),
        ("image", _) => ("image", sub),
        ("audio", _) => ("audio", sub),
        ("video", _) => ("video", sub),
        ("application", "pdf") => ("document", "pdf"),
        ("application", "pgp-signature") => ("signature", "asc"),
        ("application", "pkcs7-signature" | "x-pkcs7-signature") => ("smime", "p7s"),
        _ => ("file", "bin"),
    };
    file_name(&format!("{stem}.{ending}"))
}

/// Some programs write encoded words where the standard has no place for them.
fn decoded(name: &str) -> String {
    if !name.contains("=?") {
        return name.to_owned();
    }
    let header = format!("Subject: {name}\r\n\r\n");
    let read = mail_parser::MessageParser::default().parse_headers(&header);
    let subject = read.as_ref().and_then(|message| message.subject());
    subject.unwrap_or(name).to_owned()
}
