//! Where the database is, and whether there is one.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use url::Url;

use super::{Args, data_dir, path_text, secret};
use crate::db::Location;

/// Where the database is: a file in the data folder unless another place is given.
pub(super) fn location(given: Option<&str>, data_dir: &Path) -> Result<Location, String> {
    let Some(given) = given else {
        return path_text(&data_dir.join("baton.db")).map(Location::Sqlite);
    };
    if let Some(path) = given.strip_prefix("sqlite:") {
        let path = path.strip_prefix("//").unwrap_or(path);
        if path.is_empty() || path.starts_with(':') || path.contains('?') {
            return Err("DATABASE_URL: write sqlite: and the path of a file.".into());
        }
        let folder = Path::new(path).parent().filter(|p| !p.as_os_str().is_empty());
        if let Some(missing) = folder.filter(|p| !p.is_dir()) {
            return Err(format!("DATABASE_URL: the folder {} does not exist.", missing.display()));
        }
        return Ok(Location::Sqlite(path.to_owned()));
    }
    if !given.starts_with("postgres://") && !given.starts_with("postgresql://") {
        return Err("DATABASE_URL must begin with postgres://, postgresql:// or sqlite:.".into());
    }
    let url = Url::parse(given)
        .map_err(|e| format!("DATABASE_URL is not a valid address ({e}); percent-encode what is special in the password."))?;
    let needs_tls = url.query_pairs().any(|(name, value)| {
        name == "sslmode" && matches!(&*value, "require" | "verify-ca" | "verify-full")
    });
    if needs_tls && !cfg!(feature = "postgres-tls") {
        return Err("DATABASE_URL asks for TLS (sslmode), but this Baton was built without it: build it with `cargo build --release --features postgres-tls`.".into());
    }
    let mut given = given.to_owned();
    for (name, value) in PATIENCE {
        if !url.query_pairs().any(|(known, _)| known == name) {
            given.push(if given.contains('?') { '&' } else { '?' });
            given.push_str(&format!("{name}={value}"));
        }
    }
    Ok(Location::Postgres(given))
}

/// How long a server may be silent before it is taken to be gone, where the address does
/// not say otherwise: libpq would wait for hours.
const PATIENCE: [(&str, &str); 5] = [
    ("connect_timeout", "10"),
    ("keepalives_idle", "30"),
    ("keepalives_interval", "10"),
    ("keepalives_count", "3"),
    ("tcp_user_timeout", "30000"),
];

/// Where the database is that a command needs, and nothing else of the configuration.
///
/// # Errors
/// One line that says where none is, or what is wrong with where it is said to be.
pub fn existing_database(args: &Args) -> Result<Location, String> {
    require_database(args)?;
    location(secret(args.database_url.as_ref()), &data_dir(args))
}

/// Checks that there is a database, for commands that have nothing to do without one: a
/// new one would hide that the data is in another folder.
///
/// # Errors
/// One line that says where none is.
pub fn require_database(args: &Args) -> Result<(), String> {
    match location(secret(args.database_url.as_ref()), &data_dir(args)) {
        Ok(Location::Sqlite(path)) if !Path::new(&path).exists() => Err(format!(
            "There is no database {path}: say where it is by BATON_DATA_DIR or DATABASE_URL."
        )),
        // What is wrong with it is told with all else that is wrong.
        _ => Ok(()),
    }
}

/// Refuses to begin anew where a database was lost: whoever comes first would be its
/// Administrator. `key` is the file of a secret key that was kept before, which there is
/// only once there is a database.
///
/// # Errors
/// One line that says how to go on.
pub(super) fn refuse_loss(path: &str, key: Option<&Path>) -> Result<(), String> {
    let is_empty = |path: &str| match fs::metadata(path) {
        Ok(found) => found.is_file() && found.len() == 0,
        // What else is wrong is told by whoever opens it.
        Err(error) => error.kind() == ErrorKind::NotFound,
    };
    if !is_empty(path) {
        return Ok(());
    }
    if let Some(key) = key {
        let key = key.display();
        return Err(format!(
            "There is a secret key in {key} but no database {path}: restore a backup, or remove {key} to begin anew."
        ));
    }
    let log = format!("{path}-wal");
    if !is_empty(&log) {
        return Err(format!(
            "There is {log} but no database {path}: restore a backup, or remove {log} to begin anew."
        ));
    }
    Ok(())
}
