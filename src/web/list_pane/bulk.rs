//! The bar of the list with which several conversations are changed at once.

use crate::models::bulk::MOST;
use crate::policy::Status;
use crate::web::view::Choice;

/// What the bar offers.
#[derive(Clone, Debug)]
pub struct Bulk {
    /// Where what is listed stands: what can be done with it.
    pub status: Status,
    pub is_spam: bool,
    pub can_assign: bool,
    /// It is all theirs, and nobody else's to have by their choice.
    pub can_release: bool,
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

/// A button that needs no choice beside it.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    /// The end of the form's address.
    pub path: &'static str,
    pub icon: &'static str,
    pub words: &'static str,
    /// Drawn without its words.
    pub is_icon: bool,
}

impl Step {
    const fn new(path: &'static str, icon: &'static str, words: &'static str) -> Self {
        Self { path, icon, words, is_icon: false }
    }
}

const RELEASE: Step = Step::new("release", "undo", "Release");
const RESOLVE: Step = Step::new("resolve", "check", "Resolve");
const REOPEN: Step = Step::new("reopen", "undo", "Reopen");
const SPAM: Step = Step { is_icon: true, ..Step::new("spam", "alert", "Mark as spam") };
const NOT_SPAM: Step = Step::new("not-spam", "undo", "Not spam");

impl Bulk {
    /// What is resolved can be neither snoozed nor resolved.
    pub fn can_put_away(&self) -> bool {
        self.status != Status::Resolved
    }

    /// What can be done to all that is listed, as on the page of one of them.
    pub fn steps(&self) -> impl Iterator<Item = Step> {
        let steps: &[Step] = match self.status {
            _ if self.is_spam => &[NOT_SPAM],
            Status::Open => &[RESOLVE, SPAM],
            Status::Snoozed => &[RESOLVE, REOPEN, SPAM],
            Status::Resolved => &[REOPEN, SPAM],
        };
        self.can_release.then_some(RELEASE).into_iter().chain(steps.iter().copied())
    }

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
