//! Whom an event is for: decided by what the reader may see at this moment.

use std::collections::{HashMap, HashSet};

use diesel::prelude::*;

use super::{About, Event};
use crate::db::schema::{memberships, sessions, workspaces};
use crate::db::{Conn, Utc};
use crate::models::sight;
use crate::policy::{Actor, Holding};

/// Sessions asked for in one query.
const AT_ONCE: usize = 500;

/// What the member behind a session may see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access {
    pub workspace_id: i64,
    pub actor: Actor,
    /// The inboxes whose queue is not for them.
    hidden: HashSet<i64>,
}

/// What a reader learns from an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told<'a> {
    /// The conversation changed, or came into sight.
    Changed { id: i64, kind: &'a str },
    /// The conversation is theirs to see no longer.
    Gone { id: i64 },
    /// Their notices changed.
    Notification,
    /// Look at everything again.
    Everything,
}

impl Access {
    /// What this reader learns; `None`: nothing.
    pub fn told<'a>(&self, event: &'a Event) -> Option<Told<'a>> {
        match &event.about {
            About::Everything => Some(Told::Everything),
            About::Access => None,
            About::Notification { membership_id } => {
                (*membership_id == self.actor.membership_id).then_some(Told::Notification)
            }
            About::Conversation { id, inbox_id, kind, before, after } => {
                let sees = |holding: &Option<Holding>| {
                    let is_inbox_hidden = self.hidden.contains(inbox_id);
                    holding.is_some_and(|holding| {
                        self.actor.may_view(Holding { is_inbox_hidden, ..holding })
                    })
                };
                match (sees(before), sees(after)) {
                    (_, true) => Some(Told::Changed { id: *id, kind }),
                    (true, false) => Some(Told::Gone { id: *id }),
                    (false, false) => None,
                }
            }
        }
    }
}

/// What the members behind these sessions may see now. A session that has ended, or
/// whose member has left its workspace, is missing.
///
/// # Errors
/// When a query fails.
pub fn access_of(conn: &mut Conn, of: &[i64]) -> QueryResult<HashMap<i64, Access>> {
    let mut found = HashMap::with_capacity(of.len());
    for some in of.chunks(AT_ONCE) {
        let rows: Vec<(i64, i64, Actor)> = sessions::table
            .inner_join(
                memberships::table.on(memberships::user_id
                    .eq(sessions::user_id)
                    .and(memberships::workspace_id.nullable().eq(sessions::workspace_id))
                    .and(memberships::ended_at.is_null())),
            )
            .inner_join(workspaces::table.on(workspaces::id.eq(memberships::workspace_id)))
            .filter(sessions::id.eq_any(some))
            .filter(sessions::expires_at.gt(Utc::now()))
            .select((sessions::id, memberships::workspace_id, sight::actor()))
            .load(conn)?;
        let mut partial = Vec::new();
        for (session_id, workspace_id, actor) in rows {
            if !actor.sees_every_inbox() {
                partial.push((session_id, actor.membership_id));
            }
            found.insert(session_id, Access { workspace_id, actor, hidden: HashSet::new() });
        }
        hide(conn, &mut found, &partial)?;
    }
    Ok(found)
}

/// Notes what is hidden from the members of these sessions.
fn hide(
    conn: &mut Conn,
    found: &mut HashMap<i64, Access>,
    sessions: &[(i64, i64)],
) -> QueryResult<()> {
    if sessions.is_empty() {
        return Ok(());
    }
    let members = sessions.iter().map(|(_, member)| *member).collect();
    let mut hidden: HashMap<i64, HashSet<i64>> = HashMap::new();
    for (member, inbox) in sight::hidden_from_each(conn, members)? {
        hidden.entry(member).or_default().insert(inbox);
    }
    for (session, member) in sessions {
        if let (Some(access), Some(hidden)) = (found.get_mut(session), hidden.get(member)) {
            access.hidden.clone_from(hidden);
        }
    }
    Ok(())
}
