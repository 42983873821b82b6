//! Conversations that are written whole, with everything that happened in them
//! and when: for the demo and for filling a workspace. Members' and customers'
//! own writes go through the verbs, one at a time.

mod fields;
mod labels;
mod rows;

use diesel::prelude::*;

pub use fields::write_contact_field;
pub use labels::{write_label, write_quick_reply};

use super::contact::Keys;
use super::contact_field::values;
use super::{activity, markdown, notification, text};
use crate::db::dialect::bulk;
use crate::db::schema::memberships;
use crate::db::{Conn, Utc};
use crate::policy::Status;
use rows::Rows;

/// A member as history tells of them.
#[derive(Clone, Debug)]
pub struct Person {
    pub membership_id: i64,
    pub name: String,
}

/// A contact to be written.
#[derive(Clone, Debug)]
pub struct NewContact {
    pub name: String,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub company: Option<String>,
    /// By the ids of their contact fields.
    pub values: Vec<(i64, String)>,
    pub created_at: Utc,
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

/// Writes contacts and answers their ids, in the same order.
///
/// # Errors
/// When a query fails.
pub fn write_contacts(
    conn: &mut Conn,
    workspace_id: i64,
    contacts: &[NewContact],
) -> QueryResult<Vec<i64>> {
    let ids = bulk::reserve_ids(conn, "contacts", contacts.len())?;
    let rows = ids.iter().zip(contacts).map(|(id, one)| {
        let values = one.values.iter().map(|(_, value)| value.as_str());
        let keys = Keys::new(&one.name, one.email.as_deref(), one.company.as_deref(), values);
        vec![
            (*id).into(),
            workspace_id.into(),
            one.name.as_str().into(),
            one.email.clone().into(),
            one.phone.clone().into(),
            one.company.clone().into(),
            one.created_at.into(),
            keys.sort_name.into(),
            keys.search_text.into(),
        ]
    });
    let columns = [
        "id",
        "workspace_id",
        "name",
        "email",
        "phone",
        "company",
        "created_at",
        "sort_name",
        "search_text",
    ];
    bulk::insert(conn, "contacts", &columns, rows.collect())?;
    let values = ids.iter().zip(contacts).flat_map(|(id, one)| {
        one.values
            .iter()
            .map(|(field, value)| values::row(workspace_id, *id, *field, value.as_str()))
    });
    values::write(conn, values.collect())?;
    Ok(ids)
}

/// Writes conversations as their stories have left them.
///
/// # Errors
/// When a query fails.
pub fn write_stories(conn: &mut Conn, workspace_id: i64, stories: &[Story]) -> QueryResult<()> {
    let messages = stories.iter().map(|story| story.messages().count()).sum();
    let ids = bulk::reserve_ids(conn, "conversations", stories.len())?;
    let mut message_ids = bulk::reserve_ids(conn, "messages", messages)?.into_iter();
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
struct Standing {
    status: Status,
    owner: Option<Person>,
    owned_since: Option<Utc>,
    version: i64,
    snoozed: Option<(Person, Utc)>,
    preview: String,
    last_message: i64,
    last_customer_message: i64,
    last_activity_at: Utc,
}

impl Standing {
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
    let mut now = Standing {
        status: Status::Open,
        owner: None,
        owned_since: None,
        version: 0,
        snoozed: None,
        preview: String::new(),
        last_message: 0,
        last_customer_message: 0,
        last_activity_at: *created_at,
    };
    let mut line = Writer { workspace_id, conversation_id: id, story, rows };
    line.happened(*created_at, activity::Kind::Created, None, None, "");
    for (at, event) in &story.events {
        line.event(&mut now, *at, event, message_ids);
    }
    let subject = story.messages().find_map(|(_, event)| match event {
        Event::Customer(body) => Some(text::excerpt(body, 80)),
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
        now.status.code().into(),
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
        now: &mut Standing,
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
                let id = self.message(message_ids, at, "customer", None, body);
                (now.last_message, now.last_customer_message) = (id, id);
                now.preview = text::excerpt(body, 140);
                now.last_activity_at = at;
                if let Some(owner) = now.owner.clone() {
                    let customer = self.story.contact_name.clone();
                    self.told(at, notification::Kind::CustomerReplied, &owner, &customer);
                }
            }
            Event::Reply(by, body) => {
                now.last_message = self.message(message_ids, at, "reply", Some(by), body);
                now.preview = text::excerpt(&markdown::plain(body), 140);
                now.last_activity_at = at;
                now.opened();
            }
            Event::Note(by, body) => {
                self.message(message_ids, at, "note", Some(by), body);
                self.happened(at, Kind::NoteAdded, Some(by), None, "");
            }
            Event::Claimed(by) => {
                now.owned_by(Some(by), at);
                self.happened(at, Kind::Claimed, Some(by), None, "");
            }
            Event::TookOver(by) => {
                self.happened(at, Kind::TookOver, Some(by), None, "");
                if let Some(former) = now.owned_by(Some(by), at) {
                    self.told(at, notification::Kind::Taken, &former, &by.name);
                }
            }
            Event::Assigned(by, to) => {
                self.happened(at, Kind::Assigned, Some(by), Some(to), "");
                let former = now.owned_by(Some(to), at);
                self.told(at, notification::Kind::Assigned, to, &by.name);
                if let Some(former) = former.filter(|f| f.membership_id != by.membership_id) {
                    self.told(at, notification::Kind::Taken, &former, &by.name);
                }
            }
            Event::Released(by) => {
                now.owned_by(None, at);
                self.happened(at, Kind::Released, Some(by), None, "");
            }
            Event::Resolved(by) => {
                now.opened();
                now.status = Status::Resolved;
                self.happened(at, Kind::Resolved, Some(by), None, "");
            }
            Event::Reopened(by) => {
                now.opened();
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
        kind: &str,
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
            kind.into(),
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
        self.rows.activities.push(vec![
            self.workspace_id.into(),
            self.conversation_id.into(),
            kind.code().into(),
            by.map(|by| by.membership_id).into(),
            by.map_or(&self.story.contact_name, |by| &by.name).as_str().into(),
            subject.map(|subject| subject.membership_id).into(),
            subject.map_or("", |subject| &subject.name).into(),
            detail.into(),
            at.into(),
        ]);
    }

    fn told(&mut self, at: Utc, kind: notification::Kind, whom: &Person, actor: &str) {
        if !self.story.notify {
            return;
        }
        let is_read = self.story.read_by.contains(&whom.membership_id);
        self.rows.notifications.push(vec![
            self.workspace_id.into(),
            whom.membership_id.into(),
            kind.code().into(),
            self.conversation_id.into(),
            actor.into(),
            self.story.contact_name.as_str().into(),
            at.into(),
            is_read.then_some(at).into(),
        ]);
    }
}
/// Lets the members of a workspace have been there since before their history:
/// what came before a member joined is not unread to them.
///
/// # Errors
/// When the query fails.
pub fn date_members(
    conn: &mut Conn,
    workspace_id: i64,
    since: Utc,
    last_seen: Utc,
) -> QueryResult<()> {
    diesel::update(memberships::table.filter(memberships::workspace_id.eq(workspace_id)))
        .set((memberships::created_at.eq(since), memberships::last_seen_at.eq(Some(last_seen))))
        .execute(conn)
        .map(|_| ())
}
