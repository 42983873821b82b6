//! `baton backup FILE`

use std::fs::{self, OpenOptions};
use std::io::ErrorKind;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use baton::App;

pub fn run(app: &App, file: &Path) -> Result<(), String> {
    if !app.config.location.is_embedded() {
        return Err("This database is PostgreSQL: use `pg_dump` to back it up.".into());
    }
    let path = file.to_str().ok_or("The file's path is not UTF-8.")?;
    // Made beforehand, so that nobody else can read it at any moment; SQLite
    // copies into an empty file, and refuses one that holds something.
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(file).map_err(|e| match e
        .kind()
    {
        ErrorKind::AlreadyExists => format!("{path} exists already: choose another file."),
        _ => format!("Cannot write {path}: {e}."),
    })?;
    let copied = app.db.copy_to(path).map_err(|e| super::told(&e)).and_then(|done| {
        done.ok_or_else(|| "This database cannot be copied.".to_owned())?;
        fs::File::open(file)
            .and_then(|copy| copy.sync_all())
            .map_err(|e| format!("Cannot write {path}: {e}."))
    });
    if copied.is_err() {
        // Half a backup is worse than none. The first error is the one to tell.
        let _ = fs::remove_file(file);
    }
    copied?;
    super::out::mention(format_args!(
        "The database is in {path}. Keep the secret key with it: secret.key in the data folder, or BATON_SECRET_KEY."
    ));
    Ok(())
}
