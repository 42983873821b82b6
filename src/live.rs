//! Live pages: each open page holds a stream of server-sent events, and is told what
//! changed as soon as it is committed, on whichever node.
//!
//! A thread per process watches the database while anybody listens. It reads what is
//! new once, decides for each listener what they are told, and hands it to their stream.
//! Whoever does not take what they are handed is let go: the browser comes back and says
//! what it has seen, and the rest is read from the table.

mod lines;
mod listening;
mod presence;
mod watcher;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use actix_web::web::Bytes;
use tokio::sync::mpsc;

use crate::db::{Db, DbError};
use crate::models::event::{self, Access};
use crate::models::token;

pub use lines::Position;
pub use listening::Listening;
use presence::{Change, Rooms};
pub use presence::{People, Presence, Who, Writing, writers};

/// Lines that wait for a slow reader before it is let go.
const BEHIND: usize = 128;
/// Streams of one session, or of one customer: a browser shares one among its tabs.
const OF_ONE: usize = 8;

/// The streams of this process.
#[derive(Clone)]
pub struct Hub {
    db: Db,
    /// By this other nodes know what this one said.
    node: Arc<str>,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    next_id: u64,
    is_watched: bool,
    is_closed: bool,
    workspaces: HashMap<i64, Workspace>,
    rooms: Rooms,
}

/// The listeners of a workspace, who have all been handed what came up to `number`.
struct Workspace {
    number: i64,
    listeners: HashMap<u64, Listener>,
}

struct Listener {
    reader: Reader,
    lines: mpsc::Sender<Bytes>,
}

/// Who reads a stream.
#[derive(Clone)]
enum Reader {
    Member {
        session_id: i64,
        access: Access,
    },
    /// The customer of one conversation, on its page of the chat.
    Customer {
        conversation_id: i64,
    },
}

impl Reader {
    fn is_the_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Member { session_id: a, .. }, Self::Member { session_id: b, .. })
            | (Self::Customer { conversation_id: a }, Self::Customer { conversation_id: b }) => {
                a == b
            }
            _ => false,
        }
    }
}

/// Why there is no stream.
#[derive(Debug)]
pub enum NotListening {
    /// The session or the membership has ended.
    Ended,
    /// The program is about to stop.
    Stopping,
    /// The system has no thread left to watch the database with.
    NoThread,
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
        Self { db, node: token::short_nonce().into(), state: Arc::default() }
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
        let workspace_id = access.workspace_id;
        let reader = Reader::Member { session_id, access: access.clone() };
        let (id, from, lines) = self.join(workspace_id, reader, newest)?;
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

    /// Begins the stream of a customer at their conversation. What they missed, their
    /// page asks for whenever it begins: no number tells them how much the team does.
    ///
    /// # Errors
    /// [`NotListening`]
    pub async fn listen_as_customer(
        &self,
        workspace_id: i64,
        conversation_id: i64,
    ) -> Result<Listening, NotListening> {
        let newest = self.db.read(move |conn| event::newest(conn, workspace_id)).await?;
        let reader = Reader::Customer { conversation_id };
        let (id, _, lines) = self.join(workspace_id, reader, newest)?;
        Ok(Listening::new(self.clone(), workspace_id, id, lines).after(lines::welcome()))
    }

    /// An open page says that it is there: told to those at the same conversation, on
    /// every node. With `session_id` that session's streams hear of the others from now
    /// on.
    ///
    /// # Errors
    /// When the other nodes cannot be told.
    pub async fn say(&self, said: Presence, session_id: Option<i64>) -> Result<(), DbError> {
        self.hear(&said, session_id);
        self.db.tell_nodes(serde_json::json!([&*self.node, said]).to_string()).await
    }

    /// Who is at a conversation.
    pub fn people(&self, conversation_id: i64) -> People {
        self.state().rooms.people(conversation_id)
    }

    fn hear(&self, said: &Presence, session_id: Option<i64>) {
        let mut state = self.state();
        let changes = state.rooms.hear(said, session_id, Instant::now());
        state.tell_rooms(&changes);
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
        workspace_id: i64,
        reader: Reader,
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
            .entry(workspace_id)
            .or_insert_with(|| Workspace { number: newest, listeners: HashMap::new() });
        let number = workspace.number;
        let of_the_same =
            workspace.listeners.iter().filter(|(_, other)| other.reader.is_the_same(&reader));
        let mut ids: Vec<u64> = of_the_same.map(|(id, _)| *id).collect();
        if ids.len() >= OF_ONE {
            ids.sort_unstable();
            workspace.listeners.remove(&ids[0]);
        }
        workspace.listeners.insert(id, Listener { reader, lines: sender });
        if !state.is_watched {
            let hub = self.clone();
            let watcher = std::thread::Builder::new().name("live".to_owned());
            if let Err(error) = watcher.spawn(move || watcher::run(&hub)) {
                tracing::error!(%error, "open pages cannot be told what is new");
                // Nobody else listens, or there were a thread.
                state.workspaces.clear();
                return Err(NotListening::NoThread);
            }
            state.is_watched = true;
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

impl State {
    /// Tells those at a conversation that somebody came, left, or types.
    fn tell_rooms(&mut self, changes: &[Change]) {
        for change in changes {
            let Some(workspace) = self.workspaces.get_mut(&change.workspace_id) else { continue };
            let sessions = self.rooms.sessions(change.conversation_id);
            workspace.listeners.retain(|_, listener| {
                let line = match &listener.reader {
                    Reader::Member { session_id, .. } if sessions.contains(session_id) => {
                        lines::presence(Some(change.conversation_id))
                    }
                    Reader::Customer { conversation_id }
                        if change.is_for_customer && *conversation_id == change.conversation_id =>
                    {
                        lines::presence(None)
                    }
                    _ => return true,
                };
                listener.lines.try_send(line).is_ok()
            });
        }
    }
}
