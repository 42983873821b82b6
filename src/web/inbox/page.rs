//! What `/inbox` shows.

use askama::Template;

use crate::web::list_pane::{Filter, ListPane, Status, View};
use crate::web::view::{Chrome, Seats};

/// The unified inbox: rail, list, and an empty place where a conversation opens.
#[derive(Template)]
#[template(path = "inbox/index.html")]
pub struct InboxPage<'a> {
    pub chrome: Chrome,
    pub list: ListPane<'a>,
    /// Stands where a conversation would, until its steps are done.
    pub first_run: Option<FirstRun>,
}

impl<'a> InboxPage<'a> {
    pub fn new(chrome: Chrome, list: ListPane<'a>, first_run: Option<FirstRun>) -> Self {
        let mut page = Self { chrome, list, first_run };
        page.list.is_page_title = !page.is_welcome();
        page
    }

    /// With no conversation at all, a phone shows the steps instead of the list.
    pub fn body_class(&self) -> &'static str {
        if self.is_welcome() { "has-panes no-panel is-empty" } else { "has-panes no-panel" }
    }

    /// Nothing has arrived yet: the steps are the page.
    pub fn is_welcome(&self) -> bool {
        self.first_run.as_ref().is_some_and(|steps| !steps.has_chat)
    }

    /// How many wait in the queue, in words, where it is worth a hint.
    pub fn waiting(&self) -> Option<String> {
        let Filter { view, status, .. } = self.list.filter;
        match self.list.counts.unassigned {
            _ if status != Status::Open || view == View::Unassigned => None,
            ..=0 => None,
            1 => Some("One is waiting in".to_owned()),
            2..100 => Some(format!("{} are waiting in", self.list.counts.unassigned)),
            _ => Some("More than 99 are waiting in".to_owned()),
        }
    }
}

/// The first steps in a new workspace, for its Administrator.
#[derive(Clone, Debug)]
pub struct FirstRun {
    /// The customer's page of the first chat, `/chat/KEY`, where one is open.
    pub chat_url: Option<String>,
    /// Somebody has written: there is a conversation.
    pub has_chat: bool,
    pub seats: Seats,
    /// Somebody was invited.
    pub has_team: bool,
    pub mail: MailStep,
}

/// How far mail is set up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MailStep {
    /// `BATON_SMTP_URL` is not set: mails are written to files.
    NotConfigured,
    /// It is set; the test goes to this address.
    Ready { address: String },
    /// A mail has gone out.
    Done,
}
