//! Workspaces: the tenants, their plan and seats.

mod deletion;
mod settings;

use chrono::TimeDelta;
use diesel::dsl::auto_type;
use diesel::prelude::*;

use super::activity::{By, Kind, record_setting};
use super::audit::Change;
use super::delivery::{self, About};
use super::limit::{RetryAfter, TEST_MAILS};
use super::membership::{self, Barred, MemberId, lock_settings};
use super::token::Signer;
use super::user::{self, NewUser, User};
use super::{inbox, invitation};
use crate::db::dialect::{self, RowLock};
use crate::db::schema::{deliveries, inboxes, invitations, memberships, plans, workspaces};
use crate::db::{Conn, Utc, Verb, allowed, refuse};
use crate::policy::seats::TooFewSeats;
use crate::policy::{Capability, Role, Seats};

pub use deletion::{Size, delete, erase_next, is_any_to_erase, size};
pub use settings::{SESSION_DAYS, Settings, change, settings};

/// The plan a workspace begins with.
const FIRST_PLAN: &str = "starter";

/// A workspace with its plan.
#[derive(Clone, Debug, Queryable)]
pub struct Workspace {
    pub id: i64,
    pub name: String,
    pub time_zone: String,
    pub created_at: Utc,
    pub plan: Plan,
}

/// A plan: a name, and so many seats.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct Plan {
    pub code: String,
    pub name: String,
    seats: i32,
}

impl Plan {
    /// The seats of the plan, counted as everything else is.
    pub fn seats(&self) -> i64 {
        i64::from(self.seats)
    }
}

/// Why a workspace is not changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error(transparent)]
    Barred(#[from] Barred),
    #[error("There is no such plan.")]
    UnknownPlan,
    #[error(transparent)]
    TooFewSeats(#[from] TooFewSeats),
    #[error("Type the name of the workspace exactly as it is written above.")]
    OtherName,
    #[error(transparent)]
    TooMany(#[from] RetryAfter),
}

/// Why a workspace is not founded.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FoundingRefusal {
    /// Workspaces are not open, and there is one already.
    #[error("New workspaces are not open here.")]
    InvitationNeeded,
    /// Somebody has a user with this address; they must be asked for its password.
    #[error("There is already a user with this address. Type that user's password.")]
    AddressTaken,
    /// The user was deleted with their last workspace a moment ago.
    #[error("Your user no longer exists. Please start again.")]
    UserGone,
}

#[auto_type(no_type_alias)]
fn columns() -> _ {
    (
        workspaces::id,
        workspaces::name,
        workspaces::time_zone,
        workspaces::created_at,
        (plans::code, plans::name, plans::seats),
    )
}

/// A workspace by its id.
///
/// # Errors
/// When the query fails.
pub fn find(conn: &mut Conn, id: i64) -> QueryResult<Option<Workspace>> {
    workspaces::table
        .inner_join(plans::table)
        .filter(workspaces::id.eq(id))
        .filter(workspaces::deleted_at.is_null())
        .select(columns())
        .first(conn)
        .optional()
}

/// Every workspace, for an operator, the oldest first.
///
/// # Errors
/// When the query fails.
pub fn all(conn: &mut Conn) -> QueryResult<Vec<Workspace>> {
    workspaces::table
        .inner_join(plans::table)
        .filter(workspaces::deleted_at.is_null())
        .order(workspaces::id)
        .select(columns())
        .load(conn)
}

/// The workspaces that an operator may mean: the one of that id, else all of
/// that name.
///
/// # Errors
/// When a query fails.
pub fn named(conn: &mut Conn, id_or_name: &str) -> QueryResult<Vec<Workspace>> {
    if let Ok(id) = id_or_name.parse()
        && let Some(workspace) = find(conn, id)?
    {
        return Ok(vec![workspace]);
    }
    workspaces::table
        .inner_join(plans::table)
        .filter(workspaces::name.eq(id_or_name))
        .filter(workspaces::deleted_at.is_null())
        .order(workspaces::id)
        .select(columns())
        .load(conn)
}

/// Every plan, the smallest first.
///
/// # Errors
/// When the query fails.
pub fn all_plans(conn: &mut Conn) -> QueryResult<Vec<Plan>> {
    plans::table
        .order((plans::seats, plans::code))
        .select((plans::code, plans::name, plans::seats))
        .load(conn)
}

/// Whether there is any workspace yet.
///
/// # Errors
/// When the query fails.
pub fn any(conn: &mut Conn) -> QueryResult<bool> {
    let present = workspaces::table.filter(workspaces::deleted_at.is_null());
    diesel::select(diesel::dsl::exists(present.select(workspaces::id))).get_result(conn)
}

/// The seats of a workspace as of `now`: what the plan has, the active members,
/// and the invitations that are neither accepted, revoked nor expired. To decide
/// by it, hold the workspace's lock.
///
/// # Errors
/// When a query fails, or there is no such workspace.
pub fn seats(conn: &mut Conn, workspace_id: i64, now: Utc) -> QueryResult<Seats> {
    let total: i32 = workspaces::table
        .inner_join(plans::table)
        .filter(workspaces::id.eq(workspace_id))
        .select(plans::seats)
        .first(conn)?;
    let members = memberships::table
        .filter(memberships::workspace_id.eq(workspace_id))
        .filter(memberships::ended_at.is_null())
        .count()
        .get_result(conn)?;
    let pending = invitations::table
        .filter(invitations::workspace_id.eq(workspace_id))
        .filter(invitation::is_pending(now))
        .count()
        .get_result(conn)?;
    Ok(Seats { total: i64::from(total), members, pending })
}

/// Who founds a workspace.
#[derive(Clone)]
pub enum Founder {
    /// A user there is already, who gave their password or is signed in.
    User(i64),
    New(NewUser),
}

/// What [`found`] made.
#[derive(Clone)]
pub struct Founded {
    pub workspace_id: i64,
    pub user: User,
    pub membership_id: i64,
    pub inbox_id: i64,
}

impl Founded {
    /// Its first Administrator.
    pub fn founder(&self) -> MemberId {
        MemberId { workspace_id: self.workspace_id, membership_id: self.membership_id }
    }
}

/// How long the form that made a workspace may come again, as after a double click.
const AGAIN: TimeDelta = TimeDelta::minutes(1);

/// The workspace of this name that the user made a moment ago: its id, their membership,
/// and its inbox.
///
/// # Errors
/// When the query fails.
pub fn just_founded(
    conn: &mut Conn,
    user_id: i64,
    name: &str,
) -> QueryResult<Option<(i64, i64, i64)>> {
    workspaces::table
        .inner_join(memberships::table)
        .inner_join(inboxes::table)
        .filter(memberships::user_id.eq(user_id))
        .filter(memberships::ended_at.is_null())
        .filter(memberships::role.eq(Role::Administrator))
        .filter(workspaces::name.eq(name))
        .filter(workspaces::created_at.gt(Utc::now().minus(AGAIN)))
        .order(inboxes::id)
        .select((workspaces::id, memberships::id, inboxes::id))
        .first(conn)
        .optional()
}

/// Creates a workspace with its first Administrator and its first inbox. Where
/// workspaces are not open to everybody, only the very first may be made: of
/// any number who try at once, one succeeds. The same form again leads to what it made.
///
/// # Errors
/// [`FoundingRefusal`], or the query's failure.
pub fn found(
    conn: &mut Conn,
    name: &str,
    time_zone: &str,
    founder: &Founder,
    is_open: bool,
) -> Verb<Founded, FoundingRefusal> {
    if let Founder::User(id) = founder
        && let Some(user) = user::lock(conn, *id)?
        && let Some((workspace_id, membership_id, inbox_id)) = just_founded(conn, *id, name)?
    {
        return Ok(Founded { workspace_id, user, membership_id, inbox_id });
    }
    if !is_open {
        // There is no row yet that could be locked.
        dialect::lock_name(conn, "first registration")?;
        if any(conn)? {
            return refuse(FoundingRefusal::InvitationNeeded);
        }
    }
    let user = match founder {
        Founder::User(id) => match user::lock(conn, *id)? {
            Some(user) => user,
            None => return refuse(FoundingRefusal::UserGone),
        },
        Founder::New(new) => {
            user::create(conn, new).map_err(|stop| stop.map(|_| FoundingRefusal::AddressTaken))?
        }
    };
    let workspace_id: i64 = diesel::insert_into(workspaces::table)
        .values((
            workspaces::name.eq(name),
            workspaces::plan.eq(FIRST_PLAN),
            workspaces::time_zone.eq(time_zone),
            workspaces::created_at.eq(Utc::now()),
        ))
        .returning(workspaces::id)
        .get_result(conn)?;
    let membership_id = membership::insert(conn, workspace_id, user.id, Role::Administrator)?;
    let inbox_id = inbox::create_web_chat(conn, workspace_id, "Website chat", "")?;
    Ok(Founded { workspace_id, user, membership_id, inbox_id })
}

/// A plan that was asked for, and whether the workspace had another one before.
pub type Changed = (Plan, bool);

/// An Administrator changes the plan. Answers the one it is now.
///
/// # Errors
/// [`Refusal`], e.g. when more seats are used than the plan has.
pub fn change_plan(conn: &mut Conn, caller: MemberId, code: &str) -> Verb<Changed, Refusal> {
    let acting = lock_settings(conn, caller, Capability::Billing)?;
    set_plan_locked(conn, caller.workspace_id, code, (&acting).into())
}

/// An operator changes the plan of a workspace. Answers the one it is now.
///
/// # Errors
/// As [`change_plan`].
pub fn set_plan(conn: &mut Conn, workspace_id: i64, code: &str) -> Verb<Changed, Refusal> {
    dialect::lock(conn, RowLock::Workspace(workspace_id))?;
    set_plan_locked(conn, workspace_id, code, By::named("Operator"))
}

fn set_plan_locked(
    conn: &mut Conn,
    workspace_id: i64,
    code: &str,
    by: By,
) -> Verb<Changed, Refusal> {
    // They are few, and a form may name anything: PostgreSQL refuses to look for a NUL.
    let plan = all_plans(conn)?.into_iter().find(|plan| plan.code == code);
    let Some(plan) = plan else { return refuse(Refusal::UnknownPlan) };
    let Some(before) = find(conn, workspace_id)? else {
        return refuse(Barred::MembershipEnded.into());
    };
    if before.plan.code == plan.code {
        return Ok((plan, false));
    }
    let seats = seats(conn, workspace_id, Utc::now())?;
    allowed(seats.fit(plan.seats()).map_err(Refusal::from))?;
    diesel::update(workspaces::table.find(workspace_id))
        .set(workspaces::plan.eq(&plan.code))
        .execute(conn)?;
    let change = Change { from: &before.plan.name, to: &plan.name };
    record_setting(conn, workspace_id, Kind::PlanChanged, by, "", change)?;
    Ok((plan, true))
}

/// An Administrator asks for a mail to themselves, to see whether mails leave.
///
/// # Errors
/// [`Refusal`] when they may not, or the query's failure.
pub fn send_test_mail(
    conn: &mut Conn,
    signer: &Signer,
    caller: MemberId,
    recipient: &str,
) -> Verb<i64, Refusal> {
    lock_settings::<Refusal>(conn, caller, Capability::WorkspaceSettings)?;
    TEST_MAILS.take::<Refusal>(conn, signer, &[recipient])?;
    Ok(delivery::enqueue(conn, About::Test { workspace_id: caller.workspace_id }, recipient)?)
}

/// When the newest test mail was asked for, and how it fares.
///
/// # Errors
/// When a query fails.
pub fn last_test_mail(
    conn: &mut Conn,
    workspace_id: i64,
) -> QueryResult<Option<(Utc, delivery::State)>> {
    let newest: Option<(i64, Utc)> = deliveries::table
        .filter(deliveries::workspace_id.eq(workspace_id))
        .filter(deliveries::kind.eq(delivery::Kind::Test))
        .order(deliveries::id.desc())
        .select((deliveries::id, deliveries::created_at))
        .first(conn)
        .optional()?;
    let Some((id, at)) = newest else { return Ok(None) };
    Ok(delivery::state_of(conn, workspace_id, id)?.map(|state| (at, state)))
}
