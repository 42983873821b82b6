//! What the customer sees: a form for somebody new, their conversation, and a
//! page for a chat that is closed.

use askama::Template;

use crate::rich::Markup;
use crate::web::view::{Field, FileField, FileView, When};

/// What every page of one chat shares.
#[derive(Clone, Debug)]
pub struct ChatFrame {
    /// The chat's key, as in `/chat/KEY`.
    pub key: String,
    /// Whom the customer writes to: the workspace's name.
    pub team: String,
    /// The address of its logo.
    pub logo: Option<String>,
    /// `accent-blue`
    pub accent: &'static str,
    /// What stands above the form of a new conversation.
    pub title: String,
    /// It takes no new conversations.
    pub is_archived: bool,
    /// The page stands in a frame on another site: links and forms stay in it,
    /// and the visitor's token travels in the header `X-Baton-Visitor`.
    pub is_embedded: bool,
    /// What is answered goes by mail as well.
    pub answers_by_mail: bool,
    /// The visitor's conversations, newest first.
    pub conversations: Vec<ChatLink>,
}

impl ChatFrame {
    /// A page of this chat; `query` begins with its first name, or is empty.
    pub fn address(&self, query: &str) -> String {
        let embed = if self.is_embedded { "embed=1" } else { "" };
        match (embed.is_empty(), query.is_empty()) {
            (true, true) => format!("/chat/{}", self.key),
            (true, false) => format!("/chat/{}?{query}", self.key),
            (false, true) => format!("/chat/{}?{embed}", self.key),
            (false, false) => format!("/chat/{}?{query}&{embed}", self.key),
        }
    }

    /// Where a script sends a file ahead of its form.
    pub fn files_action(&self) -> String {
        format!("/chat/{}/files", self.key)
    }

    pub fn conversation_address(&self, id: &i64) -> String {
        self.address(&format!("conversation={id}"))
    }
}

/// One of the visitor's conversations.
#[derive(Clone, Debug)]
pub struct ChatLink {
    pub id: i64,
    /// The beginning of what they wrote first.
    pub title: String,
    pub when: When,
    pub is_current: bool,
}

/// The form for a new conversation. For a visitor who is known, name and address
/// come filled in.
#[derive(Template)]
#[template(path = "chat/start.html")]
pub struct ChatStartPage {
    pub frame: ChatFrame,
    /// The inbox's greeting; empty where it has none.
    pub greeting: Markup,
    /// What is said outside of the hours, and when somebody is there again.
    pub away: Option<(Markup, Option<Back>)>,
    /// Fresh for every rendering: a double click starts one conversation.
    pub submission: String,
    pub name: Field,
    pub email: Field,
    pub message: Field,
    pub files: FileField,
    /// Why nothing was sent though each field is right, or why what was is not shown.
    pub refusal: Option<String>,
}

/// An open conversation: the log, and the form to go on.
#[derive(Template)]
#[template(path = "chat/conversation.html")]
pub struct ChatConversationPage {
    pub frame: ChatFrame,
    pub conversation: i64,
    pub messages: ChatMessages,
    /// Earlier messages than the page shows: the oldest one shown.
    pub earlier: Option<i64>,
    /// There are newer ones than the page shows, which hears of none.
    pub is_past: bool,
    pub submission: String,
    /// What opens its stream in a frame, where no cookie comes along.
    pub stream_pass: Option<String>,
    /// The address to which its answers go as well.
    pub mailed_to: Option<String>,
    pub message: Field,
    pub files: FileField,
    pub refusal: Option<String>,
}

impl ChatConversationPage {
    /// Where the script listens for what is new.
    pub fn live_address(&self) -> String {
        let pass = self.stream_pass.as_ref().map(|pass| format!("&pass={pass}"));
        let pass = pass.unwrap_or_default();
        format!("/chat/{}/live?conversation={}{pass}", self.frame.key, self.conversation)
    }

    /// Where the script says that somebody types.
    pub fn here_address(&self) -> String {
        format!("/chat/{}/here", self.frame.key)
    }

    /// Where the script asks for what is new; it adds `after`.
    pub fn messages_address(&self) -> String {
        format!("/chat/{}/messages?conversation={}", self.frame.key, self.conversation)
    }

    /// Nothing has come back yet, not even by itself.
    pub fn is_unanswered(&self) -> bool {
        let mut said = self.messages.items.iter();
        self.earlier.is_none()
            && !self.is_past
            && said.all(|one| matches!(one.by, ChatAuthor::Customer))
    }

    /// The visitor's other conversations.
    pub fn others(&self) -> impl Iterator<Item = &ChatLink> {
        self.frame.conversations.iter().filter(|link| !link.is_current)
    }
}

/// Messages of one conversation: part of its page, and alone what the page's
/// script appends. Internal notes never come here.
#[derive(Template)]
#[template(path = "chat/_messages.html")]
pub struct ChatMessages {
    pub team: String,
    /// Oldest first.
    pub items: Vec<ChatMessage>,
}

/// When somebody is there again.
#[derive(Clone, Debug)]
pub struct Back {
    /// For the `datetime` attribute, by which a script tells it on the customer's own clock.
    pub iso: String,
    /// `Tuesday 1 December, 09:00 (Berlin time)`
    pub text: String,
}

/// What one side wrote.
pub struct ChatMessage {
    pub id: i64,
    pub by: ChatAuthor,
    pub html: Markup,
    /// Behind what was said by itself, as long as nobody is there.
    pub back: Option<Back>,
    pub files: Vec<FileView>,
    pub when: When,
}

/// Who wrote it, as the customer is told.
#[derive(Clone, Debug)]
pub enum ChatAuthor {
    Customer,
    /// The name that the member lets customers see.
    Member {
        name: String,
        /// The address of their picture.
        picture: Option<String>,
    },
    /// Nobody: it was said by itself.
    Automatic,
}

/// No chat under this key, or it was closed. Answered with 404 or 410.
#[derive(Default, Template)]
#[template(path = "chat/closed.html")]
pub struct ChatClosedPage {
    /// What was written while it was closed.
    pub kept: String,
    /// The address of the visitor's conversation, which goes on.
    pub earlier: Option<String>,
    /// It stands in a frame, and does not know yet who looks: their conversation may go on.
    pub is_embedded: bool,
}
