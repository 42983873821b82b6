//! Contacts whose words stand in a note on them: all of them, or those that nothing else
//! which is known of the contact has.

use std::cmp::Reverse;
use std::collections::HashMap;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use super::scope::Scope;
use super::spread::LEADING;
use super::words::{Bits, all, bits};
use super::{Note, PEOPLE, Terms};
use crate::db::Conn;
use crate::db::dialect::search::Index;
use crate::db::schema::contact_notes;

type NoteQuery =
    contact_notes::BoxedQuery<'static, <Conn as Connection>::Backend, (BigInt, BigInt, Text, Text)>;

/// The newest notes of contacts that a word leads to, which are looked through.
const NOTES: i64 = 300;

impl Scope {
    /// For each contact that has all of the words with its notes, the note that has the
    /// most of them; without those that have them all in what is known of them.
    pub(super) fn noted(
        self,
        conn: &mut Conn,
        terms: &Terms,
        having_all: &[i64],
    ) -> QueryResult<Vec<Note>> {
        let mut words: Vec<Terms> = vec![terms.clone()];
        if terms.phrases.len() > 1 {
            words.extend(terms.each().take(LEADING));
        }
        let ids = self.newest_of_each(conn, Index::ContactNotes, &words, PEOPLE)?;
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let mut notes: HashMap<i64, Note> = HashMap::new();
        let by_id = contact_notes::id.eq_any(ids);
        let found: Vec<Note> = self.notes().filter(by_id).load(conn)?;
        notes.extend(found.into_iter().map(|note| (note.id, note)));
        if terms.phrases.len() > 1 {
            let people = self.newest_of_each(conn, Index::Contacts, &words[1..], PEOPLE)?;
            let of_people = contact_notes::contact_id.eq_any(people);
            let newest = contact_notes::id.desc();
            let found: Vec<Note> =
                self.notes().filter(of_people).order(newest).limit(NOTES).load(conn)?;
            notes.extend(found.into_iter().map(|note| (note.id, note)));
        }
        let mut of_contact: HashMap<i64, Vec<(Bits, Note)>> = HashMap::new();
        for note in notes.into_values().filter(|note| !having_all.contains(&note.contact_id)) {
            let has = bits(&note.body, terms);
            if has != 0 {
                of_contact.entry(note.contact_id).or_default().push((has, note));
            }
        }
        let known = self.people(conn, terms, of_contact.keys().copied().collect())?;
        let most = |(id, notes): (i64, Vec<(Bits, Note)>)| {
            let has = notes.iter().fold(*known.get(&id)?, |has, (of_note, _)| has | of_note);
            let best = notes
                .into_iter()
                .min_by_key(|(of_note, note)| (Reverse(of_note.count_ones()), Reverse(note.id)));
            best.filter(|_| has == all(terms)).map(|(_, note)| note)
        };
        Ok(of_contact.into_iter().filter_map(most).collect())
    }

    fn notes(self) -> NoteQuery {
        contact_notes::table
            .filter(contact_notes::workspace_id.eq(self.workspace_id))
            .select((
                contact_notes::id,
                contact_notes::contact_id,
                contact_notes::author_name,
                contact_notes::body,
            ))
            .into_boxed()
    }
}
