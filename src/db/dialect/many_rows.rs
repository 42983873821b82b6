//! Many rows in one statement, which diesel's `MultiConnection` cannot express.

use diesel::backend::Backend;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Nullable, Text, Timestamp};

use super::Conn;
use crate::db::Utc;

/// Bound values per statement: below the limit of either database, and where
/// neither gets quicker any more.
const VALUES_MAX: usize = 6000;

/// One value of a row.
#[derive(Clone, Debug)]
pub enum Cell {
    Int(Option<i64>),
    Text(Option<String>),
    Time(Option<Utc>),
}

impl From<i64> for Cell {
    fn from(value: i64) -> Self {
        Self::Int(Some(value))
    }
}

impl From<Option<i64>> for Cell {
    fn from(value: Option<i64>) -> Self {
        Self::Int(value)
    }
}

impl From<&str> for Cell {
    fn from(value: &str) -> Self {
        Self::Text(Some(value.to_owned()))
    }
}

impl From<String> for Cell {
    fn from(value: String) -> Self {
        Self::Text(Some(value))
    }
}

impl From<Option<String>> for Cell {
    fn from(value: Option<String>) -> Self {
        Self::Text(value)
    }
}

impl From<Utc> for Cell {
    fn from(value: Utc) -> Self {
        Self::Time(Some(value))
    }
}

impl From<Option<Utc>> for Cell {
    fn from(value: Option<Utc>) -> Self {
        Self::Time(value)
    }
}

/// Inserts rows of `columns` into `table`; both are names from our own code.
///
/// # Errors
/// When a statement fails.
pub fn insert(
    conn: &mut Conn,
    table: &str,
    columns: &[&str],
    rows: Vec<Vec<Cell>>,
) -> QueryResult<()> {
    run(conn, rows, &format!("INSERT INTO {table} ({}) VALUES ", columns.join(", ")), "")
}

/// As [`insert`], where a row that is there already, by the columns `key`, gets
/// the new `value` instead.
///
/// # Errors
/// When a statement fails.
pub fn upsert(
    conn: &mut Conn,
    table: &str,
    columns: &[&str],
    (key, value): (&str, &str),
    rows: Vec<Vec<Cell>>,
) -> QueryResult<()> {
    let begin = format!("INSERT INTO {table} ({}) VALUES ", columns.join(", "));
    let end = format!(" ON CONFLICT ({key}) DO UPDATE SET {value} = excluded.{value}");
    run(conn, rows, &begin, &end)
}

/// Changes rows of `table` by their ids, which stand first in `rows`. In `set` the
/// values of a row are `new.column2` and so on.
///
/// # Errors
/// When a statement fails.
pub fn update(conn: &mut Conn, table: &str, set: &str, rows: Vec<Vec<Cell>>) -> QueryResult<()> {
    let begin = format!("UPDATE {table} SET {set} FROM (VALUES ");
    run(conn, rows, &begin, &format!(") AS new WHERE {table}.id = new.column1"))
}

/// Runs one statement for many rows at a time, each with its values between
/// `begin` and `end`.
fn run(conn: &mut Conn, rows: Vec<Vec<Cell>>, begin: &str, end: &str) -> QueryResult<()> {
    let width = rows.first().map_or(1, Vec::len).max(1);
    let mut rows = rows.into_iter().peekable();
    while rows.peek().is_some() {
        let chunk: Vec<Vec<Cell>> = rows.by_ref().take((VALUES_MAX / width).max(1)).collect();
        let count = chunk.len();
        let cells = chunk.into_iter().flatten().collect();
        match conn {
            // `$1` is a name to SQLite, which compares it with every one before.
            Conn::Sqlite(c) => {
                let sql = format!("{begin}{}{end}", values(count, width, |_| "?".into()));
                bind_all(diesel::sql_query(sql).into_boxed(), cells).execute(c)?;
            }
            Conn::Postgres(c) => {
                let sql = format!("{begin}{}{end}", values(count, width, |n| format!("${n}")));
                bind_all(diesel::sql_query(sql).into_boxed(), cells).execute(c)?;
            }
        }
    }
    Ok(())
}

/// `($1, $2), ($3, $4)`
fn values(rows: usize, width: usize, placeholder: fn(usize) -> String) -> String {
    let mut sql = String::new();
    let mut number = 0;
    for row in 0..rows {
        sql.push_str(if row == 0 { "(" } else { ", (" });
        for column in 0..width {
            number += 1;
            sql.push_str(if column == 0 { "" } else { ", " });
            sql.push_str(&placeholder(number));
        }
        sql.push(')');
    }
    sql
}

type Boxed<'a, DB> = diesel::query_builder::BoxedSqlQuery<'a, DB, diesel::query_builder::SqlQuery>;

fn bind_all<DB>(query: Boxed<'static, DB>, cells: Vec<Cell>) -> Boxed<'static, DB>
where
    DB: Backend
        + diesel::sql_types::HasSqlType<BigInt>
        + diesel::sql_types::HasSqlType<Text>
        + diesel::sql_types::HasSqlType<Timestamp>
        + 'static,
    Option<i64>: diesel::serialize::ToSql<Nullable<BigInt>, DB>,
    Option<String>: diesel::serialize::ToSql<Nullable<Text>, DB>,
    Option<Utc>: diesel::serialize::ToSql<Nullable<Timestamp>, DB>,
{
    cells.into_iter().fold(query, |query, cell| match cell {
        Cell::Int(value) => query.bind::<Nullable<BigInt>, _>(value),
        Cell::Text(value) => query.bind::<Nullable<Text>, _>(value),
        Cell::Time(value) => query.bind::<Nullable<Timestamp>, _>(value),
    })
}

/// Locks contacts that are about to change, in the order of their ids. See
/// [`super::lock`].
///
/// # Errors
/// When the query fails.
pub fn lock_contacts(conn: &mut Conn, ids: &[i64]) -> QueryResult<()> {
    let Conn::Postgres(conn) = conn else {
        return Ok(());
    };
    diesel::sql_query("SELECT 1 FROM contacts WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE")
        .bind::<Array<BigInt>, _>(ids)
        .execute(conn)
        .map(|_| ())
}

#[derive(QueryableByName)]
struct Id {
    #[diesel(sql_type = BigInt)]
    id: i64,
}

/// Takes so many ids of a table, in ascending order, for rows that refer to one
/// another. Called inside a write transaction, which inserts them.
///
/// # Errors
/// When the query fails.
pub fn reserve_ids(conn: &mut Conn, table: &str, count: usize) -> QueryResult<Vec<i64>> {
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    match conn {
        // This transaction holds the write lock, so nobody takes them meanwhile.
        Conn::Sqlite(c) => {
            let last: Option<Id> =
                diesel::sql_query("SELECT seq AS id FROM sqlite_sequence WHERE name = $1")
                    .bind::<Text, _>(table)
                    .get_result(c)
                    .optional()?;
            let last = last.map_or(0, |row| row.id);
            Ok((last + 1..=last + count).collect())
        }
        Conn::Postgres(c) => {
            let rows: Vec<Id> = diesel::sql_query(
                "SELECT nextval(pg_get_serial_sequence($1, 'id')) AS id
                 FROM generate_series(1, $2) ORDER BY 1",
            )
            .bind::<Text, _>(table)
            .bind::<BigInt, _>(count)
            .load(c)?;
            Ok(rows.into_iter().map(|row| row.id).collect())
        }
    }
}

/// Lets the database learn how its tables are filled, after many rows.
///
/// # Errors
/// When the statement fails.
pub fn analyze(conn: &mut Conn) -> QueryResult<()> {
    diesel::sql_query("ANALYZE").execute(conn).map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_numbers_its_values_row_by_row() {
        assert_eq!(values(2, 2, |n| format!("${n}")), "($1, $2), ($3, $4)");
    }
}
