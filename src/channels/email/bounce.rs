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

/// What stands in subjects of mails that are merely late, and of those that came back, in
/// lower case.
const LATE: [&str; 2] = ["delay", "warning"];
const RETURNED: [&str; 12] = [
    "failure",
    "failed",
    "undeliver",
    "returned mail",
    "returning message",
    "returned to sender",
    "unzustellbar",
    "nicht zustellbar",
    "nicht zugestellt",
    "non remis",
    "no entregado",
    "mancato recapito",
];
/// Headers with which the copy of a mail begins, and nothing else.
const COPIED: [&str; 5] =
    ["message-id", "received", "return-path", "mime-version", "dkim-signature"];

/// A report of a mail server, or of a mail program.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// The Message-IDs of the mails that it is about.
    pub of: Vec<String>,
    /// Their subjects, and where their answers go: some services that send mails give them
    /// another Message-ID, and leave our tokens there.
    pub named_in: Vec<String>,
    /// Whether the mail will not arrive: not merely late, or read.
    pub has_failed: bool,
    /// Whom it did not reach; empty where that is not said.
    pub address: String,
    /// In the server's words, with the address.
    pub reason: String,
}

/// The report that a mail is; `None` where it is a letter.
pub fn read(message: &Message<'_>) -> Option<Report> {
    let is_report = is_type(message.root_part(), "multipart", "report");
    let status = message.parts.iter().find(|part| is_type(part, "message", "delivery-status"));
    match status {
        Some(status) => Some(standard(message, status)),
        None if is_report => Some(returned(message).answering(message)),
        None => as_letter(message),
    }
}

fn standard(message: &Message<'_>, status: &MessagePart<'_>) -> Report {
    let mut report = returned(message).answering(message);
    let mut reason = String::new();
    // A block of fields for each address; the first one that failed is told.
    for block in unfolded(&text_of(status)).split("\n\n") {
        let field = |name: &str| block.lines().find_map(|line| value(line, name));
        let has_this_failed =
            field("action").is_some_and(|action| action.eq_ignore_ascii_case("failed"));
        if !has_this_failed || report.has_failed {
            continue;
        }
        report.has_failed = true;
        let after_kind =
            |text: &str| text.split_once(';').map_or(text, |(_, rest)| rest).trim().to_owned();
        report.address = field("final-recipient")
            .or_else(|| field("original-recipient"))
            .map(after_kind)
            .unwrap_or_default();
        reason = match (field("diagnostic-code").map(after_kind), field("status")) {
            (Some(words), _) => words,
            (None, Some(code)) => format!("status {code}"),
            (None, None) => String::new(),
        };
    }
    if report.has_failed {
        report.reason = told(&report.address, &reason);
    }
    report
}

/// Servers that do not know the standard write a letter, with the mail below.
fn as_letter(message: &Message<'_>) -> Option<Report> {
    let failed = message.header_raw("X-Failed-Recipients").map(str::trim);
    let from = message.from().and_then(|from| from.first()).and_then(|from| from.address());
    let local = from.and_then(|address| address.split('@').next()).unwrap_or_default();
    let is_from = |name: &str| local.eq_ignore_ascii_case(name);
    let is_report = failed.is_some() || is_from("mailer-daemon");
    if !is_report && !is_from("postmaster") {
        return None;
    }
    let words: Vec<String> = message.text_bodies().map(text_of).collect();
    let words = words.join("\n");
    let lines: Vec<&str> = words.lines().take(LINES).map(str::trim).collect();
    let bare: Vec<&str> = lines.iter().map(|line| line.trim_start_matches(['>', ' '])).collect();
    let copy = copied(&bare);
    let mut report = returned(message);
    for line in &bare[copy..] {
        report.of.extend(value(line, "message-id").and_then(message_id));
        let marks = ["subject", "reply-to"].into_iter().filter_map(|name| value(line, name));
        report.named_in.extend(marks.map(str::to_owned));
    }
    // Behind that name there may be a person.
    if !is_report && report.of.is_empty() {
        return None;
    }
    let subject = message.subject().unwrap_or_default().to_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| subject.contains(word));
    let reason = lines[..copy].iter().find(|line| is_refusal(line)).copied().unwrap_or_default();
    let is_final = failed.is_some() || !reason.is_empty() || says(&RETURNED);
    if is_final && (says(&RETURNED) || !says(&LATE)) {
        let one = failed.and_then(|all| all.split(',').next()).unwrap_or_default();
        report.has_failed = true;
        report.address = one.trim().to_owned();
        report.reason = told(failed.unwrap_or_default(), reason);
    }
    Some(report.answering(message))
}

/// The line at which the copy of the mail begins: what stands from there on was said by
/// nobody but ourselves.
fn copied(lines: &[&str]) -> usize {
    let is_certain = |line: &&str| COPIED.iter().any(|name| value(line, name).is_some());
    let is_header = |line: &&str| {
        let name = line.split_once(':').map_or("", |(name, _)| name);
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    let Some(certain) = lines.iter().position(is_certain) else { return lines.len() };
    lines[..certain].iter().rposition(|line| !is_header(line)).map_or(0, |at| at + 1)
}

/// Whether a server's answer stands in a line by which it refuses a mail for good: its code
/// (RFC 5321, 4.2.1) at the beginning or behind a colon, or the one of RFC 3463.
fn is_refusal(line: &str) -> bool {
    let is_code = |text: &str| {
        let text = text.trim_start_matches([' ', '<', '"', '\'', '(']);
        let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        let is_apart = !text[end..].starts_with(|c: char| c.is_alphanumeric() || ".,/".contains(c));
        end == 3 && text.starts_with('5') && is_apart
    };
    is_code(line)
        || line.match_indices(':').any(|(at, _)| is_code(&line[at + 1..]))
        || line.split(|c: char| !c.is_ascii_digit() && c != '.').any(is_status)
}

/// Whether a word is a status of RFC 3463 that lasts: `5.1.1`.
fn is_status(word: &str) -> bool {
    let parts: Vec<&str> = word.trim_end_matches('.').split('.').collect();
    let [class, subject, detail] = parts[..] else { return false };
    class == "5" && [subject, detail].iter().all(|part| (1..=3).contains(&part.len()))
}

/// What a report tells of the mails that it has with it, or of their headers.
fn returned(message: &Message<'_>) -> Report {
    let mut report = Report::default();
    for part in &message.parts {
        match &part.body {
            PartType::Message(inner) => report.add(inner),
            _ if is_type(part, "text", "rfc822-headers")
                || is_type(part, "message", "rfc822-headers")
                || is_type(part, "message", "global-headers") =>
            {
                let headers = text_of(part) + "\r\n\r\n";
                if let Some(inner) = MessageParser::default().parse_headers(headers.as_bytes()) {
                    report.add(&inner);
                }
            }
            // Of a mail that was read (RFC 8098).
            _ if is_type(part, "message", "disposition-notification") => {
                let fields = unfolded(&text_of(part));
                let of = fields.lines().find_map(|line| value(line, "original-message-id"));
                report.of.extend(of.and_then(message_id));
            }
            _ => {}
        }
    }
    report
}

impl Report {
    fn add(&mut self, returned: &Message<'_>) {
        self.of.extend(returned.message_id().and_then(message_id));
        self.named_in.extend(returned.subject().map(str::to_owned));
        let answers = returned.reply_to().and_then(|to| to.first()).and_then(|to| to.address());
        self.named_in.extend(answers.map(str::to_owned));
    }

    /// With the mails that the report itself answers, and no more than are looked at.
    fn answering(mut self, message: &Message<'_>) -> Self {
        let headers = [HeaderName::References, HeaderName::InReplyTo];
        self.of.extend(headers.into_iter().filter_map(|name| message.header(name)).flat_map(ids));
        self.of.truncate(ORIGINALS);
        self.named_in.truncate(ORIGINALS);
        self
    }
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
    excerpt(&text::clean_line(&words), REASON_MAX)
}
