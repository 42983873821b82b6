//! What a message was as a mail, in the words of the page.

use crate::models::contact::Contact;
use crate::models::mail::Mail;
use crate::models::message::Message;
use crate::models::sending::Mailing;
use crate::rich;
use crate::web::conversations::page::{MailView, Participant};
use crate::web::view::{Avatar, file_size};

/// A customer's mail beside its message.
pub fn view(
    mail: &Mail,
    message: &Message,
    contact: &Contact,
    mailing: Option<&Mailing>,
) -> MailView {
    let is_us_alone = mailing.is_some_and(|mailing| mailing.is_us_alone(&mail.to_list));
    let address = mail.from_address.as_str();
    let is_contact = address.is_empty() || contact.email.as_deref() == Some(address);
    MailView {
        by: (!is_contact).then(|| Participant {
            name: message.author_name.clone(),
            address: address.to_owned(),
            avatar: Avatar::new(&message.author_name, address),
        }),
        quoted: rich::html(&mail.quoted),
        has_html: mail.has_html,
        has_remote_images: mail.has_remote_images,
        is_automatic: mail.is_automatic,
        to: if is_us_alone { String::new() } else { in_a_row(&mail.to_list) },
        copied: in_a_row(&mail.cc_list),
        reply_to: mail.reply_to.as_deref().unwrap_or_default().replace('\n', ", "),
        original_size: mail.original_size.map(file_size).unwrap_or_default(),
    }
}

fn in_a_row(addresses: &str) -> String {
    addresses.lines().collect::<Vec<_>>().join(", ")
}
