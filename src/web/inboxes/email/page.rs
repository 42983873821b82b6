//! The page of an inbox that takes mail.

use askama::Template;

use super::form::Fields;
use crate::channels::mail_server::{Outcome, Trial};
use crate::net::Step;
use crate::web::inboxes::page::Head;
use crate::web::view::{Chrome, Field, When};

/// `GET /settings/inboxes/new/email` and `/settings/inboxes/ID`, and the form on its
/// way back. Fields: `name`, `address`, `sender_name`, `signature`,
/// `has_plus_addresses`; `imap_` and `smtp_` with each of `host`, `port`, `user`,
/// `password`, `typed` and `security`; and `test` where that button was pressed.
#[derive(Template)]
#[template(path = "inboxes/email.html")]
pub struct EmailPage {
    pub chrome: Chrome,
    /// `None` for a new one.
    pub head: Option<Head>,
    pub is_archived: bool,
    /// `None` for a new one.
    pub connection: Option<Connection>,
    pub fields: Fields,
    /// One without an SMTP server sends by that of the installation.
    pub sends_for_inboxes: bool,
    /// What *Test connection* found, by the server's name; empty: not pressed.
    pub trials: Vec<Tried>,
}

impl EmailPage {
    fn heading(&self) -> &str {
        self.head.as_ref().map_or("Add inbox", |head| &head.name)
    }

    fn action(&self) -> String {
        match &self.head {
            Some(head) => format!("/settings/inboxes/{}/connection", head.id),
            None => "/settings/inboxes/new/email".to_owned(),
        }
    }

    fn smtp_hint(&self) -> &'static str {
        if self.sends_for_inboxes {
            "Replies are sent through it. Leave empty to use the mail server of this installation."
        } else {
            "Replies are sent through it; without one, none are sent."
        }
    }

    const fn is_email(&self) -> bool {
        true
    }

    fn works(&self) -> bool {
        self.trials.iter().all(|tried| tried.works)
    }
}

/// The same for a Manager, who sees no server and changes the name alone.
#[derive(Template)]
#[template(path = "inboxes/email_name.html")]
pub struct EmailNamePage {
    pub chrome: Chrome,
    pub head: Head,
    pub is_archived: bool,
    pub address: String,
    pub connection: Connection,
    pub name: Field,
}

/// How reading a mailbox and sending by it go.
pub struct Connection {
    pub reading: Reading,
    /// Since which hour it cannot be read.
    pub unread_since: Option<String>,
    /// Why its mail server does not let replies leave, and since when.
    pub sends_nothing: Option<(String, String)>,
    /// There is a server by which replies leave.
    pub sends: bool,
    pub last_mail: Option<When>,
    pub last_error: Option<(String, When)>,
}

/// Whether a mailbox is read.
pub enum Reading {
    /// It has no IMAP server.
    Piped,
    /// The inbox is archived.
    Ended,
    Connected {
        since: When,
    },
    Failing {
        next: When,
    },
    /// It will be connected within seconds.
    Waiting,
}

/// What *Test connection* found about a server.
pub struct Tried {
    pub server: &'static str,
    pub works: bool,
    pub steps: Vec<TriedStep>,
}

/// One step of it.
pub struct TriedStep {
    pub name: &'static str,
    pub state: &'static str,
    pub icon: &'static str,
    /// What failed, and what to do.
    pub problem: Option<String>,
}

impl Tried {
    /// A trial in words.
    pub fn new(server: &'static str, trial: &Trial) -> Self {
        let step = |(step, outcome): &(Step, Outcome)| {
            let (state, icon, problem) = match outcome {
                Outcome::Passed => ("works", "check", None),
                Outcome::Failed(problem) => ("failed", "alert", Some(problem.to_string())),
                Outcome::NotTried => ("not tried", "more", None),
            };
            TriedStep { name: step.name(), state, icon, problem }
        };
        Self { server, works: trial.is_passed(), steps: trial.steps.iter().map(step).collect() }
    }
}
