//! Who wrote a mail: a person, or a machine that nothing may answer by itself
//! (RFC 3834).

use mail_parser::{Address, Message};

use crate::models::receive::Writer;
use crate::models::text;

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
    } else if matches!(&*precedence, "bulk" | "junk") {
        Writer::Bulk
    } else if precedence == "list" || LISTS.into_iter().any(|name| value(name).is_some()) {
        Writer::Machine
    } else {
        match submitted.as_deref() {
            None => Writer::Person,
            Some("auto-generated") if is_of_a_form(message) => Writer::Person,
            Some(_) => Writer::Machine,
        }
    }
}

/// The address at which a list takes mail (RFC 2369, 3.4); empty where there is none.
pub fn list(message: &Message<'_>) -> String {
    let posts = message.header_raw("List-Post").unwrap_or_default();
    let address = posts.split_once("mailto:").map_or("", |(_, rest)| rest);
    let end = address.find(['>', '?', ',']).unwrap_or(address.len());
    text::email(&address[..end]).unwrap_or_default()
}

/// Whether a program hands on what somebody else wrote: the answers go to one address, of
/// another organisation than its own.
fn is_of_a_form(message: &Message<'_>) -> bool {
    let mut answers = message.reply_to().into_iter().flat_map(Address::iter);
    let (Some(answers), None) = (answers.next(), answers.next()) else { return false };
    let from = message.from().and_then(|from| from.first());
    match (
        answers.address().and_then(domain),
        from.and_then(|from| from.address()).and_then(domain),
    ) {
        (Some(answers), Some(from)) => !is_same_organisation(&answers, &from),
        _ => false,
    }
}

fn domain(address: &str) -> Option<String> {
    let address = text::email(address).ok()?;
    address.rsplit_once('@').map(|(_, domain)| domain.to_owned())
}

/// Whether two domains are of one organisation, as far as their names tell.
fn is_same_organisation(one: &str, other: &str) -> bool {
    let is_within = |inner: &str, outer: &str| {
        inner.strip_suffix(outer).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    };
    let (registered, others) = (registered(one), registered(other));
    registered == others || is_within(one, other) || is_within(other, one)
}

/// What somebody has registered of a domain: `shop.example` of `mail.shop.example`, and
/// `shop.co.uk` of `mail.shop.co.uk`.
fn registered(domain: &str) -> &str {
    let labels: Vec<&str> = domain.rsplit('.').collect();
    let is_country = labels.len() > 2 && labels[0].len() == 2 && labels[1].len() <= 3;
    let count = if is_country { 3 } else { 2 };
    let length: usize = labels.iter().take(count).map(|label| label.len() + 1).sum();
    &domain[(domain.len() + 1).saturating_sub(length)..]
}

fn is_from_mail_system(message: &Message<'_>) -> bool {
    let from = message.from().and_then(|from| from.first()).and_then(|from| from.address());
    let local = from.and_then(|address| address.split('@').next()).unwrap_or_default();
    ["mailer-daemon", "postmaster"].iter().any(|name| local.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use mail_parser::MessageParser;

    use super::*;

    fn writer(headers: &str) -> Writer {
        let raw = format!("{headers}\r\nSubject: A question\r\n\r\nHello");
        of(&MessageParser::default().parse(&raw).expect("a mail"))
    }

    #[test]
    fn what_a_form_hands_on_is_a_persons() {
        let form = "From: Form <no-reply@forms.example>\r\nReply-To: carla@weiss.example\r\n\
                    Auto-Submitted: auto-generated";
        assert_eq!(writer(form), Writer::Person);
        for (from, to) in [
            // It asks for answers to itself, or to nobody, or to several.
            ("carla@weiss.example", "help@mail.forms.example"),
            ("Reply-To: carla@weiss.example\r\n", ""),
            ("carla@weiss.example", "carla@weiss.example, dora@blum.example"),
            // It is a newsletter, or goes to many.
            ("Auto-Submitted", "List-Unsubscribe: <mailto:u@forms.example>\r\nAuto-Submitted"),
            ("Auto-Submitted", "Precedence: list\r\nAuto-Submitted"),
        ] {
            assert_eq!(writer(&form.replace(from, to)), Writer::Machine, "{to}");
        }
        assert_eq!(writer(&format!("{form}\r\nPrecedence: bulk")), Writer::Bulk);
        assert_eq!(writer(&format!("{form}\r\nIn-Reply-To: <1@x.example>")), Writer::AutoReply);
    }

    #[test]
    fn domains_are_of_one_organisation_or_of_two() {
        for (one, other, is_same) in [
            ("shop.example", "mail.shop.example", true),
            ("news.shop.example", "mail.shop.example", true),
            ("shop.example", "weiss.example", false),
            ("a.shop.co.uk", "b.shop.co.uk", true),
            ("shop.co.uk", "weiss.co.uk", false),
            ("db.de", "mail.db.de", true),
            ("db.de", "notdb.de", false),
            ("de", "x.de", true),
        ] {
            assert_eq!(is_same_organisation(one, other), is_same, "{one} {other}");
        }
    }

    #[test]
    fn a_list_says_where_it_takes_mail() {
        for (posts, address) in [
            ("<https://g.example/a/b/post>, <mailto:Support@Shop.example>", "support@shop.example"),
            ("<mailto:help@shop.example?subject=x>", "help@shop.example"),
            ("NO (posting not allowed)", ""),
        ] {
            let raw = format!("List-Post: {posts}\r\nSubject: x\r\n\r\nHello");
            assert_eq!(list(&MessageParser::default().parse(&raw).expect("a mail")), address);
        }
    }
}
