//! Tells a member that the answer they mailed was not sent.

use askama::Template;

/// Gives a member back what they wrote, with the reason.
#[derive(Clone, Debug)]
pub struct ReplyRefusedMail {
    pub workspace_name: String,
    /// In a sentence.
    pub why: String,
    pub body: String,
    /// The conversation, or the inbox where it is not for them.
    pub link: String,
}

impl ReplyRefusedMail {
    pub fn subject(&self) -> String {
        "Your answer was not sent".to_owned()
    }

    pub fn lines(&self) -> impl Iterator<Item = &str> {
        self.body.lines()
    }
}

mail_templates!(ReplyRefusedMail, ReplyRefusedHtml "mail/reply_refused.html", ReplyRefusedText "mail/reply_refused.txt");
