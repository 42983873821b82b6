//! `/search`: one box over conversations and contacts.

pub mod page;

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Query};
use chrono::NaiveDate;
use chrono_tz::Tz;
use serde::Deserialize;

use super::days::DayFields;
use super::list_pane::{SPAM, Saved};
use super::view::{Area, Avatar, Choice, Field};
use super::viewer::Viewer;
use super::{list, respond};
use crate::App;
use crate::db::{Conn, QueryResult};
use crate::models::calendar;
use crate::models::inbox::{self, Inbox};
use crate::models::label::{self, Label};
use crate::models::markdown;
use crate::models::membership::{self, MemberName};
use crate::models::message::Kind;
use crate::models::saved_view;
use crate::models::search::{
    self, Cursor, Filter, Found, Hit, Message, Owner, Person, State, Terms,
};
use crate::models::sight;
use crate::policy::{Actor, Capability, Status};
use crate::rich::{self, Markup};
use crate::web::error::AppError;
use page::{HitRow, PersonRow, SearchPage};
use strum::IntoEnumIterator;

/// How much of a message stands beside a hit, in characters.
const SNIPPET: usize = 180;
/// The most that is read of what was typed, in characters.
const TYPED_MAX: usize = 300;
/// The word of the queue in URLs.
const NOBODY: &str = "nobody";

/// A search as a URL carries it. What a select leaves open is an empty text.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct SearchQuery {
    q: String,
    owner: String,
    label: String,
    inbox: String,
    status: String,
    from: String,
    to: String,
    before: String,
}

/// What the filter's selects offer, and what is not there any more.
struct Offered {
    members: Vec<MemberName>,
    labels: Vec<Label>,
    inboxes: Vec<Inbox>,
    /// The inboxes whose queue the viewer does not see.
    hidden: Vec<i64>,
}

/// `GET /search`
///
/// # Errors
/// When the database fails.
pub async fn index(
    app: Data<App>,
    viewer: Viewer,
    query: Query<SearchQuery>,
) -> Result<HttpResponse, AppError> {
    let query = query.into_inner();
    let typed: String = query.q.chars().take(TYPED_MAX).collect();
    let (asked, filter) = (search::parse(&typed), query.filter(viewer.time_zone));
    let from = query.cursor();
    let (workspace_id, actor) = (viewer.workspace_id, viewer.actor());
    let wanted = asked.clone();
    let caller = viewer.caller();
    let (offered, found, views) = app
        .db
        .read_long(move |conn| {
            let found = search::page(conn, workspace_id, actor, &wanted, filter, from)?;
            let views = saved_view::list(conn, caller)?;
            Ok((Offered::load(conn, workspace_id, actor)?, found, views))
        })
        .await?;
    let terms = &asked.terms;
    let page = SearchPage {
        chrome: viewer.chrome(&app, Area::Search).await?,
        saved: Saved::beside(&query.address(None), views, &viewer),
        is_asked: !asked.is_empty(),
        is_only_signs: asked.is_empty() && !typed.trim().is_empty(),
        is_first_page: from.is_none(),
        is_filtered: filter.is_set(),
        missing: offered.missing(&query),
        owners: offered.owners(&viewer, &query.owner),
        labels: choices(&query.label, offered.labels.iter().map(|one| (one.id, &*one.name))),
        inboxes: offered.inboxes(&query.inbox),
        states: states(&query.status),
        days: query.days(),
        older: found.next.map(|next| query.address(Some(next))),
        newest: query.address(None),
        contacts: found.contacts.iter().map(|one| person_row(one, terms)).collect(),
        all_contacts: found.has_more_contacts.then(|| all_contacts(&typed)),
        hits: rows(&found, terms, &offered, &viewer),
        typed: query.q,
    };
    let status = if page.is_refused() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    respond::page(status, &page)
}

impl SearchQuery {
    fn filter(&self, zone: Tz) -> Filter {
        Filter {
            owner: match self.owner.as_str() {
                NOBODY => Some(Owner::Nobody),
                id => id.parse().ok().map(Owner::Member),
            },
            label_id: self.label.parse().ok(),
            inbox_id: self.inbox.parse().ok(),
            state: match self.status.as_str() {
                SPAM => State::Spam,
                code => code.parse().map_or(State::Any, State::Is),
            },
            from: day(&self.from).map(|day| calendar::begin(day, zone)),
            // The day that is named is part of it.
            to: day(&self.to).map(|day| calendar::end(day, zone)),
        }
    }

    /// The days as they go back to the page, with what is wrong where the last one is before
    /// the first. One that is none is told with what is missing.
    fn days(&self) -> DayFields {
        match DayFields::check(&self.from, &self.to) {
            Err(refused) if day(&self.from).is_some() && day(&self.to).is_some() => refused,
            _ => {
                DayFields { from: Field::new(self.from.as_str()), to: Field::new(self.to.as_str()) }
            }
        }
    }

    /// Where the page goes on: at the id of a message, or with a minus behind so many
    /// conversations.
    fn cursor(&self) -> Option<Cursor> {
        match self.before.strip_prefix('-') {
            Some(passed) => passed.parse().ok().map(Cursor::Behind),
            None => self.before.parse().ok().map(Cursor::Before),
        }
    }

    /// This search as an address.
    fn address(&self, from: Option<Cursor>) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        let fields = [
            ("q", &self.q),
            ("owner", &self.owner),
            ("label", &self.label),
            ("inbox", &self.inbox),
            ("status", &self.status),
            ("from", &self.from),
            ("to", &self.to),
        ];
        for (name, value) in fields.into_iter().filter(|(_, value)| !value.is_empty()) {
            query.append_pair(name, value);
        }
        if let Some(from) = from {
            let before = match from {
                Cursor::Behind(passed) => format!("-{passed}"),
                Cursor::Before(id) => id.to_string(),
            };
            query.append_pair("before", &before);
        }
        format!("/search?{}", query.finish())
    }
}

/// The list of the contacts whom the same words find.
fn all_contacts(typed: &str) -> String {
    let words = typed.replace(['"', '“', '”', '„'], " ");
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("q", words.trim())
        .finish();
    format!("/contacts?{query}")
}

fn day(text: &str) -> Option<NaiveDate> {
    calendar::parse(text).ok()
}

impl Offered {
    fn load(conn: &mut Conn, workspace_id: i64, actor: Actor) -> QueryResult<Self> {
        Ok(Self {
            members: membership::active_names(conn, workspace_id)?,
            labels: label::list(conn, workspace_id)?,
            inboxes: inbox::list(conn, workspace_id)?,
            hidden: sight::hidden_from(conn, workspace_id, actor)?,
        })
    }

    /// Those whose conversations the viewer may see.
    fn owners(&self, viewer: &Viewer, chosen: &str) -> Vec<Choice> {
        let sees_all = viewer.may(Capability::SeeAll);
        let mut all = vec![Choice::new(NOBODY, "Unassigned", chosen == NOBODY)];
        let seen =
            self.members.iter().filter(|one| sees_all || one.membership_id == viewer.membership_id);
        all.extend(choices(chosen, seen.map(|one| (one.membership_id, &*one.name))));
        all
    }

    /// Those whose queue the viewer sees.
    fn inboxes(&self, chosen: &str) -> Vec<Choice> {
        let seen = self.inboxes.iter().filter(|inbox| !self.hidden.contains(&inbox.id));
        choices(chosen, seen.map(|inbox| (inbox.id, &*inbox.name)))
    }

    /// What a link or a saved view still names although it is gone, and days that are
    /// none.
    fn missing(&self, query: &SearchQuery) -> Vec<&'static str> {
        let is_gone = |chosen: &str, is_there: &dyn Fn(i64) -> bool| {
            chosen.parse().is_ok_and(|id: i64| !is_there(id))
        };
        let mut missing = Vec::new();
        if is_gone(&query.owner, &|id| self.members.iter().any(|one| one.membership_id == id)) {
            missing.push("The owner in this search is no longer in the team.");
        }
        if is_gone(&query.label, &|id| self.labels.iter().any(|one| one.id == id)) {
            missing.push("The label in this search no longer exists.");
        }
        if is_gone(&query.inbox, &|id| self.inboxes.iter().any(|one| one.id == id)) {
            missing.push("The inbox in this search no longer exists.");
        }
        let (from, to) = (day(&query.from), day(&query.to));
        let is_no_day = |typed: &str, day: Option<NaiveDate>| !typed.is_empty() && day.is_none();
        if is_no_day(&query.from, from) || is_no_day(&query.to, to) {
            missing.push("A day in this search does not exist, so it was left out.");
        }
        missing
    }
}

fn choices<'a>(chosen: &str, all: impl Iterator<Item = (i64, &'a str)>) -> Vec<Choice> {
    all.map(|(id, name)| {
        let id = id.to_string();
        let is_chosen = id == chosen;
        Choice::new(id, name, is_chosen)
    })
    .collect()
}

fn states(chosen: &str) -> Vec<Choice> {
    Status::iter()
        .map(|status| (status.into_str(), status.name()))
        .chain([(SPAM, "Spam")])
        .map(|(code, name)| Choice::new(code, name, code == chosen))
        .collect()
}

fn person_row(person: &Person, terms: &Terms) -> PersonRow {
    let facts = [&person.email, &person.phone, &person.company];
    let facts: Vec<&str> = facts.into_iter().filter_map(Option::as_deref).collect();
    PersonRow {
        avatar: Avatar::new(&person.name, &person.id.to_string()),
        name: html(&person.name, terms),
        facts: html(&facts.join(" · "), terms),
        note: person.note.as_ref().map(|note| {
            let said = search::snippet(&markdown::plain(&note.body), terms, SNIPPET);
            (format!("{}, note:", note.author_name), html(&said, terms))
        }),
        address: match &person.note {
            Some(note) => format!("/contacts/{}#note-{}", person.id, note.id),
            None => format!("/contacts/{}", person.id),
        },
    }
}

fn rows(found: &Found, terms: &Terms, offered: &Offered, viewer: &Viewer) -> Vec<HitRow> {
    let row = |hit: &Hit| hit_row(hit, terms, offered, viewer);
    found.hits.iter().map(row).collect()
}

fn hit_row(hit: &Hit, terms: &Terms, offered: &Offered, viewer: &Viewer) -> HitRow {
    let inbox = offered.inboxes.iter().find(|inbox| inbox.id == hit.inbox_id);
    let said = hit.message.as_ref().map(|one| search::snippet(&words(one), terms, SNIPPET));
    HitRow {
        address: match &hit.message {
            Some(message) => format!("/conversations/{}#message-{}", hit.id, message.id),
            None => format!("/conversations/{}", hit.id),
        },
        contact: html(&hit.contact_name, terms),
        avatar: Avatar::new(&hit.contact_name, &hit.contact_id.to_string()),
        when: viewer.when(hit.at()),
        subject: html(&hit.subject, terms),
        by: match &hit.message {
            Some(Message { kind: Kind::Note, author_name, .. }) => format!("{author_name}, note:"),
            Some(Message { kind: Kind::Reply, author_name, .. }) => format!("{author_name}:"),
            _ => String::new(),
        },
        said: html(&said.unwrap_or_default(), terms),
        status: if hit.is_spam { "Spam" } else { hit.status.name() },
        inbox: inbox.map_or_else(String::new, |inbox| inbox.name.clone()),
        owner: list::owner_baton(&offered.members, viewer, hit.owner),
    }
}

/// What was said, without the marks of Markdown where those are none of its words.
fn words(message: &Message) -> Cow<'_, str> {
    match message.kind {
        Kind::Customer => Cow::Borrowed(&message.body),
        Kind::Reply | Kind::Note => Cow::Owned(markdown::plain(&message.body)),
    }
}

/// A text with the words marked.
fn html(text: &str, terms: &Terms) -> Markup {
    rich::marked(search::marked(text, terms))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_marked_is_escaped() {
        let terms = search::parse("script").terms;
        assert_eq!(
            html("<Script> & \"x\"", &terms).to_string(),
            "&#60;<mark>Script</mark>&#62; &#38; &#34;x&#34;"
        );
    }

    #[test]
    fn a_day_is_the_workspace_s() {
        let zone = chrono_tz::Europe::Berlin;
        let query = SearchQuery {
            from: "2026-03-29".to_owned(),
            to: "2026-03-29".to_owned(),
            ..SearchQuery::default()
        };
        let filter = query.filter(zone);
        // Clocks go forward on that day: it has 23 hours.
        let (from, to) = (filter.from.unwrap(), filter.to.unwrap());
        assert_eq!(to.since(from).num_hours(), 23);
        assert_eq!(SearchQuery { from: "soon".into(), ..query }.filter(zone).from, None);
    }
}
