//! What a member is told by mail.

use askama::Template;

/// Tells a member of what happened while they were not looking.
#[derive(Clone, Debug)]
pub struct NotificationsMail {
    pub workspace_name: String,
    /// At least one.
    pub groups: Vec<NoticeGroup>,
    /// Whether an answer to this very mail reaches the customer.
    pub takes_answers: bool,
    /// What the subject says besides, so that an answer is known again.
    pub tag: Option<String>,
    /// Where to choose what is mailed.
    pub profile_link: String,
    /// Where to end it.
    pub stop_link: String,
}

/// What is told of one conversation, or of something else.
#[derive(Clone, Debug)]
pub struct NoticeGroup {
    /// `Hanna Lindqvist: Is the rear hanger in stock?`
    pub title: String,
    /// `Gil Roth assigned this to you`
    pub lines: Vec<String>,
    /// The beginning of the newest message, where the title does not say it already.
    pub excerpt: Option<String>,
    /// Where to read on.
    pub link: Option<String>,
    /// The customer, where an answer by mail reaches them, and who gets it as well.
    pub customer: Option<String>,
    /// Where a mail program begins that answer.
    pub answer_link: Option<String>,
}

impl NotificationsMail {
    pub fn subject(&self) -> String {
        let subject = match &self.groups[..] {
            [only] => format!("{}: {}", only.lines.last().map_or("", String::as_str), only.title),
            groups => format!("{} updates in {}", groups.len(), self.workspace_name),
        };
        match &self.tag {
            // The tag must stay whole, whatever the names before it.
            Some(tag) => format!("{} {tag}", crate::models::text::excerpt(&subject, 120)),
            None => subject,
        }
    }

    pub fn heading(&self) -> String {
        match &self.groups[..] {
            [only] => only.lines.last().cloned().unwrap_or_default(),
            groups => format!("{} updates", groups.len()),
        }
    }

    /// What a list of mails shows beside the subject.
    pub fn preview(&self) -> String {
        match &self.groups[..] {
            [only] => only.excerpt.clone().unwrap_or_else(|| only.title.clone()),
            groups => groups.iter().map(|group| &*group.title).collect::<Vec<_>>().join(", "),
        }
    }

    /// The lines of a group that the heading does not say.
    pub fn lines<'a>(&self, of: &'a NoticeGroup) -> &'a [String] {
        match &self.groups[..] {
            [_] => &of.lines[..of.lines.len().saturating_sub(1)],
            _ => &of.lines,
        }
    }
}

mail_templates!(NotificationsMail, NotificationsHtml "mail/notifications.html", NotificationsText "mail/notifications.txt");
