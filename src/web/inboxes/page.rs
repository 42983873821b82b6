//! Settings → Inboxes.

use askama::Template;
use serde::Deserialize;

use super::is_email;
use crate::models::inbox::{Inbox, Opening};
use crate::web::hours::Hours;
use crate::web::view::{Choice, Chrome, Field};

/// `GET /settings/inboxes`
#[derive(Template)]
#[template(path = "inboxes/index.html")]
pub struct InboxesPage {
    pub chrome: Chrome,
    pub inboxes: Vec<InboxRow>,
    /// Those that take no new conversations, apart.
    pub archived: Vec<InboxRow>,
}

/// One place where customers write.
pub struct InboxRow {
    pub id: i64,
    pub name: String,
    pub is_email: bool,
    /// `/chat/KEY`; `None` where mail comes in.
    pub chat_path: Option<String>,
    /// Its mailbox cannot be read.
    pub is_failing: bool,
    /// Its mail server does not let replies leave.
    pub sends_nothing: bool,
    /// `12 conversations`
    pub conversations: String,
    /// Only chosen Agents see its queue.
    pub is_restricted: bool,
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
    Look,
    Opening,
    Team,
}

impl Tab {
    const ALL: [Self; 4] = [Self::Inbox, Self::Look, Self::Opening, Self::Team];

    const fn name(self) -> &'static str {
        match self {
            Self::Inbox => "Inbox",
            Self::Look => "Appearance",
            Self::Opening => "Hours",
            Self::Team => "Who sees it",
        }
    }

    /// What follows the inbox's own address.
    const fn path(self) -> &'static str {
        match self {
            Self::Inbox => "",
            Self::Look => "/look",
            Self::Opening => "/hours",
            Self::Team => "/team",
        }
    }
}

/// The top of each of them: the inbox's name as stored, and the way to the others.
pub struct Head {
    pub id: i64,
    pub name: String,
    pub is_email: bool,
    pub tab: Tab,
}

impl Head {
    /// The top of this page about an inbox.
    pub fn new(inbox: Inbox, tab: Tab) -> Self {
        Self { id: inbox.id, is_email: is_email(&inbox), name: inbox.name, tab }
    }

    /// Address, name, and whether it is the page that is shown.
    pub fn links(&self) -> Vec<(String, &'static str, bool)> {
        let link = |tab: Tab| {
            let href = format!("/settings/inboxes/{}{}", self.id, tab.path());
            (href, tab.name(), tab == self.tab)
        };
        // How a chat looks, and what it says when nobody is there, is of no use in a mail.
        let is_shown = |tab: &Tab| !self.is_email || matches!(tab, Tab::Inbox | Tab::Team);
        Tab::ALL.into_iter().filter(is_shown).map(link).collect()
    }
}

/// `GET /settings/inboxes/ID/look`. Fields: `accent`, `side`, `welcome_title`,
/// `button_label`, and `preview` where that button was pressed.
#[derive(Template)]
#[template(path = "inboxes/look.html")]
pub struct LookPage {
    pub chrome: Chrome,
    pub head: Head,
    /// What the form shows, so that only what is changed of it is written.
    pub seen: String,
    pub greeting: String,
    /// What is chosen, for the preview.
    pub accent: &'static str,
    pub is_left: bool,
    pub accents: Vec<Swatch>,
    pub sides: Vec<Choice>,
    pub welcome_title: Field,
    pub button_label: Field,
}

/// One colour to choose.
#[derive(Clone, Copy)]
pub struct Swatch {
    pub code: &'static str,
    pub name: &'static str,
    pub is_chosen: bool,
}

/// Which hours are chosen; a word in the form.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Chosen {
    #[default]
    Workspace,
    Always,
    Own,
}

impl Chosen {
    /// The choice that stands for what is stored.
    pub const fn of(opening: &Opening) -> Self {
        match opening {
            Opening::Workspace => Self::Workspace,
            Opening::Always => Self::Always,
            Opening::Own(_) => Self::Own,
        }
    }
}

/// `GET /settings/inboxes/ID/hours`. Fields: `opening` (`workspace`, `always` or `own`),
/// `day`, `from` and `to` (many), `away_message`.
#[derive(Template)]
#[template(path = "inboxes/hours.html")]
pub struct OpeningPage {
    pub chrome: Chrome,
    pub head: Head,
    /// As in [`LookPage`].
    pub seen: String,
    /// In which the hours count.
    pub zone: &'static str,
    pub opening: Chosen,
    pub hours: Hours,
    pub away: Field,
}

/// `GET /settings/inboxes/ID/team`. Fields: `seen_by` (`everybody` or `chosen`),
/// `member` (many).
#[derive(Template)]
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
/// back. Fields: `name`, `greeting`, `allowed_sites` (one origin per line), `submission`.
#[derive(Template)]
#[template(path = "inboxes/form.html")]
pub struct InboxFormPage {
    pub chrome: Chrome,
    /// `None` for a new one.
    pub head: Option<Head>,
    /// As in [`LookPage`]; empty for a new one.
    pub seen: String,
    pub is_archived: bool,
    pub address: Option<ChatAddress>,
    pub name: Field,
    pub greeting: Field,
    pub allowed_sites: Field,
    /// The random id of the form of a new one.
    pub submission: Option<String>,
    /// Another kind may be added by whoever asks.
    pub may_connect: bool,
}

impl InboxFormPage {
    const fn is_email(&self) -> bool {
        false
    }

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
