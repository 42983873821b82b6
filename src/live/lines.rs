//! Events as lines of a stream (HTML Living Standard, 9.2: server-sent events).

use std::fmt;
use std::str::FromStr;

use actix_web::web::Bytes;
use serde_json::{Value, json};

use crate::db::{Conn, QueryResult};
use crate::models::event::{self, Access, Event, Told};
use crate::models::notification;

/// More than this many at once are told as one: look at everything.
const AT_ONCE: i64 = 200;

/// How far a page has seen: the event of a workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    pub workspace_id: i64,
    pub number: i64,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.workspace_id, self.number)
    }
}

impl Position {
    /// What a browser says that has seen something else than this stream ever told: it has
    /// to look at everything.
    pub const UNKNOWN: Self = Self { workspace_id: 0, number: 0 };
}

/// What is not a [`Position`].
#[derive(Debug, thiserror::Error)]
#[error("not the number of a workspace and of an event")]
pub struct NoPosition;

impl FromStr for Position {
    type Err = NoPosition;

    fn from_str(text: &str) -> Result<Self, NoPosition> {
        let (workspace, number) = text.split_once('-').ok_or(NoPosition)?;
        match (workspace.parse(), number.parse()) {
            (Ok(workspace_id), Ok(number)) if number >= 0 => Ok(Self { workspace_id, number }),
            _ => Err(NoPosition),
        }
    }
}

fn line(position: Position, name: &str, data: &Value) -> Bytes {
    Bytes::from(format!("id: {position}\nevent: {name}\ndata: {data}\n\n"))
}

/// What a reader is told, at this number.
pub(super) fn told(position: Position, told: Told<'_>, unread: i64) -> Bytes {
    match told {
        Told::Changed { id, kind } => {
            line(position, "conversation", &json!({ "id": id, "kind": kind }))
        }
        Told::Gone { id } => line(position, "gone", &json!({ "id": id })),
        Told::Notification => line(position, "notification", &json!({ "unread": unread })),
        Told::Everything => everything(position),
    }
}

/// Somebody came to a conversation, left it, or types there. It has no number: nobody
/// comes back for it.
pub(super) fn presence(conversation_id: Option<i64>) -> Bytes {
    let data = json!({ "id": conversation_id });
    Bytes::from(format!("event: presence\ndata: {data}\n\n"))
}

/// How the stream of a customer begins.
pub(super) fn welcome() -> Vec<Bytes> {
    vec![Bytes::from_static(b"retry: 2000\n\nevent: here\ndata: {}\n\n")]
}

/// A customer's conversation has a message more, or one less.
pub(super) fn message() -> Bytes {
    Bytes::from_static(b"event: message\ndata: {}\n\n")
}

/// The page has to look at everything again.
pub(super) fn everything(position: Position) -> Bytes {
    line(position, "everything", &json!({}))
}

/// How a stream begins: what the page missed between `seen` and `from`, and how far it
/// is now, so that a browser that comes back can say so.
///
/// # Errors
/// When a query fails.
pub(super) fn missed(
    conn: &mut Conn,
    access: &Access,
    seen: Option<Position>,
    from: i64,
) -> QueryResult<Vec<Bytes>> {
    let workspace_id = access.workspace_id;
    let at = |number| Position { workspace_id, number };
    let mut lines = vec![Bytes::from_static(b"retry: 2000\n\n")];
    let is_known =
        |seen: &Position| *seen == Position::UNKNOWN || seen.workspace_id == workspace_id;
    match seen.filter(is_known) {
        Some(Position::UNKNOWN) => lines.push(everything(at(from))),
        Some(seen) if seen.number < from => {
            let events = event::after(conn, workspace_id, seen.number, AT_ONCE + 1)?;
            let events: Vec<Event> =
                events.into_iter().filter(|event| event.number <= from).collect();
            // Some have been deleted, or there are more than it pays to tell of.
            let is_whole = i64::try_from(events.len()) == Ok(from - seen.number);
            if !is_whole || from - seen.number > AT_ONCE {
                lines.push(everything(at(from)));
                return Ok(lines);
            }
            for event in &events {
                if let Some(what) = access.told(event) {
                    let unread = unread_for(conn, access, what)?;
                    lines.push(told(at(event.number), what, unread));
                }
            }
        }
        // A number that was never given: the database is another one.
        Some(seen) if seen.number > from => lines.push(everything(at(from))),
        _ => {}
    }
    lines.push(line(at(from), "here", &json!({})));
    Ok(lines)
}

/// How many notices are unread, where that is what the line says.
///
/// # Errors
/// When the query fails.
pub(super) fn unread_for(conn: &mut Conn, access: &Access, what: Told<'_>) -> QueryResult<i64> {
    match what {
        Told::Notification => notification::unread(conn, access.actor.membership_id),
        _ => Ok(0),
    }
}
