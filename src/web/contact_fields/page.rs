//! Settings → Contact fields.

use askama::Template;

use crate::web::view::{Choice, Chrome, Field};

/// `GET /settings/contact-fields`
#[derive(Template)]
#[template(path = "contact_fields/index.html")]
pub struct FieldsPage {
    pub chrome: Chrome,
    pub fields: Vec<FieldRow>,
    /// There is no room for one more.
    pub is_full: bool,
    pub most: i64,
}

/// One field of the list.
pub struct FieldRow {
    pub id: i64,
    pub name: String,
    /// `Number`, `Choice: Shop, Workshop`
    pub about: String,
    pub can_go_up: bool,
    pub can_go_down: bool,
}

/// `GET /settings/contact-fields/new` and `/settings/contact-fields/ID`, and the
/// form on its way back. Fields: `name`, `kind` of a new one, `choices`, and for each choice
/// that would go `gone` and `instead`.
#[derive(Template)]
#[template(path = "contact_fields/form.html")]
pub struct FieldFormPage {
    pub chrome: Chrome,
    /// `None` for a new one.
    pub id: Option<i64>,
    /// The name as stored, which the heading shows while the field is edited.
    pub saved_name: String,
    pub name: Field,
    pub kinds: Vec<Choice>,
    pub is_choice: bool,
    pub choices: Field,
    /// What the page showed, so that nobody takes back what another changed meanwhile.
    pub seen: String,
    /// Choices that would go from contacts: asked about.
    pub gone: Vec<Gone>,
}

impl FieldFormPage {
    fn heading(&self) -> &str {
        if self.id.is_some() { &self.saved_name } else { "New contact field" }
    }

    const fn choices_hint(&self) -> &'static str {
        if self.id.is_some() {
            "One per line, in the order in which they are offered. To rename one, change its line: \
             contacts that have it keep it."
        } else {
            "One per line, in the order in which they are offered."
        }
    }

    fn action(&self) -> String {
        match self.id {
            Some(id) => format!("/settings/contact-fields/{id}"),
            None => "/settings/contact-fields/new".to_owned(),
        }
    }
}

/// A choice that would go.
pub struct Gone {
    pub choice: String,
    /// `3 contacts`
    pub contacts: String,
    /// What they may get instead.
    pub instead: Vec<Choice>,
}

/// `GET /settings/contact-fields/ID/delete`
#[derive(Template)]
#[template(path = "contact_fields/delete.html")]
pub struct DeletePage {
    pub chrome: Chrome,
    pub id: i64,
    pub name: String,
    pub has_values: bool,
    /// `3 contacts have`
    pub contacts: String,
}
