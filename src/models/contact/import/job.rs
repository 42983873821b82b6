//! Takes the rows of a table, a batch in a transaction, each with the place behind
//! it: whoever goes on after a crash begins there.

use std::collections::HashMap;

use chrono::TimeDelta;
use diesel::prelude::*;

use super::analysis::count;
use super::check::{Checker, Row, Seen};
use super::rows::RawRow;
use super::{Refused, State, end, noting, rows};
use crate::db::dialect::many_rows;
use crate::db::dialect::{self, RowLock};
use crate::db::schema::{contact_imports, contacts};
use crate::db::{Conn, Stop, Utc};
use crate::models::contact::bulk::{NewContact, write_contacts};
use crate::models::contact::{address_name, addresses, blocking, keys};
use crate::models::contact_field::{self, values};
use crate::models::membership::{Barred, lock_capable};
use crate::models::text;
use crate::policy::Capability;

/// Rows in a transaction: few enough that members who write never wait for long.
pub const BATCH: usize = 500;
/// How long a node may take for a batch before another one goes on.
const LEASE: TimeDelta = TimeDelta::seconds(30);
/// How often nodes try the next rows before the import is ended.
const ATTEMPTS: i64 = 5;

/// An import that a node works on.
#[derive(Clone, Debug)]
pub struct Lease {
    pub workspace_id: i64,
    pub id: i64,
    until: Utc,
}

/// What a batch came to.
#[derive(Debug)]
pub enum Step {
    /// There is more; the lease from here on, and whom the batch named.
    More(Lease, Seen),
    /// The import has ended, or another node goes on with it.
    Over,
}

/// Whether an import waits for a node.
///
/// # Errors
/// When the query fails.
pub fn is_any_due(conn: &mut Conn, now: Utc) -> QueryResult<bool> {
    diesel::select(diesel::dsl::exists(
        contact_imports::table.filter(contact_imports::state.eq(State::Running)).filter(
            contact_imports::leased_until.is_null().or(contact_imports::leased_until.le(now)),
        ),
    ))
    .get_result(conn)
}

/// Takes the oldest import that waits for a node. What was tried often enough is ended.
///
/// # Errors
/// When a query fails.
pub fn lease(conn: &mut Conn, now: Utc) -> QueryResult<Option<Lease>> {
    end_hopeless(conn, now)?;
    let until = now.plus(LEASE);
    let waiting = contact_imports::leased_until.is_null().or(contact_imports::leased_until.le(now));
    let found: Option<(i64, i64)> = contact_imports::table
        .filter(contact_imports::state.eq(State::Running))
        .filter(waiting)
        .order(contact_imports::id)
        .select((contact_imports::workspace_id, contact_imports::id))
        .first(conn)
        .optional()?;
    let Some((workspace_id, id)) = found else { return Ok(None) };
    let taken = diesel::update(super::of(workspace_id, id))
        .filter(contact_imports::state.eq(State::Running))
        .filter(contact_imports::leased_until.is_null().or(contact_imports::leased_until.le(now)))
        .set((
            contact_imports::leased_until.eq(Some(until)),
            contact_imports::attempts.eq(contact_imports::attempts + 1),
        ))
        .execute(conn)?;
    Ok((taken == 1).then_some(Lease { workspace_id, id, until }))
}

/// Ends the imports whose next rows no node could take, with the reason.
fn end_hopeless(conn: &mut Conn, now: Utc) -> QueryResult<()> {
    let hopeless: Vec<(i64, i64, i64)> = contact_imports::table
        .filter(contact_imports::state.eq(State::Running))
        .filter(contact_imports::leased_until.le(now))
        .filter(contact_imports::attempts.ge(ATTEMPTS))
        .select((contact_imports::workspace_id, contact_imports::id, contact_imports::next_line))
        .load(conn)?;
    for (workspace_id, id, line) in hopeless {
        let reason = format!("The lines from {line} on could not be stored in {ATTEMPTS} tries.");
        diesel::update(super::of(workspace_id, id))
            .filter(contact_imports::state.eq(State::Running))
            .set(contact_imports::failure.eq(Some(reason)))
            .execute(conn)?;
        end(conn, workspace_id, id, State::Cancelled)?;
    }
    Ok(())
}

/// Gives an import back, so that another node need not wait for the lease. It was no try.
///
/// # Errors
/// When the query fails.
pub fn give_back(conn: &mut Conn, lease: &Lease) -> QueryResult<()> {
    diesel::update(super::of(lease.workspace_id, lease.id))
        .filter(contact_imports::leased_until.eq(lease.until))
        .set((contact_imports::leased_until.eq(None::<Utc>), contact_imports::attempts.eq(0)))
        .execute(conn)
        .map(|_| ())
}

/// What is known of a table: whom the part of it names that was taken already.
///
/// # Errors
/// When a query fails.
pub fn seen_before(conn: &mut Conn, lease: &Lease) -> QueryResult<Seen> {
    let found = super::find(conn, lease.workspace_id, lease.id)?;
    let Some(import) = found else { return Ok(Seen::default()) };
    let fields = contact_field::list(conn, lease.workspace_id)?;
    let mut seen = Seen::nobody(conn, &import, &fields)?;
    let mut cursor = import.first;
    while cursor.byte < import.next.byte {
        let (mut raw, next) = rows::read(conn, &import, cursor, BATCH)?;
        raw.retain(|row| row.line < import.next.line);
        cursor = next;
        let mut checker = Checker::new(&import, &fields, &seen);
        sort(conn, lease.workspace_id, &raw, &mut checker, known)?;
        let found = std::mem::take(&mut checker.found);
        seen.extend(found);
    }
    Ok(seen)
}

/// Takes the next rows of an import.
///
/// # Errors
/// When a query fails.
pub fn step(conn: &mut Conn, lease: &Lease, seen: &Seen) -> QueryResult<Step> {
    let (workspace_id, id) = (lease.workspace_id, lease.id);
    let until = Utc::now().plus(LEASE);
    let is_mine = diesel::update(super::of(workspace_id, id))
        .filter(contact_imports::state.eq(State::Running))
        .filter(contact_imports::leased_until.eq(lease.until))
        .set(contact_imports::leased_until.eq(Some(until)))
        .execute(conn)?;
    if is_mine == 0 {
        return Ok(Step::Over);
    }
    let Some(import) = super::find(conn, workspace_id, id)? else { return Ok(Step::Over) };
    // As every write of a member, it ends with the membership.
    match lock_capable::<Barred>(conn, import.caller(), Capability::Contacts) {
        Ok(_) => {}
        Err(Stop::Refused(_)) => {
            end(conn, workspace_id, id, State::Cancelled)?;
            return Ok(Step::Over);
        }
        Err(Stop::Failed(error)) => return Err(error),
    }
    dialect::lock(conn, RowLock::ContactFieldsStay(workspace_id))?;
    // Two tables with the same addresses, one after the other.
    dialect::lock_name(conn, &format!("import of contacts {workspace_id}"))?;
    let fields = contact_field::list(conn, workspace_id)?;
    let (raw, next) = rows::read(conn, &import, import.next, BATCH)?;
    let mut checker = Checker::new(&import, &fields, seen);
    let sorted = sort(conn, workspace_id, &raw, &mut checker, lock_known)?;
    let found = std::mem::take(&mut checker.found);
    diesel::update(super::of(workspace_id, id))
        .set((
            contact_imports::next_byte.eq(next.byte),
            contact_imports::next_line.eq(next.line),
            contact_imports::attempts.eq(0),
            contact_imports::rows_done.eq(import.counts.done + count(raw.len())),
            contact_imports::added.eq(import.counts.added + count(sorted.new.len())),
            contact_imports::updated.eq(import.counts.updated + count(sorted.known.len())),
            contact_imports::refused.eq(import.counts.refused + count(sorted.refused.len())),
        ))
        .execute(conn)?;
    write_refused(conn, workspace_id, id, &sorted.refused)?;
    update(conn, workspace_id, &sorted.known)?;
    let added = add(conn, workspace_id, &sorted.new)?;
    let known = sorted.known.into_iter();
    let noted = known.chain(added.into_iter().zip(sorted.new));
    let notes: Vec<_> = noted.filter_map(|(id, row)| Some((id, row.note?))).collect();
    noting::add(conn, &import, &notes)?;
    if raw.len() < BATCH {
        end(conn, workspace_id, id, State::Done)?;
        return Ok(Step::Over);
    }
    Ok(Step::More(Lease { until, ..lease.clone() }, found))
}

/// The rows of a batch by what comes of them.
pub(super) struct Sorted {
    pub new: Vec<Row>,
    /// With the contacts who have the addresses, each once.
    pub known: Vec<(i64, Row)>,
    pub refused: Vec<Refused>,
}

/// Sorts rows by what comes of them. An address that is known names its contact, the
/// oldest one where several have it: [`known`], or [`lock_known`] for whoever writes. Of
/// rows with several addresses of one contact the first is taken.
pub(super) fn sort(
    conn: &mut Conn,
    workspace_id: i64,
    raw: &[RawRow],
    checker: &mut Checker<'_>,
    known: Lookup,
) -> QueryResult<Sorted> {
    let mut sorted = Sorted { new: Vec::new(), known: Vec::new(), refused: Vec::new() };
    let mut rows = Vec::with_capacity(raw.len());
    for raw in raw {
        match checker.check(raw) {
            Ok(row) => rows.push((raw, row)),
            Err(refused) => sorted.refused.push(refused),
        }
    }
    let emails: Vec<_> = rows.iter().filter_map(|(_, row)| row.email.clone()).map(Some).collect();
    let found = known(conn, workspace_id, &emails)?;
    let known: HashMap<String, i64> =
        found.into_iter().filter_map(|(id, email)| Some((email?, id))).collect();
    for (raw, mut row) in rows {
        match row.email.as_ref().and_then(|email| known.get(email)) {
            Some(id) => match checker.note_contact(raw, *id) {
                Ok(()) => sorted.known.push((*id, row)),
                Err(refused) => sorted.refused.push(refused),
            },
            None => {
                let of_address = row.email.as_deref().map(text::local_part);
                row.name = row.name.or_else(|| of_address.map(str::to_owned));
                sorted.new.push(row);
            }
        }
    }
    sorted.refused.sort_by_key(|refused| refused.line);
    Ok(sorted)
}

/// Finds the contacts of a workspace who have some addresses.
type Lookup = fn(&mut Conn, i64, &[Option<String>]) -> QueryResult<Vec<Known>>;
/// A contact and its address.
type Known = (i64, Option<String>);

/// The contacts who have these addresses, whoever counts most last: those who became part
/// of others before those whose own address it is, and of each the oldest. As
/// [`lock_address`](super::super::lock_address) has it, without those who are blocked and
/// only typed theirs in a chat.
pub(super) fn known(
    conn: &mut Conn,
    workspace_id: i64,
    emails: &[Option<String>],
) -> QueryResult<Vec<Known>> {
    let given = emails.iter().flatten().cloned().collect();
    let holders = addresses::holders(conn, workspace_id, given)?;
    let mut known: Vec<Known> = holders.into_iter().map(|(id, email)| (id, Some(email))).collect();
    let own: Vec<Known> = contacts::table
        .filter(contacts::workspace_id.eq(workspace_id))
        .filter(contacts::merged_at.is_null())
        .filter(contacts::email.eq_any(emails.to_vec()))
        .order(contacts::id.desc())
        .select((contacts::id, contacts::email))
        .load(conn)?;
    known.extend(own);
    let blocked: Vec<i64> = contacts::table
        .filter(contacts::workspace_id.eq(workspace_id))
        .filter(contacts::id.eq_any(known.iter().map(|(id, _)| *id).collect::<Vec<_>>()))
        .filter(contacts::blocked_at.is_not_null())
        .select(contacts::id)
        .load(conn)?;
    let mut theirs = Vec::with_capacity(known.len());
    for (id, email) in known {
        let typed = email.as_deref().filter(|_| blocked.contains(&id));
        let is_only_typed = match typed {
            Some(email) => blocking::is_only_typed(conn, workspace_id, id, email)?,
            None => false,
        };
        if !is_only_typed {
            theirs.push((id, email));
        }
    }
    Ok(theirs)
}

/// As [`known`]: none of them changes or becomes part of another one before the
/// transaction ends, and whoever asks for one of the addresses meanwhile waits.
fn lock_known(
    conn: &mut Conn,
    workspace_id: i64,
    addresses: &[Option<String>],
) -> QueryResult<Vec<Known>> {
    let mut names: Vec<String> =
        addresses.iter().flatten().map(|email| address_name(workspace_id, email)).collect();
    names.sort_unstable();
    dialect::lock_names(conn, names)?;
    let mut locked = Vec::new();
    loop {
        let found = known(conn, workspace_id, addresses)?;
        let ids: Vec<i64> = found.iter().map(|(id, _)| *id).collect();
        if ids.iter().all(|id| locked.contains(id)) {
            return Ok(found);
        }
        // Who was waited for may have changed who has the addresses.
        many_rows::lock_contacts(conn, &ids)?;
        locked.extend(ids);
    }
}

fn add(conn: &mut Conn, workspace_id: i64, rows: &[Row]) -> QueryResult<Vec<i64>> {
    let now = Utc::now();
    let new = rows.iter().cloned().map(|row| NewContact {
        name: row.name.unwrap_or_default(),
        email: row.email,
        phone: row.phone,
        company: row.company,
        values: row.values,
        created_at: now,
    });
    write_contacts(conn, workspace_id, &new.collect::<Vec<_>>())
}

/// What the table gives wins; what it leaves empty stays.
fn update(conn: &mut Conn, workspace_id: i64, rows: &[(i64, Row)]) -> QueryResult<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let cells = rows.iter().map(|(id, row)| {
        vec![
            (*id).into(),
            row.name.clone().into(),
            row.phone.clone().into(),
            row.company.clone().into(),
        ]
    });
    let set = "name = coalesce(new.column2, contacts.name),
               phone = coalesce(new.column3, contacts.phone),
               company = coalesce(new.column4, contacts.company)";
    many_rows::update(conn, "contacts", set, cells.collect())?;
    let of_rows = rows.iter().flat_map(|(id, row)| {
        row.values.iter().map(|(field, value)| values::row(workspace_id, *id, *field, value))
    });
    values::write(conn, of_rows.collect())?;
    let ids: Vec<i64> = rows.iter().map(|(id, _)| *id).collect();
    keys::refresh(conn, workspace_id, &ids)
}

/// Keeps refused rows for the report.
pub(super) fn write_refused(
    conn: &mut Conn,
    workspace_id: i64,
    import_id: i64,
    refused: &[Refused],
) -> QueryResult<()> {
    let mut cells = Vec::with_capacity(refused.len());
    for one in refused {
        let json = serde_json::to_string(&one.cells).map_err(super::damaged)?;
        cells.push(vec![
            import_id.into(),
            one.line.into(),
            workspace_id.into(),
            one.reason.as_str().into(),
            json.into(),
        ]);
    }
    let columns = ["import_id", "line", "workspace_id", "reason", "cells"];
    many_rows::insert(conn, "contact_import_refusals", &columns, cells)
}
