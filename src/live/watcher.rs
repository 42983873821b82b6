//! The thread that watches the database for all streams of the process.

use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

use super::lines::{self, Position};
use super::presence::Presence;
use super::{Hub, Listener, Reader};
use crate::db::{Conn, DbError, QueryResult, Watch, one_line};
use crate::models::event::{self, About, Access, Event, Told};

/// How often it looks whether something was committed.
const EVERY: Duration = Duration::from_millis(20);
/// How often it looks at everything unasked: sessions expire without a commit, and what
/// was told while a connection was lost was not heard.
const UNASKED: Duration = Duration::from_secs(5);
/// After a failure of the database.
const PAUSE: Duration = Duration::from_millis(500);
/// Events read at a time.
const BATCH: i64 = 500;
/// More than these at once, as of many conversations in one step, are one line: look at
/// everything. No reader could take them as fast as they are handed out.
const AT_ONCE: usize = 64;

/// Ends the streams where the thread panics: the browsers come back, and the first one
/// begins another thread.
struct Watching<'a>(&'a Hub);

impl Drop for Watching<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let mut state = self.0.state();
            state.is_watched = false;
            state.workspaces.clear();
        }
    }
}

/// Watches until nobody listens.
pub(super) fn run(hub: &Hub) {
    let _watching = Watching(hub);
    let mut watch: Option<Watch> = None;
    let mut looked_at = Instant::now();
    while hub.is_watching() {
        std::thread::sleep(EVERY);
        hub.sweep_rooms();
        let is_due = looked_at.elapsed() > UNASKED;
        let turn = match has_news(hub, &mut watch) {
            Ok(false) if !is_due => continue,
            Ok(_) => {
                looked_at = Instant::now();
                hub.look(is_due)
            }
            Err(error) => Err(error),
        };
        if let Err(error) = turn {
            let error = one_line(&error);
            tracing::error!(error, "open pages could not be told what is new");
            watch = None;
            std::thread::sleep(PAUSE);
        }
    }
}

/// Whether something was committed. What other nodes say of who is there is heard at once.
fn has_news(hub: &Hub, watch: &mut Option<Watch>) -> Result<bool, String> {
    match watch {
        Some(open) => {
            let news = open.news().map_err(|error| error.to_string())?;
            for text in &news.said {
                match serde_json::from_str::<(String, Presence)>(text) {
                    Ok((node, said)) if node != *hub.node => hub.hear(&said, None),
                    Ok(_) => {}
                    // A node of another version, while they are exchanged.
                    Err(error) => tracing::debug!(%error, "not understood from another node"),
                }
            }
            Ok(news.has_commits)
        }
        None => {
            *watch = Some(hub.db.watch().map_err(|error| error.to_string())?);
            Ok(true)
        }
    }
}

/// What is new in the workspaces that somebody listens to.
struct News {
    events: HashMap<i64, Vec<Event>>,
    /// Workspaces that are there no longer.
    gone: Vec<i64>,
    has_more: bool,
}

impl Hub {
    /// `false`, and the thread is to end, once nobody listens.
    fn is_watching(&self) -> bool {
        let mut state = self.state();
        state.is_watched = !state.workspaces.is_empty();
        state.is_watched
    }

    /// Those who have said nothing for too long are not there any more.
    fn sweep_rooms(&self) {
        let mut state = self.state();
        let changes = state.rooms.sweep(Instant::now());
        state.tell_rooms(&changes);
    }

    /// Tells everybody what is new, after asking what they may see where that may have
    /// changed, or `of_all`: what changed it is among the events, so that none that came
    /// after it is told to whom it is not for any more.
    fn look(&self, of_all: bool) -> Result<(), String> {
        loop {
            let seen = self.seen();
            let news = self.db.snapshot_now(|conn| news(conn, &seen)).map_err(text)?;
            let is_asked =
                |id: &i64| of_all || news.events.get(id).is_some_and(|e| moves_access(e));
            let asked: Vec<i64> = seen.into_keys().filter(is_asked).collect();
            if !asked.is_empty() {
                self.ask_access(&asked).map_err(text)?;
            }
            self.tell(&news).map_err(text)?;
            if !news.has_more {
                return Ok(());
            }
        }
    }

    /// Up to which number each workspace's listeners were told.
    fn seen(&self) -> HashMap<i64, i64> {
        self.state().workspaces.iter().map(|(id, one)| (*id, one.number)).collect()
    }

    /// Ends the streams of those in these workspaces who may listen no longer, and
    /// remembers what the others may see now.
    fn ask_access(&self, workspaces: &[i64]) -> Result<(), DbError> {
        let sessions: Vec<i64> = {
            let state = self.state();
            let found = workspaces.iter().filter_map(|id| state.workspaces.get(id));
            let listeners = found.flat_map(|one| one.listeners.values());
            let session = |listener: &Listener| match listener.reader {
                Reader::Member { session_id, .. } => Some(session_id),
                Reader::Customer { .. } => None,
            };
            listeners.filter_map(session).collect()
        };
        let now = self.db.snapshot_now(|conn| event::access_of(conn, &sessions))?;
        let asked: HashSet<i64> = sessions.into_iter().collect();
        let mut state = self.state();
        let mut narrowed = Vec::new();
        for workspace_id in workspaces {
            let Some(workspace) = state.workspaces.get_mut(workspace_id) else { continue };
            let at = Position { workspace_id: *workspace_id, number: workspace.number };
            workspace.listeners.retain(|_, listener| {
                let Reader::Member { session_id, access: known } = &mut listener.reader else {
                    return true;
                };
                // Who came meanwhile asked by themselves.
                if !asked.contains(session_id) {
                    return true;
                }
                let access = now.get(session_id);
                let access = access.filter(|access| access.workspace_id == *workspace_id);
                if access == Some(&*known) {
                    return true;
                }
                narrowed.push(*session_id);
                access.is_some_and(|access| {
                    known.clone_from(access);
                    // What their pages show may be more or less than they see now.
                    listener.lines.try_send(lines::everything(at)).is_ok()
                })
            });
        }
        state.workspaces.retain(|_, workspace| !workspace.listeners.is_empty());
        for session_id in narrowed {
            // What they still have open says so again.
            let changes = state.rooms.forget(session_id, None);
            state.tell_rooms(&changes);
        }
        Ok(())
    }

    /// Hands out events. Who has not taken what came before is let go.
    fn tell(&self, news: &News) -> Result<(), DbError> {
        let unread = self.unread(&news.events)?;
        let mut state = self.state();
        for id in &news.gone {
            state.workspaces.remove(id);
        }
        let (mut lost, mut moved) = (Vec::new(), Vec::new());
        for (workspace_id, events) in &news.events {
            let Some(workspace) = state.workspaces.get_mut(workspace_id) else { continue };
            let new = events.iter().filter(|event| event.number > workspace.number).count();
            let as_one = events
                .last()
                .filter(|_| new > AT_ONCE)
                .map(|last| vec![Event { number: last.number, about: About::Everything }]);
            if as_one.is_some() {
                // Who is still there says so again.
                moved.push(*workspace_id);
            }
            let events = as_one.as_ref().unwrap_or(events);
            for event in events.iter().filter(|event| event.number > workspace.number) {
                let position = Position { workspace_id: *workspace_id, number: event.number };
                workspace.listeners.retain(|_, listener| match &listener.reader {
                    Reader::Member { session_id, access } => {
                        let Some(what) = access.told(event) else { return true };
                        if let Told::Gone { id } = what {
                            lost.push((*session_id, id));
                        }
                        let line = match (what, unread.get(&access.actor.membership_id)) {
                            // They came after the notices were counted.
                            (Told::Notification, None) => lines::everything(position),
                            (what, unread) => {
                                lines::told(position, what, unread.copied().unwrap_or_default())
                            }
                        };
                        listener.lines.try_send(line).is_ok()
                    }
                    Reader::Customer { conversation_id } => {
                        hand_to_customer(listener, *conversation_id, event)
                    }
                });
            }
            if let Some(last) = events.last() {
                workspace.number = workspace.number.max(last.number);
            }
        }
        for (session_id, conversation_id) in lost {
            let changes = state.rooms.forget(session_id, Some(conversation_id));
            state.tell_rooms(&changes);
        }
        for workspace_id in moved {
            state.rooms.clear(workspace_id);
        }
        Ok(())
    }

    /// The unread notices of those whom these events tell of them.
    fn unread(&self, events: &HashMap<i64, Vec<Event>>) -> Result<HashMap<i64, i64>, DbError> {
        let mut told: Vec<Access> = Vec::new();
        {
            let state = self.state();
            for (workspace_id, events) in events {
                let Some(workspace) = state.workspaces.get(workspace_id) else { continue };
                for listener in workspace.listeners.values() {
                    let Reader::Member { access, .. } = &listener.reader else { continue };
                    let is_told = |event| access.told(event) == Some(Told::Notification);
                    if events.iter().any(is_told) {
                        told.push(access.clone());
                    }
                }
            }
        }
        if told.is_empty() {
            return Ok(HashMap::new());
        }
        self.db.snapshot_now(|conn| {
            told.iter()
                .map(|access| {
                    let unread = lines::unread_for(conn, access, Told::Notification)?;
                    Ok((access.actor.membership_id, unread))
                })
                .collect()
        })
    }
}

/// What the customer of a conversation learns; `false` when they are to be let go.
fn hand_to_customer(listener: &Listener, of: i64, event: &Event) -> bool {
    match &event.about {
        About::Everything => listener.lines.try_send(lines::message()).is_ok(),
        About::Conversation { id, after: None, .. } if *id == of => false,
        About::Conversation { id, kind, .. } if *id == of && kind == "message" => {
            listener.lines.try_send(lines::message()).is_ok()
        }
        About::Access | About::Conversation { .. } | About::Notification { .. } => true,
    }
}

fn news(conn: &mut Conn, seen: &HashMap<i64, i64>) -> QueryResult<News> {
    let ids: Vec<i64> = seen.keys().copied().collect();
    let newest = event::newest_of(conn, &ids)?;
    let (mut events, mut gone, mut has_more) = (HashMap::new(), Vec::new(), false);
    for (id, seen) in seen {
        match newest.get(id) {
            Some(number) if number > seen => {
                let found = event::after(conn, *id, *seen, BATCH)?;
                has_more |= found.last().is_some_and(|last| last.number < *number);
                events.insert(*id, found);
            }
            Some(_) => {}
            None => gone.push(*id),
        }
    }
    Ok(News { events, gone, has_more })
}

/// Whether any of these may change what somebody sees.
fn moves_access(events: &[Event]) -> bool {
    events.iter().any(|event| matches!(event.about, About::Access | About::Everything))
}

fn text(error: DbError) -> String {
    error.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::testing::scratch;

    #[test]
    fn a_watcher_that_breaks_ends_the_streams_and_another_begins_with_the_next_one() {
        let (db, _folder) = scratch();
        let hub = Hub::new(db);
        let join = || hub.join(1, Reader::Customer { conversation_id: 1 }, 0).expect("a stream");
        let (_, _, mut lines) = join();
        let of_thread = hub.clone();
        let broken = std::thread::spawn(move || {
            let _watching = Watching(&of_thread);
            panic!("on purpose");
        });
        assert!(broken.join().is_err());
        assert!(lines.blocking_recv().is_none(), "the stream ended");
        assert!(hub.is_empty() && !hub.state().is_watched);
        let _again = join();
        assert!(hub.state().is_watched);
    }
}
