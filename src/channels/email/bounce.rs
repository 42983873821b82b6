//! What mail servers say of mails that they could not deliver (RFC 3464), in the
//! standard's form or as a letter.

use mail_parser::{HeaderName, Message, MessageParser, MessagePart, PartType};

use super::letter::{ids, is_type, message_id, text_of};
use super::text;
use crate::models::text::excerpt;

/// The longest reason, in characters.
const REASON_MAX: usize = 300;
/// How much of a letter is looked through, in lines.
const LINES: usize = 2_000;
/// Of how many mails a report is at most.
const ORIGINALS: usize = 20;

/// A report of a mail server, or of a mail program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The Message-IDs of the mails that it is about.
    pub of: Vec<String>,
    /// Whether the mail will not arrive: not merely late, or read.
    pub has_failed: bool,
    /// In the server's words, with the address.
    pub reason: String,
}

/// The report that a mail is; `None` where it is a letter.
pub fn read(message: &Message<'_>) -> Option<Report> {
    let is_report = is_type(message.root_part(), "multipart", "report");
    let status = message.parts.iter().find(|part| is_type(part, "message", "delivery-status"));
    match status {
        Some(status) => Some(standard(message, status)),
        None if is_report => {
            Some(Report { of: originals(message), has_failed: false, reason: String::new() })
        }
        None => as_letter(message),
    }
}

fn standard(message: &Message<'_>, status: &MessagePart<'_>) -> Report {
    let mut address = String::new();
    let mut reason = String::new();
    let mut has_failed = false;
    // A block of fields for each address; the first one that failed is told.
    for block in unfolded(&text_of(status)).split("\n\n") {
        let field = |name: &str| block.lines().find_map(|line| value(line, name));
        let has_this_failed =
            field("action").is_some_and(|action| action.eq_ignore_ascii_case("failed"));
        if !has_this_failed || has_failed {
            continue;
        }
        has_failed = true;
        let after_kind =
            |text: &str| text.split_once(';').map_or(text, |(_, rest)| rest).trim().to_owned();
        address = field("final-recipient")
            .or_else(|| field("original-recipient"))
            .map(after_kind)
            .unwrap_or_default();
        reason = match (field("diagnostic-code").map(after_kind), field("status")) {
            (Some(words), _) => words,
            (None, Some(code)) => format!("status {code}"),
            (None, None) => String::new(),
        };
    }
    let reason = if has_failed { told(&address, &reason) } else { String::new() };
    Report { of: originals(message), has_failed, reason }
}

/// Servers that do not know the standard write a letter, with the mail below.
fn as_letter(message: &Message<'_>) -> Option<Report> {
    let failed = message.header_raw("X-Failed-Recipients").map(str::trim);
    let from = message.from().and_then(|from| from.first()).and_then(|from| from.address());
    let is_from_system = from
        .and_then(|address| address.split('@').next())
        .is_some_and(|local| local.eq_ignore_ascii_case("mailer-daemon"));
    if failed.is_none() && !is_from_system {
        return None;
    }
    let words: Vec<String> = message.text_bodies().map(text_of).collect();
    let words = words.join("\n");
    let mut of = originals(message);
    for line in words.lines().take(LINES) {
        of.extend(value(line.trim_start_matches(['>', ' ']), "message-id").and_then(message_id));
    }
    of.truncate(ORIGINALS);
    let is_code = |line: &&str| {
        line.split(|c: char| !c.is_ascii_digit())
            .any(|code| code.len() == 3 && code.starts_with('5'))
    };
    let subject = message.subject().unwrap_or_default().to_lowercase();
    let is_final = !["delayed", "warning"].iter().any(|word| subject.contains(word));
    let reason = words.lines().take(LINES).map(str::trim).find(is_code).unwrap_or_default();
    let reason = told(failed.unwrap_or_default(), reason);
    Some(Report { of, has_failed: is_final && (failed.is_some() || !reason.is_empty()), reason })
}

/// The mails that a report has with it, or their headers, and those that it answers.
fn originals(message: &Message<'_>) -> Vec<String> {
    let mut of = Vec::new();
    for part in &message.parts {
        let id = match &part.body {
            PartType::Message(inner) => inner.message_id().map(str::to_owned),
            _ if is_type(part, "text", "rfc822-headers")
                || is_type(part, "message", "rfc822-headers")
                || is_type(part, "message", "global-headers") =>
            {
                let headers = text_of(part) + "\r\n\r\n";
                let inner = MessageParser::default().parse_headers(headers.as_bytes());
                inner.and_then(|inner| inner.message_id().map(str::to_owned))
            }
            // Of a mail that was read (RFC 8098).
            _ if is_type(part, "message", "disposition-notification") => unfolded(&text_of(part))
                .lines()
                .find_map(|line| value(line, "original-message-id").map(str::to_owned)),
            _ => None,
        };
        of.extend(id.as_deref().and_then(message_id));
    }
    let headers = [HeaderName::References, HeaderName::InReplyTo];
    of.extend(headers.into_iter().filter_map(|name| message.header(name)).flat_map(ids));
    of.truncate(ORIGINALS);
    of
}

fn unfolded(fields: &str) -> String {
    let fields = text::clean(fields);
    fields.replace("\n ", " ").replace("\n\t", " ")
}

/// The value of a field, if a line is one of this name.
fn value<'a>(line: &'a str, name: &str) -> Option<&'a str> {
    let (found, value) = line.split_once(':')?;
    found.trim().eq_ignore_ascii_case(name).then(|| value.trim()).filter(|value| !value.is_empty())
}

fn told(address: &str, reason: &str) -> String {
    let words = match (address, reason) {
        ("", "") => "The receiving server sent it back.".to_owned(),
        ("", reason) => reason.to_owned(),
        (address, "") => format!("{address}: the receiving server sent it back."),
        (_, reason) if reason.contains(address) => reason.to_owned(),
        (address, reason) => format!("{address}: {reason}"),
    };
    excerpt(&text::clean(&words), REASON_MAX)
}
