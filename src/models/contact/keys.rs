//! What contacts are sorted and searched by, kept beside what it is made of.

use std::collections::HashMap;

use diesel::prelude::*;

use super::{Contact, addresses, columns, notes, phone as numbers};
use crate::db::dialect::{self, RowLock, many_rows};
use crate::db::schema::{contacts, stale_contacts};
use crate::db::{Conn, Utc};
use crate::models::accents::folded;
use crate::models::contact_field::values;
use crate::models::text;

/// Contacts that are read and written at a time.
const BATCH: usize = 500;

/// What a contact is sorted and searched by.
#[derive(Clone, Debug)]
pub struct Keys {
    pub sort_name: String,
    pub search_text: String,
}

impl Keys {
    /// As [`folded`], since neither database folds all letters alike. The parts
    /// that are searched stand on lines of their own: no text matches across. An
    /// address is found by its domain in ASCII and as people write it, a phone number as it
    /// was typed and as it is dialled.
    pub fn new<'a>(
        name: &'a str,
        [email, phone, company]: [Option<&'a str>; 3],
        values: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        let [email, phone, company] = [email, phone, company].map(Option::unwrap_or_default);
        let written = text::email_in_words(email);
        let dialled = numbers::dialled(phone);
        let mut parts: Vec<&str> =
            [name, email, phone, company].into_iter().chain(values).collect();
        for (other, given) in [(&written, email), (&dialled, phone)] {
            if other != given {
                parts.push(other);
            }
        }
        Self { sort_name: folded(name), search_text: folded(&parts.join("\n")) }
    }
}

/// Makes the keys of these contacts anew from what is stored now. The caller has
/// changed the contacts or their values, and so holds them.
///
/// # Errors
/// When a query fails.
pub fn refresh(conn: &mut Conn, workspace_id: i64, ids: &[i64]) -> QueryResult<()> {
    for some in ids.chunks(BATCH) {
        let rows: Vec<Contact> = contacts::table
            .filter(contacts::workspace_id.eq(workspace_id))
            .filter(contacts::id.eq_any(some.to_vec()))
            .select(columns())
            .load(conn)?;
        let mut of_contact: HashMap<i64, Vec<String>> = HashMap::new();
        for one in values::of_contacts(conn, workspace_id, some.to_vec())? {
            of_contact.entry(one.contact_id).or_default().push(one.value);
        }
        for (id, email) in addresses::of_contacts(conn, workspace_id, some.to_vec())? {
            let values = of_contact.entry(id).or_default();
            values.push(text::email_in_words(&email));
            values.push(email);
        }
        let keys = rows.into_iter().map(|Contact { id, name, email, phone, company, .. }| {
            let values = of_contact.remove(&id).unwrap_or_default();
            let values = values.iter().map(String::as_str);
            let facts = [email.as_deref(), phone.as_deref(), company.as_deref()];
            let keys = Keys::new(&name, facts, values);
            vec![id.into(), keys.sort_name.into(), keys.search_text.into()]
        });
        let set = "sort_name = new.column2, search_text = new.column3";
        many_rows::update(conn, "contacts", set, keys.collect())?;
    }
    Ok(())
}

/// Makes the keys anew of some contacts whose values changed with their field, or who have
/// keys of an older Baton: the next
/// [`BATCH`] that `stale_contacts` names; answers how many lines it had. Each call is a
/// transaction of its own, so that nobody who writes waits for long.
///
/// # Errors
/// When a query fails.
pub fn refresh_stale(conn: &mut Conn, workspace_id: i64) -> QueryResult<usize> {
    let lines: Vec<(i64, i64)> = stale_contacts::table
        .filter(stale_contacts::workspace_id.eq(workspace_id))
        .order(stale_contacts::id)
        .limit(i64::try_from(BATCH).unwrap_or(i64::MAX))
        .select((stale_contacts::id, stale_contacts::contact_id))
        .load(conn)?;
    let (lines, mut ids): (Vec<i64>, Vec<i64>) = lines.into_iter().unzip();
    ids.sort_unstable();
    ids.dedup();
    for id in &ids {
        dialect::lock(conn, RowLock::Contact(*id))?;
    }
    refresh(conn, workspace_id, &ids)?;
    notes::refresh(conn, workspace_id, &ids)?;
    let count = lines.len();
    diesel::delete(stale_contacts::table.filter(stale_contacts::id.eq_any(lines))).execute(conn)?;
    Ok(count)
}

/// [`refresh_stale`] wherever that broke off.
///
/// # Errors
/// When a query fails.
pub(in crate::models) fn sweep(conn: &mut Conn, _: Utc) -> QueryResult<usize> {
    let next: Option<i64> = stale_contacts::table
        .order(stale_contacts::id)
        .select(stale_contacts::workspace_id)
        .first(conn)
        .optional()?;
    next.map_or(Ok(0), |workspace_id| refresh_stale(conn, workspace_id))
}
