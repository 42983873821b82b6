//! Search: conversations by what was said in them and by their subjects, and contacts;
//! only what the viewer may see. Newest first, so that the work is bounded: a page
//! looks at some thousand matches at most, and the next one goes on from there.

mod words;

use std::collections::{HashMap, HashSet};

use diesel::prelude::*;

pub use crate::db::dialect::search::Terms;
pub use words::{marked, parse, snippet};

use super::message;
use super::sight::visible_to;
use crate::db::dialect::search::{self, Index};
use crate::db::schema::{contacts, conversation_labels, conversations, messages};
use crate::db::{Conn, Utc};
use crate::policy::{Actor, Status};

/// Conversations on a page.
const PAGE: usize = 20;
/// Matches that one page looks at, in turns: what others own and what the filter
/// leaves out is among them.
const TURNS: [i64; 6] = [200, 1000, 1000, 1000, 1000, 1000];
/// Conversations that are found by their subject.
const SUBJECTS: i64 = 20;
/// Contacts beside the conversations.
const CONTACTS: i64 = 6;

/// Which conversations are looked through.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    pub owner: Option<Owner>,
    pub label_id: Option<i64>,
    pub inbox_id: Option<i64>,
    pub state: State,
    /// Said from this moment on.
    pub from: Option<Utc>,
    /// Said before this moment.
    pub to: Option<Utc>,
}

impl Filter {
    /// Whether anything but words narrows the search.
    pub fn is_set(&self) -> bool {
        *self != Self::default()
    }
}

/// Whose they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    Nobody,
    Member(i64),
}

/// Where they stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum State {
    /// Anywhere but in spam.
    #[default]
    Any,
    Is(Status),
    Spam,
}

/// A conversation that was found.
#[derive(Clone, Debug)]
pub struct Hit {
    pub id: i64,
    pub subject: String,
    pub contact_id: i64,
    pub contact_name: String,
    pub inbox_id: i64,
    pub status: Status,
    pub is_spam: bool,
    pub owner: Option<i64>,
    pub last_activity_at: Utc,
    /// The newest message with the words; none: the subject has them.
    pub message: Option<Message>,
}

impl Hit {
    /// When it was said; of a subject, when something last happened.
    pub fn at(&self) -> Utc {
        self.message.as_ref().map_or(self.last_activity_at, |message| message.created_at)
    }
}

/// What was said.
#[derive(Clone, Debug, Queryable)]
pub struct Message {
    pub id: i64,
    pub kind: message::Kind,
    pub author_name: String,
    pub body: String,
    pub created_at: Utc,
}

/// A contact that was found.
#[derive(Clone, Debug, Queryable)]
pub struct Person {
    pub id: i64,
    pub name: String,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub company: Option<String>,
}

/// A page of what was found.
#[derive(Clone, Debug, Default)]
pub struct Found {
    pub contacts: Vec<Person>,
    pub hits: Vec<Hit>,
    /// Where the next page goes on; none after the last one.
    pub next: Option<i64>,
}

/// Looks for all of these words; `before` is where the page before ended.
///
/// # Errors
/// When a query fails.
pub fn page(
    conn: &mut Conn,
    workspace_id: i64,
    actor: Actor,
    terms: &Terms,
    filter: Filter,
    before: Option<i64>,
) -> QueryResult<Found> {
    if terms.is_empty() {
        return Ok(Found::default());
    }
    let scope = Scope { workspace_id, actor, filter };
    let subjects = search::newest(conn, Index::Subjects, workspace_id, terms, i64::MAX, SUBJECTS)?;
    let mut chosen: Vec<Chosen> = Vec::new();
    let mut people = Vec::new();
    if before.is_none() {
        let found = scope.conversations(conn, &subjects, true)?.into_values();
        chosen.extend(found.map(|of| Chosen { of, message: None }));
        if !filter.is_set() {
            people = contacts_with(conn, workspace_id, terms)?;
        }
    }
    // The first page has those that a subject led to, wherever their words stand.
    let mut known: HashSet<i64> = if before.is_some() {
        subjects.into_iter().collect()
    } else {
        chosen.iter().map(|one| one.of.id).collect()
    };
    let mut next = before;
    for limit in TURNS {
        let at = next.unwrap_or(i64::MAX);
        let ids = search::newest(conn, Index::Messages, workspace_id, terms, at, limit)?;
        let is_end = i64::try_from(ids.len()).unwrap_or(i64::MAX) < limit;
        let (mut new, stopped_at) = scope.choose(conn, &ids, &mut chosen, &mut known)?;
        if let Some(before) = before {
            let shown = scope.shown_before(conn, terms, before, &new)?;
            new.retain(|one| !shown.contains(&one.of.id));
        }
        chosen.append(&mut new);
        next = stopped_at.or(if is_end { None } else { ids.last().copied() });
        if next.is_none() || chosen.len() >= PAGE {
            break;
        }
    }
    let mut hits = hits(conn, workspace_id, chosen)?;
    hits.sort_by_key(|hit| std::cmp::Reverse(hit.at()));
    Ok(Found { contacts: people, hits, next })
}

/// A conversation that is on the page, before its words are read.
struct Chosen {
    of: Conversation,
    message: Option<i64>,
}

#[derive(Queryable)]
struct Conversation {
    id: i64,
    subject: String,
    contact_id: i64,
    inbox_id: i64,
    status: Status,
    spam_at: Option<Utc>,
    owner: Option<i64>,
    last_activity_at: Utc,
}

/// For whom, and among what.
#[derive(Clone, Copy)]
struct Scope {
    workspace_id: i64,
    actor: Actor,
    filter: Filter,
}

impl Scope {
    /// Goes through messages, newest first, and answers the conversations that are
    /// new on the page; and where it stopped, when the page was full before the end.
    fn choose(
        self,
        conn: &mut Conn,
        ids: &[i64],
        chosen: &mut [Chosen],
        known: &mut HashSet<i64>,
    ) -> QueryResult<(Vec<Chosen>, Option<i64>)> {
        let messages = self.messages(conn, ids)?;
        let of: HashSet<i64> = messages.iter().map(|(_, of)| *of).collect();
        let of: Vec<i64> = of.into_iter().collect();
        let mut visible = self.conversations(conn, &of, false)?;
        let mut new = Vec::new();
        for (id, of) in messages {
            if let Some(one) = chosen.iter_mut().find(|one| one.of.id == of) {
                // Found by its subject; the words of a message say more.
                one.message = one.message.or(Some(id));
            } else if known.insert(of)
                && let Some(of) = visible.remove(&of)
            {
                new.push(Chosen { of, message: Some(id) });
                if chosen.len() + new.len() >= PAGE {
                    return Ok((new, Some(id)));
                }
            }
        }
        Ok((new, None))
    }

    /// These messages as far as their days are within the filter, newest first, each
    /// with its conversation. By id alone, which the index has of this workspace: with
    /// the workspace beside it, SQLite might read all of its messages.
    fn messages(self, conn: &mut Conn, ids: &[i64]) -> QueryResult<Vec<(i64, i64)>> {
        let mut query = messages::table
            .filter(messages::id.eq_any(ids.to_vec()))
            .order(messages::id.desc())
            .select((messages::id, messages::conversation_id))
            .into_boxed();
        if let Some(from) = self.filter.from {
            query = query.filter(messages::created_at.ge(from));
        }
        if let Some(to) = self.filter.to {
            query = query.filter(messages::created_at.lt(to));
        }
        query.load(conn)
    }

    /// Those of these conversations that exist for the viewer and that the filter
    /// leaves; their own days count where nothing but a subject was found.
    fn conversations(
        self,
        conn: &mut Conn,
        ids: &[i64],
        by_day: bool,
    ) -> QueryResult<HashMap<i64, Conversation>> {
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let Self { workspace_id, actor, filter } = self;
        let mut query = conversations::table
            .filter(conversations::workspace_id.eq(workspace_id))
            .filter(conversations::id.eq_any(ids.to_vec()))
            .filter(visible_to(workspace_id, actor))
            .select((
                conversations::id,
                conversations::subject,
                conversations::contact_id,
                conversations::inbox_id,
                conversations::status,
                conversations::spam_at,
                conversations::assignee_id,
                conversations::last_activity_at,
            ))
            .into_boxed();
        query = match filter.owner {
            None => query,
            Some(Owner::Nobody) => query.filter(conversations::assignee_id.is_null()),
            Some(Owner::Member(id)) => query.filter(conversations::assignee_id.eq(id)),
        };
        query = match filter.state {
            State::Any => query.filter(conversations::spam_at.is_null()),
            State::Is(status) => query
                .filter(conversations::status.eq(status))
                .filter(conversations::spam_at.is_null()),
            State::Spam => query.filter(conversations::spam_at.is_not_null()),
        };
        if let Some(inbox_id) = filter.inbox_id {
            query = query.filter(conversations::inbox_id.eq(inbox_id));
        }
        if let Some(label_id) = filter.label_id {
            let labelled = conversation_labels::table
                .filter(conversation_labels::workspace_id.eq(workspace_id))
                .filter(conversation_labels::label_id.eq(label_id))
                .select(conversation_labels::conversation_id);
            query = query.filter(conversations::id.eq_any(labelled));
        }
        if let Some(from) = filter.from.filter(|_| by_day) {
            query = query.filter(conversations::created_at.ge(from));
        }
        if let Some(to) = filter.to.filter(|_| by_day) {
            query = query.filter(conversations::created_at.lt(to));
        }
        let found: Vec<Conversation> = query.load(conn)?;
        Ok(found.into_iter().map(|one| (one.id, one)).collect())
    }

    /// Which of these stood on a page before, by a newer message with the words.
    fn shown_before(
        self,
        conn: &mut Conn,
        terms: &Terms,
        before: i64,
        new: &[Chosen],
    ) -> QueryResult<HashSet<i64>> {
        let of: Vec<i64> = new.iter().map(|one| one.of.id).collect();
        if of.is_empty() {
            return Ok(HashSet::new());
        }
        let said = search::said_since(conn, self.workspace_id, terms, &of, before)?;
        let within = said.into_iter().filter(|one| {
            self.filter.from.is_none_or(|from| one.created_at >= from)
                && self.filter.to.is_none_or(|to| one.created_at < to)
        });
        Ok(within.map(|one| one.conversation_id).collect())
    }
}

/// What the page shows of those that are on it.
fn hits(conn: &mut Conn, workspace_id: i64, chosen: Vec<Chosen>) -> QueryResult<Vec<Hit>> {
    let names: HashMap<i64, String> = contacts::table
        .filter(contacts::workspace_id.eq(workspace_id))
        .filter(contacts::id.eq_any(chosen.iter().map(|one| one.of.contact_id)))
        .select((contacts::id, contacts::name))
        .load::<(i64, String)>(conn)?
        .into_iter()
        .collect();
    let mut said: HashMap<i64, Message> = messages::table
        .filter(messages::id.eq_any(chosen.iter().filter_map(|one| one.message)))
        .select((
            messages::id,
            messages::kind,
            messages::author_name,
            messages::body,
            messages::created_at,
        ))
        .load::<Message>(conn)?
        .into_iter()
        .map(|message| (message.id, message))
        .collect();
    let hit = |Chosen { of, message }: Chosen| Hit {
        status: of.status,
        is_spam: of.spam_at.is_some(),
        contact_name: names.get(&of.contact_id).cloned().unwrap_or_default(),
        message: message.and_then(|id| said.remove(&id)),
        id: of.id,
        subject: of.subject,
        contact_id: of.contact_id,
        inbox_id: of.inbox_id,
        owner: of.owner,
        last_activity_at: of.last_activity_at,
    };
    Ok(chosen.into_iter().map(hit).collect())
}

fn contacts_with(conn: &mut Conn, workspace_id: i64, terms: &Terms) -> QueryResult<Vec<Person>> {
    // Some of them may be part of another contact by now.
    let limit = CONTACTS * 4;
    let ids = search::newest(conn, Index::Contacts, workspace_id, terms, i64::MAX, limit)?;
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    contacts::table
        .filter(contacts::workspace_id.eq(workspace_id))
        .filter(contacts::id.eq_any(ids))
        .filter(contacts::merged_at.is_null())
        .order(contacts::id.desc())
        .limit(CONTACTS)
        .select((contacts::id, contacts::name, contacts::email, contacts::phone, contacts::company))
        .load(conn)
}
