//! Forms that come twice, as by a double click where no script holds the button. What the
//! first of them was answered is answered to the second, and nothing is done again. For
//! work that leaves no row of its own with the form's submission id.

use chrono::TimeDelta;
use diesel::prelude::*;

use crate::db::dialect::{self, RowLock};
use crate::db::schema::answered_forms;
use crate::db::{Conn, Utc, Verb};
use crate::models::housekeeping::delete_some;
use crate::models::membership::MemberId;

/// How long a form is known again: longer than anybody waits for an answer.
const KEPT: TimeDelta = TimeDelta::days(1);

/// A member's form, as it is known again.
#[derive(Clone, Debug)]
pub struct FormKey {
    pub caller: MemberId,
    /// The random id that it was made with.
    pub submission: String,
    /// What it said, without its secrets: whoever goes back to the page may send it once
    /// more with other words, and means that.
    pub said: String,
}

/// Runs a verb unless this form was answered already, and answers what the verb did then.
/// A form without an id is done each time. What is refused is not remembered.
///
/// # Errors
/// As the verb, or when a query fails.
pub fn once<R>(
    conn: &mut Conn,
    sent: Option<&FormKey>,
    verb: impl FnOnce(&mut Conn) -> Verb<String, R>,
) -> Verb<String, R> {
    let Some(sent) = sent else { return verb(conn) };
    // The first lock of all: whoever sent it before is done.
    dialect::lock(conn, RowLock::Workspace(sent.caller.workspace_id))?;
    if let Some(answer) = answer(conn, sent)? {
        return Ok(answer);
    }
    let answer = verb(conn)?;
    keep(conn, sent, &answer)?;
    Ok(answer)
}

/// What this form was answered; `None` when it has not come before.
///
/// # Errors
/// When the query fails.
pub fn answer(conn: &mut Conn, sent: &FormKey) -> QueryResult<Option<String>> {
    answered_forms::table
        .filter(answered_forms::workspace_id.eq(sent.caller.workspace_id))
        .filter(answered_forms::membership_id.eq(sent.caller.membership_id))
        .filter(answered_forms::submission.eq(&sent.submission))
        .filter(answered_forms::said.eq(&sent.said))
        .select(answered_forms::answer)
        .first(conn)
        .optional()
}

/// Whether a form of this page was answered, whatever it said, for a member who never saw
/// the answer.
///
/// # Errors
/// When the query fails.
pub fn is_answered(conn: &mut Conn, caller: MemberId, submission: &str) -> QueryResult<bool> {
    let MemberId { workspace_id, membership_id } = caller;
    let answered = answered_forms::table
        .filter(answered_forms::workspace_id.eq(workspace_id))
        .filter(answered_forms::membership_id.eq(membership_id))
        .filter(answered_forms::submission.eq(submission));
    Ok(answered.count().get_result::<i64>(conn)? > 0)
}

/// Notes that a form was answered. For work whose own row keeps it from being done twice,
/// this is for a page that asks whether it arrived. Of one page that was sent several times
/// with other words, the last counts.
///
/// # Errors
/// When a query fails.
pub fn keep(conn: &mut Conn, sent: &FormKey, answer: &str) -> QueryResult<()> {
    diesel::delete(
        answered_forms::table
            .filter(answered_forms::workspace_id.eq(sent.caller.workspace_id))
            .filter(answered_forms::membership_id.eq(sent.caller.membership_id))
            .filter(answered_forms::submission.eq(&sent.submission)),
    )
    .execute(conn)?;
    diesel::insert_into(answered_forms::table)
        .values((
            answered_forms::workspace_id.eq(sent.caller.workspace_id),
            answered_forms::membership_id.eq(sent.caller.membership_id),
            answered_forms::submission.eq(&sent.submission),
            answered_forms::said.eq(&sent.said),
            answered_forms::answer.eq(answer),
            answered_forms::created_at.eq(Utc::now()),
        ))
        .execute(conn)
        .map(|_| ())
}

/// Deletes forms that nobody waits for any more, some of them.
///
/// # Errors
/// When the query fails.
pub(super) fn sweep(conn: &mut Conn, now: Utc) -> QueryResult<usize> {
    delete_some!(conn, answered_forms::id, answered_forms::created_at.le(now.minus(KEPT)))
}
