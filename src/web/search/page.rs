//! What `/search` shows.

use askama::Template;

use crate::rich::Markup;
use crate::web::days::DayFields;
use crate::web::list_pane::Saved;
use crate::web::view::{Avatar, Baton, Choice, Chrome, When};

/// The box, the filters, and what was found.
#[derive(Template)]
#[template(path = "search/index.html")]
pub struct SearchPage {
    pub chrome: Chrome,
    pub saved: Saved,
    /// As it was typed.
    pub typed: String,
    /// There is a word to look for.
    pub is_asked: bool,
    /// What was typed has none.
    pub is_only_signs: bool,
    pub is_first_page: bool,
    pub is_filtered: bool,
    /// What the search names although it is gone.
    pub missing: Vec<&'static str>,
    pub owners: Vec<Choice>,
    pub labels: Vec<Choice>,
    pub inboxes: Vec<Choice>,
    pub states: Vec<Choice>,
    pub days: DayFields,
    /// The next page, when there is one.
    pub older: Option<String>,
    /// The first page.
    pub newest: String,
    pub contacts: Vec<PersonRow>,
    /// The list of all contacts with the words, where there are more.
    pub all_contacts: Option<String>,
    pub hits: Vec<HitRow>,
}

impl SearchPage {
    /// Something was looked for: words, or what fits the filter.
    pub fn is_searched(&self) -> bool {
        self.is_asked || (self.is_filtered && !self.is_only_signs)
    }

    /// Its days are the wrong way round: there is nothing to show.
    pub fn is_refused(&self) -> bool {
        self.days.to.error.is_some()
    }

    /// Nothing was found, neither here nor, as far as can be told, on a next page.
    pub fn is_nothing(&self) -> bool {
        self.contacts.is_empty() && self.hits.is_empty()
    }
}

/// A contact, with the words marked.
pub struct PersonRow {
    pub address: String,
    pub avatar: Avatar,
    pub name: Markup,
    pub facts: Markup,
    /// Who noted what, where the words stand in a note.
    pub note: Option<(String, Markup)>,
}

/// A conversation, with the words marked.
pub struct HitRow {
    pub address: String,
    pub contact: Markup,
    pub avatar: Avatar,
    pub when: When,
    pub subject: Markup,
    /// Who said it, where it was not the customer.
    pub by: String,
    /// Empty where the subject has the words.
    pub said: Markup,
    pub status: &'static str,
    pub inbox: String,
    pub owner: Baton,
}
