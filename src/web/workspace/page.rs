//! Settings → Workspace.

use askama::Template;
use askama_web::WebTemplate;

use crate::web::view::{Chrome, Field};

/// `GET /settings/workspace`, and the form on its way back. Fields:
/// `workspace_name`, `timezone`.
#[derive(Template, WebTemplate)]
#[template(path = "workspace/index.html")]
pub struct WorkspacePage {
    pub chrome: Chrome,
    pub name: Field,
    pub zones: Vec<&'static str>,
    pub zone: String,
    pub zone_error: Option<String>,
    pub error: Option<String>,
    pub mail: MailState,
}

/// How mail leaves this server.
#[derive(Clone, Debug, Default)]
pub struct MailState {
    pub is_set_up: bool,
    /// The host, never the credentials.
    pub server: String,
    pub from: String,
    /// The viewer's own address.
    pub test_address: String,
    /// What became of the latest test: `Delivered 2 min ago.`
    pub last_test: Option<String>,
}

/// `GET /settings/workspace/delete`. Field: `confirmation`, the workspace's name.
#[derive(Template, WebTemplate)]
#[template(path = "workspace/delete.html")]
pub struct DeleteWorkspacePage {
    pub chrome: Chrome,
    /// `5 members`
    pub members: String,
    /// `1,204 conversations`
    pub conversations: String,
    pub confirmation: Field,
}

impl DeleteWorkspacePage {
    fn confirmation_hint(&self) -> String {
        format!("To confirm, type “{}”.", self.chrome.workspace_name)
    }
}
