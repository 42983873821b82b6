//! Settings → Labels.

use askama::Template;

use crate::web::view::{Chip, Choice, Chrome, Field};

/// `GET /settings/labels`
#[derive(Template)]
#[template(path = "labels/index.html")]
pub struct LabelsPage {
    pub chrome: Chrome,
    pub labels: Vec<LabelRow>,
}

impl LabelsPage {
    /// It takes two to merge.
    fn can_merge(&self) -> bool {
        self.labels.len() > 1
    }
}

/// One label of the list.
pub struct LabelRow {
    pub id: i64,
    pub chip: Chip,
    /// `on 12 conversations`
    pub conversations: String,
}

/// `GET /settings/labels/new` and `/settings/labels/ID`, and the form on its way
/// back. Fields: `name`, `colour`.
#[derive(Template)]
#[template(path = "labels/form.html")]
pub struct LabelFormPage {
    pub chrome: Chrome,
    /// `None` for a new one.
    pub id: Option<i64>,
    /// The name as stored, which the heading shows while the field is edited.
    pub saved_name: String,
    /// Fresh for every rendering: a double click adds one.
    pub submission: String,
    /// What the page showed of a stored one.
    pub seen: String,
    pub name: Field,
    pub colours: Vec<ColourChoice>,
}

impl LabelFormPage {
    fn heading(&self) -> &str {
        if self.id.is_some() { &self.saved_name } else { "New label" }
    }

    fn action(&self) -> String {
        match self.id {
            Some(id) => format!("/settings/labels/{id}"),
            None => "/settings/labels/new".to_owned(),
        }
    }
}

/// A colour to choose, shown as a chip with its name.
pub struct ColourChoice {
    pub value: &'static str,
    pub chip: Chip,
    pub is_selected: bool,
}

/// `GET /settings/labels/ID/merge`. Field: `into`.
#[derive(Template)]
#[template(path = "labels/merge.html")]
pub struct MergePage {
    pub chrome: Chrome,
    pub id: i64,
    pub chip: Chip,
    /// `on 12 conversations`
    pub conversations: String,
    pub others: Vec<Choice>,
    pub error: Option<String>,
}

/// `GET /settings/labels/ID/delete`
#[derive(Template)]
#[template(path = "labels/delete.html")]
pub struct DeletePage {
    pub chrome: Chrome,
    pub id: i64,
    pub chip: Chip,
    /// `on 12 conversations`
    pub conversations: String,
    /// `2 saved views use`; none where none does.
    pub views: Option<String>,
}
