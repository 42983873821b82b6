//! The databases that are measured: an SQLite file, or one on a PostgreSQL server.

use std::path::Path;

use baton::db::Location;
use diesel::prelude::*;

/// Which database an installation has.
#[derive(Clone, Debug)]
pub enum Database {
    Sqlite,
    Postgres { server: String },
}

impl Database {
    pub fn name(&self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres { .. } => "PostgreSQL",
        }
    }

    /// Makes an empty one for an installation of this size; an SQLite file is in `dir`.
    /// Answers where it is, and the same as a URL.
    pub fn create(&self, dir: &Path, size: u32) -> (Location, String) {
        match self {
            Self::Sqlite => {
                let path = dir.join("baton.db").to_str().expect("a path").to_owned();
                (Location::Sqlite(path.clone()), format!("sqlite:{path}"))
            }
            Self::Postgres { server } => {
                on_server(server, &format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", name(size)));
                on_server(server, &format!("CREATE DATABASE {}", name(size)));
                let mut url = url::Url::parse(server).expect("a URL");
                url.set_path(&name(size));
                (Location::Postgres(url.to_string()), url.to_string())
            }
        }
    }

    /// Drops it, whoever uses it; an SQLite file goes with its folder.
    pub fn remove(&self, size: u32) {
        if let Self::Postgres { server } = self {
            on_server(server, &format!("DROP DATABASE {} WITH (FORCE)", name(size)));
        }
    }
}

fn name(size: u32) -> String {
    format!("baton_bench_{size}")
}

fn on_server(server: &str, sql: &str) {
    let mut conn = PgConnection::establish(server).expect("the PostgreSQL server answers");
    diesel::sql_query(sql).execute(&mut conn).expect("the statement works");
}
