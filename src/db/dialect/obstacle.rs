//! Why the file of an embedded database cannot be used.

use std::fmt::Display;
use std::fs::OpenOptions;
use std::io::{self, ErrorKind};
use std::path::Path;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::BigInt;

use super::Location;

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

impl Location {
    /// Refuses an embedded database of another program: it has tables, and not the one in
    /// which Baton keeps its migrations. Nothing is changed.
    ///
    /// # Errors
    /// With the path, or when it cannot be read.
    pub fn refuse_foreign(&self) -> Result<(), String> {
        let Self::Sqlite(path) = self else { return Ok(()) };
        let mut conn = SqliteConnection::establish(path).map_err(|error| error.to_string())?;
        let sql = "SELECT count(*) > 0 AND sum(name = '__diesel_schema_migrations') = 0 AS n
                   FROM sqlite_schema";
        let found: QueryResult<Number> = conn
            .batch_execute("PRAGMA busy_timeout = 10000")
            .and_then(|()| diesel::sql_query(sql).get_result(&mut conn));
        match found {
            Ok(Number { n: 0 }) => Ok(()),
            Ok(_) => {
                Err(format!("{path} is no database of Baton's; DATABASE_URL says where that is."))
            }
            Err(error) => Err(error.to_string()),
        }
    }

    /// What is wrong with the file of an embedded database by this error, with the path and
    /// the way out, which SQLite does not tell.
    pub fn damage(&self, error: &dyn Display) -> Option<String> {
        let Self::Sqlite(path) = self else { return None };
        let error = error.to_string();
        let known = ["file is not a database", "database disk image is malformed"];
        let found = known.into_iter().find(|known| error.contains(known))?;
        Some(format!("{path}: {found}. Restore a backup (docs/deployment.md)."))
    }

    /// What keeps this process from writing the file of an embedded database, or a file
    /// beside it, with the path: SQLite tells neither.
    pub fn obstacle(&self) -> Option<String> {
        let Self::Sqlite(path) = self else { return None };
        for end in ["", "-wal", "-shm"] {
            let file = format!("{path}{end}");
            match OpenOptions::new().read(true).write(true).open(&file) {
                // Those beside it come and go.
                Err(error) if end.is_empty() || error.kind() != ErrorKind::NotFound => {
                    return Some(format!("{file}: {}.", in_words(&error)));
                }
                _ => {}
            }
        }
        let path = Path::new(path);
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new("."));
        let beside = tempfile::tempfile_in(folder).err()?;
        let (path, folder, why) = (path.display(), folder.display(), in_words(&beside));
        Some(format!("{path}, which needs files beside it, in the folder {folder}: {why}."))
    }
}

/// Why a file cannot be written, for an operator.
fn in_words(error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::PermissionDenied => "permission denied".to_owned(),
        ErrorKind::ReadOnlyFilesystem => "the file system is read-only".to_owned(),
        ErrorKind::IsADirectory => "it is a folder".to_owned(),
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_keeps_a_file_from_being_written_is_told_with_its_path() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name).display().to_string();
        let obstacle = |name: &str| Location::Sqlite(at(name)).obstacle();
        std::fs::create_dir(folder.path().join("folder")).unwrap();
        std::fs::write(folder.path().join("baton.db"), "").unwrap();
        assert_eq!(obstacle("folder"), Some(format!("{}: it is a folder.", at("folder"))));
        assert_eq!(obstacle("baton.db"), None);
        for beside in ["baton.db-shm", "baton.db-wal"] {
            std::fs::create_dir(folder.path().join(beside)).unwrap();
            assert_eq!(obstacle("baton.db"), Some(format!("{}: it is a folder.", at(beside))));
        }
        assert_eq!(in_words(&ErrorKind::PermissionDenied.into()), "permission denied");
        let read_only = ErrorKind::ReadOnlyFilesystem.into();
        assert_eq!(in_words(&read_only), "the file system is read-only");
    }
}
