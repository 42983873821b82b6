//! Saved views: lists of the inbox and searches that a member keeps by name, and that
//! Managers share with the team.

use diesel::prelude::*;

use super::membership::{self, ActingMember, Barred, MemberId};
use crate::db::schema::saved_views;
use crate::db::{Conn, Utc, Verb, dialect, refuse, typed};
use crate::models::text::name_key;
use crate::policy::Capability;

/// The longest name of a view, in characters.
pub const NAME_MAX: usize = 60;
/// More views than anybody looks through.
const MOST: i64 = 50;

/// A view that a member has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedView {
    pub id: i64,
    pub name: String,
    pub address: String,
    pub is_shared: bool,
    /// They made it.
    pub is_own: bool,
}

/// What a view's form says.
#[derive(Clone, Debug)]
pub struct Details {
    /// Checked by [`super::text::line`].
    pub name: String,
    pub is_shared: bool,
}

/// Why a view is not saved, changed or deleted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error(transparent)]
    Barred(#[from] Barred),
    /// There is no such view for this member.
    #[error("There is no such view.")]
    NotFound,
    #[error("There is already a view named {0}.")]
    Taken(String),
    #[error("There are already {MOST} views. Delete one first.")]
    TooMany,
}

type Row = (i64, i64, String, String, String);

const TEAM: &str = "team";
const OWN: &str = "own";

const fn scope(is_shared: bool) -> &'static str {
    if is_shared { TEAM } else { OWN }
}

/// A member's own views and the team's, in alphabetical order.
///
/// # Errors
/// When the query fails.
pub fn list(conn: &mut Conn, caller: MemberId) -> QueryResult<Vec<SavedView>> {
    let MemberId { workspace_id, membership_id } = caller;
    let query = saved_views::table
        .filter(saved_views::workspace_id.eq(workspace_id))
        .filter(saved_views::membership_id.eq(membership_id).or(saved_views::scope.eq(TEAM)))
        .order((saved_views::name_key, saved_views::id))
        .select((
            saved_views::id,
            saved_views::membership_id,
            saved_views::name,
            saved_views::address,
            saved_views::scope,
        ));
    let rows: Vec<Row> = typed!(conn, |c| query.load(c))?;
    Ok(rows
        .into_iter()
        .map(|(id, of, name, address, scope)| SavedView {
            id,
            name,
            address,
            is_shared: scope == TEAM,
            is_own: of == membership_id,
        })
        .collect())
}

/// A view that this member has.
///
/// # Errors
/// When the query fails.
pub fn find(conn: &mut Conn, caller: MemberId, id: i64) -> QueryResult<Option<SavedView>> {
    Ok(list(conn, caller)?.into_iter().find(|view| view.id == id))
}

/// A member saves a page by name, and learns its id.
///
/// # Errors
/// [`Refusal`] when the name is taken, there are too many, or the member may not
/// share; or the query's failure.
pub fn add(
    conn: &mut Conn,
    caller: MemberId,
    details: &Details,
    address: &str,
) -> Verb<i64, Refusal> {
    let MemberId { workspace_id, membership_id } = caller;
    let me = begin(conn, caller)?;
    may_share(&me, details.is_shared)?;
    let all = list(conn, caller)?;
    is_free(&all, &details.name, None)?;
    let own = all.iter().filter(|view| view.is_own).count();
    if i64::try_from(own).unwrap_or(i64::MAX) >= MOST {
        return refuse(Refusal::TooMany);
    }
    Ok(diesel::insert_into(saved_views::table)
        .values((
            saved_views::workspace_id.eq(workspace_id),
            saved_views::membership_id.eq(membership_id),
            saved_views::name.eq(&details.name),
            saved_views::name_key.eq(name_key(&details.name)),
            saved_views::address.eq(address),
            saved_views::scope.eq(scope(details.is_shared)),
            saved_views::created_at.eq(Utc::now()),
        ))
        .returning(saved_views::id)
        .get_result(conn)?)
}

/// A member renames a view, or shares it.
///
/// # Errors
/// As [`add`], and when there is no such view that they may change.
pub fn change(conn: &mut Conn, caller: MemberId, id: i64, details: &Details) -> Verb<(), Refusal> {
    let workspace_id = caller.workspace_id;
    let me = begin(conn, caller)?;
    let all = list(conn, caller)?;
    changeable(&all, &me, id)?;
    may_share(&me, details.is_shared)?;
    is_free(&all, &details.name, Some(id))?;
    is_free_of_owner(conn, workspace_id, id, &details.name)?;
    diesel::update(
        saved_views::table
            .filter(saved_views::workspace_id.eq(workspace_id))
            .filter(saved_views::id.eq(id)),
    )
    .set((
        saved_views::name.eq(&details.name),
        saved_views::name_key.eq(name_key(&details.name)),
        saved_views::scope.eq(scope(details.is_shared)),
    ))
    .execute(conn)?;
    Ok(())
}

/// A member deletes a view; the answer is its name.
///
/// # Errors
/// [`Refusal`] when there is no such view that they may change, or the query's failure.
pub fn delete(conn: &mut Conn, caller: MemberId, id: i64) -> Verb<String, Refusal> {
    let me = begin(conn, caller)?;
    let all = list(conn, caller)?;
    let name = changeable(&all, &me, id)?.name.clone();
    diesel::delete(
        saved_views::table
            .filter(saved_views::workspace_id.eq(caller.workspace_id))
            .filter(saved_views::id.eq(id)),
    )
    .execute(conn)?;
    Ok(name)
}

/// How many views of a workspace, also those that members keep for themselves, have a
/// label in their address.
///
/// # Errors
/// When the query fails.
pub fn count_with_label(conn: &mut Conn, workspace_id: i64, label_id: i64) -> QueryResult<usize> {
    let all = addresses(conn, workspace_id)?;
    Ok(all.iter().filter(|(_, address)| relabelled(address, label_id, label_id).is_some()).count())
}

/// Lets the views of a label follow it into the one that it becomes.
pub(super) fn follow_label(
    conn: &mut Conn,
    workspace_id: i64,
    from: i64,
    into: i64,
) -> QueryResult<()> {
    lock_views(conn, workspace_id)?;
    for (id, address) in addresses(conn, workspace_id)? {
        let Some(address) = relabelled(&address, from, into) else { continue };
        diesel::update(
            saved_views::table
                .filter(saved_views::workspace_id.eq(workspace_id))
                .filter(saved_views::id.eq(id)),
        )
        .set(saved_views::address.eq(address))
        .execute(conn)?;
    }
    Ok(())
}

fn addresses(conn: &mut Conn, workspace_id: i64) -> QueryResult<Vec<(i64, String)>> {
    saved_views::table
        .filter(saved_views::workspace_id.eq(workspace_id))
        .filter(saved_views::address.like("%label=%"))
        .order(saved_views::id)
        .select((saved_views::id, saved_views::address))
        .load(conn)
}

/// An address with one label in place of another; `None` where it has not that one. What
/// stands in an address is encoded, so that `&` and `=` there part its fields alone.
fn relabelled(address: &str, from: i64, into: i64) -> Option<String> {
    let (path, query) = address.split_once('?')?;
    let is_it = |field: &str| field.strip_prefix("label=").is_some_and(|id| id.parse() == Ok(from));
    if !query.split('&').any(is_it) {
        return None;
    }
    let becomes = format!("label={into}");
    let fields = query.split('&').map(|field| if is_it(field) { &*becomes } else { field });
    Some(format!("{path}?{}", fields.collect::<Vec<_>>().join("&")))
}

/// One change of a workspace's views at a time: a name is free until the end.
fn begin(conn: &mut Conn, caller: MemberId) -> Verb<ActingMember, Refusal> {
    let Some(me) = membership::lock_acting(conn, caller)? else {
        return refuse(Barred::MembershipEnded.into());
    };
    lock_views(conn, caller.workspace_id)?;
    Ok(me)
}

fn lock_views(conn: &mut Conn, workspace_id: i64) -> QueryResult<()> {
    dialect::lock_name(conn, &format!("saved views of {workspace_id}"))
}

fn may_share(me: &ActingMember, is_shared: bool) -> Verb<(), Refusal> {
    if is_shared && !me.actor.role.may(Capability::ShareViews) {
        return refuse(Barred::NotAllowed.into());
    }
    Ok(())
}

/// One's own; and whoever shares with the team keeps what the team has in order.
fn changeable<'a>(
    all: &'a [SavedView],
    me: &ActingMember,
    id: i64,
) -> Verb<&'a SavedView, Refusal> {
    let Some(view) = all.iter().find(|view| view.id == id) else {
        return refuse(Refusal::NotFound);
    };
    if !view.is_own && !me.actor.role.may(Capability::ShareViews) {
        return refuse(Barred::NotAllowed.into());
    }
    Ok(view)
}

fn is_free(all: &[SavedView], name: &str, but: Option<i64>) -> Verb<(), Refusal> {
    let key = name_key(name);
    let taken = all.iter().find(|view| Some(view.id) != but && name_key(&view.name) == key);
    match taken {
        Some(view) => refuse(Refusal::Taken(view.name.clone())),
        None => Ok(()),
    }
}

/// Of a view that another member made: whether they have none of this name that they
/// keep for themselves.
fn is_free_of_owner(conn: &mut Conn, workspace_id: i64, id: i64, name: &str) -> Verb<(), Refusal> {
    let owner = saved_views::table
        .filter(saved_views::workspace_id.eq(workspace_id))
        .filter(saved_views::id.eq(id))
        .select(saved_views::membership_id)
        .first::<i64>(conn)?;
    let of_owner = saved_views::table
        .filter(saved_views::workspace_id.eq(workspace_id))
        .filter(saved_views::membership_id.eq(owner))
        .filter(saved_views::name_key.eq(name_key(name)))
        .filter(saved_views::id.ne(id));
    if diesel::select(diesel::dsl::exists(of_owner)).get_result(conn)? {
        return refuse(Refusal::Taken(name.to_owned()));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::relabelled;

    #[test]
    fn an_address_gets_another_label_and_keeps_the_rest() {
        for (address, becomes) in [
            ("/inbox?view=all&label=1", Some("/inbox?view=all&label=9")),
            ("/search?label=1&q=label%3D1", Some("/search?label=9&q=label%3D1")),
            ("/search?q=label%3D1", None),
            ("/inbox?view=all&label=12", None),
            ("/inbox?view=all&inbox=1", None),
            ("/inbox", None),
        ] {
            assert_eq!(relabelled(address, 1, 9).as_deref(), becomes, "{address}");
        }
    }
}
