//! *New conversation*: a mail to a customer.

use askama::Template;

use crate::web::view::{Choice, Chrome, Field, FileField};

/// `GET /conversations/new`, and the form on its way back. Fields: `to`, `cc`,
/// `inbox`, `subject`, `body`, `file`.
#[derive(Template)]
#[template(path = "compose/new.html")]
pub struct NewConversationPage {
    pub chrome: Chrome,
    pub to: Field,
    pub cc: Field,
    /// The inboxes that mail can leave from; with none the page says so.
    pub inboxes: Vec<Choice>,
    pub inbox_error: Option<String>,
    /// Those of them that have no server to send by: `Support and Sales`; empty: none.
    pub silent: String,
    pub subject: Field,
    pub body: Field,
    pub files: FileField,
    /// Fresh for every rendering: a double click begins one conversation.
    pub submission: String,
    /// Whether the viewer may add an inbox.
    pub can_add_inbox: bool,
}

impl NewConversationPage {
    fn has_inbox(&self) -> bool {
        !self.inboxes.is_empty()
    }
}
