//! What `/notifications` shows.

use askama::Template;

use crate::web::view::{Chrome, When};

/// A member's notices in the workspace, newest first.
#[derive(Template)]
#[template(path = "notifications/index.html")]
pub struct NotificationsPage {
    pub chrome: Chrome,
    pub notices: Vec<Notice>,
    /// The newest notice that is shown, where any is unread.
    pub newest: Option<i64>,
    /// Where the next page starts, fit for a URL; none on the last one.
    pub older: Option<String>,
    pub is_first_page: bool,
}

/// One notice.
#[derive(Clone, Debug)]
pub struct Notice {
    /// What it leads to; none when this member may not see it any more.
    pub href: Option<String>,
    pub icon: &'static str,
    /// `Gil Roth assigned to you`
    pub headline: String,
    /// `Hanger for a Topstone Carbon · Hanna Lindqvist`
    pub detail: String,
    pub is_unread: bool,
    pub when: When,
}
