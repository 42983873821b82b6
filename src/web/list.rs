//! What the list pane needs, read in one go: for the inbox and for every page
//! of a conversation.

use super::list_pane::{
    Bulk, InboxChoice, ListPane, Moment, NamedChoice, Row, RowLabel, Saved, Selected, query_of,
};
use super::view::{Avatar, Baton, Choice, capped};
use super::viewer::Viewer;
use super::{away, chips, snooze};
use crate::db::{Conn, QueryResult, Utc};
use crate::models::conversation_list::{self, Counts, Cursor, Filter, ListRow, Sort, View};
use crate::models::draft;
use crate::models::inbox::{self, Inbox};
use crate::models::label::{self, Label};
use crate::models::membership::{self, MemberName};
use crate::models::paging::Page;
use crate::models::saved_view::{self, SavedView};
use crate::models::sight;
use crate::policy::Capability;

pub use super::list_query::{Chosen, ListQuery};

/// Rows on a page of the list.
const PAGE: Page = Page::of(50);

/// One page of the list with everything its rows name.
#[derive(Clone, Debug)]
pub struct ListData {
    chosen: Chosen,
    pub filter: Filter,
    pub counts: Counts,
    pub rows: Vec<ListRow>,
    pub inboxes: Vec<Inbox>,
    /// The inboxes whose queue the viewer does not see.
    hidden: Vec<i64>,
    pub labels: Vec<Label>,
    /// Which label is on which of the rows: pairs of conversation and label.
    labelled: Vec<(i64, i64)>,
    /// In which of the rows the viewer has begun to write.
    begun: Vec<i64>,
    pub members: Vec<MemberName>,
    /// What marks the rows of each member, by the membership.
    batons: Vec<(i64, Baton)>,
    views: Vec<SavedView>,
    missing: Missing,
    older: Option<Cursor>,
    /// Nothing that came later is on the page.
    read_at: Utc,
}

/// What the address names although it is gone.
#[derive(Clone, Copy, Debug)]
struct Missing {
    is_label: bool,
    is_inbox: bool,
    is_owner: bool,
}

impl Missing {
    fn words(self) -> Vec<&'static str> {
        let label = "The label of this view no longer exists. Choose another one.";
        let inbox = "The inbox of this view no longer exists. Choose another one.";
        let owner = "The member of this view is no longer in the team. Choose another one.";
        [(self.is_label, label), (self.is_inbox, inbox), (self.is_owner, owner)]
            .into_iter()
            .filter_map(|(is_missing, words)| is_missing.then_some(words))
            .collect()
    }
}

/// Reads a page of the list.
///
/// # Errors
/// When a query fails.
pub fn load(conn: &mut Conn, chosen: Chosen) -> QueryResult<ListData> {
    let Chosen { workspace_id, actor, member_since, mut filter, has_view, before } = chosen;
    let read_at = Utc::now();
    let labels = label::list(conn, workspace_id)?;
    let inboxes = inbox::list(conn, workspace_id)?;
    let members = membership::active_names(conn, workspace_id)?;
    // What is gone still filters, so that nothing is listed, and that is said: a list that
    // grew to all of them would be taken for the one that was chosen.
    let missing = Missing {
        is_label: filter.label_id.is_some_and(|id| labels.iter().all(|label| label.id != id)),
        is_inbox: filter.inbox_id.is_some_and(|id| inboxes.iter().all(|inbox| inbox.id != id)),
        is_owner: filter.owner_id.is_some_and(|id| members.iter().all(|of| of.membership_id != id)),
    };
    let counts = conversation_list::counts(conn, workspace_id, actor, filter)?;
    if !has_view && counts.mine == 0 {
        filter.view = View::Unassigned;
    }
    let limit = PAGE.limit();
    let mut rows =
        conversation_list::page(conn, workspace_id, actor, member_since, filter, before, limit)?;
    let older = PAGE.cut(&mut rows).map(|row| Cursor { at: row.at, id: row.id });
    let labelled = if labels.is_empty() || rows.is_empty() {
        Vec::new()
    } else {
        label::of_conversations(conn, workspace_id, rows.iter().map(|row| row.id).collect())?
    };
    let batons = members
        .iter()
        .map(|member| {
            let is_me = member.membership_id == actor.membership_id;
            (member.membership_id, Baton::of(&member.name, is_me))
        })
        .collect();
    Ok(ListData {
        chosen,
        filter,
        counts,
        rows,
        labels,
        labelled,
        begun: draft::begun(conn, actor.membership_id)?,
        inboxes,
        missing,
        hidden: sight::hidden_from(conn, workspace_id, actor)?,
        members,
        batons,
        views: saved_view::list(conn, chosen.caller())?,
        older,
        read_at,
    })
}

impl ListData {
    /// The conversation that the next page begins with.
    ///
    /// # Errors
    /// When the query fails.
    pub fn first_older(&self, conn: &mut Conn) -> QueryResult<Option<i64>> {
        if self.older.is_none() {
            return Ok(None);
        }
        let Chosen { workspace_id, actor, member_since, .. } = self.chosen;
        let (filter, older) = (self.filter, self.older);
        let next =
            conversation_list::page(conn, workspace_id, actor, member_since, filter, older, 1)?;
        Ok(next.first().map(|row| row.id))
    }

    /// The pane, with `current` standing open beside it.
    pub fn pane(&self, viewer: &Viewer, current: Option<i64>) -> ListPane<'_> {
        let now = Utc::now();
        // Where the order means nothing, it is not part of a saved view.
        let sort = if self.filter.is_of_waiting() { Sort::Waiting } else { Sort::Newest };
        let address = format!("/inbox{}", query_of(Filter { sort, ..self.filter }));
        ListPane {
            filter: self.filter,
            inboxes: self
                .inboxes
                .iter()
                .filter(|inbox| !self.hidden.contains(&inbox.id))
                .map(|inbox| InboxChoice {
                    id: inbox.id,
                    name: &inbox.name,
                    is_archived: inbox.is_archived(),
                })
                .collect(),
            labels: self
                .labels
                .iter()
                .map(|label| NamedChoice { id: label.id, name: &label.name })
                .collect(),
            owners: self
                .members
                .iter()
                .filter(|_| self.filter.view == View::All)
                .map(|member| NamedChoice { id: member.membership_id, name: &member.name })
                .collect(),
            can_see_all: viewer.may(Capability::SeeAll),
            can_begin: self.inboxes.iter().any(|inbox| {
                inbox.kind == inbox::Kind::Email
                    && !inbox.is_archived()
                    && !self.hidden.contains(&inbox.id)
            }),
            counts: self.counts,
            rows: self.rows.iter().map(|row| self.row(viewer, row, current, now)).collect(),
            current,
            older: self.older.map(Cursor::encode),
            before: self.chosen.before,
            is_page_title: false,
            flash: None,
            workspace_id: viewer.workspace_id,
            bulk: None,
            missing: self.missing.words(),
            away: away::of(&self.members, Some(viewer.membership_id), viewer),
            saved: Saved::beside(&address, self.views.clone(), viewer),
        }
    }

    /// What can be done to several rows at once.
    pub fn bulk(&self, viewer: &Viewer, selected: Selected) -> Bulk {
        let chosen = |id: i64, of: &str| of.parse() == Ok(id);
        let Filter { view, status, is_spam, .. } = self.filter;
        let count = match view {
            View::Mine => self.counts.mine,
            View::Unassigned => self.counts.unassigned,
            View::All => self.counts.all,
        };
        Bulk {
            status,
            is_spam,
            can_assign: viewer.actor().may_pass_on(),
            can_release: view == View::Mine && !is_spam && !viewer.actor().may_pass_on(),
            members: self
                .members
                .iter()
                .map(|member| {
                    let (id, label) = (member.membership_id, away::label(member, viewer));
                    Choice::new(id.to_string(), label, chosen(id, &selected.assignee))
                })
                .collect(),
            labels: self
                .labels
                .iter()
                .map(|label| {
                    let is_chosen = chosen(label.id, &selected.label);
                    Choice::new(label.id.to_string(), &*label.name, is_chosen)
                })
                .collect(),
            times: snooze::choices(self.read_at.to_chrono(), viewer.time_zone, &selected.until),
            count: capped(count).unwrap_or_default(),
            made: self.read_at.micros(),
            selected,
        }
    }

    /// The labels of a row, in alphabetical order.
    fn labels_of(&self, conversation: i64) -> impl Iterator<Item = &Label> {
        let has = move |label: &&Label| self.labelled.contains(&(conversation, label.id));
        self.labels.iter().filter(has)
    }

    /// As [`owner_baton`], made once for all rows.
    fn baton(&self, owner: Option<i64>) -> &Baton {
        self.batons
            .iter()
            .find(|(member, _)| Some(*member) == owner)
            .map_or(&Baton::Free, |(_, baton)| baton)
    }

    fn row<'a>(
        &'a self,
        viewer: &Viewer,
        row: &'a ListRow,
        current: Option<i64>,
        now: Utc,
    ) -> Row<'a> {
        let moment = |at: Utc| Moment::new(at.to_chrono(), now.to_chrono(), viewer.time_zone);
        let inbox = self.inboxes.iter().find(|inbox| inbox.id == row.inbox_id);
        let channel = inbox.map_or(inbox::Kind::WebChat, |inbox| inbox.kind);
        Row {
            id: row.id,
            name: &row.contact_name,
            avatar: Avatar::new(&row.contact_name, &row.contact_id.to_string()),
            // The one that stands open is being read.
            is_unread: current != Some(row.id) && row.is_unread(),
            at: moment(row.at),
            subject: subject_of(row, channel),
            is_answered: row.is_answered,
            preview: &row.preview,
            has_draft: self.begun.contains(&row.id),
            channel,
            inbox: inbox.map_or("", |inbox| &inbox.name),
            labels: self.labels_of(row.id).map(RowLabel::of).collect(),
            owner: self.baton(row.owner),
            version: row.ownership_version,
            snoozed_until: row.snoozed_until.map(moment),
        }
    }
}

impl<'a> RowLabel<'a> {
    fn of(label: &'a Label) -> Self {
        Self { name: &label.name, class: chips::class(label.colour) }
    }
}

/// A chat has no subject but its first words, nor has a mail that came without one; the
/// last ones say more.
fn subject_of(row: &ListRow, channel: inbox::Kind) -> &str {
    let [subject, preview] = [&row.subject, &row.preview].map(|text| text.trim_end_matches('…'));
    let is_cut = preview.len() < row.preview.len();
    let is_said = preview.starts_with(subject) || (is_cut && subject.starts_with(preview));
    if channel == inbox::Kind::Email && !is_said { &row.subject } else { "" }
}

/// The marker of whoever holds a conversation. An owner is an active member, by
/// foreign key; one who is not in the list ended a moment ago, and what they owned is in
/// other hands or in nobody's.
pub fn owner_baton(members: &[MemberName], viewer: &Viewer, owner: Option<i64>) -> Baton {
    members
        .iter()
        .find(|member| Some(member.membership_id) == owner)
        .map_or(Baton::Free, |member| Baton::of(&member.name, owner == Some(viewer.membership_id)))
}
