//! Where a conversation stands: resolve, reopen, snooze, spam.

use diesel::prelude::*;

use super::activity::{self, By, Line};
use super::conversation;
use super::membership;
use super::ownership::Act;
use crate::db::schema::conversations;
use crate::db::{Conn, Utc, Verb, refuse};
use crate::policy::Status;

/// Where a conversation is to stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Resolve,
    Reopen,
    /// Until a moment, in the future.
    Snooze(Utc),
    /// Out of every list but its own.
    MarkSpam,
    /// Back among the open ones.
    NotSpam,
}

/// Why it did not happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The acting membership has ended.
    NoMember,
    /// There is no such conversation for this member (any more).
    NotFound,
    /// The snooze would be over already.
    Past,
}

/// Whether anything changed; `false` e.g. after a double click.
pub type Changed = bool;

/// Takes a step, with its activity line. Everybody who may see the conversation
/// may; the owner stays the same.
pub fn step(conn: &mut Conn, act: Act, step: Step) -> Verb<Changed, Refusal> {
    let Some(me) = membership::lock_acting(conn, act.workspace_id, act.membership_id)? else {
        return refuse(Refusal::NoMember);
    };
    let held = match conversation::lock(conn, act.workspace_id, me.actor, act.conversation_id)? {
        Some(held) if me.actor.may_tend(held.holding) => held,
        _ => return refuse(Refusal::NotFound),
    };
    let now = Utc::now();
    let (status, until, kind) = match step {
        Step::Resolve => (Status::Resolved, None, activity::Kind::Resolved),
        Step::Reopen => (Status::Open, None, activity::Kind::Reopened),
        Step::Snooze(until) if until > now => {
            (Status::Snoozed, Some(until), activity::Kind::Snoozed)
        }
        Step::Snooze(_) => return refuse(Refusal::Past),
        Step::MarkSpam => (Status::Resolved, None, activity::Kind::MarkedSpam),
        Step::NotSpam if held.is_spam => (Status::Open, None, activity::Kind::NotSpam),
        Step::NotSpam => return Ok(false),
    };
    // A snooze may be moved to another time; the rest is done when it is done.
    let is_news = step == Step::MarkSpam && !held.is_spam;
    if held.holding.status == status && until.is_none() && !is_news {
        return Ok(false);
    }
    diesel::update(
        conversations::table
            .filter(conversations::workspace_id.eq(act.workspace_id))
            .filter(conversations::id.eq(act.conversation_id)),
    )
    .set((
        conversations::status.eq(status.code()),
        conversations::snoozed_until.eq(until),
        conversations::snoozed_by_id.eq(until.map(|_| act.membership_id)),
        conversations::spam_at.eq((step == Step::MarkSpam).then_some(now)),
        conversations::last_activity_at.eq(now),
    ))
    .execute(conn)?;
    activity::record(
        conn,
        &Line {
            workspace_id: act.workspace_id,
            conversation_id: Some(act.conversation_id),
            kind,
            by: &By::from(&me),
            subject: None,
            detail: &until.map_or_else(String::new, |until| until.to_string()),
        },
    )?;
    Ok(true)
}
