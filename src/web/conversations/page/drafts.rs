//! Drafts in the composers.

use super::ConversationPage;

impl ConversationPage<'_> {
    /// Where a script sends what is being written.
    pub fn draft_action(&self) -> String {
        format!("/conversations/{}/draft", self.id)
    }
}

/// The versions of the drafts that a page shows; 0 where it shows none.
#[derive(Clone, Copy, Debug, Default)]
pub struct Shown {
    pub reply: i64,
    pub note: i64,
}

impl Shown {
    /// The reply that stands there is kept.
    pub fn has_reply(&self) -> bool {
        self.reply > 0
    }

    /// What a composer says of a draft from the start.
    pub fn words(version: &i64) -> &'static str {
        if *version > 0 { "Draft saved" } else { "" }
    }
}
