//! Conversations that are written whole, with everything that happened in them
//! and when: for the demo and for filling a workspace. Members' and customers'
//! own writes go through the verbs, one at a time.

mod facts;
mod fields;
mod labels;
mod members;
mod rows;

use diesel::prelude::*;

pub use fields::write_contact_field;
pub use labels::{write_label, write_quick_reply};
pub use members::date_members;

use super::activity::By;
use super::audit::Change;
use super::ownership::UNASSIGNED;
use super::{activity, audit, chat, markdown, message, notification, text};
use crate::db::dialect::many_rows;
use crate::db::{Conn, Utc};
use crate::models::membership::MemberId;
use crate::policy::Status;
use rows::Rows;

/// A member as history tells of them.
#[derive(Clone, Debug)]
pub struct Person {
    pub membership_id: i64,
    pub name: String,
}

impl Person {
    /// The member's ids, in the workspace that the story is told of.
    pub fn id(&self, workspace_id: i64) -> MemberId {
        MemberId { workspace_id, membership_id: self.membership_id }
    }
}

/// One thing that happened.
#[derive(Clone, Debug)]
pub enum Event {
    Customer(String),
    Reply(Person, String),
    Note(Person, String),
    Claimed(Person),
    Assigned(Person, Person),
    TookOver(Person),
    Released(Person),
    Resolved(Person),
    Reopened(Person),
    Snoozed(Person, Utc),
}

/// A conversation to be written.
#[derive(Clone, Debug)]
pub struct Story {
    pub inbox_id: i64,
    pub contact_id: i64,
    pub contact_name: String,
    /// What happened, in order; the customer's words come first.
    pub events: Vec<(Utc, Event)>,
    /// Members who have read all of it.
    pub read_by: Vec<i64>,
    /// Whether members are told what they would have been told.
    pub notify: bool,
}

/// Writes conversations as their stories have left them.
///
/// # Errors
/// When a query fails.
pub fn write_stories(conn: &mut Conn, workspace_id: i64, stories: &[Story]) -> QueryResult<()> {
    let messages = stories.iter().map(|story| story.messages().count()).sum();
    let ids = many_rows::reserve_ids(conn, "conversations", stories.len())?;
    let mut message_ids = many_rows::reserve_ids(conn, "messages", messages)?.into_iter();
    let mut rows = Rows::default();
    for (id, story) in ids.into_iter().zip(stories) {
        replay(workspace_id, id, story, &mut message_ids, &mut rows);
    }
    rows.insert(conn)
}

impl Story {
    fn messages(&self) -> impl Iterator<Item = &(Utc, Event)> {
        self.events.iter().filter(|(_, event)| {
            matches!(event, Event::Customer(_) | Event::Reply(..) | Event::Note(..))
        })
    }
}

/// What a conversation has come to.
struct State {
    status: Status,
    owner: Option<Person>,
    owned_since: Option<Utc>,
    version: i64,
    snoozed: Option<(Person, Utc)>,
    preview: String,
    last_message: i64,
    last_customer_message: i64,
    last_activity_at: Utc,
    waiting_since: Option<Utc>,
    /// The wait that a resolution ended, for the member who reopens it.
    settled: Option<Utc>,
}

impl State {
    fn owned_by(&mut self, person: Option<&Person>, at: Utc) -> Option<Person> {
        self.version += 1;
        self.owned_since = person.map(|_| at);
        std::mem::replace(&mut self.owner, person.cloned())
    }

    fn opened(&mut self) {
        self.status = Status::Open;
        self.snoozed = None;
    }
}

fn replay(
    workspace_id: i64,
    id: i64,
    story: &Story,
    message_ids: &mut impl Iterator<Item = i64>,
    rows: &mut Rows,
) {
    let Some((created_at, _)) = story.events.first() else { return };
    let mut now = State {
        status: Status::Open,
        owner: None,
        owned_since: None,
        version: 0,
        snoozed: None,
        preview: String::new(),
        last_message: 0,
        last_customer_message: 0,
        last_activity_at: *created_at,
        waiting_since: None,
        settled: None,
    };
    rows.facts.append(&mut facts::of(workspace_id, id, story));
    let mut line = Writer { workspace_id, conversation_id: id, story, rows };
    line.happened(*created_at, activity::Kind::Created, None, None, "");
    for (at, event) in &story.events {
        line.event(&mut now, *at, event, message_ids);
    }
    let subject = story.messages().find_map(|(_, event)| match event {
        Event::Customer(body) => Some(text::excerpt(body, chat::SUBJECT_MAX)),
        _ => None,
    });
    for reader in &story.read_by {
        rows.reads.push(vec![
            id.into(),
            (*reader).into(),
            workspace_id.into(),
            now.last_message.into(),
        ]);
    }
    rows.conversations.push(vec![
        id.into(),
        workspace_id.into(),
        story.inbox_id.into(),
        story.contact_id.into(),
        subject.unwrap_or_default().into(),
        now.status.into_str().into(),
        now.owner.map(|owner| owner.membership_id).into(),
        now.version.into(),
        now.owned_since.into(),
        now.snoozed.as_ref().map(|(_, until)| *until).into(),
        now.snoozed.map(|(by, _)| by.membership_id).into(),
        now.preview.into(),
        now.last_message.into(),
        now.last_customer_message.into(),
        now.last_activity_at.into(),
        (*created_at).into(),
        now.waiting_since.into(),
    ]);
}

/// Writes the rows of one conversation.
struct Writer<'a> {
    workspace_id: i64,
    conversation_id: i64,
    story: &'a Story,
    rows: &'a mut Rows,
}

impl Writer<'_> {
    fn event(
        &mut self,
        now: &mut State,
        at: Utc,
        event: &Event,
        message_ids: &mut impl Iterator<Item = i64>,
    ) {
        use activity::Kind;
        match event {
            Event::Customer(body) => {
                if now.status != Status::Open {
                    self.happened(at, Kind::Reopened, None, None, "");
                    now.opened();
                }
                let id = self.message(message_ids, at, message::Kind::Customer, None, body);
                (now.last_message, now.last_customer_message) = (id, id);
                now.preview = text::excerpt(body, message::PREVIEW_MAX);
                now.last_activity_at = at;
                now.waiting_since = now.waiting_since.or(Some(at));
                if let Some(owner) = now.owner.clone() {
                    let customer = self.story.contact_name.clone();
                    self.told(at, notification::Kind::CustomerReplied, &owner, &customer);
                }
            }
            Event::Reply(by, body) => {
                now.last_message =
                    self.message(message_ids, at, message::Kind::Reply, Some(by), body);
                now.preview = text::excerpt(&markdown::plain(body), message::PREVIEW_MAX);
                now.last_activity_at = at;
                now.waiting_since = None;
                now.opened();
            }
            Event::Note(by, body) => {
                self.message(message_ids, at, message::Kind::Note, Some(by), body);
                self.happened(at, Kind::NoteAdded, Some(by), None, "");
            }
            Event::Claimed(by) => {
                let former = now.owned_by(Some(by), at);
                self.handed(at, Kind::Claimed, by, (former.as_ref(), Some(by)));
            }
            Event::TookOver(by) => {
                let former = now.owned_by(Some(by), at);
                self.handed(at, Kind::TookOver, by, (former.as_ref(), Some(by)));
                if let Some(former) = former {
                    self.told(at, notification::Kind::Taken, &former, &by.name);
                }
            }
            Event::Assigned(by, to) => {
                let former = now.owned_by(Some(to), at);
                self.handed(at, Kind::Assigned, by, (former.as_ref(), Some(to)));
                self.told(at, notification::Kind::Assigned, to, &by.name);
                if let Some(former) = former.filter(|f| f.membership_id != by.membership_id) {
                    self.told(at, notification::Kind::Taken, &former, &by.name);
                }
            }
            Event::Released(by) => {
                let former = now.owned_by(None, at);
                self.handed(at, Kind::Released, by, (former.as_ref(), None));
            }
            Event::Resolved(by) => {
                now.opened();
                now.status = Status::Resolved;
                now.settled = now.waiting_since.take();
                self.happened(at, Kind::Resolved, Some(by), None, "");
            }
            Event::Reopened(by) => {
                now.opened();
                now.waiting_since = now.waiting_since.or(now.settled);
                self.happened(at, Kind::Reopened, Some(by), None, "");
            }
            Event::Snoozed(by, until) => {
                now.status = Status::Snoozed;
                now.snoozed = Some((by.clone(), *until));
                self.happened(at, Kind::Snoozed, Some(by), None, &until.to_string());
            }
        }
    }

    fn message(
        &mut self,
        ids: &mut impl Iterator<Item = i64>,
        at: Utc,
        kind: message::Kind,
        author: Option<&Person>,
        body: &str,
    ) -> i64 {
        // As many were reserved as the stories have messages.
        let id = ids.next().unwrap_or_default();
        let name = author.map_or(&self.story.contact_name, |author| &author.name);
        self.rows.messages.push(vec![
            id.into(),
            self.workspace_id.into(),
            self.conversation_id.into(),
            kind.into_str().into(),
            author.map(|author| author.membership_id).into(),
            name.as_str().into(),
            name.as_str().into(),
            body.into(),
            at.into(),
        ]);
        id
    }

    fn happened(
        &mut self,
        at: Utc,
        kind: activity::Kind,
        by: Option<&Person>,
        subject: Option<&Person>,
        detail: &str,
    ) {
        let by = By {
            id: by.map(|by| by.membership_id),
            name: by.map_or(&self.story.contact_name, |by| &by.name).clone(),
        };
        let line = activity::Line {
            workspace_id: self.workspace_id,
            conversation_id: Some(self.conversation_id),
            kind,
            by: &by,
            subject: subject.map(|subject| (subject.membership_id, subject.name.as_str())),
            detail,
        };
        self.rows.activities.push(activity::cells(&line, at));
    }

    /// A change of owner, which the audit log keeps too.
    fn handed(
        &mut self,
        at: Utc,
        kind: activity::Kind,
        by: &Person,
        (from, to): (Option<&Person>, Option<&Person>),
    ) {
        let subject = match kind {
            activity::Kind::TookOver => from,
            _ => to.filter(|to| to.membership_id != by.membership_id),
        };
        self.happened(at, kind, Some(by), subject, "");
        let name = |person: Option<&Person>| {
            person.map_or(UNASSIGNED, |person| person.name.as_str()).to_owned()
        };
        let (from, to) = (name(from), name(to));
        let by = By { id: Some(by.membership_id), name: by.name.clone() };
        let line = activity::Line {
            workspace_id: self.workspace_id,
            conversation_id: Some(self.conversation_id),
            kind,
            by: &by,
            subject: None,
            detail: "",
        };
        if let Some(audited) = kind.audited() {
            let change = Change { from: &from, to: &to };
            self.rows.audit_entries.push(audit::cells(&line, audited.topic, change, at));
        }
    }

    fn told(&mut self, at: Utc, kind: notification::Kind, whom: &Person, actor: &str) {
        if !self.story.notify {
            return;
        }
        let is_read = self.story.read_by.contains(&whom.membership_id);
        self.rows.notifications.push(vec![
            self.workspace_id.into(),
            whom.membership_id.into(),
            kind.into_str().into(),
            self.conversation_id.into(),
            actor.into(),
            self.story.contact_name.as_str().into(),
            at.into(),
            is_read.then_some(at).into(),
        ]);
    }
}
