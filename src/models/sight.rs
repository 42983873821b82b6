//! What a member may see, said in SQL: [`Actor::may_view`] as a condition.

use diesel::backend::Backend;
use diesel::deserialize::{self, FromStaticSqlRow};
use diesel::dsl::{auto_type, exists, not};
use diesel::expression::BoxableExpression;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Nullable, Text};

use super::membership::MemberName;
use crate::db::Conn;
use crate::db::schema::{conversations, inbox_members, inboxes, memberships, workspaces};
use crate::policy::{Actor, Capability, Holding, Role, Status};

/// The member of a row of `memberships` and `workspaces`, as an [`Actor`].
#[auto_type(no_type_alias)]
pub(super) fn actor() -> _ {
    let restricted = inboxes::table
        .filter(inboxes::workspace_id.eq(memberships::workspace_id))
        .filter(inboxes::is_restricted);
    (
        memberships::id,
        memberships::user_id,
        memberships::role,
        exists(restricted),
        workspaces::agents_pass_on,
    )
}

impl<DB> Queryable<(BigInt, BigInt, Text, Bool, Bool), DB> for Actor
where
    DB: Backend,
    ActorRow: FromStaticSqlRow<(BigInt, BigInt, Text, Bool, Bool), DB>,
{
    type Row = ActorRow;

    fn build(row: ActorRow) -> deserialize::Result<Self> {
        let (membership_id, user_id, role, has_restricted_inboxes, agents_pass_on) = row;
        Ok(Self { membership_id, user_id, role, has_restricted_inboxes, agents_pass_on })
    }
}

type ActorRow = (i64, i64, Role, bool, bool);

/// Who holds the conversation of a row of `conversations` and `inboxes`, as a [`Holding`]
/// for this member.
#[auto_type(no_type_alias)]
pub(super) fn holding(membership_id: i64) -> _ {
    let chosen = inbox_members::table
        .filter(inbox_members::inbox_id.eq(inboxes::id))
        .filter(inbox_members::membership_id.eq(membership_id));
    let is_inbox_hidden = inboxes::is_restricted.and(not(exists(chosen)));
    (
        conversations::status,
        conversations::assignee_id,
        conversations::last_owner_user_id,
        is_inbox_hidden,
    )
}

impl<DB> Queryable<HoldingSql, DB> for Holding
where
    DB: Backend,
    HoldingRow: FromStaticSqlRow<HoldingSql, DB>,
{
    type Row = HoldingRow;

    fn build(
        (status, owner, last_owner_user, is_inbox_hidden): HoldingRow,
    ) -> deserialize::Result<Self> {
        Ok(Self { status, owner, last_owner_user, is_inbox_hidden })
    }
}

type HoldingSql = (Text, Nullable<BigInt>, Nullable<BigInt>, Bool);
type HoldingRow = (Status, Option<i64>, Option<i64>, bool);

/// The inboxes that are for chosen members, without this one. Asked only where
/// [`Actor::sees_every_inbox`] says no.
#[auto_type(no_type_alias)]
pub(super) fn hidden_inboxes(workspace_id: i64, membership_id: i64) -> _ {
    let chosen = inbox_members::table
        .filter(inbox_members::workspace_id.eq(workspace_id))
        .filter(inbox_members::membership_id.eq(membership_id))
        .select(inbox_members::inbox_id);
    inboxes::table
        .filter(inboxes::workspace_id.eq(workspace_id))
        .filter(inboxes::is_restricted)
        .filter(inboxes::id.ne_all(chosen))
        .select(inboxes::id)
}

/// The ids of the inboxes whose queue is hidden from a member.
///
/// # Errors
/// When the query fails.
pub fn hidden_from(conn: &mut Conn, workspace_id: i64, actor: Actor) -> QueryResult<Vec<i64>> {
    if actor.sees_every_inbox() {
        return Ok(Vec::new());
    }
    hidden_inboxes(workspace_id, actor.membership_id).load(conn)
}

/// The inboxes whose queue is hidden from these members, each after the member. For those
/// of whom [`Actor::sees_every_inbox`] says no.
///
/// # Errors
/// When the query fails.
pub(super) fn hidden_from_each(
    conn: &mut Conn,
    membership_ids: Vec<i64>,
) -> QueryResult<Vec<(i64, i64)>> {
    let chosen = inbox_members::table
        .filter(inbox_members::inbox_id.eq(inboxes::id))
        .filter(inbox_members::membership_id.eq(memberships::id));
    memberships::table
        .inner_join(inboxes::table.on(inboxes::workspace_id.eq(memberships::workspace_id)))
        .filter(memberships::id.eq_any(membership_ids))
        .filter(inboxes::is_restricted)
        .filter(not(exists(chosen)))
        .select((memberships::id, inboxes::id))
        .load(conn)
}

/// A condition on conversations.
pub type Condition =
    Box<dyn BoxableExpression<conversations::table, <Conn as Connection>::Backend, SqlType = Bool>>;

/// The conversations that exist for a member of the workspace.
pub fn visible_to(workspace_id: i64, actor: Actor) -> Condition {
    if actor.role.may(Capability::SeeAll) {
        return Box::new(conversations::id.eq(conversations::id));
    }
    let own = conversations::assignee_id.assume_not_null().eq(actor.membership_id);
    let not_another_s = conversations::status
        .ne(Status::Resolved)
        .or(conversations::last_owner_user_id.is_null())
        .or(conversations::last_owner_user_id.assume_not_null().eq(actor.user_id));
    let waiting = conversations::assignee_id.is_null().and(not_another_s);
    if actor.sees_every_inbox() {
        return Box::new(own.or(waiting).assume_not_null());
    }
    let hidden = hidden_inboxes(workspace_id, actor.membership_id);
    let waiting = waiting.and(conversations::inbox_id.ne_all(hidden));
    Box::new(own.or(waiting).assume_not_null())
}

/// The same of the conversations `v` of a query in words; made of numbers and
/// fixed words alone.
pub fn visible_sql(actor: Actor) -> String {
    if actor.role.may(Capability::SeeAll) {
        return "1 = 1".to_owned();
    }
    let Actor { membership_id, user_id, .. } = actor;
    let resolved = Status::Resolved.into_str();
    let in_sight = if actor.sees_every_inbox() {
        String::new()
    } else {
        format!(
            " AND NOT EXISTS (SELECT 1 FROM inboxes i
                WHERE i.workspace_id = v.workspace_id AND i.id = v.inbox_id AND i.is_restricted
                  AND NOT EXISTS (SELECT 1 FROM inbox_members m
                      WHERE m.inbox_id = i.id AND m.membership_id = {membership_id}))"
        )
    };
    format!(
        "(v.assignee_id = {membership_id} OR (v.assignee_id IS NULL AND (v.status <> '{resolved}'
          OR v.last_owner_id IS NULL OR v.last_owner_id = {user_id}){in_sight}))"
    )
}

/// Who sees a conversation besides those who see all: what its inbox says of it.
#[derive(Clone, Debug)]
pub struct Audience {
    holding: Holding,
    /// The Agents whom its inbox is for; `None`: every one.
    chosen: Option<Vec<i64>>,
}

impl Audience {
    /// Reads whom the conversation's inbox is for, on behalf of a member of the
    /// workspace: where it has no such inbox, nothing is read.
    ///
    /// # Errors
    /// When a query fails.
    pub fn read(
        conn: &mut Conn,
        workspace_id: i64,
        actor: Actor,
        (conversation_id, holding): (i64, Holding),
    ) -> QueryResult<Self> {
        if !actor.has_restricted_inboxes {
            return Ok(Self { holding, chosen: None });
        }
        let restricted: Option<i64> = conversations::table
            .inner_join(inboxes::table)
            .filter(conversations::workspace_id.eq(workspace_id))
            .filter(conversations::id.eq(conversation_id))
            .filter(inboxes::is_restricted)
            .select(inboxes::id)
            .first(conn)
            .optional()?;
        let Some(inbox) = restricted else { return Ok(Self { holding, chosen: None }) };
        let chosen = inbox_members::table
            .filter(inbox_members::workspace_id.eq(workspace_id))
            .filter(inbox_members::inbox_id.eq(inbox))
            .select(inbox_members::membership_id)
            .load(conn)?;
        Ok(Self { holding, chosen: Some(chosen) })
    }

    /// Whether the conversation exists for this member.
    pub fn holds(&self, member: &MemberName) -> bool {
        let id = member.membership_id;
        let is_inbox_hidden = self.chosen.as_ref().is_some_and(|chosen| !chosen.contains(&id));
        let actor = Actor {
            membership_id: id,
            user_id: member.user_id,
            role: member.role,
            has_restricted_inboxes: self.chosen.is_some(),
            // To pass it on is another question.
            agents_pass_on: false,
        };
        actor.may_view(Holding { is_inbox_hidden, ..self.holding })
    }
}

#[cfg(test)]
mod tests;
