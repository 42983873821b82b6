//! The list of contacts, and a contact's page.

use askama::Template;
use askama_web::WebTemplate;

use crate::web::view::{Avatar, Baton, Chrome, CustomField, Field, When};

/// `GET /contacts`
#[derive(Template, WebTemplate)]
#[template(path = "contacts/index.html")]
pub struct ContactsPage {
    pub chrome: Chrome,
    /// What is searched for, as it was typed.
    pub search: String,
    /// The order's word, which the search form carries along.
    pub sort: &'static str,
    pub sorts: Vec<SortLink>,
    pub rows: Vec<ContactRow>,
    /// The next page, when there is one.
    pub next: Option<String>,
    /// The first page, on any other.
    pub first: Option<String>,
}

impl ContactsPage {
    fn is_search(&self) -> bool {
        !self.search.trim().is_empty()
    }
}

/// One way to sort the list.
pub struct SortLink {
    pub name: &'static str,
    pub address: String,
    pub is_current: bool,
}

/// A contact in the list. Empty texts are not given.
pub struct ContactRow {
    pub id: i64,
    pub name: String,
    pub avatar: Avatar,
    pub email: String,
    pub company: String,
    /// The latest activity in what the viewer may see.
    pub last_seen: Option<When>,
}

/// `GET /contacts/ID`, and its forms on their way back.
#[derive(Template, WebTemplate)]
#[template(path = "contacts/show.html")]
pub struct ContactPage {
    pub chrome: Chrome,
    pub id: i64,
    /// As stored, while the field is edited.
    pub name: String,
    pub avatar: Avatar,
    pub is_blocked: bool,
    /// `19 June 2025`
    pub since: String,
    /// Of those that the viewer may see: `3 conversations`.
    pub count: String,
    pub fields: ContactFields,
    pub conversations: Vec<ConversationRow>,
    /// Where the next page of conversations starts.
    pub older: Option<String>,
    pub is_first_page: bool,
    /// Why there is none to show, or none further back.
    pub empty_text: &'static str,
    /// Merges that can still be undone.
    pub merged: Vec<Merged>,
    pub can_delete: bool,
    pub notes: Vec<Note>,
    pub note: Field,
    /// Fresh for every rendering: a double click leaves one note.
    pub submission: String,
}

/// The form of a contact.
#[derive(Default)]
pub struct ContactFields {
    pub name: Field,
    pub email: Field,
    pub phone: Field,
    pub company: Field,
    /// The team's own.
    pub custom: Vec<CustomField>,
    /// The conversation to return to, as a local path; empty: the contact.
    pub back: String,
}

/// One of the contact's conversations.
pub struct ConversationRow {
    pub id: i64,
    pub subject: String,
    pub preview: String,
    pub status: &'static str,
    pub inbox: String,
    pub owner: Baton,
    pub when: When,
}

/// What a member wrote about the contact. `html` is safe.
pub struct Note {
    pub by: String,
    pub html: String,
    pub when: When,
}

/// A merge into the contact that can still be undone.
pub struct Merged {
    pub id: i64,
    pub name: String,
    pub when: When,
}

/// `GET /contacts/ID/merge`: the search for the other contact, or what will
/// happen once it is chosen.
#[derive(Template, WebTemplate)]
#[template(path = "contacts/merge.html")]
pub struct MergePage {
    pub chrome: Chrome,
    pub id: i64,
    pub name: String,
    pub search: String,
    pub candidates: Vec<Candidate>,
    pub target: Option<Candidate>,
    /// What the other one lacks and gets; empty: nothing.
    pub filled: String,
}

/// A contact that may be the same customer.
pub struct Candidate {
    pub id: i64,
    pub name: String,
    pub avatar: Avatar,
    pub email: String,
}

/// `GET /contacts/ID/delete`
#[derive(Template, WebTemplate)]
#[template(path = "contacts/delete.html")]
pub struct DeletePage {
    pub chrome: Chrome,
    pub id: i64,
    pub name: String,
    /// `3 conversations`
    pub count: String,
}

/// `GET /contacts/import`, the preview, and the report.
#[derive(Template, WebTemplate)]
#[template(path = "contacts/import.html")]
pub struct ImportPage {
    pub chrome: Chrome,
    /// What was pasted, on its way back; empty once it is imported.
    pub table: Field,
    pub preview: Option<Preview>,
}

impl ImportPage {
    fn is_done(&self) -> bool {
        self.preview.as_ref().is_some_and(|preview| preview.is_done)
    }

    fn can_import(&self) -> bool {
        self.preview.as_ref().is_some_and(|preview| preview.can_import && !preview.is_done)
    }
}

/// What a table comes to.
pub struct Preview {
    /// It is imported, and this is the report.
    pub is_done: bool,
    pub can_import: bool,
    /// `12 contacts`
    pub count: String,
    /// The first of them: name, address, phone, company.
    pub rows: Vec<[String; 4]>,
    /// Columns that are no field of a contact.
    pub ignored: String,
    pub refused: Vec<RefusedRow>,
    /// `3 lines`
    pub refused_count: String,
    /// How many more there are than are listed.
    pub more_refused: usize,
}

/// A line that is not taken.
pub struct RefusedRow {
    pub line: u64,
    pub text: String,
    pub reason: String,
}
