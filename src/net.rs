//! Reaching the servers that others name: those of mailboxes, and the push services of
//! browsers.
//!
//! Whoever connects an inbox names the host, so that nothing of a server but one line
//! of its answers is repeated, and every step has its time.

mod dial;
mod metered;

use std::time::Duration;

use crate::models::text;

pub use dial::Dialer;
pub use metered::{Metered, Wire};

/// How long a server may take for one step.
pub const STEP_TIMEOUT: Duration = Duration::from_secs(10);
/// The longest line of a server's answer that is repeated, in characters.
const ANSWER_MAX: usize = 200;

/// What is done, one after the other, until a server can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The host's name becomes an address.
    Name,
    Connect,
    Tls,
    Login,
    /// The mailbox's INBOX is opened.
    Folder,
}

impl Step {
    /// The name on the screen.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Name => "Name",
            Self::Connect => "Connect",
            Self::Tls => "TLS",
            Self::Login => "Login",
            Self::Folder => "Folder",
        }
    }
}

/// Why a server cannot be used: which step failed, how, and what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason} {advice}")]
pub struct Problem {
    pub step: Step,
    /// A sentence.
    pub reason: String,
    /// A sentence.
    pub advice: &'static str,
    /// The server knows neither user nor password, or does not let them in.
    pub is_sign_in_refused: bool,
}

impl Problem {
    /// A problem that is not a refused sign-in.
    pub fn new(step: Step, reason: impl Into<String>, advice: &'static str) -> Self {
        Self { step, reason: reason.into(), advice, is_sign_in_refused: false }
    }
}

/// One line of what a server answered, fit for the screen.
pub fn answer(told: &str) -> String {
    let line: String = told.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    text::excerpt(line.trim(), ANSWER_MAX)
}

/// A step with its time; `late` says what it means when that is over.
///
/// # Errors
/// The step's, or [`Problem`] when the server takes too long.
pub async fn within<T>(
    step: impl Future<Output = Result<T, Problem>>,
    late: impl FnOnce() -> Problem,
) -> Result<T, Problem> {
    tokio::time::timeout(STEP_TIMEOUT, step).await.unwrap_or_else(|_| Err(late()))
}
