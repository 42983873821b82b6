//! A raw mail read, whatever is in it: pure, and without an end that is not an answer.

use std::borrow::Cow;
use std::panic::{AssertUnwindSafe, catch_unwind};

use mail_parser::{
    Addr, Address, HeaderName, HeaderValue, Message, MessageParser, MessagePart, MimeHeaders,
    PartType,
};

use super::bounce::{self, Report};
use super::{answer, bounds, fingerprint, markup, page, parts, quoting, text, writer};
use crate::models::address::{self, Address as Shown};
use crate::models::receive::{self, Writer};
use crate::models::text::{self as checks, NAME_MAX};
use crate::models::token::Signer;
use crate::models::{reply_token, thread_token};

/// The most Message-IDs that are kept of those that a mail answers, and the longest.
const REFS: usize = 50;
const ID_MAX: usize = 500;
/// The longest subject, in characters.
const SUBJECT_MAX: usize = 300;
/// The most addresses that are kept of a list.
const ADDRESSES: usize = 100;

/// A file that came with a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    pub name: String,
    pub content: Vec<u8>,
}

/// A mail as it was read.
#[derive(Clone, Debug, Default)]
pub struct Letter {
    /// The Message-ID without its brackets; empty where it has none.
    pub header_id: String,
    /// The Message-IDs that it answers, the oldest first.
    pub refs: Vec<String>,
    pub subject: String,
    /// As it was written; may be empty.
    pub from_name: String,
    /// Lower-cased; empty where it is no address.
    pub from_address: String,
    /// As `Name <address>`.
    pub to: Vec<String>,
    pub cc: Vec<String>,
    /// As `Name <address>`, one per line, when not the sender's alone.
    pub reply_to: Option<String>,
    /// The address at which a list takes mail, where it came by one.
    pub list: String,
    /// The addresses that it was sent to, in which a token may be.
    pub recipients: Vec<String>,
    pub body: String,
    /// The quoted history and the signature.
    pub quoted: String,
    /// Both as they were written, for an answer to a mail of ours.
    pub written: String,
    /// The HTML as it was written.
    pub html: Option<String>,
    pub files: Vec<Part>,
    pub writer: Writer,
    pub report: Option<Report>,
}

/// What stands in the place of a mail that cannot be read.
const UNREAD: &str = "This mail could not be read. Download its original to see what came.";

/// What stands in the place of a mail in which there is nothing that can be shown.
const EMPTY: &str = "There is no text in this mail. Download its original to see what came.";

/// Reads a mail. What cannot be read becomes one that says so.
pub fn read(raw: &[u8]) -> Letter {
    let raw = with_known_letters(prepared(raw));
    let raw = raw.as_ref();
    match message(raw) {
        Ok(message) => catch_unwind(AssertUnwindSafe(|| letter(&message)))
            .unwrap_or_else(|_| unreadable(raw, UNREAD)),
        Err(words) => unreadable(raw, &words),
    }
}

/// A mail that is [`prepared`], in its parts.
///
/// # Errors
/// What the reader is told in its place.
pub(super) fn message(raw: &[u8]) -> Result<Message<'_>, String> {
    bounds::check(raw)?;
    // The parser says that it never panics; if it does, the mail must not be lost.
    let parsed = catch_unwind(AssertUnwindSafe(|| MessageParser::default().parse(raw)));
    parsed.ok().flatten().filter(is_mail).ok_or_else(|| UNREAD.to_owned())
}

impl Letter {
    /// The letter as the models take it, with the conversation that its tokens name.
    /// `us` is whom mails of Baton's own are from. With the files, which wait to be stored.
    pub fn checked(
        self,
        signer: &Signer,
        us: &Shown,
        raw: &[u8],
    ) -> (receive::IncomingMail, Vec<Part>) {
        let in_subject = |one: &String| thread_token::in_subject(signer, one);
        let in_address = |one: &String| thread_token::in_address(signer, one);
        let returned = self.report.iter().flat_map(|report| &report.named_in);
        let named = in_subject(&self.subject)
            .or_else(|| self.recipients.iter().find_map(in_address))
            .or_else(|| returned.clone().find_map(in_subject))
            .or_else(|| returned.clone().find_map(in_address));
        let from = self.from_address.as_str();
        let answers = reply_token::in_subject(signer, &self.subject, from).or_else(|| {
            self.recipients.iter().find_map(|one| reply_token::in_address(signer, one, from))
        });
        let name = match (&*self.from_name, &*self.from_address) {
            ("", "") => "Unknown sender".to_owned(),
            ("", address) => checks::excerpt(address, NAME_MAX),
            (name, _) => checks::excerpt(name, NAME_MAX),
        };
        let is_empty = self.body.trim().is_empty()
            && self.quoted.trim().is_empty()
            && self.html.is_none()
            && self.files.is_empty();
        let bounce = self.report.filter(|report| report.has_failed).map(|report| receive::Bounce {
            of: report.of,
            recipient: checks::email(&report.address).ok(),
            reason: report.reason,
        });
        let body = match answers {
            Some(_) => text::bounded(answer::own_words(&self.written, us)),
            None if is_empty => EMPTY.to_owned(),
            None => self.body,
        };
        let letter = receive::IncomingMail {
            header_id: self.header_id,
            refs: self.refs,
            named,
            answer: answers,
            subject: thread_token::without_tag(signer, &self.subject),
            from_name: name,
            from_address: self.from_address,
            to_list: self.to.join("\n"),
            cc_list: self.cc.join("\n"),
            reply_to: self.reply_to,
            list: self.list,
            own: quoting::unquoted(&body),
            body,
            quoted: self.quoted,
            has_html: self.html.is_some(),
            has_remote_images: self.html.as_deref().is_some_and(page::names_pictures_elsewhere),
            writer: self.writer,
            bounce,
            came_at: None,
            fingerprint: fingerprint::fingerprint(&prepared(raw)),
            files: Vec::new(),
            quoting_file: None,
            original: Default::default(),
        };
        (letter, self.files)
    }
}

/// Without what some servers put before a mail that they pipe, and with line ends that
/// every reader knows.
pub(super) fn prepared(raw: &[u8]) -> Cow<'_, [u8]> {
    let raw = raw.strip_prefix(b"\xef\xbb\xbf").unwrap_or(raw);
    match raw.iter().position(|byte| *byte == b'\n') {
        Some(end) if raw.starts_with(b"From ") => raw[end + 1..].into(),
        Some(_) => raw.into(),
        None => raw.iter().map(|byte| if *byte == b'\r' { b'\n' } else { *byte }).collect(),
    }
}

/// With headers that are UTF-8 (RFC 6532): older programs write the bytes of Latin letters.
fn with_known_letters(raw: Cow<'_, [u8]>) -> Cow<'_, [u8]> {
    let ends = [&b"\n\n"[..], b"\n\r\n"].map(|end| find(&raw, end));
    let Some(end) = ends.into_iter().flatten().min() else { return raw };
    let (head, rest) = raw.split_at(end);
    if std::str::from_utf8(head).is_ok() {
        return raw;
    }
    let (head, _) = encoding_rs::WINDOWS_1252.decode_without_bom_handling(head);
    [head.as_bytes(), rest].concat().into()
}

fn find(within: &[u8], what: &[u8]) -> Option<usize> {
    within.windows(what.len()).position(|at| at == what)
}

/// Whether there is anything by which a mail is one.
fn is_mail(message: &Message<'_>) -> bool {
    let known = [
        HeaderName::From,
        HeaderName::To,
        HeaderName::Subject,
        HeaderName::Date,
        HeaderName::MessageId,
        HeaderName::Received,
        HeaderName::ReturnPath,
    ];
    known.into_iter().any(|name| message.header(name).is_some())
}

/// What can be said of a mail that was not read.
fn unreadable(raw: &[u8], words: &str) -> Letter {
    let head = &raw[..raw.len().min(64 * 1024)];
    let headers = catch_unwind(|| {
        let message = MessageParser::default().parse_headers(head)?;
        is_mail(&message).then(|| headers(&message))
    });
    let letter = headers.ok().flatten().unwrap_or_default();
    let subject = match letter.subject.trim() {
        "" => "A mail that could not be read".to_owned(),
        subject => subject.to_owned(),
    };
    Letter { subject, body: words.to_owned(), written: words.to_owned(), ..letter }
}

fn letter(message: &Message<'_>) -> Letter {
    let report = bounce::read(message);
    let (written, html) = parts::words(message);
    let mut letter = headers(message);
    let subject = message.subject().unwrap_or_default();
    let (body, quoted) = quoting::split(&written, subject, !letter.refs.is_empty());
    if let Some(report) = &report {
        letter.refs.extend(report.of.iter().cloned());
    }
    letter.writer = if report.is_some() { Writer::AutoReply } else { letter.writer };
    Letter {
        body: text::bounded(body),
        quoted: text::bounded(quoted),
        written,
        html,
        files: if report.is_some() { Vec::new() } else { parts::files(message) },
        report,
        ..letter
    }
}

fn headers(message: &Message<'_>) -> Letter {
    let from = message.from().or_else(|| message.sender()).and_then(first);
    let (from_name, from_address) = from.map(person).unwrap_or_default();
    let ids = |name| message.header(name).map(ids).unwrap_or_default();
    let mut refs = last(ids(HeaderName::References));
    // What it answers directly is the last, and some programs write only that.
    for id in last(ids(HeaderName::InReplyTo)) {
        refs.retain(|known| *known != id);
        refs.push(id);
    }
    let refs = last(refs);
    Letter {
        header_id: ids(HeaderName::MessageId).pop().unwrap_or_default(),
        refs,
        subject: checks::excerpt(
            &text::clean_line(message.subject().unwrap_or_default()),
            SUBJECT_MAX,
        ),
        reply_to: elsewhere(message.reply_to(), &from_address),
        from_name,
        from_address,
        to: list(message.to()),
        cc: list(message.cc()),
        recipients: recipients(message),
        list: writer::list(message),
        writer: writer::of(message),
        ..Letter::default()
    }
}

/// Where answers go, as `Name <address>` a line each; `None` where that is to the sender
/// alone.
fn elsewhere(named: Option<&Address<'_>>, from: &str) -> Option<String> {
    let all = named.into_iter().flat_map(Address::iter).take(ADDRESSES).map(person);
    let all: Vec<Shown> = all
        .filter(|(_, address)| !address.is_empty())
        .map(|(name, address)| Shown::new(&name, address))
        .collect();
    all.iter().any(|one| one.email != from).then(|| address::to_store(&all))
}

/// The last of them, as many as a letter keeps.
fn last(mut ids: Vec<String>) -> Vec<String> {
    ids.drain(..ids.len().saturating_sub(REFS));
    ids
}

fn first<'a>(address: &'a Address<'a>) -> Option<&'a Addr<'a>> {
    address.iter().find(|one| one.address().is_some()).or_else(|| address.first())
}

/// A name, and the address where it is one.
fn person(addr: &Addr<'_>) -> (String, String) {
    let typed = addr.address().unwrap_or_default();
    let address = checks::email(typed).unwrap_or_default();
    let name = checks::excerpt(&text::clean_line(addr.name().unwrap_or_default()), NAME_MAX);
    let name = name.trim_matches(['"', '\'', ' ']);
    let shown = if name.is_empty() && address.is_empty() {
        text::clean_line(typed)
    } else {
        name.to_owned()
    };
    (checks::excerpt(&shown, NAME_MAX), address)
}

fn list(address: Option<&Address<'_>>) -> Vec<String> {
    let Some(address) = address else { return Vec::new() };
    let shown = |addr: &Addr<'_>| match person(addr) {
        (name, address) if name.is_empty() => address,
        (name, address) if address.is_empty() => name,
        (name, address) => Shown::new(&name, address).to_string(),
    };
    address.iter().take(ADDRESSES).map(shown).filter(|one| !one.is_empty()).collect()
}

/// Every address that says where the mail went; servers tell it in several ways.
fn recipients(message: &Message<'_>) -> Vec<String> {
    let of = |address: Option<&Address<'_>>| -> Vec<String> {
        let all = address.into_iter().flat_map(Address::iter).take(ADDRESSES);
        all.filter_map(Addr::address).map(str::to_owned).collect()
    };
    let told = ["Delivered-To", "X-Original-To", "Envelope-To"].into_iter().filter_map(|name| {
        let value = message.header_raw(name)?;
        Some(value.trim().trim_matches(['<', '>']).to_owned())
    });
    of(message.to()).into_iter().chain(of(message.cc())).chain(told).collect()
}

/// The Message-IDs of a header, without their brackets.
pub(super) fn ids(value: &HeaderValue<'_>) -> Vec<String> {
    let found: Vec<&str> = match value {
        HeaderValue::Text(id) => vec![id],
        HeaderValue::TextList(ids) => ids.iter().map(AsRef::as_ref).collect(),
        _ => Vec::new(),
    };
    found.into_iter().filter_map(message_id).collect()
}

/// A Message-ID without its brackets; `None` where it is none, or too long to keep.
pub(super) fn message_id(written: &str) -> Option<String> {
    let bare = written.trim().trim_matches(['<', '>']);
    let is_id = (1..=ID_MAX).contains(&bare.len())
        && !bare.chars().any(|c| c.is_control() || c.is_whitespace());
    is_id.then(|| bare.to_owned())
}

/// Whether a part is of this type.
pub(super) fn is_type(part: &MessagePart<'_>, kind: &str, subtype: &str) -> bool {
    part.is_content_type(kind, subtype)
}

/// The text of a part of whatever kind.
pub(super) fn text_of(part: &MessagePart<'_>) -> String {
    match &part.body {
        PartType::Text(text) => text.to_string(),
        PartType::Html(html) => markup::text(html),
        PartType::Binary(bytes) | PartType::InlineBinary(bytes) => {
            String::from_utf8_lossy(bytes).into_owned()
        }
        PartType::Message(_) | PartType::Multipart(_) => String::new(),
    }
}
