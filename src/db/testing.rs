//! What unit tests begin with: a database of their own, on SQLite.

use diesel::prelude::*;
use tempfile::TempDir;

use super::schema::workspaces;
use super::{Conn, Db, Location, Utc};

/// An empty database, which goes with its folder.
pub(crate) fn scratch() -> (Db, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("baton.db").to_string_lossy().into_owned();
    (Db::open(Location::Sqlite(path)).unwrap(), folder)
}

/// A workspace in which nobody is yet.
pub(crate) fn workspace(conn: &mut Conn) -> QueryResult<i64> {
    diesel::insert_into(workspaces::table)
        .values((
            workspaces::name.eq("Rosa Bikes"),
            workspaces::plan.eq("starter"),
            workspaces::time_zone.eq("Europe/Berlin"),
            workspaces::created_at.eq(Utc::now()),
        ))
        .returning(workspaces::id)
        .get_result(conn)
}
