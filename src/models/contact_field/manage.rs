//! What Managers do with contact fields: add, change, put in order, delete.

use diesel::dsl::{count_star, max};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text};

use super::{BUILT_IN, Changes, ContactField, Details, MOST, Refusal, Shown, find, list};
use crate::db::dialect::{self, RowLock};
use crate::db::schema::{contact_fields, contact_values};
use crate::db::{Conn, Utc, Verb, refuse};
use crate::models::activity::{Kind as Happened, record_setting};
use crate::models::audit::Change;
use crate::models::membership::{ActingMember, MemberId, lock_settings};
use crate::models::seen::over;
use crate::models::text::{name_key, names_stand_once};
use crate::policy::Capability;

/// Where a field moves among the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    Up,
    Down,
}

/// A member adds a field behind the others, and learns its id.
///
/// # Errors
/// [`Refusal`] when the member may not, the name is taken or there are enough, or
/// the query's failure.
pub fn add(conn: &mut Conn, caller: MemberId, details: &Details) -> Verb<i64, Refusal> {
    let workspace_id = caller.workspace_id;
    let member = lock_settings(conn, caller, Capability::ManageContactFields)?;
    let of_workspace = contact_fields::table.filter(contact_fields::workspace_id.eq(workspace_id));
    let (count, last): (i64, Option<i64>) =
        of_workspace.select((count_star(), max(contact_fields::position))).first(conn)?;
    if count >= MOST {
        return refuse(Refusal::TooMany);
    }
    is_own(&details.name)?;
    is_free(conn, workspace_id, &details.name, None)?;
    let id = insert(conn, workspace_id, details, last.unwrap_or(0) + 1)?;
    let change = Change { from: "", to: details.kind.name() };
    record_setting(
        conn,
        workspace_id,
        Happened::ContactFieldAdded,
        &member,
        &details.name,
        change,
    )?;
    Ok(id)
}

/// Writes a field, past every rule.
///
/// # Errors
/// When the query fails, e.g. because the name is taken.
pub(in crate::models) fn insert(
    conn: &mut Conn,
    workspace_id: i64,
    details: &Details,
    position: i64,
) -> QueryResult<i64> {
    diesel::insert_into(contact_fields::table)
        .values((
            contact_fields::workspace_id.eq(workspace_id),
            contact_fields::name.eq(&details.name),
            contact_fields::name_key.eq(name_key(&details.name)),
            contact_fields::kind.eq(details.kind),
            contact_fields::choices.eq(details.choices.join("\n")),
            contact_fields::position.eq(position),
            contact_fields::created_at.eq(Utc::now()),
        ))
        .returning(contact_fields::id)
        .get_result(conn)
}

/// A member renames a field or changes its choices, and learns its name. `changes` says what
/// becomes of choices that contacts have and that go: the contacts get another one, as where
/// it is renamed, or have none any more. One that is only spelled otherwise stays one. What
/// they are searched by is for [`crate::models::contact::keys::refresh_stale`].
///
/// # Errors
/// As [`add`], when there is no such field here, when somebody else changed the same since,
/// or when a choice is in use of which nothing was said.
pub fn change(
    conn: &mut Conn,
    caller: MemberId,
    id: i64,
    changes: &Changes,
) -> Verb<String, Refusal> {
    let workspace_id = caller.workspace_id;
    let member = lock_settings(conn, caller, Capability::ManageContactFields)?;
    let before = locked(conn, workspace_id, id)?;
    let Shown { name, choices } = &merged(changes, &before)?;
    is_own(name)?;
    is_free(conn, workspace_id, name, Some(id))?;
    let (mut in_use, mut changed, mut is_decided) = (Vec::new(), Vec::new(), true);
    for old in before.choices.iter().filter(|old| !choices.contains(old)) {
        let contacts = having(conn, workspace_id, id, old)?;
        if contacts == 0 {
            continue;
        }
        if let Some(spelled) = choices.iter().find(|new| name_key(new) == name_key(old)) {
            changed.push((old, Some(spelled)));
            continue;
        }
        in_use.push((old.clone(), contacts));
        match changes.instead_of(old, choices) {
            Some(new) => changed.push((old, new)),
            None => is_decided = false,
        }
    }
    if !is_decided {
        return refuse(Refusal::InUse(in_use));
    }
    diesel::update(contact_fields::table)
        .filter(contact_fields::workspace_id.eq(workspace_id))
        .filter(contact_fields::id.eq(id))
        .set((
            contact_fields::name.eq(name),
            contact_fields::name_key.eq(name_key(name)),
            contact_fields::choices.eq(choices.join("\n")),
        ))
        .execute(conn)?;
    for (old, new) in changed {
        note_stale(conn, workspace_id, id, Some(old))?;
        respell(conn, workspace_id, id, old, new)?;
    }
    record_change(conn, workspace_id, &member, &before, name, choices)?;
    Ok(name.clone())
}

impl Changes {
    /// What contacts with a choice get, of these; `None` where nothing was said.
    fn instead_of<'a>(&self, old: &str, choices: &'a [String]) -> Option<Option<&'a String>> {
        let (_, instead) = self.instead.iter().find(|(of, _)| of == old)?;
        match instead {
            None => Some(None),
            Some(new) => choices.iter().find(|choice| *choice == new).map(Some),
        }
    }
}

/// What a form says on top of what is stored, where its page showed something else: what it
/// leaves as it was shown is as it is now.
fn merged(changes: &Changes, before: &ContactField) -> Verb<Shown, Refusal> {
    let Changes { to, seen, .. } = changes;
    let now = Shown { name: before.name.clone(), choices: before.choices.clone() };
    let Some(seen) = seen else { return Ok(to.clone()) };
    let (name, choices) =
        (over(&to.name, &seen.name, &now.name), over(&to.choices, &seen.choices, &now.choices));
    let is_lost = (name != now.name && seen.name != now.name)
        || (choices != now.choices && seen.choices != now.choices);
    if is_lost { refuse(Refusal::Changed(now)) } else { Ok(Shown { name, choices }) }
}

fn record_change(
    conn: &mut Conn,
    workspace_id: i64,
    member: &ActingMember,
    before: &ContactField,
    name: &str,
    choices: &[String],
) -> QueryResult<()> {
    let kind = Happened::ContactFieldChanged;
    if before.name != name {
        let change = Change { from: &before.name, to: name };
        record_setting(conn, workspace_id, kind, member, &before.name, change)?;
    }
    if before.choices != choices {
        let (from, to) = (before.choices.join(", "), choices.join(", "));
        record_setting(conn, workspace_id, kind, member, name, Change { from: &from, to: &to })?;
    }
    Ok(())
}

/// A member moves a field by one place. The first one stays first when it is moved
/// up, e.g. after a double click.
///
/// # Errors
/// As [`change`].
pub fn reorder(
    conn: &mut Conn,
    caller: MemberId,
    id: i64,
    order: Order,
) -> Verb<ContactField, Refusal> {
    let workspace_id = caller.workspace_id;
    let member = lock_settings(conn, caller, Capability::ManageContactFields)?;
    let all = list(conn, workspace_id)?;
    let Some(at) = all.iter().position(|field| field.id == id) else {
        return refuse(Refusal::NotFound);
    };
    let to = match order {
        Order::Up => at.checked_sub(1),
        Order::Down => Some(at + 1).filter(|to| *to < all.len()),
    };
    if let Some(to) = to {
        let mut ids: Vec<i64> = all.iter().map(|field| field.id).collect();
        ids.swap(at, to);
        let mut places: Vec<(i64, i64)> = ids.into_iter().zip(1..).collect();
        // In the order in which whoever writes values holds them.
        places.sort_unstable();
        for (id, position) in places {
            diesel::update(contact_fields::table)
                .filter(contact_fields::workspace_id.eq(workspace_id))
                .filter(contact_fields::id.eq(id))
                .filter(contact_fields::position.ne(position))
                .set(contact_fields::position.eq(position))
                .execute(conn)?;
        }
        let (from, to) = (format!("Place {}", at + 1), format!("Place {}", to + 1));
        let change = Change { from: &from, to: &to };
        let kind = Happened::ContactFieldChanged;
        record_setting(conn, workspace_id, kind, &member, &all[at].name, change)?;
    }
    Ok(all[at].clone())
}

/// A member deletes a field with the values that contacts have of it. What these are
/// searched by is for [`crate::models::contact::keys::refresh_stale`].
///
/// # Errors
/// As [`change`].
pub fn delete(conn: &mut Conn, caller: MemberId, id: i64) -> Verb<ContactField, Refusal> {
    let workspace_id = caller.workspace_id;
    let member = lock_settings(conn, caller, Capability::ManageContactFields)?;
    let field = locked(conn, workspace_id, id)?;
    note_stale(conn, workspace_id, id, None)?;
    diesel::delete(contact_fields::table)
        .filter(contact_fields::workspace_id.eq(workspace_id))
        .filter(contact_fields::id.eq(id))
        .execute(conn)?;
    let kind = Happened::ContactFieldDeleted;
    record_setting(conn, workspace_id, kind, &member, &field.name, Change::default())?;
    Ok(field)
}

/// Finds a field under a lock that whoever writes values of it waits for.
fn locked(conn: &mut Conn, workspace_id: i64, id: i64) -> Verb<ContactField, Refusal> {
    dialect::lock(conn, RowLock::ContactFieldChanges(id))?;
    find(conn, workspace_id, id)?.map_or_else(|| refuse(Refusal::NotFound), Ok)
}

names_stand_once!(contact_fields);

/// Refuses a name that every contact's form has already.
fn is_own(name: &str) -> Verb<(), Refusal> {
    if BUILT_IN.contains(&name_key(name).as_str()) { refuse(Refusal::BuiltIn) } else { Ok(()) }
}

/// How many contacts have this choice.
fn having(conn: &mut Conn, workspace_id: i64, field_id: i64, choice: &str) -> QueryResult<i64> {
    contact_values::table
        .filter(contact_values::workspace_id.eq(workspace_id))
        .filter(contact_values::field_id.eq(field_id))
        .filter(contact_values::value.eq(choice))
        .count()
        .get_result(conn)
}

/// Notes whose values of a field are about to change: all of them, or those of one choice.
/// One statement, however many there are.
fn note_stale(
    conn: &mut Conn,
    workspace_id: i64,
    field_id: i64,
    choice: Option<&str>,
) -> QueryResult<()> {
    diesel::sql_query(
        "INSERT INTO stale_contacts (workspace_id, contact_id)
         SELECT workspace_id, contact_id FROM contact_values
         WHERE workspace_id = $1 AND field_id = $2 AND value = COALESCE($3, value)",
    )
    .bind::<BigInt, _>(workspace_id)
    .bind::<BigInt, _>(field_id)
    .bind::<Nullable<Text>, _>(choice)
    .execute(conn)
    .map(|_| ())
}

fn respell(
    conn: &mut Conn,
    workspace_id: i64,
    field_id: i64,
    old: &str,
    new: Option<&String>,
) -> QueryResult<()> {
    let of_choice = contact_values::table
        .filter(contact_values::workspace_id.eq(workspace_id))
        .filter(contact_values::field_id.eq(field_id))
        .filter(contact_values::value.eq(old));
    match new {
        Some(new) => diesel::update(of_choice).set(contact_values::value.eq(new)).execute(conn),
        None => diesel::delete(of_choice).execute(conn),
    }
    .map(|_| ())
}
