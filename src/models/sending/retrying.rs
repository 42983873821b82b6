//! *Try again* with a reply that did not leave, or of which nobody knows.

use diesel::prelude::*;

use crate::db::schema::messages;
use crate::db::{Conn, Utc, Verb, refuse};
use crate::models::message::{Refusal, kind};
use crate::models::ownership::{self, Act};
use crate::models::{activity, conversation, delivery, membership};
use crate::policy::ownership::Reply;

/// Lets a reply leave again, by whoever may reply: the owner, or whoever takes the
/// conversation from the queue with it. `seen` is what the page showed, see
/// [`super::Fate::seen`]; `false` when that is over, so that a second press sends
/// nothing twice.
///
/// # Errors
/// [`Refusal`], or a query's failure.
pub fn try_again(conn: &mut Conn, act: Act, id: i64, seen: Utc) -> Verb<bool, Refusal> {
    let Act { workspace_id, membership_id, conversation_id } = act;
    let Some(me) = membership::lock_acting(conn, workspace_id, membership_id)? else {
        return refuse(Refusal::NoMember);
    };
    let held = conversation::lock(conn, workspace_id, me.actor, conversation_id)?;
    let Some(held) = held else { return refuse(Refusal::NotFound) };
    let claims = match me.actor.reply(held.holding) {
        Reply::AsOwner => false,
        Reply::ClaimsFirst => true,
        Reply::Hidden | Reply::OwnedBy(_) => {
            let holder = ownership::known(conn, &me, &held)?;
            return refuse(holder.map_or(Refusal::NotFound, Refusal::OwnedBy));
        }
    };
    let is_here: bool = diesel::select(diesel::dsl::exists(
        messages::table
            .filter(messages::workspace_id.eq(workspace_id))
            .filter(messages::conversation_id.eq(conversation_id))
            .filter(messages::id.eq(id))
            .filter(messages::kind.eq(kind::REPLY)),
    ))
    .get_result(conn)?;
    if !is_here {
        return refuse(Refusal::NotFound);
    }
    let is_due = delivery::reply::retry(conn, workspace_id, id, seen)?;
    if is_due && claims {
        ownership::take(conn, &me, &held, activity::Kind::Claimed)
            .map_err(|stop| stop.map(|_| Refusal::NotFound))?;
    }
    Ok(is_due)
}
