//! From a delivery and its content to a message with headers.

mod chat_answers;
mod notifications;

use chrono::TimeDelta;
use lettre::Message;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};

use super::page::{
    AddressChangedMail, InvitationMail, Page, PasswordResetMail, ReplyRefusedMail, TestMail,
    VerifyAddressMail,
};
use super::{MailError, address, header_text};
use crate::config::Config;
use crate::db::Utc;
use crate::models::delivery::{Content, Leased};
use crate::models::text;
use crate::models::token::{Purpose, Signer};

/// One of the mails, ready to be rendered.
pub(super) struct Mail {
    page: Box<dyn Page>,
    /// RFC 3834: no vacation notice answers what a machine sends.
    automatic: &'static str,
    /// The name that it comes from, when not our own.
    sender: Option<String>,
    /// Where it goes, when not to whom it was for when it was put into the outbox.
    recipient: Option<String>,
    reply_to: Option<String>,
    /// Where mail like this one is turned off.
    stop_link: Option<String>,
}

impl Mail {
    /// The mail for a content. Its link is rebuilt from the row's nonce, and
    /// begins with the base address whatever the request that caused it said.
    pub(super) fn of(
        content: &Content,
        delivery: &Leased,
        config: &Config,
        signer: &Signer,
    ) -> Self {
        let link = |path: &str, purpose, id, nonce: &str| {
            config.link(&format!("{path}?token={}", signer.sign(purpose, id, nonce)))
        };
        match content {
            Content::Invitation(of) => Self::new(InvitationMail {
                workspace_name: of.workspace.clone(),
                inviter_name: of.inviter.clone(),
                inviter_email: of.inviter_email.clone(),
                role_name: of.role.name().to_owned(),
                link: link("/register", Purpose::MailedInvitation, of.id, &of.nonce),
                valid_until: date_in(of.expires_at, &of.time_zone),
            }),
            Content::ResetPassword(of) => Self::new(PasswordResetMail {
                email: delivery.recipient.clone(),
                link: link("/reset-password", Purpose::ResetPassword, of.id, &of.nonce),
            }),
            Content::VerifyAddress(of) => Self::new(VerifyAddressMail {
                user_name: of.user_name.clone(),
                email: delivery.recipient.clone(),
                is_new: of.user_email != delivery.recipient,
                asks_sign_in: of.is_verified,
                link: link("/verify-address", Purpose::VerifyAddress, of.id, &of.nonce),
                valid_for: span(of.expires_at.since(of.created_at)),
            }),
            Content::AddressChanged { user_name, new_email } => Self::new(AddressChangedMail {
                user_name: user_name.clone(),
                old_email: delivery.recipient.clone(),
                new_email: new_email.clone(),
            }),
            Content::Test { workspace, asked_by } => Self::new(TestMail {
                user_name: asked_by.clone(),
                workspace_name: workspace.clone(),
            }),
            Content::Notifications(digest) => {
                let (mail, reply_to) = notifications::mail(digest, config, signer);
                Self {
                    recipient: Some(digest.email.clone()),
                    reply_to,
                    stop_link: Some(mail.stop_link.clone()),
                    ..Self::new(mail)
                }
            }
            Content::ChatAnswers(answers) => {
                let (mail, reply_to) = chat_answers::mail(answers, config, signer);
                Self {
                    sender: Some(mail.workspace_name.clone()),
                    reply_to,
                    stop_link: Some(mail.stop_link.clone()),
                    ..Self::new(mail)
                }
            }
            Content::ReplyRefused(of) => {
                let mail = ReplyRefusedMail {
                    workspace_name: of.workspace.clone(),
                    why: of.why.clone(),
                    body: of.body.clone(),
                    link: config.link(&match of.conversation_id {
                        Some(id) => format!("/conversations/{id}"),
                        None => "/inbox".to_owned(),
                    }),
                };
                Self { automatic: "auto-replied", ..Self::new(mail) }
            }
        }
    }

    fn new(page: impl Page + 'static) -> Self {
        Self {
            page: Box::new(page),
            automatic: "auto-generated",
            sender: None,
            recipient: None,
            reply_to: None,
            stop_link: None,
        }
    }

    /// The message with its headers. What cannot be put together now cannot be
    /// put together later either, so every error here is permanent.
    pub(super) fn message(self, to: &Leased, from: &Mailbox) -> Result<Message, MailError> {
        let recipient = address(self.recipient.as_deref().unwrap_or(&to.recipient))?;
        let plain = self.page.text().map_err(|e| unwritable(&e))?;
        let html = self.page.html().map_err(|e| unwritable(&e))?;
        let mut message = Message::builder();
        if let Some(reply_to) = &self.reply_to {
            message = message.reply_to(Mailbox::new(None, address(reply_to)?));
        }
        if let Some(link) = &self.stop_link {
            // RFC 8058: a mail program ends it with one click.
            message = message
                .raw_header(raw("List-Unsubscribe", format!("<{link}>")))
                .raw_header(raw("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".to_owned()));
        }
        let sender = match &self.sender {
            Some(name) => {
                let name = header_text(&text::excerpt(name, 100));
                Mailbox::new(Some(name), from.email.clone())
            }
            None => from.clone(),
        };
        message
            .from(sender)
            .to(Mailbox::new(None, recipient))
            // One line, whatever is in a name: a header never gets a second one.
            .subject(header_text(&text::excerpt(&self.page.subject(), 200)))
            .message_id(Some(format!("<{}@{}>", to.local_part, from.email.domain())))
            .date_now()
            .raw_header(raw("Auto-Submitted", self.automatic.to_owned()))
            .multipart(MultiPart::alternative_plain_html(plain, html))
            .map_err(|e| unwritable(&e))
    }
}

fn raw(name: &'static str, value: String) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value)
}

fn unwritable(error: &dyn std::error::Error) -> MailError {
    MailError::Permanent(format!("The mail could not be written: {error}."))
}

/// `30 November 2026`, as the calendar says in the workspace.
fn date_in(moment: Utc, time_zone: &str) -> String {
    let zone = text::time_zone(time_zone).unwrap_or(chrono_tz::UTC);
    moment.to_chrono().with_timezone(&zone).format("%-d %B %Y").to_string()
}

/// `one hour`, `one day`, `2 days`.
fn span(delta: TimeDelta) -> String {
    match (delta.num_days(), delta.num_hours()) {
        (0, 0 | 1) => "one hour".into(),
        (0, hours) => format!("{hours} hours"),
        (1, _) => "one day".into(),
        (days, _) => format!("{days} days"),
    }
}

#[cfg(test)]
mod tests {
    use chrono::{TimeZone, Utc as ChronoUtc};

    use super::*;
    use crate::models::delivery::Kind;

    fn delivery(recipient: &str) -> Leased {
        Leased {
            id: 7,
            kind: Kind::Test,
            invitation_id: None,
            account_link_id: None,
            workspace_id: Some(1),
            reply_id: None,
            membership_id: None,
            conversation_id: None,
            recipient: recipient.into(),
            local_part: "abc".into(),
            attempts: 1,
        }
    }

    fn test_mail(workspace: &str) -> Mail {
        Mail::new(TestMail { user_name: "Ana".into(), workspace_name: workspace.into() })
    }

    fn sender() -> Mailbox {
        "Baton <baton@sprocket.example>".parse().expect("a sender")
    }

    #[test]
    fn a_message_has_both_forms_and_the_headers_of_a_machine() {
        let message = test_mail("Sprocket & Co")
            .message(&delivery("ana@example.com"), &sender())
            .expect("a message");
        let raw = String::from_utf8(message.formatted()).expect("ASCII");
        for part in [
            "From: Baton <baton@sprocket.example>\r\n",
            "To: ana@example.com\r\n",
            "Message-ID: <abc@sprocket.example>\r\n",
            "Auto-Submitted: auto-generated\r\n",
            "Subject: Test mail from Sprocket & Co\r\n",
            "Date: ",
            "multipart/alternative",
            "text/plain; charset=utf-8",
            "text/html; charset=utf-8",
        ] {
            assert!(raw.contains(part), "{part:?} is missing from:\n{raw}");
        }
    }

    #[test]
    fn a_name_cannot_add_a_header() {
        let message = test_mail("Sprocket\r\nBcc: eve@example.com")
            .message(&delivery("ana@example.com"), &sender())
            .expect("a message");
        let raw = String::from_utf8(message.formatted()).expect("ASCII");
        let (headers, _) = raw.split_once("\r\n\r\n").expect("headers and a body");
        assert!(!headers.contains("\nBcc:"), "{headers}");
    }

    #[test]
    fn a_name_that_looks_encoded_is_not_decoded() {
        let message = test_mail("=?utf-8?q?a=0d=0abcc:x?=")
            .message(&delivery("ana@example.com"), &sender())
            .expect("a message");
        let raw = message.formatted();
        let mail = mail_parser::MessageParser::default().parse(&raw).expect("a mail");
        let subject = mail.subject().expect("a subject");
        assert_eq!(subject.replace('\u{200b}', ""), "Test mail from =?utf-8?q?a=0d=0abcc:x?=");
    }

    #[test]
    fn an_address_that_is_none_fails_for_good() {
        let error = test_mail("Sprocket").message(&delivery("nobody"), &sender());
        assert!(matches!(error, Err(MailError::Permanent(_))));
    }

    #[test]
    fn a_date_is_the_workspaces_own_and_a_span_is_in_words() {
        let late = ChronoUtc.with_ymd_and_hms(2026, 11, 29, 23, 30, 0).single().expect("a date");
        assert_eq!(date_in(late.into(), "Europe/Berlin"), "30 November 2026");
        assert_eq!(date_in(late.into(), "nowhere"), "29 November 2026");
        assert_eq!(span(TimeDelta::hours(1)), "one hour");
        assert_eq!(span(TimeDelta::hours(24)), "one day");
        assert_eq!(span(TimeDelta::days(3)), "3 days");
    }
}
