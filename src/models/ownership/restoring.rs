//! *Undo* of a change of owner.

use super::{CurrentOwner, Owned, current_owner, kind_of, notify, write_owner};
use crate::db::{Conn, Utc, Verb, refuse};
use crate::models::activity::{self, By};
use crate::models::conversation::Locked;
use crate::models::membership::ActingMember;
use crate::models::notification::{self, Kind};

/// Gives a conversation back to whom it had been with. What a member was told of
/// the change since `told_since` is taken back while it is unread; only who has
/// read it is told again.
///
/// # Errors
/// As [`super::hand`].
pub(in crate::models) fn restore(
    conn: &mut Conn,
    me: &ActingMember,
    locked: &Locked,
    before: Owned<'_>,
    told_since: Utc,
) -> Verb<(), CurrentOwner> {
    let by = By::from(me);
    let kind = kind_of(me, locked, before.to);
    if !write_owner(conn, &by, locked, before, kind)? {
        return refuse(current_owner(conn, me, locked)?);
    }
    activity::mark_undo(conn, (locked.workspace_id, locked.id))?;
    let to = before.to.map(|member| member.actor.membership_id);
    let lost = match locked.holding.owner {
        Some(_) => Kind::Taken,
        None => Kind::GivenBack,
    };
    let told =
        [(locked.holding.owner, Kind::Assigned, Kind::of_loss(kind)), (to, lost, Kind::Assigned)];
    for (member, was_told, news) in told {
        let Some(id) = member else { continue };
        notification::take_back(conn, id, locked.id, was_told, told_since)?;
        if notification::was_read(conn, id, locked.id, was_told, told_since)? {
            notify(conn, &by, locked, member, news)?;
        }
    }
    Ok(())
}
