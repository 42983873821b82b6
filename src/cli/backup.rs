//! `baton backup FILE`

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use baton::db::Location;

/// Copies the database beside its place, and moves the copy there once it is whole and on
/// disk: what has the name of a backup is one.
pub fn run(location: &Location, file: &Path) -> Result<(), String> {
    if !location.is_embedded() {
        return Err("This database is PostgreSQL: use `pg_dump` to back it up.".into());
    }
    let path = file.to_str().ok_or("The file's path is not UTF-8.")?;
    let unwritten = |error: &io::Error| format!("Cannot write {path}: {error}.");
    if file.symlink_metadata().is_ok() {
        return Err(format!("{path} exists already: choose another file."));
    }
    let part = Part::begin(file).map_err(|error| unwritten(&error))?;
    location
        .copy_to(&format!("{path}{PART}"))
        .ok_or_else(|| "This database cannot be copied.".to_owned())??;
    part.finish(file).map_err(|error| unwritten(&error))?;
    super::out::mention(format_args!(
        "The database is in {path}. Keep the secret key with it: secret.key in the data folder, or BATON_SECRET_KEY."
    ));
    Ok(())
}

/// What the name of a backup ends with while it is made.
const PART: &str = ".part";

/// A backup that is being made. Unless it is finished it goes: half of one is worse than none.
struct Part {
    path: PathBuf,
    /// What SQLite writes beside it.
    journal: PathBuf,
    copy: File,
    is_finished: bool,
}

impl Part {
    /// Makes an empty file, in the place of what a backup that was killed has left. It is made
    /// here, so that nobody else can read it at any moment; SQLite copies into an empty file,
    /// and refuses one that holds something.
    fn begin(file: &Path) -> io::Result<Self> {
        let (path, journal) = (beside(file, PART), beside(file, ".part-journal"));
        for left in [&journal, &path] {
            match fs::remove_file(left) {
                Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        let copy = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path)?;
        Ok(Self { path, journal, copy, is_finished: false })
    }

    /// Gives it its name.
    fn finish(mut self, file: &Path) -> io::Result<()> {
        self.copy.sync_all()?;
        if !self.is_ours()? {
            return Err(io::Error::other("another backup writes it, too"));
        }
        fs::rename(&self.path, file)?;
        self.is_finished = true;
        let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
        File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
    }

    /// Whether nobody has put another file in its place.
    fn is_ours(&self) -> io::Result<bool> {
        let (ours, there) = (self.copy.metadata()?, fs::symlink_metadata(&self.path)?);
        Ok((ours.dev(), ours.ino()) == (there.dev(), there.ino()))
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        if !self.is_finished && self.is_ours().unwrap_or_default() {
            // Why it is not finished is the one thing to tell.
            let _ = fs::remove_file(&self.path);
            let _ = fs::remove_file(&self.journal);
        }
    }
}

fn beside(file: &Path, end: &str) -> PathBuf {
    let mut name = OsString::from(file);
    name.push(end);
    PathBuf::from(name)
}
