//! *Try again* with a reply that did not leave, or of which nobody knows.

use diesel::prelude::*;

use super::Refusal;
use crate::db::schema::messages;
use crate::db::{Conn, Utc, Verb, refuse};
use crate::models::delivery;
use crate::models::message::Kind;
use crate::models::ownership::{self, Acting, Missing, lock_act, lost};
use crate::policy::ownership::Reply;

/// Lets a reply leave again, by whoever may reply: the owner, or whoever takes the
/// conversation from the queue with it. `seen` is what the page showed, see
/// [`super::Fate::seen`]; `false` when that is over, so that a second press sends
/// nothing twice.
///
/// # Errors
/// [`Refusal`], or a query's failure.
pub fn try_again(conn: &mut Conn, act: Acting, id: i64, seen: Utc) -> Verb<bool, Refusal> {
    let (me, locked) = lock_act(conn, act)?;
    let claims = match me.actor.reply(locked.holding) {
        Reply::AsOwner => false,
        Reply::ClaimsFirst => true,
        Reply::Hidden | Reply::OwnedBy(_) => return lost(conn, &me, &locked),
    };
    let is_here: bool = diesel::select(diesel::dsl::exists(
        messages::table
            .filter(messages::workspace_id.eq(act.workspace_id))
            .filter(messages::conversation_id.eq(act.conversation_id))
            .filter(messages::id.eq(id))
            .filter(messages::kind.eq(Kind::Reply)),
    ))
    .get_result(conn)?;
    if !is_here {
        return refuse(Missing::NotFound.into());
    }
    let is_due = delivery::reply::retry(conn, act.workspace_id, id, seen)?;
    if is_due && claims {
        ownership::take(conn, &me, &locked)?;
    }
    Ok(is_due)
}
