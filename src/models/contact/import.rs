//! A table of contacts from elsewhere: looked at first, then taken row by row.
//! A row that cannot be taken is refused with its reason, and stops no other.

use std::collections::{HashMap, HashSet};

use diesel::prelude::*;

use super::{Details, Problems, Refusal, lock_member};
use crate::db::schema::contacts;
use crate::db::{Conn, Utc, Verb};
use crate::models::history::{self, NewContact};
use crate::policy::Capability;

/// Addresses that one query looks for.
const LOOK_UP: usize = 500;

/// The fields of a contact that a column can hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Field {
    Name,
    Email,
    Phone,
    Company,
}

impl Field {
    /// The field of a heading, in the words of the export and of other programs.
    fn of(heading: &str) -> Option<Self> {
        let heading = heading.trim().trim_start_matches('\u{feff}').to_lowercase();
        match heading.as_str() {
            "name" | "full name" => Some(Self::Name),
            "email address" | "email" | "e-mail" | "mail" => Some(Self::Email),
            "phone" | "phone number" | "telephone" | "tel" => Some(Self::Phone),
            "company" | "organisation" | "organization" => Some(Self::Company),
            _ => None,
        }
    }
}

/// Why a table cannot be read at all, worded for the person who sent it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TableProblem {
    #[error("Please fill this in.")]
    Empty,
    #[error(
        "The first line has no column “Name”. It names the columns: Name, Email address, Phone, \
         Company."
    )]
    NoName,
}

/// A row that was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The line in the table; the headings are line 1.
    pub line: u64,
    /// What it said, as far as it could be read.
    pub text: String,
    pub reason: String,
}

/// A table that was read.
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// The rows that can be taken, with their lines.
    pub rows: Vec<(u64, Details)>,
    pub refused: Vec<Refused>,
    /// Headings that name no field of a contact.
    pub ignored: Vec<String>,
}

/// Reads a table: commas, semicolons or tabs between the cells.
///
/// # Errors
/// [`TableProblem`], when there is nothing in it to take.
pub fn read(text: &str) -> Result<Table, TableProblem> {
    // A form sends both signs at each end of a line, and the lines are told by number.
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let text = text.trim_start();
    let first = text.lines().next().ok_or(TableProblem::Empty)?;
    let delimiter = [b',', b';', b'\t']
        .into_iter()
        .max_by_key(|delimiter| first.bytes().filter(|byte| byte == delimiter).count())
        .unwrap_or(b',');
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let headings = reader.headers().map_err(|_| TableProblem::NoName)?.clone();
    let mut table = Table::default();
    let mut columns = HashMap::new();
    for (column, heading) in headings.iter().enumerate() {
        match Field::of(heading) {
            Some(field) => {
                columns.entry(field).or_insert(column);
            }
            None if heading.is_empty() => {}
            None => table.ignored.push(heading.to_owned()),
        }
    }
    if !columns.contains_key(&Field::Name) {
        return Err(TableProblem::NoName);
    }
    let mut known = HashSet::new();
    for (position, record) in (2_u64..).zip(reader.records()) {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                let line = error.position().map_or(position, csv::Position::line);
                let reason = "This line cannot be read.".to_owned();
                table.refused.push(Refused { line, text: String::new(), reason });
                continue;
            }
        };
        let line = record.position().map_or(position, csv::Position::line);
        let cell = |field| columns.get(&field).and_then(|at| record.get(*at)).unwrap_or_default();
        let [name, email, phone, company] =
            [Field::Name, Field::Email, Field::Phone, Field::Company].map(cell).map(unguarded);
        let text = record.iter().collect::<Vec<_>>().join(", ");
        let refuse = |reason: String| Refused { line, text: text.clone(), reason };
        match Details::check(name, email, phone, company) {
            Err(problems) => table.refused.push(refuse(reason(&problems))),
            Ok(details) => {
                let is_new = details.email.as_ref().is_none_or(|email| known.insert(email.clone()));
                if is_new {
                    table.rows.push((line, details));
                } else {
                    table.refused.push(refuse(TWICE.to_owned()));
                }
            }
        }
    }
    if table.rows.is_empty() && table.refused.is_empty() {
        return Err(TableProblem::Empty);
    }
    Ok(table)
}

const TWICE: &str = "A line above has the same email address.";
const KNOWN: &str = "There is a contact with this email address already.";

/// The cell without the sign that the export puts before what looks like a formula.
fn unguarded(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if rest.starts_with(['=', '+', '-', '@']) => rest,
        _ => cell,
    }
}

fn reason(problems: &Problems) -> String {
    let fields = [
        ("Name", &problems.name),
        ("Email address", &problems.email),
        ("Phone", &problems.phone),
        ("Company", &problems.company),
    ];
    let said: Vec<String> = fields
        .into_iter()
        .filter_map(|(name, problem)| problem.as_ref().map(|problem| format!("{name}: {problem}")))
        .collect();
    said.join(" ")
}

/// Refuses the rows whose address a contact of the workspace has already.
///
/// # Errors
/// When a query fails.
pub fn refuse_known(conn: &mut Conn, workspace_id: i64, table: &mut Table) -> QueryResult<()> {
    let addresses: Vec<String> =
        table.rows.iter().filter_map(|(_, details)| details.email.clone()).collect();
    let mut known: HashSet<String> = HashSet::new();
    for some in addresses.chunks(LOOK_UP) {
        let found: Vec<Option<String>> = contacts::table
            .filter(contacts::workspace_id.eq(workspace_id))
            .filter(contacts::merged_at.is_null())
            .filter(contacts::email.eq_any(some.iter().map(|email| Some(email.clone()))))
            .select(contacts::email)
            .load(conn)?;
        known.extend(found.into_iter().flatten());
    }
    let (refused, rows): (Vec<_>, Vec<_>) = std::mem::take(&mut table.rows)
        .into_iter()
        .partition(|(_, row)| row.email.as_ref().is_some_and(|email| known.contains(email)));
    table.rows = rows;
    table.refused.extend(refused.into_iter().map(|(line, row)| Refused {
        line,
        text: [Some(row.name), row.email].into_iter().flatten().collect::<Vec<_>>().join(", "),
        reason: KNOWN.to_owned(),
    }));
    table.refused.sort_by_key(|refused| refused.line);
    Ok(())
}

/// A member takes the rows of a table that can be taken. Answers it as it was
/// taken: what became known meanwhile is refused.
///
/// # Errors
/// [`Refusal`] when the member may not, or a query's failure.
pub fn take(
    conn: &mut Conn,
    workspace_id: i64,
    membership_id: i64,
    mut table: Table,
) -> Verb<Table, Refusal> {
    // Two imports of the same table, one after the other.
    crate::db::dialect::lock_name(conn, &format!("import of contacts {workspace_id}"))?;
    lock_member(conn, workspace_id, membership_id, Capability::Contacts)?;
    refuse_known(conn, workspace_id, &mut table)?;
    let now = Utc::now();
    let new: Vec<NewContact> = table
        .rows
        .iter()
        .map(|(_, row)| NewContact {
            name: row.name.clone(),
            email: row.email.clone(),
            phone: row.phone.clone(),
            company: row.company.clone(),
            values: Vec::new(),
            created_at: now,
        })
        .collect();
    history::write_contacts(conn, workspace_id, &new)?;
    Ok(table)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_read_whatever_stands_between_its_cells() {
        for table in [
            "Name,Email address,Phone\nHanna,HANNA@velo.example,+46 70\n",
            "\u{feff}name;e-mail;tel\r\nHanna;hanna@velo.example;+46 70\r\n",
            "Phone\tNAME\tMail\n+46 70\tHanna\thanna@velo.example",
        ] {
            let read = read(table).unwrap();
            assert_eq!(read.refused, [], "{table}");
            let details = Details::check("Hanna", "hanna@velo.example", "+46 70", "").unwrap();
            assert_eq!(read.rows, [(2, details)], "{table}");
        }
    }

    #[test]
    fn rows_are_refused_with_line_and_reason_and_stop_no_other() {
        let table = "Name,Email,Shoe size\n,a@b.example,1\nHanna,nowhere,2\n\"Anna,\nMaria\",,3\n\
                     Piet,p@b.example,4\nPit,P@b.example,5\n'=Bo,,6\n";
        let read = read(table).unwrap();
        assert_eq!(read.ignored, ["Shoe size"]);
        let names: Vec<&str> = read.rows.iter().map(|(_, row)| row.name.as_str()).collect();
        assert_eq!(names, ["Piet", "=Bo"]);
        let refused: Vec<(u64, &str)> =
            read.refused.iter().map(|one| (one.line, one.reason.as_str())).collect();
        assert_eq!(
            refused,
            [
                (2, "Name: Please fill this in."),
                (3, "Email address: This is not an email address."),
                (4, "Name: This contains control characters. Please remove them."),
                (7, TWICE),
            ]
        );
    }

    #[test]
    fn a_table_without_names_is_none() {
        assert_eq!(read(" \n").unwrap_err(), TableProblem::Empty);
        assert_eq!(read("Email\na@b.example").unwrap_err(), TableProblem::NoName);
        assert_eq!(read("Name\n").unwrap_err(), TableProblem::Empty);
    }
}
