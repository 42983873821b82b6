//! Which list is meant, as its address says it.

use serde::Deserialize;

use super::list_pane::{SPAM, place_of};
use super::viewer::Viewer;
use crate::db::Utc;
use crate::models::conversation_list::{Cursor, Filter, Sort, View};
use crate::policy::{Actor, Capability, Status};
use crate::web::error::AppError;

/// The list's choice as a URL carries it.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct ListQuery {
    view: Option<String>,
    status: Option<String>,
    // As text: the filter's *All inboxes* sends an empty value.
    inbox: Option<String>,
    label: Option<String>,
    owner: Option<String>,
    order: Option<String>,
    before: Option<String>,
}

/// A choice that was checked: what is to be listed for whom.
#[derive(Clone, Copy, Debug)]
pub struct Chosen {
    pub(super) workspace_id: i64,
    pub(super) actor: Actor,
    pub(super) member_since: Utc,
    /// `None`: *Mine*, or *Unassigned* when *Mine* is empty.
    pub(super) view: Option<View>,
    status: Status,
    is_spam: bool,
    pub(super) inbox_id: Option<i64>,
    pub(super) label_id: Option<i64>,
    owner_id: Option<i64>,
    sort: Sort,
    /// Where its page begins; none: the first one.
    pub(super) before: Option<Cursor>,
}

impl ListQuery {
    /// Checks the choice. A word that names nothing is as good as none.
    ///
    /// # Errors
    /// 403 for *All* where the role has no such view.
    pub fn chosen(&self, viewer: &Viewer) -> Result<Chosen, AppError> {
        if self.view() == Some(View::All) && !viewer.may(Capability::SeeAll) {
            return Err(AppError::Forbidden { what: "the view All" });
        }
        Ok(self.beside(viewer))
    }

    /// The choice for the list beside a conversation. Where the role has no view
    /// *All* it is as good as none: the link may be a Manager's, and the
    /// conversation is what it leads to.
    pub fn beside(&self, viewer: &Viewer) -> Chosen {
        let has_view = |view: &View| *view != View::All || viewer.may(Capability::SeeAll);
        let is_spam = self.status.as_deref() == Some(SPAM);
        let status = self.status.as_deref().and_then(|s| s.parse().ok());
        Chosen {
            workspace_id: viewer.workspace_id,
            actor: viewer.actor(),
            member_since: viewer.since,
            view: self.view().filter(has_view),
            status: if is_spam { Status::Resolved } else { status.unwrap_or(Status::Open) },
            is_spam,
            inbox_id: self.inbox.as_deref().and_then(|id| id.parse().ok()),
            label_id: self.label.as_deref().and_then(|id| id.parse().ok()),
            owner_id: self.owner.as_deref().and_then(|id| id.parse().ok()),
            sort: self.order.as_deref().and_then(|word| word.parse().ok()).unwrap_or_default(),
            before: self.before.as_deref().and_then(Cursor::decode),
        }
    }

    fn view(&self) -> Option<View> {
        self.view.as_deref()?.parse().ok()
    }
}

impl Chosen {
    /// The workspace that is listed.
    pub fn workspace_id(&self) -> i64 {
        self.workspace_id
    }

    /// For whom it is listed.
    pub fn actor(&self) -> Actor {
        self.actor
    }

    /// What is listed, where the view is named.
    pub fn filter(&self) -> Filter {
        Filter {
            view: self.view.unwrap_or(View::Mine),
            status: self.status,
            is_spam: self.is_spam,
            inbox_id: self.inbox_id,
            label_id: self.label_id,
            owner_id: self.owner_id.filter(|_| self.view == Some(View::All)),
            sort: self.sort,
        }
    }

    /// The page of the list as a query.
    pub fn query(&self) -> String {
        place_of(self.filter(), self.before)
    }

    /// The first page of another view.
    pub fn in_view(self, view: View) -> Self {
        Self { view: Some(view), status: Status::Open, is_spam: false, before: None, ..self }
    }
}
