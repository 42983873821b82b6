//! The form of a contact, on its page and in a conversation's panel.

use std::collections::HashMap;

use serde::Deserialize;

use super::page::ContactFields;
use crate::models::contact::saving::{Part, Unfit};
use crate::models::contact::{Contact, Typed};
use crate::models::contact_field::ContactField;
use crate::models::seen;
use crate::web::form::Submission;
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
    /// What the page showed, see [`seen`].
    #[serde(default)]
    seen: String,
    /// Of a contact that is new.
    pub submission: Option<Submission>,
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

    /// What the page showed; `None` where the form does not say.
    pub fn seen(&self) -> Option<Typed> {
        seen::read(&self.seen)
    }

    /// A form leads back to a conversation and nowhere else.
    pub fn conversation(&self) -> Option<&str> {
        respond::local_path(&self.back).filter(|path| path.starts_with("/conversations/"))
    }
}

/// A form that was not stored.
pub struct Unsaved {
    pub form: ContactForm,
    pub why: Why,
}

/// Why it was not.
pub enum Why {
    /// What is wrong, the team's own fields by their ids.
    Unfit(Box<Unfit>),
    /// Somebody else changed the same meanwhile.
    Changed,
    /// Another contact has the address: its id and name.
    Known(i64, String),
}

impl Unsaved {
    /// What was typed, with what is wrong beside each field.
    pub fn kept(
        self,
        contact: &Contact,
        fields: &[(ContactField, Option<String>)],
    ) -> ContactFields {
        let back = self.form.conversation().unwrap_or_default().to_owned();
        let (typed, now) = (self.form.typed(), contact.in_form(fields));
        let shown = match self.why {
            Why::Unfit(problems) => {
                let seen = self.form.seen;
                shown(&typed, seen, &unfit(*problems), fields)
            }
            Why::Known(_, name) => {
                let words = format!("{name} has this address already.");
                shown(&typed, self.form.seen, &HashMap::from([(Part::Email, words)]), fields)
            }
            Why::Changed => {
                let before = self.form.seen().unwrap_or_default();
                let (merged, clashes) = typed.merged(&before, &now);
                let words = |part| (part, became(now.part(part).map_or("", String::as_str)));
                shown(&merged, seen::json(&now), &clashes.into_iter().map(words).collect(), fields)
            }
        };
        ContactFields { back, ..shown }
    }
}

fn unfit((of, own): Unfit) -> HashMap<Part, String> {
    let ours = [
        (Part::Name, of.name),
        (Part::Email, of.email),
        (Part::Phone, of.phone),
        (Part::Company, of.company),
    ];
    let ours = ours.into_iter().filter_map(|(part, problem)| Some((part, problem?.to_string())));
    ours.chain(own.iter().map(|(id, problem)| (Part::Field(*id), problem.to_string()))).collect()
}

fn became(now: &str) -> String {
    let what = match now {
        "" => "Somebody emptied this meanwhile.".to_owned(),
        now => format!("Somebody changed this to “{now}” meanwhile."),
    };
    format!("{what} Save again to replace that.")
}

/// What is stored.
pub fn stored(contact: &Contact, fields: &[(ContactField, Option<String>)]) -> ContactFields {
    let now = contact.in_form(fields);
    shown(&now, seen::json(&now), &HashMap::new(), fields)
}

/// Of a contact that is new: what was typed, with what is wrong beside each field.
pub fn new(typed: &Typed, problems: Unfit, fields: Vec<ContactField>) -> ContactFields {
    let fields: Vec<_> = fields.into_iter().map(|field| (field, None)).collect();
    shown(typed, String::new(), &unfit(problems), &fields)
}

fn shown(
    typed: &Typed,
    seen: String,
    errors: &HashMap<Part, String>,
    fields: &[(ContactField, Option<String>)],
) -> ContactFields {
    let field =
        |value: &String, part| Field { value: value.clone(), error: errors.get(&part).cloned() };
    let own = fields
        .iter()
        .filter_map(|(field, _)| Some((field.id, errors.get(&Part::Field(field.id))?)));
    ContactFields {
        name: field(&typed.name, Part::Name),
        email: field(&typed.email, Part::Email),
        phone: field(&typed.phone, Part::Phone),
        company: field(&typed.company, Part::Company),
        custom: custom_fields::typed(fields, &typed.values, &own.collect(), ""),
        seen,
        back: String::new(),
    }
}
