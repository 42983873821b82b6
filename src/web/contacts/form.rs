//! The form of a contact, on its page and in a conversation's panel.

use std::collections::HashMap;

use serde::Deserialize;

use super::page::ContactFields;
use crate::models::contact::saving::Typed;
use crate::models::contact::{Contact, Problems};
use crate::models::contact_field::ContactField;
use crate::models::contact_field::value::ValueProblem;
use crate::models::text::TextProblem;
use crate::web::view::Field;
use crate::web::{custom_fields, respond};

/// What the form sends.
#[derive(Debug, Deserialize)]
pub struct ContactForm {
    #[serde(default)]
    name: String,
    #[serde(default)]
    email: String,
    #[serde(default)]
    phone: String,
    #[serde(default)]
    company: String,
    /// The conversation that it was sent from.
    #[serde(default)]
    back: String,
    /// The team's own fields, among others.
    #[serde(flatten)]
    rest: HashMap<String, String>,
}

impl ContactForm {
    /// What is to be checked and written.
    pub fn typed(&self) -> Typed {
        Typed {
            name: self.name.clone(),
            email: self.email.clone(),
            phone: self.phone.clone(),
            company: self.company.clone(),
            values: custom_fields::values(&self.rest),
        }
    }

    /// A form leads back to a conversation and nowhere else.
    pub fn conversation(&self) -> Option<&str> {
        respond::local_path(&self.back).filter(|path| path.starts_with("/conversations/"))
    }
}

/// A form that could not be stored as it is.
pub struct Unfit {
    pub form: ContactForm,
    pub problems: Problems,
    /// What is wrong with the team's own fields, by their ids.
    pub of_fields: HashMap<i64, ValueProblem>,
}

impl Unfit {
    /// What was typed, with what is wrong beside each field.
    pub fn kept(self, fields: &[(ContactField, Option<String>)]) -> ContactFields {
        let back = self.form.conversation().unwrap_or_default().to_owned();
        let values = custom_fields::values(&self.form.rest);
        let field = |value: String, problem: Option<TextProblem>| Field {
            value,
            error: problem.map(|problem| problem.to_string()),
        };
        let Self { form, problems, of_fields } = self;
        ContactFields {
            name: field(form.name, problems.name),
            email: field(form.email, problems.email),
            phone: field(form.phone, problems.phone),
            company: field(form.company, problems.company),
            custom: custom_fields::typed(fields, &values, &of_fields, ""),
            back,
        }
    }
}

/// What is stored.
pub fn stored(contact: &Contact, fields: &[(ContactField, Option<String>)]) -> ContactFields {
    let given = |value: &Option<String>| Field::new(value.clone().unwrap_or_default());
    ContactFields {
        name: Field::new(contact.name.as_str()),
        email: given(&contact.email),
        phone: given(&contact.phone),
        company: given(&contact.company),
        custom: custom_fields::stored(fields, ""),
        back: String::new(),
    }
}
