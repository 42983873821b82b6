//! Which list is meant, as its address says it.

use serde::Deserialize;

use super::list_pane::{SPAM, place_of};
use super::viewer::Viewer;
use crate::db::Utc;
use crate::models::conversation_list::{Cursor, Filter, View};
use crate::models::membership::MemberId;
use crate::policy::{Actor, Capability, Status};
use crate::web::error::AppError;

/// The list's choice as a URL carries it.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct ListQuery {
    view: Option<String>,
    status: Option<String>,
    // As text: the filter's *Inbox* sends an empty value.
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
    pub(super) filter: Filter,
    /// The address names the view; else it is *Mine*, or *Unassigned* when *Mine* is empty.
    pub(super) has_view: bool,
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
        let view = self.view().filter(has_view);
        let number = |id: &Option<String>| id.as_deref().and_then(|id| id.parse().ok());
        let is_spam = self.status.as_deref() == Some(SPAM);
        let status = self.status.as_deref().and_then(|s| s.parse().ok());
        Chosen {
            workspace_id: viewer.workspace_id,
            actor: viewer.actor(),
            member_since: viewer.since,
            filter: Filter {
                view: view.unwrap_or(View::Mine),
                status: if is_spam { Status::Resolved } else { status.unwrap_or(Status::Open) },
                is_spam,
                inbox_id: number(&self.inbox),
                label_id: number(&self.label),
                owner_id: number(&self.owner).filter(|_| view == Some(View::All)),
                sort: self.order.as_deref().and_then(|word| word.parse().ok()).unwrap_or_default(),
            },
            has_view: view.is_some(),
            before: self.before.as_deref().and_then(Cursor::decode),
        }
    }

    fn view(&self) -> Option<View> {
        self.view.as_deref()?.parse().ok()
    }
}

impl Chosen {
    /// Who asks for the list.
    pub(super) fn caller(&self) -> MemberId {
        MemberId { workspace_id: self.workspace_id, membership_id: self.actor.membership_id }
    }

    /// The page of the list as a query.
    pub fn query(&self) -> String {
        place_of(self.filter, self.before)
    }

    /// The first page of what is open in the queue.
    pub fn of_the_queue(self) -> Self {
        let (view, status) = (View::Unassigned, Status::Open);
        let filter = Filter { view, status, is_spam: false, owner_id: None, ..self.filter };
        Self { filter, has_view: true, before: None, ..self }
    }
}
