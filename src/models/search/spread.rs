//! Conversations whose words stand in several places: some in the name or the company of
//! the contact, some in the subject, the rest in a message. Each word leads to a few
//! contacts and subjects, the newest; what those have beside it is read and compared here,
//! which no index knows together.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap, HashSet};

use diesel::prelude::*;

use super::scope::{Chosen, Conversation, Scope};
use super::words::{Bits, all, bits};
use super::{LED, PEOPLE, Terms};
use crate::db::Conn;
use crate::db::dialect::search::{self, Index};
use crate::db::schema::contacts;

/// Words that lead somewhere; the others are only looked for there.
pub(super) const LEADING: usize = 6;
/// Subjects that a word leads to.
const SUBJECTS: i64 = 50;
/// Conversations whose messages are looked through, those with the most words first.
const LOOKED_THROUGH: usize = 100;
/// The newest messages of each that are looked through.
const MESSAGES: i64 = 30;
/// Conversations that are found in this way.
const MOST: usize = 100;

impl Scope {
    /// The newest conversations that have all of the words, but not all in their subject
    /// or all in one message. Where contacts have them all, these are meant.
    pub(super) fn spread(
        self,
        conn: &mut Conn,
        terms: &Terms,
        having_all: &[i64],
    ) -> QueryResult<Vec<Chosen>> {
        if !having_all.is_empty() {
            let found = self.of_contacts(conn, having_all.to_vec(), LED)?;
            if !found.is_empty() {
                return self.whole(conn, found);
            }
        }
        if terms.phrases.len() < 2 {
            return Ok(Vec::new());
        }
        let words: Vec<Terms> = terms.each().take(LEADING).collect();
        let mut candidates = self.of_people(conn, terms, &words)?;
        let ids = self.newest_of_each(conn, Index::Subjects, &words, SUBJECTS)?;
        candidates.extend(self.conversations(conn, &ids)?);
        let people: HashSet<i64> = candidates.values().map(|one| one.contact_id).collect();
        let people = self.people(conn, terms, people.into_iter().collect())?;
        let mut ranked: Vec<(Bits, Conversation)> = candidates
            .into_values()
            .map(|one| {
                let of_contact = people.get(&one.contact_id).copied().unwrap_or_default();
                (of_contact | bits(&one.subject, terms), one)
            })
            .collect();
        ranked.sort_by_key(|(has, one)| Reverse((has.count_ones(), one.last_activity_at, one.id)));
        ranked.truncate(LOOKED_THROUGH);
        let wanted = all(terms);
        let (whole, partly): (Vec<_>, Vec<_>) =
            ranked.into_iter().partition(|(has, _)| *has == wanted);
        let mut found = self.whole(conn, whole.into_iter().map(|(_, of)| of).collect())?;
        if found.len() < MOST {
            found.extend(self.with_messages(conn, terms, partly)?);
            found.truncate(MOST);
        }
        Ok(found)
    }

    /// Those of these in whose messages the rest of the words stands, by the newest.
    fn with_messages(
        self,
        conn: &mut Conn,
        terms: &Terms,
        partly: Vec<(Bits, Conversation)>,
    ) -> QueryResult<Vec<Chosen>> {
        let ids: Vec<i64> = partly.iter().map(|(_, one)| one.id).collect();
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let said = search::newest_said(conn, self.workspace_id, &ids, MESSAGES)?;
        let has: HashMap<i64, Bits> = partly.iter().map(|(has, one)| (one.id, *has)).collect();
        let mut newest: HashMap<i64, i64> = HashMap::new();
        for one in said.iter().filter(|one| self.is_within(one.created_at)) {
            let of = one.conversation_id;
            let already = has.get(&of).copied().unwrap_or_default();
            if newest.get(&of).is_none_or(|id| *id < one.id)
                && already | bits(&one.body, terms) == all(terms)
            {
                newest.insert(of, one.id);
            }
        }
        let mut found: Vec<Chosen> = partly
            .into_iter()
            .filter_map(|(_, of)| {
                let message = newest.get(&of.id).copied()?;
                Some(Chosen { of, message: Some(message) })
            })
            .collect();
        found.sort_by_key(|one| Reverse(one.message));
        Ok(found)
    }

    /// The newest conversations of the contacts that have some of the words, by id: of
    /// those that have the most first.
    fn of_people(
        self,
        conn: &mut Conn,
        terms: &Terms,
        words: &[Terms],
    ) -> QueryResult<HashMap<i64, Conversation>> {
        let ids = self.newest_of_each(conn, Index::Contacts, words, PEOPLE)?;
        let mut by_count: BTreeMap<Reverse<u32>, Vec<i64>> = BTreeMap::new();
        for (id, has) in self.people(conn, terms, ids)? {
            by_count.entry(Reverse(has.count_ones())).or_default().push(id);
        }
        let mut found = HashMap::new();
        for ids in by_count.into_values() {
            let room = LOOKED_THROUGH - found.len();
            if room == 0 {
                break;
            }
            let of = self.of_contacts(conn, ids, room)?;
            found.extend(of.into_iter().map(|one| (one.id, one)));
        }
        Ok(found)
    }

    pub(super) fn newest_of_each(
        self,
        conn: &mut Conn,
        index: Index,
        words: &[Terms],
        limit: i64,
    ) -> QueryResult<Vec<i64>> {
        let mut ids = Vec::new();
        for word in words {
            ids.extend(search::newest(conn, index, self.workspace_id, word, i64::MAX, limit)?);
        }
        ids.sort_unstable();
        ids.dedup();
        Ok(ids)
    }

    /// Which of the words each of these contacts has.
    pub(super) fn people(
        self,
        conn: &mut Conn,
        terms: &Terms,
        ids: Vec<i64>,
    ) -> QueryResult<HashMap<i64, Bits>> {
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        type Facts = (i64, String, Option<String>, Option<String>, Option<String>, String);
        let found: Vec<Facts> = contacts::table
            .filter(contacts::workspace_id.eq(self.workspace_id))
            .filter(contacts::id.eq_any(ids))
            .filter(contacts::merged_at.is_null())
            .select((
                contacts::id,
                contacts::name,
                contacts::email,
                contacts::phone,
                contacts::company,
                contacts::search_text,
            ))
            .load(conn)?;
        let has = found.into_iter().map(|(id, name, email, phone, company, others)| {
            let facts = [Some(name), email, phone, company, Some(others)];
            let facts: Vec<String> = facts.into_iter().flatten().collect();
            (id, bits(&facts.join(" "), terms))
        });
        Ok(has.collect())
    }
}
