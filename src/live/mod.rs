//! Live pages: each open page holds a stream of server-sent events, and is told what
//! changed as soon as it is committed, on whichever node.
//!
//! A thread per process watches the database while anybody listens. It reads what is
//! new once, decides for each listener what they are told, and hands it to their stream.
//! Whoever does not take what they are handed is let go: the browser comes back and says
//! what it has seen, and the rest is read from the table.

mod lines;
mod listening;
mod watcher;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use actix_web::web::Bytes;
use tokio::sync::mpsc;

use crate::db::{Db, DbError};
use crate::models::event::{self, Access};

pub use lines::Position;
pub use listening::Listening;

/// Lines that wait for a slow reader before it is let go.
const BEHIND: usize = 64;
/// Streams of one session: a browser shares one among its tabs.
const OF_SESSION: usize = 8;

/// The streams of this process.
#[derive(Clone)]
pub struct Hub {
    db: Db,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    next_id: u64,
    is_watched: bool,
    is_closed: bool,
    workspaces: HashMap<i64, Workspace>,
}

/// The listeners of a workspace, who have all been handed what came up to `number`.
struct Workspace {
    number: i64,
    listeners: HashMap<u64, Listener>,
}

struct Listener {
    session_id: i64,
    access: Access,
    lines: mpsc::Sender<Bytes>,
}

/// Why there is no stream.
#[derive(Debug)]
pub enum NotListening {
    /// The session or the membership has ended.
    Ended,
    /// The program is about to stop.
    Stopping,
    Database(DbError),
}

impl From<DbError> for NotListening {
    fn from(error: DbError) -> Self {
        Self::Database(error)
    }
}

impl Hub {
    /// A hub without streams.
    pub fn new(db: Db) -> Self {
        Self { db, state: Arc::default() }
    }

    /// Begins a stream of a session. `seen` is what its page has seen already: what came
    /// after it is told first, or, where that is not known any more, that the page has
    /// to look at everything again.
    ///
    /// # Errors
    /// [`NotListening`]
    pub async fn listen(
        &self,
        session_id: i64,
        seen: Option<Position>,
    ) -> Result<Listening, NotListening> {
        let (access, newest) = self
            .db
            .read(move |conn| {
                let access = event::access_of(conn, &[session_id])?.remove(&session_id);
                let Some(access) = access else { return Ok(None) };
                let newest = event::newest(conn, access.workspace_id)?;
                Ok(Some((access, newest)))
            })
            .await?
            .ok_or(NotListening::Ended)?;
        let (id, from, lines) = self.join(session_id, access.clone(), newest)?;
        let workspace_id = access.workspace_id;
        // From here on the stream ends by itself however this goes on.
        let listening = Listening::new(self.clone(), workspace_id, id, lines);
        let missed = self
            .db
            .read(move |conn| {
                // It may have changed before the stream was there to be told.
                let now = event::access_of(conn, &[session_id])?.remove(&session_id);
                if now.as_ref() != Some(&access) {
                    return Ok(None);
                }
                lines::missed(conn, &access, seen, from).map(Some)
            })
            .await?
            .ok_or(NotListening::Ended)?;
        Ok(listening.after(missed))
    }

    /// Ends every stream, and begins none any more.
    pub fn close(&self) {
        let mut state = self.state();
        state.is_closed = true;
        state.workspaces.clear();
    }

    /// How many streams there are.
    pub fn len(&self) -> usize {
        self.state().workspaces.values().map(|one| one.listeners.len()).sum()
    }

    /// Whether nobody listens.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Adds a listener; answers its id, and the number after which it is handed events.
    fn join(
        &self,
        session_id: i64,
        access: Access,
        newest: i64,
    ) -> Result<(u64, i64, mpsc::Receiver<Bytes>), NotListening> {
        let (sender, receiver) = mpsc::channel(BEHIND);
        let mut state = self.state();
        if state.is_closed {
            return Err(NotListening::Stopping);
        }
        state.next_id += 1;
        let id = state.next_id;
        let workspace = state
            .workspaces
            .entry(access.workspace_id)
            .or_insert_with(|| Workspace { number: newest, listeners: HashMap::new() });
        let number = workspace.number;
        let mut of_session: Vec<u64> = workspace
            .listeners
            .iter()
            .filter(|(_, other)| other.session_id == session_id)
            .map(|(id, _)| *id)
            .collect();
        if of_session.len() >= OF_SESSION {
            of_session.sort_unstable();
            workspace.listeners.remove(&of_session[0]);
        }
        workspace.listeners.insert(id, Listener { session_id, access, lines: sender });
        if !std::mem::replace(&mut state.is_watched, true) {
            let hub = self.clone();
            std::thread::spawn(move || watcher::run(&hub));
        }
        Ok((id, number, receiver))
    }

    fn leave(&self, workspace_id: i64, id: u64) {
        let mut state = self.state();
        if let Some(workspace) = state.workspaces.get_mut(&workspace_id) {
            workspace.listeners.remove(&id);
            if workspace.listeners.is_empty() {
                state.workspaces.remove(&workspace_id);
            }
        }
    }

    /// Nothing that holds this lock can leave the state half changed.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
