//! Who wrote a mail: a person, or a machine that nothing may answer by itself
//! (RFC 3834).

use mail_parser::Message;

use crate::models::receive::Writer;

/// Headers that only programs that answer by themselves write.
const ANSWERING: [&str; 4] =
    ["X-Autoreply", "X-Autorespond", "X-Autoresponder", "X-Failed-Recipients"];
/// Headers of what goes to many. What services for sending write into each mail, such as
/// `Feedback-ID`, is none: it stands in people's mails and in those of forms, too.
const LISTS: [&str; 3] = ["List-Id", "List-Post", "List-Unsubscribe"];

/// Who wrote a mail, by its headers.
pub fn of(message: &Message<'_>) -> Writer {
    let value = |name: &'static str| {
        let found = message.header_raw(name)?;
        let word = found.split([';', ' ', '\t', '\r', '\n']).find(|word| !word.is_empty());
        Some(word.unwrap_or_default().to_ascii_lowercase())
    };
    let submitted = value("Auto-Submitted").filter(|word| word != "no");
    let precedence = value("Precedence").unwrap_or_default();
    // Some programs say that they wrote it, and only its headers that it is an answer.
    let answers = value("In-Reply-To").is_some();
    let is_answer = submitted.as_deref() == Some("auto-replied")
        || submitted.is_some() && answers
        || precedence == "auto_reply"
        || ANSWERING.into_iter().any(|name| value(name).is_some_and(|word| word != "no"))
        || value("Return-Path").as_deref() == Some("<>");
    if is_answer || is_from_mail_system(message) {
        Writer::AutoReply
    } else if submitted.is_some()
        || matches!(&*precedence, "bulk" | "junk" | "list")
        || LISTS.into_iter().any(|name| value(name).is_some())
    {
        Writer::Machine
    } else {
        Writer::Person
    }
}

fn is_from_mail_system(message: &Message<'_>) -> bool {
    let from = message.from().and_then(|from| from.first()).and_then(|from| from.address());
    let local = from.and_then(|address| address.split('@').next()).unwrap_or_default();
    ["mailer-daemon", "postmaster"].iter().any(|name| local.eq_ignore_ascii_case(name))
}
