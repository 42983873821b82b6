//! The page of who came second and may not see the conversation any more.

use askama::Template;

use crate::models::ownership::Gained;
use crate::web::list_pane::ListPane;
use crate::web::view::{Baton, Chrome};

/// Nothing of the thread, but the new owner's name and one's own text.
#[derive(Template)]
#[template(path = "conversations/lost.html")]
pub struct LostPage<'a> {
    pub chrome: Chrome,
    pub list: ListPane<'a>,
    pub id: i64,
    pub contact_name: String,
    pub kind: Lost,
    /// The new owner, as a colleague's baton.
    pub owner: Baton,
    pub gained: Gained,
    /// The local time of day: `09:41`.
    pub since: String,
    /// What had been typed; empty after a mere claim.
    pub text: String,
    /// The text is kept as their draft of this conversation.
    pub is_draft: bool,
    /// Another one that waits in the queue.
    pub next_unassigned: Option<i64>,
}

/// What did not happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lost {
    Claim,
    Assign,
    Reply,
    /// A reply that they took back.
    Undone,
    Note,
    /// Releasing, resolving, snoozing and the like.
    Change,
    /// Nothing: they only looked at it.
    Sight,
}

impl LostPage<'_> {
    pub fn owner_name(&self) -> &str {
        match &self.owner {
            Baton::Mine { name, .. } | Baton::Colleague { name, .. } => name,
            Baton::Free => "Somebody else",
        }
    }

    /// What became of it, where somebody owns it.
    pub fn happened(&self) -> String {
        match self.gained {
            Gained::Assigned => format!("{} owns this now", self.owner_name()),
            // Who had it before, or only looked on, was in no race.
            gained
                if gained == Gained::TookOver
                    || matches!(self.kind, Lost::Sight | Lost::Undone) =>
            {
                gained.words(self.owner_name())
            }
            gained => format!("{} first", gained.words(self.owner_name())),
        }
    }

    /// Nobody owns it; its inbox is for others, or its last owner left.
    pub fn is_free(&self) -> bool {
        matches!(self.owner, Baton::Free)
    }

    pub fn title(&self) -> &'static str {
        match self.kind {
            Lost::Claim => "Already claimed",
            Lost::Assign => "Not assigned",
            Lost::Reply | Lost::Undone => "Reply not sent",
            Lost::Note => "Note not added",
            Lost::Change => "Nothing was changed",
            Lost::Sight => "No longer yours",
        }
    }

    pub fn is_note(&self) -> bool {
        self.kind == Lost::Note
    }
}
