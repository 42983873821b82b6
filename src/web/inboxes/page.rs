//! Settings → Inboxes.

use askama::Template;
use askama_web::WebTemplate;

use crate::web::view::{Choice, Chrome, Field};

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
    /// Only chosen Agents see its queue.
    pub is_restricted: bool,
    pub can_edit: bool,
}

/// Where the chat of an inbox that exists can be found.
pub struct ChatAddress {
    pub url: String,
    /// The `<script>` element for another site.
    pub snippet: String,
}

/// The pages about one inbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tab {
    Inbox,
    Team,
}

impl Tab {
    const ALL: [Self; 2] = [Self::Inbox, Self::Team];

    const fn name(self) -> &'static str {
        match self {
            Self::Inbox => "Inbox",
            Self::Team => "Who sees it",
        }
    }

    /// What follows the inbox's own address.
    const fn path(self) -> &'static str {
        match self {
            Self::Inbox => "",
            Self::Team => "/team",
        }
    }
}

/// The top of each of them: the inbox's name as stored, and the way to the others.
#[derive(Template)]
#[template(path = "inboxes/_head.html")]
pub struct Head {
    pub id: i64,
    pub name: String,
    pub tab: Tab,
}

impl Head {
    /// Address, name, and whether it is the page that is shown.
    fn links(&self) -> Vec<(String, &'static str, bool)> {
        let link = |tab: Tab| {
            let href = format!("/settings/inboxes/{}{}", self.id, tab.path());
            (href, tab.name(), tab == self.tab)
        };
        Tab::ALL.map(link).to_vec()
    }
}

/// `GET /settings/inboxes/ID/team`. Fields: `seen_by` (`everybody` or `chosen`),
/// `member` (many).
#[derive(Template, WebTemplate)]
#[template(path = "inboxes/team.html")]
pub struct TeamPage {
    pub chrome: Chrome,
    pub head: Head,
    pub is_restricted: bool,
    /// The Agents, with whether each is chosen.
    pub agents: Vec<Choice>,
    pub error: Option<String>,
}

/// `GET /settings/inboxes/new` and `/settings/inboxes/ID`, and the form on its way
/// back. Fields: `name`, `greeting`, `allowed_sites` (one origin per line).
#[derive(Template, WebTemplate)]
#[template(path = "inboxes/form.html")]
pub struct InboxFormPage {
    pub chrome: Chrome,
    /// `None` for a new one.
    pub head: Option<Head>,
    pub address: Option<ChatAddress>,
    pub name: Field,
    pub greeting: Field,
    pub allowed_sites: Field,
    pub error: Option<String>,
}

impl InboxFormPage {
    fn heading(&self) -> &str {
        self.head.as_ref().map_or("Add inbox", |head| &head.name)
    }

    fn action(&self) -> String {
        match &self.head {
            Some(head) => format!("/settings/inboxes/{}", head.id),
            None => "/settings/inboxes/new".to_owned(),
        }
    }
}
