//! The clock of the database.

use diesel::prelude::*;
use diesel::sql_types::Timestamp;

use super::Conn;
use crate::db::Utc;

/// What the clock of the database's machine shows; `None` where that is this process.
///
/// # Errors
/// When the query fails.
pub fn of_database(conn: &mut Conn) -> QueryResult<Option<Utc>> {
    let Conn::Postgres(c) = conn else { return Ok(None) };
    // Not `now()`, which is when the transaction began.
    let clock = diesel::dsl::sql::<Timestamp>("clock_timestamp() AT TIME ZONE 'UTC'");
    diesel::select(clock).get_result(c).map(Some)
}
