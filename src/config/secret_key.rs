//! The secret that signs links and cookies: given, or made once and kept.

use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use secrecy::{ExposeSecret, SecretSlice};
use tempfile::NamedTempFile;

use crate::models::token;

/// Shorter secrets are likely words that somebody typed.
const MIN_CHARS: usize = 32;

/// A secret, and where it is or is to be kept unless somebody gave it.
pub(super) struct Loaded {
    pub(super) key: SecretSlice<u8>,
    /// The file that it was read from.
    pub(super) kept: Option<PathBuf>,
    /// The file that it is for, where it was made just now.
    pub(super) new: Option<PathBuf>,
}

/// The given secret, or the one in the data folder, or else a new one.
pub(super) fn load(given: Option<&str>, data_dir: &Path) -> Result<Loaded, String> {
    if let Some(given) = given {
        if given.chars().count() < MIN_CHARS {
            return Err(format!("BATON_SECRET_KEY must have at least {MIN_CHARS} characters."));
        }
        return Ok(Loaded { key: given.as_bytes().to_vec().into(), kept: None, new: None });
    }
    let path = data_dir.join("secret.key");
    if path.try_exists().map_err(|e| told(&path, &e))? {
        return Ok(Loaded { key: read(&path)?, kept: Some(path), new: None });
    }
    Ok(Loaded { key: token::nonce().into_bytes().into(), kept: None, new: Some(path) })
}

/// Keeps a new key, unless another start has kept one meanwhile. Answers the one that is kept.
pub(super) fn keep(key: &SecretSlice<u8>, path: &Path) -> Result<SecretSlice<u8>, String> {
    create(key.expose_secret(), path).map_err(|e| told(path, &e))?;
    read(path)
}

/// Writes a key beside its place and links it there whole: of two processes
/// that start at once, both then read the key of the one that came first.
fn create(key: &[u8], path: &Path) -> std::io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    // NamedTempFile makes the file with mode 0600.
    let mut file = NamedTempFile::new_in(folder)?;
    file.write_all(key)?;
    writeln!(file)?;
    file.as_file().sync_all()?;
    match file.persist_noclobber(path) {
        Ok(_) => File::open(folder)?.sync_all(),
        Err(e) if e.error.kind() == ErrorKind::AlreadyExists => Ok(()),
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
