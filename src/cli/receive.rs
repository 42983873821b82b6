//! `baton receive`: a mail from the standard input, as a mail server pipes it.

use std::io::Read;

use baton::App;
use baton::channels::email::{self, NotReceived, Received};
use baton::models::mailbox::{self, Named};
use baton::models::receive::Refusal;

use super::{Failure, out, workspace};

/// The most bytes that are read; no mail server takes a mail of that size.
const LARGEST: u64 = 256 * 1024 * 1024;

/// What mail servers read in an exit code, by their names in sysexits.h. Anything else
/// sends the mail back to whoever wrote it.
mod exit {
    pub const DATAERR: u8 = 65;
    pub const NOUSER: u8 = 67;
    pub const UNAVAILABLE: u8 = 69;
    pub const TEMPFAIL: u8 = 75;
}

/// The server keeps the mail and tries again.
pub const NOT_NOW: u8 = exit::TEMPFAIL;

/// What is typed behind `baton receive`.
#[derive(clap::Args)]
pub struct Options {
    /// The inbox: its number, its address, or its name. Where BATON_SIGNUPS is open, its
    /// number: anybody may give an inbox of theirs the same address
    inbox: String,
    /// Its workspace, by id or name, where several have such an inbox; by id where
    /// BATON_SIGNUPS is open
    #[arg(long)]
    workspace: Option<String>,
}

/// Before anything is known of the mail: it must not be lost for that.
pub fn not_now(lines: String) -> Failure {
    Failure { code: NOT_NOW, lines }
}

pub fn run(app: &App, options: &Options) -> Result<(), Failure> {
    let inbox = find(app, options)?;
    let raw = read()?;
    let received = actix_web::rt::System::new().block_on(email::receive(
        app,
        inbox.workspace_id,
        inbox.inbox_id,
        &raw,
        None,
    ));
    match received {
        Ok(Received::Stored { conversation_id, .. }) => {
            out::mention(format_args!("Taken into conversation {conversation_id}."));
            Ok(())
        }
        Ok(Received::Answered) => {
            out::mention("Taken as an answer to a mail of ours.");
            Ok(())
        }
        Ok(Received::Known) => {
            out::mention("The inbox has this mail already.");
            Ok(())
        }
        Err(NotReceived::Refused(refusal @ Refusal::Archived)) => {
            Err(Failure { code: exit::UNAVAILABLE, lines: refusal.to_string() })
        }
        Err(NotReceived::Refused(refusal @ Refusal::NoInbox)) => {
            Err(Failure { code: exit::NOUSER, lines: refusal.to_string() })
        }
        Err(error) => Err(not_now(error.to_string())),
    }
}

fn find(app: &App, options: &Options) -> Result<Named, Failure> {
    let named = &options.inbox;
    let number: Option<i64> = named.parse().ok();
    let is_number = |typed: &String| typed.parse::<i64>().is_ok();
    // Whoever may sign up may call theirs the same, and nobody's mail must hang on that.
    let is_sure = number.is_some() || options.workspace.as_ref().is_some_and(is_number);
    if app.config.signups_open && !is_sure {
        return Err(not_now(format!(
            "Everybody may sign up here (BATON_SIGNUPS), and call an inbox {named:?} too: give the \
             number of the one that you mean, or --workspace with its id."
        )));
    }
    // A workspace that is not there is the operator's to mend, as a name that several have.
    let workspace = options.workspace.as_deref().map(|named| workspace::find(app, named));
    let workspace = workspace.transpose().map_err(not_now)?.map(|workspace| workspace.id);
    let found = super::read(&app.db, |conn| mailbox::named(conn, named, workspace));
    let mut found = found.map_err(not_now)?;
    if app.config.signups_open && options.workspace.is_none() {
        found.retain(|inbox| number == Some(inbox.inbox_id));
    }
    match (found.pop(), found.len()) {
        (Some(inbox), 0) => Ok(inbox),
        // The operator's to mend, and no reason to send the mail back.
        (Some(_), _) => Err(not_now(format!(
            "Several inboxes are called {named:?}: give the number of one, or --workspace."
        ))),
        (None, _) => Err(Failure {
            code: exit::NOUSER,
            lines: format!("No inbox that takes mail is called {named:?}."),
        }),
    }
}

fn read() -> Result<Vec<u8>, Failure> {
    let mut raw = Vec::new();
    std::io::stdin()
        .lock()
        .take(LARGEST + 1)
        .read_to_end(&mut raw)
        .map_err(|error| not_now(format!("The mail could not be read: {error}.")))?;
    if raw.len() as u64 > LARGEST {
        let lines = "The mail is larger than 256 MB.".to_owned();
        return Err(Failure { code: exit::DATAERR, lines });
    }
    Ok(raw)
}
