//! All contacts as a table for a spreadsheet, read a batch at a time.

use std::collections::HashMap;
use std::io::Write;

use diesel::prelude::*;

use super::addresses;
use crate::db::schema::contacts;
use crate::db::{Conn, Utc};
use crate::models::contact_field::{self, values};
use crate::models::spreadsheet::Sheet;

/// Rows read at a time.
const BATCH: i64 = 1000;
/// The columns that every contact has, as its form names them; the team's own follow.
pub const HEADINGS: [&str; 7] = [
    "Name",
    "Email address",
    "Phone",
    "Company",
    "Contact since",
    "Other email addresses",
    "Blocked",
];

/// Writes all contacts of a workspace to `out`. Run it on a snapshot.
///
/// # Errors
/// When a query fails, or `out` cannot be written.
pub fn write(conn: &mut Conn, workspace_id: i64, out: &mut dyn Write) -> QueryResult<()> {
    type Row = (i64, String, Option<String>, Option<String>, Option<String>, Utc, Option<Utc>);
    let fields = contact_field::list(conn, workspace_id)?;
    let names = fields.iter().map(|field| field.name.as_str());
    let mut sheet = Sheet::new(out, HEADINGS.into_iter().chain(names))?;
    let mut after = 0;
    loop {
        let rows: Vec<Row> = contacts::table
            .filter(contacts::workspace_id.eq(workspace_id))
            .filter(contacts::merged_at.is_null())
            .filter(contacts::id.gt(after))
            .order(contacts::id)
            .limit(BATCH)
            .select((
                contacts::id,
                contacts::name,
                contacts::email,
                contacts::phone,
                contacts::company,
                contacts::created_at,
                contacts::blocked_at,
            ))
            .load(conn)?;
        let Some(last) = rows.last() else { break };
        after = last.0;
        let ids: Vec<i64> = rows.iter().map(|row| row.0).collect();
        let mut others: HashMap<i64, Vec<String>> = HashMap::new();
        for (id, email) in addresses::of_contacts(conn, workspace_id, ids.clone())? {
            others.entry(id).or_default().push(email);
        }
        let mut known: HashMap<(i64, i64), String> = HashMap::new();
        for one in values::of_contacts(conn, workspace_id, ids)? {
            known.insert((one.contact_id, one.field_id), one.value);
        }
        for (id, name, email, phone, company, created_at, blocked_at) in rows {
            let [email, phone, company] = [email, phone, company].map(Option::unwrap_or_default);
            let others = others.remove(&id).unwrap_or_default().join(" ");
            let blocked = blocked_at.map_or("", |_| "Yes").to_owned();
            let since = created_at.to_string();
            let cells = [name, email, phone, company, since, others, blocked];
            let own = fields.iter().map(|field| known.remove(&(id, field.id)).unwrap_or_default());
            sheet.row(cells.into_iter().chain(own))?;
        }
    }
    sheet.finish()
}
