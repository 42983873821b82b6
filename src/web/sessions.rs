//! Sessions between the cookie and the database: rows for actix-session, and how
//! a session begins. The cookie holds a random key; the row holds its hash.

use std::cell::RefCell;
use std::collections::HashMap;
use std::future::Future;

use actix_session::Session;
use actix_session::storage::{LoadError, SaveError, SessionKey, SessionStore, UpdateError};
use actix_web::HttpRequest;
use actix_web::body::MessageBody;
use actix_web::cookie::time::Duration;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header;
use actix_web::middleware::Next;
use anyhow::anyhow;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::viewer::{SESSION_ID, UNREAD, USER_ID, WORKSPACE_ID};
use crate::db::{Conn, Db, DbError, QueryResult, Utc};
use crate::models::session::{self, Live, NewSession};
use crate::models::{push, token, user};
use crate::web::error::AppError;

/// How long a browser keeps the cookie: the longest that browsers allow. The row
/// decides when a session ends, and lives on with each visit.
pub const COOKIE_LIFETIME: Duration = Duration::days(400);

/// The proof of the password that the session was made with.
const PROOF: &str = "proof";
const USER_AGENT: &str = "user_agent";
/// The row of the session that this one goes on from, whose browser it takes over.
const FORMER: &str = "former";

tokio::task_local! {
    /// Why the session of the request at hand could not be written.
    static UNWRITTEN: RefCell<Option<DbError>>;
}

/// Lets what is the same for everybody, and the question whether the program is well, go
/// without a session, whose row would be looked up first.
///
/// # Errors
/// As `next`.
pub async fn where_needed<B: MessageBody>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, actix_web::Error> {
    if request.path().starts_with("/static/") || request.path() == "/healthz" {
        request.headers_mut().remove(header::COOKIE);
    }
    next.call(request).await
}

/// Does `work`, which writes sessions, and tells beside its outcome why one of them could
/// not be written.
pub async fn noting_failures<F: Future>(work: F) -> (F::Output, Option<DbError>) {
    let noting = async {
        let outcome = work.await;
        (outcome, UNWRITTEN.with(RefCell::take))
    };
    UNWRITTEN.scope(RefCell::new(None), noting).await
}

/// Who is signed in, as their session says.
pub fn user_id(session: &Session) -> Option<i64> {
    session.get(USER_ID).ok().flatten()
}

/// Begins a session of a user whose password was just proved or set, under a
/// new key. Whoever was signed in here before no longer is.
///
/// # Errors
/// When the state cannot be written as JSON, which is a defect.
pub fn begin(
    session: &Session,
    request: &HttpRequest,
    user_id: i64,
    password_hash: &str,
    workspace_id: Option<i64>,
) -> Result<(), AppError> {
    session.clear();
    put(session, USER_ID, user_id)?;
    put(session, PROOF, user::proof_of(password_hash))?;
    rotate(session, request, workspace_id)
}

/// Gives the session of someone who is signed in a new key, and puts it into a
/// workspace: after accepting an invitation.
///
/// # Errors
/// As [`begin`].
pub fn rotate(
    session: &Session,
    request: &HttpRequest,
    workspace_id: Option<i64>,
) -> Result<(), AppError> {
    session.renew();
    put(session, USER_AGENT, user_agent(request))?;
    match workspace_id {
        Some(id) => put(session, WORKSPACE_ID, id),
        None => {
            session.remove(WORKSPACE_ID);
            Ok(())
        }
    }
}

/// Lets the browser notifications of a session that is about to get another key go on
/// with it: after [`begin`] or [`rotate`], for the same person.
///
/// # Errors
/// When the database fails.
pub async fn keep_device(db: &Db, session: &Session, former: i64) -> Result<(), AppError> {
    db.change(move |conn| push::set_aside(conn, former)).await?;
    put(session, FORMER, former)
}

fn put(session: &Session, key: &str, value: impl Serialize) -> Result<(), AppError> {
    session.insert(key, value).map_err(|error| AppError::Internal(error.to_string()))
}

fn user_agent(request: &HttpRequest) -> String {
    request
        .headers()
        .get(header::USER_AGENT)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
        .to_owned()
}

type State = HashMap<String, String>;

/// Sessions as rows.
#[derive(Clone)]
pub struct Store {
    db: Db,
}

impl Store {
    /// A store in this database.
    pub fn new(db: Db) -> Self {
        Self { db }
    }

    /// Writes, or notes that it failed: of an error the middleware would make an answer
    /// without a page. After a failure nothing more is written, since nobody gets the key.
    async fn write<T: Send + 'static>(
        &self,
        work: impl FnMut(&mut Conn) -> QueryResult<T> + Send + 'static,
    ) -> Result<(), anyhow::Error> {
        if UNWRITTEN.try_with(|unwritten| unwritten.borrow().is_some()).unwrap_or_default() {
            return Ok(());
        }
        let Err(error) = self.db.change(work).await else { return Ok(()) };
        let mut error = Some(error);
        // Nobody notes it outside of a request.
        let _ = UNWRITTEN.try_with(|unwritten| unwritten.replace(error.take()));
        error.map_or(Ok(()), |error| Err(error.into()))
    }
}

impl SessionStore for Store {
    async fn load(&self, key: &SessionKey) -> Result<Option<State>, LoadError> {
        let key = key.as_ref().to_owned();
        match self.db.read(move |conn| session::load(conn, &key, Utc::now())).await {
            Ok(live) => {
                live.map(|live| state_of(&live)).transpose().map_err(LoadError::Deserialization)
            }
            // The middleware would answer without a page. So the request goes on, and
            // whoever asks who is signed in fails as with any other query.
            Err(error) => {
                tracing::error!(%error, "a session could not be read");
                let may_pass = error.is_unreachable();
                Ok(Some(State::from([(UNREAD.to_owned(), may_pass.to_string())])))
            }
        }
    }

    /// Makes a row. When the password has changed since it was checked there is
    /// none, and the key that the browser gets opens nothing.
    async fn save(&self, state: State, _: &Duration) -> Result<SessionKey, SaveError> {
        let new = NewSession {
            user_id: get(&state, USER_ID).map_err(SaveError::Serialization)?,
            workspace_id: maybe(&state, WORKSPACE_ID).map_err(SaveError::Serialization)?,
            proof: get(&state, PROOF).map_err(SaveError::Serialization)?,
            user_agent: maybe(&state, USER_AGENT)
                .map_err(SaveError::Serialization)?
                .unwrap_or_default(),
        };
        let former: Option<i64> = maybe(&state, FORMER).map_err(SaveError::Serialization)?;
        let key = token::nonce();
        let saved = key.clone();
        self.write(move |conn| {
            session::create(conn, &saved, &new, Utc::now())?;
            if let Some(former) = former {
                push::take_over(conn, former, new.user_id, &saved)?;
            }
            Ok(())
        })
        .await
        .map_err(SaveError::Other)?;
        SessionKey::try_from(key).map_err(|error| SaveError::Other(anyhow!(error)))
    }

    /// Changes the chosen workspace, which is all that changes in a session. It
    /// never inserts, else a session that was ended would come back to life.
    async fn update(
        &self,
        key: SessionKey,
        state: State,
        _: &Duration,
    ) -> Result<SessionKey, UpdateError> {
        let user_id: i64 = get(&state, USER_ID).map_err(UpdateError::Serialization)?;
        let workspace_id = maybe(&state, WORKSPACE_ID).map_err(UpdateError::Serialization)?;
        let changed = key.as_ref().to_owned();
        self.write(move |conn| {
            session::choose_workspace(conn, &changed, user_id, workspace_id, Utc::now())
        })
        .await
        .map_err(UpdateError::Other)?;
        Ok(key)
    }

    /// Nothing: a row lives on when it is seen, see `session::touch`.
    async fn update_ttl(&self, _: &SessionKey, _: &Duration) -> Result<(), anyhow::Error> {
        Ok(())
    }

    async fn delete(&self, key: &SessionKey) -> Result<(), anyhow::Error> {
        let key = key.as_ref().to_owned();
        self.write(move |conn| session::delete(conn, &key)).await
    }
}

fn state_of(live: &Live) -> Result<State, anyhow::Error> {
    let mut state = State::from([
        (SESSION_ID.to_owned(), serde_json::to_string(&live.id)?),
        (USER_ID.to_owned(), serde_json::to_string(&live.user_id)?),
        (PROOF.to_owned(), serde_json::to_string(&live.proof)?),
    ]);
    if let Some(id) = live.workspace_id {
        state.insert(WORKSPACE_ID.to_owned(), serde_json::to_string(&id)?);
    }
    Ok(state)
}

fn get<T: DeserializeOwned>(state: &State, key: &str) -> Result<T, anyhow::Error> {
    maybe(state, key)?.ok_or_else(|| anyhow!("a session without {key}"))
}

fn maybe<T: DeserializeOwned>(state: &State, key: &str) -> Result<Option<T>, anyhow::Error> {
    Ok(state.get(key).map(|value| serde_json::from_str(value)).transpose()?)
}

#[cfg(test)]
mod tests;
