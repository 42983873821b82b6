//! Search: conversations by what was said in them and by their subjects, and contacts;
//! only what the viewer may see. Newest first, so that the work is bounded: a page
//! looks at some thousand matches at most, and the next one goes on from there.

mod noted;
mod scope;
mod spread;
mod words;

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

use diesel::prelude::*;

pub use crate::db::dialect::search::Terms;
pub use words::{Typed, marked, parse, snippet};

use scope::{Chosen, Scope};

use super::{contact, message};
use crate::db::dialect::search::{self, Index};
use crate::db::schema::{contacts, messages};
use crate::db::{Conn, Utc};
use crate::policy::{Actor, Status};

/// Conversations on a page.
const PAGE: usize = 20;
/// Matches that one page looks at, in turns: what others own and what the filter
/// leaves out is among them.
const TURNS: [i64; 6] = [200, 1000, 1000, 1000, 1000, 1000];
/// Conversations of a contact, or with the words in their subject, that are found: the
/// newest, on as many pages as they need.
const LED: usize = 500;
/// Contacts that all of the words, or each of them, lead to.
const PEOPLE: i64 = 50;
/// Contacts beside the conversations.
const CONTACTS: usize = 6;

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
#[derive(Clone, Debug)]
pub struct Person {
    pub id: i64,
    pub name: String,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub company: Option<String>,
    /// The note that has words which nothing else of theirs has.
    pub note: Option<Note>,
}

/// What a member noted about a contact.
#[derive(Clone, Debug, Queryable)]
pub struct Note {
    pub id: i64,
    pub contact_id: i64,
    pub author_name: String,
    pub body: String,
}

/// Where a page goes on that is not the first one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cursor {
    /// Behind so many of the conversations that come first: those that more than a message
    /// led to, or without words all of them.
    Behind(usize),
    /// Before this message.
    Before(i64),
}

/// A page of what was found.
#[derive(Clone, Debug, Default)]
pub struct Found {
    pub contacts: Vec<Person>,
    /// There are more contacts than these.
    pub has_more_contacts: bool,
    pub hits: Vec<Hit>,
    /// Where the next page goes on; none after the last one.
    pub next: Option<Cursor>,
}

/// Looks for all of these words, or for the newest that fit the filter; `from` is where
/// the page before ended.
///
/// # Errors
/// When a query fails.
pub fn page(
    conn: &mut Conn,
    workspace_id: i64,
    actor: Actor,
    typed: &Typed,
    filter: Filter,
    from: Option<Cursor>,
) -> QueryResult<Found> {
    let scope = Scope { workspace_id, actor, filter };
    let terms = &typed.terms;
    let mut led = match typed.number {
        Some(id) => scope.numbered(conn, id)?,
        None => Vec::new(),
    };
    let number = led.first().map(|one| one.of.id);
    let passed = match from {
        Some(Cursor::Behind(passed)) => passed,
        _ => 0,
    };
    if typed.is_empty() && filter.is_set() {
        return newest(conn, scope, passed);
    }
    if terms.is_empty() {
        return Ok(Found { hits: hits(conn, workspace_id, led)?, ..Found::default() });
    }
    let mut having_all =
        search::newest(conn, Index::Contacts, workspace_id, terms, i64::MAX, PEOPLE)?;
    if let Some(digits) = &typed.phone {
        having_all.extend(contact::list::with_phone(conn, workspace_id, digits, PEOPLE)?);
        having_all.sort_unstable();
        having_all.dedup();
    }
    for one in scope.led_to(conn, terms, &having_all)? {
        if led.iter().all(|known| known.of.id != one.of.id) {
            led.push(one);
        }
    }
    let known = led.iter().map(|one| one.of.id).collect();
    led.sort_by_key(|one| {
        (Some(one.of.id) != number, Reverse((one.of.last_activity_at, one.of.id)))
    });
    let (mut people, mut has_more_contacts) = (Vec::new(), false);
    if from.is_none() && !filter.is_set() {
        let noted = scope.noted(conn, terms, &having_all)?;
        people = shown_contacts(conn, workspace_id, having_all, noted)?;
        has_more_contacts = people.len() > CONTACTS;
        people.truncate(CONTACTS);
    }
    // The first pages have those that more than a message led to, wherever their words stand.
    let (chosen, next) = match from {
        Some(Cursor::Before(id)) => by_messages(conn, scope, terms, Some(id), Vec::new(), known)?,
        _ => {
            let mut chosen = led.split_off(led.len().min(passed));
            if chosen.len() > PAGE {
                chosen.truncate(PAGE);
                scope.put_words(conn, terms, &mut chosen)?;
                (chosen, Some(Cursor::Behind(passed.saturating_add(PAGE))))
            } else {
                by_messages(conn, scope, terms, None, chosen, known)?
            }
        }
    };
    let mut hits = hits(conn, workspace_id, chosen)?;
    hits.sort_by_key(|hit| (Some(hit.id) != number, Reverse(hit.at())));
    Ok(Found { contacts: people, has_more_contacts, hits, next })
}

/// Without words: the newest that fit the filter, behind so many.
fn newest(conn: &mut Conn, scope: Scope, passed: usize) -> QueryResult<Found> {
    let mut page = scope.newest(conn, passed, PAGE + 1)?;
    let next = (page.len() > PAGE).then(|| Cursor::Behind(passed.saturating_add(PAGE)));
    page.truncate(PAGE);
    let chosen = page.into_iter().map(|of| Chosen { of, message: None }).collect();
    Ok(Found { hits: hits(conn, scope.workspace_id, chosen)?, next, ..Found::default() })
}

/// Fills a page, on which some are `chosen` already, with the conversations that a message
/// before this one leads to, and says where the next page goes on. Those that are `known`
/// stand elsewhere.
fn by_messages(
    conn: &mut Conn,
    scope: Scope,
    terms: &Terms,
    before: Option<i64>,
    mut chosen: Vec<Chosen>,
    mut known: HashSet<i64>,
) -> QueryResult<(Vec<Chosen>, Option<Cursor>)> {
    let mut next = before;
    for limit in TURNS {
        let at = next.unwrap_or(i64::MAX);
        let ids = search::newest(conn, Index::Messages, scope.workspace_id, terms, at, limit)?;
        let is_end = length(ids.len()) < limit;
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
    Ok((chosen, next.map(Cursor::Before)))
}

fn length(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
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

/// The newest of these contacts, and then of those that a note leads to, and one more than
/// are shown, without those that are part of another one by now.
fn shown_contacts(
    conn: &mut Conn,
    workspace_id: i64,
    having_all: Vec<i64>,
    noted: Vec<Note>,
) -> QueryResult<Vec<Person>> {
    let mut notes: HashMap<i64, Note> =
        noted.into_iter().map(|note| (note.contact_id, note)).collect();
    let ids: Vec<i64> = having_all.into_iter().chain(notes.keys().copied()).collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    type Row = (i64, String, Option<String>, Option<String>, Option<String>);
    let rows: Vec<Row> = contacts::table
        .filter(contacts::workspace_id.eq(workspace_id))
        .filter(contacts::id.eq_any(ids))
        .filter(contacts::merged_at.is_null())
        .order(contacts::id.desc())
        .select((contacts::id, contacts::name, contacts::email, contacts::phone, contacts::company))
        .load(conn)?;
    let mut people: Vec<Person> = rows
        .into_iter()
        .map(|(id, name, email, phone, company)| Person {
            id,
            name,
            email,
            phone,
            company,
            note: notes.remove(&id),
        })
        .collect();
    people.sort_by_key(|person| person.note.is_some());
    people.truncate(CONTACTS + 1);
    Ok(people)
}
