//! For whom it is looked, and among what.

use std::collections::{HashMap, HashSet};

use chrono::TimeDelta;
use diesel::dsl::auto_type;
use diesel::prelude::*;

use super::{Filter, LED, Owner, PAGE, State, TURNS, Terms, length};
use crate::db::dialect::search::{self, Index};
use crate::db::schema::{conversation_labels, conversations, messages};
use crate::db::{Conn, Utc};
use crate::models::sight::visible_to;
use crate::policy::{Actor, Status};

type Query = conversations::BoxedQuery<'static, <Conn as Connection>::Backend>;

/// What is read of a conversation.
#[auto_type(no_type_alias)]
fn columns() -> _ {
    (
        conversations::id,
        conversations::subject,
        conversations::contact_id,
        conversations::inbox_id,
        conversations::status,
        conversations::spam_at,
        conversations::assignee_id,
        conversations::last_activity_at,
        conversations::created_at,
    )
}

/// A conversation that is on the page, before its words are read.
pub(super) struct Chosen {
    pub of: Conversation,
    pub message: Option<i64>,
}

#[derive(Clone, Queryable)]
pub(super) struct Conversation {
    pub id: i64,
    pub subject: String,
    pub contact_id: i64,
    pub inbox_id: i64,
    pub status: Status,
    pub spam_at: Option<Utc>,
    pub owner: Option<i64>,
    pub last_activity_at: Utc,
    pub created_at: Utc,
}

/// For whom, and among what.
#[derive(Clone, Copy)]
pub(super) struct Scope {
    pub workspace_id: i64,
    pub actor: Actor,
    pub filter: Filter,
}

impl Scope {
    /// Goes through messages, newest first, and answers the conversations that are
    /// new on the page; and where it stopped, when the page was full before the end.
    pub(super) fn choose(
        self,
        conn: &mut Conn,
        ids: &[i64],
        chosen: &mut [Chosen],
        known: &mut HashSet<i64>,
    ) -> QueryResult<(Vec<Chosen>, Option<i64>)> {
        let messages = self.messages(conn, ids)?;
        let of: HashSet<i64> = messages.iter().map(|(_, of)| *of).collect();
        let of: Vec<i64> = of.into_iter().collect();
        let mut visible = self.conversations(conn, &of)?;
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

    /// Gives these conversations the newest of the messages with the words that is theirs.
    pub(super) fn put_words(
        self,
        conn: &mut Conn,
        terms: &Terms,
        chosen: &mut [Chosen],
    ) -> QueryResult<()> {
        let of = self.workspace_id;
        let ids = search::newest(conn, Index::Messages, of, terms, i64::MAX, TURNS[0])?;
        for (id, of) in self.messages(conn, &ids)? {
            if let Some(one) = chosen.iter_mut().find(|one| one.of.id == of) {
                one.message = one.message.or(Some(id));
            }
        }
        Ok(())
    }

    /// These messages as far as their days are within the filter, newest first, each
    /// with its conversation. By id alone, which the index has of this workspace: with
    /// the workspace beside it, SQLite might read all of its messages.
    fn messages(self, conn: &mut Conn, ids: &[i64]) -> QueryResult<Vec<(i64, i64)>> {
        self.on_days()
            .filter(messages::id.eq_any(ids.to_vec()))
            .order(messages::id.desc())
            .select((messages::id, messages::conversation_id))
            .load(conn)
    }

    /// Those of these conversations that exist for the viewer and that the filter leaves,
    /// apart from its days.
    pub(super) fn conversations(
        self,
        conn: &mut Conn,
        ids: &[i64],
    ) -> QueryResult<HashMap<i64, Conversation>> {
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let query = self.filtered().filter(conversations::id.eq_any(ids.to_vec()));
        let found: Vec<Conversation> = query.select(columns()).load(conn)?;
        Ok(found.into_iter().map(|one| (one.id, one)).collect())
    }

    /// The newest `limit` of these contacts' conversations, in the same way.
    pub(super) fn of_contacts(
        self,
        conn: &mut Conn,
        contact_ids: Vec<i64>,
        limit: usize,
    ) -> QueryResult<Vec<Conversation>> {
        self.filtered()
            .filter(conversations::contact_id.eq_any(contact_ids))
            .order((conversations::last_activity_at.desc(), conversations::id.desc()))
            .limit(i64::try_from(limit).unwrap_or(i64::MAX))
            .select(columns())
            .load(conn)
    }

    /// The conversation of this number. Whoever names it means it, in spam too.
    pub(super) fn numbered(self, conn: &mut Conn, id: i64) -> QueryResult<Vec<Chosen>> {
        let query = if self.filter.is_set() { self.filtered() } else { self.visible() };
        let found: Vec<Conversation> =
            query.filter(conversations::id.eq(id)).select(columns()).load(conn)?;
        Ok(found.into_iter().map(|of| Chosen { of, message: None }).collect())
    }

    /// The conversations that more than their messages lead to: their subject has the
    /// words, or the words stand in several places. `having_all` are the contacts that have
    /// all of them.
    pub(super) fn led_to(
        self,
        conn: &mut Conn,
        terms: &Terms,
        having_all: &[i64],
    ) -> QueryResult<Vec<Chosen>> {
        let most = length(LED);
        let subjects =
            search::newest(conn, Index::Subjects, self.workspace_id, terms, i64::MAX, most)?;
        let subjects = self.conversations(conn, &subjects)?.into_values().collect();
        let mut led = self.whole(conn, subjects)?;
        led.extend(self.spread(conn, terms, having_all)?);
        Ok(led)
    }

    /// Whether a moment is on the days of the filter.
    pub(super) fn is_within(self, at: Utc) -> bool {
        self.filter.from.is_none_or(|from| at >= from) && self.filter.to.is_none_or(|to| at < to)
    }

    /// Those of these that were begun on the days of the filter, or have a message of them.
    pub(super) fn whole(
        self,
        conn: &mut Conn,
        mut conversations: Vec<Conversation>,
    ) -> QueryResult<Vec<Chosen>> {
        if self.has_days() && !conversations.is_empty() {
            let ids: Vec<i64> = conversations.iter().map(|one| one.id).collect();
            let within: HashSet<i64> = self
                .on_days()
                .filter(messages::conversation_id.eq_any(ids))
                .select(messages::conversation_id)
                .distinct()
                .load(conn)?
                .into_iter()
                .collect();
            conversations.retain(|of| self.is_within(of.created_at) || within.contains(&of.id));
        }
        Ok(conversations.into_iter().map(|of| Chosen { of, message: None }).collect())
    }

    /// The newest conversations that fit the filter, behind so many of them.
    pub(super) fn newest(
        self,
        conn: &mut Conn,
        passed: usize,
        limit: usize,
    ) -> QueryResult<Vec<Conversation>> {
        let mut query = self.filtered();
        if self.has_days() {
            let from = self.filter.from.or_else(|| Utc::from_micros(0));
            let to = self.filter.to.unwrap_or_else(|| Utc::now().plus(TimeDelta::days(1)));
            let said = messages::table
                .filter(messages::workspace_id.eq(self.workspace_id))
                .filter(messages::created_at.ge(from.unwrap_or(to)))
                .filter(messages::created_at.lt(to))
                .select(messages::conversation_id);
            query = query.filter(conversations::id.eq_any(said));
        }
        query
            .order((conversations::last_activity_at.desc(), conversations::id.desc()))
            .offset(length(passed))
            .limit(length(limit))
            .select(columns())
            .load(conn)
    }

    fn has_days(self) -> bool {
        self.filter.from.is_some() || self.filter.to.is_some()
    }

    /// The messages on the days of the filter.
    fn on_days(self) -> messages::BoxedQuery<'static, <Conn as Connection>::Backend> {
        let mut query = messages::table.into_boxed();
        if let Some(from) = self.filter.from {
            query = query.filter(messages::created_at.ge(from));
        }
        if let Some(to) = self.filter.to {
            query = query.filter(messages::created_at.lt(to));
        }
        query
    }

    fn visible(self) -> Query {
        conversations::table
            .filter(conversations::workspace_id.eq(self.workspace_id))
            .filter(visible_to(self.workspace_id, self.actor))
            .into_boxed()
    }

    fn filtered(self) -> Query {
        let Self { workspace_id, filter, .. } = self;
        let mut query = match filter.owner {
            None => self.visible(),
            Some(Owner::Nobody) => self.visible().filter(conversations::assignee_id.is_null()),
            Some(Owner::Member(id)) => self.visible().filter(conversations::assignee_id.eq(id)),
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
        query
    }

    /// Which of these stood on a page before, by a newer message with the words.
    pub(super) fn shown_before(
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
        let within = said.into_iter().filter(|one| self.is_within(one.created_at));
        Ok(within.map(|one| one.conversation_id).collect())
    }
}
