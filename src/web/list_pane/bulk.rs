//! The bar of the list with which several conversations are changed at once.

use crate::models::bulk::MOST;
use crate::web::view::Choice;

/// What the bar offers.
#[derive(Clone, Debug)]
pub struct Bulk {
    pub can_assign: bool,
    pub members: Vec<Choice>,
    pub labels: Vec<Choice>,
    /// Until when, with their times.
    pub times: Vec<Choice>,
    /// How many match, as shown: `37`, `99+`.
    pub count: String,
    /// When the page was made, in microseconds.
    pub made: i64,
    pub selected: Selected,
}

/// What the form said when it could not be done.
#[derive(Clone, Debug, Default)]
pub struct Selected {
    /// The conversations that are checked.
    pub picked: Vec<i64>,
    /// *All that match* is.
    pub is_all: bool,
    pub assignee: String,
    pub label: String,
    pub until: String,
    pub problem: Option<BulkProblem>,
}

/// What is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BulkProblem {
    #[error("Select conversations first.")]
    Nothing,
    #[error("Choose an owner.")]
    NoAssignee,
    #[error("Choose a label.")]
    NoLabel,
    #[error("Choose a time.")]
    NoTime,
    #[error("That time has passed. Choose one in the future.")]
    Past,
}

impl Bulk {
    /// How many *All that match* is, said before it is done.
    pub fn match_words(&self) -> String {
        if self.count.ends_with('+') {
            format!("{}, at most {MOST} at a time", self.count)
        } else {
            self.count.clone()
        }
    }

    /// Whether a row is checked.
    pub fn has(&self, id: &i64) -> bool {
        self.selected.picked.contains(id)
    }

    /// What is missing, in words.
    pub fn problem(&self) -> Option<String> {
        self.selected.problem.map(|problem| problem.to_string())
    }

    /// Which of the selects misses a choice.
    pub fn misses(&self, field: &str) -> bool {
        matches!(
            (self.selected.problem, field),
            (Some(BulkProblem::NoAssignee), "assignee")
                | (Some(BulkProblem::NoLabel), "label")
                | (Some(BulkProblem::NoTime | BulkProblem::Past), "until")
        )
    }
}
