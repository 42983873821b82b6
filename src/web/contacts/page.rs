//! The list of contacts, and a contact's page.

use askama::Template;

use super::show::address;
use crate::models::text;
use crate::rich::Markup;
use crate::web::view::{Avatar, Baton, Choice, Chrome, CustomField, Edited, Field, NoteFace, When};

/// `GET /contacts`
#[derive(Template)]
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
    pub is_blocked: bool,
    /// The latest activity in what the viewer may see.
    pub last_seen: Option<When>,
}

/// `GET /contacts/new`, and its form on the way back.
#[derive(Template)]
#[template(path = "contacts/new.html")]
pub struct NewContactPage {
    pub chrome: Chrome,
    pub fields: ContactFields,
    /// Who has the address already.
    pub known: Option<(i64, String)>,
    /// Fresh for every rendering: a double click adds one contact.
    pub submission: String,
}

/// `GET /contacts/ID`, and its forms on their way back.
#[derive(Template)]
#[template(path = "contacts/show.html")]
pub struct ContactPage {
    pub chrome: Chrome,
    pub id: i64,
    /// Who has the address already that was typed.
    pub known: Option<(i64, String)>,
    /// As stored, while the field is edited.
    pub name: String,
    pub avatar: Avatar,
    pub is_blocked: bool,
    /// A mail that went to their address was opened in the browser of their chat.
    pub is_email_proved: bool,
    /// Of contacts that became part of this one, and its own of before.
    pub other_emails: Vec<String>,
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
    /// There is an inbox that mail leaves from.
    pub can_write: bool,
    pub notes: Vec<Note>,
    pub note: Field,
    /// Fresh for every rendering: a double click leaves one note.
    pub submission: String,
}

impl ContactPage {
    /// This page.
    pub fn address(&self) -> String {
        address(self.id)
    }

    /// Where a note's form goes.
    pub fn note_action(&self, note: &i64, verb: &str) -> String {
        format!("{}/notes/{note}{verb}", self.address())
    }

    /// This page with a note that is about to be changed.
    pub fn note_address(&self, what: &str, note: &i64) -> String {
        format!("{}?{what}={note}#note-{note}", self.address())
    }

    /// What is known of the address.
    pub fn email_hint(&self) -> String {
        let proved = "Confirmed: a mail to it was opened in the browser of their chat.";
        let mut words: Vec<String> = Vec::new();
        if self.is_email_proved {
            words.push(proved.to_owned());
        }
        if !self.other_emails.is_empty() {
            words.push(format!("Also writes from {}.", text::listed(&self.other_emails)));
        }
        words.join(" ")
    }
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
    /// What the page showed, so that only what is changed of it is written.
    pub seen: String,
    /// The conversation to return to, as a local path; empty: the contact.
    pub back: String,
}

/// One of the contact's conversations.
pub struct ConversationRow {
    pub id: i64,
    /// How it reached the team, as a name from `icons.svg`.
    pub icon: &'static str,
    pub subject: String,
    pub preview: String,
    pub status: &'static str,
    pub inbox: String,
    pub owner: Baton,
    pub when: When,
}

/// What a member wrote about the contact.
pub struct Note {
    pub id: i64,
    pub by: String,
    pub html: Markup,
    pub when: When,
    pub edited: Option<Edited>,
    pub face: NoteFace,
    /// `NAME deleted a note`, in the place of one that was.
    pub deleted: Option<String>,
}

/// A merge into the contact that can still be undone.
pub struct Merged {
    pub id: i64,
    pub name: String,
    pub when: When,
}

/// `GET /contacts/ID/merge`: the search for the other contact, or what will
/// happen once it is chosen.
#[derive(Template)]
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
    /// What the other one has otherwise; empty: nothing.
    pub left: String,
    /// The other one becomes blocked.
    pub is_blocked: bool,
    /// The address of this one that the other one has beside its own from then on.
    pub email: Option<String>,
}

/// A contact that may be the same customer.
pub struct Candidate {
    pub id: i64,
    pub name: String,
    pub avatar: Avatar,
    pub email: String,
}

/// `GET /contacts/ID/delete`
#[derive(Template)]
#[template(path = "contacts/delete.html")]
pub struct DeletePage {
    pub chrome: Chrome,
    pub id: i64,
    pub name: String,
    /// `3 conversations`
    pub count: String,
}

/// `GET /contacts/import`, and the form on its way back. Fields: `file`, `table`.
#[derive(Template)]
#[template(path = "contacts/import.html")]
pub struct ImportPage {
    pub chrome: Chrome,
    /// Never with a value: a browser chooses no file by itself.
    pub file: Field,
    pub table: Field,
    pub past: Vec<PastImport>,
}

/// An import of the last days.
pub struct PastImport {
    pub address: String,
    pub name: String,
    pub when: When,
    /// `1,200 contacts, 3 lines refused`
    pub about: String,
}

/// `GET /contacts/imports/ID` of a table that is looked at. Fields: `column_0`
/// and so on.
#[derive(Template)]
#[template(path = "contacts/import_preview.html")]
pub struct PreviewPage {
    pub chrome: Chrome,
    pub id: i64,
    pub error: Option<String>,
    pub preview: Preview,
    pub columns: Vec<ColumnRow>,
    /// Some column with something in it becomes nothing.
    pub leaves_out: bool,
    /// Whether the viewer may add a contact field for it.
    pub can_add_fields: bool,
    pub refused_count: i64,
    pub refused: Vec<RefusedRow>,
}

impl PreviewPage {
    /// Than are shown.
    fn has_more_refused(&self) -> bool {
        usize::try_from(self.refused_count).is_ok_and(|count| count > self.refused.len())
    }
}

/// What would come of a table, in words: `12 lines`, `10 new contacts`.
pub struct Preview {
    pub file_name: String,
    pub encoding: String,
    pub delimiter: &'static str,
    pub total: String,
    pub added: String,
    pub updated: String,
    pub refused: String,
    pub has_updates: bool,
    /// Without, nobody is recognised.
    pub has_addresses: bool,
    pub has_names: bool,
    /// What ought to name the columns names somebody.
    pub begins_with_a_contact: bool,
    /// Whether anything would be stored.
    pub can_start: bool,
}

/// A column of a table, and what it becomes.
pub struct ColumnRow {
    /// Of the form's field.
    pub name: String,
    pub heading: String,
    /// In the first rows.
    pub values: String,
    pub choices: Vec<Choice>,
}

impl ColumnRow {
    /// It has something in it, and becomes nothing.
    pub fn is_left_out(&self) -> bool {
        let chosen = self.choices.iter().find(|choice| choice.is_selected);
        !self.values.is_empty() && chosen.is_none_or(|choice| choice.value.is_empty())
    }
}

/// `GET /contacts/imports/ID` of an import that was started.
#[derive(Template)]
#[template(path = "contacts/import_progress.html")]
pub struct ProgressPage {
    pub chrome: Chrome,
    pub id: i64,
    pub file_name: String,
    pub stage: Stage,
    /// Why it failed, where it did.
    pub failure: Option<String>,
    pub done: i64,
    pub total: i64,
    /// `500 of 1,204 lines`
    pub of_total: String,
    pub added: String,
    pub updated: String,
    pub refused_lines: String,
    pub refused_count: i64,
    /// The first of them.
    pub refused: Vec<RefusedRow>,
}

/// How far an import is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    Running,
    Done,
    Cancelled,
    Failed,
}

impl ProgressPage {
    fn is_running(&self) -> bool {
        self.stage == Stage::Running
    }

    fn is_done(&self) -> bool {
        self.stage == Stage::Done
    }

    const fn heading(&self) -> &'static str {
        match self.stage {
            Stage::Running => "Importing contacts",
            Stage::Done => "Import finished",
            Stage::Cancelled => "Import cancelled",
            Stage::Failed => "Import failed",
        }
    }

    /// Than are shown.
    fn has_more_refused(&self) -> bool {
        usize::try_from(self.refused_count).is_ok_and(|count| count > self.refused.len())
    }
}

/// A line that is not taken.
pub struct RefusedRow {
    pub line: i64,
    pub text: String,
    pub reason: String,
}
