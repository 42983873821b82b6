//! The secret that signs links and cookies: given, or made once and kept.

use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use secrecy::SecretSlice;
use tempfile::NamedTempFile;

use crate::models::token;

/// Shorter secrets are likely words that somebody typed.
const MIN_CHARS: usize = 32;

/// A secret, and the file that was just made for it.
pub(super) struct Loaded {
    pub(super) key: SecretSlice<u8>,
    pub(super) made: Option<PathBuf>,
}

/// The given secret, or the one in the data folder, which is made if need be.
pub(super) fn load(given: Option<&str>, data_dir: &Path) -> Result<Loaded, String> {
    if let Some(given) = given {
        if given.chars().count() < MIN_CHARS {
            return Err(format!("BATON_SECRET_KEY must have at least {MIN_CHARS} characters."));
        }
        return Ok(Loaded { key: given.as_bytes().to_vec().into(), made: None });
    }
    let path = data_dir.join("secret.key");
    let is_there = path.try_exists().map_err(|e| told(&path, &e))?;
    let is_made = !is_there && create(data_dir, &path).map_err(|e| told(&path, &e))?;
    Ok(Loaded { key: read(&path)?, made: is_made.then_some(path) })
}

/// Writes a new key beside its place and links it there whole: of two processes
/// that start at once, both then read the key of the one that came first. Whether this
/// is the one.
fn create(data_dir: &Path, path: &Path) -> std::io::Result<bool> {
    // NamedTempFile makes the file with mode 0600.
    let mut file = NamedTempFile::new_in(data_dir)?;
    writeln!(file, "{}", token::nonce())?;
    file.as_file().sync_all()?;
    match file.persist_noclobber(path) {
        Ok(_) => File::open(data_dir)?.sync_all().map(|()| true),
        Err(e) if e.error.kind() == ErrorKind::AlreadyExists => Ok(false),
        Err(e) => Err(e.error),
    }
}

fn read(path: &Path) -> Result<SecretSlice<u8>, String> {
    let mode = fs::metadata(path).map_err(|e| told(path, &e))?.permissions().mode();
    if mode & 0o077 != 0 {
        let path = path.display();
        return Err(format!("Others may read the secret key: run `chmod 600 {path}`."));
    }
    let key = fs::read_to_string(path).map_err(|e| told(path, &e))?;
    let key = key.trim();
    if key.len() < MIN_CHARS {
        return Err(format!("The secret key in {} is damaged: restore it.", path.display()));
    }
    Ok(key.as_bytes().to_vec().into())
}

fn told(path: &Path, error: &std::io::Error) -> String {
    format!("Cannot read or make the secret key {}: {error}.", path.display())
}
