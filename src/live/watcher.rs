//! The thread that watches the database for all streams of the process.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use super::lines::{self, Position};
use super::{Hub, Listener};
use crate::db::{Conn, DbError, QueryResult, Watch};
use crate::models::event::{self, Access, Event, Told};

/// How often it looks whether something was committed.
const EVERY: Duration = Duration::from_millis(20);
/// How often it looks at everything unasked: sessions expire without a commit, and what
/// was told while a connection was lost was not heard.
const UNASKED: Duration = Duration::from_secs(5);
/// After a failure of the database.
const PAUSE: Duration = Duration::from_millis(500);
/// Events read at a time.
const BATCH: i64 = 500;

/// Watches until nobody listens.
pub(super) fn run(hub: &Hub) {
    let mut watch: Option<Watch> = None;
    let mut access_number = None;
    let mut looked_at = Instant::now();
    while hub.is_watching() {
        std::thread::sleep(EVERY);
        let is_due = looked_at.elapsed() > UNASKED;
        let turn = match has_news(hub, &mut watch) {
            Ok(false) if !is_due => continue,
            Ok(_) => {
                looked_at = Instant::now();
                // Asked again where time has passed, whatever the number says.
                hub.look(&mut access_number, is_due)
            }
            Err(error) => Err(error),
        };
        if let Err(error) = turn {
            tracing::error!(%error, "open pages could not be told what is new");
            watch = None;
            access_number = None;
            std::thread::sleep(PAUSE);
        }
    }
}

fn has_news(hub: &Hub, watch: &mut Option<Watch>) -> Result<bool, String> {
    match watch {
        Some(open) => open.has_news().map_err(|error| error.to_string()),
        None => {
            *watch = Some(hub.db.watch().map_err(|error| error.to_string())?);
            Ok(true)
        }
    }
}

/// What is new in the workspaces that somebody listens to.
struct News {
    access_number: i64,
    events: HashMap<i64, Vec<Event>>,
    has_more: bool,
}

impl Hub {
    /// `false`, and the thread is to end, once nobody listens.
    fn is_watching(&self) -> bool {
        let mut state = self.state();
        state.is_watched = !state.workspaces.is_empty();
        state.is_watched
    }

    /// Tells everybody what is new, after asking what they may see where that may have
    /// changed: both are read from one moment, so that no event is told to whom it is
    /// not for any more.
    fn look(&self, access_number: &mut Option<i64>, ask_again: bool) -> Result<(), String> {
        let mut ask_again = ask_again;
        loop {
            let seen = self.seen();
            let news = self.db.snapshot_now(|conn| news(conn, &seen)).map_err(text)?;
            if ask_again || *access_number != Some(news.access_number) {
                self.ask_access().map_err(text)?;
                *access_number = Some(news.access_number);
                ask_again = false;
            }
            self.tell(&news.events).map_err(text)?;
            if !news.has_more {
                return Ok(());
            }
        }
    }

    /// Up to which number each workspace's listeners were told.
    fn seen(&self) -> HashMap<i64, i64> {
        self.state().workspaces.iter().map(|(id, one)| (*id, one.number)).collect()
    }

    /// Ends the streams of those who may listen no longer, and remembers what the
    /// others may see now.
    fn ask_access(&self) -> Result<(), DbError> {
        let sessions: Vec<i64> = {
            let state = self.state();
            let listeners = state.workspaces.values().flat_map(|one| one.listeners.values());
            listeners.map(|listener| listener.session_id).collect()
        };
        let now = self.db.snapshot_now(|conn| event::access_of(conn, &sessions))?;
        let asked: std::collections::HashSet<i64> = sessions.into_iter().collect();
        let mut state = self.state();
        for (workspace_id, workspace) in &mut state.workspaces {
            workspace.listeners.retain(|_, listener| {
                // Who came meanwhile asked by themselves.
                if !asked.contains(&listener.session_id) {
                    return true;
                }
                let access = now.get(&listener.session_id);
                access.filter(|access| access.workspace_id == *workspace_id).is_some_and(|access| {
                    listener.access = access.clone();
                    true
                })
            });
        }
        state.workspaces.retain(|_, workspace| !workspace.listeners.is_empty());
        Ok(())
    }

    /// Hands out events. Who has not taken what came before is let go.
    fn tell(&self, events: &HashMap<i64, Vec<Event>>) -> Result<(), DbError> {
        let unread = self.unread(events)?;
        let mut state = self.state();
        for (workspace_id, events) in events {
            let Some(workspace) = state.workspaces.get_mut(workspace_id) else { continue };
            for event in events.iter().filter(|event| event.number > workspace.number) {
                let position = Position { workspace_id: *workspace_id, number: event.number };
                workspace.listeners.retain(|_, listener| hand(listener, position, event, &unread));
            }
            if let Some(last) = events.last() {
                workspace.number = workspace.number.max(last.number);
            }
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
                    let is_told = |event| listener.access.told(event) == Some(Told::Notification);
                    if events.iter().any(is_told) {
                        told.push(listener.access.clone());
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

/// `false` when the listener is to be let go.
fn hand(
    listener: &Listener,
    position: Position,
    event: &Event,
    unread: &HashMap<i64, i64>,
) -> bool {
    let Some(what) = listener.access.told(event) else { return true };
    let unread = unread.get(&listener.access.actor.membership_id).copied().unwrap_or_default();
    listener.lines.try_send(lines::told(position, what, unread)).is_ok()
}

fn news(conn: &mut Conn, seen: &HashMap<i64, i64>) -> QueryResult<News> {
    let ids: Vec<i64> = seen.keys().copied().collect();
    let newest = event::newest_of(conn, &ids)?;
    let mut events = HashMap::new();
    let mut has_more = false;
    for (id, seen) in seen {
        let number = newest.get(id).copied().unwrap_or_default();
        if number > *seen {
            let found = event::after(conn, *id, *seen, BATCH)?;
            has_more |= found.last().is_some_and(|last| last.number < number);
            events.insert(*id, found);
        }
    }
    // Last, since PostgreSQL's grows before the change is committed.
    Ok(News { access_number: event::access_number(conn)?, events, has_more })
}

fn text(error: DbError) -> String {
    error.to_string()
}
