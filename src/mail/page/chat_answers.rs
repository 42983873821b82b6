//! What brings a customer the answers of a chat.

use askama::Template;

use crate::rich::{self, Markup};

/// Brings a customer who went away what the team answered in the chat. It holds nothing
/// that the customer typed: the address may be somebody else's.
#[derive(Clone, Debug)]
pub struct ChatAnswersMail {
    pub workspace_name: String,
    /// At least one.
    pub replies: Vec<MailedReply>,
    /// Where to go on; none where the chat stands on a site of the team's.
    pub link: Option<String>,
    /// Whether an answer to the mail reaches the team.
    pub takes_answers: bool,
    /// What the subject says besides, so that an answer is known again.
    pub tag: Option<String>,
    /// The address, as it was typed.
    pub email: String,
    /// Where to end such mails.
    pub stop_link: String,
}

/// One reply.
#[derive(Clone, Debug)]
pub struct MailedReply {
    pub author: String,
    pub text: String,
    /// `2 files are in the chat.`; empty without one.
    pub files: String,
}

impl MailedReply {
    /// The text as the chat shows it.
    pub fn html(&self) -> Markup {
        rich::markdown(&self.text, &[])
    }
}

impl ChatAnswersMail {
    pub fn subject(&self) -> String {
        let subject = format!("{} answered you in the chat", self.workspace_name);
        match &self.tag {
            Some(tag) => format!("{} {tag}", crate::models::text::excerpt(&subject, 120)),
            None => subject,
        }
    }

    /// What a list of mails shows beside the subject.
    pub fn preview(&self) -> String {
        let first = self.replies.first().map_or("", |reply| reply.text.as_str());
        crate::models::text::excerpt(first, 140)
    }
}

mail_templates!(ChatAnswersMail, ChatAnswersHtml "mail/chat_answers.html", ChatAnswersText "mail/chat_answers.txt");
