//! Settings → Inboxes.

use askama::Template;
use askama_web::WebTemplate;

use crate::web::view::{Chrome, Field};

/// `GET /settings/inboxes`
#[derive(Template, WebTemplate)]
#[template(path = "inboxes/index.html")]
pub struct InboxesPage {
    pub chrome: Chrome,
    pub inboxes: Vec<InboxRow>,
}

/// One place where customers write.
pub struct InboxRow {
    pub id: i64,
    pub name: String,
    /// `/chat/KEY`
    pub chat_path: String,
    /// `12 conversations`
    pub conversations: String,
    pub can_edit: bool,
}

/// Where the chat of an inbox that exists can be found.
pub struct ChatAddress {
    pub url: String,
    /// The `<script>` element for another site.
    pub snippet: String,
}

/// `GET /settings/inboxes/new` and `/settings/inboxes/ID`, and the form on its way
/// back. Fields: `name`, `greeting`, `allowed_sites` (one origin per line).
#[derive(Template, WebTemplate)]
#[template(path = "inboxes/form.html")]
pub struct InboxFormPage {
    pub chrome: Chrome,
    /// `None` for a new one.
    pub id: Option<i64>,
    /// The name as stored, which the heading shows while the field is edited.
    pub saved_name: String,
    pub address: Option<ChatAddress>,
    pub name: Field,
    pub greeting: Field,
    pub allowed_sites: Field,
    pub error: Option<String>,
}

impl InboxFormPage {
    fn heading(&self) -> &str {
        if self.id.is_some() { &self.saved_name } else { "Add inbox" }
    }

    fn action(&self) -> String {
        match self.id {
            Some(id) => format!("/settings/inboxes/{id}"),
            None => "/settings/inboxes/new".to_owned(),
        }
    }
}
