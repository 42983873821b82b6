//! Who is at a conversation at this moment: which of its pages are open, and who types
//! there. It is kept in memory alone: pages say every few seconds that they are there,
//! and nodes tell each other.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

/// How long a page counts as open after it last said so: it says so every five seconds,
/// and one word may be lost.
const STAYS: Duration = Duration::from_secs(12);
/// How often everybody is asked whether they are still there.
const SWEEP: Duration = Duration::from_secs(1);
/// Open pages of one person at one conversation that are remembered.
const PAGES: usize = 16;

/// Somebody at a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Who {
    /// By their membership.
    Member(i64),
    Customer,
}

/// What somebody types at this moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Writing {
    #[default]
    Nothing,
    Note,
    Reply,
}

/// What an open page says of itself.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Presence {
    pub workspace_id: i64,
    pub conversation_id: i64,
    pub who: Who,
    /// The page's own word, which tells the pages of one person apart.
    pub page: String,
    pub writing: Writing,
    /// It is about to close.
    pub is_gone: bool,
}

/// Who is there, and what they type: of several pages, where they do most.
pub type People = BTreeMap<Who, Writing>;

/// A conversation where something changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Change {
    pub workspace_id: i64,
    pub conversation_id: i64,
    /// What its customer may know of changed: who writes to them.
    pub is_for_customer: bool,
}

/// The conversations that somebody has open.
#[derive(Default)]
pub(super) struct Rooms {
    rooms: HashMap<i64, Room>,
    swept_at: Option<Instant>,
}

struct Room {
    workspace_id: i64,
    pages: HashMap<(Who, String), Page>,
}

struct Page {
    writing: Writing,
    until: Instant,
    /// Whose stream hears of the others; `None`: on another node, or the customer's.
    session_id: Option<i64>,
}

impl Room {
    fn people(&self) -> People {
        let mut people = People::new();
        for ((who, _), page) in &self.pages {
            let writing = people.entry(*who).or_default();
            *writing = page.writing.max(*writing);
        }
        people
    }

    /// Changes the pages; what became of the people, if anything.
    fn change(
        &mut self,
        conversation_id: i64,
        change: impl FnOnce(&mut HashMap<(Who, String), Page>),
    ) -> Option<Change> {
        let before = self.people();
        change(&mut self.pages);
        let after = self.people();
        (before != after).then(|| Change {
            workspace_id: self.workspace_id,
            conversation_id,
            is_for_customer: writers(&before).ne(writers(&after)),
        })
    }
}

/// The members who write a reply.
pub fn writers(people: &People) -> impl Iterator<Item = i64> {
    people.iter().filter_map(|(who, writing)| match (who, writing) {
        (Who::Member(id), Writing::Reply) => Some(*id),
        _ => None,
    })
}

impl Rooms {
    /// Takes in what a page says; the conversations where something changed by that, or
    /// because somebody has said nothing for too long.
    pub fn hear(&mut self, said: &Presence, session_id: Option<i64>, now: Instant) -> Vec<Change> {
        let mut changes = self.sweep(now);
        let id = said.conversation_id;
        let room = self
            .rooms
            .entry(id)
            .or_insert_with(|| Room { workspace_id: said.workspace_id, pages: HashMap::new() });
        changes.extend(room.change(id, |pages| {
            let key = (said.who, said.page.clone());
            if said.is_gone {
                pages.remove(&key);
            } else if pages.contains_key(&key)
                || pages.keys().filter(|(who, _)| *who == said.who).count() < PAGES
            {
                let page = Page { writing: said.writing, until: now + STAYS, session_id };
                pages.insert(key, page);
            }
        }));
        self.rooms.retain(|_, room| !room.pages.is_empty());
        changes
    }

    /// Forgets the pages that have said nothing for too long, once a second.
    pub fn sweep(&mut self, now: Instant) -> Vec<Change> {
        if self.swept_at.is_some_and(|at| now < at + SWEEP) {
            return Vec::new();
        }
        self.swept_at = Some(now);
        self.retain(|page, _| page.until > now)
    }

    /// Forgets the pages of a session, at one conversation or at all: it may not see them
    /// any more.
    pub fn forget(&mut self, session_id: i64, at: Option<i64>) -> Vec<Change> {
        self.retain(|page, id| page.session_id != Some(session_id) || at.is_some_and(|at| at != id))
    }

    /// Forgets everybody at the conversations of a workspace.
    pub fn clear(&mut self, workspace_id: i64) {
        self.rooms.retain(|_, room| room.workspace_id != workspace_id);
    }

    fn retain(&mut self, is_kept: impl Fn(&Page, i64) -> bool) -> Vec<Change> {
        let mut changes = Vec::new();
        for (id, room) in &mut self.rooms {
            changes.extend(room.change(*id, |pages| pages.retain(|_, page| is_kept(page, *id))));
        }
        self.rooms.retain(|_, room| !room.pages.is_empty());
        changes
    }

    /// Who is at a conversation.
    pub fn people(&self, conversation_id: i64) -> People {
        self.rooms.get(&conversation_id).map(Room::people).unwrap_or_default()
    }

    /// The sessions that have it open on this node.
    pub fn sessions(&self, conversation_id: i64) -> BTreeSet<i64> {
        let room = self.rooms.get(&conversation_id);
        room.into_iter().flat_map(|room| room.pages.values()).filter_map(|p| p.session_id).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(who: Who, page: &str, writing: Writing) -> Presence {
        let page = page.to_owned();
        Presence { workspace_id: 1, conversation_id: 7, who, page, writing, is_gone: false }
    }

    const ANA: Who = Who::Member(1);

    #[test]
    fn one_of_several_pages_may_close() {
        let (mut rooms, now) = (Rooms::default(), Instant::now());
        let first = said(ANA, "a", Writing::Reply);
        assert_eq!(rooms.hear(&first, Some(5), now).len(), 1);
        assert_eq!(rooms.hear(&said(ANA, "b", Writing::Nothing), Some(5), now), []);
        assert_eq!(rooms.people(7), People::from([(ANA, Writing::Reply)]));
        let changes = rooms.hear(&Presence { is_gone: true, ..first }, Some(5), now);
        assert!(changes[0].is_for_customer, "she writes no longer");
        assert_eq!(rooms.people(7), People::from([(ANA, Writing::Nothing)]));
    }

    #[test]
    fn who_says_nothing_for_long_is_gone_and_others_stay() {
        let (mut rooms, now) = (Rooms::default(), Instant::now());
        rooms.hear(&said(ANA, "a", Writing::Nothing), Some(5), now);
        let later = now + Duration::from_secs(8);
        rooms.hear(&said(Who::Customer, "c", Writing::Reply), None, later);
        let changes = rooms.sweep(now + Duration::from_secs(13));
        let gone = Change { workspace_id: 1, conversation_id: 7, is_for_customer: false };
        assert_eq!(changes, [gone]);
        assert_eq!(rooms.people(7), People::from([(Who::Customer, Writing::Reply)]));
        rooms.sweep(now + Duration::from_secs(30));
        assert!(rooms.rooms.is_empty());
    }

    #[test]
    fn a_session_that_lost_sight_is_told_nothing_more() {
        let (mut rooms, now) = (Rooms::default(), Instant::now());
        rooms.hear(&said(ANA, "a", Writing::Nothing), Some(5), now);
        assert!(rooms.forget(5, Some(8)).is_empty());
        assert_eq!(rooms.sessions(7), BTreeSet::from([5]));
        assert_eq!(rooms.forget(5, Some(7)).len(), 1);
        assert!(rooms.sessions(7).is_empty());
    }
}
