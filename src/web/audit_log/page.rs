//! Settings → Audit log.

use askama::Template;

use crate::web::days::DayFields;
use crate::web::view::{Choice, Chrome, When};

/// `GET /settings/audit-log`. Fields: `member`, `topic`, `from`, `to`.
#[derive(Template)]
#[template(path = "audit_log/index.html")]
pub struct AuditLogPage {
    pub chrome: Chrome,
    pub members: Vec<Choice>,
    pub topics: Vec<Choice>,
    pub days: DayFields,
    /// Whether less than everything is asked for.
    pub is_filtered: bool,
    /// Whether what is asked for makes no sense, so that nothing was looked for.
    pub is_refused: bool,
    pub rows: Vec<EntryRow>,
    /// The next page, when there is one.
    pub older: Option<String>,
    /// The first page, on any other.
    pub newest: Option<String>,
}

impl AuditLogPage {
    /// What the export's form carries along, by name.
    fn chosen(&self) -> [(&'static str, &str); 4] {
        [
            ("member", selected(&self.members)),
            ("topic", selected(&self.topics)),
            ("from", &self.days.from.value),
            ("to", &self.days.to.value),
        ]
    }
}

fn selected(choices: &[Choice]) -> &str {
    choices.iter().find(|choice| choice.is_selected).map_or("", |choice| &choice.value)
}

/// One entry.
pub struct EntryRow {
    pub when: When,
    pub who: String,
    /// What was done.
    pub title: String,
    /// What it was done to, by its name; empty when the title says it.
    pub about: String,
    pub conversation: Option<i64>,
    pub old_value: String,
    pub new_value: String,
    /// A client's address, or words; empty when it was not noted.
    pub origin: String,
}
