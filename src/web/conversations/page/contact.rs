//! The customer in the panel.

use crate::models::contact_field::ContactField;
use crate::models::conversation::Conversation;
use crate::models::{inbox, seen};
use crate::web::custom_fields;
use crate::web::view::{Avatar, CustomField};

/// The customer, as the panel lists them.
#[derive(Clone, Debug)]
pub struct Contact {
    pub id: i64,
    pub name: String,
    pub avatar: Avatar,
    pub email: String,
    /// A mail that went there was opened in the browser of their chat.
    pub is_email_proved: bool,
    pub phone: String,
    pub company: String,
    /// The team's own.
    pub fields: Vec<CustomField>,
    /// What the form shows, so that only what is changed of it is written.
    pub seen: String,
    /// Why they cannot answer, where they are blocked: in a sentence.
    pub blocked: Option<&'static str>,
    /// Where the answers of the chat are mailed, where that is not the address above.
    pub answers_to: Option<String>,
}

impl Contact {
    /// The customer of a conversation, with the team's own fields.
    pub fn of(conversation: &Conversation, fields: &[(ContactField, Option<String>)]) -> Self {
        let of = &conversation.contact;
        Self {
            id: of.id,
            name: of.name.clone(),
            avatar: Avatar::new(&of.name, &of.id.to_string()),
            email: of.email.clone().unwrap_or_default(),
            is_email_proved: of.is_email_proved(),
            phone: of.phone.clone().unwrap_or_default(),
            company: of.company.clone().unwrap_or_default(),
            fields: custom_fields::stored(fields, "contact-"),
            seen: seen::json(&of.in_form(fields)),
            blocked: of.is_blocked().then_some(match conversation.channel {
                inbox::Kind::WebChat => "They cannot answer in the chat.",
                inbox::Kind::Email => "What they answer goes to Spam.",
            }),
            answers_to: conversation.answers_to.clone().filter(|to| of.email.as_ref() != Some(to)),
        }
    }

    /// Whether this fact is known to be true.
    pub fn is_proved(&self, label: &str) -> bool {
        label == "Email" && self.is_email_proved
    }

    /// What is known of them. That nobody knows an address is worth a line, too.
    pub fn facts(&self) -> Vec<(&str, &str)> {
        let all = [
            ("Name", &self.name),
            ("Email", &self.email),
            ("Phone", &self.phone),
            ("Company", &self.company),
        ];
        let own = self.fields.iter().map(|one| (one.label.as_str(), one.shown.as_str()));
        all.into_iter()
            .map(|(label, fact)| (label, fact.as_str()))
            .chain(own)
            .filter(|(label, fact)| !fact.is_empty() || *label == "Email")
            .collect()
    }
}
