//! Settings → Workspace.

use askama::Template;

use crate::web::hours::Hours;
use crate::web::view::{Choice, Chrome, Field};

/// `GET /settings/workspace`, and its forms on their way back. Fields:
/// `workspace_name`, `timezone`, `hours` (`always` or `set`), `day`, `from` and `to` (many),
/// `session_days`, `agents_pass_on`; and of `/logo`: `logo`, a file.
#[derive(Template)]
#[template(path = "workspace/index.html")]
pub struct WorkspacePage {
    pub chrome: Chrome,
    /// What the form shows, so that only what is changed of it is written.
    pub seen: String,
    pub name: Field,
    pub zones: Vec<&'static str>,
    pub zone: Field,
    /// The team works at every hour.
    pub is_always: bool,
    pub hours: Hours,
    /// After how long without a visit members are signed out.
    pub session_days: Vec<Choice>,
    pub agents_pass_on: bool,
    pub logo_error: Option<String>,
    pub mail: MailState,
}

/// How mail leaves this server.
#[derive(Clone, Debug, Default)]
pub struct MailState {
    pub is_set_up: bool,
    /// Where it is and how the way there is kept secret, never the credentials.
    pub server: String,
    pub from: String,
    /// The viewer's own address.
    pub test_address: String,
    /// What became of the latest one: `The test mail of 2 min ago was taken.`
    pub last_test: Option<String>,
}

/// `GET /settings/workspace/delete`. Field: `confirmation`, the workspace's name.
#[derive(Template)]
#[template(path = "workspace/delete.html")]
pub struct DeleteWorkspacePage {
    pub chrome: Chrome,
    /// `5 members`
    pub members: String,
    /// `1,204 conversations`
    pub conversations: String,
    /// `3 people who are in this one alone lose it.`; empty for nobody.
    pub users: String,
    pub confirmation: Field,
}

impl DeleteWorkspacePage {
    fn confirmation_hint(&self) -> String {
        format!("To confirm, type “{}”.", self.chrome.workspace_name)
    }
}
