//! A reply as a mail: plain text and HTML, files, and what was said before, written
//! to a file so that its size costs no memory.

use std::fs::File;
use std::io::{BufWriter, Seek, Write};

use askama::Template;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use futures_util::TryStreamExt;
use mail_builder::MessageBuilder;
use mail_builder::headers::Header;
use mail_builder::headers::address::Address as Mailbox;
use mail_builder::headers::content_type::ContentType;
use mail_builder::headers::message_id::MessageId;
use mail_builder::mime::{MimePart, make_boundary};

use crate::files::Store;
use crate::mail::smtp::Envelope;
use crate::mail::{self, MailError, header_text, with_ascii_domain};
use crate::models::address::Address;
use crate::models::attachment::Attachment;
use crate::models::sending::letter::{OutgoingMail, Said};
use crate::models::token::Signer;
use crate::models::{reply_token, text, thread_token};
use crate::rich::{self, Markup};

/// The longest subject, in characters, before the thread's mark.
const SUBJECT_MAX: usize = 250;
/// What all of the quoted history may be, in bytes.
const HISTORY_MAX: usize = 40_000;
/// Bytes of a file that make a line of 76 characters.
const LINE: usize = 57;

/// The HTML form.
#[derive(Template)]
#[template(path = "mail/reply.html")]
struct Html {
    body: Markup,
    signatures: Vec<Markup>,
    history: Vec<(String, Markup)>,
}

/// Whom a letter is for, as the server is told.
///
/// # Errors
/// [`MailError`] for an address that is none.
pub fn envelope(letter: &OutgoingMail) -> Result<Envelope, MailError> {
    let address = |of: &Address| mail::address(&of.email);
    let all = |of: &[Address]| of.iter().map(address).collect::<Result<Vec<_>, _>>();
    let to = all(&letter.to)?;
    if to.is_empty() {
        return Err(MailError::Permanent("There is no address that mail can go to.".into()));
    }
    Ok(Envelope { from: address(&letter.from)?, to, cc: all(&letter.cc)? })
}

/// Writes a letter to the beginning of `out`, with the files as the store gives them.
///
/// # Errors
/// [`MailError`]: what cannot be put together now may be when the store is back.
pub async fn write(
    letter: &OutgoingMail,
    signer: &Signer,
    store: &Store,
    out: File,
) -> Result<File, MailError> {
    let mut out = BufWriter::new(out);
    let boundary = make_boundary("_");
    let mut head = Vec::new();
    message(letter, signer, &boundary)?.serialize(&mut head);
    // The builder has ended what the files belong into.
    let end = format!("\r\n--{boundary}--\r\n");
    let open = head.len().checked_sub(end.len()).filter(|at| head[*at..] == *end.as_bytes());
    let Some(open) = open else {
        return Err(MailError::Permanent("The mail could not be put together.".into()));
    };
    head.truncate(open);
    out.write_all(&head).map_err(unwritable)?;
    for file in &letter.files {
        attach(file, store, &boundary, &mut out).await?;
    }
    out.write_all(end.as_bytes()).map_err(unwritable)?;
    let mut file = out.into_inner().map_err(|error| unwritable(error.into_error()))?;
    file.rewind().map_err(unwritable)?;
    Ok(file)
}

/// The message with everything but the files, which is the first part of its body.
fn message<'x>(
    letter: &'x OutgoingMail,
    signer: &Signer,
    boundary: &'x str,
) -> Result<MessageBuilder<'x>, MailError> {
    let html = html(letter).map_err(|error| {
        MailError::Permanent(format!("The mail could not be written: {error}."))
    })?;
    let both = vec![MimePart::new("text/plain", plain(letter)), MimePart::new("text/html", html)];
    let mixed = ContentType::new("multipart/mixed").attribute("boundary", boundary);
    let token = thread_token::token(signer, letter.conversation_id);
    let answers = reply_token::reply_to(&letter.mailbox, &token);
    let mut message = MessageBuilder::new()
        .from(mailbox(&letter.from))
        .to(mailboxes(&letter.to))
        .reply_to(mailbox(&Address::new(&letter.from.name, answers.address)))
        .subject(subject(letter, signer, answers.tag))
        .date(letter.written_at.to_chrono().timestamp())
        .message_id(letter.header_id.as_str())
        .body(MimePart::new(mixed, vec![MimePart::new("multipart/alternative", both)]));
    if !letter.cc.is_empty() {
        message = message.cc(mailboxes(&letter.cc));
    }
    if let Some(last) = letter.refs.last() {
        message = message
            .in_reply_to(last.as_str())
            .references(MessageId::new_list(letter.refs.iter().map(String::as_str)));
    }
    Ok(message)
}

fn mailbox(of: &Address) -> Mailbox<'static> {
    let name = Some(header_text(&of.name)).filter(|name| !name.is_empty());
    Mailbox::new_address(name, with_ascii_domain(&of.email))
}

fn mailboxes(of: &[Address]) -> Mailbox<'static> {
    Mailbox::new_list(of.iter().map(mailbox).collect())
}

/// One line, whatever is in it, with the mark of the thread where the address has none.
fn subject(letter: &OutgoingMail, signer: &Signer, tag: Option<String>) -> String {
    let plain = thread_token::without_tag(signer, &letter.subject);
    let plain: String = plain.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let plain = header_text(&text::excerpt(&plain, SUBJECT_MAX));
    match tag {
        Some(tag) => format!("{plain} {tag}"),
        None => plain,
    }
}

fn plain(letter: &OutgoingMail) -> String {
    let mut out = letter.body.clone();
    for (index, signature) in letter.signatures.iter().enumerate() {
        out.push_str(if index == 0 { "\n\n-- \n" } else { "\n" });
        out.push_str(signature.trim_end());
    }
    for said in quoted(letter) {
        out.push_str("\n\n");
        out.push_str(&introduction(said, &letter.time_zone));
        for line in said.body.lines() {
            out.push('\n');
            out.push_str(if line.starts_with('>') || line.is_empty() { ">" } else { "> " });
            out.push_str(line);
        }
    }
    out.push('\n');
    out
}

fn html(letter: &OutgoingMail) -> askama::Result<String> {
    let as_html = |said: &Said| {
        if said.is_markdown() { rich::markdown(&said.body, &[]) } else { rich::html(&said.body) }
    };
    Html {
        body: rich::markdown(&letter.body, &[]),
        signatures: letter.signatures.iter().map(|text| rich::markdown(text, &[])).collect(),
        history: quoted(letter)
            .map(|said| (introduction(said, &letter.time_zone), as_html(said)))
            .collect(),
    }
    .render()
}

/// What was said before, as far as there is room for it.
fn quoted(letter: &OutgoingMail) -> impl Iterator<Item = &Said> {
    let mut room = HISTORY_MAX;
    letter.history.iter().filter(|said| !said.body.trim().is_empty()).take_while(move |said| {
        let fits = said.body.len() <= room;
        room = room.saturating_sub(said.body.len());
        fits
    })
}

/// `On 24 November 2026, 10:41, Hanna Lindqvist wrote:`
fn introduction(said: &Said, time_zone: &str) -> String {
    let zone = text::time_zone(time_zone).unwrap_or(chrono_tz::UTC);
    let at = said.at.to_chrono().with_timezone(&zone).format("%-d %B %Y, %H:%M");
    format!("On {at}, {} wrote:", said.name)
}

/// What a file is: as its content says or, where that says nothing, as in text, its name.
fn kind(file: &Attachment) -> String {
    let is_known = file.content_type != mime_guess::mime::APPLICATION_OCTET_STREAM.as_ref();
    let by_name = mime_guess::from_path(&file.name).first();
    by_name
        // Those are never written in base64 (RFC 2046, 5.2.1).
        .filter(|kind| !is_known && !["message", "multipart"].contains(&kind.type_().as_str()))
        .map_or_else(|| file.content_type.clone(), |kind| kind.to_string())
}

/// Writes a file as a part, a line at a time.
async fn attach(
    file: &Attachment,
    store: &Store,
    boundary: &str,
    out: &mut impl Write,
) -> Result<(), MailError> {
    let mut head = format!("\r\n--{boundary}\r\nContent-Type: ").into_bytes();
    ContentType::new(kind(file))
        .attribute("name", file.name.as_str())
        .write_header(&mut head, "Content-Type: ".len());
    head.extend_from_slice(b"Content-Disposition: ");
    ContentType::new("attachment")
        .attribute("filename", file.name.as_str())
        .write_header(&mut head, "Content-Disposition: ".len());
    head.extend_from_slice(b"Content-Transfer-Encoding: base64\r\n\r\n");
    out.write_all(&head).map_err(unwritable)?;
    let stored = store.read(&file.store_key).await.map_err(|error| unread(&error))?;
    let Some(stored) = stored else {
        return Err(MailError::Permanent(format!("{} is no longer in the store.", file.name)));
    };
    let mut content = stored.content;
    let mut rest: Vec<u8> = Vec::new();
    while let Some(chunk) = content.try_next().await.map_err(|error| unread(&error))? {
        rest.extend_from_slice(&chunk);
        let whole = rest.len() - rest.len() % LINE;
        write_lines(&rest[..whole], out)?;
        rest.drain(..whole);
    }
    write_lines(&rest, out)
}

fn write_lines(content: &[u8], out: &mut impl Write) -> Result<(), MailError> {
    for line in content.chunks(LINE) {
        writeln!(out, "{}\r", STANDARD.encode(line)).map_err(unwritable)?;
    }
    Ok(())
}

fn unwritable(error: std::io::Error) -> MailError {
    MailError::Passing(format!("The mail could not be written to a file: {error}."))
}

fn unread(error: &object_store::Error) -> MailError {
    tracing::error!(%error, "a file of a mail could not be read");
    MailError::Passing("A file could not be read from the store.".into())
}

#[cfg(test)]
mod tests;
