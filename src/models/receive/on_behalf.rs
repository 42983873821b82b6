//! Who wrote a mail that comes in our own name. A group and a form on our site send what a
//! customer wrote from our address, and say where to answer; a colleague writes from it with
//! a program of their own.
//!
//! As *From*, so *Reply-To* is typed by anybody: it proves nothing and opens nothing, and
//! what it names is taken for the sender by the same rules.

use std::borrow::Cow;

use super::{IncomingMail, Writer};
use crate::models::address::{self, Address};
use crate::models::text;

/// A mail as from whoever wrote it, where `own` are the workspace's addresses.
pub(super) fn resolved<'a>(letter: &'a IncomingMail, own: &[String]) -> Cow<'a, IncomingMail> {
    let is_ours = |email: &str| !email.is_empty() && Address::new("", email).is_among(own);
    match letter.writer {
        // Of what goes to many, the answers may go anywhere.
        Writer::Bulk => return Cow::Borrowed(letter),
        Writer::Machine if is_ours(&letter.list) && !is_ours(&letter.from_address) => {
            return Cow::Owned(IncomingMail { writer: Writer::Person, ..letter.clone() });
        }
        _ if !is_ours(&letter.from_address) => return Cow::Borrowed(letter),
        _ => {}
    }
    let others = |list: &str| {
        let mut all = address::stored(list);
        all.retain(|one| !one.is_among(own));
        all
    };
    let mut answers = others(letter.reply_to.as_deref().unwrap_or_default());
    let goes_on = || [&letter.to_list, &letter.cc_list].iter().any(|list| !others(list).is_empty());
    match (answers.pop(), answers.is_empty()) {
        (Some(customer), true) => Cow::Owned(IncomingMail {
            from_name: name(&letter.from_name, &customer),
            from_address: customer.email,
            reply_to: None,
            writer: match letter.writer {
                Writer::AutoReply => Writer::AutoReply,
                _ => Writer::Person,
            },
            ..letter.clone()
        }),
        // To us alone it may be from a form that names nobody.
        (None, _) if letter.writer == Writer::Person && goes_on() => {
            Cow::Owned(IncomingMail { writer: Writer::Colleague, ..letter.clone() })
        }
        _ => Cow::Borrowed(letter),
    }
}

/// What whoever wrote is called: as answers to them are addressed, or as a group tells it.
/// A form calls all of them by its own name.
fn name(sender: &str, customer: &Address) -> String {
    let by_group = sender.rsplit_once(" via ").map_or("", |(name, _)| name);
    let names = [customer.name.as_str(), by_group.trim_matches(['\'', '"', ' '])];
    let name = names.into_iter().find(|name| !name.is_empty()).unwrap_or(&customer.email);
    text::excerpt(name, text::NAME_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_customer_is_called_by_their_own_name_or_address() {
        let of =
            |sender: &str, name: &str| super::name(sender, &Address::new(name, "nora@x.example"));
        assert_eq!(of("Nora via Help' via Support", "Nora Quist"), "Nora Quist");
        assert_eq!(of("'Nora Quist' via Support", ""), "Nora Quist");
        assert_eq!(of("Nora Quist' via Support", ""), "Nora Quist");
        assert_eq!(of("Website", ""), "nora@x.example");
        assert_eq!(of(" via Support", ""), "nora@x.example");
    }
}
