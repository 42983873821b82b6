//! Settings → Quick replies.

use askama::Template;

use crate::rich::Markup;
use crate::web::view::{Chrome, Field};

/// `GET /settings/quick-replies`
#[derive(Template)]
#[template(path = "quick_replies/index.html")]
pub struct QuickRepliesPage {
    pub chrome: Chrome,
    pub replies: Vec<ReplyRow>,
}

/// One quick reply of the list.
pub struct ReplyRow {
    pub id: i64,
    pub name: String,
    /// The beginning of its text, in one line.
    pub excerpt: String,
    /// `All inboxes`, or the names of some.
    pub inboxes: String,
    /// `used 12 times`
    pub used: String,
}

/// `GET /settings/quick-replies/new` and `/settings/quick-replies/ID`, and the form on
/// its way back. Fields: `name`, `text`, `scope` (`all` or `some`), `inbox` (many).
#[derive(Template)]
#[template(path = "quick_replies/form.html")]
pub struct QuickReplyFormPage {
    pub chrome: Chrome,
    /// `None` for a new one.
    pub id: Option<i64>,
    /// The name as stored, which the heading shows while the field is edited.
    pub saved_name: String,
    pub name: Field,
    pub text: Field,
    pub inboxes: Inboxes,
    /// What may stand between braces, with what it becomes.
    pub placeholders: Vec<(String, &'static str)>,
    /// Fresh for every rendering: a double click adds one.
    pub submission: String,
    /// What the page showed of a stored one.
    pub seen: String,
    /// How the text would read; none while there is nothing to show.
    pub previews: Vec<Preview>,
}

impl QuickReplyFormPage {
    fn heading(&self) -> &str {
        if self.id.is_some() { &self.saved_name } else { "New quick reply" }
    }

    fn action(&self) -> String {
        match self.id {
            Some(id) => format!("/settings/quick-replies/{id}"),
            None => "/settings/quick-replies/new".to_owned(),
        }
    }
}

/// Where it is offered.
#[derive(Default)]
pub struct Inboxes {
    /// Only in those that are chosen.
    pub is_some: bool,
    /// With their ids and whether they are chosen.
    pub choices: Vec<(i64, String, bool)>,
    pub error: Option<String>,
}

/// The text as one customer would read it.
pub struct Preview {
    pub to: &'static str,
    pub html: Markup,
    /// The placeholders that nobody filled; empty when there are none.
    pub left: String,
}

/// `GET /settings/quick-replies/ID/delete`
#[derive(Template)]
#[template(path = "quick_replies/delete.html")]
pub struct DeletePage {
    pub chrome: Chrome,
    pub id: i64,
    pub name: String,
    /// `used 12 times`
    pub used: String,
}
