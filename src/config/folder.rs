//! What is created in the data folder, for its owner alone.

use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

/// Creates a folder that its owner alone can open. One that exists stays as it
/// is: its permissions are the operator's choice. A variable says where it is.
///
/// # Errors
/// One line that names both.
pub fn create_private_dir(dir: &Path, variable: &str) -> Result<(), String> {
    make_private_dir(dir).map_err(|error| {
        let why = match error.kind() {
            ErrorKind::AlreadyExists | ErrorKind::NotADirectory => {
                "there is a file in its place".to_owned()
            }
            _ => error.to_string(),
        };
        format!("Cannot create the folder {}: {why}. {variable} says where it is.", dir.display())
    })
}

/// [`create_private_dir`] for whoever tells it in their own words.
///
/// # Errors
/// When it cannot be created.
pub fn make_private_dir(dir: &Path) -> io::Result<()> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(dir)
}

/// Creates an empty file, for SQLite to fill, that its owner alone can read; the
/// files that SQLite puts beside it get the same permissions.
pub(super) fn create_private_file(path: &Path) -> Result<(), String> {
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Ok(_) => Ok(()),
        Err(e) if e.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(e) => Err(format!("Cannot create the database {}: {e}.", path.display())),
    }
}
