//! What a conversation's pages show: the thread with its composer, the panel,
//! and the page of whoever came second.

mod contact;
mod drafts;
mod mail;
mod thread;

use askama::Template;

use crate::models::inbox;
use crate::web::list_pane::ListPane;
use crate::web::view::{Baton, Chip, Choice, Chrome, Field, FileField, When};

pub use contact::Contact;
pub use drafts::Shown;
pub use mail::{MailFields, MailLine};
pub use thread::{MailView, Note, Participant, ThreadItem};

/// A conversation as one viewer may see and use it.
#[derive(Template)]
#[template(path = "conversations/show.html")]
pub struct ConversationPage<'a> {
    pub chrome: Chrome,
    pub list: ListPane<'a>,
    pub id: i64,
    /// The subject, or what stands for it. Never empty: it is the page's h1.
    pub title: String,
    pub contact: Contact,
    pub channel: inbox::Kind,
    /// The inbox's name.
    pub inbox: String,
    pub state: State,
    pub is_spam: bool,
    pub ownership: Ownership,
    pub may: Abilities,
    pub composer: Composer,
    /// Oldest first; at most the newest 100, or the 100 before `messages_before`.
    pub items: Vec<ThreadItem>,
    pub earlier: Earlier,
    /// The newest message the page shows, notes not counted; 0 with none. An earlier part
    /// goes on with that of the page that led to it. The reply form carries it, so that a
    /// reply to an outdated thread is held once.
    pub last_message: i64,
    /// The conversation after this one in the list; empty where there is none.
    pub following: String,
    /// Fresh for every rendering: a double click sends one reply.
    pub submission: String,
    /// Which drafts stand in the fields.
    pub drafts: Shown,
    /// The text so far and what is wrong with it. With [`Composer::Explained`] a
    /// text here is one that was refused: it is shown to be copied.
    pub reply: Field,
    /// Whom it goes to, where it goes by mail.
    pub mailing: Option<MailFields>,
    /// What *Quick reply* offers here; the control is drawn when there is something.
    pub quick_replies: Vec<Choice>,
    /// The quick replies that the text was made with, by their ids.
    pub used: Vec<i64>,
    pub reply_files: FileField,
    pub note: Field,
    pub note_files: FileField,
    /// Whom a note may mention: whoever may see the conversation, but oneself.
    pub mentionable: Vec<Choice>,
    /// Members' names with their membership ids; `Unassigned` is added here.
    pub assignees: Vec<Choice>,
    pub snooze: Snooze,
    pub labels: Labels,
    pub past: Vec<PastConversation>,
    /// Newest first.
    pub activity: Vec<ActivityLine>,
    pub notice: Option<Notice>,
}

impl ConversationPage<'_> {
    /// Where a form of this page goes; the list's choice travels along.
    pub fn action(&self, verb: &str) -> String {
        format!("/conversations/{}/{verb}{}", self.id, self.list.query())
    }

    /// This conversation beside the same list.
    pub fn address(&self) -> String {
        format!("/conversations/{}{}", self.id, self.list.query())
    }

    /// Where a script sends a file ahead of its form.
    pub fn files_action(&self) -> String {
        format!("/conversations/{}/files", self.id)
    }

    /// Where a note's form goes.
    pub fn note_action(&self, note: &i64, verb: &str) -> String {
        self.action(&format!("notes/{note}{verb}"))
    }

    /// Where a form at a message goes.
    pub fn message_action(&self, message: &i64, verb: &str) -> String {
        self.action(&format!("messages/{message}/{verb}"))
    }

    /// This page with a note that is about to be changed.
    pub fn note_address(&self, what: &str, note: &i64) -> String {
        let address = self.address();
        let mark = if address.contains('?') { '&' } else { '?' };
        format!("{address}{mark}{what}={note}#message-{note}")
    }

    /// Where one may go on once this one was put away, and with whom.
    pub fn next(&self) -> Option<(String, &str)> {
        let next = self.chrome.flash.as_ref()?.next?;
        let row = self.list.rows.iter().find(|row| row.id == next)?;
        Some((format!("/conversations/{next}{}", self.list.query()), row.name))
    }

    /// The list, for the way back on a phone.
    pub fn list_address(&self) -> String {
        format!("/inbox{}", self.list.query())
    }

    /// Where it was written: the channel, and the inbox if that says more.
    pub fn place(&self) -> String {
        let channel = self.channel.name();
        if self.inbox == channel {
            channel.to_owned()
        } else {
            format!("{channel} in {}", self.inbox)
        }
    }

    /// What a mail names itself; a chat has none.
    pub fn subject(&self) -> Option<&str> {
        (self.channel == inbox::Kind::Email).then_some(&*self.title)
    }

    /// Whether the head may cut the subject off where it stands beside the panel, which has it
    /// in full.
    pub fn is_title_long(&self) -> bool {
        self.title.chars().count() > 40
    }

    pub fn has_text_to_keep(&self) -> bool {
        !self.reply.value.is_empty() || !self.reply_files.is_empty()
    }

    pub fn is_explained(&self) -> bool {
        self.composer == Composer::Explained
    }

    pub fn will_claim(&self) -> bool {
        self.composer == Composer::ClaimAndReply
    }

    pub fn is_open(&self) -> bool {
        matches!(self.state, State::Open)
    }

    /// What sending does besides sending.
    pub fn reply_effect(&self) -> &'static str {
        match (self.will_claim(), self.is_open()) {
            (true, true) => "Sending claims it.",
            (true, false) => "Sending claims and reopens it.",
            (false, true) => "",
            (false, false) => "Sending reopens it.",
        }
    }
}

/// What this viewer may do here and now, from `policy` and the conversation's state.
#[derive(Clone, Copy, Debug, Default)]
pub struct Abilities {
    pub can_claim: bool,
    pub can_release: bool,
    pub can_take_over: bool,
    pub can_assign: bool,
    pub can_resolve: bool,
    pub can_reopen: bool,
    pub can_snooze: bool,
    pub can_note: bool,
    pub can_mark_spam: bool,
    pub can_unmark_spam: bool,
    pub can_label: bool,
    /// Make labels that are not there yet.
    pub can_manage_labels: bool,
}

/// Which of its three faces the composer has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Composer {
    /// The viewer is the owner: *Send reply*.
    Reply,
    /// Nobody is: *Claim and send*.
    ClaimAndReply,
    /// Somebody else is: who, and how to change that.
    Explained,
}

/// Since when something is so, in words before the moment: `Claimed`, 2 min ago.
#[derive(Clone, Debug)]
pub struct Since {
    pub words: String,
    pub when: When,
}

/// Who holds the conversation, since when, and the way it went.
#[derive(Clone, Debug)]
pub struct Ownership {
    pub owner_id: Option<i64>,
    pub version: i64,
    pub holder: Baton,
    /// Until when the owner is away: `Thursday 3 December`.
    pub away: Option<String>,
    pub since: Since,
    /// Every holder in order, `Free` for the queue; drawn from two on.
    pub relay: Vec<Baton>,
}

impl Ownership {
    /// The owner as the forms carry it: empty when unassigned.
    pub fn owner_value(&self) -> String {
        self.owner_id.map(|id| id.to_string()).unwrap_or_default()
    }

    /// Empty when unassigned.
    pub fn owner_name(&self) -> &str {
        match &self.holder {
            Baton::Mine { name, .. } | Baton::Colleague { name, .. } => name,
            Baton::Free => "",
        }
    }

    pub fn headline(&self) -> String {
        let was_owned = self.relay.iter().any(|holder| !matches!(holder, Baton::Free));
        match &self.holder {
            Baton::Mine { .. } => "You own this".to_owned(),
            Baton::Colleague { name, .. } => format!("{name} owns this"),
            Baton::Free if was_owned => "Nobody owns this now".to_owned(),
            Baton::Free => "Nobody owns this yet".to_owned(),
        }
    }

    pub fn class(&self) -> &'static str {
        match self.holder {
            Baton::Mine { .. } => " is-mine",
            Baton::Colleague { .. } => "",
            Baton::Free => " is-free",
        }
    }
}

/// Open, set aside until a moment, or done.
#[derive(Clone, Debug)]
pub enum State {
    Open,
    Snoozed { until: When },
    Resolved,
}

/// What lies before the messages that the page shows.
#[derive(Clone, Copy, Debug, Default)]
pub struct Earlier {
    /// The oldest message shown, when there are earlier ones.
    pub before: Option<i64>,
    /// The page shows earlier messages and not the newest.
    pub is_past: bool,
}

/// When it may come back.
#[derive(Clone, Debug, Default)]
pub struct Snooze {
    /// This evening, tomorrow, next week, with their times as labels.
    pub choices: Vec<Choice>,
    /// When they were made, in microseconds.
    pub offered: i64,
    /// *Pick a time* was chosen.
    pub is_picked: bool,
    /// The picked time, as `datetime-local` writes it.
    pub time: Field,
}

/// What the conversation is about.
#[derive(Clone, Debug, Default)]
pub struct Labels {
    /// Those on the conversation, with their ids, in alphabetical order.
    pub chosen: Vec<(i64, Chip)>,
    /// The others, to choose from.
    pub others: Vec<Choice>,
}

impl Labels {
    /// The workspace has none at all.
    pub fn is_nothing(&self) -> bool {
        self.chosen.is_empty() && self.others.is_empty()
    }
}

/// Another conversation with the same contact that this viewer may see.
#[derive(Clone, Debug)]
pub struct PastConversation {
    pub id: i64,
    pub title: String,
    pub when: When,
}

/// One line of the panel's list.
#[derive(Clone, Debug)]
pub struct ActivityLine {
    /// A name from `icons.svg`: `key` claimed, `arrow` assigned, `undo` released,
    /// `check` resolved, `inbox` reopened, `clock` snoozed, `note`, `chat`, `mail`.
    pub icon: &'static str,
    /// `Mia Chen claimed this`.
    pub text: String,
    pub when: When,
}

/// What stands between the viewer and what they just tried.
#[derive(Clone, Debug)]
pub enum Notice {
    /// The owner changed before *Assign*, *Release* or *Take over* arrived: both are named,
    /// and asked about.
    Moved {
        /// What happened meanwhile: `Mia Chen claimed this a moment ago.`
        happened: String,
        /// What the page had shown: `It was unassigned when you opened it.`
        shown: String,
        /// The membership that was chosen; empty for the queue.
        assignee: String,
        /// `Assign it to Lukas Brandt anyway?`
        question: String,
        /// What says yes.
        button: &'static str,
    },
    /// Newer messages came while the reply was written; a second press sends it.
    /// `happened`: `Hanna Lindqvist wrote again`.
    Held { happened: String },
    /// Somebody has it now; the viewer may still see the conversation.
    /// `happened`: `Mia Chen claimed this`.
    ClaimLost { happened: String },
    /// The reply was refused; its text stands in the composer's place.
    ReplyLost { owner: String },
}
