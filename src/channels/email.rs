//! Mail as a channel: a mail as it came, on its way to the models.

mod answer;
mod bounce;
mod bounds;
mod effort;
mod fingerprint;
mod letter;
mod markup;
mod ours;
pub mod outgoing;
mod page;
mod parts;
mod quoting;
mod text;
mod writer;

use std::io::Write;
use std::path::PathBuf;

use tempfile::NamedTempFile;
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use crate::App;
use crate::db::{DbError, Utc};
use crate::files::intake::{self, Looked};
use crate::models::address::Address;
use crate::models::attachment::{self, NewFile, Sender};
use crate::models::delivery;
use crate::models::receive::{self, Refusal};
use crate::models::token;

pub use crate::models::receive::Received;
pub use letter::{Letter, Part, read};
pub use page::page;

use ours::Holds;

/// What the original of a mail is called while it waits.
const ORIGINAL: &str = "mail.eml";

/// Mails that are taken apart in the same moment: each may take much memory.
static READING: Semaphore = Semaphore::const_new(2);

/// Why a mail was not taken in. Nothing of it is kept, and whoever brought it still has it.
#[derive(Debug, thiserror::Error)]
pub enum NotReceived {
    /// It would not be taken later either.
    #[error("{0}")]
    Refused(#[from] Refusal),
    #[error("{0}.")]
    Database(#[from] DbError),
    #[error("The store of files failed: {0}.")]
    Store(#[from] object_store::Error),
    #[error("The mail could not be read or put aside: {0}.")]
    Io(#[from] std::io::Error),
}

impl NotReceived {
    /// Whether it makes no sense to try again.
    pub fn is_lasting(&self) -> bool {
        matches!(self, Self::Refused(Refusal::NoInbox | Refusal::Archived))
    }
}

/// Takes a mail in, as it came: exactly once, however often and by whichever way it is
/// brought. When this answers `Ok`, the mail is on disk with everything it causes. `came_at`:
/// when the server got it that has it; none where it comes at once.
///
/// # Errors
/// [`NotReceived`]; then it may be brought again.
pub async fn receive(
    app: &App,
    workspace_id: i64,
    inbox_id: i64,
    raw: &[u8],
    came_at: Option<Utc>,
) -> Result<Received, NotReceived> {
    let (signer, folder) = (app.signer.clone(), app.config.uploads_dir());
    let us = &app.config.mail_from;
    let us = Address::new(us.name.as_deref().unwrap_or_default(), us.email.to_string());
    let mail: std::sync::Arc<[u8]> = raw.into();
    let original = mail.clone();
    // The semaphore is never closed. The work goes on when nobody waits for it any more, and
    // keeps its place.
    let place = READING.acquire().await.map_err(std::io::Error::other)?;
    let (letter, files) = cancelled(
        spawn_blocking(move || {
            let _place = place;
            let (mut letter, parts) = read(&mail).checked(&signer, &us, &mail);
            let files = put_aside(for_others(&mut letter, parts), folder)?;
            Ok::<_, std::io::Error>((letter, files))
        })
        .await,
    )??;
    let known = letter.clone();
    let place = (workspace_id, inbox_id);
    if app.db.read(move |conn| receive::is_known(conn, place, &known)).await? {
        return Ok(Received::Known);
    }
    let mut waiting = Vec::with_capacity(files.len());
    for Aside { name, file, ids } in files {
        if app.db.read(move |conn| delivery::is_any_ours(conn, &ids)).await? {
            continue;
        }
        waiting.push(intake::look(name, file).await?);
    }
    let letter = receive::IncomingMail {
        files: waiting.iter().map(|looked| looked.word.clone()).collect(),
        came_at,
        original: (token::short_nonce(), i64::try_from(original.len()).unwrap_or(i64::MAX)),
        ..letter
    };
    note(app, place, &letter, &waiting, original).await?;
    let taken = {
        let (letter, signer) = (letter.clone(), app.signer.clone());
        app.db.write(move |conn| receive::take(conn, &signer, place, &letter)).await?
    };
    if !matches!(taken, Ok(Received::Stored { .. })) {
        forget(app, workspace_id, letter).await?;
    }
    Ok(taken?)
}

/// Notes what came with the mail, and the mail itself, and stores them: in this order,
/// so that nothing is stored that nobody knows of.
async fn note(
    app: &App,
    (workspace_id, inbox_id): (i64, i64),
    letter: &receive::IncomingMail,
    waiting: &[Looked],
    original: std::sync::Arc<[u8]>,
) -> Result<(), NotReceived> {
    let (word, size) = letter.original.clone();
    let key = token::short_nonce();
    let whole = NewFile {
        name: ORIGINAL.to_owned(),
        content_type: "message/rfc822",
        size,
        store_key: key.clone(),
        sides: None,
    };
    let mut rows: Vec<(String, NewFile)> =
        waiting.iter().map(|looked| (looked.word.clone(), looked.new.clone())).collect();
    rows.push((word, whole));
    let sender = Sender::Visitor(inbox_id);
    let noted = app.db.change(move |conn| {
        for (word, file) in &rows {
            attachment::add(conn, workspace_id, sender, word, file)?;
        }
        Ok(())
    });
    noted.await?;
    for looked in waiting {
        looked.store(&app.files).await?;
    }
    app.files.put(&key, original.to_vec()).await?;
    Ok(())
}

/// Gives up what waits for a mail that was not stored.
async fn forget(
    app: &App,
    workspace_id: i64,
    letter: receive::IncomingMail,
) -> Result<(), DbError> {
    let forgotten = app.db.change(move |conn| {
        for word in letter.files.iter().chain([&letter.original.0]) {
            attachment::forget(conn, workspace_id, word)?;
        }
        Ok(())
    });
    forgotten.await
}

/// A file of a mail on disk.
struct Aside {
    name: String,
    file: NamedTempFile,
    /// Where it is a mail that came with an answer to one of ours: its Message-IDs.
    ids: Vec<String>,
}

/// The parts that go on to others, with those Message-IDs. The mail of ours that an answer
/// goes with is for its reader alone: where it is a mail, it is left out; where it is part
/// of another file, the letter says so.
fn for_others(letter: &mut receive::IncomingMail, parts: Vec<Part>) -> Vec<(Part, Vec<String>)> {
    if letter.answer.is_none() {
        return parts.into_iter().map(|part| (part, Vec::new())).collect();
    }
    let mut kept = Vec::with_capacity(parts.len());
    for part in parts {
        match ours::look(&part) {
            Holds::Mail { is_ours: true, .. } => {}
            Holds::Mail { ids, .. } => kept.push((part, ids)),
            Holds::Quote => letter.quoting_file = Some(part.name),
            Holds::Other => kept.push((part, Vec::new())),
        }
    }
    kept
}

/// Writes the parts to disk, so that their size costs no memory from here on.
fn put_aside(parts: Vec<(Part, Vec<String>)>, folder: PathBuf) -> std::io::Result<Vec<Aside>> {
    let put = |(part, ids): (Part, Vec<String>)| {
        let mut file = intake::make_in(&folder, |folder| NamedTempFile::new_in(folder))?;
        file.write_all(&part.content)?;
        Ok(Aside { name: part.name, file, ids })
    };
    parts.into_iter().map(put).collect()
}

fn cancelled<T>(joined: Result<T, tokio::task::JoinError>) -> std::io::Result<T> {
    joined.map_err(std::io::Error::other)
}
