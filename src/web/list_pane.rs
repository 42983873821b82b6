//! The list of conversations: the left pane of the inbox and of every page of a
//! conversation. The inbox is the page people load most, so the fifty rows
//! borrow their text and write their times straight into the page.

mod bulk;
mod moment;
mod saved;

use askama::Template;

pub use bulk::{Bulk, BulkProblem, Selected};
pub use moment::Moment;
pub use saved::{Saved, SavedLink};

use super::view::{Avatar, Baton, Flash, capped};
pub use crate::models::conversation_list::{Counts, Cursor, Filter, Sort, View};
use crate::models::inbox::Kind;
pub use crate::policy::Status;
use strum::IntoEnumIterator;

/// Spam's word in URLs, in a status's place.
pub const SPAM: &str = "spam";

/// One inbox of the filter.
#[derive(Clone, Copy, Debug)]
pub struct InboxChoice<'a> {
    pub id: i64,
    pub name: &'a str,
    /// It takes no new conversations; the list says so.
    pub is_archived: bool,
}

/// One label or one member of the filter.
#[derive(Clone, Copy, Debug)]
pub struct NamedChoice<'a> {
    pub id: i64,
    pub name: &'a str,
}

/// One label of a row.
#[derive(Clone, Copy, Debug)]
pub struct RowLabel<'a> {
    pub name: &'a str,
    /// Empty, or ` is-tint-N`.
    pub class: &'static str,
}

/// Labels that fit into a row; of more, the row says how many.
const ROW_LABELS: usize = 2;

/// One conversation in the list.
#[derive(Clone, Debug)]
pub struct Row<'a> {
    pub id: i64,
    /// The contact's name.
    pub name: &'a str,
    pub avatar: Avatar,
    pub is_unread: bool,
    /// The last activity; among those who wait, since when.
    pub at: Moment,
    /// Empty where the conversation has none.
    pub subject: &'a str,
    /// The beginning of the last message, in one line.
    pub preview: &'a str,
    /// The team wrote last.
    pub is_answered: bool,
    /// The viewer has begun to write in it.
    pub has_draft: bool,
    /// How it reached the team.
    pub channel: Kind,
    pub inbox: &'a str,
    pub labels: Vec<RowLabel<'a>>,
    pub owner: &'a Baton,
    /// The ownership version, which a change of several carries back.
    pub version: i64,
    /// Stands in the inbox's place among the snoozed ones.
    pub snoozed_until: Option<Moment>,
}

impl Row<'_> {
    /// The labels that are drawn.
    pub fn first_labels(&self) -> &[RowLabel<'_>] {
        &self.labels[..self.labels.len().min(ROW_LABELS)]
    }

    /// Whether there are others.
    pub fn has_more_labels(&self) -> bool {
        self.labels.len() > ROW_LABELS
    }

    /// The names of those that are not.
    pub fn more_labels(&self) -> Vec<&str> {
        self.labels.iter().skip(ROW_LABELS).map(|label| label.name).collect()
    }
}

/// The pane: what is chosen, how much there is, one page of rows.
#[derive(Clone, Debug, Template)]
#[template(path = "shared/list_pane.html")]
pub struct ListPane<'a> {
    pub filter: Filter,
    /// They can be chosen when there is more than one.
    pub inboxes: Vec<InboxChoice<'a>>,
    pub labels: Vec<NamedChoice<'a>>,
    /// By their memberships; empty but in *All*.
    pub owners: Vec<NamedChoice<'a>>,
    pub can_see_all: bool,
    /// There is an inbox that mail leaves from.
    pub can_begin: bool,
    pub counts: Counts,
    pub rows: Vec<Row<'a>>,
    /// The conversation that stands open beside the list.
    pub current: Option<i64>,
    /// Where the next page starts, fit for a URL; none on the last one.
    pub older: Option<String>,
    /// Where the shown page starts; none: it is the first one.
    pub before: Option<Cursor>,
    /// On `/inbox` the pane's title is the page's h1; beside a conversation it is an h2.
    pub is_page_title: bool,
    /// Said above the rows; on a conversation's page it is said there instead.
    pub flash: Option<Flash>,
    /// The workspace that the forms are made for.
    pub workspace_id: i64,
    /// What can be done to several rows at once; on `/inbox` alone.
    pub bulk: Option<Bulk>,
    /// What the list's address names although it is gone, in words.
    pub missing: Vec<&'static str>,
    /// Until when the viewer is away: `Thursday 3 December`.
    pub away: Option<String>,
    /// Lists under names.
    pub saved: Saved,
}

/// A list as a query, which links and forms carry along.
pub fn query_of(filter: Filter) -> String {
    let mut query = format!("?view={}", filter.view.into_str());
    if filter.status != Status::Open {
        query.push_str("&status=");
        query.push_str(if filter.is_spam { SPAM } else { filter.status.into_str() });
    }
    if let Some(inbox) = filter.inbox_id {
        query.push_str(&format!("&inbox={inbox}"));
    }
    if let Some(label) = filter.label_id {
        query.push_str(&format!("&label={label}"));
    }
    if let Some(owner) = filter.owner_id.filter(|_| filter.view == View::All) {
        query.push_str(&format!("&owner={owner}"));
    }
    if filter.sort != Sort::default() {
        query.push_str("&order=");
        query.push_str(filter.sort.into_str());
    }
    query
}

/// A page of a list as a query: the one that begins `before`, or the first.
pub fn place_of(filter: Filter, before: Option<Cursor>) -> String {
    let place = before.map_or_else(String::new, |before| format!("&before={}", before.encode()));
    query_of(filter) + &place
}

impl ListPane<'_> {
    /// The views that this viewer has, with what each holds.
    pub fn views(&self) -> impl Iterator<Item = (View, String)> {
        let Counts { mine, unassigned, all } = self.counts;
        [(View::Mine, mine), (View::Unassigned, unassigned), (View::All, all)]
            .into_iter()
            .filter(|(view, _)| *view != View::All || self.can_see_all)
            .map(|(view, count)| (view, capped(count).unwrap_or_else(|| "0".to_owned())))
    }

    /// The shown page of the list as a query, which links to conversations carry along.
    pub fn query(&self) -> String {
        place_of(self.filter, self.before)
    }

    /// The first page of the same list.
    pub fn first_query(&self) -> String {
        query_of(self.filter)
    }

    /// The same in another view.
    pub fn query_in(&self, view: View) -> String {
        self.query_of(view, self.filter.status, self.filter.is_spam)
    }

    /// What is kept apart as spam, in the same view.
    pub fn spam_query(&self) -> String {
        self.query_of(self.filter.view, Status::Resolved, true)
    }

    /// What is chosen in the place of a status.
    pub fn status_code(&self) -> &'static str {
        if self.filter.is_spam { SPAM } else { self.filter.status.into_str() }
    }

    /// The list of another view or status, of the same inbox, label and owner.
    pub fn query_for(&self, view: View, status: Status) -> String {
        self.query_of(view, status, false)
    }

    fn query_of(&self, view: View, status: Status, is_spam: bool) -> String {
        query_of(Filter { view, status, is_spam, ..self.filter })
    }

    /// What the list is called in the title of a page: `Unassigned, snoozed`.
    pub fn title(&self) -> String {
        let mut words = self.filter.view.name().to_owned();
        if self.filter.is_spam {
            words.push_str(", spam");
        } else if self.filter.status != Status::Open {
            words.push_str(&format!(", {}", self.filter.status.into_str()));
        }
        words
    }

    /// Whether the list shows who waits, and since when.
    pub fn is_of_waiting(&self) -> bool {
        self.filter.is_of_waiting()
    }

    /// The same list in the other order, where it has two: what the link shows, what it
    /// says in full, and where it leads.
    pub fn order(&self) -> Option<(&'static str, &'static str, String)> {
        let filter = self.filter;
        if filter.status == Status::Resolved {
            return None;
        }
        let (shown, full, other) = match filter.sort {
            Sort::Newest => ("Newest", "Newest first. Change to waiting longest", Sort::Waiting),
            Sort::Waiting => ("Waiting", "Waiting longest. Change to newest first", Sort::Newest),
        };
        Some((shown, full, query_of(Filter { sort: other, ..filter })))
    }

    /// What leads back from a later page.
    pub fn back_text(&self) -> &'static str {
        if self.is_of_waiting() { "Back to the longest wait" } else { "Back to the newest" }
    }

    /// What leads to the next page.
    pub fn next_text(&self) -> &'static str {
        if self.is_of_waiting() { "More" } else { "Older" }
    }

    /// With one inbox there is nothing to choose.
    pub fn has_inboxes(&self) -> bool {
        self.inboxes.len() > 1
    }

    /// Where the chosen one is gone, *Label* leads out, although there may be no
    /// other one.
    pub fn has_labels(&self) -> bool {
        !self.labels.is_empty() || self.filter.label_id.is_some()
    }

    /// Who is alone in the team owns what is owned.
    pub fn has_owners(&self) -> bool {
        self.owners.len() > 1 || self.filter.owner_id.is_some()
    }

    pub fn has_filter(&self) -> bool {
        self.has_inboxes() || self.has_labels() || self.has_owners()
    }

    pub fn is_current(&self, row: &Row<'_>) -> bool {
        self.current == Some(row.id)
    }

    /// Whether somebody who owns nothing open is shown the way to who waits.
    pub fn see_waiting(&self) -> bool {
        (self.filter.view, self.filter.status) == (View::Mine, Status::Open)
            && self.counts.unassigned > 0
    }

    /// What an empty list means, and what comes next.
    pub fn empty_text(&self) -> &'static str {
        match (self.is_of_waiting(), self.before.is_none()) {
            (true, true) => return "No customer is waiting for an answer here.",
            (true, false) => return "No other customer is waiting for an answer here.",
            (false, false) => return "Nothing older.",
            (false, true) => {}
        }
        match (self.filter.view, self.filter.status) {
            _ if self.filter.is_spam => "Nothing here is marked as spam.",
            _ if self.filter.label_id.is_some() => "Nothing here with this label.",
            _ if self.filter.owner_id.is_some() => "This member owns nothing here.",
            _ if self.filter.inbox_id.is_some() => "Nothing here in this inbox.",
            (View::Mine, Status::Open) => {
                "You own no open conversation. What you claim or what is assigned to you appears here."
            }
            (View::Mine, Status::Snoozed) => {
                "None of yours is snoozed. A snoozed conversation comes back by itself."
            }
            (View::Mine, Status::Resolved) => "You have resolved nothing yet.",
            (View::Unassigned, Status::Open) => "Nobody is waiting. New conversations appear here.",
            (View::Unassigned, Status::Snoozed) => "Nothing in the queue is snoozed.",
            (View::Unassigned, Status::Resolved) => "Nothing was resolved without an owner.",
            (View::All, Status::Open) => "Nothing is open. New conversations appear here.",
            (View::All, Status::Snoozed) => "Nothing is snoozed.",
            (View::All, Status::Resolved) => "Nothing is resolved yet.",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pane(view: View, status: Status, inbox_id: Option<i64>) -> ListPane<'static> {
        ListPane {
            filter: Filter {
                view,
                status,
                is_spam: false,
                inbox_id,
                label_id: None,
                owner_id: None,
                sort: Sort::Newest,
            },
            inboxes: Vec::new(),
            labels: Vec::new(),
            owners: Vec::new(),
            can_see_all: false,
            can_begin: false,
            counts: Counts { mine: 0, unassigned: 120, all: 130 },
            rows: Vec::new(),
            current: None,
            older: None,
            before: None,
            is_page_title: true,
            flash: None,
            workspace_id: 1,
            bulk: None,
            missing: Vec::new(),
            away: None,
            saved: Saved { views: Vec::new(), save: String::new() },
        }
    }

    #[test]
    fn words_in_the_url_lead_back_to_the_same_list() {
        for view in [View::Mine, View::Unassigned, View::All] {
            assert_eq!(view.into_str().parse(), Ok(view));
        }
        for status in Status::iter() {
            assert_eq!(status.into_str().parse(), Ok(status));
        }
        assert_eq!(pane(View::Mine, Status::Open, None).query(), "?view=mine");
        assert_eq!(
            pane(View::All, Status::Resolved, Some(7)).query(),
            "?view=all&status=resolved&inbox=7"
        );
    }

    #[test]
    fn an_agent_has_no_all_and_counts_stop_at_99_plus() {
        let html = pane(View::Mine, Status::Open, None).render().unwrap();
        assert!(html.contains("99+"));
        assert!(!html.contains("view=all"));
    }
}
